public import SIPMessage

/// An outside SIP service that its owner's scripts call through by name (`sys.Dial("00431234@myprovider")`).
public struct Provider: Hashable, Sendable {
    public var owner: String
    /// Without a dot, so that it cannot be taken for a host; compared without regard to case.
    public var name: String
    /// Where calls go: the dialled user is put into it.
    public var server: SIPURI
    /// The next hop, when requests must not go to the server itself.
    public var outboundProxy: SIPURI?
    /// The user part of the From of calls through the provider.
    public var username: String
    /// Nil when no secret is known: its challenges are failures then.
    public var credentials: CalleeCredentials?
    /// Why no call goes through it; nil when calls do.
    public var disabledReason: String?
    /// The From of calls through the provider; nil for `username` at the server's host.
    public var from: NameAddress?
    /// Rows (`Name: value`) that every call through it carries.
    public var headerRows: [String]

    public init(
        owner: String, name: String, server: SIPURI, outboundProxy: SIPURI? = nil, username: String,
        credentials: CalleeCredentials?, from: NameAddress? = nil, headerRows: [String] = [],
        disabledReason: String? = nil
    ) {
        self.owner = owner
        self.name = name
        self.server = server
        self.outboundProxy = outboundProxy
        self.username = username
        self.credentials = credentials
        self.from = from
        self.headerRows = headerRows
        self.disabledReason = disabledReason
    }

    /// The destination of a call to `user` through this provider.
    func target(user: String?) -> SIPURI {
        var uri = server
        uri.user = user
        return uri
    }

    /// Who calls, as the provider is told.
    ///
    /// - Parameter caller: the caller's From; its host stands in for an anonymous user of the provider, as in the ancestor.
    func from(caller: NameAddress) -> NameAddress {
        if let from { return NameAddress(displayName: from.displayName.map { FieldText(cleaning: $0) }, uri: from.uri) }
        var uri = SIPURI(user: username, host: server.host)
        if username.lowercased().contains("anon"), let host = caller.uri.sip?.host { uri.host = host }
        return NameAddress(uri: uri)
    }
}
