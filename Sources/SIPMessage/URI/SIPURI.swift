/// A `sip:` or `sips:` URI (RFC 3261 §19.1).
public struct SIPURI: Hashable, Sendable, CustomStringConvertible {
    /// One `name=value` after the `?`, as it stands in the URI.
    public struct Header: Hashable, Sendable {
        /// With its escapes.
        public let rawName: String
        /// With its escapes.
        public let rawValue: String
        /// With its escapes resolved.
        public var name: String { percentDecoded(rawName) }
        /// With its escapes resolved.
        public var value: String { percentDecoded(rawValue) }
    }

    /// Whether the scheme is `sips`.
    public var isSecure: Bool
    /// The user part as it stands in the URI, escapes included; nil without one.
    public private(set) var rawUser: String?
    /// The password as it stands in the URI.
    public private(set) var rawPassword: String?
    /// An address or a name.
    public var host: Host
    /// nil without one. No port is not the same as 5060 (RFC 3261 §19.1.4).
    public var port: UInt16?
    /// What stands after `;` (RFC 3261 §19.1.1).
    public private(set) var parameters: Parameters
    /// What stands after `?` (RFC 3261 §19.1.1).
    public private(set) var headers: [Header]

    /// - Parameters:
    ///   - user: any text; what has to be escaped is. The empty string is the same as nil.
    ///   - host: where the user is.
    public init(user: String? = nil, host: Host, port: UInt16? = nil, isSecure: Bool = false) {
        self.isSecure = isSecure
        self.rawUser = user.flatMap { $0.isEmpty ? nil : percentEncoded($0, keeping: .user) }
        self.host = host
        self.port = port
        self.parameters = Parameters(.uri)
        self.headers = []
    }

    /// - Throws: ``SIPParseError`` with code `malformedURI`, also for another scheme.
    public init(_ text: some StringProtocol) throws(SIPParseError) {
        guard let uri = try URI(text).sip else {
            throw SIPParseError(.malformedURI, ScanError(0, "sip: or sips:"), status: .unsupportedURIScheme)
        }
        self = uri
    }

    init(_ layout: URILayout, _ bytes: Span<UInt8>, _ rules: ScanRules) {
        isSecure = layout.kind == .sips
        rawUser = layout.user.map { String(bytes, $0) }
        rawPassword = layout.password.map { String(bytes, $0) }
        host = layout.hostPort.hostValue(bytes)
        port = layout.hostPort.port
        parameters = Parameters(.uri, bytes, layout.parameters, rules)
        headers = []
        if let range = layout.headers {
            for part in String(bytes, range).split(separator: "&") {
                let pair = part.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
                headers.append(Header(rawName: String(pair[0]), rawValue: pair.count > 1 ? String(pair[1]) : ""))
            }
        }
    }

    /// The user part with its escapes resolved. Setting it escapes what has to be; empty text is no user.
    public var user: String? {
        get { rawUser.map { percentDecoded($0) } }
        set {
            rawUser = newValue.flatMap { $0.isEmpty ? nil : percentEncoded($0, keeping: .user) }
            if rawUser == nil { rawPassword = nil }
        }
    }

    /// With its escapes resolved. Sent in the clear: RFC 3261 §19.1.1 advises against it.
    public var password: String? {
        get { rawPassword.map { percentDecoded($0) } }
        set { rawPassword = rawUser == nil ? nil : newValue.map { percentEncoded($0, keeping: .password) } }
    }

    /// Sets a parameter; `value` nil makes one without value, such as `lr`.
    public mutating func setParameter(_ name: Token, to value: Token? = nil) { parameters.set(name, to: value) }

    /// Sets a parameter to a host.
    public mutating func setParameter(_ name: Token, to host: Host) { parameters.set(name, to: host) }

    /// Removes all parameters of this name.
    public mutating func removeParameter(_ name: String) { parameters.remove(name) }

    /// Removes every parameter.
    public mutating func removeAllParameters() { parameters = Parameters(.uri) }

    /// Removes the part after `?`, which must not stand in a Request-URI (RFC 3261 §19.1.1).
    public mutating func removeHeaders() { headers = [] }

    /// The `transport` parameter.
    public var transport: SIPTransportProtocol? {
        get { parameters["transport"].flatMap { Token($0) }.map { SIPTransportProtocol($0) } }
        set {
            if let newValue {
                parameters.set("transport", to: newValue.uriToken)
            } else {
                parameters.remove("transport")
            }
        }
    }

    /// Whether the `lr` parameter marks a loose router (RFC 3261 §19.1.1).
    public var isLooseRouter: Bool { parameters.contains("lr") }

    /// The URI as the key of a location service (RFC 3261 §10.3): without parameters, headers and password, escapes resolved
    /// where they may be. The port stays.
    public var addressOfRecord: SIPURI { SIPURI(user: user, host: host, port: port, isSecure: isSecure) }

    /// The URI as text that parses to the same.
    public var description: String {
        var text = isSecure ? "sips:" : "sip:"
        if let rawUser {
            text += rawUser
            if let rawPassword { text += ":" + rawPassword }
            text += "@"
        }
        text += host.description
        if let port { text += ":\(port)" }
        text += parameters.description
        var separator = "?"
        for header in headers {
            text += separator + header.rawName + "=" + header.rawValue
            separator = "&"
        }
        return text
    }

    /// Whether both name the same resource by the rules of RFC 3261 §19.1.4: scheme, user and password with case, host and
    /// parameters without; an absent part never matches a present one, but parameters other than `user`, `ttl`, `method`,
    /// `maddr` and `transport` count only when both have them; headers all count.
    public func isEquivalent(to other: SIPURI) -> Bool {
        guard isSecure == other.isSecure, host == other.host, port == other.port,
            rawUser.map(SIPURI.comparable) == other.rawUser.map(SIPURI.comparable),
            rawPassword.map(SIPURI.comparable) == other.rawPassword.map(SIPURI.comparable)
        else { return false }
        for name in ["user", "ttl", "method", "maddr", "transport"]
        where parameters.contains(name) != other.parameters.contains(name) {
            return false
        }
        for element in parameters.elements {
            let name = percentDecoded(element.name)
            guard other.parameters.contains(name) else { continue }
            guard equalsIgnoringCase(parameters[name] ?? "", other.parameters[name] ?? "") else { return false }
        }
        return SIPURI.key(headers) == SIPURI.key(other.headers)
    }

    /// `text` with the escapes resolved that make no difference: "characters other than those in the reserved set are
    /// equivalent to their % HEX HEX encoding". Others, and that of `%` itself, stay, in upper case.
    private static func comparable(_ text: String) -> [UInt8] {
        let source = Array(text.utf8)
        var result: [UInt8] = []
        result.reserveCapacity(source.count)
        var index = 0
        while index < source.count {
            if source[index] == UInt8(ascii: "%"), index + 2 < source.count, let high = hexValue(source[index + 1]),
                let low = hexValue(source[index + 2])
            {
                let byte = high &<< 4 | low
                if ByteSet.uriReserved.contains(byte) || byte == UInt8(ascii: "%") {
                    result += [UInt8(ascii: "%"), hexDigit(high), hexDigit(low)]
                } else {
                    result.append(byte)
                }
                index += 3
            } else {
                result.append(source[index])
                index += 1
            }
        }
        return result
    }

    /// Headers in an order that does not depend on the text.
    private static func key(_ headers: [Header]) -> [String] {
        headers.map { "\($0.name.asciiLowercased)=\($0.value)" }.sorted()
    }
}
