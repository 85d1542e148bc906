internal import GRDB

/// A filter as SQL over `call_records`.
///
/// Rows are walked in the order of the list, newest first. A walk over all of a million narrow rows takes about 100 ms,
/// so no filter needs an index; two that often pick few rows have one: the call's number and the owner. SQLite asks the
/// terms of a walk in the order they stand here: the cheapest and most selective first, text last.
struct CallRecordQuery {
    /// From how many records on an owner's are found faster by walking over everybody's.
    private static let ownerIndexRowsMax = 20_000

    private var source = "call_records NOT INDEXED"
    private var terms: [String] = []
    private var arguments = StatementArguments()

    /// - Throws: `unknownUser`, `invalidValue`.
    init(_ filter: CallRecordFilter, in database: Database) throws {
        if let since = filter.since { self.add("call_records.id >= ?", CallRecordKey.first(at: since)) }
        if let before = filter.before { self.add("call_records.id < ?", CallRecordKey.first(at: before)) }
        if let owner = filter.owner {
            let id = try database.userID(named: owner).rawValue
            self.add("owner_id = ?", id)
            if try Self.hasFew(owner: id, filter, in: database) {
                self.source = "call_records INDEXED BY call_records_owner"
            }
        }
        if let call = filter.call {
            // A number that does not fit is no record's.
            self.add("call = ?", Int64(exactly: call) ?? 0)
            self.source = "call_records"
        }
        if let callID = filter.sipCallID { self.add("call_id_hash = ?", CallIDHash.of(callID)) }
        self.addOutcome(filter.outcome)
        if let direction = filter.direction { self.add("direction = ?", direction.rawValue) }
        if let least = filter.leastTalkSeconds {
            let (microseconds, isTooLong) = least.multipliedReportingOverflow(by: 1_000_000)
            self.add("talk_us >= ?", isTooLong ? Int64.max : microseconds)
        }
        if let account = filter.account { self.add("account = ?", account) }
        if let party = filter.party { try self.addParty(party) }
        if let callID = filter.sipCallID {
            self.add(
                "EXISTS (SELECT 1 FROM call_record_details WHERE record_id = call_records.id AND sip_call_id = ?)",
                callID)
        }
    }

    /// Keys of at most `limit` records below `below`, the newest first.
    func keys(below: CallRecordKey?, limit: Int, in database: Database) throws -> [Int64] {
        var query = self
        if let below { query.add("call_records.id < ?", below.rawValue) }
        return try database.all(
            "SELECT call_records.id FROM \(query.source) WHERE \(query.condition) "
                + "ORDER BY call_records.id DESC LIMIT \(limit)", query.arguments
        ) { try $0.decode(Int64.self, atIndex: 0) }
    }

    func count(in database: Database) throws -> Int {
        try Int.fetchOne(
            database, sql: "SELECT count(*) FROM \(self.source) WHERE \(self.condition)", arguments: self.arguments)
            ?? 0
    }

    private var condition: String { self.terms.isEmpty ? "1" : self.terms.joined(separator: " AND ") }

    private mutating func add(_ term: String, _ values: any DatabaseValueConvertible...) {
        self.terms.append(term)
        self.arguments += StatementArguments(values)
    }

    private mutating func addOutcome(_ outcome: CallRecordFilter.Outcome?) {
        switch outcome {
        case .answered: self.add("talk_us IS NOT NULL")
        case .failed: self.add("talk_us IS NULL")
        case .statusClass(let hundred):
            let hundred = Int64(min(max(hundred, 0), 9))
            self.add("status BETWEEN ? AND ?", hundred * 100, hundred * 100 + 99)
        case nil: break
        }
    }

    private mutating func addParty(_ party: String) throws {
        guard !party.isEmpty, !party.utf8.contains(0), party.utf8.count <= 1_024 else {
            throw StoreError(.invalidValue, "the part of a number or address to look for must have 1 to 1,024 bytes")
        }
        let signature = TrigramSignature(of: party).stored
        if signature != 0 { self.add("signature & ? = ?", signature, signature) }
        self.add("text_contains(from_uri, to_uri, ?)", party)
    }

    private static func hasFew(owner: Int64, _ filter: CallRecordFilter, in database: Database) throws -> Bool {
        let since = filter.since.map(CallRecordKey.first(at:)) ?? 0
        let before = filter.before.map(CallRecordKey.first(at:)) ?? Int64.max
        let count = try Int.fetchOne(
            database,
            sql: """
                SELECT count(*) FROM (SELECT 1 FROM call_records INDEXED BY call_records_owner
                WHERE owner_id = ? AND id >= ? AND id < ? LIMIT \(Self.ownerIndexRowsMax))
                """, arguments: [owner, since, before])
        return (count ?? 0) < Self.ownerIndexRowsMax
    }
}
