import SIPMessage
import SIPStack
import Testing

/// A Via as it arrives, from where, and what becomes of it (RFC 3261 §18.2, RFC 3581).
struct ViaRow: Sendable, CustomStringConvertible {
    let via: String
    var transport = SIPTransportProtocol.udp
    let source: (String, UInt16)
    let received: String?
    let rport: UInt16?
    let answerPort: UInt16

    var description: String { "\(via) from \(source.0):\(source.1)" }
}

private let viaRows: [ViaRow] = [
    // The example of RFC 3581 §4 and §6.1.
    ViaRow(
        via: "10.1.1.1:4540;rport", source: ("192.0.2.1", 9988), received: "192.0.2.1", rport: 9988, answerPort: 9988),
    ViaRow(
        via: "192.0.2.1:4540;rport", source: ("192.0.2.1", 4540), received: "192.0.2.1", rport: 4540, answerPort: 4540),
    // RFC 3261 §18.2.1: a host name gets `received`.
    ViaRow(
        via: "bobspc.biloxi.com:5060", source: ("192.0.2.4", 5060), received: "192.0.2.4", rport: nil, answerPort: 5060),
    // §18.2.2: without rport, to the sent-by port, when the peer is where it says it is.
    ViaRow(via: "192.0.2.1:5060", source: ("192.0.2.1", 33333), received: nil, rport: nil, answerPort: 5060),
    ViaRow(via: "192.0.2.1", source: ("192.0.2.1", 33333), received: nil, rport: nil, answerPort: 5060),
    // Behind an address translator only the source port works.
    ViaRow(via: "10.0.0.5:5060", source: ("192.0.2.1", 40000), received: "192.0.2.1", rport: nil, answerPort: 40000),
    // What the peer says about itself is written over.
    ViaRow(
        via: "10.0.0.5;received=203.0.113.9;rport=7", source: ("192.0.2.1", 40000), received: "192.0.2.1", rport: 40000,
        answerPort: 40000),
    ViaRow(
        via: "192.0.2.1;received=203.0.113.9", source: ("192.0.2.1", 5060), received: "192.0.2.1", rport: nil,
        answerPort: 5060),
    // Port 0 cannot be answered.
    ViaRow(via: "192.0.2.1:0", source: ("192.0.2.1", 5088), received: nil, rport: nil, answerPort: 5088),
    // No response is ever sent to an address of the peer's choice.
    ViaRow(
        via: "10.0.0.5:5060;maddr=203.0.113.9", source: ("192.0.2.1", 40000), received: "192.0.2.1", rport: nil,
        answerPort: 40000),
    ViaRow(
        via: "192.0.2.1:5060", transport: .tcp, source: ("192.0.2.1", 33333), received: nil, rport: nil,
        answerPort: 33333),
    ViaRow(
        via: "[2001:db8::9:1]:5070;rport", source: ("2001:db8::9:255", 5070), received: "2001:db8::9:255", rport: 5070,
        answerPort: 5070),
]

@Suite("Responses find their way back")
struct ResponseRoutingTests {
    @Test("the top Via is completed and the response goes to the source", arguments: viaRows)
    func stamping(row: ViaRow) throws {
        let parts = row.via.split(separator: ";", maxSplits: 1)
        let rest = parts.count > 1 ? ";\(parts[1])" : ""
        let request = try Messages.parseRequest(
            """
            OPTIONS sip:bob@example.com SIP/2.0
            Via: SIP/2.0/\(row.transport) \(parts[0]);branch=z9hG4bKabc\(rest), SIP/2.0/UDP below.example.com
            From: <sip:a@example.com>;tag=1
            To: <sip:bob@example.com>
            Call-ID: x
            CSeq: 1 OPTIONS
            Content-Length: 0


            """)
        let flow = Flow(
            transport: row.transport, local: Messages.address("192.0.2.200", 5060),
            remote: Messages.address(row.source.0, row.source.1))
        var layer = TransactionLayer()
        var effects: [TransactionEffect] = []
        layer.receive(.request(request), from: flow, at: .zero, into: &effects)
        guard case .requestReceived(let stamped, let id, let from)? = effects.first else {
            Issue.record("no request")
            return
        }
        #expect(from == flow)
        #expect(stamped.headers.via.received == row.received.flatMap { IPAddress($0)?.host })
        #expect(stamped.headers.via.rport == row.rport)
        #expect(try stamped.headers.vias.count == 2)
        #expect(layer.responseFlow(of: id)?.remote == Messages.address(row.source.0, row.answerPort))

        effects = []
        layer.respond(SIPResponse(to: stamped, status: .ok, toTag: "t"), on: id, at: .zero, into: &effects)
        guard case .transmit(let bytes, let answerFlow)? = effects.first else {
            Issue.record("no response")
            return
        }
        #expect(answerFlow.remote == Messages.address(row.source.0, row.answerPort))
        let response = try #require(try SIPMessage(parsing: bytes).response)
        #expect(response.headers.via == stamped.headers.via)
    }
}
