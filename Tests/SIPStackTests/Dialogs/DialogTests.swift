import SIPMessage
import SIPStack
import Testing

@Suite("Dialogs")
struct DialogTests {
    private let flow = Messages.flow()
    private let via = Messages.via(branch: "z9hG4bKnext", from: Messages.flow())

    private func invite(_ recordRoutes: [String] = [], contact: String? = "<sip:alice@192.0.2.9:5070>") throws
        -> SIPRequest
    {
        let lines = recordRoutes.map { "Record-Route: \($0)\n" }.joined() + (contact.map { "Contact: \($0)\n" } ?? "")
        return try Messages.parseRequest(
            """
            INVITE sip:bob@example.com SIP/2.0
            Via: SIP/2.0/UDP 192.0.2.2:5060;branch=z9hG4bK1
            From: "Alice" <sip:alice@example.com>;tag=hers
            To: <sip:bob@example.com>
            Call-ID: dialog@example.com
            CSeq: 314159 INVITE
            \(lines)Content-Length: 0


            """)
    }

    private func answer(
        _ status: UInt16, _ recordRoutes: [String] = [], contact: String? = "<sip:bob@192.0.2.77>",
        tag: String? = "his",
        cSeq: UInt32 = 314_159, method: String = "INVITE"
    ) throws -> SIPResponse {
        let lines = recordRoutes.map { "Record-Route: \($0)\n" }.joined() + (contact.map { "Contact: \($0)\n" } ?? "")
        return try Messages.parseResponse(
            """
            SIP/2.0 \(status) x
            Via: SIP/2.0/UDP 192.0.2.2:5060;branch=z9hG4bK1
            From: "Alice" <sip:alice@example.com>;tag=hers
            To: <sip:bob@example.com>\(tag.map { ";tag=\($0)" } ?? "")
            Call-ID: dialog@example.com
            CSeq: \(cSeq) \(method)
            \(lines)Content-Length: 0


            """)
    }

    // MARK: Making dialogs (§12.1)

    @Test("the callee takes the caller's Contact and the Record-Routes in their order")
    func callee() throws {
        let request = try invite(["<sip:p2.example.com;lr>, <sip:p1.example.com;lr>"])
        let response = Messages.response(to: request, status: 200, tag: "ours")
        var dialog = try Dialog(callee: request, response: response, over: flow)
        #expect(dialog.id == DialogID(callID: request.headers.callID, localTag: "ours", remoteTag: "hers"))
        #expect(dialog.role == .callee && dialog.state == .confirmed && !dialog.isSecure)
        #expect(dialog.remoteTarget.description == "sip:alice@192.0.2.9:5070")
        #expect(dialog.routeSet.map(\.uri.description) == ["sip:p2.example.com;lr", "sip:p1.example.com;lr"])
        #expect(dialog.nextHop.description == "sip:p2.example.com;lr")
        #expect(dialog.remoteCSeq == 314_159)

        let bye = dialog.makeRequest(.bye, via: via)
        #expect(bye.uri.description == "sip:alice@192.0.2.9:5070")
        #expect(try bye.headers.routes == dialog.routeSet)
        #expect(bye.headers.fromTag == "ours" && bye.headers.toTag == "hers")
        #expect(bye.headers.to.displayName == "Alice")
        #expect(bye.headers.callID == request.headers.callID)
        #expect(bye.headers.cSeq == CSeq(1, .bye))
        #expect(bye.headers.maxForwards == 70)
        #expect(bye.headers.via == via)
        #expect(dialog.makeRequest(.info, via: via).headers.cSeq.number == 2)
    }

