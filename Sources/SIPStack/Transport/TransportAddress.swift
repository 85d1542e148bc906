public import SIPMessage

/// An IP address of either family.
public enum IPAddress: Hashable, Sendable, BitwiseCopyable {
    case v4(IPv4Address)
    case v6(IPv6Address)

    /// Reads a textual address, IPv6 without brackets; nil for anything else, names included.
    public init?(_ text: some StringProtocol) {
        if let address = IPv4Address(text) {
            self = .v4(address)
        } else if let address = IPv6Address(text) {
            self = .v6(address)
        } else {
            return nil
        }
    }

    /// The address as a URI or Via host.
    public var host: Host {
        switch self {
        case .v4(let address): .ipv4(address)
        case .v6(let address): .ipv6(address)
        }
    }
}

extension IPAddress: CustomStringConvertible {
    public var description: String {
        switch self {
        case .v4(let address): address.description
        case .v6(let address): address.description
        }
    }
}

/// An IP address and a port: one end of a flow.
public struct TransportAddress: Hashable, Sendable, BitwiseCopyable {
    public var host: IPAddress
    public var port: UInt16

    public init(host: IPAddress, port: UInt16) {
        self.host = host
        self.port = port
    }

    /// Reads `host`, a textual address without brackets; nil when it is none.
    public init?(_ host: some StringProtocol, port: UInt16) {
        guard let host = IPAddress(host) else { return nil }
        self.init(host: host, port: port)
    }

    /// The address for use as a Via's sent-by or in a URI.
    public var hostPort: HostPort { HostPort(host: host.host, port: port) }
}

extension TransportAddress: CustomStringConvertible {
    public var description: String {
        switch host {
        case .v4(let address): "\(address):\(port)"
        case .v6(let address): "[\(address)]:\(port)"
        }
    }
}
