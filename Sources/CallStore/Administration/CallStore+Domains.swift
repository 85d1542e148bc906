internal import GRDB

extension CallStore {
    /// Adds a domain that this switch serves. Names are lower-cased.
    ///
    /// - Parameter aliases: other host names for it; `*` stands for every host not named elsewhere.
    /// - Throws: `invalidValue`, `alreadyExists` when a name or alias is taken by a domain already.
    @discardableResult
    public func addDomain(
        _ name: String, aliases: [String] = [], at moment: UnixTime = .now()
    ) throws(StoreError) -> Domain {
        let canonical = try Names.canonicalHost(name)
        var names: [String] = []
        for alias in aliases {
            names.append(try Self.canonicalAlias(alias))
        }
        return try self.writing { database in
            if let taken = try database.domain(named: canonical) {
                throw StoreError(.alreadyExists, Self.taken(canonical, by: taken.name))
            }
            try database.run("INSERT INTO domains(name, created_us) VALUES (?, ?)", [canonical, moment.microseconds])
            let id = RowID<Domain>(rawValue: database.lastInsertedRowID)
            for alias in names {
                try Self.addAlias(alias, to: id, in: database)
            }
            return Domain(id: id, name: canonical, aliases: names.sorted(), created: moment)
        }
    }

    /// Gives a domain another name.
    ///
    /// - Throws: `unknownDomain`, `invalidValue`, `alreadyExists`.
    public func addAlias(_ alias: String, toDomain name: String) throws(StoreError) {
        let canonical = try Self.canonicalAlias(alias)
        try self.writing { database in
            let domain = try database.requiredDomain(named: name)
            try Self.addAlias(canonical, to: domain.id, in: database)
        }
    }

    /// Takes an alias away; fine when there is none.
    ///
    /// - Throws: `unknownDomain`.
    public func removeAlias(_ alias: String, fromDomain name: String) throws(StoreError) {
        try self.writing { database in
            let domain = try database.requiredDomain(named: name)
            try database.run(
                "DELETE FROM domain_aliases WHERE alias = ? AND domain_id = ?",
                [alias.lowercased(), domain.id.rawValue])
        }
    }

    /// Removes a domain that has no account, with its aliases.
    ///
    /// - Throws: `unknownDomain`; `inUse` while it has accounts.
    public func removeDomain(_ name: String) throws(StoreError) {
        try self.writing { database in
            let domain = try database.requiredDomain(named: name)
            let accounts = try Int.fetchOne(
                database, sql: "SELECT count(*) FROM accounts WHERE domain_id = ?", arguments: [domain.id.rawValue])
            if let accounts, accounts > 0 {
                throw StoreError(
                    .inUse,
                    """
                    domain '\(domain.name)' has \(accounts) account\(accounts == 1 ? "" : "s"); remove \
                    \(accounts == 1 ? "it" : "them") first
                    """)
            }
            try database.run("DELETE FROM domains WHERE id = ?", [domain.id.rawValue])
        }
    }

    /// One domain, by its name or an alias.
    ///
    /// - Throws: `unknownDomain`.
    public func domain(_ name: String) throws(StoreError) -> Domain {
        try self.reading { database in
            let found = try database.requiredDomain(named: name)
            guard let domain = try Domain.all(in: database).first(where: { $0.id == found.id }) else {
                throw StoreError(.unknownDomain, "there is no domain '\(name)'")
            }
            return domain
        }
    }

    /// All domains, by name.
    public func domains() throws(StoreError) -> [Domain] {
        try self.reading { try Domain.all(in: $0) }
    }

    private static func canonicalAlias(_ alias: String) throws(StoreError) -> String {
        alias == "*" ? alias : try Names.canonicalHost(alias)
    }

    private static func addAlias(_ alias: String, to id: RowID<Domain>, in database: Database) throws {
        if let taken = try database.domain(named: alias) {
            throw StoreError(.alreadyExists, Self.taken(alias, by: taken.name))
        }
        try database.run("INSERT INTO domain_aliases(alias, domain_id) VALUES (?, ?)", [alias, id.rawValue])
    }

    private static func taken(_ name: String, by domain: String) -> String {
        name == domain ? "there is a domain '\(name)' already" : "'\(name)' is an alias of domain '\(domain)' already"
    }
}

extension Domain {
    static func all(in database: Database) throws -> [Domain] {
        var aliases: [RowID<Domain>: [String]] = [:]
        let rows: [(RowID<Domain>, String)] = try database.all(
            "SELECT domain_id, alias FROM domain_aliases ORDER BY alias"
        ) { (try $0.identity("domain_id"), try $0.text("alias")) }
        for (id, alias) in rows {
            aliases[id, default: []].append(alias)
        }
        return try database.all("SELECT id, name, created_us FROM domains ORDER BY name") { row in
            let id: RowID<Domain> = try row.identity("id")
            return Domain(
                id: id, name: try row.text("name"), aliases: aliases[id] ?? [], created: try row.time("created_us"))
        }
    }
}

extension Database {
    /// The domain that has this name or alias.
    func domain(named name: String) throws -> (id: RowID<Domain>, name: String)? {
        try self.first(
            """
            SELECT id, name FROM domains WHERE name = ?1
            UNION ALL SELECT id, name FROM domains JOIN domain_aliases ON domain_id = id WHERE alias = ?1
            """, [name.lowercased()]
        ) { (try $0.identity("id"), try $0.text("name")) }
    }

    func requiredDomain(named name: String) throws -> (id: RowID<Domain>, name: String) {
        guard let domain = try self.domain(named: name) else {
            throw StoreError(.unknownDomain, "there is no domain '\(name)'; add it first")
        }
        return domain
    }
}
