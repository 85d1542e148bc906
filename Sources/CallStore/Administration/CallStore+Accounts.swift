internal import GRDB

extension CallStore {
    /// Adds a SIP account.
    ///
    /// - Parameters:
    ///   - domain: a served domain, by its name or an alias.
    ///   - outDialplan: the owner's dialplan for calls from the account; it need not exist yet.
    ///   - credentials: called once with the realm (the domain's canonical name) to make the account's HA1s, so that
    ///     they cannot be made under an alias by mistake.
    /// - Throws: `unknownUser`, `unknownDomain`, `invalidValue`, `alreadyExists`.
    @discardableResult
    public func addAccount(
        _ username: String, domain: String, owner: String, inDialplan: String? = nil,
        outDialplan: String? = "default", at moment: UnixTime = .now(),
        credentials: (_ realm: String) -> AccountCredentials
    ) throws(StoreError) -> Account {
        try Names.checkAccountUsername(username)
        for name in [inDialplan, outDialplan] {
            if let name { try Names.checkDialplan(name) }
        }
        return try self.writing { database in
            let ownerID = try database.userID(named: owner)
            let domain = try database.requiredDomain(named: domain)
            let credentials = credentials(domain.name)
            try credentials.check()
            do {
                try database.run(
                    """
                    INSERT INTO accounts(username, domain_id, owner_id, ha1_md5, ha1_sha256, in_dialplan, out_dialplan,
                        created_us) VALUES (?, ?, ?, ?, ?, ?, ?, ?)
                    """,
                    [
                        username, domain.id.rawValue, ownerID.rawValue, credentials.ha1MD5, credentials.ha1SHA256,
                        inDialplan, outDialplan, moment.microseconds,
                    ])
            } catch let error as DatabaseError where error.isUniqueViolation {
                throw StoreError(.alreadyExists, "there is an account '\(username)@\(domain.name)' already")
            }
            return try database.requiredAccount(username, domain: domain.name)
        }
    }

    /// Replaces an account's HA1s: a new password.
    ///
    /// - Throws: `unknownDomain`, `unknownAccount`, `invalidValue`.
    public func setCredentials(
        ofAccount username: String, domain: String, credentials: (_ realm: String) -> AccountCredentials
    ) throws(StoreError) {
        try self.writing { database in
            let account = try database.requiredAccount(username, domain: domain)
            let credentials = credentials(account.domain)
            try credentials.check()
            try database.run(
                "UPDATE accounts SET ha1_md5 = ?, ha1_sha256 = ? WHERE id = ?",
                [credentials.ha1MD5, credentials.ha1SHA256, account.id.rawValue])
        }
    }

    /// Names the owner's dialplans for calls to and from an account; nil takes a name away.
    ///
    /// - Throws: `unknownDomain`, `unknownAccount`, `invalidValue`.
    public func setDialplans(
        ofAccount username: String, domain: String, in inDialplan: String?, out outDialplan: String?
    ) throws(StoreError) {
        for name in [inDialplan, outDialplan] {
            if let name { try Names.checkDialplan(name) }
        }
        try self.writing { database in
            let account = try database.requiredAccount(username, domain: domain)
            try database.run(
                "UPDATE accounts SET in_dialplan = ?, out_dialplan = ? WHERE id = ?",
                [inDialplan, outDialplan, account.id.rawValue])
        }
    }

    /// Disables an account (it neither registers nor calls) or enables it again.
    ///
    /// - Throws: `unknownDomain`, `unknownAccount`.
    public func setDisabled(
        _ isDisabled: Bool, account username: String, domain: String
    ) throws(StoreError) {
        try self.writing { database in
            let account = try database.requiredAccount(username, domain: domain)
            try database.run("UPDATE accounts SET disabled = ? WHERE id = ?", [isDisabled, account.id.rawValue])
        }
    }

    /// Removes an account and its bindings. Its call records stay.
    ///
    /// - Throws: `unknownDomain`, `unknownAccount`.
    public func removeAccount(_ username: String, domain: String) throws(StoreError) {
        try self.writing { database in
            let account = try database.requiredAccount(username, domain: domain)
            try database.run("DELETE FROM accounts WHERE id = ?", [account.id.rawValue])
        }
    }

    /// One account, its domain given by name or alias.
    ///
    /// - Throws: `unknownDomain`, `unknownAccount`.
    public func account(_ username: String, domain: String) throws(StoreError) -> Account {
        try self.reading { try $0.requiredAccount(username, domain: domain) }
    }

    /// The accounts of one owner, or all, by domain and name.
    ///
    /// - Throws: `unknownUser`.
    public func accounts(owner: String? = nil) throws(StoreError) -> [Account] {
        try self.reading { database in
            guard let owner else { return try Account.all(in: database) }
            let id = try database.userID(named: owner)
            return try database.all(
                "\(Account.select) WHERE owner_id = ? ORDER BY domain, username", [id.rawValue], Account.init(row:))
        }
    }
}

extension AccountCredentials {
    fileprivate func check() throws(StoreError) {
        func isHexadecimal(_ text: String, _ length: Int) -> Bool {
            text.utf8.count == length
                && text.utf8.allSatisfy {
                    (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0)
                        || (UInt8(ascii: "a")...UInt8(ascii: "f")).contains($0)
                }
        }
        // The message must not show the values.
        guard isHexadecimal(self.ha1MD5, 32), isHexadecimal(self.ha1SHA256, 64) else {
            throw StoreError(
                .invalidValue, "an account's HA1s must be 32 (MD5) and 64 (SHA-256) lower-case hexadecimal digits")
        }
    }
}

extension Account {
    fileprivate static let select = """
        SELECT accounts.id, username, domain_id, domains.name AS domain, owner_id, users.name AS owner, ha1_md5,
            ha1_sha256, in_dialplan, out_dialplan, disabled, accounts.created_us
        FROM accounts JOIN domains ON domains.id = domain_id JOIN users ON users.id = owner_id
        """

    static func all(in database: Database) throws -> [Account] {
        try database.all("\(Self.select) ORDER BY domain, username", [], Account.init(row:))
    }

    fileprivate init(row: Row) throws {
        self.init(
            id: try row.identity("id"), username: try row.text("username"), domainID: try row.identity("domain_id"),
            domain: try row.text("domain"), ownerID: try row.identity("owner_id"), owner: try row.text("owner"),
            credentials: AccountCredentials(
                ha1MD5: try row.text("ha1_md5"), ha1SHA256: try row.text("ha1_sha256")),
            inDialplan: try row.textIfPresent("in_dialplan"), outDialplan: try row.textIfPresent("out_dialplan"),
            isDisabled: try row.flag("disabled"), created: try row.time("created_us"))
    }
}

extension Database {
    func requiredAccount(_ username: String, domain: String) throws -> Account {
        let domain = try self.requiredDomain(named: domain)
        let account = try self.first(
            "\(Account.select) WHERE domain_id = ? AND username = ?", [domain.id.rawValue, username],
            Account.init(row:))
        guard let account else {
            throw StoreError(
                .unknownAccount, "there is no account '\(username)@\(domain.name)'; list the accounts to see them")
        }
        return account
    }
}
