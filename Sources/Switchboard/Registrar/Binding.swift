public import SIPMessage
public import SIPStack

/// Where a phone of an account can be reached (RFC 3261 §10).
public struct Binding: Hashable, Sendable {
    public var account: AccountKey
    /// The contact URI as the phone gave it; it becomes the request URI of calls to the phone.
    public var contact: SIPURI
    /// Where the REGISTER came from and on which listener.
    public var flow: Flow
    public var callID: String
    public var cSeq: UInt32
    public var userAgent: String?
    /// Microseconds since 1970 UTC.
    public var expiresAt: Int64

    public init(
        account: AccountKey, contact: SIPURI, flow: Flow, callID: String, cSeq: UInt32, userAgent: String?,
        expiresAt: Int64
    ) {
        self.account = account
        self.contact = contact
        self.flow = flow
        self.callID = callID
        self.cSeq = cSeq
        self.userAgent = userAgent
        self.expiresAt = expiresAt
    }
}
