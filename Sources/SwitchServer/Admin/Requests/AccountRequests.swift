public import CallStore
import SIPMessage

public struct AccountList: StoreRequest {
    public typealias Answer = [AccountRow]
    public static let name = "account.list"
    public static let isChange = false
    public var owner: String?
    public var domain: String?

    public init(owner: String? = nil, domain: String? = nil) {
        self.owner = owner
        self.domain = domain
    }

    public var mentions: Mentions { Mentions(user: owner, domain: domain) }

    public func perform(on store: CallStore) throws -> [AccountRow] {
        let canonical = try domain.map { try DomainQuery($0).perform(on: store).name }
        let now = UnixTime.now()
        let phones = try store.bindings().filter { $0.expires > now }
            .reduce(into: [:]) { $0[$1.accountID, default: 0] += 1 }
        let suspended = Set(try store.users().filter(\.isSuspended).map(\.id))
        return try store.accounts(owner: owner)
            .filter { canonical == nil || $0.domain == canonical }
            .map { AccountRow($0, suspended: suspended.contains($0.ownerID), phones: phones[$0.id] ?? 0) }
    }
}

extension AccountRow {
    init(_ account: Account, suspended: Bool, phones: Int) {
        self.init(
            address: account.address, username: account.username, domain: account.domain, owner: account.owner,
            inDialplan: account.inDialplan, outDialplan: account.outDialplan, disabled: account.isDisabled,
            suspended: suspended, phones: phones, created: Timestamp(account.created))
    }
}

/// An account and its phones.
public struct AccountDetails: Codable, Sendable {
    public var account: AccountRow
    public var bindings: [BindingRow]
}

public struct AccountQuery: StoreRequest {
    public typealias Answer = AccountDetails
    public static let name = "account.show"
    public static let isChange = false
    public var address: String

    public init(_ address: String) { self.address = address }

    public var mentions: Mentions { Mentions(account: address) }

    public func perform(on store: CallStore) throws -> AccountDetails {
        let name = try AccountName(address)
        let account = try store.account(name.username, domain: name.domain)
        let bindings = try BindingList(account: address).perform(on: store)
        let owner = try store.users().first { $0.id == account.ownerID }
        return AccountDetails(
            account: AccountRow(account, suspended: owner?.isSuspended ?? false, phones: bindings.count),
            bindings: bindings)
    }
}

/// A new SIP account. The password is hashed under the domain's realm and forgotten.
public struct AccountAddition: StoreRequest {
    public typealias Answer = Done
    public static let name = "account.add"
    public var address: String
    public var owner: String
    public var password: String
    public var inDialplan: String?
    public var outDialplan: String?

    public init(
        _ address: String, owner: String, password: String, inDialplan: String? = nil, outDialplan: String? = nil
    ) {
        self.address = address
        self.owner = owner
        self.password = password
        self.inDialplan = inDialplan
        self.outDialplan = outDialplan
    }

    public var mentions: Mentions { Mentions(user: owner, account: address) }

    public func perform(on store: CallStore) throws -> Done {
        let name = try AccountName(address)
        let account = try store.addAccount(
            name.username, domain: name.domain, owner: owner, inDialplan: inDialplan, outDialplan: outDialplan,
            credentials: { AccountCredentials(user: name.username, realm: $0, password: password) })
        return Done("account \(account.address) added\(try account.missingDialplans(in: store))")
    }
}

public struct PasswordChange: StoreRequest {
    public typealias Answer = Done
    public static let name = "account.password"
    public var address: String
    public var password: String

    public init(_ address: String, password: String) {
        self.address = address
        self.password = password
    }

    public var mentions: Mentions { Mentions(account: address) }

    public func perform(on store: CallStore) throws -> Done {
        let name = try AccountName(address)
        try store.setCredentials(ofAccount: name.username, domain: name.domain) { realm in
            AccountCredentials(user: name.username, realm: realm, password: password)
        }
        return Done("\(address) has a new password: phones register with it from now on")
    }
}

/// Changes of an account; what is nil stays as it is.
public struct AccountChange: StoreRequest {
    public typealias Answer = Done
    public static let name = "account.set"
    public var address: String
    /// An empty name takes the dialplan away.
    public var inDialplan: String?
    public var outDialplan: String?
    public var disabled: Bool?

    public init(_ address: String, inDialplan: String?, outDialplan: String?, disabled: Bool?) {
        self.address = address
        self.inDialplan = inDialplan
        self.outDialplan = outDialplan
        self.disabled = disabled
    }

    public var mentions: Mentions { Mentions(account: address) }

    public func perform(on store: CallStore) throws -> Done {
        let name = try AccountName(address)
        let account = try store.account(name.username, domain: name.domain)
        if inDialplan != nil || outDialplan != nil {
            func changed(_ new: String?, _ old: String?) -> String? {
                guard let new else { return old }
                return new.isEmpty ? nil : new
            }
            try store.setDialplans(
                ofAccount: account.username, domain: account.domain, in: changed(inDialplan, account.inDialplan),
                out: changed(outDialplan, account.outDialplan))
        }
        if let disabled { try store.setDisabled(disabled, account: account.username, domain: account.domain) }
        let now = try store.account(name.username, domain: name.domain)
        return Done("account \(now.address) changed\(try now.missingDialplans(in: store))")
    }
}

public struct AccountRemoval: StoreRequest {
    public typealias Answer = Done
    public static let name = "account.remove"
    public var address: String

    public init(_ address: String) { self.address = address }

    public var mentions: Mentions { Mentions(account: address) }

    public func perform(on store: CallStore) throws -> Done {
        let name = try AccountName(address)
        try store.removeAccount(name.username, domain: name.domain)
        return Done("account \(address) removed")
    }
}

extension AccountCredentials {
    fileprivate init(user: String, realm: String, password: String) {
        self.init(
            ha1MD5: Digest.ha1(user: user, realm: realm, password: password, algorithm: .md5),
            ha1SHA256: Digest.ha1(user: user, realm: realm, password: password, algorithm: .sha256))
    }
}

extension Account {
    /// A warning when a dialplan that the account names does not exist: it may come later, but may be misspelt too.
    fileprivate func missingDialplans(in store: CallStore) throws -> String {
        let names = try store.dialplans(owner: owner).map(\.name)
        let missing = [inDialplan, outDialplan].compactMap { $0 }.filter { !names.contains($0) }
        guard let first = missing.first else { return "" }
        let meant = Mentions.nearest(to: first, among: names).map { "; did you mean '\($0)'?" }
        return "\nnote: \(owner) has no dialplan '\(first)' yet"
            + (meant ?? ": add it with `dialplanctl dialplan set '\(first)' FILE --owner \(owner)`")
    }
}
