import DialplanHostCalls
import Testing

@testable import DialplanWorker

/// A worker that takes over: the same stream, wherever the first one died.
struct ReplayTests {
    private static let script = "log:a call:x answer spin:90000 log:b call:y log:c spin:200000 log:d call:z log:e"

    private func makeBench(turnFuel: Int64) -> WorkerBench<FakeEngine> {
        var settings = WorkerCore<FakeEngine>.Settings()
        settings.turnFuel = turnFuel
        return WorkerBench(FakeEngine(), settings)
    }

    /// A journal that a worker wrote; with an end that lands in the long second spin.
    private func reference(withEnd: Bool) throws -> [Entry] {
        let bench = makeBench(turnFuel: 30_000)
        try bench.send(.start(start(1, Self.script), awaitingReplay: false))
        bench.settle()
        try bench.resume()
        bench.settle()
        try bench.resume()
        if withEnd {
            bench.turn()
            try bench.send(.cancel(execution: 1, .wallTime))
            bench.settle()
        } else {
            bench.settle()
            try bench.resume()
            bench.settle()
        }
        #expect(bench.others.count == 1)
        return try #require(bench.journals[1])
    }

    @Test(
        "the whole journal replayed gives the same stream, however the turns fall",
        arguments: [true, false], [100, 777, 30_000, 1_000_000] as [Int64])
    func whole(withEnd: Bool, turnFuel: Int64) throws {
        let journal = try reference(withEnd: withEnd)
        let bench = makeBench(turnFuel: turnFuel)
        bench.journals[1] = journal
        try bench.send(.start(start(1, Self.script), awaitingReplay: true))
        let items = replay(journal)
        for item in items { try bench.send(.replay(execution: 1, entries: [item])) }
        #expect(!bench.core.hasWork, "nothing runs before the journal is complete")
        try bench.send(.go(execution: 1))
        bench.settle()
        #expect(bench.divergences == [])
        #expect(bench.journals[1] == journal)
        guard case .finished(1, UInt32(journal.count), _) = bench.others.first else {
            Issue.record("did not finish: \(bench.others)")
            return
        }
    }

    @Test("a worker killed after any entry is taken over without a difference", arguments: [true, false])
    func everyPrefix(withEnd: Bool) throws {
        let journal = try reference(withEnd: withEnd)
        for count in 0...journal.count {
            let bench = makeBench(turnFuel: 4_000)
            bench.journals[1] = Array(journal.prefix(count))
            try bench.send(
                .start(start(1, Self.script), awaitingReplay: true),
                .replay(execution: 1, entries: replay(Array(journal.prefix(count)))), .go(execution: 1))
            bench.settle()
            #expect(bench.divergences == [], "after \(count) entries")
            // What the new worker has appended is what the old one would have.
            let stream = bench.journals[1] ?? []
            if withEnd, (7...8).contains(count) {
                // The end had not landed yet: the script goes on to its next call.
                #expect(stream.count == 10 && bench.texts().last == "call z", "after \(count) entries")
            } else {
                #expect(Array(journal.prefix(stream.count)) == stream, "after \(count) entries")
            }
            // It does not wait for what is there, and waits for what is not.
            if case .call = stream.last {
                #expect(bench.others == [] && bench.core.executionCount == 1)
            } else {
                #expect(bench.others.count == 1)
            }
        }
    }

    @Test("a taken over script goes on with what comes after its journal")
    func goesOn() throws {
        let bench = makeBench(turnFuel: 30_000)
        let journal = Array(try reference(withEnd: false).prefix(2))
        bench.journals[1] = journal
        try bench.send(.start(start(1, Self.script), awaitingReplay: true), .go(execution: 1))
        bench.settle()
        for _ in 0..<3 {
            try bench.resume()
            bench.settle()
        }
        #expect(bench.journals[1] == (try reference(withEnd: false)))
        #expect(bench.divergences == [])
    }

    @Test("another script under the same journal is found out by what it sends")
    func divergence() throws {
        let journal = try reference(withEnd: false)
        let bench = makeBench(turnFuel: 30_000)
        bench.journals[1] = journal
        try bench.send(
            .start(start(1, "log:a call:x log:other"), awaitingReplay: true),
            .replay(execution: 1, entries: replay(journal)), .go(execution: 1))
        bench.settle()
        #expect(bench.divergences == [3])
    }
}
