import DialplanHostCalls
import Testing

@testable import DialplanCore

@Suite("The trace")
struct TraceTests {
    /// Runs a script with the trace on, in slices of the given fuel.
    private func trace(_ script: String, slice: Int64 = 1_000_000) throws -> (events: [TraceEvent], report: Report) {
        let image = try Trial.compile(script)
        var trial = Trial()
        trial.slice = slice
        var machine = Machine(image: image, start: trial.start())
        machine.startTrace()
        let report = try trial.finish(&machine)
        return (machine.takeTrace(), report)
    }

    @Test("names every statement's line as often as it runs, at its depth")
    func lines() throws {
        let script = """
            def twice(n)
              n * 2
            end
            x = 1
            while x < 4
              x = twice(x)
            end
            [1, 2].each { |v| x += v }
            if x > 5
              puts x
            end
            """
        let events = try trace(script).events
        #expect(events.map(\.line) == [1, 4, 5, 6, 2, 5, 6, 2, 5, 8, 8, 8, 9, 10])
        #expect(events.filter { $0.method == "twice" }.map(\.depth) == [1, 1])
    }

    @Test("a single statement that calls itself, or runs in a block, is named each time")
    func again() throws {
        let events = try trace("def down(n) n == 0 ? 0 : down(n - 1) end\ndown(3)\n3.times { |i| i }").events
        #expect(events.filter { $0.method == "down" }.count >= 4)
        #expect(events.filter { $0.line == 3 }.count == 4)
    }

    @Test("shows the values of the variables that a place can see, inner ones first")
    func variables() throws {
        let script = """
            name = "an\\"na"
            list = [1, :two, nil, {"k" => 2.5}]
            list.each do |item|
              copy = item
              copy = name
            end
            """
        let events = try trace(script).events
        let last = try #require(events.last { $0.line == 5 })
        #expect(
            last.variables == [
                .init(name: "item", value: #"{"k"=>2.5}"#), .init(name: "copy", value: #"{"k"=>2.5}"#),
                .init(name: "name", value: #""an\"na""#),
            ])
    }

    @Test("values are cut where they are long, and cycles end")
    func longValues() throws {
        let events = try trace("a = ['x' * 1000] * 50\na << a\nb = 1").events
        let text = try #require(events.last?.variables.first?.value)
        #expect(text.count < 2000)
        #expect(text.contains("…"))
    }

    @Test(
        "the run is the same with the trace as without, whatever the slices", arguments: [1, 7, 1_000_000] as [Int64])
    func sameRun(slice: Int64) throws {
        for behaviour in Behaviour.all {
            var plain = Trial()
            plain.slice = slice
            let expected = try plain.run(behaviour.script)
            let traced = try trace(behaviour.script, slice: slice)
            #expect(traced.report == expected, "\(behaviour.name)")
            #expect(!traced.events.isEmpty)
        }
    }

    @Test("an instruction that is run again is no new event", arguments: [1, 3] as [Int64])
    func slices(slice: Int64) throws {
        let script = "def f\n yield\nend\nx = 0\n5.times { |i|\n f { x += i }\n}\nx.to_s * 3"
        #expect(try trace(script, slice: slice).events == trace(script).events)
    }

    @Test("can begin while the script waits")
    func late() throws {
        let image = try Trial.compile("x = sys.Dial('a')\ny = 2\nsys.Log(y)")
        var machine = Machine(image: image, start: Trial().start())
        guard case .awaiting = machine.run(fuel: 1_000_000) else {
            Issue.record("did not wait")
            return
        }
        machine.startTrace()
        machine.resume(with: Outcome(.value(.integer(3)), time: Trial.startTime))
        #expect(machine.run(fuel: 1_000_000) == .finished)
        #expect(machine.takeTrace().map(\.line) == [2, 3])
        #expect(machine.takeTrace().isEmpty)
    }

    @Test("the listing shows code, and each variable when it changes")
    func listing() throws {
        let script = "x = 1\ny = x + 1\nx = 5\nx"
        var listing = TraceListing(source: Array(script.utf8))
        let lines = try trace(script).events.map { listing.text(of: $0) }
        #expect(lines.count == 4)
        #expect(lines[1].hasPrefix("    2  y = x + 1") && lines[1].hasSuffix("# x = 1"))
        #expect(lines[2].hasSuffix("# y = 2"))
        #expect(lines[3].hasSuffix("# x = 5"))
    }
}
