import Foundation
import GRDB
import Testing

@testable import CallStore

@Suite("Migrating")
struct MigrationTests {
    let folder: TemporaryFolder

    init() throws {
        self.folder = try TemporaryFolder()
    }

    @Test("a file of the first released schema opens with all that is in it")
    func fromFirstRelease() throws {
        try ReleasedFiles.make(ReleasedFiles.schema1, at: self.folder.database)
        let store = try CallStore.open(self.folder.database, role: .serving)
        let directory = try store.loadDirectory()
        #expect(directory.users.map(\.name) == ["alice"])
        #expect(directory.domains.map(\.aliases) == [["*"]])
        #expect(directory.accounts.map(\.address) == ["alice@example.org"])
        #expect(directory.providers.map(\.name) == ["voip1"])
        #expect(directory.dialplans.map(\.current.number) == [2])
        #expect(directory.dialplans.map(\.current.text) == ["sys.Dial('200')"])
        #expect(directory.bindings.map(\.cSeq) == [4])
        #expect(directory.settings == ["colour": "blue"])
        #expect(directory.highestCall == 12)
        let record = try #require(try store.callRecords().first)
        #expect(record.legs.map(\.status) == [486, 200])
        #expect(try store.journals().map(\.entries) == [[1, 2, 3]])
        // And it can be written as any other.
        try store.addUser("bob")
        store.close()
    }

    @Test("the first migration still makes the first released schema, letter by letter")
    func firstSchemaFrozen() throws {
        try ReleasedFiles.make(ReleasedFiles.schema1, at: self.folder.database)
        func schema(_ database: any DatabaseReader) throws -> [String] {
            try database.read {
                try String.fetchAll(
                    $0,
                    sql: "SELECT sql FROM sqlite_master WHERE sql IS NOT NULL AND name NOT LIKE 'grdb%' ORDER BY name")
            }
        }
        let released = try schema(DatabaseQueue(path: self.folder.database))
        let made = try DatabaseQueue()
        try made.write { try $0.execute(sql: Schema1.sql) }
        #expect(try schema(made) == released)
        #expect(released.count > 20)
    }

    @Test("a new file and one migrated from the first release have the same schema")
    func sameSchema() throws {
        try ReleasedFiles.make(ReleasedFiles.schema1, at: self.folder.database)
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
        try ReleasedFiles.make(ReleasedFiles.schema1, at: self.folder.database)
        let queue = try DatabaseQueue(path: self.folder.database)
        #expect(throws: DatabaseError.self) {
            try queue.write { try $0.execute(sql: rule.sql) }
        }
    }
}

/// A statement that must fail on a file of the first schema.
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
            testDescription: "a version that a call ran stays", sql: "DELETE FROM dialplan_versions WHERE number = 2"),
        SchemaRule(
            testDescription: "a binding has an account", sql: "UPDATE bindings SET account_id = 99"),
        SchemaRule(
            testDescription: "a flow is whole or absent", sql: "UPDATE bindings SET received_local = NULL"),
        SchemaRule(testDescription: "a final status is final", sql: "UPDATE call_records SET status = 180"),
        SchemaRule(testDescription: "a call number is positive", sql: "UPDATE call_records SET call = 0"),
    ]
}
