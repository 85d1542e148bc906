import Foundation
import GRDB
import TestSupport
import Testing

@testable import CallStore

@Suite("Opening the store")
struct OpeningTests {
    let folder: TemporaryFolder

    init() throws {
        self.folder = try TemporaryFolder()
    }

    @Test("a new file is made for its owner alone, with a write-ahead log, and marked as ours")
    func created() throws {
        let store = try CallStore.open(self.folder.database, role: .serving)
        let mode = try FileManager.default.attributesOfItem(atPath: self.folder.database)[.posixPermissions] as? Int
        #expect(mode == 0o600)
        let (journal, application) = try store.database.read { database in
            (
                try String.fetchOne(database, sql: "PRAGMA journal_mode"),
                try Int.fetchOne(database, sql: "PRAGMA application_id")
            )
        }
        #expect(journal == "wal")
        #expect(application == 0x4450_4C4E)
        store.close()
    }

    @Test("what was written is there when the file is opened again", arguments: [CallStore.Role.serving, .inspecting])
    func reopened(role: CallStore.Role) async throws {
        let first = try CallStore.open(self.folder.database, role: .serving)
        let alice = try first.addAlice()
        let binding = sampleBinding(alice.account.id)
        let record = sampleRecord(call: 7, owner: alice.user.id, plan: alice.plan.id)
        #expect(await first.submitAndWait([.upsertBinding(binding), .insertCallRecord(record)]).error == nil)
        first.close()

        let second = try CallStore.open(self.folder.database, role: role)
        let directory = try second.loadDirectory()
        #expect(directory.users == [alice.user])
        #expect(directory.accounts == [alice.account])
        #expect(directory.dialplans.map(\.current) == [alice.plan])
        #expect(directory.bindings == [binding])
        #expect(directory.highestCall == 7)
        #expect(try second.callRecords().records.map(\.record) == [record])
        second.close()
    }

    @Test("one process serves: a second one, and one that administers, are refused with words that help")
    func lockedWhileServing() throws {
        var options = CallStore.Options()
        options.lockWaitMilliseconds = 0
        let serving = try CallStore.open(self.folder.database, role: .serving)
        for role in [CallStore.Role.serving, .administering] {
            let error = storeError { () throws(StoreError) in
                _ = try CallStore.open(self.folder.database, role: role, options: options)
            }
            #expect(error?.code == .beingServed)
            #expect(error?.message.contains("process \(getpid())") == true)
            #expect(error?.message.contains("running switch") == true)
        }
        // Reading beside it is harmless.
        let reader = try CallStore.open(self.folder.database, role: .inspecting)
        #expect(try reader.users().isEmpty)
        reader.close()

        serving.close()
        let next = try CallStore.open(self.folder.database, role: .serving, options: options)
        next.close()
    }

    @Test("several may administer at once, and serving waits for them to end")
    func sharedAdministration() async throws {
        let first = try CallStore.open(self.folder.database, role: .administering)
        let second = try CallStore.open(self.folder.database, role: .administering)
        try first.addUser("alice")
        try second.addUser("bob")
        #expect(try first.users().map(\.name) == ["alice", "bob"])
        second.close()

        var options = CallStore.Options()
        options.lockWaitMilliseconds = 0
        let refused = storeError { () throws(StoreError) in
            _ = try CallStore.open(self.folder.database, role: .serving, options: options)
        }
        #expect(refused?.code == .beingServed)

        options.lockWaitMilliseconds = 30_000
        async let serving = CallStore.open(self.folder.database, role: .serving, options: options)
        first.close()
        let store = try await serving
        #expect(try store.users().count == 2)
        store.close()
    }

    @Test("dropping the last reference gives the lock back as closing does")
    func lockReleasedWithReference() throws {
        var options = CallStore.Options()
        options.lockWaitMilliseconds = 30_000
        var store: CallStore? = try CallStore.open(self.folder.database, role: .serving)
        #expect(try store?.users().isEmpty == true)
        store = nil
        let next = try CallStore.open(self.folder.database, role: .serving, options: options)
        next.close()
    }

    @Test("a file that is no database, or is damaged, is called corrupt")
    func corrupt() throws {
        try Data("this is a letter to my aunt, and it goes on for a while".utf8)
            .write(to: URL(fileURLWithPath: self.folder.database))
        let error = storeError { () throws(StoreError) in
            _ = try CallStore.open(self.folder.database, role: .serving)
        }
        #expect(error?.code == .corrupt)
        #expect(error?.message.contains("restore the last backup") == true)
    }

