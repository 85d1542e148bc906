import Foundation
import GRDB
import TestSupport
import Testing

@testable import CallStore

@Suite("Backup and restore")
struct BackupTests {
    let folder: TemporaryFolder
    let backup: String

    init() throws {
        self.folder = try TemporaryFolder()
        self.backup = self.folder.path + "/backup.sqlite"
    }

    private func filled() async throws -> CallStore {
        let store = try CallStore.open(self.folder.database, role: .serving)
        try store.addAlice()
        for call in 1...200 as ClosedRange<UInt64> {
            let journal = Journal(
                call: call, execution: 0, engineVersion: 1, entries: Array(repeating: 1, count: 50_000), updated: monday
            )
            #expect(await store.submitAndWait([.saveJournal(journal)]).error == nil)
        }
        return store
    }

    @Test("a backup taken while the switch writes is one moment of it, sound, private, with progress up to the end")
    func online() async throws {
        let store = try await self.filled()
        // Another connection writes whenever a part has been copied: the copy must neither wait nor begin anew for it.
        var steps: [(Int, Int)] = []
        let summary = try store.backup(to: self.backup) { done, total in
            steps.append((done, total))
            try? store.setSetting("step", "\(steps.count)")
        }
        #expect(steps.count > 2)
        #expect(steps.last.map { $0.0 == $0.1 } == true)
        #expect(zip(steps, steps.dropFirst()).allSatisfy { $0.0 < $1.0 }, "progress never goes back")
        #expect(summary.bytes > 10_000_000)
        #expect(try store.setting("step") == "\(steps.count)")
        store.close()

        let mode = try FileManager.default.attributesOfItem(atPath: self.backup)[.posixPermissions] as? Int
        #expect(mode == 0o600)
        #expect(
            try FileManager.default.contentsOfDirectory(atPath: self.folder.path).filter { $0.hasPrefix("backup") } == [
                "backup.sqlite"
            ])
        #expect(CallStore.check(self.backup).filter { $0.verdict == .problem && $0.subject != "disk" } == [])
        let copy = try CallStore.open(self.backup, role: .inspecting)
        #expect(try copy.journals().count == 200)
        #expect(try copy.setting("step") == nil, "the moment of the beginning")
        copy.close()
    }

    @Test("a backup does not write over a file, nor into a folder that is not there")
    func refused() throws {
        let store = try CallStore.open(self.folder.database, role: .serving)
        try Data("mine".utf8).write(to: URL(fileURLWithPath: self.backup))
        let taken = storeError { () throws(StoreError) in try store.backup(to: self.backup) }
        #expect(taken?.code == .alreadyExists)
        #expect(FileManager.default.contents(atPath: self.backup) == Data("mine".utf8))
        let missing = storeError { () throws(StoreError) in try store.backup(to: self.folder.path + "/no/b") }
        #expect(missing?.code == .cannotOpen)
        #expect(missing?.message.contains("/no/b") == true)
        store.close()
    }

    @Test("a restore brings the backup's state back and keeps the replaced file")
    func restored() async throws {
        let store = try await self.filled()
        try store.backup(to: self.backup)
        try store.addUser("bob")
        store.close()
        var last = (0, 0)
        let summary = try CallStore.restore(from: self.backup, to: self.folder.database, at: monday) { last = ($0, $1) }
        #expect(last.0 == last.1 && last.1 > 0)
        let replaced = try #require(summary.replaced)
        let now = try CallStore.open(self.folder.database, role: .serving)
        #expect(try now.users().map(\.name) == ["alice"])
        #expect(try now.journals().count == 200)
        now.close()
        let before = try CallStore.open(replaced, role: .inspecting)
        #expect(try before.users().map(\.name) == ["alice", "bob"])
        before.close()
        #expect(FileManager.default.fileExists(atPath: self.backup))
    }

    @Test("a restore into an empty place works, tells of a missing key, and takes the backup of an older version")
    func elsewhere() throws {
        let store = try CallStore.open(self.folder.database, role: .serving)
        try store.addUser("alice")
        try store.addProvider(
            "voip", owner: "alice", settings: ProviderSettings(serverURI: "sip:a.net", username: "u"),
            secret: ProviderSecret("one"))
        let made = try store.backup(to: self.backup)
        #expect(made.providersWithSecret == 1)
        #expect(made.secretsKeyPath == self.folder.database + ".secrets-key")
        store.close()
        let other = self.folder.path + "/other.sqlite"
        let summary = try CallStore.restore(from: self.backup, to: other)
        #expect(summary.replaced == nil)
        #expect(summary.providersWithoutKey == ["voip of alice"])

        let old = self.folder.path + "/old.sqlite"
        try ReleasedFiles.make(ReleasedFiles.schema1, at: old)
        let third = self.folder.path + "/third.sqlite"
        #expect(try CallStore.restore(from: old, to: third).schema == "1")
        let opened = try CallStore.open(third, role: .serving)
        #expect(try opened.callRecords().records.count == 2)
        opened.close()
    }

    @Test("a switch that runs on the file refuses the restore, and so does a command that has it open")
    func beingServed() throws {
        for role in [CallStore.Role.serving, .administering] {
            let store = try CallStore.open(self.folder.database, role: role)
            try? FileManager.default.removeItem(atPath: self.backup)
            try store.backup(to: self.backup)
            let error = storeError { () throws(StoreError) in
                _ = try CallStore.restore(from: self.backup, to: self.folder.database)
            }
            #expect(error?.code == .beingServed)
            store.close()
        }
    }

    @Test("a bad backup is refused with its name and changes nothing", arguments: BadBackup.allCases)
    func bad(kind: BadBackup) throws {
        let store = try CallStore.open(self.folder.database, role: .serving)
        try store.addUser("alice")
        store.close()
        try kind.make(at: self.backup)
        let error = storeError { () throws(StoreError) in
            _ = try CallStore.restore(from: self.backup, to: self.folder.database)
        }
        #expect(error?.code == kind.code)
        #expect(error?.message.contains(self.backup) == true, "\(error?.message ?? "")")
        let still = try CallStore.open(self.folder.database, role: .serving)
        #expect(try still.users().map(\.name) == ["alice"])
        still.close()
        let left = try FileManager.default.contentsOfDirectory(atPath: self.folder.path)
        #expect(left.filter { $0.contains("restoring") || $0.contains("replaced") } == [])
    }
}

