import SIPMessage
import Testing

@testable import SIPStack

@Suite("CANCEL")
struct CancelTests {
    private let invite = Messages.request(.invite)

    @Test("a CANCEL waits for the first provisional response")
    func waits() throws {
        let harness = LayerHarness()
        harness.send(invite)
        harness.cancel(reason: #"SIP;cause=200;text="Call completed elsewhere""#)
        #expect(harness.effects.isEmpty)
        let effects = harness.receive(Messages.response(to: invite, status: 100))
        #expect(effects.names == ["response 100", "transmit"])
        let cancel = try #require(effects.sentRequests.first)
        #expect(cancel.method == .cancel)
        #expect(cancel.uri == invite.uri)
        #expect(try cancel.headers.vias == [invite.headers.via])
        #expect(cancel.headers.to == invite.headers.to)
        #expect(cancel.headers.from == invite.headers.from)
        #expect(cancel.headers.callID == invite.headers.callID)
        #expect(cancel.headers.cSeq == CSeq(1, .cancel))
        #expect(cancel.headers.value(named: .reason) == #"SIP;cause=200;text="Call completed elsewhere""#)
    }

    @Test("cancelling twice sends one CANCEL, with the first reason")
    func twice() {
        let harness = LayerHarness()
        harness.send(invite)
        harness.cancel(reason: "SIP;cause=200")
        harness.cancel(reason: "SIP;cause=480")
        let effects = harness.receive(Messages.response(to: invite, status: 180))
        #expect(effects.sentRequests.map { $0.headers.value(named: .reason) } == ["SIP;cause=200"])
        #expect(harness.receive(Messages.response(to: invite, status: 180)).names == ["response 180"])
    }

    @Test("the CANCEL is a transaction of its own: repeated, answered, and not shown to the user")
    func ownTransaction() {
        let harness = LayerHarness()
        harness.send(invite)
        harness.receive(Messages.response(to: invite, status: 180))
        harness.cancel()
        #expect(harness.effects.sentMethods == [.cancel])
        harness.cancel()
        #expect(harness.effects.isEmpty)
        #expect(harness.pass(.milliseconds(600)).sentMethods == [.cancel])
        #expect(harness.receive(Messages.response(to: invite.cancellation, status: 200)).isEmpty)
        #expect(harness.pass(.seconds(3)).isEmpty)
        #expect(harness.receive(Messages.response(to: invite, status: 487)).names == ["transmit", "response 487"])
        #expect(harness.pass(.seconds(33)).names == ["client ended"])
        #expect(harness.isEmpty)
    }

    @Test("a cancelled INVITE without final response ends 64*T1 after the CANCEL")
    func gaveUp() {
        let harness = LayerHarness()
        harness.send(invite)
        harness.receive(Messages.response(to: invite, status: 180))
        harness.pass(.seconds(60))
        harness.cancel()
        harness.pass(.milliseconds(31_900))
        #expect(!harness.effects.names.contains("timed out"))
        #expect(harness.pass(.milliseconds(200)).names == ["timed out", "client ended"])
        #expect(harness.isEmpty)
    }

    @Test("no CANCEL goes out for an INVITE that has its final response", arguments: [200, 486] as [UInt16])
    func tooLate(status: UInt16) {
        let harness = LayerHarness()
        harness.send(invite)
        harness.cancel()
        harness.receive(Messages.response(to: invite, status: status))
        #expect(!harness.effects.sentMethods.contains(.cancel))
        harness.cancel()
        #expect(harness.effects.isEmpty)
    }

    @Test("nothing but a live INVITE can be cancelled")
    func nothingToCancel() {
        let harness = LayerHarness()
        harness.cancel(5)
        #expect(harness.effects.isEmpty)
        harness.send(Messages.request(.options))
        harness.receive(Messages.response(to: Messages.request(.options), status: 100))
        harness.cancel()
        #expect(harness.effects.isEmpty)
    }

    @Test("timer C cancels an INVITE that rings too long")
    func timerC() {
        let harness = LayerHarness()
        harness.send(invite)
        harness.receive(Messages.response(to: invite, status: 180))
        #expect(harness.pass(.milliseconds(184_900)).isEmpty)
        #expect(harness.pass(.milliseconds(200)).sentMethods == [.cancel])
        #expect(harness.pass(.seconds(33)).names.suffix(2).contains("client ended"))
        #expect(harness.isEmpty)
    }

    @Test("a received CANCEL is matched to its INVITE")
    func received() throws {
        let harness = LayerHarness()
        let id = try harness.open(invite)
        harness.receive(invite.cancellation)
        guard case .cancelReceived(let cancel, let own, let matched) = try #require(harness.effects.first) else {
            Issue.record("\(harness.effects.names)")
            return
        }
        #expect(matched == id)
        #expect(own != id)
        harness.respond(Messages.response(to: cancel, status: 200), on: own)
        #expect(harness.effects.sentStatuses == [200])
        #expect(harness.receive(invite.cancellation).sentStatuses == [200])
        harness.respond(Messages.response(to: invite, status: 487), on: id)
        #expect(harness.effects.sentStatuses == [487])
    }

    @Test(
        "a CANCEL for nothing says so",
        arguments: ["no INVITE", "another branch", "another CSeq number", "an OPTIONS", "another Call-ID"])
    func forNothing(what: String) throws {
        let harness = LayerHarness()
        switch what {
        case "another branch": _ = try harness.open(Messages.request(.invite, branch: "z9hG4bKother"))
        case "another CSeq number": _ = try harness.open(Messages.request(.invite, cSeq: 2))
        case "an OPTIONS": _ = try harness.open(Messages.request(.options, branch: "z9hG4bK-1-INVITE"))
        case "another Call-ID": _ = try harness.open(Messages.request(.invite, number: 2, branch: "z9hG4bK-1-INVITE"))
        default: break
        }
        #expect(harness.receive(invite.cancellation).names == ["cancel for nothing"])
    }
}
