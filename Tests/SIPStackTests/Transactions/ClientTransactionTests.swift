import SIPMessage
import Testing

@testable import SIPStack

@Suite("Client transactions")
struct ClientTransactionTests {
    private let invite = Messages.request(.invite)

    @Test("the ACK for a failure is the one of RFC 3261 §17.1.1.3")
    func acknowledgement() throws {
        let harness = LayerHarness()
        var invite = try Messages.parseRequest(
            """
            INVITE sip:bob@biloxi.com SIP/2.0
            Via: SIP/2.0/UDP pc33.atlanta.com;branch=z9hG4bKkjshdyff
            To: Bob <sip:bob@biloxi.com>
            From: Alice <sip:alice@atlanta.com>;tag=88sja8x
            Max-Forwards: 20
            Call-ID: 987asjd97y7atg
            CSeq: 986759 INVITE
            Route: <sip:one.example.com;lr>, <sip:two.example.com;lr>
            Content-Length: 0


            """)
        invite.headers.maxForwards = 20
        #expect(harness.send(invite))
        var busy = SIPResponse(to: invite, status: .busyHere, toTag: "99sa0xk")
        busy.headers.setUserAgent("test")
        #expect(harness.receive(busy).names == ["transmit", "response 486"])
        let ack = try #require(harness.effects.sentRequests.first)
        #expect(ack.method == .ack)
        #expect(ack.uri == invite.uri)
        #expect(try ack.headers.vias == [invite.headers.via])
        #expect(ack.headers.to.tag == "99sa0xk")
        #expect(ack.headers.from.tag == "88sja8x")
        #expect(ack.headers.callID == invite.headers.callID)
        #expect(ack.headers.cSeq == CSeq(986_759, .ack))
        #expect(try ack.headers.routes == invite.headers.routes)
        #expect(ack.headers.maxForwards == 70)
    }

    @Test("a repeated failure is acknowledged again with the same octets and not delivered again")
    func repeatedFailure() {
        let harness = LayerHarness()
        harness.send(invite)
        let busy = Messages.response(to: invite, status: 486)
        let first = harness.receive(busy)
        #expect(first.names == ["transmit", "response 486"])
        harness.pass(.seconds(10))
        let second = harness.receive(busy)
        #expect(second.names == ["transmit"])
        #expect(second.sentBytes == first.sentBytes)
        #expect(harness.pass(.seconds(22)).names == ["client ended"])
        #expect(harness.isEmpty)
    }

    @Test("each 2xx comes up until timer M, repeats and other forks alike, and is not acknowledged by the layer")
    func repeatedSuccess() {
        let harness = LayerHarness()
        harness.send(invite)
        #expect(harness.receive(Messages.response(to: invite, status: 200, tag: "a")).names == ["response 200"])
        harness.pass(.seconds(31))
        #expect(harness.receive(Messages.response(to: invite, status: 200, tag: "a")).names == ["response 200"])
        #expect(harness.receive(Messages.response(to: invite, status: 200, tag: "b")).names == ["response 200"])
        #expect(harness.receive(Messages.response(to: invite, status: 486, tag: "b")).isEmpty)
        #expect(harness.pass(.seconds(1)).names == ["client ended"])
        #expect(harness.receive(Messages.response(to: invite, status: 200, tag: "a")).names == ["stray 200"])
        #expect(harness.isEmpty)
    }

    @Test("a 2xx after a failure is reported as stray, so that the fork can be hung up")
    func successAfterFailure() {
        let harness = LayerHarness()
        harness.send(invite)
        harness.receive(Messages.response(to: invite, status: 603, tag: "a"))
        #expect(harness.receive(Messages.response(to: invite, status: 200, tag: "b")).names == ["stray 200"])
    }

    @Test("over TCP nothing is sent twice and a failure ends the INVITE at once")
    func reliable() {
        let harness = LayerHarness()
        let flow = Messages.flow(.tcp)
        harness.send(Messages.request(.invite, from: flow), to: flow)
        #expect(harness.pass(.seconds(31)).isEmpty)
        let busy = Messages.response(to: Messages.request(.invite, from: flow), status: 486)
        #expect(harness.receive(busy, from: flow).names == ["transmit", "response 486", "client ended"])
        #expect(harness.isEmpty)
    }

