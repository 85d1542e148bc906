/// A SIP account's address: user and canonical domain.
public struct AccountKey: Hashable, Sendable, Comparable {
    public let user: String
    /// Canonical (main) name of a served domain, in lower case.
    public let domain: String

    public init(user: String, domain: String) {
        self.user = user
        self.domain = domain.lowercased()
    }

    public var text: String { "\(user)@\(domain)" }

    public static func < (left: AccountKey, right: AccountKey) -> Bool {
        (left.domain, left.user) < (right.domain, right.user)
    }
}

/// A phone's account.
public struct Account: Hashable, Sendable {
    public var key: AccountKey
    /// The user (login) whose dialplans decide for this account.
    public var owner: String
    /// H(user:realm:password) in hex, under the domain as realm.
    public var ha1MD5: String
    public var ha1SHA256: String
    /// Dialplan for calls to the account; nil rings its bindings.
    public var inDialplan: String?
    /// Dialplan for calls from the account; nil means the owner's `default`.
    public var outDialplan: String?
    public var isDisabled: Bool

    public init(
        key: AccountKey, owner: String, ha1MD5: String, ha1SHA256: String, inDialplan: String? = nil,
        outDialplan: String? = nil, isDisabled: Bool = false
    ) {
        self.key = key
        self.owner = owner
        self.ha1MD5 = ha1MD5
        self.ha1SHA256 = ha1SHA256
        self.inDialplan = inDialplan
        self.outDialplan = outDialplan
        self.isDisabled = isDisabled
    }
}

/// One version of a dialplan's text. A call keeps the version that it began with.
public struct ScriptVersion: Hashable, Sendable {
    public var owner: String
    public var name: String
    public var version: Int
    /// SHA-256 of the text.
    public var digest: [UInt8]
    public var text: [UInt8]

    /// Whether there is nothing to run.
    var isBlank: Bool { text.allSatisfy { $0 == 0x20 || (0x09...0x0D).contains($0) } }

    public init(owner: String, name: String, version: Int, digest: [UInt8], text: [UInt8]) {
        self.owner = owner
        self.name = name
        self.version = version
        self.digest = digest
        self.text = text
    }
}

/// Who and what the switch serves, held in memory: no call waits for the database.
public struct Directory: Sendable {
    /// A script or (its name in lower case) a provider.
    private struct OwnedKey: Hashable {
        let owner: String
        let name: String
    }

    /// Alias or canonical name → canonical name, all in lower case.
    private var domains: [String: String] = [:]
    private var accounts: [AccountKey: Account] = [:]
    private var scripts: [OwnedKey: ScriptVersion] = [:]
    private var providers: [OwnedKey: Provider] = [:]

    public init() {}

    public init(
        domains: [(name: String, aliases: [String])], accounts: [Account], scripts: [ScriptVersion],
        providers: [Provider] = []
    ) {
        for domain in domains {
            let name = domain.name.lowercased()
            for alias in domain.aliases { self.domains[alias.lowercased()] = name }
            self.domains[name] = name
        }
        for account in accounts { self.accounts[account.key] = account }
        for script in scripts { self.scripts[OwnedKey(owner: script.owner, name: script.name)] = script }
        for provider in providers {
            self.providers[OwnedKey(owner: provider.owner, name: provider.name.lowercased())] = provider
        }
    }

    /// Adds a domain, or aliases to one.
    public mutating func insert(domain: String, aliases: [String] = []) {
        let name = domain.lowercased()
        for alias in aliases { domains[alias.lowercased()] = name }
        domains[name] = name
    }

    /// Adds an account, or replaces the one with its address.
    public mutating func insert(_ account: Account) { accounts[account.key] = account }

    /// Adds a dialplan, or replaces its owner's one of that name.
    public mutating func insert(_ script: ScriptVersion) {
        scripts[OwnedKey(owner: script.owner, name: script.name)] = script
    }

    /// The served domain that a host names, by itself or by an alias.
    public func canonicalDomain(_ host: String) -> String? { domains[host.lowercased()] }

    /// The served domain that a request from outside is for: the alias `*` stands for every host that nothing else names.
    public func calledDomain(_ host: String) -> String? { canonicalDomain(host) ?? domains["*"] }

    public func account(_ key: AccountKey) -> Account? { accounts[key] }

    /// The account that is called: `user@domain`, or for dotted users (`provider.user`) what follows the last dot.
    public func calledAccount(user: String, domain: String) -> Account? {
        if let exact = accounts[AccountKey(user: user, domain: domain)] { return exact }
        guard let dot = user.lastIndex(of: ".") else { return nil }
        return accounts[AccountKey(user: String(user[user.index(after: dot)...]), domain: domain)]
    }

    /// The account `*` of a domain: it takes the calls from outside to users that the domain does not have.
    public func catchAllAccount(domain: String) -> Account? {
        accounts[AccountKey(user: "*", domain: domain)]
    }

    public func script(owner: String, name: String) -> ScriptVersion? {
        scripts[OwnedKey(owner: owner, name: name)]
    }

    /// The owner's provider of this name, in any letter case.
    public func provider(owner: String, name: String) -> Provider? {
        providers[OwnedKey(owner: owner, name: name.lowercased())]
    }
}
