internal import Foundation
internal import GRDB

extension CallStore {
    /// Adds a provider.
    ///
    /// - Parameter secret: its password, stored encrypted; nil when it needs none, or none yet.
    /// - Throws: `unknownUser`, `invalidValue`, `alreadyExists`, `secretsKey`.
    @discardableResult
    public func addProvider(
        _ name: String, owner: String, settings: ProviderSettings, secret: ProviderSecret? = nil,
        at moment: UnixTime = .now()
    ) throws(StoreError) -> Provider {
        try Names.checkPlain(name, "provider name")
        try settings.check()
        if let secret { try Self.check(secret) }
        return try self.writing { database in
            let ownerID = try database.userID(named: owner)
            if let taken = try Provider.find(name, owner: ownerID, in: database) {
                throw StoreError(.alreadyExists, "user '\(owner)' has a provider '\(taken.name)' already")
            }
            try database.run(
                "INSERT INTO providers(owner_id, name, server_uri, username, created_us) VALUES (?, ?, ?, ?, ?)",
                [ownerID.rawValue, name, settings.serverURI, settings.username, moment.microseconds])
            let id = RowID<Provider>(rawValue: database.lastInsertedRowID)
            try settings.update(id, in: database)
            let added = try database.requiredProvider(name, owner: owner)
            if let secret {
                let sealed = try self.keyForSealing(in: database).seal(
                    secret.plainText, context: Self.secretContext(of: added))
                try database.run("UPDATE providers SET secret = ? WHERE id = ?", [sealed, id.rawValue])
            }
            return try database.requiredProvider(name, owner: owner)
        }
    }

    /// Changes a provider's settings: `change` gets them as they are.
    ///
    /// - Throws: `unknownUser`, `unknownProvider`, `invalidValue`.
    @discardableResult
    public func updateProvider(
        _ name: String, owner: String, _ change: (inout ProviderSettings) -> Void
    ) throws(StoreError) -> Provider {
        try self.writing { database in
            var provider = try database.requiredProvider(name, owner: owner)
            change(&provider.settings)
            try provider.settings.check()
            try provider.settings.update(provider.id, in: database)
            return provider
        }
    }

    /// - Throws: `unknownUser`, `unknownProvider`.
    public func removeProvider(_ name: String, owner: String) throws(StoreError) {
        try self.writing { database in
            let provider = try database.requiredProvider(name, owner: owner)
            try database.run("DELETE FROM providers WHERE id = ?", [provider.id.rawValue])
        }
    }

    /// One provider.
    ///
    /// - Throws: `unknownUser`, `unknownProvider`.
    public func provider(_ name: String, owner: String) throws(StoreError) -> Provider {
        try self.reading { try $0.requiredProvider(name, owner: owner) }
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
    private static let select = """
        SELECT providers.id, owner_id, users.name AS owner, providers.name, server_uri, username, auth_username, realm,
            outbound_proxy, from_uri, custom_headers, registers, register_server, register_contact, register_expiry_s,
            disabled_reason, secret IS NOT NULL AS has_secret, providers.created_us
        FROM providers JOIN users ON users.id = owner_id
        """

    static func all(in database: Database) throws -> [Provider] {
        try database.all("\(Self.select) ORDER BY owner, providers.name", [], Provider.init(row:))
    }

    static func find(_ name: String, owner: RowID<User>, in database: Database) throws -> Provider? {
        try database.first(
            "\(Self.select) WHERE owner_id = ? AND providers.name = ? COLLATE NOCASE", [owner.rawValue, name],
            Provider.init(row:))
    }

    private init(row: Row) throws {
        let headers = try row.text("custom_headers")
        self.init(
            id: try row.identity("id"), ownerID: try row.identity("owner_id"), owner: try row.text("owner"),
            name: try row.text("name"),
            settings: ProviderSettings(
                serverURI: try row.text("server_uri"), username: try row.text("username"),
                authUsername: try row.textIfPresent("auth_username"), realm: try row.textIfPresent("realm"),
                outboundProxy: try row.textIfPresent("outbound_proxy"), fromURI: try row.textIfPresent("from_uri"),
                customHeaders: headers.split(separator: "\n").map(String.init),
                registers: try row.flag("registers"), registerServer: try row.textIfPresent("register_server"),
                registerContact: try row.textIfPresent("register_contact"),
                registerExpirySeconds: try row.decode(Int.self, forColumn: "register_expiry_s"),
                disabledReason: try row.textIfPresent("disabled_reason")),
            hasSecret: try row.flag("has_secret"), created: try row.time("created_us"))
    }
}

extension ProviderSettings {
    static let registerExpiryRange = 60...3_600

    fileprivate func check() throws(StoreError) {
        try Names.checkToken(self.serverURI, "server", lengthMax: 1_024)
        try Names.checkToken(self.username, "provider username", lengthMax: 128)
        let tokens: [(String?, String, Int)] = [
            (self.authUsername, "authentication name", 128), (self.outboundProxy, "outbound proxy", 1_024),
            (self.fromURI, "From URI", 1_024), (self.registerServer, "register server", 1_024),
            (self.registerContact, "register contact", 1_024),
        ]
        for (value, what, lengthMax) in tokens {
            if let value { try Names.checkToken(value, what, lengthMax: lengthMax) }
        }
        for (value, what, lengthMax) in [(self.realm, "the realm", 255), (self.disabledReason, "the reason", 1_024)] {
            guard let value else { continue }
            try Names.checkText(value, what, lengthMax: lengthMax)
            guard !value.isEmpty else { throw StoreError(.invalidValue, "\(what) must not be empty") }
        }
        guard Self.registerExpiryRange.contains(self.registerExpirySeconds) else {
            throw StoreError(
                .invalidValue, "the register expiry must be 60 to 3,600 seconds, not \(self.registerExpirySeconds)")
        }
        try self.checkHeaders()
    }

    private func checkHeaders() throws(StoreError) {
        for header in self.customHeaders {
            let isPrintable = header.unicodeScalars.allSatisfy { $0.value >= 0x20 && $0.value != 0x7F }
            let name = header.prefix { $0 != ":" }
            guard isPrintable, header.contains(":"), !name.isEmpty, !name.contains(" ") else {
                throw StoreError(
                    .invalidValue, "a custom header is one line of the form 'Name: value', not '\(header)'")
            }
        }
        guard self.customHeaders.reduce(0, { $0 + $1.utf8.count + 1 }) <= 8_192 else {
            throw StoreError(.invalidValue, "the custom headers must have at most 8,192 bytes in all")
        }
    }

    fileprivate func update(_ id: RowID<Provider>, in database: Database) throws {
        try database.run(
            """
            UPDATE providers SET server_uri = ?, username = ?, auth_username = ?, realm = ?, outbound_proxy = ?,
                from_uri = ?, custom_headers = ?, registers = ?, register_server = ?, register_contact = ?,
                register_expiry_s = ?, disabled_reason = ?
            WHERE id = ?
            """,
            [
                self.serverURI, self.username, self.authUsername, self.realm, self.outboundProxy, self.fromURI,
                self.customHeaders.joined(separator: "\n"), self.registers, self.registerServer, self.registerContact,
                self.registerExpirySeconds, self.disabledReason, id.rawValue,
            ])
    }
}

extension Database {
    func requiredProvider(_ name: String, owner: String) throws -> Provider {
        let ownerID = try self.userID(named: owner)
        guard let provider = try Provider.find(name, owner: ownerID, in: self) else {
            throw StoreError(
                .unknownProvider, "user '\(owner)' has no provider '\(name)'; list the providers to see their names")
        }
        return provider
    }
}
