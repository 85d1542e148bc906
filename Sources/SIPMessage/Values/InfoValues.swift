/// What a warning says (RFC 3261 §20.43): `307 example.org "…"`.
public struct Warning: Hashable, Sendable, CustomStringConvertible {
    /// 100 … 999.
    public let code: UInt16
    /// A host or a name.
    public let agent: String
    /// For people, without its quotes.
    public let text: String

    /// nil for a code outside 100 … 999.
    public init?(code: UInt16, agent: Host, text: FieldText) {
        guard (100...999).contains(code) else { return nil }
        self.code = code
        self.agent = agent.description
        self.text = text.text
    }

    private init(code: UInt16, agent: String, text: String) {
        self.code = code
        self.agent = agent
        self.text = text
    }

    /// The value of the header.
    public var description: String { "\(code) \(agent) \(quoted(text))" }
}

extension Warning: ScannedValue {
    static func scan(_ cursor: inout Cursor, _ bytes: Span<UInt8>) throws(ScanError) -> Warning {
        let start = cursor.position
        let code = try cursor.expectNumber(bytes, maximum: 999)
        guard code >= 100 else { throw ScanError(start, "three digits") }
        cursor.skipWhitespace(bytes)
        let agentStart = cursor.position
        while let byte = cursor.peek(bytes), byte > 0x20, byte < 0x7F, byte != UInt8(ascii: "\""),
            byte != UInt8(ascii: ",")
        {
            cursor.position &+= 1
        }
        let agent = ByteRange(agentStart, cursor.position)
        cursor.skipWhitespace(bytes)
        guard !agent.isEmpty, cursor.peek(bytes) == UInt8(ascii: "\"") else {
            throw ScanError(cursor.position, "an agent and a quoted text")
        }
        let text = unquoted(bytes, try cursor.takeQuotedString(bytes))
        return Warning(code: UInt16(truncatingIfNeeded: code), agent: String(bytes, agent), text: text)
    }
}

/// When a request was sent, by the sender's clock (RFC 3261 §20.38): `54.250 1.5`.
public struct Timestamp: Hashable, Sendable, CustomStringConvertible {
    /// As it stands in the header: digits with at most one point.
    public let time: String
    /// What the answering side took, in seconds, as it stands.
    public let delay: String?

    /// - Parameters:
    ///   - milliseconds: of any clock; only the sender itself reads them.
    ///   - delayMilliseconds: what the answering side took.
    public init(milliseconds: UInt64, delayMilliseconds: UInt64? = nil) {
        time = Timestamp.text(milliseconds)
        delay = delayMilliseconds.map { Timestamp.text($0) }
    }

    private init(time: String, delay: String?) {
        self.time = time
        self.delay = delay
    }

    private static func text(_ milliseconds: UInt64) -> String {
        let rest = String(milliseconds % 1_000)
        return "\(milliseconds / 1_000).\(String(repeating: "0", count: 3 - rest.utf8.count))\(rest)"
    }

    /// The value of the header.
    public var description: String { delay.map { "\(time) \($0)" } ?? time }
}

extension Timestamp: ScannedValue {
    static func scan(_ cursor: inout Cursor, _ bytes: Span<UInt8>) throws(ScanError) -> Timestamp {
        cursor.skipWhitespace(bytes)
        guard let time = takeSeconds(&cursor, bytes) else { throw ScanError(cursor.position, "a number") }
        cursor.skipWhitespace(bytes)
        return Timestamp(time: time, delay: takeSeconds(&cursor, bytes))
    }

    /// `*DIGIT [ "." *DIGIT ]` with a digit at least.
    private static func takeSeconds(_ cursor: inout Cursor, _ bytes: Span<UInt8>) -> String? {
        let start = cursor.position
        let whole = cursor.take(.digit, bytes)
        var fraction = ByteRange.empty
        if cursor.skip(UInt8(ascii: "."), bytes) { fraction = cursor.take(.digit, bytes) }
        guard whole.count + fraction.count > 0 else {
            cursor.position = start
            return nil
        }
        return String(bytes, ByteRange(start, cursor.position))
    }
}

/// How much the caller wants to hide (RFC 3323 §4.2): tokens joined by semicolons.
public struct Privacy: Hashable, Sendable, CustomStringConvertible {
    /// `none`, `id`, `header`, `session`, `user`, `critical`, `history` or others, at least one.
    public let values: [Token]

    /// nil without a value.
    public init?(_ values: [Token]) {
        guard !values.isEmpty else { return nil }
        self.values = values
    }

    /// Whether `value` is among them, in any case.
    public func contains(_ value: Token) -> Bool { values.contains { equalsIgnoringCase($0.text, value.text) } }

    /// The value of the header.
    public var description: String { values.map(\.text).joined(separator: ";") }
}

extension Privacy: ScannedValue {
    static func scan(_ cursor: inout Cursor, _ bytes: Span<UInt8>) throws(ScanError) -> Privacy {
        var values = [try cursor.expectToken(bytes)]
        while true {
            cursor.skipWhitespace(bytes)
            // Some join them by commas, against the grammar; what is meant is clear.
            guard cursor.skip(UInt8(ascii: ";"), bytes) || cursor.skip(UInt8(ascii: ","), bytes) else { break }
            guard values.count < 32 else { throw ScanError(cursor.position, "fewer values") }
            values.append(try cursor.expectToken(bytes))
        }
        guard let privacy = Privacy(values) else { throw ScanError(cursor.position, "a value") }
        return privacy
    }
}

/// Who may be disturbed, and by what (RFC 3841 §9.2): Accept-Contact, Reject-Contact; and Feature-Caps (RFC 6809 §6.2).
/// The feature predicates are the parameters (RFC 3840 §9).
public struct FeaturePredicates: Hashable, Sendable, CustomStringConvertible {
    /// After the value, in the order of the message (RFC 3261 §7.3.1).
    public var parameters: Parameters

