import SIPMessage
import SIPStack

/// Requests inside an answered call: BYE ends it, most others are passed to the other side.
extension Switchboard {
    mutating func inDialogRequest(
        _ request: SIPRequest, on transaction: ServerTransactionID, at now: SwitchTime, _ effects: inout Effects
    ) {
        guard let id = DialogID(received: request), let (bridge, side) = dialogs[id] else {
            respond(
                SIPResponse(to: request, status: .callDoesNotExist), on: transaction, at: now, &effects)
            return
        }
        guard bridge[side].dialog.receive(request) == .accept else {
            respond(
                SIPResponse(to: request, status: .serverInternalError, reasonPhrase: "CSeq Out Of Order"),
                on: transaction, at: now, &effects)
            return
        }
        if bridge.endedAt != nil, request.method != .bye {
            // The other side has hung up; this one's BYE waits for its ACK.
            respond(SIPResponse(to: request, status: .callDoesNotExist), on: transaction, at: now, &effects)
            return
        }
        switch request.method {
        case .bye where bridge.endedAt != nil:
            respond(SIPResponse(to: request, status: .ok), on: transaction, at: now, &effects)
            hungUpFirst(side, of: bridge, at: now, &effects)
        case .bye:
            respond(SIPResponse(to: request, status: .ok), on: transaction, at: now, &effects)
            end(bridge, by: side, at: now, &effects)
        case .invite, .update, .info, .message, .notify:
            forward(request, on: transaction, from: side, of: bridge, at: now, &effects)
        case .options:
            var response = SIPResponse(to: request, status: .ok)
            response.headers.setAllow(SwitchMethods.allowed)
            respond(response, on: transaction, at: now, &effects)
        default:
            refuseMethod(request, on: transaction, at: now, &effects)
        }
    }

    /// Sends the request on in the other dialog, with its body and the headers that travel end to end.
    private mutating func forward(
        _ request: SIPRequest, on transaction: ServerTransactionID, from side: Bridge.Side, of bridge: Bridge,
        at now: SwitchTime, _ effects: inout Effects
    ) {
        if request.method == .invite, bridge.forwarded.values.contains(where: { $0.request.method == .invite }) {
            // RFC 3261 §14.2: one re-INVITE at a time.
            respond(SIPResponse(to: request, status: .requestPending), on: transaction, at: now, &effects)
            return
        }
        let hops = request.headers.maxForwards ?? 70
        guard hops > 0 else {
            respond(SIPResponse(to: request, status: .tooManyHops), on: transaction, at: now, &effects)
            return
        }
        let other = side.other
        let flow = flow(in: bridge[other])
        let branch = identifiers.branch(bridge.call.number, other == .caller ? 1 : 2, 0xF0D, newToken())
        var forwarded = bridge[other].dialog.makeRequest(request.method, via: via(over: flow, branch: branch))
        forwarded.headers.maxForwards = hops - 1
        if request.method == .invite || request.method == .update {
            forwarded.headers.setContacts([contact(for: flow, user: bridge[other].dialog.localAddress.uri.user)])
        }
        EndToEnd.copy(request.headers, to: &forwarded.headers)
        forwarded.body = bridge.body(of: .request(request), from: side)
        let client = send(forwarded, to: other, of: bridge, over: flow, at: now, &effects)
        bridge.forwarded[client] = (transaction, side, request)
    }

    /// Sends a request of ours in one of a bridge's dialogs.
    mutating func send(
        _ request: SIPRequest, to side: Bridge.Side, of bridge: Bridge, over flow: Flow, at now: SwitchTime,
        _ effects: inout Effects
    ) -> ClientTransactionID {
        let transaction = newTransaction()
        bridgesByTransaction[transaction] = bridge
        if bridge[side].credentials != nil { bridge.challengeable[transaction] = (request, side) }
        send(request, to: flow, as: transaction, at: now, &effects)
        return transaction
    }

    /// A challenged request once more, with credentials and a new CSeq (RFC 3261 §22.2).
    ///
    /// - Returns: its transaction; nil if it is not sent again.
    private mutating func resend(
        _ transaction: ClientTransactionID, challengedBy response: SIPResponse, of bridge: Bridge,
        at now: SwitchTime, _ effects: inout Effects
    ) -> ClientTransactionID? {
        guard let (sent, side) = bridge.challengeable.removeValue(forKey: transaction), response.isChallenge,
            let credentials = bridge[side].credentials
        else { return nil }
        let flow = flow(in: bridge[side])
        let number = newToken()
        let branch = identifiers.branch(bridge.call.number, side == .caller ? 1 : 2, 0xA17, number)
        var request = bridge[side].dialog.makeRequest(sent.method, via: via(over: flow, branch: branch))
        request.headers.maxForwards = sent.headers.maxForwards
        if let contacts = try? sent.headers.contacts, !contacts.isEmpty { request.headers.setContacts(contacts) }
        EndToEnd.copy(sent.headers, to: &request.headers)
        request.body = sent.body
        let cnonce = identifiers.signature(.nonce, bridge.call.number, number)
        guard credentials.authorize(&request, challengedBy: response, cnonce: cnonce) else { return nil }
        bridgesByTransaction[transaction] = nil
        let again = send(request, to: side, of: bridge, over: flow, at: now, &effects)
        bridge.challengeable[again] = nil
        return again
    }

