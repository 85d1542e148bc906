/// An outside SIP service that a user's dialplans can call through by name.
///
/// Its secret is not here: `CallStore.providerSecret(_:owner:)` gives it to who places a call.
public struct Provider: Hashable, Sendable {
    public var id: RowID<Provider>
    public var ownerID: RowID<User>
    public var owner: String
    /// Unique per owner without regard to case; letters, digits, `-` and `_`, no `.`.
    public var name: String
    public var settings: ProviderSettings
    /// Whether a secret is stored.
    public var hasSecret: Bool
    public var created: UnixTime
}

/// All that can be set of a provider but its secret.
public struct ProviderSettings: Hashable, Sendable {
    /// Where its requests go, a SIP URI.
    public var serverURI: String
    public var username: String
    /// The name for authentication where it differs from `username`.
    public var authUsername: String?
    /// The digest realm to answer, where it differs from what the server's challenge says; nil answers any.
    public var realm: String?
    /// The proxy that its requests go through, a SIP URI.
    public var outboundProxy: String?
    /// The From URI of calls through it; nil builds one from `username` and the server's host.
    public var fromURI: String?
    /// Header lines added to its INVITEs, `Name: value`, one a line.
    public var customHeaders: [String]
    /// Whether the switch registers there, so that its calls come in.
    public var registers: Bool
    /// Where REGISTER goes, when that is not `serverURI`.
    public var registerServer: String?
    /// The Contact that it registers; its user part says whom calls are for.
    public var registerContact: String?
    /// What REGISTER asks for, in seconds, 60 to 3,600.
    public var registerExpirySeconds: Int
    /// Why it is not used for now; nil when it is.
    public var disabledReason: String?

    public init(
        serverURI: String, username: String, authUsername: String? = nil, realm: String? = nil,
        outboundProxy: String? = nil, fromURI: String? = nil, customHeaders: [String] = [], registers: Bool = false,
        registerServer: String? = nil, registerContact: String? = nil, registerExpirySeconds: Int = 3_600,
        disabledReason: String? = nil
    ) {
        self.serverURI = serverURI
        self.username = username
        self.authUsername = authUsername
        self.realm = realm
        self.outboundProxy = outboundProxy
        self.fromURI = fromURI
        self.customHeaders = customHeaders
        self.registers = registers
        self.registerServer = registerServer
        self.registerContact = registerContact
        self.registerExpirySeconds = registerExpirySeconds
        self.disabledReason = disabledReason
    }
}

/// A provider's password, kept out of descriptions, dumps and mirrors.
public struct ProviderSecret: Hashable, Sendable, CustomStringConvertible, CustomDebugStringConvertible,
    CustomReflectable
{
    /// The password itself: for the digest of a request, and for nothing else.
    public let plainText: String

    public init(_ plainText: String) { self.plainText = plainText }

    public var description: String { "ProviderSecret(hidden)" }
    public var debugDescription: String { self.description }
    public var customMirror: Mirror { Mirror(self, children: EmptyCollection<Mirror.Child>()) }
}
