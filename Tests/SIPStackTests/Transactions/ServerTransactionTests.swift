import SIPMessage
import Testing

@testable import SIPStack

@Suite("Server transactions")
struct ServerTransactionTests {
    private let invite = Messages.request(.invite)

    @Test("a new request comes up once; repeats are absorbed and answered with the last response")
    func repeats() throws {
        let harness = LayerHarness()
        let id = try harness.open(invite)
        #expect(harness.receive(invite).isEmpty)
        harness.respond(Messages.response(to: invite, status: 180), on: id)
        #expect(harness.receive(invite).sentStatuses == [180])
        harness.respond(Messages.response(to: invite, status: 183), on: id)
        #expect(harness.receive(invite).sentStatuses == [183])
        harness.respond(Messages.response(to: invite, status: 486), on: id)
        #expect(harness.receive(invite).sentStatuses == [486])
    }

    @Test("100 goes out by itself after 200 ms, and not when the user was faster")
    func trying() throws {
        let slow = LayerHarness()
        _ = try slow.open(invite)
        #expect(slow.pass(.milliseconds(199)).isEmpty)
        let effects = slow.pass(.milliseconds(1))
        #expect(effects.sentStatuses == [100])
        #expect(effects.sentResponses.first?.headers.toTag == nil)
        #expect(slow.receive(invite).sentStatuses == [100])

        let quick = LayerHarness()
        let id = try quick.open(invite)
        quick.pass(.milliseconds(150))
        quick.respond(Messages.response(to: invite, status: 180), on: id)
        #expect(quick.pass(.seconds(10)).isEmpty)

        let other = LayerHarness()
        _ = try other.open(Messages.request(.options))
        #expect(other.pass(.seconds(10)).isEmpty)
    }

    @Test("a failure is repeated until its ACK, which is absorbed")
    func failureUntilAck() throws {
        let harness = LayerHarness()
        let id = try harness.open(invite)
        let busy = Messages.response(to: invite, status: 486)
        harness.respond(busy, on: id)
        let repeats = harness.pass(.seconds(3))
        #expect(repeats.sentStatuses == [486, 486])
        let ack = invite.acknowledgement(of: busy)
        #expect(harness.receive(ack).isEmpty)
        #expect(harness.receive(ack).isEmpty)
        #expect(harness.receive(invite).isEmpty)
        #expect(harness.pass(.milliseconds(4900)).isEmpty)
        #expect(harness.pass(.milliseconds(100)).names == ["server ended"])
        #expect(harness.isEmpty)
    }

    @Test("an ACK with a branch of its own stops a refusal's repeats as well, if both tags fit")
    func ackWithItsOwnBranch() throws {
        let harness = LayerHarness()
        let id = try harness.open(invite)
        let busy = Messages.response(to: invite, status: 486)
        harness.respond(busy, on: id)
        func ack(of response: SIPResponse) -> SIPRequest {
            var ack = invite.acknowledgement(of: response)
            ack.headers.replaceTopVia(
                Via(transport: .udp, sentBy: invite.headers.via.sentBy, branch: "z9hG4bK-another"))
            return ack
        }
        #expect(harness.receive(ack(of: SIPResponse(to: invite, status: .busyHere, toTag: "foreign"))).names == ["ack"])
        #expect(harness.pass(.milliseconds(600)).sentStatuses == [486])
        #expect(harness.receive(ack(of: busy)).isEmpty)
        #expect(harness.pass(.milliseconds(4900)).isEmpty)
        #expect(harness.pass(.milliseconds(100)).names == ["server ended"])
        #expect(harness.isEmpty)
    }

    @Test("a failure without ACK ends with timer H and says so")
    func noAck() throws {
        let harness = LayerHarness()
        let id = try harness.open(invite)
        harness.respond(Messages.response(to: invite, status: 486), on: id)
        let effects = harness.pass(.seconds(32))
        #expect(effects.names.last == "server unacknowledged")
        #expect(effects.sentStatuses.count == 10)
        #expect(harness.isEmpty)
    }

    @Test("after a 2xx repeated INVITEs are absorbed in silence, and the user may send the 2xx again (RFC 6026)")
    func accepted() throws {
        let harness = LayerHarness()
        let id = try harness.open(invite)
        let ok = Messages.response(to: invite, status: 200)
        #expect(harness.respond(ok, on: id))
        #expect(harness.receive(invite).isEmpty)
        #expect(harness.respond(ok, on: id))
        #expect(harness.effects.sentStatuses == [200])
        #expect(!harness.respond(Messages.response(to: invite, status: 500), on: id))
        // The ACK of a broken peer with the INVITE's branch goes up as well.
        #expect(harness.receive(invite.acknowledgement(of: ok)).names == ["ack"])
        #expect(harness.pass(.seconds(32)).names == ["server ended"])
        #expect(!harness.respond(ok, on: id))
        #expect(harness.isEmpty)
    }

