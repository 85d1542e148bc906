import Foundation
import GRDB
import TestSupport
import Testing

@testable import CallStore

@Suite("Submitting writes")
struct SubmittingTests {
    let folder: TemporaryFolder
    let store: CallStore

    init() throws {
        self.folder = try TemporaryFolder()
        self.store = try CallStore.open(self.folder.database, role: .serving)
    }

    /// Holds SQLite's writer from another thread, so that submissions gather behind it.
    private func holdWriter() -> Gate {
        let gate = Gate()
        Thread { [store] in
            store.holdDatabase(at: gate)
        }.start()
        gate.waitUntilEntered()
        return gate
    }

    @Test("when the completion comes, another connection sees the write")
    func completionAfterCommit() throws {
        let collector = Collector<String?>()
        let path = self.folder.database
        self.store.submit([.setSetting(key: "colour", value: "blue")]) { _ in
            let other = try? DatabaseQueue(path: path)
            collector.add(
                try? other?.read { try String.fetchOne($0, sql: "SELECT value FROM settings WHERE key = 'colour'") })
        }
        #expect(collector.values(1) == ["blue"])
        self.store.close()
    }

    @Test("submissions that gather are committed in few transactions, in order, each with its own completion")
    func batching() throws {
        let gate = self.holdWriter()
        let collector = Collector<Int>()
        for number in 0..<1_000 {
            self.store.submit([.setSetting(key: "last", value: "\(number)")]) { result in
                if case .success = result { collector.add(number) }
            }
        }
        #expect(self.store.writeStatistics.submissionsCommitted == 0)
        #expect(self.store.writeStatistics.queuedWritesHighest > 0)
        gate.open()
        #expect(collector.values(1_000) == Array(0..<1_000))
        #expect(try self.store.setting("last") == "999")
        // The first may have been taken alone, before the rest had gathered.
        #expect(self.store.writeStatistics.commits <= 2)
        #expect(self.store.writeStatistics.queuedWrites == 0)
        self.store.close()
    }

    @Test("a submission that fails is undone whole, and those around it are kept")
    func failureIsolated() throws {
        let alice = try self.store.addAlice()
        let nobody = RowID<Account>(rawValue: 4_711)
        let gate = self.holdWriter()
        let collector = Collector<StoreError.Code?>()
        let submissions: [[StoreWrite]] = [
            [.upsertBinding(sampleBinding(alice.account.id, contact: "sip:one@192.0.2.1"))],
            [
                .upsertBinding(sampleBinding(alice.account.id, contact: "sip:two@192.0.2.1")),
                .upsertBinding(sampleBinding(nobody, contact: "sip:three@192.0.2.1")),
            ],
            [.upsertBinding(sampleBinding(alice.account.id, contact: "sip:four@192.0.2.1"))],
        ]
        for writes in submissions {
            self.store.submit(writes) { collector.add($0.error?.code) }
        }
        gate.open()
        #expect(collector.values(3) == [nil, .unknownAccount, nil])
        #expect(try self.store.bindings().map(\.contact) == ["sip:four@192.0.2.1", "sip:one@192.0.2.1"])
        self.store.close()
    }

    @Test("a full queue refuses at once and says so, and works again when it has drained")
    func queueFull() async throws {
        var options = CallStore.Options()
        options.queuedWritesMax = 10
        options.batchWritesMax = 1
        let store = try CallStore.inMemory(options: options)
        let gate = Gate()
        Thread { store.holdDatabase(at: gate) }.start()
        gate.waitUntilEntered()

        let committed = Collector<Bool>()
        var refused: [StoreError] = []
        // One may already be in the writer's hands; 10 wait; the rest is refused before `submit` returns.
        for number in 0..<20 {
            let isRefused = Collector<StoreError>()
            store.submit([.setSetting(key: "k\(number)", value: "v")]) { result in
                if let error = result.error { isRefused.add(error) } else { committed.add(true) }
            }
            refused += isRefused.values(0)
        }
        #expect([9, 10].contains(refused.count))
        #expect(refused.allSatisfy { $0.code == .queueFull })
        #expect(refused.first?.message.contains("waiting for the disk") == true)
        gate.open()
        #expect(committed.values(20 - refused.count).count == 20 - refused.count)
        #expect(await store.submitAndWait([.setSetting(key: "later", value: "v")]).error == nil)
        #expect(store.writeStatistics.submissionsFailed == UInt64(refused.count))
        store.close()
    }

