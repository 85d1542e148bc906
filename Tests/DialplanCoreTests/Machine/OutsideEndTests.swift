import DialplanHostCalls
import Testing

@testable import DialplanCore

@Suite("Outside ends")
struct OutsideEndTests {
    private func ended(_ script: String, _ end: OutsideEnd = .answered) throws -> Report {
        try Trial(answer: { _, _ in Outcome(.ended(end), time: Trial.startTime) }).run(script)
    }

    @Test("an answered Dial ends the script; nothing after it runs")
    func answered() throws {
        let report = try ended("sys.Log 'a'\nsys.Dial 'x'\nsys.Log 'b'")
        #expect(report.lines == ["a"])
        #expect(report.result == .ended(.answered))
    }

    @Test("a bare rescue sees the ancestor's text once, ensure runs, and then it is over")
    func rescued() throws {
        let report = try ended(
            """
            begin
              begin
                sys.Dial 'x'
              rescue => e
                sys.Log "1 #{e.message}"
              ensure
                sys.Log 'ensure 1'
              end
              sys.Log 'never'
            rescue
              sys.Log 'never'
            ensure
              sys.Log "ensure 2"
            end
            sys.Log 'never'
            """, .callerGone)
        #expect(report.lines == ["1 Thread was being aborted.", "ensure 1", "ensure 2"])
        #expect(report.result == .ended(.callerGone))
    }

    @Test("scripts filter the text as they did")
    func filtered() throws {
        let report = try ended(
            """
            begin
              sys.Dial 'x'
            rescue
              sys.Log 'Error: ' + $! if $!.to_s !~ /Thread was being aborted/
            end
            """)
        #expect(report.lines == [])
        #expect(report.result == .ended(.answered))
    }

