import SIPMessage
import SIPStack

/// Messages for tests.
enum Messages {
    static func address(_ host: String, _ port: UInt16) -> TransportAddress {
        TransportAddress(host, port: port) ?? TransportAddress(host: .v4(IPv4Address(bits: 0)), port: port)
    }

    static func flow(_ transport: SIPTransportProtocol = .udp, remotePort: UInt16 = 5060) -> Flow {
        Flow(
            transport: transport, local: address("192.0.2.1", 5060), remote: address("192.0.2.2", remotePort))
    }

    static func token(_ text: String) -> Token { Token(text) ?? "invalid" }

    static func callID(_ text: String) -> CallID {
        guard let callID = CallID(text) else { preconditionFailure("not a Call-ID: \(text)") }
        return callID
    }

    static func via(branch: String, from flow: Flow) -> Via {
        Via(transport: flow.transport, sentBy: flow.local.hostPort, branch: token(branch))
    }

    static func uri(_ user: String, _ host: HostName = "example.com") -> SIPURI {
        SIPURI(user: user, host: .name(host))
    }

    /// A request as a user agent would send it; `number` sets branch, Call-ID and tag apart.
    static func request(
        _ method: SIPMethod, number: UInt64 = 1, cSeq: UInt32 = 1, from flow: Flow = flow(), branch: String? = nil
    ) -> SIPRequest {
        SIPRequest(
            method: method, uri: .sip(uri("bob")),
            via: via(branch: branch ?? "z9hG4bK-\(number)-\(method)", from: flow),
            from: NameAddress(uri: uri("alice"), tag: token("from\(number)")), to: NameAddress(uri: uri("bob")),
            callID: callID("call-\(number)@example.com"), cSeq: cSeq,
            contact: NameAddress(uri: SIPURI(user: "alice", host: flow.local.hostPort.host, port: flow.local.port)))
    }

    static func response(to request: SIPRequest, status: UInt16, tag: String = "to1") -> SIPResponse {
        var response = SIPResponse(to: request, status: StatusCode(Int(status)) ?? .ok, toTag: token(tag))
        if status > 100, status < 300, request.method == .invite {
            response.headers.setContacts([NameAddress(uri: uri("bob", "phone.example.com"))])
        }
        return response
    }

    /// Reads text with LF line ends as a message.
    static func parse(_ text: String) throws -> SIPMessage {
        try SIPMessage(parsing: Array(text.replacing("\n", with: "\r\n").utf8))
    }

    static func parseRequest(_ text: String) throws -> SIPRequest {
        guard case .request(let request) = try parse(text) else { throw TestError.wrongKind }
        return request
    }

    static func parseResponse(_ text: String) throws -> SIPResponse {
        guard case .response(let response) = try parse(text) else { throw TestError.wrongKind }
        return response
    }

    enum TestError: Error { case wrongKind }
}

extension SIPMessage {
    var request: SIPRequest? { if case .request(let request) = self { request } else { nil } }
    var response: SIPResponse? { if case .response(let response) = self { response } else { nil } }
}
