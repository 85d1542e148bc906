internal import GRDB

extension CallStore {
    /// Most records that one listing returns.
    public static let listedRecordsMax = 10_000

    /// Call records with their legs, the newest first.
    ///
    /// - Parameter limit: at most this many, up to `listedRecordsMax`.
    /// - Throws: `unknownUser` for the filter's owner.
    public func callRecords(
        _ filter: CallRecordFilter = CallRecordFilter(), limit: Int = 100
    ) throws(StoreError) -> [CallRecord] {
        try self.reading { database in
            let (condition, arguments) = try Self.condition(filter, in: database)
            let bound = max(0, min(limit, Self.listedRecordsMax))
            var records: [CallRecord] = []
            let rows = try database.all(
                "\(CallRecord.select) WHERE \(condition) ORDER BY started_us DESC, id DESC LIMIT \(bound)", arguments
            ) { (try $0.decode(Int64.self, forColumn: "id"), try CallRecord(row: $0)) }
            records.reserveCapacity(rows.count)
            for (id, var record) in rows {
                record.legs = try database.all(
                    "\(CallLeg.select) WHERE record_id = ? ORDER BY position", [id], CallLeg.init(row:))
                records.append(record)
            }
            return records
        }
    }

    private static func condition(
        _ filter: CallRecordFilter, in database: Database
    ) throws -> (String, StatementArguments) {
        var terms: [String] = []
        var arguments = StatementArguments()
        if let owner = filter.owner {
            terms.append("owner_id = ?")
            arguments += [try database.userID(named: owner).rawValue]
        }
        if let direction = filter.direction {
            terms.append("direction = ?")
            arguments += [direction.rawValue]
        }
        if let since = filter.since {
            terms.append("started_us >= ?")
            arguments += [since.microseconds]
        }
        if let before = filter.before {
            terms.append("started_us < ?")
            arguments += [before.microseconds]
        }
        return (terms.isEmpty ? "1" : terms.joined(separator: " AND "), arguments)
    }
}

extension CallRecord {
    fileprivate static let select = """
        SELECT id, call, owner_id, direction, account, from_uri, to_uri, sip_call_id, dialplan_version_id,
            engine_version, started_us, answered_us, ended_us, status, reason, hung_up_by, hang_up_reason
        FROM call_records
        """

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