    @Test("a submission larger than the whole queue is taken when the queue is empty, and kept in one transaction")
    func oversized() async throws {
        var options = CallStore.Options()
        options.queuedWritesMax = 4
        options.batchWritesMax = 2
        let store = try CallStore.inMemory(options: options)
        let writes = (0..<50).map { StoreWrite.setSetting(key: "k\($0)", value: "v") }
        #expect(await store.submitAndWait(writes).error == nil)
        #expect(try store.loadDirectory().settings.count == 50)
        #expect(store.writeStatistics.commits == 1)
        store.close()
    }

    @Test("an empty submission completes")
    func empty() async {
        #expect(await self.store.submitAndWait([]).error == nil)
        self.store.close()
    }

    @Test("closing commits what is queued")
    func closingDrains() throws {
        let gate = self.holdWriter()
        let collector = Collector<Bool>()
        for number in 0..<100 {
            self.store.submit([.setSetting(key: "k\(number)", value: "v")]) { collector.add($0.error == nil) }
        }
        gate.open()
        self.store.close()
        #expect(collector.values(100) == Array(repeating: true, count: 100))
        let again = try CallStore.open(self.folder.database, role: .serving)
        #expect(try again.loadDirectory().settings.count == 100)
        again.close()
    }

    @Test("submissions from many threads are all committed")
    func manyThreads() async throws {
        let store = self.store
        await withTaskGroup(of: Int.self) { group in
            for thread in 0..<8 {
                group.addTask {
                    var failures = 0
                    for number in 0..<50 {
                        let key = "\(thread)-\(number)"
                        if await store.submitAndWait([.setSetting(key: key, value: "v")]).error != nil { failures += 1 }
                    }
                    return failures
                }
            }
            for await failures in group {
                #expect(failures == 0)
            }
        }
        #expect(try store.loadDirectory().settings.count == 400)
        store.close()
    }

    @Test("a disk without room fails the batch with words, keeps what was there, and writes go on when there is room")
    func diskFull() async throws {
        #expect(await self.store.submitAndWait([.setSetting(key: "before", value: "v")]).error == nil)
        let pages = try await self.store.database.write { database in
            try Int.fetchOne(database, sql: "PRAGMA page_count") ?? 0
        }
        try await self.store.database.write { try $0.execute(sql: "PRAGMA max_page_count = \(pages)") }
        let journal = Journal(
            call: 1, execution: 0, engineVersion: 1, entries: [UInt8](repeating: 7, count: 500_000), updated: monday)
        let error = await self.store.submitAndWait([.setSetting(key: "with it", value: "v"), .saveJournal(journal)])
            .error
        #expect(error?.code == .diskFull)
        #expect(error?.message.contains("free some space") == true)
        #expect(try self.store.loadDirectory().settings == ["before": "v"])

        try await self.store.database.write { try $0.execute(sql: "PRAGMA max_page_count = 1000000") }
        #expect(await self.store.submitAndWait([.saveJournal(journal)]).error == nil)
        #expect(try self.store.journals() == [journal])
        self.store.close()
    }

    @Test("a file locked by another program fails the batch with words after the busy timeout")
    func locked() async throws {
        var options = CallStore.Options()
        options.busyTimeoutMilliseconds = 10
        let folder = try TemporaryFolder()
        let store = try CallStore.open(folder.database, role: .serving, options: options)
        var configuration = Configuration()
        configuration.allowsUnsafeTransactions = true
        let other = try DatabaseQueue(path: folder.database, configuration: configuration)
        try await other.writeWithoutTransaction { try $0.execute(sql: "BEGIN IMMEDIATE") }
        let error = await store.submitAndWait([.setSetting(key: "a", value: "b")]).error
        #expect(error?.code == .locked)
        #expect(error?.message.contains("locked by another program") == true)
        #expect(storeError { () throws(StoreError) in try store.addUser("alice") }?.code == .locked)
        try await other.writeWithoutTransaction { try $0.execute(sql: "ROLLBACK") }
        #expect(await store.submitAndWait([.setSetting(key: "a", value: "b")]).error == nil)
        store.close()
    }
}

extension CallStore {
    /// Occupies the only connection that writes, until the gate opens.
    fileprivate func holdDatabase(at gate: Gate) {
        self.database.writeWithoutTransaction { _ in gate.pass() }
    }
}
