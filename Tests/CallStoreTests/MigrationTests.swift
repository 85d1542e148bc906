import Foundation
import GRDB
import TestSupport
import Testing

@testable import CallStore

@Suite("Migrating")
struct MigrationTests {
    let folder: TemporaryFolder

    init() throws {
        self.folder = try TemporaryFolder()
    }

    @Test("a file of every released schema opens with all that is in it", arguments: ReleasedFiles.all)
    func fromRelease(release: ReleasedFile) throws {
        try ReleasedFiles.make(release.sql, at: self.folder.database)
        let store = try CallStore.open(self.folder.database, role: .serving)
        let directory = try store.loadDirectory()
        #expect(directory.users.map(\.name) == ["alice"])
        #expect(directory.domains.map(\.aliases) == [["*"]])
        #expect(directory.accounts.map(\.address) == ["alice@example.org"])
        #expect(directory.providers.map(\.name) == ["voip1"])
        #expect(directory.providers.map(\.hasSecret) == [false])
        #expect(directory.dialplans.map(\.current.number) == [2])
        #expect(directory.dialplans.map(\.current.text) == ["sys.Dial('200')"])
        #expect(directory.bindings.map(\.cSeq) == [4])
        #expect(directory.settings == ["colour": "blue"])
        #expect(directory.highestCall == 12)
        let listed = try store.callRecords().records
        #expect(listed.map(\.record.call) == [11, 10])
        let record = try #require(listed.first)
        #expect((record.dialplan, record.dialplanVersionNumber) == ("default", 2))
        #expect(record.record.started.microseconds == 1_770_000_000_000_000)
        #expect(record.record.answered?.microseconds == 1_770_000_004_000_000)
        #expect((record.record.status, record.record.reason) == (200, "OK"))
        #expect(record.record.legs.map(\.status) == [486, 200])
        #expect(try store.callRecords(CallRecordFilter(sipCallID: "c1")).records == [record])
        #expect(try store.callRecords(CallRecordFilter(party: "200@EXAMPLE")).records == [record])
        #expect(try store.callRecords(CallRecordFilter(leastTalkSeconds: 56)).records == [record])
        #expect(try store.callRecords(CallRecordFilter(leastTalkSeconds: 57)).records == [])
        #expect(try store.journals().map(\.entries) == [[1, 2, 3]])
        // And it can be written as any other.
        try store.addUser("bob")
        #expect(try store.setDialplan(owner: "alice", name: "default", text: "x", author: "a").number == 3)
        try store.removeUser("alice", withBelongings: true)
        #expect(try store.users().map(\.name) == ["bob"])
        store.close()
    }

    @Test("the migrations still make each released schema, letter by letter", arguments: ReleasedFiles.all)
    func schemaFrozen(release: ReleasedFile) throws {
        try ReleasedFiles.make(release.sql, at: self.folder.database)
        func schema(_ database: any DatabaseReader) throws -> [String] {
            try database.read {
                try String.fetchAll(
                    $0,
                    sql: "SELECT sql FROM sqlite_master WHERE sql IS NOT NULL AND name NOT LIKE 'grdb%' ORDER BY name")
            }
        }
        let released = try schema(DatabaseQueue(path: self.folder.database))
        let made = try DatabaseQueue()
        try StoreMigrator.migrator.migrate(made, upTo: release.schema)
        #expect(try schema(made) == released)
        #expect(released.count > 20)
    }

    @Test("a new file and one migrated from any release have the same schema", arguments: ReleasedFiles.all)
    func sameSchema(release: ReleasedFile) throws {
        try ReleasedFiles.make(release.sql, at: self.folder.database)
        let migrated = try CallStore.open(self.folder.database, role: .serving)
        let fresh = try CallStore.inMemory()
        func schema(_ store: CallStore) throws -> [String] {
            try store.database.read {
                try String.fetchAll($0, sql: "SELECT sql FROM sqlite_master WHERE sql IS NOT NULL ORDER BY name")
            }
        }
        #expect(try schema(migrated) == schema(fresh))
        migrated.close()
    }

