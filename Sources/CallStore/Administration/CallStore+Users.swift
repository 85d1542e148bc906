internal import GRDB

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
}

extension User {
    static func all(in database: Database) throws -> [User] {
        try database.all("SELECT id, name, created_us, suspended FROM users ORDER BY name") { row in
            User(
                id: try row.identity("id"), name: try row.text("name"), created: try row.time("created_us"),
                isSuspended: try row.flag("suspended"))
        }
    }
}
