internal import GRDB

/// Brings a file to the newest schema, one released step after the other, each in a transaction of its own.
enum StoreMigrator {
    /// "DPLN": marks a file as ours (`PRAGMA application_id`).
    static let applicationID: Int32 = 0x4450_4C4E

    static let migrator: DatabaseMigrator = {
        var migrator = DatabaseMigrator()
        migrator.registerMigration(Schema1.identifier) { database in
            try database.execute(sql: Schema1.sql)
        }
        migrator.registerMigration(Schema2.identifier) { try Schema2.migrate($0) }
        return migrator
    }()

    /// Refuses files that belong to somebody else or come from a newer version; migrates the rest.
    ///
    /// - Parameter mayWrite: false only checks: a file that is not at the newest schema is refused.
    static func prepare(_ database: any DatabaseWriter, path: String?, mayWrite: Bool) throws {
        let file = path ?? "the store in memory"
        let isCurrent = try database.read { database in
            let application = try Int32.fetchOne(database, sql: "PRAGMA application_id") ?? 0
            let tables = try Int.fetchOne(database, sql: "SELECT count(*) FROM sqlite_master") ?? 0
            if application == 0, tables == 0 { return false }
            _ = try Self.checkOurs(database, file: file)
            return try Self.migrator.hasCompletedMigrations(database)
        }
        if isCurrent { return }
        guard mayWrite else {
            throw StoreError(
                .olderSchema,
                "\(file) is from an older version; start the switch once, or run a command that changes something")
        }
        try database.writeWithoutTransaction { database in
            try database.execute(sql: "PRAGMA application_id = \(Self.applicationID)")
        }
        try Self.migrator.migrate(database)
    }

    /// Refuses files that belong to somebody else or come from a newer version.
    ///
    /// - Returns: the file's schema.
    static func checkOurs(_ database: Database, file: String) throws -> String {
        guard try Int32.fetchOne(database, sql: "PRAGMA application_id") == Self.applicationID else {
            throw StoreError(
                .notAStore, "\(file) is a database of another program; name another path, or move that file away")
        }
        if try Self.migrator.hasBeenSuperseded(database) {
            throw StoreError(
                .newerSchema,
                "\(file) was written by a newer version of this program; run that one, or restore an older backup")
        }
        return try Self.migrator.completedMigrations(database).last ?? "0"
    }
}
