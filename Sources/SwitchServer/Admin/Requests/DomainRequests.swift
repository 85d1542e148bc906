public import CallStore

public struct DomainList: StoreRequest {
    public typealias Answer = [DomainRow]
    public static let name = "domain.list"
    public static let isChange = false

    public init() {}

    public func perform(on store: CallStore) throws -> [DomainRow] {
        let accounts = try store.accounts().reduce(into: [:]) { $0[$1.domainID, default: 0] += 1 }
        return try store.domains().map { domain in
            DomainRow(
                name: domain.name, aliases: domain.aliases, accounts: accounts[domain.id] ?? 0,
                created: Timestamp(domain.created))
        }
    }
}

public struct DomainAddition: StoreRequest {
    public typealias Answer = Done
    public static let name = "domain.add"
    public var domain: String
    public var aliases: [String]

    public init(_ domain: String, aliases: [String]) {
        self.domain = domain
        self.aliases = aliases
    }

    public func perform(on store: CallStore) throws -> Done {
        Done("domain \(try store.addDomain(domain, aliases: aliases).name) added")
    }
}

public struct DomainQuery: StoreRequest {
    public typealias Answer = DomainRow
    public static let name = "domain.show"
    public static let isChange = false
    public var domain: String

    public init(_ domain: String) { self.domain = domain }

    public var mentions: Mentions { Mentions(domain: domain) }

    public func perform(on store: CallStore) throws -> DomainRow {
        let wanted = domain.lowercased()
        let rows = try DomainList().perform(on: store)
        guard let row = rows.first(where: { $0.name == wanted || $0.aliases.contains(wanted) }) else {
            throw AdminError(.unknownDomain, "there is no domain '\(domain)'")
        }
        return row
    }
}

public struct AliasAddition: StoreRequest {
    public typealias Answer = Done
    public static let name = "domain.alias.add"
    public var domain: String
    public var alias: String

    public init(_ alias: String, to domain: String) {
        self.domain = domain
        self.alias = alias
    }

    public var mentions: Mentions { Mentions(domain: domain) }

    public func perform(on store: CallStore) throws -> Done {
        try store.addAlias(alias, toDomain: domain)
        return Done("\(alias) is now a name of \(domain)")
    }
}

public struct AliasRemoval: StoreRequest {
    public typealias Answer = Done
    public static let name = "domain.alias.remove"
    public var domain: String
    public var alias: String

    public init(_ alias: String, from domain: String) {
        self.domain = domain
        self.alias = alias
    }

    public var mentions: Mentions { Mentions(domain: domain) }

    public func perform(on store: CallStore) throws -> Done {
        let row = try DomainQuery(domain).perform(on: store)
        guard row.aliases.contains(alias.lowercased()) else {
            let names = row.aliases.isEmpty ? "it has none" : "it has \(row.aliases.joined(separator: ", "))"
            throw AdminError("unknownAlias", "'\(alias)' is no alias of \(row.name); \(names)")
        }
        try store.removeAlias(alias, fromDomain: row.name)
        return Done("\(alias) is no name of \(row.name) any more")
    }
}
