import DialplanHostCalls
import SIPMessage
import SIPStack

/// From a leg's 2xx to two joined dialogs.
extension Switchboard {
    mutating func legSucceeded(
        _ leg: Leg, _ sip: SIPLeg, _ response: SIPResponse, at now: SwitchTime, _ effects: inout Effects
    ) {
        let call = leg.execution.call
        if leg.state == .answered, case .answered(let bridge) = call.phase,
            bridge.calleeTransaction == sip.transaction,
            DialogID(received: response) == bridge.callee.dialog.id
        {
            // The callee repeats its 2xx: our ACK was lost, or waits for the caller's.
            if let ack = bridge.callee.lastAck {
                effects.datagrams.append((ack.request.serialized(), flow(in: bridge.callee)))
            }
            return
        }
        if let id = DialogID(received: response), let stray = strayAnswers[sip.transaction]?[id] {
            effects.datagrams.append((stray.ack, stray.flow))
            return
        }
        guard let dialog = try? Dialog(caller: sip.request, response: response, over: sip.flow) else {
            // Its Contact or Record-Route cannot be read. It must still hear that the call is off.
            if let fallback = Dialog(unreadable: response, to: sip.request) {
                hangUp(Bridge.Party(dialog: fallback, flow: sip.flow), response, on: sip.transaction, at: now, &effects)
            }
            legEnded(leg, status: 502, reason: "Bad answer from the callee", at: now, &effects)
            return
        }
        let callee = Bridge.Party(dialog: dialog, flow: sip.flow, credentials: leg.credentials)
        guard leg.state == .ringing, call.isSettingUp, call.awaitsFinalResponse,
            let success = callerSuccess(for: leg, sip, response),
            let callerDialog = try? Dialog(callee: call.invite, response: success, over: call.flow)
        else {
            // Too late (another leg won, or the caller left), or a second fork: it is accepted and ended at once.
            hangUp(callee, response, on: sip.transaction, at: now, &effects)
            if leg.state != .answered { legEnded(leg, status: 487, reason: "Answered too late", at: now, &effects) }
            return
        }
        let bridge = Bridge(
            call: call, caller: Bridge.Party(dialog: callerDialog, flow: call.flow), callee: callee,
            calleeTransaction: sip.transaction, answeredAt: now, manglesAddresses: leg.options.manglesAddresses)
        leg.state = .answered
        call.phase = .answered(bridge)
        call.awaitsFinalResponse = false
        call.finalStatus = (200, "OK")
        call.legs[leg.number] = nil
        call.recordLeg(leg, status: Int(response.status.value), reason: response.reasonPhrase, answeredAt: now, at: now)
        dialogs[callerDialog.id] = (bridge, .caller)
        dialogs[dialog.id] = (bridge, .callee)
        respond(success, on: call.inviteTransaction, at: now, &effects)
        acceptedInvites.start(callerDialog.id, response: success, on: call.inviteTransaction, at: now.monotonic)
        if call.hasOffer {
            acknowledge(.callee, of: bridge, response, body: [], contentType: nil, &effects)
        } else {
            // The callee's offer is answered in the caller's ACK.
            bridge.callee.awaitsAck = (response, call.invite.headers.cSeq.number)
        }
        call.ringing = nil
        timers.cancel(.ringing(call: call.number))
        timers.schedule(.sessionCheck(call: call.number), at: now.monotonic + configuration.sessionCheck)
        limitAnsweredTime(of: leg, at: now)
        endScripts(above: leg, at: now, &effects)
    }

    /// The 200 for the caller: the callee's answer under the caller's dialog.
    private func callerSuccess(for leg: Leg, _ sip: SIPLeg, _ response: SIPResponse) -> SIPResponse? {
        let call = leg.execution.call
        var success = SIPResponse(to: call.invite, status: .ok, toTag: winnerTag(leg))
        success.headers.setContacts([contact(for: call.flow, user: call.invite.uri.user)])
        success.headers.setAllow(SwitchMethods.allowed)
        success.headers.setServer(FieldText(cleaning: configuration.product))
        success.headers.setContentType(response.headers.contentType.map { FieldText(cleaning: $0) })
        success.body = body(of: response, from: leg, sip)
        return success
    }

    /// The winner's tag: that of its early media, or the call's.
    private func winnerTag(_ leg: Leg) -> Token { leg.earlyTag ?? leg.execution.call.localTag }

