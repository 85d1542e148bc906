// What users, domains, accounts, providers, dialplans and bindings look like to administrators: on the admin socket and
// with --json. The names are part of the interface. Fields that do not apply are left out.

public struct UserRow: Codable, Sendable {
    public var name: String
    public var suspended: Bool
    public var accounts: Int
    public var dialplans: Int
    public var providers: Int
    public var created: Timestamp
}

public struct DomainRow: Codable, Sendable {
    public var name: String
    public var aliases: [String]
    public var accounts: Int
    public var created: Timestamp
}

public struct AccountRow: Codable, Sendable {
    /// `username@domain`.
    public var address: String
    public var username: String
    public var domain: String
    public var owner: String
    public var inDialplan: String?
    public var outDialplan: String?
    public var disabled: Bool
    /// Whether its owner is suspended.
    public var suspended: Bool
    /// Phones that are registered now.
    public var phones: Int
    public var created: Timestamp
}

public struct ProviderRow: Codable, Sendable {
    public var name: String
    public var owner: String
    public var server: String
    public var username: String
    public var authUsername: String?
    public var realm: String?
    public var outboundProxy: String?
    public var fromURI: String?
    public var headers: [String]
    public var registers: Bool
    public var registerServer: String?
    public var registerContact: String?
    public var registerExpirySeconds: Int
    /// Whether a password is stored; itself it is never shown.
    public var hasPassword: Bool
    public var disabledReason: String?
    public var created: Timestamp
}

/// A dialplan at one of its versions.
public struct DialplanRow: Codable, Sendable {
    public var name: String
    public var owner: String
    public var version: Int
    /// UTF-8 bytes of the text.
    public var bytes: Int
    public var lines: Int
    /// SHA-256 of the text, in hexadecimal.
    public var digest: String
    public var author: String
    public var note: String
    /// When this version was saved.
    public var saved: Timestamp
    /// Only where one dialplan is asked for.
    public var text: String?
}

public struct BindingRow: Codable, Sendable {
    public var account: String
    public var owner: String
    /// The Contact's URI.
    public var contact: String
    /// Where the phone was seen, `198.51.100.9:41000`.
    public var source: String?
    public var transport: String?
    public var userAgent: String?
    public var registered: Timestamp
    public var expires: Timestamp
}
