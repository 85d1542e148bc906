internal import CSIPTransportSupport
internal import NIOCore
internal import SIPMessage
internal import SIPStack

extension sip_address {
    init(_ address: TransportAddress) {
        switch address.host {
        case .v4(let v4):
            self.init(family: 4, port: address.port, v4: v4.bits, v6_high: 0, v6_low: 0)
        case .v6(let v6):
            self.init(family: 6, port: address.port, v4: 0, v6_high: v6.high, v6_low: v6.low)
        }
    }
}

extension TransportAddress {
    init(_ address: sip_address) {
        let host: IPAddress =
            address.family == 6
            ? .v6(IPv6Address(high: address.v6_high, low: address.v6_low)) : .v4(IPv4Address(bits: address.v4))
        self.init(host: host, port: address.port)
    }

    /// From an address that NIO read; nil for one of no IP family. A link-local address loses its scope.
    init?(_ address: SocketAddress) {
        switch address {
        case .v4(let v4):
            self.init(
                host: .v4(IPv4Address(bits: UInt32(bigEndian: v4.address.sin_addr.s_addr))),
                port: UInt16(bigEndian: v4.address.sin_port))
        case .v6(let v6):
            let words = v6.address.sin6_addr.__in6_u.__u6_addr32
            func joined(_ first: UInt32, _ second: UInt32) -> UInt64 {
                UInt64(UInt32(bigEndian: first)) << 32 | UInt64(UInt32(bigEndian: second))
            }
            self.init(
                host: .v6(IPv6Address(high: joined(words.0, words.1), low: joined(words.2, words.3))),
                port: UInt16(bigEndian: v6.address.sin6_port))
        case .unixDomainSocket:
            return nil
        }
    }
}