    @Test("the caller takes the callee's Contact and the Record-Routes turned round")
    func caller() throws {
        let request = try invite()
        var dialog = try Dialog(
            caller: request, response: try answer(200, ["<sip:p2.example.com;lr>", "<sip:p1.example.com;lr>"]),
            over: flow)
        #expect(dialog.id == DialogID(callID: request.headers.callID, localTag: "hers", remoteTag: "his"))
        #expect(dialog.role == .caller)
        #expect(dialog.routeSet.map(\.uri.description) == ["sip:p1.example.com;lr", "sip:p2.example.com;lr"])
        #expect(dialog.remoteTarget.description == "sip:bob@192.0.2.77")
        #expect(dialog.remoteCSeq == nil)
        #expect(dialog.makeRequest(.bye, via: via).headers.cSeq.number == 314_160)
    }

    @Test("both sides name the same dialog")
    func identifiers() throws {
        let request = try invite()
        let response = try answer(200)
        let caller = try Dialog(caller: request, response: response, over: flow)
        let callee = try Dialog(callee: request, response: response, over: flow)
        #expect(DialogID(received: response) == caller.id)
        #expect(DialogID(sent: response) == callee.id)
        var callerSide = caller
        let bye = callerSide.makeRequest(.bye, via: via)
        #expect(DialogID(received: bye) == callee.id)
        #expect(DialogID(received: request) == nil)
    }

