/// A name of the DNS, in lower case: letters, digits, `-`, `_` and dots.
public struct HostName: Hashable, Sendable, CustomStringConvertible, ExpressibleByStringLiteral {
    /// The name in lower case, never empty.
    public let text: String

    /// See ``text``.
    public var description: String { text }

    /// nil for empty text, characters outside the set, or an all-numeric last label (RFC 3261 `toplabel`).
    public init?(_ text: some StringProtocol) {
        let bytes = Array(text.utf8)
        let range = ByteRange(0, bytes.count)
        guard ByteSet.hostName.containsAll(bytes.span, range), HostName.isValid(bytes.span, range) else { return nil }
        self.text = String(text).asciiLowercased
    }

    /// For literals in source code; one that is no host name is a mistake of the programmer and stops the program.
    public init(stringLiteral literal: StaticString) {
        guard let name = HostName(literal.description) else { preconditionFailure("not a host name: \(literal)") }
        self = name
    }

    /// A name that a scan has accepted.
    init(received text: String) { self.text = text.asciiLowercased }

    /// Whether octets of the host-name set are a name: no empty label but the one after a final dot, no number at the end.
    static func isValid(_ bytes: Span<UInt8>, _ range: ByteRange) -> Bool {
        var labelStart = Int(range.start)
        var end = Int(range.end)
        guard end > labelStart else { return false }
        if bytes[end &- 1] == UInt8(ascii: ".") { end &-= 1 }
        while true {
            let dot = Words.find(UInt8(ascii: "."), bytes, from: labelStart, to: end)
            if dot == labelStart { return false }
            if dot >= end { break }
            labelStart = dot &+ 1
        }
        var index = labelStart
        while index < end, bytes[index] &- UInt8(ascii: "0") < 10 { index &+= 1 }
        return index < end
    }
}

/// The host of a URI or a Via: an address or a name. `description` has the brackets of an IPv6 reference.
public enum Host: Hashable, Sendable, CustomStringConvertible {
    /// An IPv4 address.
    case ipv4(IPv4Address)
    /// An IPv6 address; it has brackets in a message.
    case ipv6(IPv6Address)
    /// A name of the DNS.
    case name(HostName)

    /// An IPv4 address, an IPv6 address with or without brackets, or a host name; nil for anything else.
    public init?(_ text: some StringProtocol) {
        if let address = IPv4Address(text) {
            self = .ipv4(address)
        } else if text.utf8.first == UInt8(ascii: "["), text.last == "]", text.utf8.count > 2 {
            guard let address = IPv6Address(text.dropFirst().dropLast()) else { return nil }
            self = .ipv6(address)
        } else if let address = IPv6Address(text) {
            self = .ipv6(address)
        } else if let name = HostName(text) {
            self = .name(name)
        } else {
            return nil
        }
    }

    /// As it stands in a URI, IPv6 in brackets.
    public var description: String {
        switch self {
        case .ipv4(let address): address.description
        case .ipv6(let address): "[\(address)]"
        case .name(let name): name.text
        }
    }
}

/// A host and, if given, a port.
public struct HostPort: Hashable, Sendable, CustomStringConvertible {
    /// An address or a name.
    public var host: Host
    /// nil when the message has none, which means the transport's default.
    public var port: UInt16?

    /// A host with its port, if given.
    public init(host: Host, port: UInt16? = nil) {
        self.host = host
        self.port = port
    }

    /// `host[:port]`; nil for anything else.
    public init?(_ text: some StringProtocol) {
        let bytes = Array(text.utf8)
        var cursor = Cursor(0, bytes.count)
        guard let layout = try? HostPortLayout.scan(&cursor, bytes.span), cursor.isAtEnd else { return nil }
        self = layout.value(bytes.span)
    }

    /// As it stands in a Via.
    public var description: String {
        if let port { "\(host):\(port)" } else { host.description }
    }
}

/// Where host and port stand. Plain data.
struct HostPortLayout: Sendable, BitwiseCopyable {
    enum Kind: UInt8, Sendable, BitwiseCopyable {
        case name
        case ipv4
        case ipv6
    }

    /// With the brackets of an IPv6 reference.
    var host: ByteRange
    /// -1 without one.
    private var portNumber: Int32
    var kind: Kind

    var port: UInt16? { UInt16(exactly: portNumber) }

    static let none = HostPortLayout(host: .empty, portNumber: -1, kind: .name)

    /// `host [ ":" port ]` (RFC 3261 §25.1). With `allowsSpace` white space may stand round the colon, as in Via.
    static func scan(
        _ cursor: inout Cursor, _ bytes: Span<UInt8>, allowsSpace: Bool = false
    ) throws(ScanError) -> HostPortLayout {
        var layout = none
        let start = cursor.position
        if cursor.skipIPv4Address(bytes) {
            layout.kind = .ipv4
        } else if cursor.skip(UInt8(ascii: "["), bytes) {
            cursor.position = Words.find(UInt8(ascii: "]"), bytes, from: cursor.position, to: cursor.end)
            let address = IPv6Address(
                bytes, ByteRange(start &+ 1, cursor.position),
                allowsTripleColon: cursor.rules.allows(.tripleColons))
            guard cursor.skip(UInt8(ascii: "]"), bytes), address != nil else {
                throw ScanError(start, "an IPv6 reference")
            }
            layout.kind = .ipv6
        } else {
            guard cursor.takeHostName(bytes) else { throw ScanError(start, "a host") }
        }
        layout.host = ByteRange(start, cursor.position)
        guard !cursor.isAtEnd else { return layout }
        let afterHost = cursor.position
        if allowsSpace { cursor.skipWhitespace(bytes) }
        guard cursor.skip(UInt8(ascii: ":"), bytes) else {
            cursor.position = afterHost
            return layout
        }
        if allowsSpace { cursor.skipWhitespace(bytes) }
        layout.portNumber = Int32(truncatingIfNeeded: try cursor.takeNumber(bytes, maximum: 65_535))
        return layout
    }

    /// The address is read again: it was well-formed when it was scanned.
    func hostValue(_ bytes: Span<UInt8>) -> Host {
        switch kind {
        case .ipv4: IPv4Address(bytes, host).map { .ipv4($0) } ?? nameValue(bytes)
        case .ipv6:
            IPv6Address(bytes, ByteRange(Int(host.start) &+ 1, Int(host.end) &- 1)).map { .ipv6($0) }
                ?? nameValue(bytes)
        case .name: nameValue(bytes)
        }
    }

    private func nameValue(_ bytes: Span<UInt8>) -> Host { .name(HostName(received: String(bytes, host))) }

    func value(_ bytes: Span<UInt8>) -> HostPort { HostPort(host: hostValue(bytes), port: port) }
}

extension Cursor {
    /// Passes a host name (see ``HostName``); false, with the cursor anywhere, when there is none.
    @inline(__always)
    fileprivate mutating func takeHostName(_ bytes: Span<UInt8>) -> Bool {
        let name = takeWord(rules.allows(.underscoresInHosts) ? .hostName : .strictHostName, bytes)
        return HostName.isValid(bytes, name)
    }
}