    @Test(
        "whatever rescue does, it ends",
        arguments: [
            "begin; sys.Dial 'x'; rescue; sys.Log 'r'; retry; end",
            "begin; sys.Dial 'x'; rescue; sys.Log 'r'; while true; end; end",
            "begin; sys.Dial 'x'; rescue; sys.Log 'r'; sys.Dial 'y'; end; sys.Log 'never'",
            "begin; sys.Dial 'x'; ensure; sys.Log 'r'; loop { }; end",
            "begin; sys.Dial 'x'; rescue; sys.Log 'r'; raise 'other'; end; sys.Log 'never'",
            "def f; begin; sys.Dial 'x'; rescue; sys.Log 'r'; return 1; end; end; f; sys.Log 'never'",
            "1.times { begin; sys.Dial 'x'; rescue; sys.Log 'r'; break; end }; sys.Log 'never'",
            "while true; begin; sys.Dial 'x'; rescue; sys.Log 'r'; next; end; end",
            "begin; begin; sys.Dial 'x'; rescue; sys.Log 'r'; raise 'o'; end; rescue; 1; end; sys.Log 'never'",
            "begin; sys.Dial 'x'; rescue Exception => e; sys.Log 'r'; exit; end",
            "[1].each { |x| begin; sys.Dial 'x'; ensure; sys.Log 'r'; end }; sys.Log 'never'",
        ])
    func stubborn(_ script: String) throws {
        let report = try ended(script)
        #expect(report.lines == ["r"])
        #expect(report.result == .ended(.answered))
        #expect(report.instructions < 2 * Machine.endingBudget)
        #expect(
            try Trial(slice: 1, answer: { _, _ in Outcome(.ended(.answered), time: Trial.startTime) }).run(script)
                == report)
    }

    @Test("another class of rescue does not see it")
    func otherClass() throws {
        let report = try ended("begin; sys.Dial 'x'; rescue ArgumentError; sys.Log 'no'; ensure; sys.Log 'yes'; end")
        #expect(report.lines == ["yes"])
    }

    static let busy = """
        def work(n)
          n.times do |i|
            begin
              [3, 1, 2].sort_by { |x| -x }.each { |x| "#{x}".gsub(/\\d/) { |d| d + $& } }
            rescue => e
              sys.Log "rescued #{e.message}"
            ensure
              sys.Log "ensure #{i}"
            end
          end
        end
        h = {}
        work(3)
        5.times { |i| h[i.to_s] = [i] * 3 }
        i = 0
        i += 1 while i < 20
        sys.Log 'done'
        """

    @Test("an end lands at every fuel boundary, and its replay is the same")
    func everywhere() throws {
        let image = try Trial.compile(Self.busy)
        let total = try Trial().run(image).instructions
        #expect(total > 200)
        var landed: Set<Int64> = []
        for fuel in 0...total {
            var machine = Machine(image: image, start: Trial().start())
            var report = Report(result: .outOfSlice)
            guard machine.run(fuel: fuel) == .outOfSlice else { continue }
            let count = machine.instructions
            guard landed.insert(count).inserted else { continue }
            machine.deliver(.wallTime)
            try Trial.collect(&machine, into: &report)
            let rest = try Trial(slice: 3).finish(&machine)
            #expect(rest.result == .ended(.wallTime))
            #expect(report.entries.last == .outsideEnd(.wallTime, instructions: count))
            // Replay: the worker runs to the journaled count, then delivers.
            var again = Machine(image: image, start: Trial().start())
            var repeated = Report(result: .outOfSlice)
            #expect(again.run(fuel: count - again.instructions) == .outOfSlice)
            #expect(again.instructions == count)
            again.deliver(.wallTime)
            try Trial.collect(&again, into: &repeated)
            let restAgain = try Trial().finish(&again)
            #expect(repeated.bytes + restAgain.bytes == report.bytes + rest.bytes)
            #expect(restAgain.instructions == rest.instructions)
        }
        #expect(landed.count > 100)
    }

    @Test("a second end, and one that comes while the script waits, are ignored")
    func ignored() throws {
        var machine = Machine(image: try Trial.compile("sys.Dial 'x'\nwhile true; end"), start: Trial().start())
        #expect(machine.run(fuel: 1000) == .awaiting(HostCallTable.Name.dial))
        machine.deliver(.operatorStop)
        #expect(machine.position == 1)
        machine.resume(with: Outcome(.value(.null), time: 0))
        #expect(machine.run(fuel: 1000) == .outOfSlice)
        machine.deliver(.operatorStop)
        machine.deliver(.callerGone)
        #expect(machine.position == 3)
        #expect(machine.run(fuel: 1_000_000) == .ended(.operatorStop))
    }

    @Test(
        "an end between an instruction without room and its collection is replayed at the same place",
        arguments: [
            // A leaf, a store whose hash must grow, a literal that copies its key.
            "a = []\nbegin\n  while true\n    a << 'x' * 50_000\n    a.shift if a.length > 45\n    sys.Log a.length.to_s\n  end\n",
            "h = {}\nbegin\n  1_000_000.times { |i|\n    begin\n      h[i] = i\n    rescue Exception\n      sys.Log 'within'\n"
                + "      raise\n    end\n  }\n",
            "a = []\nk = 'k' * 50_000\nbegin\n  while true\n    a << { 1 => 2, k => 3 }\n    a.shift if a.length > 45\n  end\n",
        ])
    func beforeCollection(_ script: String) throws {
        var trial = Trial()
        trial.limits.heapBytes = 4 << 20
        let image = try Trial.compile(script + "ensure\n  sys.Log 'over'\nend")
        func ended(_ machine: inout Machine) throws -> Report {
            machine.deliver(.callerGone)
            var report = Report(result: .outOfSlice)
            while report.result == .outOfSlice { report.result = machine.run(fuel: 1_000_000) }
            try Trial.collect(&machine, into: &report)
            report.instructions = machine.instructions
            return report
        }
        var first = Machine(image: image, start: trial.start())
        var turns = 0
        while first.spaceNeeded == 0, turns < 10_000 {
            #expect(first.run(fuel: 1_000) == .outOfSlice)
            turns += 1
        }
        try #require(first.spaceNeeded > 0)
        let landing = first.instructions
        let whole = try ended(&first)
        #expect(whole.lines.last == "over")
        var again = Machine(image: image, start: trial.start())
        while again.instructions < landing { #expect(again.run(fuel: landing - again.instructions) == .outOfSlice) }
        let replayed = try ended(&again)
        #expect(replayed == whole)
    }
}
