import SIPMessage
import Testing

@testable import SIPStack

@Suite("Hostile and broken peers")
struct HostileInputTests {
    private let invite = Messages.request(.invite)

    @Test("a branch used for a second request opens a second transaction and leaves the first alone")
    func sameBranch() throws {
        let harness = LayerHarness()
        let first = try harness.open(Messages.request(.invite, number: 1, branch: "z9hG4bKsame"))
        let second = try harness.open(Messages.request(.invite, number: 2, branch: "z9hG4bKsame"))
        #expect(first != second)
        // A client that reuses the branch for its next CSeq.
        let third = try harness.open(Messages.request(.invite, number: 1, cSeq: 2, branch: "z9hG4bKsame"))
        #expect(third != first)
        harness.respond(Messages.response(to: Messages.request(.invite, number: 1), status: 486), on: first)
        #expect(harness.receive(Messages.request(.invite, number: 2, branch: "z9hG4bKsame")).isEmpty)
        #expect(harness.layer.counts.inviteServers.total == 3)
    }

    @Test("the same branch of another sender is another transaction (RFC 3261 §17.2.3)")
    func sentBy() throws {
        let harness = LayerHarness()
        _ = try harness.open(invite)
        var other = invite
        let branch = invite.headers.via.branch ?? "none"
        other.headers.replaceTopVia(
            Via(transport: .udp, sentBy: Messages.address("192.0.2.77", 5060).hostPort, branch: branch))
        #expect(harness.receive(other).names == ["merged"])
    }

    @Test("an ACK for nothing comes up and leaves nothing behind")
    func strayAck() {
        let harness = LayerHarness()
        for _ in 0..<100 { #expect(harness.receive(Messages.request(.ack)).names == ["ack"]) }
        #expect(harness.isEmpty)
    }

    @Test("an ACK before any final response is absorbed")
    func earlyAck() throws {
        let harness = LayerHarness()
        let id = try harness.open(invite)
        let ack = invite.acknowledgement(of: Messages.response(to: invite, status: 486))
        #expect(harness.receive(ack).isEmpty)
        harness.respond(Messages.response(to: invite, status: 486), on: id)
        #expect(harness.pass(.milliseconds(600)).sentStatuses == [486])
    }

    @Test("an ACK with another CSeq number does not stop the repeats")
    func wrongAck() throws {
        let harness = LayerHarness()
        let id = try harness.open(invite)
        let busy = Messages.response(to: invite, status: 486)
        harness.respond(busy, on: id)
        var ack = invite.acknowledgement(of: busy)
        ack.setCSeqNumber(2)
        #expect(harness.receive(ack).names == ["ack"])
        #expect(harness.pass(.milliseconds(600)).sentStatuses == [486])
    }

    @Test("a flood of repeats, responses and CANCELs costs no memory")
    func floods() throws {
        let harness = LayerHarness()
        let id = try harness.open(invite)
        harness.send(Messages.request(.invite, number: 2), as: 2)
        let sent = Messages.request(.invite, number: 2)
        harness.receive(invite.cancellation)
        let before = harness.layer.counts
        for count in 0..<1000 {
            harness.receive(invite)
            harness.receive(invite.cancellation)
            harness.receive(Messages.response(to: sent, status: 180, tag: "fork\(count)"))
            harness.receive(Messages.response(to: Messages.request(.options, number: 99), status: 200))
            harness.receive(Messages.request(.ack, number: 50))
        }
        var after = harness.layer.counts
        after.inviteClients = before.inviteClients
        #expect(after == before)
        #expect(harness.layer.counts.inviteClients.total == 1)
        #expect(harness.layer.servers[id] != nil)
    }

    @Test("above its capacity the layer refuses without keeping anything, and drops the ACK of its refusal")
    func capacity() throws {
        let harness = LayerHarness(serverCapacity: 2)
        _ = try harness.open(invite)
        _ = try harness.open(Messages.request(.options, number: 2))
        let third = Messages.request(.invite, number: 3)
        let effects = harness.receive(third)
        #expect(effects.names == ["transmit"])
        let refusal = try #require(effects.sentResponses.first)
        #expect(refusal.status == .serviceUnavailable)
        #expect(refusal.headers.retryAfter == 10)
        #expect(harness.layer.count == 2)
        #expect(harness.receive(third.acknowledgement(of: refusal)).isEmpty)
        // Repeats of what is known, and the CANCEL of a live INVITE, still get through.
        #expect(harness.receive(invite).isEmpty)
        #expect(harness.receive(invite.cancellation).names == ["cancel"])
        #expect(harness.receive(third.cancellation).sentStatuses == [503])
        #expect(harness.layer.count == 3)
    }

    @Test("a thousand requests that nobody answers leave nothing after 64*T1", arguments: [SIPMethod.options, .cancel])
    func unanswered(method: SIPMethod) {
        let harness = LayerHarness(serverCapacity: 5000)
        for number in 1...1000 as ClosedRange<UInt64> { harness.receive(Messages.request(method, number: number)) }
        #expect(harness.layer.count == 1000)
        harness.pass(.seconds(33))
        #expect(harness.isEmpty)
    }

    // MARK: Peers of RFC 2543

    private func legacy(
        _ method: SIPMethod, toTag: String? = nil, cSeq: UInt32 = 1, branch: String? = nil, uri: String = "bob"
    ) throws -> SIPRequest {
        try Messages.parseRequest(
            """
            \(method) sip:\(uri)@example.com SIP/2.0
            Via: SIP/2.0/UDP 192.0.2.2:5060\(branch.map { ";branch=\($0)" } ?? "")
            From: <sip:alice@example.com>;tag=old
            To: <sip:bob@example.com>\(toTag.map { ";tag=\($0)" } ?? "")
            Call-ID: legacy
            CSeq: \(cSeq) \(method)
            Content-Length: 0


            """)
    }

    @Test("without the magic cookie a repeat, ACK and CANCEL find their INVITE", arguments: [nil, "1", "z9hG4bK"])
    func legacyMatching(branch: String?) throws {
        let harness = LayerHarness()
        let request = try legacy(.invite, branch: branch)
        let id = try harness.open(request)
        #expect(harness.receive(request).isEmpty)
        #expect(harness.receive(try legacy(.cancel, branch: branch)).names == ["cancel"])
        #expect(harness.receive(try legacy(.invite, cSeq: 2, branch: branch)).names == ["request"])
        #expect(harness.receive(try legacy(.invite, branch: branch, uri: "carol")).names == ["merged"])
        harness.respond(Messages.response(to: request, status: 486, tag: "ours"), on: id)
        // Another To tag: not for our response.
        #expect(harness.receive(try legacy(.ack, toTag: "other", branch: branch)).names == ["ack"])
        #expect(harness.receive(try legacy(.ack, toTag: "ours", branch: branch)).isEmpty)
        #expect(harness.layer.counts.inviteServers.confirmed == 1)
    }

    @Test(
        "a repeat from another port (a new binding of an address translator) is still a repeat",
        arguments: [false, true])
    func movedSource(isLegacy: Bool) throws {
        var request = isLegacy ? try legacy(.invite, branch: "1") : invite
        var via = request.headers.via
        via.setParameter("rport")
        request.headers.replaceTopVia(via)
        let harness = LayerHarness()
        _ = try harness.open(request)
        #expect(harness.receive(request, from: Messages.flow(remotePort: 61000)).isEmpty)
    }
}
