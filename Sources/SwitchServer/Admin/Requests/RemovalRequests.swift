public import CallStore

public struct UserRemoval: StoreRequest {
    public typealias Answer = Done
    public static let name = "user.remove"
    public var user: String
    /// With accounts, providers, dialplans and call records; else a user who has any is kept.
    public var withBelongings: Bool

    public init(_ user: String, withBelongings: Bool) {
        self.user = user
        self.withBelongings = withBelongings
    }

    public var mentions: Mentions { Mentions(user: user) }

    public func perform(on store: CallStore) throws -> Done {
        try store.removeUser(user, withBelongings: withBelongings)
        return Done("user \(user) removed")
    }
}

public struct DomainRemoval: StoreRequest {
    public typealias Answer = Done
    public static let name = "domain.remove"
    public var domain: String

    public init(_ domain: String) { self.domain = domain }

    public var mentions: Mentions { Mentions(domain: domain) }

    public func perform(on store: CallStore) throws -> Done {
        try store.removeDomain(domain)
        return Done("domain \(domain) removed")
    }
}

public struct DialplanRemoval: StoreRequest {
    public typealias Answer = Done
    public static let name = "dialplan.remove"
    public var dialplan: String
    public var owner: String

    public init(_ dialplan: String, owner: String) {
        self.dialplan = dialplan
        self.owner = owner
    }

    public var mentions: Mentions { Mentions(user: owner, dialplan: dialplan) }

    public func perform(on store: CallStore) throws -> Done {
        let users = try store.accounts(owner: owner)
            .filter { $0.inDialplan == dialplan || ($0.outDialplan ?? "default") == dialplan }.map(\.address)
        try store.removeDialplan(owner: owner, name: dialplan)
        let note = users.isEmpty ? "" : "\nnote: \(users.joined(separator: ", ")) still named it"
        return Done("dialplan \(dialplan) of \(owner) removed\(note)")
    }
}
