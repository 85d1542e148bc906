import SIPMessage
import SIPStack

/// A provisional response on its way to the caller.
struct Progress {
    var status: Int
    var reason: String
    var contentType: String?
    var body: [UInt8]
    var headers: [CustomHeader] = []
    /// The leg's own To tag, for early media; nil uses the call's.
    var tag: Token?
}

/// From an execution towards whoever called it: the caller, or the leg of another execution.
extension Switchboard {
    /// Passes a provisional response up.
    mutating func progress(
        of execution: Execution, _ progress: Progress, at now: SwitchTime, _ effects: inout Effects
    ) {
        guard execution.call.isSettingUp, !execution.hasAnswered else { return }
        if (180...189).contains(progress.status), execution.call.ownersRung.insert(execution.owner).inserted {
            effects.note(.callRinging(status: progress.status), of: execution, at: now)
        }
        switch execution.parent {
        case .leg(let leg): legProgress(leg, progress, at: now, &effects)
        case .caller:
            let call = execution.call
            let tag = progress.tag ?? call.localTag
            // A plain provisional response that says what the last one said is a repeat.
            if let last = call.lastProvisional, last == (tag, progress.status), progress.body.isEmpty { return }
            call.lastProvisional = (tag, progress.status)
            guard let status = StatusCode(progress.status) else { return }
            var response = SIPResponse(
                to: call.invite, status: status, reasonPhrase: FieldText(cleaning: progress.reason), toTag: tag)
            response.headers.setContacts([contact(for: call.flow, user: call.invite.uri.user)])
            attach(progress.headers, to: &response)
            response.headers.setContentType(progress.contentType.map { FieldText(cleaning: $0) })
            response.body = progress.body
            call.ringing = response
            respond(response, on: call.inviteTransaction, at: now, &effects)
            timers.schedule(.ringing(call: call.number), at: now.monotonic + .seconds(60))
        }
    }

    /// Proxies on the way give a call up that is silent for three minutes.
    mutating func ringingIsDue(_ number: UInt64, at now: SwitchTime, _ effects: inout Effects) {
        guard let call = calls[number], call.awaitsFinalResponse, let response = call.ringing else { return }
        respond(response, on: call.inviteTransaction, at: now, &effects)
        timers.schedule(.ringing(call: number), at: now.monotonic + .seconds(60))
    }

    /// The final failure of an execution: the last failure of its Dials, or 480.
    mutating func answerFailure(of execution: Execution, at now: SwitchTime, _ effects: inout Effects) {
        let failure = execution.lastFailure
        answer(
            execution, status: failure?.status ?? 480,
            reason: failure?.reason ?? StatusCode(480)?.reasonPhrase ?? "Temporarily Unavailable", at: now, &effects)
    }

    /// Gives the execution's one final answer that is not a success; later ones are ignored.
    mutating func answer(
        _ execution: Execution, status: Int, reason: String, headers: [CustomHeader] = [], at now: SwitchTime,
        _ effects: inout Effects
    ) {
        guard !execution.hasAnswered else { return }
        execution.hasAnswered = true
        var headers = headers
        if execution.call.isProbe {
            headers += probeHeaders(of: execution, healthy: status == Probe.healthyStatus, at: now)
        }
        switch execution.parent {
        case .leg(let leg): legEnded(leg, status: status, reason: reason, at: now, &effects)
        case .caller:
            refuse(execution.call, status: status, reason: reason, headers: headers, at: now, &effects)
        }
    }

    /// A leg's challenge or redirection means nothing to the caller: it was meant for us.
    private static func statusForCaller(_ status: Int) -> Int {
        switch status {
        case 401, 407: 403
        case 300..<400: 480
        default: status
        }
    }

    /// Answers the caller's INVITE with a failure.
    mutating func refuse(
        _ call: Call, status: Int, reason: String, headers: [CustomHeader] = [], at now: SwitchTime,
        _ effects: inout Effects
    ) {
        guard call.isSettingUp, call.awaitsFinalResponse, let code = StatusCode(Self.statusForCaller(status)) else {
            return
        }
        call.phase = .over
        call.awaitsFinalResponse = false
        call.finalStatus = (status, reason)
        var response = SIPResponse(
            to: call.invite, status: code, reasonPhrase: FieldText(cleaning: reason), toTag: call.localTag)
        attach(headers, to: &response)
        respond(response, on: call.inviteTransaction, at: now, &effects)
        settle(call, at: now, &effects)
    }

    /// The transactions outlive the call by half a minute; only what a repeated 2xx of the callee needs is kept.
    private mutating func forget(_ bridge: Bridge) {
        guard legsByTransaction.removeValue(forKey: bridge.calleeTransaction) != nil,
            let ack = bridge.callee.lastAck
        else { return }
        strayAnswers[bridge.calleeTransaction, default: [:]][bridge.callee.dialog.id] =
            (ack.request.serialized(), flow(in: bridge.callee))
    }

    func attach(_ headers: [CustomHeader], to response: inout SIPResponse) {
        for header in headers { try? response.headers.append(header.name, FieldText(cleaning: header.value)) }
    }

    /// Drops a call of which nothing is left, and writes its records.
    mutating func settle(_ call: Call, at now: SwitchTime, _ effects: inout Effects) {
        guard call.isFinished, calls.removeValue(forKey: call.number) != nil else { return }
        timers.cancel(.answeredLimit(call: call.number))
        timers.cancel(.ringing(call: call.number))
        timers.cancel(.sessionCheck(call: call.number))
        callsByInvite[call.inviteTransaction] = nil
        if case .answered(let bridge) = call.phase { forget(bridge) }
        for record in call.records {
            let left = callsOfOwner[record.owner, default: 0] - 1
            callsOfOwner[record.owner] = left > 0 ? left : nil
        }
        let records = call.finishedRecords(at: now)
        let journals = call.journals.map { journal in
            StoreWrite.saveJournal(
                call: call.number, execution: journal.execution, engineVersion: journal.engineVersion,
                bytes: journal.bytes, at: now.wall)
        }
        if !records.isEmpty {
            effects.storeBatches.append((nil, records.map { .callEnded($0) } + journals))
        }
        for record in records {
            let answered = record.answeredAt.map { Double(record.endedAt - $0) / 1e6 }
            effects.note(
                .callEnded(
                    status: record.status, reason: record.reason, hungUpBy: record.hungUpBy, answeredSeconds: answered),
                owner: record.owner, call: call.name, at: now)
        }
        call.phase = .over
    }
}
