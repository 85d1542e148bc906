public import SIPMessage
public import SIPStack

/// What a phone is: where it is, whose it is, and how it behaves when it is called.
public struct PhoneConfiguration: Sendable {
    /// Where the phone sends everything (its outbound proxy), and from where.
    public var flow: Flow
    /// The phone's own address in Via and Contact; the flow's local address unless told otherwise.
    public var contactHost: HostPort
    /// User part of the Contact.
    public var user: String
    /// `User-Agent` and `Server`; nil leaves them out.
    public var product: String? = "dialplanctl"
    /// The name for authentication.
    public var authenticationUser: String
    /// H(user:realm:password) for a realm and an algorithm (``Digest/ha1(user:realm:password:algorithm:)``); nil when the
    /// phone has no password for the realm.
    public var ha1: @Sendable (_ realm: String, _ algorithm: DigestAlgorithm) -> String? = { _, _ in nil }
    /// How an incoming call is met, decided when its INVITE arrives.
    public var plan: @Sendable (SIPRequest) -> CallPlan = { _ in CallPlan(.refuse(.busyHere, reason: nil)) }
    /// Seed of tags, branches and Call-IDs.
    public var seed: UInt64
    /// Whether every message is told as an event, for a ladder.
    public var tellsMessages = false

    public init(flow: Flow, user: String, seed: UInt64) {
        self.flow = flow
        self.user = user
        self.seed = seed
        authenticationUser = user
        contactHost = flow.local.hostPort
    }

    /// Knows this one password, for every realm.
    public mutating func setPassword(_ password: String) {
        let user = authenticationUser
        ha1 = { Digest.ha1(user: user, realm: $0, password: password, algorithm: $1) }
    }
}

/// How an incoming call is met.
public struct CallPlan: Hashable, Sendable {
    public enum Decision: Hashable, Sendable {
        case answer
        case refuse(StatusCode, reason: FieldText?)
        /// Rings until the caller gives up.
        case ring
        /// Says nothing at all, as a host that is switched off.
        case ignore
    }

    public var decision: Decision
    /// From the INVITE's arrival to 180; nil sends none.
    public var ringsAfter: Duration? = .zero
    /// From the INVITE's arrival to the decision.
    public var decidesAfter: Duration = .zero
    /// From the answer until this phone hangs up; nil leaves that to the caller.
    public var talks: Duration?

    public init(
        _ decision: Decision, ringsAfter: Duration? = .zero, decidesAfter: Duration = .zero, talks: Duration? = nil
    ) {
        self.decision = decision
        self.ringsAfter = ringsAfter
        self.decidesAfter = decidesAfter
        self.talks = talks
    }
}

/// A call that the phone places.
public struct OutgoingCall: Sendable {
    public var target: URI
    public var from: NameAddress
    /// The target unless told otherwise.
    public var to: NameAddress
    /// Made up when nil.
    public var callID: CallID?
    /// CSeq of the first INVITE; the one with credentials has the next.
    public var firstCSeq: UInt32 = 1
    public var maxForwards: UInt8 = 70
    /// The phone's own when nil.
    public var contact: NameAddress?
    public var contentType: FieldText? = "application/sdp"
    /// The offer; the phone's own when nil, none at all when empty.
    public var body: [UInt8]?
    public var headers: [(name: HeaderName, value: FieldText)] = []
    /// From the answer until this phone hangs up; nil leaves that to the callee.
    public var talks: Duration?

    public init(target: URI, from: NameAddress) {
        self.target = target
        self.from = from
        to = NameAddress(uri: target)
    }
}