    @Test("an unanswered request times out after 64*T1 and is over", arguments: [SIPMethod.invite, .options, .bye])
    func timeout(method: SIPMethod) {
        let harness = LayerHarness()
        harness.send(Messages.request(method))
        let effects = harness.pass(.seconds(33))
        #expect(effects.names.suffix(2) == ["timed out", "client ended"])
        #expect(effects.sentBytes.count == (method == .invite ? 6 : 10))
        #expect(Set(effects.sentBytes).count == 1)
        #expect(harness.isEmpty)
    }

    /// Responses that look like ours but are not.
    @Test(
        "a response that does not fit is stray and changes nothing",
        arguments: ["branch", "CSeq method", "CSeq number", "Call-ID", "no branch"])
    func misfit(what: String) throws {
        let harness = LayerHarness()
        harness.send(invite)
        let before = harness.layer.counts
        let branch = invite.headers.via.branch?.text ?? ""
        let via = what == "no branch" ? "" : ";branch=\(what == "branch" ? "z9hG4bKother" : branch)"
        let method = what == "CSeq method" ? "OPTIONS" : "INVITE"
        let response = try Messages.parseResponse(
            """
            SIP/2.0 200 OK
            Via: SIP/2.0/UDP 192.0.2.1:5060\(via)
            From: <sip:alice@example.com>;tag=from1
            To: <sip:bob@example.com>;tag=x
            Call-ID: \(what == "Call-ID" ? "other" : "call-1@example.com")
            CSeq: \(what == "CSeq number" ? 2 : 1) \(method)
            Content-Length: 0


            """)
        #expect(harness.receive(response).names == ["stray 200"])
        #expect(harness.layer.counts == before)
        #expect(harness.receive(Messages.response(to: invite, status: 200)).names == ["response 200"])
    }

    @Test("a branch or number in use is refused, and so is a request without branch")
    func refused() {
        let harness = LayerHarness()
        #expect(harness.send(invite, as: 1))
        #expect(!harness.send(invite, as: 2))
        #expect(!harness.send(Messages.request(.invite, number: 9), as: 1))
        var bare = Messages.request(.options, number: 3)
        var via = bare.headers.via
        via.branch = nil
        bare.headers.replaceTopVia(via)
        #expect(!harness.send(bare, as: 3))
        #expect(harness.effects.isEmpty)
        #expect(harness.layer.count == 1)
    }

    @Test("an ACK is sent without a transaction")
    func ackIsOnlySent() {
        let harness = LayerHarness()
        #expect(harness.send(Messages.request(.ack)))
        #expect(harness.effects.sentMethods == [.ack])
        #expect(harness.isEmpty)
    }

    @Test("a broken connection fails what waits on it, and only that")
    func brokenConnection() {
        let harness = LayerHarness()
        let flow = Messages.flow(.tcp)
        let other = Messages.flow(.tcp, remotePort: 7070)
        harness.send(Messages.request(.invite, number: 1, from: flow), as: 1, to: flow)
        harness.send(Messages.request(.options, number: 2, from: flow), as: 2, to: flow)
        harness.send(Messages.request(.invite, number: 3, from: flow), as: 3, to: flow)
        harness.receive(
            Messages.response(to: Messages.request(.invite, number: 3, from: flow), status: 200), from: flow)
        harness.send(Messages.request(.options, number: 4, from: other), as: 4, to: other)
        var effects: [TransactionEffect] = []
        harness.layer.transportFailed(flow, at: harness.now, into: &effects)
        #expect(effects.names == ["transport error", "client ended", "transport error", "client ended"])
        #expect(harness.layer.count == 2)
        #expect(harness.pass(.seconds(40)).names.filter { $0 == "client ended" }.count == 2)
        #expect(harness.isEmpty)
    }

    @Test("a datagram that could not be sent fails its request")
    func unsentDatagram() {
        let harness = LayerHarness()
        harness.send(Messages.request(.options))
        var effects: [TransactionEffect] = []
        harness.layer.transportFailed(ClientTransactionID(1), at: harness.now, into: &effects)
        harness.layer.transportFailed(ClientTransactionID(1), at: harness.now, into: &effects)
        harness.layer.transportFailed(ClientTransactionID(77), at: harness.now, into: &effects)
        #expect(effects.names == ["transport error", "client ended"])
        harness.send(Messages.request(.options, number: 2), as: 2)
        effects = []
        harness.layer.transportFailed(Messages.flow(), at: harness.now, into: &effects)
        #expect(effects.names == ["transport error", "client ended"])
        #expect(harness.isEmpty)
    }
}