    /// Every script above the answered leg is over, and every other leg is given up.
    private mutating func endScripts(above leg: Leg, at now: SwitchTime, _ effects: inout Effects) {
        var current: Leg? = leg
        var owners: Set<String> = []
        while let winner = current {
            let execution = winner.execution
            log(execution, "Leg \(winner.number): answered", at: now, &effects)
            if owners.insert(execution.owner).inserted { effects.note(.callAnswered, of: execution, at: now) }
            winner.state = .answered
            execution.call.legs[winner.number] = nil
            execution.dial?.active.removeAll { $0 === winner }
            execution.hasAnswered = true
            end(execution, .answered, at: now, &effects)
            if case .leg(let parent) = execution.parent {
                execution.call.recordLeg(parent, status: 200, reason: "OK", answeredAt: now, at: now)
                current = parent
            } else {
                current = nil
            }
        }
    }

    private mutating func limitAnsweredTime(of leg: Leg, at now: SwitchTime) {
        var limits: [Int] = []
        var current: Leg? = leg
        while let winner = current {
            let ofDial = winner.execution.dial.map(\.answeredLimitSeconds) ?? 0
            limits.append(ofDial > 0 ? ofDial : winner.options.answeredLimitSeconds)
            if case .leg(let parent) = winner.execution.parent { current = parent } else { current = nil }
        }
        guard let limit = limits.filter({ $0 > 0 }).min() else { return }
        timers.schedule(
            .answeredLimit(call: leg.execution.call.number), at: now.monotonic + .seconds(limit))
    }

    mutating func answeredLimitOver(_ number: UInt64, at now: SwitchTime, _ effects: inout Effects) {
        guard let call = calls[number], case .answered(let bridge) = call.phase else { return }
        end(bridge, by: nil, at: now, &effects)
    }

    // MARK: ACK

    /// Acknowledges a 2xx from one side.
    func acknowledge(
        _ side: Bridge.Side, of bridge: Bridge, _ response: SIPResponse, body: [UInt8], contentType: String?,
        _ effects: inout Effects
    ) {
        let party = bridge[side]
        let flow = flow(in: party)
        let cSeq = response.headers.cSeq.number
        let branch = identifiers.branch(bridge.call.number, side == .caller ? 1 : 2, UInt64(cSeq), 0xACC)
        var ack = party.dialog.makeAck(for: response, via: via(over: flow, branch: branch))
        ack.headers.setContentType(contentType.map { FieldText(cleaning: $0) })
        ack.body = body
        bridge[side].awaitsAck = nil
        bridge[side].lastAck = (cSeq, ack)
        effects.datagrams.append((ack.serialized(), flow))
    }

    mutating func ackReceived(_ ack: SIPRequest, from flow: Flow, at now: SwitchTime, _ effects: inout Effects) {
        _ = acceptedInvites.acknowledged(by: ack)
        guard let id = DialogID(received: ack), let (bridge, side) = dialogs[id] else { return }
        if bridge.owedFarewells.contains(side) {
            sayFarewell(to: side, of: bridge, at: now, &effects)
            return
        }
        // An offer of the other side is answered in this ACK.
        if let waiting = bridge[side.other].awaitsAck, waiting.cSeqOfAck == ack.headers.cSeq.number {
            acknowledge(
                side.other, of: bridge, waiting.response, body: bridge.body(of: .request(ack), from: side),
                contentType: ack.headers.contentType,
                &effects)
        }
    }

    mutating func advanceAcceptedInvites(to now: SwitchTime, _ effects: inout Effects) {
        var actions: [SuccessRetransmitter.Effect] = []
        acceptedInvites.advance(to: now.monotonic, into: &actions)
        for action in actions {
            switch action {
            case .retransmit(let response, let transaction): respond(response, on: transaction, at: now, &effects)
            case .gaveUp(let id):
                // Without an ACK the caller is gone (RFC 3261 §13.3.1.4).
                guard let (bridge, side) = dialogs[id] else { continue }
                if bridge.owedFarewells.contains(side) {
                    sayFarewell(to: side, of: bridge, at: now, &effects)
                } else {
                    end(bridge, by: nil, at: now, &effects)
                }
            }
        }
    }

    // MARK: Ends