enum BadBackup: String, CaseIterable, Sendable {
    case missing, folder, letter, foreign, newer, damaged

    var code: StoreError.Code {
        switch self {
        case .missing, .folder: .cannotOpen
        case .letter, .damaged: .corrupt
        case .foreign: .notAStore
        case .newer: .newerSchema
        }
    }

    func make(at path: String) throws {
        switch self {
        case .missing: break
        case .folder: try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        case .letter:
            try Data(String(repeating: "dear aunt, ", count: 100).utf8).write(to: URL(fileURLWithPath: path))
        case .foreign:
            let other = try DatabaseQueue(path: path)
            try other.write { try $0.execute(sql: "CREATE TABLE recipes (name TEXT)") }
            try other.close()
        case .newer, .damaged:
            let store = try CallStore.open(path, role: .serving)
            try store.addAlice()
            if self == .newer {
                try store.database.write { try $0.execute(sql: "INSERT INTO grdb_migrations VALUES ('99')") }
            }
            store.close()
            guard self == .damaged, let file = FileHandle(forWritingAtPath: path) else { return }
            // The pages of one table each: their contents no longer fit their indexes.
            try file.seek(toOffset: 4_096 * 8)
            try file.write(contentsOf: Data(repeating: 0xA5, count: 4_096 * 4))
            try file.close()
        }
    }
}
