internal import GRDB

extension CallStore {
    /// Reads everything that the front serves from memory, in one transaction.
    public func loadDirectory() throws(StoreError) -> DirectorySnapshot {
        try self.reading { database in
            DirectorySnapshot(
                users: try User.all(in: database), domains: try Domain.all(in: database),
                accounts: try Account.all(in: database), providers: try Provider.all(in: database),
                dialplans: try Dialplan.all(in: database), bindings: try Binding.all(in: database),
                settings: Dictionary(
                    try database.all("SELECT key, value FROM settings") { (try $0.text("key"), try $0.text("value")) },
                    uniquingKeysWith: { first, _ in first }),
                highestCall: try Self.highestCall(in: database))
        }
    }

    /// All bindings, also expired ones, by account and contact.
    public func bindings() throws(StoreError) -> [Binding] {
        try self.reading { try Binding.all(in: $0) }
    }

    /// All saved journals, by call and execution.
    public func journals() throws(StoreError) -> [Journal] {
        try self.reading { try $0.all("\(Journal.select) ORDER BY call, execution", [], Journal.init(row:)) }
    }

    /// The saved journals of a call, by execution; empty when there is none, or none any more (`Retention`).
    public func journals(ofCall call: UInt64) throws(StoreError) -> [Journal] {
        try self.reading { database in
            // A number that does not fit is no call's.
            try database.all(
                "\(Journal.select) WHERE call = ? ORDER BY execution", [Int64(exactly: call) ?? 0], Journal.init(row:))
        }
    }

    /// The call that a journal was saved of last; nil when there is none.
    public func lastJournaledCall() throws(StoreError) -> UInt64? {
        try self.reading { database in
            try Int64.fetchOne(database, sql: "SELECT max(call) FROM journals")?.magnitude
        }
    }

    /// A setting's value; nil when it is not set.
    public func setting(_ key: String) throws(StoreError) -> String? {
        try self.reading { try $0.setting(key) }
    }

    /// Sets a setting; nil removes it.
    ///
    /// - Throws: `invalidValue` for a key outside 1 to 128 or a value above 65,536 characters.
    public func setSetting(_ key: String, _ value: String?) throws(StoreError) {
        try Names.checkToken(key, "setting", lengthMax: 128)
        if let value { try Names.checkText(value, "a setting's value", lengthMax: 65_536) }
        try self.writing { try $0.setSetting(key, value) }
    }

    private static func highestCall(in database: Database) throws -> UInt64 {
        let highest = try Int64.fetchOne(
            database,
            sql: """
                SELECT max(ifnull((SELECT max(call) FROM call_records), 0), ifnull((SELECT max(call) FROM journals), 0))
                """)
        return (highest ?? 0).magnitude
    }
}

extension Journal {
    fileprivate static let select = "SELECT call, execution, engine_version, entries, updated_us FROM journals"

    fileprivate init(row: Row) throws {
        self.init(
            call: UInt64(try row.decode(Int64.self, forColumn: "call").magnitude),
            execution: UInt64(try row.decode(Int64.self, forColumn: "execution").magnitude),
            engineVersion: try row.decode(UInt32.self, forColumn: "engine_version"),
            entries: try row.bytes("entries"), updated: try row.time("updated_us"))
    }
}

extension Binding {
    static func all(in database: Database) throws -> [Binding] {
        try database.all(
            """
            SELECT account_id, contact, priority_thousandths, received_transport, received_local, received_remote,
                instance, call_id, cseq, user_agent, expires_us, updated_us
            FROM bindings ORDER BY account_id, contact
            """
        ) { row in
            var received: BindingFlow?
            if let transport = try row.textIfPresent("received_transport") {
                received = BindingFlow(
                    transport: transport, local: try row.text("received_local"),
                    remote: try row.text("received_remote"))
            }
            return Binding(
                accountID: try row.identity("account_id"), contact: try row.text("contact"),
                priorityThousandths: try row.decode(Int.self, forColumn: "priority_thousandths"), received: received,
                instance: try row.textIfPresent("instance"), callID: try row.text("call_id"),
                cSeq: try row.decode(UInt32.self, forColumn: "cseq"), userAgent: try row.textIfPresent("user_agent"),
                expires: try row.time("expires_us"), updated: try row.time("updated_us"))
        }
    }
}