    /// `*` with these predicates.
    public init(_ parameters: Parameters = Parameters(.header)) { self.parameters = parameters }

    /// The `require` parameter (RFC 3841 §9.2).
    public var isRequired: Bool { parameters.contains("require") }
    /// The `explicit` parameter (RFC 3841 §9.2).
    public var isExplicit: Bool { parameters.contains("explicit") }

    /// The value of the header.
    public var description: String { "*\(parameters)" }
}

extension FeaturePredicates: ScannedValue {
    static func scan(_ cursor: inout Cursor, _ bytes: Span<UInt8>) throws(ScanError) -> FeaturePredicates {
        cursor.skipWhitespace(bytes)
        guard cursor.skip(UInt8(ascii: "*"), bytes) else { throw ScanError(cursor.position, "*") }
        return FeaturePredicates(try cursor.takeParameters(bytes))
    }
}

/// Data between users, carried unread (RFC 7433 §4): User-to-User; and Session-ID (RFC 7989 §5). Text before parameters.
public struct OpaqueData: Hashable, Sendable, CustomStringConvertible {
    /// A token or, in User-to-User, a quoted string with its quotes.
    public let rawData: String
    /// After the value, in the order of the message (RFC 3261 §7.3.1).
    public var parameters: Parameters

    /// A token, or anything between quotes.
    public init(_ data: FieldText, parameters: Parameters = Parameters(.header)) {
        rawData = Token(data.text)?.text ?? quoted(data.text)
        self.parameters = parameters
    }

    private init(raw: String, parameters: Parameters) {
        rawData = raw
        self.parameters = parameters
    }

    /// Without the quotes.
    public var data: String {
        guard rawData.utf8.first == UInt8(ascii: "\"") else { return rawData }
        let bytes = Array(rawData.utf8)
        return unquoted(bytes.span, ByteRange(0, bytes.count))
    }

    /// The octets of hexadecimal data (`encoding=hex`, the default); nil for anything else.
    public var octets: [UInt8]? {
        let digits = data.utf8.compactMap { hexValue($0) }
        guard digits.count == data.utf8.count, digits.count.isMultiple(of: 2) else { return nil }
        return stride(from: 0, to: digits.count, by: 2).map { digits[$0] &<< 4 | digits[$0 + 1] }
    }

    /// The value of the header.
    public var description: String { "\(rawData)\(parameters)" }
}

extension OpaqueData: ScannedValue {
    static func scan(_ cursor: inout Cursor, _ bytes: Span<UInt8>) throws(ScanError) -> OpaqueData {
        cursor.skipWhitespace(bytes)
        let range =
            cursor.peek(bytes) == UInt8(ascii: "\"")
            ? try cursor.takeQuotedString(bytes) : cursor.take(.parameterValue, bytes)
        guard !range.isEmpty else { throw ScanError(cursor.position, "data") }
        return OpaqueData(raw: String(unfolding: bytes, range), parameters: try cursor.takeParameters(bytes))
    }
}

/// A signed statement about the caller (RFC 8224 §4): base64 text, `info`, `alg`, `ppt`. Not verified here.
public struct Identity: Hashable, Sendable, CustomStringConvertible {
    /// The PASSporT in compact or full form, as it stands.
    public let token: String
    /// After the value, in the order of the message (RFC 3261 §7.3.1).
    public var parameters: Parameters
    /// Where the certificate is.
    public let info: URI?

    /// The `alg` parameter.
    public var algorithm: String? { parameters["alg"] }
    /// The `ppt` parameter (RFC 8225 §8).
    public var passportType: String? { parameters["ppt"] }

    /// The value of the header.
    public var description: String {
        "\(token)\(info.map { ";info=<\($0)>" } ?? "")\(parameters)"
    }
}

extension Identity: ScannedValue {
    static func scan(_ cursor: inout Cursor, _ bytes: Span<UInt8>) throws(ScanError) -> Identity {
        cursor.skipWhitespace(bytes)
        // RFC 4474 had a quoted string; the digest of RFC 8224 is base64 with points.
        let range =
            cursor.peek(bytes) == UInt8(ascii: "\"")
            ? try cursor.takeQuotedString(bytes) : cursor.take(.parameterValue, bytes)
        guard !range.isEmpty else { throw ScanError(cursor.position, "a signature") }
        var parameters = Parameters(.header)
        var info: URI?
        var left = cursor.rules.maximumParameters
        while true {
            let gap = cursor.position
            cursor.skipWhitespace(bytes)
            guard cursor.skip(UInt8(ascii: ";"), bytes) else {
                cursor.position = gap
                break
            }
            guard left > 0 else { throw ScanError(cursor.position, "fewer parameters") }
            left &-= 1
            cursor.skipWhitespace(bytes)
            // `info` is the one parameter whose value stands in angle brackets.
            var ahead = cursor
            if ahead.skipLetters("info", bytes) {
                ahead.skipWhitespace(bytes)
                if ahead.skip(UInt8(ascii: "="), bytes) {
                    ahead.skipWhitespace(bytes)
                    if ahead.peek(bytes) == UInt8(ascii: "<") {
                        guard info == nil else { throw ScanError(cursor.position, "info once") }
                        info = try ahead.expectBracketedURI(bytes)
                        cursor = ahead
                        continue
                    }
                }
            }
            parameters.append(try ParameterLayout.takeHeaderStyle(&cursor, bytes), bytes)
        }
        // A quoted string may be folded, and a fold is a space (RFC 3261 §7.3.1).
        return Identity(token: String(unfolding: bytes, range), parameters: parameters, info: info)
    }
}
