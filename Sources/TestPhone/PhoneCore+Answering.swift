import SIPMessage
import SIPStack

/// Requests of others: calls for the phone, and what happens inside calls.
extension PhoneCore {
    static let methods: [SIPMethod] = [.invite, .ack, .cancel, .bye, .options, .update, .info]

    mutating func requestReceived(
        _ request: SIPRequest, on id: ServerTransactionID, from flow: Flow, at now: MonotonicTime,
        _ effects: inout PhoneEffects
    ) {
        if request.headers.toTag != nil {
            insideDialog(request, on: id, at: now, &effects)
            return
        }
        switch request.method {
        case .invite: invited(request, on: id, at: now, &effects)
        case .options, .notify, .message:
            respond(SIPResponse(to: request, status: .ok, toTag: random.token()), on: id, at: now, &effects)
        case .bye, .update, .info:
            respond(
                SIPResponse(to: request, status: .callDoesNotExist, toTag: random.token()), on: id, at: now, &effects)
        default:
            var response = SIPResponse(to: request, status: .methodNotAllowed, toTag: random.token())
            response.headers.setAllow(Self.methods)
            respond(response, on: id, at: now, &effects)
        }
    }

    private mutating func insideDialog(
        _ request: SIPRequest, on id: ServerTransactionID, at now: MonotonicTime, _ effects: inout PhoneEffects
    ) {
        guard let dialogID = DialogID(received: request), var connection = connections[dialogID] else {
            respond(SIPResponse(to: request, status: .callDoesNotExist), on: id, at: now, &effects)
            return
        }
        guard case .accept = connection.dialog.receive(request) else {
            respond(SIPResponse(to: request, status: .serverInternalError), on: id, at: now, &effects)
            return
        }
        connections[dialogID] = connection
        var response = SIPResponse(to: request, status: .ok)
        switch request.method {
        case .bye:
            connections[dialogID] = nil
            accepted.stop(dialogID)
            timers.cancel(.hangUp(dialogID))
            respond(response, on: id, at: now, &effects)
            effects.events.append(.hungUp(by: .peer))
        case .invite:
            fill(&response)
            respond(response, on: id, at: now, &effects)
            accepted.start(dialogID, response: response, on: id, at: now)
        default: respond(response, on: id, at: now, &effects)
        }
    }

    private mutating func invited(
        _ request: SIPRequest, on id: ServerTransactionID, at now: MonotonicTime, _ effects: inout PhoneEffects
    ) {
        let plan = plan(for: request)
        ringing[id] = IncomingCall(request: request, plan: plan, tag: random.token())
        effects.events.append(.incoming(from: request.headers.from, requestURI: request.uri))
        if let after = plan.ringsAfter {
            if after == .zero { ring(id, at: now, &effects) } else { timers.schedule(.ring(id), at: now + after) }
        }
        guard plan.decision != .ring else { return }
        if plan.decidesAfter == .zero {
            decide(id, at: now, &effects)
        } else {
            timers.schedule(.decide(id), at: now + plan.decidesAfter)
        }
    }

    mutating func ring(_ id: ServerTransactionID, at now: MonotonicTime, _ effects: inout PhoneEffects) {
        guard let call = ringing[id] else { return }
        var response = SIPResponse(to: call.request, status: .ringing, toTag: call.tag)
        response.headers.setContacts([contact])
        respond(response, on: id, at: now, &effects)
    }

    mutating func decide(_ id: ServerTransactionID, at now: MonotonicTime, _ effects: inout PhoneEffects) {
        guard let call = ringing[id] else { return }
        switch call.plan.decision {
        case .refuse(let status, let reason): refuse(id, status, reason, at: now, &effects)
        case .answer: answer(id, call, at: now, &effects)
        case .ring, .ignore: break
        }
    }

    mutating func refuse(
        _ id: ServerTransactionID, _ status: StatusCode, _ reason: FieldText?, at now: MonotonicTime,
        _ effects: inout PhoneEffects
    ) {
        guard let call = ringing.removeValue(forKey: id) else { return }
        forgetTimers(id)
        respond(
            SIPResponse(to: call.request, status: status, reasonPhrase: reason, toTag: call.tag), on: id, at: now,
            &effects)
        effects.events.append(.incomingEnded(status: status))
    }

    private mutating func answer(
        _ id: ServerTransactionID, _ call: IncomingCall, at now: MonotonicTime, _ effects: inout PhoneEffects
    ) {
        var response = SIPResponse(to: call.request, status: .ok, toTag: call.tag)
        fill(&response)
        guard let dialog = try? Dialog(callee: call.request, response: response, over: configuration.flow) else {
            refuse(id, .badRequest, nil, at: now, &effects)
            return
        }
        ringing[id] = nil
        forgetTimers(id)
        connections[dialog.id] = Connection(dialog: dialog, flow: configuration.flow)
        respond(response, on: id, at: now, &effects)
        accepted.start(dialog.id, response: response, on: id, at: now)
        if let talks = call.plan.talks { timers.schedule(.hangUp(dialog.id), at: now + talks) }
    }

    /// Contact, Allow and the description of our media.
    private func fill(_ response: inout SIPResponse) {
        response.headers.setContacts([contact])
        response.headers.setAllow(Self.methods)
        if let product { response.headers.setServer(product) }
        response.headers.setContentType("application/sdp")
        response.body = PhoneMedia.description(of: configuration.contactHost.host, version: 0)
    }

    mutating func cancelReceived(
        _ request: SIPRequest, on id: ServerTransactionID, invite: ServerTransactionID?, at now: MonotonicTime,
        _ effects: inout PhoneEffects
    ) {
        guard let invite else {
            respond(
                SIPResponse(to: request, status: .callDoesNotExist, toTag: random.token()), on: id, at: now, &effects)
            return
        }
        respond(
            SIPResponse(to: request, status: .ok, toTag: ringing[invite]?.tag ?? random.token()), on: id, at: now,
            &effects)
        refuse(invite, .requestTerminated, nil, at: now, &effects)
    }

    private mutating func forgetTimers(_ id: ServerTransactionID) {
        timers.cancel(.ring(id))
        timers.cancel(.decide(id))
    }
}
