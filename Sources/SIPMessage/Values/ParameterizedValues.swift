/// A token with parameters: Event, Content-Disposition, Info-Package, Accept-Language, Security-Client and others.
public struct ParameterizedToken: Hashable, Sendable, CustomStringConvertible {
    /// The token before the parameters.
    public var value: Token
    /// After the value, in the order of the message (RFC 3261 §7.3.1).
    public var parameters: Parameters

    /// A token with parameters, if given.
    public init(_ value: Token, parameters: Parameters = Parameters(.header)) {
        self.value = value
        self.parameters = parameters
    }

    /// The value of the header.
    public var description: String { "\(value)\(parameters)" }
}

extension ParameterizedToken: ScannedValue {
    static func scan(_ cursor: inout Cursor, _ bytes: Span<UInt8>) throws(ScanError) -> ParameterizedToken {
        ParameterizedToken(try cursor.expectToken(bytes), parameters: try cursor.takeParameters(bytes))
    }
}

/// A number of seconds with parameters: Session-Expires, Min-SE (RFC 4028 §4, §5).
public struct Interval: Hashable, Sendable, CustomStringConvertible {
    /// Seconds, below 2^32.
    public var seconds: UInt32
    /// After the value, in the order of the message (RFC 3261 §7.3.1).
    public var parameters: Parameters

    /// Seconds with parameters, if given.
    public init(seconds: UInt32, parameters: Parameters = Parameters(.header)) {
        self.seconds = seconds
        self.parameters = parameters
    }

    /// Who refreshes the session (RFC 4028 §4).
    public enum Refresher: String, Hashable, Sendable {
        /// The caller of the request.
        case uac
        /// Who answers it.
        case uas
    }

    /// The `refresher` parameter; nil without one and for another value.
    public var refresher: Refresher? {
        get { parameters["refresher"].flatMap { Refresher(rawValue: $0.asciiLowercased) } }
        set {
            switch newValue {
            case .uac: parameters.set("refresher", to: "uac" as Token)
            case .uas: parameters.set("refresher", to: "uas" as Token)
            case nil: parameters.remove("refresher")
            }
        }
    }

    /// The value of the header.
    public var description: String { "\(seconds)\(parameters)" }
}

extension Interval: ScannedValue {
    static func scan(_ cursor: inout Cursor, _ bytes: Span<UInt8>) throws(ScanError) -> Interval {
        Interval(seconds: try cursor.expectNumber(bytes), parameters: try cursor.takeParameters(bytes))
    }
}

/// When to try again (RFC 3261 §20.33): seconds, a comment, parameters such as `duration`.
public struct RetryAfter: Hashable, Sendable, CustomStringConvertible {
    /// Seconds, below 2^32.
    public var seconds: UInt32
    /// Without the parentheses; escapes are kept.
    public private(set) var comment: String?
    /// After the value, in the order of the message (RFC 3261 §7.3.1).
    public var parameters: Parameters

    /// Seconds with parameters, if given.
    public init(seconds: UInt32, parameters: Parameters = Parameters(.header)) {
        self.seconds = seconds
        self.parameters = parameters
    }

    /// The value of the header.
    public var description: String { "\(seconds)\(comment.map { " (\($0))" } ?? "")\(parameters)" }
}

extension RetryAfter: ScannedValue {
    static func scan(_ cursor: inout Cursor, _ bytes: Span<UInt8>) throws(ScanError) -> RetryAfter {
        var result = RetryAfter(seconds: try cursor.expectNumber(bytes))
        let gap = cursor.position
        cursor.skipWhitespace(bytes)
        if cursor.peek(bytes) == UInt8(ascii: "(") {
            result.comment = try cursor.takeComment(bytes)
        } else {
            cursor.position = gap
        }
        result.parameters = try cursor.takeParameters(bytes)
        return result
    }
}

