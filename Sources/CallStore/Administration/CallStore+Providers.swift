internal import GRDB

extension CallStore {
    /// Adds a provider. Its secret is not stored yet (see `Provider`).
    ///
    /// - Throws: `unknownUser`, `invalidValue`, `alreadyExists`.
    @discardableResult
    public func addProvider(
        _ name: String, owner: String, serverURI: String, username: String, authUsername: String? = nil,
        at moment: UnixTime = .now()
    ) throws(StoreError) -> Provider {
        try Names.checkPlain(name, "provider name")
        try Names.checkToken(serverURI, "server", lengthMax: 1_024)
        try Names.checkToken(username, "provider username", lengthMax: 128)
        if let authUsername { try Names.checkToken(authUsername, "authentication name", lengthMax: 128) }
        return try self.writing { database in
            let ownerID = try database.userID(named: owner)
            do {
                try database.run(
                    """
                    INSERT INTO providers(owner_id, name, server_uri, username, auth_username, created_us)
                    VALUES (?, ?, ?, ?, ?, ?)
                    """,
                    [ownerID.rawValue, name, serverURI, username, authUsername, moment.microseconds])
            } catch let error as DatabaseError where error.isUniqueViolation {
                throw StoreError(.alreadyExists, "user '\(owner)' has a provider '\(name)' already")
            }
            return Provider(
                id: RowID(rawValue: database.lastInsertedRowID), ownerID: ownerID, owner: owner, name: name,
                serverURI: serverURI, username: username, authUsername: authUsername, created: moment)
        }
    }

    /// - Throws: `unknownUser`, `unknownProvider`.
    public func removeProvider(_ name: String, owner: String) throws(StoreError) {
        try self.writing { database in
            let ownerID = try database.userID(named: owner)
            try database.run("DELETE FROM providers WHERE owner_id = ? AND name = ?", [ownerID.rawValue, name])
            guard database.changesCount > 0 else {
                throw StoreError(.unknownProvider, "user '\(owner)' has no provider '\(name)'")
            }
        }
    }

    /// The providers of one owner, or all, by owner and name.
    ///
    /// - Throws: `unknownUser`.
    public func providers(owner: String? = nil) throws(StoreError) -> [Provider] {
        try self.reading { database in
            guard let owner else { return try Provider.all(in: database) }
            let id = try database.userID(named: owner)
            return try Provider.all(in: database).filter { $0.ownerID == id }
        }
    }
}

extension Provider {
    static func all(in database: Database) throws -> [Provider] {
        try database.all(
            """
            SELECT providers.id, owner_id, users.name AS owner, providers.name, server_uri, username, auth_username,
                providers.created_us
            FROM providers JOIN users ON users.id = owner_id ORDER BY owner, providers.name
            """
        ) { row in
            Provider(
                id: try row.identity("id"), ownerID: try row.identity("owner_id"), owner: try row.text("owner"),
                name: try row.text("name"), serverURI: try row.text("server_uri"),
                username: try row.text("username"), authUsername: try row.textIfPresent("auth_username"),
                created: try row.time("created_us"))
        }
    }
}
