internal import GRDB

extension CallStore {
    /// Most records that one page holds.
    public static let listedRecordsMax = 10_000

    /// A page of call records with their legs, the newest first. The next page is asked for with the `next` of this one:
    /// records that come or go meanwhile shift nothing.
    ///
    /// - Parameters:
    ///   - limit: at most this many, up to `listedRecordsMax`.
    ///   - next: where to go on, from the page before; nil begins with the newest.
    /// - Throws: `unknownUser` for the filter's owner, `invalidValue`.
    public func callRecords(
        _ filter: CallRecordFilter = CallRecordFilter(), limit: Int = 100, next: CallRecordKey? = nil
    ) throws(StoreError) -> CallRecordPage {
        try self.reading { database in
            let bound = max(0, min(limit, Self.listedRecordsMax))
            // The key of the last record shown stands for the place after it.
            let keys = try CallRecordQuery(filter, in: database).keys(below: next, limit: bound + 1, in: database)
            let shown = keys.prefix(bound)
            return CallRecordPage(
                records: try shown.compactMap { try ListedCallRecord.fetch($0, in: database) },
                next: keys.count > bound ? shown.last.map(CallRecordKey.init(rawValue:)) : nil)
        }
    }

    /// How many call records fit a filter.
    ///
    /// - Throws: `unknownUser`, `invalidValue`.
    public func countCallRecords(_ filter: CallRecordFilter = CallRecordFilter()) throws(StoreError) -> Int {
        try self.reading { try CallRecordQuery(filter, in: $0).count(in: $0) }
    }

    /// The records of one call, one per owner; empty when there is none.
    public func callRecords(ofCall call: UInt64) throws(StoreError) -> [ListedCallRecord] {
        try self.callRecords(CallRecordFilter(call: call)).records
    }

    /// Gives every record that fits to `body`, the newest first, in constant memory: page after page, each read of its
    /// own, so that a switch can go on writing (records that end meanwhile may or may not be among them).
    ///
    /// - Parameters:
    ///   - pageSize: records held in memory at a time.
    ///   - progress: called before the first record and after every page with how many were given and how many there
    ///     were at the start.
    ///   - body: may throw to stop; its error is passed on.
    /// - Throws: `unknownUser`, `invalidValue`, and what `body` throws.
    public func exportCallRecords(
        _ filter: CallRecordFilter = CallRecordFilter(), pageSize: Int = 500,
        progress: (_ done: Int, _ total: Int) throws -> Void = { _, _ in },
        _ body: (ListedCallRecord) throws -> Void
    ) throws {
        let total = try self.countCallRecords(filter)
        var done = 0
        try progress(0, total)
        var next: CallRecordKey?
        repeat {
            let page = try self.callRecords(filter, limit: max(1, pageSize), next: next)
            for record in page.records { try body(record) }
            done += page.records.count
            if !page.records.isEmpty { try progress(done, max(done, total)) }
            next = page.next
        } while next != nil
    }
}

extension ListedCallRecord {
    private static let select = """
        SELECT call_records.id, call, call_records.owner_id, users.name AS owner, direction, account, from_uri, to_uri,
            sip_call_id, dialplan_version_id, dialplans.name AS dialplan, number, engine_version, started_us,
            answered_us, ended_us, status, reason, hung_up_by, hang_up_reason
        FROM call_records
        JOIN call_record_details ON record_id = call_records.id
        JOIN users ON users.id = call_records.owner_id
        LEFT JOIN dialplan_versions ON dialplan_versions.id = dialplan_version_id
        LEFT JOIN dialplans ON dialplans.id = dialplan_id
        WHERE call_records.id = ?
        """

    /// nil when the record has gone.
    fileprivate static func fetch(_ key: Int64, in database: Database) throws -> ListedCallRecord? {
        guard var listed = try database.first(Self.select, [key], Self.init(row:)) else { return nil }
        listed.record.legs = try database.all(
            "\(CallLeg.select) WHERE record_id = ? ORDER BY position", [key], CallLeg.init(row:))
        return listed
    }

    private init(row: Row) throws {
        self.init(
            key: CallRecordKey(rawValue: try row.decode(Int64.self, forColumn: "id")), record: try CallRecord(row: row),
            owner: try row.text("owner"), dialplan: try row.textIfPresent("dialplan"),
            dialplanVersionNumber: try row.decode(Int?.self, forColumn: "number"))
    }
}

extension CallRecord {
    fileprivate init(row: Row) throws {
        self.init(
            call: try row.decode(Int64.self, forColumn: "call").magnitude, ownerID: try row.identity("owner_id"),
            // The schema admits no other words.
            direction: Direction(rawValue: try row.text("direction")) ?? .in,
            account: try row.textIfPresent("account"), from: try row.text("from_uri"), to: try row.text("to_uri"),
            sipCallID: try row.text("sip_call_id"),
            dialplanVersion: try row.decode(Int64?.self, forColumn: "dialplan_version_id").map(RowID.init(rawValue:)),
            engineVersion: try row.decode(UInt32?.self, forColumn: "engine_version"),
            started: try row.time("started_us"), answered: try row.timeIfPresent("answered_us"),
            ended: try row.time("ended_us"), status: try row.decode(Int?.self, forColumn: "status"),
            reason: try row.textIfPresent("reason"),
            hungUpBy: try row.textIfPresent("hung_up_by").flatMap(Party.init(rawValue:)),
            hangUpReason: try row.textIfPresent("hang_up_reason"))
    }
}

extension CallLeg {
    fileprivate static let select = """
        SELECT destination, sip_call_id, started_us, progressed_us, progress_status, progress_reason, answered_us,
            ended_us, status, reason, hang_up_reason
        FROM call_legs
        """

    fileprivate init(row: Row) throws {
        self.init(
            destination: try row.text("destination"), sipCallID: try row.textIfPresent("sip_call_id"),
            started: try row.time("started_us"), progressed: try row.timeIfPresent("progressed_us"),
            progressStatus: try row.decode(Int?.self, forColumn: "progress_status"),
            progressReason: try row.textIfPresent("progress_reason"), answered: try row.timeIfPresent("answered_us"),
            ended: try row.timeIfPresent("ended_us"), status: try row.decode(Int?.self, forColumn: "status"),
            reason: try row.textIfPresent("reason"), hangUpReason: try row.textIfPresent("hang_up_reason"))
    }
}
