import SIPMessage
import SIPStack
import Testing

/// The call of RFC 3261 §24.2 (and figure 1), over Alice's and Bob's layers, with the RFC's own messages as seen at the
/// two ends. Atlanta's and Biloxi's proxies do not record-route.
@Suite("The session of RFC 3261 §24.2")
struct RFC3261ExampleTests {
    /// F1 as Alice sends it.
    private let f1 = """
        INVITE sip:bob@biloxi.com SIP/2.0
        Via: SIP/2.0/TCP client.atlanta.example.com:5060;branch=z9hG4bK74bf9
        Max-Forwards: 70
        To: Bob <sip:bob@biloxi.com>
        From: Alice <sip:alice@atlanta.com>;tag=1928301774
        Call-ID: a84b4c76e66710
        CSeq: 314159 INVITE
        Contact: <sip:alice@pc33.atlanta.com>
        Content-Length: 0


        """
    /// F4 as Bob receives it.
    private let f4 = """
        INVITE sip:bob@192.0.2.4 SIP/2.0
        Via: SIP/2.0/UDP server10.biloxi.com;branch=z9hG4bK4b43c2ff8.1
        Via: SIP/2.0/UDP bigbox3.site3.atlanta.com;branch=z9hG4bK77ef4c2312983.1;received=192.0.2.2
        Via: SIP/2.0/UDP pc33.atlanta.com;branch=z9hG4bKnashds8;received=192.0.2.1
        Max-Forwards: 68
        To: Bob <sip:bob@biloxi.com>
        From: Alice <sip:alice@atlanta.com>;tag=1928301774
        Call-ID: a84b4c76e66710
        CSeq: 314159 INVITE
        Contact: <sip:alice@pc33.atlanta.com>
        Content-Length: 0


        """

    @Test(
        "Bob's 200 goes back with all three Via and makes his dialog; Alice's ACK is matched to it; his BYE reaches her"
    )
    func session() throws {
        let biloxi = Flow(
            transport: .udp, local: Messages.address("192.0.2.4", 5060), remote: Messages.address("192.0.2.3", 5060))
        var bob = TransactionLayer()
        var effects: [TransactionEffect] = []
        bob.receive(try Messages.parse(f4), from: biloxi, at: .zero, into: &effects)
        guard case .requestReceived(let invite, let id, _)? = effects.first else {
            Issue.record("\(effects.names)")
            return
        }

        // F9
        var ok = SIPResponse(to: invite, status: .ok, toTag: "a6c85cf")
        ok.headers.setContacts([NameAddress(uri: try SIPURI("sip:bob@192.0.2.4"))])
        effects = []
        bob.respond(ok, on: id, at: .zero, into: &effects)
        let f9 = try #require(effects.sentResponses.first)
        let sentBy = try f9.headers.vias.map(\.sentBy.description)
        #expect(sentBy == ["server10.biloxi.com", "bigbox3.site3.atlanta.com", "pc33.atlanta.com"])
        #expect(f9.headers.via.received == Host("192.0.2.3"))
        #expect(f9.headers.toTag == "a6c85cf" && f9.headers.to.displayName == "Bob")
        var bobsDialog = try Dialog(callee: invite, response: ok, over: biloxi)
        var successes = SuccessRetransmitter()
        successes.start(bobsDialog.id, response: ok, on: id, at: .zero)

        // F12: straight from Alice, past the proxies.
        let direct = Messages.flow()
        let aliceInvite = try Messages.parseRequest(f1)
        var alicesDialog = try Dialog(caller: aliceInvite, response: f9, over: direct)
        let ack = alicesDialog.makeAck(for: f9, via: Messages.via(branch: "z9hG4bKnashds9", from: direct))
        #expect(ack.uri.description == "sip:bob@192.0.2.4")
        #expect(ack.headers.cSeq == CSeq(314_159, .ack))
        effects = []
        bob.receive(try SIPMessage(parsing: ack.serialized()), from: direct, at: .zero, into: &effects)
        guard case .ackReceived(let received, _)? = effects.first else {
            Issue.record("\(effects.names)")
            return
        }
        #expect(successes.acknowledged(by: received) == bobsDialog.id)

        // F13: "BYE sip:alice@pc33.atlanta.com", From and To changed places, a number of Bob's own.
        let bye = bobsDialog.makeRequest(.bye, via: Messages.via(branch: "z9hG4bKnashds10", from: biloxi))
        #expect(bye.uri.description == "sip:alice@pc33.atlanta.com")
        #expect(bye.headers.fromTag == "a6c85cf" && bye.headers.toTag == "1928301774")
        #expect(DialogID(received: bye) == alicesDialog.id)
        #expect(alicesDialog.receive(bye) == .accept)
    }
}
