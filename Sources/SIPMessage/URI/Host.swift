/// A name of the DNS, in lower case: letters, digits, `-`, `_` and dots.
public struct HostName: Hashable, Sendable, CustomStringConvertible, ExpressibleByStringLiteral {
    /// The name in lower case, never empty.
    public let text: String

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
        var isNumber = true
        for index in labelStart..<max(end, labelStart) {
            if bytes[index] == UInt8(ascii: ".") {
                if index == labelStart { return false }
                labelStart = index &+ 1
                isNumber = true
            } else if !ByteSet.digit.contains(bytes[index]) {
                isNumber = false
            }
        }
        return end > labelStart && !isNumber
    }
}

/// The host of a URI or a Via: an address or a name. `description` has the brackets of an IPv6 reference.
public enum Host: Hashable, Sendable, CustomStringConvertible {
    case ipv4(IPv4Address)
    case ipv6(IPv6Address)
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
    public var host: Host
    /// nil when the message has none, which means the transport's default.
    public var port: UInt16?

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

    public var description: String {
        if let port { "\(host):\(port)" } else { host.description }
    }
}

/// Where host and port stand, with an address already read. Plain data.
struct HostPortLayout: Sendable, BitwiseCopyable {
    enum Kind: Sendable, BitwiseCopyable {
        case name
        case ipv4(IPv4Address)
        case ipv6(IPv6Address)
    }

    var kind: Kind
    var host: ByteRange
    var port: UInt16?

    /// `host [ ":" port ]` (RFC 3261 §25.1). With `allowsSpace` white space may stand round the colon, as in Via.
    static func scan(
        _ cursor: inout Cursor, _ bytes: Span<UInt8>, allowsSpace: Bool = false
    ) throws(ScanError) -> HostPortLayout {
        var layout = HostPortLayout(kind: .name, host: .empty, port: nil)
        let start = cursor.position
        if cursor.skip(UInt8(ascii: "["), bytes) {
            while let byte = cursor.peek(bytes), byte != UInt8(ascii: "]") { cursor.position &+= 1 }
            let address = IPv6Address(bytes, ByteRange(start &+ 1, cursor.position))
            guard cursor.skip(UInt8(ascii: "]"), bytes), let address else {
                throw ScanError(start, "an IPv6 reference")
            }
            layout.kind = .ipv6(address)
            layout.host = ByteRange(start, cursor.position)
        } else {
            layout.host = cursor.take(.hostName, bytes)
            if let address = IPv4Address(bytes, layout.host) {
                layout.kind = .ipv4(address)
            } else if !HostName.isValid(bytes, layout.host) {
                throw ScanError(start, "a host")
            }
        }
        let afterHost = cursor
        if allowsSpace { cursor.skipWhitespace(bytes) }
        guard cursor.skip(UInt8(ascii: ":"), bytes) else {
            cursor = afterHost
            return layout
        }
        if allowsSpace { cursor.skipWhitespace(bytes) }
        layout.port = UInt16(truncatingIfNeeded: try cursor.takeNumber(bytes, maximum: 65_535))
        return layout
    }

    func hostValue(_ bytes: Span<UInt8>) -> Host {
        switch kind {
        case .ipv4(let address): .ipv4(address)
        case .ipv6(let address): .ipv6(address)
        case .name: .name(HostName(received: String(bytes, host)))
        }
    }

    func value(_ bytes: Span<UInt8>) -> HostPort { HostPort(host: hostValue(bytes), port: port) }
}
