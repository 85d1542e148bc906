internal import Foundation
internal import GRDB

extension StoreWrite {
    /// Performs the change within the caller's transaction. Statements are compiled once per connection.
    func apply(to database: Database) throws {
        switch self {
        case .upsertBinding(let binding):
            try binding.upsert(into: database)
        case .removeBinding(let account, let contact):
            try database.run(
                "DELETE FROM bindings WHERE account_id = ? AND contact = ?", [account.rawValue, contact])
        case .removeBindings(let account):
            try database.run("DELETE FROM bindings WHERE account_id = ?", [account.rawValue])
        case .removeExpiredBindings(let moment):
            try database.run("DELETE FROM bindings WHERE expires_us <= ?", [moment.microseconds])
        case .insertCallRecord(let record):
            try record.insert(into: database)
        case .saveJournal(let journal):
            try journal.save(into: database)
        case .removeJournals(let call):
            try database.run("DELETE FROM journals WHERE call = ?", [try storedNumber(call, "call")])
        case .setSetting(let key, let value):
            try database.setSetting(key, value)
        }
    }
}

extension Database {
    /// Runs one statement that returns nothing, compiled on first use.
    func run(_ sql: String, _ arguments: StatementArguments) throws {
        try self.cachedStatement(sql: sql).execute(arguments: arguments)
    }

    func setSetting(_ key: String, _ value: String?) throws {
        guard let value else {
            try self.run("DELETE FROM settings WHERE key = ?", [key])
            return
        }
        try self.run(
            "INSERT INTO settings(key, value) VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value",
            [key, value])
    }
}

/// SQLite's integers are signed; ours must fit.
private func storedNumber(_ number: UInt64, _ what: String) throws -> Int64 {
    guard let stored = Int64(exactly: number) else {
        throw StoreError(.invalidValue, "\(what) number \(number) is above \(Int64.max)")
    }
    return stored
}

extension String {
    /// Cuts descriptive text from outside, at a character. A record must not be lost because a header was long.
    fileprivate func clipped(bytesMax: Int = 1_024) -> String {
        guard self.utf8.count > bytesMax else { return self }
        var end = self.utf8.index(self.startIndex, offsetBy: bytesMax)
        while end.samePosition(in: self.unicodeScalars) == nil {
            end = self.utf8.index(before: end)
        }
        return String(self[..<end])
    }
}

extension Binding {
    fileprivate func upsert(into database: Database) throws {
        // SQLite takes a text up to its first NUL; a cut key would name another binding.
        guard !self.contact.utf8.contains(0), !self.callID.utf8.contains(0) else {
            throw StoreError(.invalidValue, "a binding's contact and Call-ID hold no NUL")
        }
        do {
            try database.run(
                """
                INSERT INTO bindings(account_id, contact, priority_thousandths, received_transport, received_local,
                    received_remote, instance, call_id, cseq, user_agent, expires_us, updated_us)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
                ON CONFLICT (account_id, contact) DO UPDATE SET
                    priority_thousandths = excluded.priority_thousandths,
                    received_transport = excluded.received_transport, received_local = excluded.received_local,
                    received_remote = excluded.received_remote, instance = excluded.instance,
                    call_id = excluded.call_id, cseq = excluded.cseq, user_agent = excluded.user_agent,
                    expires_us = excluded.expires_us, updated_us = excluded.updated_us
                """,
                [
                    self.accountID.rawValue, self.contact, self.priorityThousandths, self.received?.transport,
                    self.received?.local, self.received?.remote, self.instance, self.callID, Int64(self.cSeq),
                    self.userAgent?.clipped(bytesMax: 512), self.expires.microseconds, self.updated.microseconds,
                ])
        } catch let error as DatabaseError where error.isForeignKeyViolation {
            throw StoreError(.unknownAccount, "there is no account number \(self.accountID) to bind \(self.contact) to")
        }
    }
}

extension CallRecord {
    fileprivate func insert(into database: Database) throws {
        guard (0...CallRecordKey.latest.microseconds).contains(self.started.microseconds) else {
            throw StoreError(
                .invalidValue, "call \(self.call) started at \(self.started.microseconds) µs, outside 1970 to 2112")
        }
        do {
            try self.insertRow(into: database)
        } catch let error as DatabaseError where error.isUniqueViolation {
            throw StoreError(.alreadyExists, "user number \(self.ownerID) has a record of call \(self.call) already")
        } catch let error as DatabaseError where error.isForeignKeyViolation {
            throw StoreError(
                .unknownUser, "the record of call \(self.call) names a user (\(self.ownerID)) who is not there")
        }
        let key = database.lastInsertedRowID
        try database.run(
            """
            INSERT INTO call_record_details(record_id, sip_call_id, dialplan_version_id, engine_version, answered_us,
                ended_us, reason, hung_up_by, hang_up_reason)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
            """,
            [
                key, self.sipCallID.clipped(), self.dialplanVersion?.rawValue, self.engineVersion.map { Int64($0) },
                self.answered?.microseconds, self.ended.microseconds, self.reason?.clipped(), self.hungUpBy?.rawValue,
                self.hangUpReason?.clipped(),
            ])
        for (position, leg) in self.legs.enumerated() {
            try leg.insert(into: database, record: key, position: position)
        }
    }

    private func insertRow(into database: Database) throws {
        let firstKey = CallRecordKey.first(at: self.started)
        let (from, to) = (self.from.clipped(), self.to.clipped())
        // A wall clock that was set back must not cost the record.
        let talk = self.answered.map { max(0, self.ended.microseconds.subtractingReportingOverflow($0.microseconds).0) }
        try database.run(
            """
            INSERT INTO call_records(id, call, owner_id, direction, status, talk_us, call_id_hash, signature, account,
                from_uri, to_uri)
            VALUES ((SELECT ifnull(max(id) + 1, ?1) FROM call_records WHERE id BETWEEN ?1 AND ?2),
                ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12)
            """,
            [
                firstKey, firstKey + (CallRecordKey.perMicrosecond - 1), try storedNumber(self.call, "call"),
                self.ownerID.rawValue, self.direction.rawValue, self.status, talk,
                CallIDHash.of(self.sipCallID.clipped()), TrigramSignature(of: from, to).stored, self.account?.clipped(),
                from, to,
            ])
    }
}

extension CallLeg {
    fileprivate func insert(into database: Database, record: Int64, position: Int) throws {
        try database.run(
            """
            INSERT INTO call_legs(record_id, position, destination, sip_call_id, started_us, progressed_us,
                progress_status, progress_reason, answered_us, ended_us, status, reason, hang_up_reason)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
            """,
            [
                record, position, self.destination.clipped(), self.sipCallID?.clipped(), self.started.microseconds,
                self.progressed?.microseconds, self.progressStatus, self.progressReason?.clipped(),
                self.answered?.microseconds, self.ended?.microseconds, self.status, self.reason?.clipped(),
                self.hangUpReason?.clipped(),
            ])
    }
}

extension Journal {
    fileprivate func save(into database: Database) throws {
        try database.run(
            """
            INSERT INTO journals(call, execution, engine_version, entries, updated_us) VALUES (?, ?, ?, ?, ?)
            ON CONFLICT (call, execution) DO UPDATE SET
                engine_version = excluded.engine_version, entries = excluded.entries, updated_us = excluded.updated_us
            """,
            [
                try storedNumber(self.call, "call"), try storedNumber(self.execution, "execution"),
                Int64(self.engineVersion), Data(self.entries), self.updated.microseconds,
            ])
    }
}
