/// A URI in a SIP message.
public enum URI: Hashable, Sendable, CustomStringConvertible {
    /// `sip:` or `sips:` (RFC 3261 §19.1).
    case sip(SIPURI)
    /// `tel:` (RFC 3966).
    case tel(TelURI)
    /// Any other scheme, not taken apart.
    case other(OpaqueURI)

    /// - Throws: ``SIPParseError`` with code `malformedURI`.
    public init(_ text: some StringProtocol) throws(SIPParseError) {
        let bytes = Array(text.utf8)
        do throws(ScanError) {
            self = try URILayout.scan(ByteRange(0, bytes.count), bytes.span).value(bytes.span)
        } catch {
            throw SIPParseError(.malformedURI, error, status: .badRequest)
        }
    }

    /// The URI if its scheme is `sip` or `sips`.
    public var sip: SIPURI? {
        if case .sip(let uri) = self { uri } else { nil }
    }

    /// In lower case, without the colon.
    public var scheme: String {
        switch self {
        case .sip(let uri): uri.isSecure ? "sips" : "sip"
        case .tel: "tel"
        case .other(let uri): uri.scheme
        }
    }

    /// The user part of a SIP URI with its escapes resolved, or the number of a `tel` URI.
    public var user: String? {
        switch self {
        case .sip(let uri): uri.user
        case .tel(let uri): uri.number
        case .other: nil
        }
    }

    /// The URI as text that parses to the same.
    public var description: String {
        switch self {
        case .sip(let uri): uri.description
        case .tel(let uri): uri.description
        case .other(let uri): uri.description
        }
    }

    /// Equivalence: RFC 3261 §19.1.4 for SIP, RFC 3966 §4 for `tel`, same text for others.
    public func isEquivalent(to other: URI) -> Bool {
        switch (self, other) {
        case (.sip(let left), .sip(let right)): left.isEquivalent(to: right)
        case (.tel(let left), .tel(let right)): left.isEquivalent(to: right)
        case (.other(let left), .other(let right)): left == right
        default: false
        }
    }
}

/// A URI of a scheme that this library does not take apart. Visible ASCII only.
public struct OpaqueURI: Hashable, Sendable, CustomStringConvertible {
    /// In lower case.
    public let scheme: String
    /// All after the colon, as received.
    public let opaquePart: String

    /// The URI as text.
    public var description: String { "\(scheme):\(opaquePart)" }

    init(_ layout: URILayout, _ bytes: Span<UInt8>) {
        scheme = String(bytes, layout.scheme).asciiLowercased
        opaquePart = String(bytes, ByteRange(Int(layout.scheme.end) + 1, Int(layout.whole.end)))
    }
}

/// A telephone number as a URI (RFC 3966).
public struct TelURI: Hashable, Sendable, CustomStringConvertible {
    /// As received, visual separators included.
    public let number: String
    /// `ext`, `isub`, `phone-context` and others.
    public var parameters: Parameters

    /// - Parameter number: digits, `*#+`, hexadecimal letters and the separators `-.()`; nil for anything else.
    public init?(number: some StringProtocol, parameters: Parameters = Parameters(.uri)) {
        guard ByteSet.telNumber.containsAll(number), number.utf8.contains(where: { ByteSet.alphanumeric.contains($0) }),
            !number.utf8.dropFirst().contains(UInt8(ascii: "+")), parameters.style == .uri
        else { return nil }
        self.number = String(number)
        self.parameters = parameters
    }

    init(_ layout: URILayout, _ bytes: Span<UInt8>, _ rules: ScanRules) {
        number = layout.user.map { String(bytes, $0) } ?? ""
        parameters = Parameters(.uri, bytes, layout.parameters, rules)
    }

    /// Whether the number begins with `+`.
    public var isGlobal: Bool { number.utf8.first == UInt8(ascii: "+") }

    /// The number without visual separators, letters in lower case.
    public var digits: String {
        String(number.filter { !"-.()".contains($0) }).asciiLowercased
    }

    /// The URI as text.
    public var description: String { "tel:\(number)\(parameters)" }

    /// Same digits, and the same parameters in any order, without regard to case (RFC 3966 §4).
    public func isEquivalent(to other: TelURI) -> Bool {
        digits == other.digits && TelURI.key(parameters) == TelURI.key(other.parameters)
    }

    /// Names and values in an order that does not depend on the text.
    private static func key(_ parameters: Parameters) -> [[String]] {
        parameters.elements
            .map { [percentDecoded($0.name).asciiLowercased, percentDecoded($0.rawValue ?? "").asciiLowercased] }
            .sorted { $0.lexicographicallyPrecedes($1) }
    }
}
