internal import GRDB

/// What of the past is older than some moment, or went because it was.
public struct PrunedRows: Hashable, Sendable {
    public var records = 0
    public var journals = 0
    /// Whether nothing of that age is left.
    public var isComplete = true

    public init() {}
}

extension CallStore {
    /// How much is older than a moment: call records by their start, journals by their end.
    public func countPrunable(before moment: UnixTime) throws(StoreError) -> PrunedRows {
        try self.reading { database in
            var rows = PrunedRows()
            rows.records =
                try Int.fetchOne(
                    database, sql: "SELECT count(*) FROM call_records WHERE id < ?",
                    arguments: [CallRecordKey.first(at: moment)]) ?? 0
            rows.journals =
                try Int.fetchOne(
                    database, sql: "SELECT count(*) FROM journals WHERE updated_us < ?",
                    arguments: [moment.microseconds]) ?? 0
            return rows
        }
    }

    /// Removes call records and journals that are older than a moment, the oldest first, in transactions so short that
    /// whoever else writes waits for milliseconds. The file keeps its size; its free pages are used again.
    ///
    /// - Parameter limit: about how many rows go at most; call again while the answer is not complete.
    public func prune(before moment: UnixTime, atMost limit: Int) throws(StoreError) -> PrunedRows {
        var rows = PrunedRows()
        while rows.records + rows.journals < limit {
            let (records, journals) = try self.writing { database -> (Int, Int) in
                let records = try Retention.removeRecords(before: moment, in: database)
                return (records, try Retention.removeJournals(before: moment, onlyAmongFirst: false, in: database))
            }
            if records + journals == 0 { return rows }
            rows.records += records
            rows.journals += journals
        }
        rows.isComplete = false
        return rows
    }
}

extension Retention {
    /// Some of the call records that started before a moment, with their legs.
    ///
    /// - Returns: how many went.
    static func removeRecords(before moment: UnixTime, in database: Database) throws -> Int {
        try database.run(
            "DELETE FROM call_records WHERE id IN (SELECT id FROM call_records WHERE id < ? ORDER BY id LIMIT 200)",
            [CallRecordKey.first(at: moment)])
        return database.changesCount
    }

    /// Some of the journals that were written before a moment: few, since each may be up to 16 MiB.
    ///
    /// - Parameter onlyAmongFirst: look at the first that came only, which usually are the oldest: costs the same
    ///   however many there are.
    /// - Returns: how many went.
    static func removeJournals(
        before moment: UnixTime, onlyAmongFirst: Bool, in database: Database
    ) throws -> Int {
        try database.run(
            onlyAmongFirst
                ? """
                DELETE FROM journals WHERE updated_us < ?
                AND rowid IN (SELECT rowid FROM journals ORDER BY rowid LIMIT 50)
                """
                : """
                DELETE FROM journals
                WHERE rowid IN (SELECT rowid FROM journals WHERE updated_us < ? ORDER BY rowid LIMIT 50)
                """, [moment.microseconds])
        return database.changesCount
    }
}
