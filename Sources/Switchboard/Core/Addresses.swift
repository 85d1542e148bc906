import SIPMessage
import SIPStack

/// Addresses that the switch writes into messages, and where messages go.
extension Switchboard {
    /// Our host and port as a peer on this flow reaches us.
    func ownHostPort(for flow: Flow) -> HostPort {
        guard flow.local.isUnspecified, let text = configuration.advertisedHost, let host = Host(text) else {
            return flow.local.hostPort
        }
        return HostPort(host: host, port: flow.local.port)
    }

    /// The served domain that a URI's host names. An address in the list of aliases means the switch only at a port that
    /// the switch listens on: next to it may run something else.
    func servedDomain(of uri: SIPURI) -> String? {
        if let port = uri.port, !configuration.listeners.contains(where: { $0.port == port }) { return nil }
        return directory.canonicalDomain(uri.host.description)
    }

    /// The served domain that a request from outside is for.
    func calledDomain(of uri: SIPURI) -> String? {
        servedDomain(of: uri) ?? directory.calledDomain(uri.host.description)
    }

    func via(over flow: Flow, branch: Token) -> Via {
        Via(transport: flow.transport, sentBy: ownHostPort(for: flow), branch: branch)
    }

    func contact(for flow: Flow, user: String?) -> NameAddress {
        let own = ownHostPort(for: flow)
        return NameAddress(uri: SIPURI(user: user, host: own.host, port: own.port))
    }

    /// The flow to an address, from the first listener of its family.
    func flow(to address: TransportAddress) -> Flow? {
        let family = configuration.listeners.filter { $0.isSameFamily(as: address) }
        // What is bound to loopback reaches nothing else.
        let local = family.first { $0.isLoopback == address.isLoopback } ?? family.first { $0.isUnspecified }
        return local.map { Flow(transport: .udp, local: $0, remote: address) }
    }

    /// Where a peer is reached whose Contact is `uri` and whose messages come over `flow`: at the Contact, unless that is
    /// an address of a private network that the peer does not send from (it is behind a NAT and does not know it), or a
    /// name.
    func flow(to uri: URI, near flow: Flow) -> Flow {
        guard let address = uri.sip.flatMap({ TransportAddress(literal: $0) }), address.isSameFamily(as: flow.remote),
            address.host == flow.remote.host || !address.isPrivate
        else { return flow }
        return Flow(transport: flow.transport, local: flow.local, remote: address)
    }

    /// Where a request in a dialog goes: the first route, or the peer. A route's host that is a name stays on the flow.
    func flow(in party: Bridge.Party) -> Flow {
        guard let route = party.dialog.routeSet.first?.uri.sip else {
            return flow(to: party.dialog.remoteTarget, near: party.flow)
        }
        guard let address = TransportAddress(literal: route), address.isSameFamily(as: party.flow.local) else {
            return party.flow
        }
        return Flow(transport: party.flow.transport, local: party.flow.local, remote: address)
    }
}

extension TransportAddress {
    /// The address in a URI whose host is no name.
    init?(literal uri: SIPURI) {
        let port = uri.port ?? 5060
        switch uri.host {
        case .ipv4(let address): self.init(host: .v4(address), port: port)
        case .ipv6(let address): self.init(host: .v6(address), port: port)
        case .name: return nil
        }
    }

    func isSameFamily(as other: TransportAddress) -> Bool {
        switch (host, other.host) {
        case (.v4, .v4), (.v6, .v6): true
        default: false
        }
    }

    var isLoopback: Bool {
        switch host {
        case .v4(let address): address.bits >> 24 == 127
        case .v6(let address): address.high == 0 && address.low == 1
        }
    }

    /// An address that means something only inside somebody's network (RFC 1918, 6598, 3927, 4193), or nothing.
    var isPrivate: Bool {
        switch host {
        case .v4(let address):
            address.bits >> 24 == 10 || address.bits >> 20 == 0xAC1 || address.bits >> 16 == 0xC0A8
                || address.bits >> 22 == 0x64_40 >> 6 || address.bits >> 16 == 0xA9FE || address.bits >> 24 == 0
                || isLoopback
        case .v6(let address): address.high >> 57 == 0x7E || address.high >> 54 == 0x3FA || address.high == 0
        }
    }

    /// 0.0.0.0 or [::].
    var isUnspecified: Bool {
        switch host {
        case .v4(let address): address.bits == 0
        case .v6(let address): address.high == 0 && address.low == 0
        }
    }
}

extension SIPURI {
    /// As a Request-URI or To: without what belongs to a Contact or a dial string only (RFC 3261 §19.1.1).
    var asToURI: SIPURI {
        var uri = self
        uri.removeHeaders()
        uri.removeAllParameters()
        return uri
    }
}

extension FieldText {
    /// Text of a script or a peer with everything taken out that could end the line.
    init(cleaning text: String) {
        let clean = String(decoding: text.utf8.prefix(1_024).map { $0 < 0x20 || $0 == 0x7F ? 0x20 : $0 }, as: UTF8.self)
        self = (try? FieldText(clean)) ?? ""
    }
}
