import Foundation
import TestSupport
import Testing

@testable import CallStore

@Suite("How long calls are remembered")
struct RetentionTests {
    private let now = monday.adding(seconds: 100 * 86_400)

    /// A record and a journal that are `days` old, for each.
    private func fill(_ store: CallStore, days: [Int64]) async throws {
        let owner = try store.addUser("alice").id
        for (index, age) in days.enumerated() {
            var record = sampleRecord(call: UInt64(index + 1), owner: owner)
            record.started = now.adding(seconds: -age * 86_400)
            let journal = Journal(
                call: record.call, execution: 1, engineVersion: 3, entries: [1], updated: record.started)
            #expect(await store.submitAndWait([.insertCallRecord(record), .saveJournal(journal)]).error == nil)
        }
    }

    @Test("journals go after a week and records stay, unless set otherwise")
    func standard() async throws {
        let store = try CallStore.inMemory()
        try await self.fill(store, days: [30, 8, 6, 0])
        #expect(try store.retention() == Retention(journalDays: 7, recordDays: nil))
        #expect(try store.prune(at: self.now) == 2)
        #expect(try store.journals().map(\.call) == [3, 4])
        #expect(try store.callRecords().records.count == 4)
        #expect(try store.journals(ofCall: 3).map(\.engineVersion) == [3])
        #expect(try store.journals(ofCall: 1).isEmpty)
        #expect(try store.journals(ofCall: .max).isEmpty)

        try store.setRetention(Retention(journalDays: nil, recordDays: 7))
        #expect(try store.retention() == Retention(journalDays: nil, recordDays: 7))
        #expect(try store.prune(at: self.now) == 2)
        #expect(try store.callRecords().records.map(\.record.call) == [4, 3])
        #expect(try store.prune(at: self.now.adding(seconds: 86_400 * 1_000)) == 2)
        #expect(try store.journals().count == 2)
    }

    @Test("more than one step's worth goes too", arguments: [49, 50, 51, 450])
    func steps(count: Int) async throws {
        let store = try CallStore.inMemory()
        try await self.fill(store, days: Array(repeating: 20, count: count) + [1])
        try store.setRetention(Retention(journalDays: 7, recordDays: 7))
        #expect(try store.prune(at: self.now) == 2 * count)
        #expect(try store.callRecords().records.map(\.record.call) == [UInt64(count + 1)])
        #expect(try store.journals().map(\.call) == [UInt64(count + 1)])
    }

    @Test("pruning by hand removes what is older than a moment, with its legs, in steps, and what was counted")
    func byHand() async throws {
        let store = try CallStore.inMemory()
        try await self.fill(store, days: Array(repeating: 20, count: 450) + [10, 1])
        // A journal that was written again lately stands among the oldest.
        let renewed = Journal(call: 1, execution: 1, engineVersion: 3, entries: [2], updated: self.now)
        #expect(await store.submitAndWait([.saveJournal(renewed)]).error == nil)
        let limit = self.now.adding(seconds: -10 * 86_400)

        let counted = try store.countPrunable(before: limit)
        #expect(counted.records == 450 && counted.journals == 449)
        var gone = try store.prune(before: limit, atMost: 300)
        #expect(!gone.isComplete)
        let rest = try store.prune(before: limit, atMost: 10_000)
        #expect(rest.isComplete)
        gone.records += rest.records
        gone.journals += rest.journals
        #expect(gone.records == 450 && gone.journals == 449)
        #expect(try store.callRecords().records.map(\.record.call) == [452, 451], "the limit itself is not older")
        #expect(try store.journals().map(\.call) == [1, 451, 452])
        #expect(try store.countPrunable(before: limit) == PrunedRows())
        #expect(try store.prune(before: limit, atMost: 100) == PrunedRows())
        #expect(store.check(everyPage: true).allSatisfy { $0.verdict == .fine })
    }

    @Test("what cannot be is refused", arguments: [0, -1, 36_501])
    func range(days: Int) throws {
        let store = try CallStore.inMemory()
        for retention in [
            Retention(journalDays: days, recordDays: nil), Retention(journalDays: nil, recordDays: days),
        ] {
            #expect(storeError { () throws(StoreError) in try store.setRetention(retention) }?.code == .invalidValue)
        }
        #expect(try store.retention() == .standard)
    }

    @Test("a store that serves prunes by itself, also while it is being written", .timeLimit(.minutes(1)))
    func serving() async throws {
        var options = CallStore.Options()
        options.pruneIntervalMilliseconds = 1
        let folder = try TemporaryFolder()
        let store = try CallStore.open(folder.database, role: .serving, options: options)
        try await self.fill(store, days: Array(repeating: 400, count: 120))
        // Every write gives the writer a turn; the time limit ends a test that waits in vain.
        while try !store.journals().isEmpty {
            #expect(await store.submitAndWait([.setSetting(key: "a", value: "b")]).error == nil)
        }
        #expect(store.writeStatistics.rowsPruned == 120)
        #expect(try store.callRecords(limit: 1_000).records.count == 120)
        store.close()
    }
}
