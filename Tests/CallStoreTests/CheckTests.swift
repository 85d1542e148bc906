import Foundation
import GRDB
import TestSupport
import Testing

@testable import CallStore

@Suite("Checking a store, for doctor")
struct CheckTests {
    let folder: TemporaryFolder

    init() throws {
        self.folder = try TemporaryFolder()
    }

    private func finding(_ subject: String) -> StoreFinding? {
        CallStore.check(self.folder.database).first { $0.subject == subject }
    }

    @Test("a sound store has nothing but good findings, each with its subject")
    func sound() throws {
        let store = try CallStore.open(self.folder.database, role: .serving)
        try store.addAlice()
        try store.addProvider(
            "voip", owner: "alice", settings: ProviderSettings(serverURI: "sip:a.net", username: "u"),
            secret: ProviderSecret("one"))
        store.close()
        for everyPage in [true, false] {
            let findings = CallStore.check(self.folder.database, everyPage: everyPage)
            // What is free on this machine's disk is not this test's matter.
            #expect(findings.filter { $0.verdict != .fine && $0.subject != "disk" } == [])
            #expect(
                findings.map(\.subject) == [
                    "file", "folder", "lock", "log", "disk", "schema", "integrity", "references", "secrets key",
                ])
        }
    }

    @Test("who has the file open is told, and checking beside a switch disturbs nobody")
    func holder() throws {
        let store = try CallStore.open(self.folder.database, role: .serving)
        #expect(self.finding("lock")?.message == "process \(getpid()) serves from it")
        try store.addUser("alice")
        store.close()
        let administering = try CallStore.open(self.folder.database, role: .administering)
        #expect(self.finding("lock")?.message.contains("commands have it open (processes \(getpid()))") == true)
        administering.close()
        #expect(self.finding("lock")?.message.contains("no switch") == true)
    }

    @Test("a missing file, one that others may read, a folder that others may write: each with what to do")
    func files() throws {
        #expect(self.finding("file")?.verdict == .problem)
        #expect(self.finding("file")?.remedy?.contains("--database") == true)
        try CallStore.open(self.folder.database, role: .serving).close()
        func set(_ mode: Int, _ path: String) throws {
            try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: path)
        }
        try set(0o644, self.folder.database)
        #expect(self.finding("file")?.verdict == .warning)
        #expect(self.finding("file")?.remedy?.contains("chmod 600") == true)
        try set(0o777, self.folder.path)
        #expect(self.finding("folder")?.verdict == .warning)
        try set(0o1777, self.folder.path)
        #expect(self.finding("folder")?.verdict == .fine, "a sticky folder such as /tmp")
    }

    @Test("a lost secrets key, a newer schema, another program's file, a row without what it names")
    func contents() throws {
        let store = try CallStore.open(self.folder.database, role: .serving)
        try store.addAlice()
        try store.addProvider(
            "voip", owner: "alice", settings: ProviderSettings(serverURI: "sip:a.net", username: "u"),
            secret: ProviderSecret("one"))
        store.close()
        try FileManager.default.removeItem(atPath: self.folder.database + ".secrets-key")
        #expect(self.finding("secrets key")?.verdict == .problem)
        #expect(self.finding("secrets key")?.message.contains("is missing") == true)

        func edit(_ sql: String) throws {
            var configuration = Configuration()
            configuration.foreignKeysEnabled = false
            let queue = try DatabaseQueue(path: self.folder.database, configuration: configuration)
            try queue.write { try $0.execute(sql: sql) }
            try queue.close()
        }
        try edit("UPDATE accounts SET owner_id = 99")
        #expect(self.finding("references")?.verdict == .problem)
        #expect(self.finding("references")?.message.contains("accounts") == true)
        try edit("INSERT INTO grdb_migrations VALUES ('99')")
        #expect(self.finding("schema")?.message.contains("newer version") == true)
        try edit("PRAGMA application_id = 1")
        #expect(self.finding("schema")?.message.contains("another program") == true)
        #expect(CallStore.check(self.folder.database).allSatisfy { $0.verdict == .fine || $0.remedy != nil })
    }
}
