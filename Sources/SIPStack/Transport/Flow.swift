public import SIPMessage

/// Where a message came from and where its answer goes: transport, our end and the other end.
///
/// For TCP, TLS and WebSocket it names one connection: whoever sends to it uses that connection or, when it is gone,
/// opens one to `remote`.
public struct Flow: Hashable, Sendable {
    public var transport: SIPTransportProtocol
    /// The local address: the listener's for UDP and accepted connections.
    public var local: TransportAddress
    public var remote: TransportAddress

    public init(transport: SIPTransportProtocol, local: TransportAddress, remote: TransportAddress) {
        self.transport = transport
        self.local = local
        self.remote = remote
    }

    /// Whether the transport repeats lost data by itself, so that transactions send nothing twice (all but UDP).
    public var isReliable: Bool { transport.isReliable }
}

extension Flow: CustomStringConvertible {
    public var description: String { "\(transport) \(local) > \(remote)" }
}

extension Flow {
    /// Whether it is encrypted: TLS, or WebSocket over it.
    public var isSecure: Bool { transport == .tls || transport == .wss }
}

extension URI {
    /// Whether it is a `sips` URI.
    var isSIPS: Bool {
        if case .sip(let uri) = self { uri.isSecure } else { false }
    }
}
