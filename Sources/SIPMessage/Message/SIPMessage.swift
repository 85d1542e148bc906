/// A SIP message: what one datagram carries.
public enum SIPMessage: Sendable {
    /// RFC 3261 §7.1.
    case request(SIPRequest)
    /// RFC 3261 §7.2.
    case response(SIPResponse)

    /// Reads one datagram (RFC 3261 §7, §18.3): octets after Content-Length are dropped, too few are an error, without
    /// Content-Length the body goes to the end. Empty lines before the message are passed over.
    ///
    /// - Parameters:
    ///   - bytes: one datagram, or one message of a stream as ``StreamFramer`` cuts it. Not copied.
    ///   - limits: what the message may use.
    ///   - profile: what is let pass beyond the grammar, now and whenever a header is read later.
    /// - Throws: ``SIPParseError``; its `suggestedStatus` is what ``rejection(of:because:)`` answers with.
    public init(
        parsing bytes: [UInt8], limits: MessageLimits = .default, profile: ParsingProfile = .standard
    ) throws(SIPParseError) {
        self = try MessageParser.parse(bytes, limits: limits, profile: profile)
    }

    /// All fields, in order.
    public var headers: HeaderFields {
        get {
            switch self {
            case .request(let request): request.headers
            case .response(let response): response.headers
            }
        }
        set {
            switch self {
            case .request(var request):
                request.headers = newValue
                self = .request(request)
            case .response(var response):
                response.headers = newValue
                self = .response(response)
            }
        }
    }

    /// The body, without a copy.
    public var bodySlice: ArraySlice<UInt8> {
        switch self {
        case .request(let request): request.bodySlice
        case .response(let response): response.bodySlice
        }
    }

    /// The body as an array of its own.
    public var body: [UInt8] { Array(bodySlice) }

    /// The message as it goes on the wire.
    public func serialized() -> [UInt8] {
        switch self {
        case .request(let request): request.serialized()
        case .response(let response): response.serialized()
        }
    }
}
