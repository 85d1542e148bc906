/// A request method: an open set of tokens in which case matters (RFC 3261 §7.1).
public struct SIPMethod: Hashable, Sendable, CustomStringConvertible {
    /// As it stands in the message; case matters.
    public let name: String

    private init(known name: String) { self.name = name }

    /// nil when `text` is no token.
    public init?(_ text: some StringProtocol) {
        guard !text.isEmpty, ByteSet.token.containsAll(text) else { return nil }
        name = String(text)
    }

    /// RFC 3261 §13.
    public static let invite = SIPMethod(known: "INVITE")
    /// RFC 3261 §13.2.2.4, §17.1.1.3.
    public static let ack = SIPMethod(known: "ACK")
    /// RFC 3261 §15.
    public static let bye = SIPMethod(known: "BYE")
    /// RFC 3261 §9.
    public static let cancel = SIPMethod(known: "CANCEL")
    /// RFC 3261 §10.
    public static let register = SIPMethod(known: "REGISTER")
    /// RFC 3261 §11.
    public static let options = SIPMethod(known: "OPTIONS")
    /// RFC 6086.
    public static let info = SIPMethod(known: "INFO")
    /// RFC 3262.
    public static let prack = SIPMethod(known: "PRACK")
    /// RFC 3311.
    public static let update = SIPMethod(known: "UPDATE")
    /// RFC 6665.
    public static let subscribe = SIPMethod(known: "SUBSCRIBE")
    /// RFC 6665.
    public static let notify = SIPMethod(known: "NOTIFY")
    /// RFC 3515.
    public static let refer = SIPMethod(known: "REFER")
    /// RFC 3428.
    public static let message = SIPMethod(known: "MESSAGE")
    /// RFC 3903.
    public static let publish = SIPMethod(known: "PUBLISH")

    /// The methods above.
    public static let known: Set<SIPMethod> = [
        .invite, .ack, .bye, .cancel, .register, .options, .info, .prack, .update, .subscribe, .notify, .refer,
        .message, .publish,
    ]

    /// See ``name``.
    public var description: String { name }

    /// Octets that a scan has found to be a token. The usual names are made without looking at each octet again, others up
    /// to 15 octets without an allocation.
    init(_ bytes: Span<UInt8>, _ range: ByteRange) {
        guard range.count <= 8 else {
            name = String(bytes, range)
            return
        }
        switch Words.load(bytes, upTo8: range) {
        case Words.literal("INVITE"): name = "INVITE"
        case Words.literal("ACK"): name = "ACK"
        case Words.literal("BYE"): name = "BYE"
        case Words.literal("CANCEL"): name = "CANCEL"
        case Words.literal("REGISTER"): name = "REGISTER"
        case Words.literal("OPTIONS"): name = "OPTIONS"
        default: name = String(bytes, range)
        }
    }
}