    @Test("100 and failures make no dialog", arguments: [100, 302, 404, 600] as [UInt16])
    func noDialog(status: UInt16) throws {
        #expect(throws: DialogError.statusMakesNoDialog) {
            try Dialog(caller: invite(), response: answer(status), over: flow)
        }
        #expect(throws: DialogError.statusMakesNoDialog) {
            try Dialog(callee: invite(), response: answer(status), over: flow)
        }
    }

    @Test("a dialog wants our tag, and from a caller a Contact that can be read")
    func errors() throws {
        #expect(throws: DialogError.missingTag) {
            try Dialog(callee: invite(), response: answer(200, tag: nil), over: flow)
        }
        #expect(throws: DialogError.missingContact) {
            try Dialog(callee: invite(contact: nil), response: answer(200), over: flow)
        }
        #expect(throws: DialogError.malformedContact) {
            try Dialog(callee: invite(contact: "<sip:alice@"), response: answer(200), over: flow)
        }
        #expect(throws: DialogError.malformedRecordRoute) {
            try Dialog(caller: invite(), response: answer(200, ["<<"]), over: flow)
        }
    }

    @Test("a 2xx without Contact or To tag still makes a dialog that can be hung up")
    func lenient() throws {
        var dialog = try Dialog(caller: invite(), response: answer(200, contact: nil, tag: nil), over: flow)
        #expect(dialog.id.remoteTag == nil)
        #expect(dialog.remoteTarget.description == "sip:bob@example.com")
        #expect(dialog.makeRequest(.bye, via: via).headers.toTag == nil)
    }

    @Test("only sips over TLS is secure", arguments: [SIPTransportProtocol.udp, .tcp, .tls, .wss])
    func secure(transport: SIPTransportProtocol) throws {
        let request = try Messages.parseRequest(
            """
            INVITE sips:bob@example.com SIP/2.0
            Via: SIP/2.0/TLS 192.0.2.2;branch=z9hG4bK1
            From: <sips:alice@example.com>;tag=hers
            To: <sips:bob@example.com>
            Call-ID: s
            CSeq: 1 INVITE
            Contact: <sips:alice@192.0.2.2>
            Content-Length: 0


            """)
        let dialog = try Dialog(
            callee: request, response: Messages.response(to: request, status: 200), over: Messages.flow(transport))
        #expect(dialog.isSecure == (transport == .tls || transport == .wss))
    }

    // MARK: Early dialogs and forks

    @Test("each fork is an early dialog; the 2xx confirms its own and brings the final route set")
    func forks() throws {
        let request = try invite()
        var first = try Dialog(caller: request, response: answer(180, ["<sip:early;lr>"], tag: "a"), over: flow)
        let second = try Dialog(caller: request, response: answer(183, tag: "b"), over: flow)
        #expect(first.state == .early && second.state == .early)
        #expect(first.id != second.id)
        first.receive(try answer(200, ["<sip:p2;lr>, <sip:p1;lr>"], contact: "<sip:bob@192.0.2.78>", tag: "a"))
        #expect(first.state == .confirmed)
        #expect(first.routeSet.map(\.uri.description) == ["sip:p1;lr", "sip:p2;lr"])
        #expect(first.remoteTarget.description == "sip:bob@192.0.2.78")
        // Afterwards the route set is fixed (§12.2).
        first.receive(try answer(200, ["<sip:other;lr>"], tag: "a"))
        #expect(first.routeSet.count == 2)
    }

    @Test("an early dialog may send requests, and a callee confirms with its 2xx")
    func early() throws {
        let request = try invite()
        var dialog = try Dialog(callee: request, response: answer(180), over: flow)
        #expect(dialog.state == .early)
        #expect(dialog.makeRequest(.update, via: via).uri.description == "sip:alice@192.0.2.9:5070")
        dialog.confirm()
        #expect(dialog.state == .confirmed)
    }

    // MARK: Routing (§12.2.1.1)

    @Test("a strict router gets its own URI as Request-URI and the target as last Route")
    func strictRouting() throws {
        // The example of §16.12.1.2, seen from the caller.
        let routes = ["<sip:p3.middle.com>", "<sip:p2.example.com;lr>", "<sip:p1.example.com;method=INVITE>"]
        var dialog = try Dialog(caller: invite(), response: answer(200, routes), over: flow)
        let bye = dialog.makeRequest(.bye, via: via)
        #expect(bye.uri.description == "sip:p1.example.com")
        #expect(
            try bye.headers.routes.map(\.uri.description)
                == ["sip:p2.example.com;lr", "sip:p3.middle.com", "sip:bob@192.0.2.77"])
        #expect(dialog.nextHop.description == "sip:p1.example.com;method=INVITE")
    }

    @Test("without routes the next hop is the target")
    func direct() throws {
        var dialog = try Dialog(caller: invite(), response: answer(200), over: flow)
        #expect(dialog.nextHop == dialog.remoteTarget)
        #expect(try dialog.makeRequest(.bye, via: via).headers.routes.isEmpty)
    }

    // MARK: ACK (§13.2.2.4)

    @Test("the ACK for a 2xx has the INVITE's number, whatever was sent since")
    func ack() throws {
        var dialog = try Dialog(
            caller: invite(), response: answer(200, ["<sip:p1.example.com;lr>"]), over: flow)
        _ = dialog.makeRequest(.info, via: via)
        let ack = dialog.makeAck(for: try answer(200), via: via)
        #expect(ack.method == .ack)
        #expect(ack.headers.cSeq == CSeq(314_159, .ack))
        #expect(ack.uri == dialog.remoteTarget)
        #expect(ack.headers.toTag == "his")
        #expect(try ack.headers.routes == dialog.routeSet)
        #expect(dialog.localCSeq == 314_160)
    }

    // MARK: Requests within (§12.2.2)

    private func within(_ method: SIPMethod, _ number: UInt32, contact: String? = nil) throws -> SIPRequest {
        try Messages.parseRequest(
            """
            \(method) sip:bob@192.0.2.77 SIP/2.0
            Via: SIP/2.0/UDP 192.0.2.2;branch=z9hG4bK\(number)
            From: <sip:alice@example.com>;tag=hers
            To: <sip:bob@example.com>;tag=his
            Call-ID: dialog@example.com
            CSeq: \(number) \(method)
            \(contact.map { "Contact: \($0)\n" } ?? "")Content-Length: 0


            """)
    }

    @Test("requests must rise in number; gaps are fine")
    func order() throws {
        var dialog = try Dialog(callee: invite(), response: answer(200), over: flow)
        #expect(dialog.receive(try within(.info, 314_159)) == .outOfOrder)
        #expect(dialog.receive(try within(.info, 314_158)) == .outOfOrder)
        #expect(dialog.receive(try within(.info, 314_165)) == .accept)
        #expect(dialog.receive(try within(.bye, 314_164)) == .outOfOrder)
        #expect(dialog.receive(try within(.ack, 314_159)) == .accept)
        #expect(dialog.receive(try within(.cancel, 314_159)) == .accept)
        #expect(dialog.remoteCSeq == 314_165)
        #expect(dialog.receive(try within(.info, 0x7FFF_FFFF)) == .accept)
        #expect(dialog.receive(try within(.bye, 0x7FFF_FFFF)) == .outOfOrder)
    }

    @Test("the caller takes the callee's first request whatever its number")
    func firstRemoteNumber() throws {
        var dialog = try Dialog(caller: invite(), response: answer(200), over: flow)
        #expect(dialog.receive(try within(.bye, 0)) == .accept)
        #expect(dialog.remoteCSeq == 0)
    }

    @Test(
        "target refresh requests move the target, others and late ones do not",
        arguments: [
            (SIPMethod.invite, 2 as UInt32, true), (.update, 2, true), (.info, 2, false), (.bye, 2, false),
            (.invite, 0, false),
        ])
    func refresh(method: SIPMethod, offset: UInt32, moves: Bool) throws {
        var dialog = try Dialog(callee: invite(), response: answer(200), over: flow)
        _ = dialog.receive(try within(.info, 314_160))
        _ = dialog.receive(try within(method, 314_159 + offset, contact: "<sip:alice@198.51.100.1>"))
        #expect((dialog.remoteTarget.description == "sip:alice@198.51.100.1") == moves)
        _ = dialog.receive(try within(.invite, 314_200, contact: "<sip:broken@"))
        #expect(dialog.remoteTarget.description.hasSuffix(moves ? "198.51.100.1" : "192.0.2.9:5070"))
    }

    @Test("a 2xx to a re-INVITE moves the target, a provisional response or a failure does not")
    func refreshByResponse() throws {
        var dialog = try Dialog(caller: invite(), response: answer(200), over: flow)
        dialog.receive(try answer(180, contact: "<sip:no@198.51.100.1>", cSeq: 314_160))
        dialog.receive(try answer(488, contact: "<sip:no@198.51.100.1>", cSeq: 314_160))
        dialog.receive(try answer(200, contact: "<sip:no@198.51.100.1>", cSeq: 314_160, method: "INFO"))
        #expect(dialog.remoteTarget.description == "sip:bob@192.0.2.77")
        dialog.receive(try answer(200, contact: "<sip:yes@198.51.100.1>", cSeq: 314_161))
        #expect(dialog.remoteTarget.description == "sip:yes@198.51.100.1")
    }

    @Test("a stored dialog goes on where it stopped")
    func restoring() throws {
        var dialog = try Dialog(callee: invite(["<sip:p;lr>"]), response: answer(200), over: flow)
        _ = dialog.makeRequest(.info, via: via)
        var restored = Dialog(
            restoring: dialog.id, role: dialog.role, state: dialog.state, localAddress: dialog.localAddress,
            remoteAddress: dialog.remoteAddress, localCSeq: dialog.localCSeq, remoteCSeq: dialog.remoteCSeq,
            remoteTarget: dialog.remoteTarget, routeSet: dialog.routeSet, isSecure: dialog.isSecure)
        #expect(restored.makeRequest(.bye, via: via).serialized() == dialog.makeRequest(.bye, via: via).serialized())
    }

    @Test("our numbers never pass the highest allowed")
    func numbersEnd() throws {
        let dialog = try Dialog(callee: invite(), response: answer(200), over: flow)
        var last = Dialog(
            restoring: dialog.id, role: .callee, state: .confirmed, localAddress: dialog.localAddress,
            remoteAddress: dialog.remoteAddress, localCSeq: .max, remoteCSeq: nil, remoteTarget: dialog.remoteTarget,
            routeSet: [], isSecure: false)
        #expect(last.makeRequest(.bye, via: via).headers.cSeq.number == CSeq.maximumNumber)
    }
}