    @Test("a damaged page is called corrupt when it is read")
    func damagedPage() throws {
        let store = try CallStore.open(self.folder.database, role: .serving)
        try store.addAlice()
        store.close()
        let size = try #require(FileManager.default.contents(atPath: self.folder.database)).count
        #expect(size > 10 * 4_096, "closing moves the log into the file")
        let file = try #require(FileHandle(forWritingAtPath: self.folder.database))
        try file.seek(toOffset: 4_096)
        try file.write(contentsOf: Data(repeating: 0xA5, count: size - 4_096))
        try file.close()
        let error = storeError { () throws(StoreError) in
            let store = try CallStore.open(self.folder.database, role: .serving)
            _ = try store.loadDirectory()
        }
        #expect(error?.code == .corrupt)
    }

    @Test("a database of another program is left alone")
    func foreign() throws {
        let other = try DatabaseQueue(path: self.folder.database)
        try other.write { try $0.execute(sql: "CREATE TABLE recipes (name TEXT)") }
        try other.close()
        let error = storeError { () throws(StoreError) in
            _ = try CallStore.open(self.folder.database, role: .serving)
        }
        #expect(error?.code == .notAStore)
        let tables = try DatabaseQueue(path: self.folder.database).read {
            try String.fetchAll($0, sql: "SELECT name FROM sqlite_master")
        }
        #expect(tables == ["recipes"])
    }

    @Test("a file from a newer version is refused and not changed")
    func newer() throws {
        let store = try CallStore.open(self.folder.database, role: .serving)
        try store.database.write { try $0.execute(sql: "INSERT INTO grdb_migrations VALUES ('99')") }
        store.close()
        for role in [CallStore.Role.serving, .administering, .inspecting] {
            let error = storeError { () throws(StoreError) in
                _ = try CallStore.open(self.folder.database, role: role)
            }
            #expect(error?.code == .newerSchema)
        }
    }

    @Test(
        "a path that cannot be is refused in words",
        arguments: [("missing/switch.sqlite", StoreError.Code.cannotOpen), ("", .cannotOpen)])
    func badPath(path: String, code: StoreError.Code) throws {
        for role in [CallStore.Role.serving, .inspecting] {
            let error = storeError { () throws(StoreError) in
                _ = try CallStore.open(self.folder.path + "/" + path, role: role)
            }
            #expect(error?.code == code)
        }
    }

    @Test(
        "a folder that cannot be written is called read-only", .enabled(if: geteuid() != 0, "root may write anywhere"))
    func readOnlyFolder() throws {
        try FileManager.default.setAttributes([.posixPermissions: 0o555], ofItemAtPath: self.folder.path)
        let error = storeError { () throws(StoreError) in
            _ = try CallStore.open(self.folder.database, role: .serving)
        }
        #expect(error?.code == .readOnly)
        try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: self.folder.path)
    }

    @Test("a store opened for inspecting refuses to write")
    func inspectingIsReadOnly() async throws {
        try CallStore.open(self.folder.database, role: .administering).close()
        let store = try CallStore.open(self.folder.database, role: .inspecting)
        #expect(storeError { () throws(StoreError) in try store.addUser("alice") }?.code == .readOnly)
        #expect(await store.submitAndWait([.setSetting(key: "a", value: "b")]).error?.code == .readOnly)
        store.close()
    }

    @Test("inspecting a file that is not there makes none")
    func inspectingMissing() {
        let error = storeError { () throws(StoreError) in
            _ = try CallStore.open(self.folder.database, role: .inspecting)
        }
        #expect(error?.code == .cannotOpen)
        #expect(!FileManager.default.fileExists(atPath: self.folder.database))
    }

    @Test("a closed store says so, in every direction, and may be closed again")
    func closed() async throws {
        let store = try CallStore.open(self.folder.database, role: .serving)
        store.close()
        store.close()
        #expect(storeError { () throws(StoreError) in _ = try store.users() }?.code == .closed)
        #expect(storeError { () throws(StoreError) in try store.addUser("alice") }?.code == .closed)
        #expect(await store.submitAndWait([.setSetting(key: "a", value: "b")]).error?.code == .closed)
    }

    @Test("with durability against power loss every commit is flushed")
    func powerLoss() throws {
        var options = CallStore.Options()
        options.durability = .powerLoss
        let store = try CallStore.open(self.folder.database, role: .serving, options: options)
        let level = try store.database.write { try Int.fetchOne($0, sql: "PRAGMA synchronous") }
        #expect(level == 2)
        store.close()
    }
}
