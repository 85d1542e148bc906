internal import GRDB

/// What belongs to a user, for whoever looks at him or is about to remove him.
public struct UserBelongings: Hashable, Sendable {
    /// `username@domain`, sorted.
    public var accounts: [String]
    public var providers: [String]
    public var dialplans: [String]
    public var bindings: Int
    public var callRecords: Int

    public var isEmpty: Bool {
        self.accounts.isEmpty && self.providers.isEmpty && self.dialplans.isEmpty && self.bindings == 0
            && self.callRecords == 0
    }
}

extension CallStore {
    /// Adds a user.
    ///
    /// - Throws: `invalidValue` for the name, `alreadyExists` (case does not count).
    @discardableResult
    public func addUser(_ name: String, at moment: UnixTime = .now()) throws(StoreError) -> User {
        try Names.checkPlain(name, "user name")
        return try self.writing { database in
            do {
                try database.run("INSERT INTO users(name, created_us) VALUES (?, ?)", [name, moment.microseconds])
            } catch let error as DatabaseError where error.isUniqueViolation {
                throw StoreError(.alreadyExists, "there is a user '\(name)' already")
            }
            return User(
                id: RowID(rawValue: database.lastInsertedRowID), name: name, created: moment, isSuspended: false)
        }
    }

    /// Suspends a user or lifts the suspension.
    ///
    /// - Throws: `unknownUser`.
    public func setSuspended(_ isSuspended: Bool, user name: String) throws(StoreError) {
        try self.writing { database in
            let id = try database.userID(named: name)
            try database.run("UPDATE users SET suspended = ? WHERE id = ?", [isSuspended, id.rawValue])
        }
    }

    /// All users, by name.
    public func users() throws(StoreError) -> [User] {
        try self.reading { try User.all(in: $0) }
    }

    /// One user.
    ///
    /// - Throws: `unknownUser`.
    public func user(_ name: String) throws(StoreError) -> User {
        try self.reading { try $0.requiredUser(name) }
    }

    /// What a user has.
    ///
    /// - Throws: `unknownUser`.
    public func belongings(ofUser name: String) throws(StoreError) -> UserBelongings {
        try self.reading { try $0.belongings(of: $0.requiredUser(name)) }
    }

    /// Removes a user who has nothing, or a user with all that is his: accounts with their bindings, providers, dialplans
    /// with every version, call records. The records go first, some hundred in a transaction, so that a switch can write
    /// meanwhile; when this is interrupted it can be asked again.
    ///
    /// - Throws: `unknownUser`; `inUse` when he has something and `withBelongings` is false.
    public func removeUser(_ name: String, withBelongings: Bool = false) throws(StoreError) {
        let user = try self.user(name)
        if withBelongings {
            while try self.removeSomeRecords(of: user) {}
        }
        try self.writing { database in
            let belongings = try database.belongings(of: user)
            guard withBelongings || belongings.isEmpty else { throw Self.refusal(user, belongings) }
            // Records of calls that ended in between.
            try database.run("DELETE FROM call_records WHERE owner_id = ?", [user.id.rawValue])
            try database.run("DELETE FROM accounts WHERE owner_id = ?", [user.id.rawValue])
            try database.run("DELETE FROM providers WHERE owner_id = ?", [user.id.rawValue])
            try database.run("DELETE FROM dialplans WHERE owner_id = ?", [user.id.rawValue])
            try database.run("DELETE FROM users WHERE id = ?", [user.id.rawValue])
        }
    }

    private func removeSomeRecords(of user: User) throws(StoreError) -> Bool {
        try self.writing { database in
            try database.run(
                """
                DELETE FROM call_records WHERE id IN
                (SELECT id FROM call_records INDEXED BY call_records_owner WHERE owner_id = ? LIMIT 500)
                """, [user.id.rawValue])
            return database.changesCount > 0
        }
    }

    private static func refusal(_ user: User, _ belongings: UserBelongings) -> StoreError {
        let counts = [
            (belongings.accounts.count, "account"), (belongings.providers.count, "provider"),
            (belongings.dialplans.count, "dialplan"), (belongings.callRecords, "call record"),
        ]
        let what = counts.filter { $0.0 > 0 }.map { "\($0.0) \($0.1)\($0.0 == 1 ? "" : "s")" }
        return StoreError(
            .inUse,
            """
            user '\(user.name)' has \(what.joined(separator: ", ")); suspend the user to keep them, or remove the user \
            with all of them (--with-belongings)
            """)
    }
}

extension User {
    fileprivate static let select = "SELECT id, name, created_us, suspended FROM users"

    static func all(in database: Database) throws -> [User] {
        try database.all("\(Self.select) ORDER BY name", [], User.init(row:))
    }

    fileprivate init(row: Row) throws {
        self.init(
            id: try row.identity("id"), name: try row.text("name"), created: try row.time("created_us"),
            isSuspended: try row.flag("suspended"))
    }
}

extension Database {
    fileprivate func requiredUser(_ name: String) throws -> User {
        let id = try self.userID(named: name)
        guard let user = try self.first("\(User.select) WHERE id = ?", [id.rawValue], User.init(row:)) else {
            throw StoreError(.unknownUser, "there is no user '\(name)'")
        }
        return user
    }

    fileprivate func belongings(of user: User) throws -> UserBelongings {
        func count(_ sql: String) throws -> Int {
            try Int.fetchOne(self, sql: sql, arguments: [user.id.rawValue]) ?? 0
        }
        func names(_ sql: String) throws -> [String] {
            try String.fetchAll(self, sql: sql, arguments: [user.id.rawValue])
        }
        return UserBelongings(
            accounts: try names(
                """
                SELECT username || '@' || domains.name AS address FROM accounts JOIN domains ON domains.id = domain_id
                WHERE owner_id = ? ORDER BY address
                """),
            providers: try names("SELECT name FROM providers WHERE owner_id = ? ORDER BY name"),
            dialplans: try names(
                "SELECT name FROM dialplans WHERE owner_id = ? AND removed_us IS NULL ORDER BY name"),
            bindings: try count(
                "SELECT count(*) FROM bindings JOIN accounts ON accounts.id = account_id WHERE owner_id = ?"),
            callRecords: try count("SELECT count(*) FROM call_records WHERE owner_id = ?"))
    }
}