/// A media type with parameters: Content-Type, Accept (RFC 3261 §20.1, §20.15). Type and subtype are compared without case.
public struct MediaType: Hashable, Sendable, CustomStringConvertible {
    /// In lower case; `*` stands for any.
    public let type: String
    /// In lower case; `*` stands for any.
    public let subtype: String
    /// After the value, in the order of the message (RFC 3261 §7.3.1).
    public var parameters: Parameters

    /// A type and its subtype; both are kept in lower case.
    public init(_ type: Token, _ subtype: Token, parameters: Parameters = Parameters(.header)) {
        self.type = type.text.asciiLowercased
        self.subtype = subtype.text.asciiLowercased
        self.parameters = parameters
    }

    /// - Throws: ``SIPParseError`` with code `malformedHeader`.
    public init(_ text: some StringProtocol) throws(SIPParseError) {
        self = try MediaType.parse(text, header: .contentType)
    }

    /// `application/sdp` (RFC 8866 §8.1).
    public static var sdp: MediaType { MediaType("application", "sdp") }

    /// Whether `other` is of this type, which may have `*` for its parts. Parameters do not count.
    public func matches(_ other: MediaType) -> Bool {
        (type == "*" || type == other.type) && (subtype == "*" || subtype == other.subtype)
    }

    /// The value of the header.
    public var description: String { "\(type)/\(subtype)\(parameters)" }
}

extension MediaType: ScannedValue {
    static func scan(_ cursor: inout Cursor, _ bytes: Span<UInt8>) throws(ScanError) -> MediaType {
        let type = try cursor.expectToken(bytes)
        cursor.skipWhitespace(bytes)
        guard cursor.skip(UInt8(ascii: "/"), bytes) else { throw ScanError(cursor.position, "/") }
        let subtype = try cursor.expectToken(bytes)
        return MediaType(type, subtype, parameters: try cursor.takeParameters(bytes))
    }
}

/// A URI in angle brackets with parameters: Call-Info, Alert-Info, Error-Info, Geolocation (RFC 3261 §20.9, RFC 6442 §4.1).
public struct URIReference: Hashable, Sendable, CustomStringConvertible {
    /// The address.
    public var uri: URI
    /// After the value, in the order of the message (RFC 3261 §7.3.1).
    public var parameters: Parameters

    /// A URI with parameters, if given.
    public init(_ uri: URI, parameters: Parameters = Parameters(.header)) {
        self.uri = uri
        self.parameters = parameters
    }

    /// The value of the header.
    public var description: String { "<\(uri)>\(parameters)" }
}

extension URIReference: ScannedValue {
    static func scan(_ cursor: inout Cursor, _ bytes: Span<UInt8>) throws(ScanError) -> URIReference {
        URIReference(try cursor.expectBracketedURI(bytes), parameters: try cursor.takeParameters(bytes))
    }
}

/// Parameters alone, such as those of P-Charging-Vector (RFC 7315 §4.6). The first has no semicolon before it.
public struct ParameterList: Hashable, Sendable, CustomStringConvertible {
    /// After the value, in the order of the message (RFC 3261 §7.3.1).
    public var parameters: Parameters

    /// `parameters` are of a header, with at least one.
    public init?(_ parameters: Parameters) {
        guard parameters.style == .header, !parameters.isEmpty else { return nil }
        self.parameters = parameters
    }

    /// The value of the header.
    public var description: String { String(parameters.description.dropFirst()) }
}

extension ParameterList: ScannedValue {
    static func scan(_ cursor: inout Cursor, _ bytes: Span<UInt8>) throws(ScanError) -> ParameterList {
        cursor.skipWhitespace(bytes)
        let first = try ParameterLayout.takeHeaderStyle(&cursor, bytes)
        var parameters = Parameters(.header, first, bytes)
        parameters.append(contentsOf: try cursor.takeParameters(bytes))
        guard let list = ParameterList(parameters) else { throw ScanError(cursor.position, "a parameter") }
        return list
    }
}
