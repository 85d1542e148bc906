import DialplanHostCalls
import Testing

@testable import DialplanWorker

/// The worker with the real language: what the fake one cannot prove.
struct RealScriptTests {
    private func makeBench(turnFuel: Int64 = 30_000) -> WorkerBench<DialplanEngine> {
        var settings = WorkerCore<DialplanEngine>.Settings()
        settings.turnFuel = turnFuel
        return WorkerBench(DialplanEngine(), settings)
    }

    private static let script = """
        sys.Log("begin")
        sum = 0
        3000.times { |i| sum += i }
        sys.Log("sum #{sum}")
        result = sys.Dial("a@b")
        sys.Log("result #{result}")
        5000.times { |i| sum -= 1 }
        sys.Dial("c@d")
        sys.Log("end")
        """

    private func journal(withEnd: Bool) throws -> [Entry] {
        let bench = makeBench(turnFuel: 3_000)
        try bench.send(.start(start(1, Self.script), awaitingReplay: false))
        bench.settle()
        #expect(bench.texts() == ["log begin", "log sum 4498500", "call a@b,0,0"])
        try bench.resume()
        if withEnd {
            bench.turn()
            try bench.send(.cancel(execution: 1, .callerGone))
            bench.settle()
            #expect(bench.texts().count == 6 && bench.texts().last?.hasPrefix("callerGone at ") == true)
        } else {
            bench.settle()
            try bench.resume()
            bench.settle()
            #expect(bench.texts().last == "log end")
        }
        guard case .finished = bench.others.last else {
            Issue.record("did not finish: \(bench.others)")
            return []
        }
        return bench.journals[1] ?? []
    }

    @Test(
        "a real script's stream is the same however the turns fall, live and replayed", arguments: [true, false],
        [700, 30_000, 10_000_000] as [Int64])
    func replayed(withEnd: Bool, turnFuel: Int64) throws {
        let journal = try journal(withEnd: withEnd)
        let bench = makeBench(turnFuel: turnFuel)
        bench.journals[1] = journal
        try bench.send(
            .start(start(1, Self.script), awaitingReplay: true),
            .replay(execution: 1, entries: replay(journal)), .go(execution: 1))
        bench.settle()
        #expect(bench.divergences == [])
        #expect(bench.journals[1] == journal)
        guard case .finished = bench.others.last else {
            Issue.record("did not finish: \(bench.others)")
            return
        }
    }

    @Test("an endless script leaves room for others and is ended from outside")
    func endless() throws {
        let bench = makeBench()
        try bench.send(
            .start(start(1, "while true\nend"), awaitingReplay: false),
            .start(start(2, "sys.Log('here')"), awaitingReplay: false))
        for _ in 0..<5 { bench.turn() }
        #expect(bench.texts(2) == ["log here"])
        try bench.send(.cancel(execution: 1, .wallTime))
        for _ in 0..<5 { bench.turn() }
        #expect(bench.others.count == 2 && bench.core.executionCount == 0)
    }

    @Test("a syntax error is told with its line")
    func syntaxError() throws {
        let bench = makeBench()
        try bench.send(.start(start(1, "sys.Log('a')\nif true\n"), awaitingReplay: false))
        bench.settle()
        guard case .failed(1, 0, let failure, _) = bench.others.first else {
            Issue.record("not failed: \(bench.others)")
            return
        }
        #expect(failure.kind == .syntaxError && failure.line >= 2)
    }

    @Test("a limit ends the script, its lines before are kept")
    func limit() throws {
        let bench = makeBench()
        var limits = ExecutionLimits()
        limits.instructions = 100_000
        try bench.send(.start(start(1, "sys.Log('a')\nwhile true\nend", limits: limits), awaitingReplay: false))
        bench.settle()
        #expect(bench.texts() == ["log a"])
        guard case .failed(1, 1, let failure, let statistics) = bench.others.first else {
            Issue.record("not failed: \(bench.others)")
            return
        }
        #expect(failure.kind == .limit && statistics.instructions >= 100_000)
    }
}