    @Test("a second final response is ignored", arguments: [SIPMethod.invite, .options])
    func secondFinal(method: SIPMethod) throws {
        let harness = LayerHarness()
        let request = Messages.request(method)
        let id = try harness.open(request)
        #expect(harness.respond(Messages.response(to: request, status: 404), on: id))
        #expect(!harness.respond(Messages.response(to: request, status: 200), on: id))
        #expect(!harness.respond(Messages.response(to: request, status: 180), on: id))
        #expect(harness.effects.isEmpty)
        #expect(harness.receive(request).sentStatuses == [404])
    }

    @Test("a request that the user never answers is forgotten after 64*T1")
    func neverAnswered() throws {
        let harness = LayerHarness()
        let id = try harness.open(Messages.request(.options))
        #expect(harness.pass(.seconds(32)).names == ["server unacknowledged"])
        #expect(!harness.respond(Messages.response(to: Messages.request(.options), status: 200), on: id))
        #expect(harness.isEmpty)
    }

    @Test("over TCP a request other than INVITE is over with its final response")
    func reliable() throws {
        let harness = LayerHarness()
        let flow = Messages.flow(.tcp)
        let request = Messages.request(.options, from: flow)
        let id = try harness.open(request, from: flow)
        harness.respond(Messages.response(to: request, status: 200), on: id)
        #expect(harness.effects.names == ["transmit", "server ended"])
        #expect(harness.isEmpty)
    }

    @Test("the ACK for a 2xx comes up, being a transaction of its own")
    func acknowledgedSuccess() throws {
        let harness = LayerHarness()
        let id = try harness.open(invite)
        harness.respond(Messages.response(to: invite, status: 200), on: id)
        #expect(harness.receive(Messages.request(.ack, branch: "z9hG4bKnew")).names == ["ack"])
    }

    @Test("an ended transaction keeps no more than its last response")
    func shrinks() throws {
        let harness = LayerHarness()
        let accepted = try harness.open(invite)
        harness.respond(Messages.response(to: invite, status: 200), on: accepted)
        #expect(harness.layer.servers[accepted]?.lastResponse.isEmpty == true)
        #expect(harness.layer.servers[accepted]?.invite == nil)
        let options = Messages.request(.options)
        let answered = try harness.open(options)
        harness.respond(Messages.response(to: options, status: 200), on: answered)
        let kept = try #require(harness.layer.servers[answered]?.lastResponse)
        #expect((1...1024).contains(kept.count))

        harness.send(Messages.request(.invite, number: 7), as: 7)
        harness.receive(Messages.response(to: Messages.request(.invite, number: 7), status: 200))
        let client = try #require(harness.layer.clients[.user(ClientTransactionID(7))])
        #expect(client.invite == nil && client.bytes.isEmpty)

        // What is never sent again is not kept at all.
        harness.send(Messages.request(.options, number: 8), as: 8, to: Messages.flow(.tcp))
        #expect(harness.layer.clients[.user(ClientTransactionID(8))]?.bytes.isEmpty == true)
    }

    // MARK: Merged requests (§8.2.2.2)

    @Test("the same request on a second path is reported as merged")
    func merged() throws {
        let harness = LayerHarness()
        let id = try harness.open(invite)
        var second = invite
        second.headers.replaceTopVia(Messages.via(branch: "z9hG4bKother", from: Messages.flow()))
        #expect(harness.receive(second).names == ["merged"])
        let merged = try #require(harness.effects.opened.first)
        #expect(harness.receive(second).isEmpty)
        harness.respond(Messages.response(to: second, status: 482), on: merged)
        #expect(harness.effects.sentStatuses == [482])
        // The first one is not touched.
        #expect(harness.respond(Messages.response(to: invite, status: 180), on: id))
    }

    @Test("a request in a dialog, another CSeq, and one that repeats a challenged one are not merged")
    func notMerged() throws {
        let harness = LayerHarness()
        let id = try harness.open(invite)
        #expect(harness.receive(Messages.request(.invite, cSeq: 2, branch: "z9hG4bKsecond")).names == ["request"])
        harness.respond(Messages.response(to: invite, status: 401), on: id)
        #expect(harness.receive(Messages.request(.invite, branch: "z9hG4bKthird")).names == ["request"])

        var inDialog = Messages.request(.info, number: 5)
        inDialog.headers.setTo(NameAddress(uri: Messages.uri("bob"), tag: "ours"))
        _ = try harness.open(inDialog)
        inDialog.headers.replaceTopVia(Messages.via(branch: "z9hG4bKinfo2", from: Messages.flow()))
        #expect(harness.receive(inDialog).names == ["request"])
    }

    @Test("when the first of two merged requests ends, the next is a new one")
    func mergedEnds() throws {
        let harness = LayerHarness()
        let request = Messages.request(.message)
        let id = try harness.open(request)
        harness.respond(Messages.response(to: request, status: 200), on: id)
        harness.pass(.seconds(33))
        #expect(harness.isEmpty)
        #expect(harness.receive(Messages.request(.message, branch: "z9hG4bKlate")).names == ["request"])
    }
}
