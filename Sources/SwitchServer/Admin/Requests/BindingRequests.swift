public import CallStore

/// The phones that are registered now.
public struct BindingList: StoreRequest {
    public typealias Answer = [BindingRow]
    public static let name = "bindings.list"
    public static let isChange = false
    public var owner: String?
    /// Only this account's.
    public var account: String?

    public init(owner: String? = nil, account: String? = nil) {
        self.owner = owner
        self.account = account
    }

    public var mentions: Mentions { Mentions(user: owner, account: account) }

    public func perform(on store: CallStore) throws -> [BindingRow] {
        let accounts: [Account]
        if let account {
            let name = try AccountName(account)
            accounts = [try store.account(name.username, domain: name.domain)]
        } else {
            accounts = try store.accounts(owner: owner)
        }
        let byID = Dictionary(accounts.map { ($0.id, $0) }, uniquingKeysWith: { first, _ in first })
        let now = UnixTime.now()
        return try store.bindings().compactMap { binding in
            guard let account = byID[binding.accountID], binding.expires > now else { return nil }
            return BindingRow(
                account: account.address, owner: account.owner, contact: binding.contact,
                source: binding.received?.remote, transport: binding.received?.transport,
                userAgent: binding.userAgent, registered: Timestamp(binding.updated),
                expires: Timestamp(binding.expires))
        }.sorted { ($0.account, $0.contact) < ($1.account, $1.contact) }
    }
}

/// Makes the switch forget where an account's phones are, until they register again.
public struct BindingRemoval: StoreRequest {
    public typealias Answer = Done
    public static let name = "bindings.remove"
    public var account: String
    /// Only this one; nil is all.
    public var contact: String?

    public init(account: String, contact: String?) {
        self.account = account
        self.contact = contact
    }

    public var mentions: Mentions { Mentions(account: account) }

    /// On the file. A running switch has the bindings in memory and removes them itself.
    public func perform(on store: CallStore) throws -> Done {
        let found = try find(in: store)
        try store.removeBindings(
            ofAccount: found.account.username, domain: found.account.domain, contact: contact)
        return found.done
    }

    struct Found {
        var account: Account
        var contacts: [String]
        var done: Done { Done("\(contacts.count) of \(account.address) removed") }
    }

    /// - Throws: ``AdminError`` when nothing fits.
    func find(in store: CallStore) throws -> Found {
        let name = try AccountName(account)
        let account = try store.account(name.username, domain: name.domain)
        let contacts = try store.bindings().filter { $0.accountID == account.id }.map(\.contact)
        guard let contact else {
            guard !contacts.isEmpty else {
                throw AdminError("unknownBinding", "\(account.address) has no phone registered")
            }
            return Found(account: account, contacts: contacts)
        }
        guard contacts.contains(contact) else {
            let known = contacts.isEmpty ? "it has none" : "it has \(contacts.joined(separator: ", "))"
            throw AdminError("unknownBinding", "\(account.address) has no contact '\(contact)'; \(known)")
        }
        return Found(account: account, contacts: [contact])
    }
}
