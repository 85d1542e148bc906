/// Where a phone that registered can be reached (RFC 3261 §10).
///
/// The registrar decides which contacts are equal; the store's key is (account, text of the contact URI). When a phone
/// comes back under another contact (RFC 5626 instance), submit the removal of the old one with the new one in one
/// submission: they are committed together.
public struct Binding: Hashable, Sendable {
    public var accountID: RowID<Account>
    /// The Contact's URI as the registrar keeps it, at most 1,024 bytes.
    public var contact: String
    /// The Contact's `q`, in thousandths, 0 to 1,000.
    public var priorityThousandths: Int
    /// The flow the REGISTER came in on; nil when nothing but the contact is known.
    public var received: BindingFlow?
    /// `+sip.instance` (RFC 5626 §4.1).
    public var instance: String?
    public var callID: String
    public var cSeq: UInt32
    public var userAgent: String?
    public var expires: UnixTime
    public var updated: UnixTime

    public init(
        accountID: RowID<Account>, contact: String, priorityThousandths: Int = 1_000, received: BindingFlow? = nil,
        instance: String? = nil, callID: String, cSeq: UInt32, userAgent: String? = nil, expires: UnixTime,
        updated: UnixTime
    ) {
        self.accountID = accountID
        self.contact = contact
        self.priorityThousandths = priorityThousandths
        self.received = received
        self.instance = instance
        self.callID = callID
        self.cSeq = cSeq
        self.userAgent = userAgent
        self.expires = expires
        self.updated = updated
    }
}

/// A transport flow in the words of the front (`SIPStack.Flow`), as text so that the store need not know SIP.
public struct BindingFlow: Hashable, Sendable {
    /// `udp`, `tcp`, …
    public var transport: String
    /// Our listener, `192.0.2.1:5060` or `[2001:db8::1]:5060`.
    public var local: String
    /// The phone's address as seen from here: what is reached through its NAT.
    public var remote: String

    public init(transport: String, local: String, remote: String) {
        self.transport = transport
        self.local = local
        self.remote = remote
    }
}