    /// Accepts a 2xx that nobody wants any more, and ends its dialog: ACK, BYE.
    private mutating func hangUp(
        _ party: Bridge.Party, _ response: SIPResponse, on transaction: ClientTransactionID, at now: SwitchTime,
        _ effects: inout Effects
    ) {
        var party = party
        let flow = flow(in: party)
        let number = newToken()
        let ack = party.dialog.makeAck(
            for: response, via: via(over: flow, branch: identifiers.branch(number, 0xACC)))
        let bytes = ack.serialized()
        // A repeated 2xx gets the ACK again, but no second BYE.
        strayAnswers[transaction, default: [:]][party.dialog.id] = (bytes, flow)
        effects.datagrams.append((bytes, flow))
        let bye = party.dialog.makeRequest(.bye, via: via(over: flow, branch: identifiers.branch(number, 0xB1E)))
        _ = send(bye, to: flow, at: now, &effects)
    }

    /// Ends an answered call: BYE to each side that has not hung up itself.
    mutating func end(_ bridge: Bridge, by leaver: Bridge.Side?, at now: SwitchTime, _ effects: inout Effects) {
        guard bridge.endedAt == nil else { return }
        bridge.endedAt = now
        bridge.hungUpBy = leaver
        timers.cancel(.answeredLimit(call: bridge.call.number))
        timers.cancel(.sessionCheck(call: bridge.call.number))
        for side in [Bridge.Side.caller, .callee] {
            let id = bridge[side].dialog.id
            if side != leaver, acceptedInvites.isWaiting(id) {
                bridge.owedFarewells.insert(side)
                continue
            }
            dialogs[id] = nil
            acceptedInvites.stop(id)
            if side != leaver { sendBye(to: side, of: bridge, at: now, &effects) }
        }
        for (_, waiting) in bridge.forwarded {
            respond(
                SIPResponse(to: waiting.request, status: .callDoesNotExist), on: waiting.from, at: now,
                &effects)
        }
        for transaction in bridge.forwarded.keys { bridgesByTransaction[transaction] = nil }
        bridge.forwarded.removeAll()
        settle(bridge.call, at: now, &effects)
    }
}

extension Switchboard {
    /// Ends one side of a call that is over.
    private mutating func sendBye(
        to side: Bridge.Side, of bridge: Bridge, at now: SwitchTime, _ effects: inout Effects
    ) {
        if let waiting = bridge[side].awaitsAck {
            acknowledge(side, of: bridge, waiting.response, body: [], contentType: nil, &effects)
        }
        let flow = flow(in: bridge[side])
        let branch = identifiers.branch(bridge.call.number, side == .caller ? 1 : 2, 0xB1E)
        let bye = bridge[side].dialog.makeRequest(.bye, via: via(over: flow, branch: branch))
        bridge.farewells.insert(send(bye, to: side, of: bridge, over: flow, at: now, &effects))
    }

    /// The ACK that a side's BYE waited for has come, or will not come any more.
    private mutating func sayFarewell(
        to side: Bridge.Side, of bridge: Bridge, at now: SwitchTime, _ effects: inout Effects
    ) {
        forget(side, of: bridge)
        sendBye(to: side, of: bridge, at: now, &effects)
        settle(bridge.call, at: now, &effects)
    }

    /// A side whose BYE is owed has hung up by itself.
    mutating func hungUpFirst(_ side: Bridge.Side, of bridge: Bridge, at now: SwitchTime, _ effects: inout Effects) {
        forget(side, of: bridge)
        settle(bridge.call, at: now, &effects)
    }

    private mutating func forget(_ side: Bridge.Side, of bridge: Bridge) {
        bridge.owedFarewells.remove(side)
        dialogs[bridge[side].dialog.id] = nil
        acceptedInvites.stop(bridge[side].dialog.id)
    }
}

extension Dialog {
    /// A dialog with a callee whose 2xx has an unreadable Contact or Record-Route: just enough to acknowledge and end it.
    fileprivate init?(unreadable response: SIPResponse, to request: SIPRequest) {
        guard let id = DialogID(received: response) else { return nil }
        self.init(
            restoring: id, role: .caller, state: .confirmed, localAddress: request.headers.from,
            remoteAddress: response.headers.to, localCSeq: request.headers.cSeq.number, remoteCSeq: nil,
            remoteTarget: request.uri, routeSet: [], isSecure: false)
    }
}
