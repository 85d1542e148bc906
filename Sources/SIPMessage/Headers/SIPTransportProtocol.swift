/// The transport named in a Via or in a URI's `transport` parameter. An open set; case does not matter.
public struct SIPTransportProtocol: Hashable, Sendable, CustomStringConvertible {
    /// In upper case, as in Via.
    private let name: String

    /// RFC 3261 §18.
    public static let udp = SIPTransportProtocol(upper: "UDP")
    /// RFC 3261 §18.
    public static let tcp = SIPTransportProtocol(upper: "TCP")
    /// RFC 3261 §26.2.1.
    public static let tls = SIPTransportProtocol(upper: "TLS")
    /// RFC 4168.
    public static let sctp = SIPTransportProtocol(upper: "SCTP")
    /// RFC 7118.
    public static let ws = SIPTransportProtocol(upper: "WS")
    /// RFC 7118.
    public static let wss = SIPTransportProtocol(upper: "WSS")

    /// The transport of this name, in any case (RFC 3261 §7.3.1).
    public init(_ token: Token) {
        name = String(decoding: token.text.utf8.map { $0 &- UInt8(ascii: "a") < 26 ? $0 & 0xDF : $0 }, as: UTF8.self)
    }

    private init(upper: String) { name = upper }

    /// As in Via, in upper case.
    public var description: String { name }

    /// In lower case, as in a URI parameter.
    public var uriToken: Token { Token(received: name.asciiLowercased) }

    /// Whether messages stand in one stream, so that their length has to be known from Content-Length.
    public var isStream: Bool { self == .tcp || self == .tls }

    /// Whether it does not lose messages (RFC 3261 §17: no retransmissions then).
    public var isReliable: Bool { self != .udp }

    /// 5061 for TLS, 443/80 for WebSocket, 5060 otherwise (RFC 3261 §19.1.2, RFC 7118 §5.2.4 by RFC 6455).
    public var defaultPort: UInt16 {
        switch self {
        case .tls: 5061
        case .ws: 80
        case .wss: 443
        default: 5060
        }
    }
}
