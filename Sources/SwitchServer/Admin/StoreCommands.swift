public import CallStore
import SIPMessage

/// A change that an administrator asks for: done by the running switch, or on the file when none runs.
public enum StoreCommand: Codable, Sendable {
    case addUser(name: String)
    case addDomain(name: String, aliases: [String])
    case addAccount(AccountAddition)
    case setDialplan(owner: String, name: String, text: String, author: String, note: String)

    /// - Returns: what was done, as a sentence.
    /// - Throws: ``StoreError``.
    public func perform(on store: CallStore) throws -> String {
        switch self {
        case .addUser(let name):
            _ = try store.addUser(name)
            return "user \(name) added"
        case .addDomain(let name, let aliases):
            let domain = try store.addDomain(name, aliases: aliases)
            return "domain \(domain.name) added"
        case .addAccount(let account): return try account.perform(on: store)
        case .setDialplan(let owner, let name, let text, let author, let note):
            let version = try store.setDialplan(owner: owner, name: name, text: text, author: author, note: note)
            return "dialplan \(name) of \(owner) is at version \(version.number)"
        }
    }
}

/// A new SIP account. The password is hashed under the domain's realm and forgotten.
public struct AccountAddition: Codable, Sendable {
    public var username: String
    public var domain: String
    public var owner: String
    public var password: String
    public var inDialplan: String?
    public var outDialplan: String?

    public init(
        username: String, domain: String, owner: String, password: String, inDialplan: String?, outDialplan: String?
    ) {
        self.username = username
        self.domain = domain
        self.owner = owner
        self.password = password
        self.inDialplan = inDialplan
        self.outDialplan = outDialplan
    }

    func perform(on store: CallStore) throws -> String {
        let account = try store.addAccount(
            username, domain: domain, owner: owner, inDialplan: inDialplan, outDialplan: outDialplan
        ) { realm in
            AccountCredentials(
                ha1MD5: Digest.ha1(user: username, realm: realm, password: password, algorithm: .md5),
                ha1SHA256: Digest.ha1(user: username, realm: realm, password: password, algorithm: .sha256))
        }
        return "account \(account.address) added"
    }
}
