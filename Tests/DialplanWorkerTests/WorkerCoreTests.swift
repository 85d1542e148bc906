import DialplanHostCalls
import Testing

@testable import DialplanWorker

struct WorkerCoreTests {
    private func makeBench(_ change: (inout WorkerCore<FakeEngine>.Settings) -> Void = { _ in }) -> WorkerBench<
        FakeEngine
    > {
        var settings = WorkerCore<FakeEngine>.Settings()
        change(&settings)
        return WorkerBench(FakeEngine(), settings)
    }

    @Test("a script runs to its end: its entries, then finished")
    func simple() throws {
        let bench = makeBench()
        try bench.send(.start(start(1, "log:a log:b"), awaitingReplay: false))
        bench.settle()
        #expect(bench.texts() == ["log a", "log b"])
        #expect(
            bench.others == [
                .finished(
                    execution: 1, position: 2, ExecutionStatistics(instructions: 20, regionBytes: 2048))
            ])
        #expect(bench.core.executionCount == 0)
    }

    @Test("a script waits at a host call and goes on with its outcome")
    func suspension() throws {
        let bench = makeBench()
        try bench.send(.start(start(1, "log:a call:x answer call:y log:b"), awaitingReplay: false))
        bench.settle()
        #expect(bench.texts() == ["log a", "call x"])
        #expect(!bench.core.hasWork && bench.core.executionCount == 1)
        try bench.resume()
        bench.settle()
        try bench.resume()
        bench.settle()
        #expect(bench.texts() == ["log a", "call x", "outcome 3", "log 3", "call y", "outcome 3", "log b"])
        #expect(bench.others.count == 1)
    }

    @Test("a source that is not there is asked for, nothing is kept, and the second start runs")
    func sourceNeeded() throws {
        let bench = makeBench()
        let outcome = Outcome(.value(.integer(3)), time: 1)
        bench.journals[1] = [.call(HostCallTable.Name.dial, [.text("x")]), .outcome(outcome)]
        // The journal follows the first start at once; it comes again with the second.
        let journal = FrontMessage.replay(execution: 1, entries: [.init(position: 1, entry: .outcome(outcome))])
        try bench.send(
            .start(start(1, "call:x log:a", withSource: false), awaitingReplay: true), journal, .go(execution: 1))
        #expect(bench.others == [.sourceNeeded(execution: 1)])
        #expect(bench.core.executionCount == 0)
        try bench.send(.start(start(1, "call:x log:a"), awaitingReplay: true), journal, .go(execution: 1))
        bench.settle()
        #expect(bench.texts() == ["call x", "outcome 3", "log a"])
        #expect(bench.others.count == 2)
    }

    @Test("an end that comes while a source is fetched is not forgotten")
    func earlyEnd() throws {
        let bench = makeBench()
        let script = "spin:100000 log:never"
        try bench.send(
            .start(start(1, script, withSource: false), awaitingReplay: false), .cancel(execution: 1, .callerGone))
        try bench.send(.start(start(1, script), awaitingReplay: false))
        bench.settle()
        #expect(bench.texts().first?.hasPrefix("callerGone") == true)
        #expect(bench.texts().last == "log aborted")
    }

    @Test("a source is sent once: later starts need none, even in the same payload, and it is compiled once")
    func sourceOnce() throws {
        let engine = FakeEngine()
        let bench = WorkerBench(engine)
        try bench.send(
            .start(start(1, "log:a"), awaitingReplay: false),
            .start(start(2, "log:a", withSource: false), awaitingReplay: false))
        bench.settle()
        try bench.send(.start(start(3, "log:a", withSource: false), awaitingReplay: false))
        bench.settle()
        #expect(bench.others.count == 3 && engine.count.compiled == 1)
        // Another name is another script: its errors show the name.
        try bench.send(.start(start(4, "log:a", name: "other", withSource: false), awaitingReplay: false))
        #expect(bench.others.last == .sourceNeeded(execution: 4))
    }

    @Test("a source that does not compile fails with its place, each time, and is compiled once")
    func syntaxError() throws {
        let engine = FakeEngine()
        let bench = WorkerBench(engine)
        try bench.send(.start(start(1, "log:a bad"), awaitingReplay: false))
        bench.settle()
        try bench.send(.start(start(2, "log:a bad", withSource: false), awaitingReplay: false))
        bench.settle()
        let failure = ScriptFailure(.syntaxError, message: "plan: bad", line: 2)
        #expect(
            bench.others
                == [1, 2].map {
                    .failed(execution: $0, position: 0, failure, ExecutionStatistics())
                })
        #expect(engine.count.compiled == 1 && bench.core.executionCount == 0)
    }

    @Test("a start for another engine is refused")
    func engineVersion() throws {
        let bench = makeBench { $0.engineVersion = EngineVersion.current + 1 }
        try bench.send(.start(start(1, "log:a"), awaitingReplay: false))
        guard case .failed(1, 0, let failure, _) = bench.others.first else {
            Issue.record("not refused")
            return
        }
        #expect(failure.kind == .unsupportedEngine)
    }

    @Test("a script that fails says where, after all that it did before")
    func failure() throws {
        let bench = makeBench()
        try bench.send(.start(start(1, "log:a fail:oops"), awaitingReplay: false))
        bench.settle()
        #expect(bench.texts() == ["log a"])
        #expect(
            bench.others == [
                .failed(
                    execution: 1, position: 1, ScriptFailure(.exception, message: "oops", line: 2),
                    ExecutionStatistics(instructions: 20, regionBytes: 2048))
            ])
    }

    @Test("a long script delays the others by turns, not by its length")
    func fairness() throws {
        let bench = makeBench()
        try bench.send(
            .start(start(1, "spin:3000000 log:late"), awaitingReplay: false),
            .start(start(2, "spin:3000000"), awaitingReplay: false),
            .start(start(3, "log:soon"), awaitingReplay: false))
        for _ in 0..<6 { bench.turn() }
        #expect(bench.texts(3) == ["log soon"])
        #expect(bench.texts(1) == [])
        bench.settle()
        #expect(bench.texts(1) == ["log late"])
        // In turn, one after the other.
        #expect(bench.shown.prefix(9) == [1, 2, 3, 1, 2, 1, 2, 1, 2])
    }

    @Test("many short runs share a turn, but not without bound")
    func shortRuns() throws {
        let bench = makeBench()
        for number in 1...100 as ClosedRange<UInt64> {
            try bench.send(.start(start(number, "log:a", withSource: number == 1), awaitingReplay: false))
        }
        // The first turn compiles, and does nothing else.
        bench.turn()
        #expect(bench.shown.count == 1)
        bench.turn()
        #expect(bench.shown.count == 61)
        bench.settle()
        #expect(bench.others.count == 100)
    }

    // MARK: Outside ends

    @Test("an end lands in a running script at the next fuel boundary, with its instruction count")
    func cancelRunning() throws {
        let bench = makeBench()
        try bench.send(.start(start(1, "log:a spin:10000000 log:never"), awaitingReplay: false))
        bench.turn()
        bench.turn()
        try bench.send(.cancel(execution: 1, .operatorStop))
        bench.settle()
        let texts = bench.texts()
        #expect(texts.count == 3 && texts[0] == "log a" && texts[2] == "log aborted")
        #expect(texts[1].hasPrefix("operatorStop at "))
        #expect(bench.others.count == 1)
    }

    @Test("an end for a script that waits is dropped: the front ends it with the outcome")
    func cancelSuspended() throws {
        let bench = makeBench()
        try bench.send(.start(start(1, "call:x log:a spin:100000 call:y"), awaitingReplay: false))
        bench.settle()
        try bench.send(.cancel(execution: 1, .callerGone))
        try bench.resume()
        bench.settle()
        #expect(bench.texts() == ["call x", "outcome 3", "log a", "call y"])
        try bench.resume(1, .ended(.callerGone))
        bench.settle()
        #expect(bench.texts().suffix(2) == ["outcome other", "log aborted"])
    }

    @Test("an end that comes while the script runs into a call is dropped as well")
    func cancelTooLate() throws {
        let bench = makeBench()
        try bench.send(
            .start(start(1, "call:x log:a spin:100000"), awaitingReplay: false), .cancel(execution: 1, .wallTime))
        bench.settle()
        try bench.resume()
        bench.settle()
        #expect(bench.texts() == ["call x", "outcome 3", "log a"])
    }

    @Test("a stopped execution is forgotten and nothing is answered", arguments: ["spin:1000000", "call:x"])
    func stop(script: String) throws {
        let bench = makeBench()
        try bench.send(.start(start(1, script), awaitingReplay: false))
        bench.turn()
        try bench.send(.stop(execution: 1))
        bench.settle()
        #expect(bench.others == [] && bench.core.executionCount == 0)
        // Its number may come back.
        try bench.send(.start(start(1, "log:a", name: "again"), awaitingReplay: false))
        bench.settle()
        #expect(bench.others.count == 1)
    }

    // MARK: Bounds

    @Test("entries that do not fit one payload go in several")
    func split() throws {
        let bench = makeBench { $0.payloadBytes = 4096 }
        try bench.send(.start(start(1, "big:3000 log:a big:3000 big:3000 log:b"), awaitingReplay: false))
        bench.settle()
        #expect(bench.texts().map(\.count) == [3004, 5, 3004, 3004, 5])
        #expect(bench.others.count == 1)
    }

    @Test("one entry that fits no payload is the script's failure, after what came before")
    func tooLong() throws {
        let bench = makeBench { $0.payloadBytes = 4096 }
        try bench.send(.start(start(1, "log:a big:5000 log:b"), awaitingReplay: false))
        bench.settle()
        #expect(bench.texts() == ["log a"])
        guard case .failed(1, 1, let failure, _) = bench.others.first else {
            Issue.record("not failed at 1")
            return
        }
        #expect(failure.kind == .limit)
    }

    @Test("scripts that nobody uses are forgotten, the least recently used first, those in use never")
    func eviction() throws {
        let bench = makeBench { $0.cacheBytes = 1000 }
        func begin(_ number: UInt64, _ script: String, withSource: Bool) throws -> Bool {
            try bench.send(.start(start(number, script, withSource: withSource), awaitingReplay: false))
            bench.settle()
            return bench.others.last != .sourceNeeded(execution: number)
        }
        let waiting = "call:x log:" + String(repeating: "w", count: 300)
        #expect(try begin(1, waiting, withSource: true))
        #expect(try begin(2, "log:b", withSource: true))
        #expect(try begin(3, "log:c", withSource: true))
        #expect(try begin(4, waiting, withSource: false), "in use")
        #expect(try begin(5, "log:c", withSource: false), "the latest")
        #expect(try !begin(6, "log:b", withSource: false), "the oldest")
    }

    // MARK: A front that errs

    @Test(
        "what an honest front never sends ends the worker",
        arguments: [
            [.start(start(2, "log:a"), awaitingReplay: false), .start(start(2, "log:a"), awaitingReplay: false)],
            [.start(start(0, "log:a"), awaitingReplay: false)],
            [.resume(execution: 1, position: 1, Outcome(.value(.null), time: 0))],
            [.go(execution: 1)], [.replay(execution: 1, entries: [])],
            [
                .start(start(2, "call:x"), awaitingReplay: true),
                .replay(
                    execution: 2,
                    entries: [
                        .init(position: 3, entry: .outsideEnd(.callerGone, instructions: 4)),
                        .init(position: 3, entry: .outsideEnd(.callerGone, instructions: 5)),
                    ]),
            ],
            [
                .start(start(2, "call:x"), awaitingReplay: true),
                .replay(execution: 2, entries: [.init(position: 0, entry: .effect(HostCallTable.Name.log, []))]),
            ],
            [
                .start(start(2, "call:x"), awaitingReplay: true),
                .resume(execution: 2, position: 1, Outcome(.value(.null), time: 0)),
            ],
        ] as [[FrontMessage]])
    func violations(messages: [FrontMessage]) throws {
        let bench = makeBench()
        try bench.send(.start(start(1, "call:a call:b"), awaitingReplay: false))
        bench.settle()
        try bench.resume()
        bench.settle()
        #expect(throws: FrontViolation.self) { for message in messages { try bench.send(message) } }
    }

    @Test("bytes that are no message end the worker", arguments: [[0], [99], [1, 2, 3], [3], [6, 128]] as [[UInt8]])
    func garbage(payload: [UInt8]) {
        let bench = makeBench()
        #expect(throws: FrontViolation.self) { try bench.core.receive(payload) }
    }

    @Test("messages for executions that are over change nothing")
    func late() throws {
        let bench = makeBench()
        try bench.send(
            .replay(execution: 9, entries: []), .go(execution: 9), .cancel(execution: 9, .answered),
            .resume(execution: 9, position: 1, Outcome(.value(.null), time: 0)), .stop(execution: 9))
        bench.settle()
        #expect(bench.others == [] && bench.journals.isEmpty)
    }
}