    mutating func bridgeResponse(
        _ response: SIPResponse, on transaction: ClientTransactionID, of bridge: Bridge, at now: SwitchTime,
        _ effects: inout Effects
    ) {
        if bridge.checks.contains(transaction) {
            guard response.status.isFinal else { return }
            sessionChecked(response.status, on: transaction, of: bridge, at: now, &effects)
            settle(bridge.call, at: now, &effects)
            return
        }
        let again =
            response.status.isFinal ? resend(transaction, challengedBy: response, of: bridge, at: now, &effects) : nil
        if bridge.farewells.contains(transaction) {
            guard response.status.isFinal else { return }
            bridge.farewells.remove(transaction)
            if let again {
                bridge.farewells.insert(again)
                return
            }
            bridgesByTransaction[transaction] = nil
            settle(bridge.call, at: now, &effects)
            return
        }
        guard let waiting = bridge.forwarded[transaction] else {
            // A re-INVITE's 2xx comes again: our ACK was lost.
            repeatAck(for: response, of: bridge, &effects)
            return
        }
        guard response.status != .trying else { return }
        if let again {
            bridge.forwarded[transaction] = nil
            bridge.forwarded[again] = waiting
            return
        }
        let answering = waiting.side.other
        bridge[answering].dialog.receive(response)
        var answer = SIPResponse(
            to: waiting.request, status: response.status, reasonPhrase: FieldText(cleaning: response.reasonPhrase))
        if waiting.request.method == .invite || waiting.request.method == .update {
            answer.headers.setContacts([
                contact(for: bridge[waiting.side].flow, user: bridge[waiting.side].dialog.localAddress.uri.user)
            ])
        }
        EndToEnd.copy(response.headers, to: &answer.headers)
        answer.body = bridge.body(of: .response(response), from: answering)
        respond(answer, on: waiting.from, at: now, &effects)
        guard response.status.isFinal else { return }
        bridge.forwarded[transaction] = nil
        guard waiting.request.method == .invite, response.status.isSuccess else { return }
        acceptedInvites.start(
            bridge[waiting.side].dialog.id, response: answer, on: waiting.from, at: now.monotonic)
        if waiting.request.bodySlice.isEmpty {
            bridge[answering].awaitsAck = (response, waiting.request.headers.cSeq.number)
        } else {
            acknowledge(answering, of: bridge, response, body: [], contentType: nil, &effects)
        }
    }

    private func repeatAck(for response: SIPResponse, of bridge: Bridge, _ effects: inout Effects) {
        guard response.status.isSuccess, response.headers.cSeq.method == .invite else { return }
        for side in [Bridge.Side.caller, .callee] {
            guard DialogID(received: response) == bridge[side].dialog.id, let ack = bridge[side].lastAck,
                ack.cSeq == response.headers.cSeq.number
            else { continue }
            effects.datagrams.append((ack.request.serialized(), flow(in: bridge[side])))
        }
    }

    mutating func bridgeTransactionFailed(
        _ transaction: ClientTransactionID, _ status: StatusCode, of bridge: Bridge, at now: SwitchTime,
        _ effects: inout Effects
    ) {
        if bridge.checks.contains(transaction) {
            sessionChecked(status, on: transaction, of: bridge, at: now, &effects)
            settle(bridge.call, at: now, &effects)
            return
        }
        bridge.challengeable[transaction] = nil
        if bridge.farewells.remove(transaction) != nil {
            bridgesByTransaction[transaction] = nil
            settle(bridge.call, at: now, &effects)
            return
        }
        guard let waiting = bridge.forwarded.removeValue(forKey: transaction) else { return }
        respond(SIPResponse(to: waiting.request, status: status), on: waiting.from, at: now, &effects)
        // A peer that does not answer inside its dialog is gone (RFC 3261 §12.2.1.2).
        end(bridge, by: nil, at: now, &effects)
    }
}

/// Headers that a back-to-back user agent hands on inside a call.
enum EndToEnd {
    private static let names: [HeaderName] = [
        .contentDisposition, .contentEncoding, .contentLanguage, .event, .subscriptionState, .reason, .infoPackage,
    ]

    static func copy(_ source: HeaderFields, to target: inout HeaderFields) {
        target.setContentType(source.contentType.map { FieldText(cleaning: $0) })
        for name in names {
            for value in source.values(named: name) { try? target.append(name, FieldText(cleaning: value)) }
        }
    }
}