    @Test(
        "what is stored with every record is made as released",
        arguments: [
            ("sip:alice@example.org", "sip:+49 30 1234@sip.provider.net", "a84b4c76e66710@pc33.atlanta.com"),
            ("", "", ""),
        ])
    func frozenHashes(from: String, to: String, callID: String) throws {
        // Computed here in another way: from the definition in the docstring.
        var bits: UInt64 = 0
        for text in [from, to] {
            let bytes = Array(text.lowercased().utf8)
            for start in bytes.indices.dropLast(2) {
                let trigram = UInt64(bytes[start]) * 65_536 + UInt64(bytes[start + 1]) * 256 + UInt64(bytes[start + 2])
                bits |= 1 << ((trigram * 2_654_435_761 % 4_294_967_296) / 67_108_864)
            }
        }
        #expect(TrigramSignature(of: from, to).bits == bits)
        #expect(CallIDHash.of("") == 0x811C_9DC5)
        #expect(CallIDHash.of("foobar") == 0xBF9C_F968, "the test vector of FNV's authors")
    }

    @Test("inspecting an empty file of ours is refused with the way out, since it would have to be migrated")
    func inspectingOlder() throws {
        let queue = try DatabaseQueue(path: self.folder.database)
        try queue.write { try $0.execute(sql: "PRAGMA application_id = \(StoreMigrator.applicationID)") }
        try queue.close()
        let error = storeError { () throws(StoreError) in
            _ = try CallStore.open(self.folder.database, role: .inspecting)
        }
        #expect(error?.code == .olderSchema)
    }

    @Test("the schema itself guards what the code guards", arguments: SchemaRule.all)
    func schemaRules(rule: SchemaRule) throws {
        try ReleasedFiles.make(ReleasedFiles.schema2, at: self.folder.database)
        let queue = try DatabaseQueue(path: self.folder.database)
        #expect(throws: DatabaseError.self) {
            try queue.write { try $0.execute(sql: rule.sql) }
        }
    }
}

/// A statement that must fail on a file of the newest schema.
struct SchemaRule: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let sql: String

    static let all = [
        SchemaRule(testDescription: "types are strict", sql: "UPDATE users SET created_us = 'yesterday'"),
        SchemaRule(testDescription: "user names have no dot", sql: "UPDATE users SET name = 'a.b'"),
        SchemaRule(
            testDescription: "user names are unique without case",
            sql: "INSERT INTO users(name, created_us) VALUES ('ALICE', 1)"),
        SchemaRule(testDescription: "domain names are lower-case", sql: "UPDATE domains SET name = 'Example.org'"),
        SchemaRule(
            testDescription: "an alias is no domain's name",
            sql: "INSERT INTO domain_aliases VALUES ('example.org', 1)"),
        SchemaRule(
            testDescription: "a domain's name is no alias", sql: "INSERT INTO domains(name, created_us) VALUES ('*', 1)"
        ),
        SchemaRule(testDescription: "a domain with accounts stays", sql: "DELETE FROM domains"),
        SchemaRule(testDescription: "a user with accounts stays", sql: "DELETE FROM users"),
        SchemaRule(testDescription: "an HA1 is hexadecimal", sql: "UPDATE accounts SET ha1_md5 = 'password'"),
        SchemaRule(testDescription: "provider names have no dot", sql: "UPDATE providers SET name = 'a.b'"),
        SchemaRule(
            testDescription: "a version never changes", sql: "UPDATE dialplan_versions SET text = 'other'"),
        SchemaRule(
            testDescription: "dialplan names are unique per owner",
            sql: "INSERT INTO dialplans(owner_id, name, created_us) VALUES (1, 'default', 1)"),
        SchemaRule(
            testDescription: "a version belongs to a dialplan", sql: "UPDATE dialplans SET id = 99"),
        SchemaRule(testDescription: "a register expiry is bounded", sql: "UPDATE providers SET register_expiry_s = 1"),
        SchemaRule(testDescription: "a user with records stays", sql: "DELETE FROM accounts; DELETE FROM users"),
        SchemaRule(
            testDescription: "details have a record",
            sql: "INSERT INTO call_record_details(record_id, sip_call_id, ended_us) VALUES (1, 'x', 1)"),
        SchemaRule(
            testDescription: "a record's start is its key's", sql: "UPDATE call_records SET started_us = 1"),
        SchemaRule(
            testDescription: "a binding has an account", sql: "UPDATE bindings SET account_id = 99"),
        SchemaRule(
            testDescription: "a flow is whole or absent", sql: "UPDATE bindings SET received_local = NULL"),
        SchemaRule(testDescription: "a final status is final", sql: "UPDATE call_records SET status = 180"),
        SchemaRule(testDescription: "a call number is positive", sql: "UPDATE call_records SET call = 0"),
    ]
}
