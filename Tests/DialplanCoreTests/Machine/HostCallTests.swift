import DialplanHostCalls
import Testing

@testable import DialplanCore

@Suite("Host calls, suspension and replay")
struct HostCallTests {
    @Test("a log line and a Dial: the script waits, and goes on with the answer")
    func dial() throws {
        let report = try Trial().run("sys.Log \"hello #{1+1}\"\nr = sys.Dial 'a@b', 30\nsys.Log \"got #{r}\"")
        #expect(
            report.entries == [
                .effect(HostCallTable.Name.log, [.text("hello 2")]),
                .call(HostCallTable.Name.dial, [.text("a@b"), .integer(30), .integer(0)]),
                .effect(HostCallTable.Name.log, [.text("got 3")]),
            ])
        #expect(report.result == .finished)
    }

    @Test("while it waits, run says so and does nothing")
    func waiting() throws {
        let image = try Trial.compile("sys.Dial 'x'")
        var machine = Machine(image: image, start: Trial().start())
        #expect(machine.run(fuel: 100) == .awaiting(HostCallTable.Name.dial))
        #expect(machine.run(fuel: 100) == .awaiting(HostCallTable.Name.dial))
        #expect(machine.position == 1)
        machine.resume(with: Outcome(.value(.null), time: 0))
        #expect(machine.position == 2)
        #expect(machine.run(fuel: 100) == .finished)
        #expect(machine.run(fuel: 100) == .finished)
    }

    @Test("an outcome overwrites properties and the clock")
    func updates() throws {
        let final = HostRecord(
            typeName: "SIPResponse", text: [],
            fields: [.init("StatusCode", .integer(486)), .init("ReasonPhrase", .text("Busy Here"))])
        let leg = HostRecord(typeName: "Leg", text: [], fields: [.init("TransactionFinalResponse", .record(final))])
        let trial = Trial(answer: { _, _ in
            Outcome(
                .value(.integer(3)), updates: [.init(HostCallTable.Name.lastDialled, .array([.record(leg), .null]))],
                time: Trial.startTime + 90_000_000)
        })
        let report = try trial.run(
            """
            sys.Log sys.LastDialled.inspect
            sys.Dial 'x'
            r = sys.LastDialled[0].TransactionFinalResponse
            sys.Log "#{r.StatusCode} #{r.reason_phrase} #{sys.LastDialled.length} #{sys.LastDialled[1].inspect}"
            sys.Log Time.now.strftime('%H:%M:%S')
            """)
        #expect(report.lines == ["nil", "486 Busy Here 2 nil", "00:01:30"])
    }

    @Test("arguments take the shape that the table asks for")
    func shapes() throws {
        let report = try Trial().run("sys.Dial :a, '20', 1.9\nsys.Respond 404, nil\nsys.Dial [1]\n")
        #expect(
            report.entries == [
                .call(HostCallTable.Name.dial, [.text("a"), .integer(20), .integer(1)]),
                .call(HostCallTable.Name.respond, [.integer(404), .null, .null]),
                .call(HostCallTable.Name.dial, [.text("[1]"), .integer(0), .integer(0)]),
            ])
        let wrong = try Trial().run("begin; sys.Dial; rescue ArgumentError => e; sys.Log e.message; end")
        #expect(wrong.lines == ["wrong number of arguments (given 0, expected 1..3)"])
    }

    static let waitingScripts = [
        "a Dial in blocks, rescue and ensure": """
        log = []
        out = [1, 2].map do |group|
          begin
            %w(a b).each do |leg|
              begin
                r = sys.Dial "#{leg}#{group}"
                sys.Log "leg #{leg}#{group} gave #{r}"
                raise "failed #{leg}" if leg == 'b'
              ensure
                log << "#{leg}#{group}"
                sys.Log "tried #{log.join(',')}"
              end
            end
          rescue => e
            sys.Log "rescued #{e.message} at #{Time.now.to_i % 100} #{rand(1000)}"
            sys.Dial "voicemail#{group}"
          end
        end
        sys.Log out.inspect + log.sort_by { |x| x.reverse }.inspect
        """,
        "a Dial in sort, gsub, inject, hash default and method_missing": """
        h = Hash.new { |hash, k| hash[k] = sys.Dial(k) }
        class Ghost
          def initialize(s) @s = s end
          def method_missing(n, *a) @s.Dial(n.to_s) end
          def to_s; "ghost#{@s.Dial('to_s')}" end
          def <=>(o) @s.Dial('compare') == 3 ? 1 : -1 end
          def ==(o) @s.Dial('equal') ? true : false end
        end
        g = Ghost.new(sys)
        sys.Log [3, 1, 2].sort { |a, b| sys.Dial("#{a}#{b}"); a <=> b }.inspect
        sys.Log 'x1y2'.gsub(/\\d/) { |d| sys.Dial(d).to_s + $& }
        sys.Log [1, 2, 3].inject { |a, b| a + b + sys.Dial('inject') }.to_s
        sys.Log "#{h['k']} #{h['k']} #{g.ring} #{g}"
        sys.Log [g, Ghost.new(sys)].sort.length.to_s
        sys.Log [5, g].include?(g).to_s
        i = 0
        i += sys.Dial('while') while i < 7
        sys.Log i.to_s
        """,
    ]

    @Test(
        "replay in a fresh machine gives the same entries, byte by byte, from every cut",
        arguments: waitingScripts.keys.sorted())
    func replay(_ name: String) throws {
        let image = try Trial.compile(try #require(Self.waitingScripts[name]))
        let trial = Trial()
        let whole = try trial.run(image)
        #expect(whole.result == .finished)
        let calls = whole.entries.count { if case .call = $0 { true } else { false } }
        #expect(calls >= 6)
        for cut in 0...calls {
            // The first worker dies after `cut` answers.
            var machine = Machine(image: image, start: trial.start())
            var report = Report(result: .outOfSlice)
            for index in 0..<cut {
                while machine.run(fuel: 50) == .outOfSlice {}
                machine.resume(with: trial.answer(index, HostCallTable.Name.dial))
            }
            try Trial.collect(&machine, into: &report)
            let rest = try trial.finish(&machine, given: cut)
            #expect(report.bytes + rest.bytes == whole.bytes, "cut \(cut)")
            #expect(rest.didWork(as: whole))
        }
        #expect(try Trial(slice: 1).run(image) == whole)
        #expect(try Trial(slice: 1, collectsAlways: true).run(image).entries == whole.entries)
    }

    @Test("machines that run in turns on one image do not see each other")
    func interleaved() throws {
        let script = """
            class Hash; alias + merge; end
            $n ||= 0
            Limit = 2 unless defined?(Limit)
            3.times { |i| $n += i; sys.Log "#{$n} #{Limit} #{({1=>2}+{3=>$n}).inspect} #{rand(100)} #{Object.new.object_id}"; sys.Dial "d#{i}" }
            def String.shout; 'x'; end
            sys.Log String.shout
            """
        let image = try Trial.compile(script)
        let alone = try Trial().run(image)
        #expect(alone.result == .finished)
        var machines: [Box] = (0..<5).map { _ in Box(Machine(image: image, start: Trial().start())) }
        machines.append(
            Box(
                Machine(
                    image: try Trial.compile("class Integer; def +(o) 1 end; end\n9.times { 1 + 1 }"),
                    start: Trial().start())))
        var running = true
        while running {
            running = false
            for box in machines {
                switch box.machine.run(fuel: 13) {
                case .outOfSlice: running = true
                case .awaiting:
                    box.machine.resume(with: Trial().answer(box.calls, HostCallTable.Name.dial))
                    box.calls += 1
                    running = true
                default: break
                }
            }
        }
        for box in machines.prefix(5) {
            var report = Report(result: .finished)
            try Trial.collect(&box.machine, into: &report)
            #expect(report.bytes == alone.bytes)
        }
    }

    /// A noncopyable machine in an array.
    final class Box {
        var machine: Machine
        var calls = 0
        init(_ machine: consuming Machine) { self.machine = machine }
    }
}
