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
        // The pointer is read within the call only. (Swift code cannot read NIO's sockaddr fields itself: they belong to a
        // module that NIO keeps to itself.)
        let read = unsafe address.withSockAddr { pointer, size in
            unsafe sip_address_of(pointer, UInt32(clamping: size))
        }
        guard read.family != 0 else { return nil }
        self.init(read)
    }
}
