import DialplanHostCalls
import SIPMessage
import SIPStack

/// Methods that the switch answers otherwise than with 405.
enum SwitchMethods {
    static let allowed: [SIPMethod] = [
        .invite, .ack, .cancel, .bye, .options, .register, .update, .info, .message, .notify,
    ]
}

/// Requests from outside.
extension Switchboard {
    mutating func requestReceived(
        _ request: SIPRequest, on transaction: ServerTransactionID, from flow: Flow, at now: SwitchTime,
        _ effects: inout Effects
    ) {
        if request.headers.maxForwards == 0, request.method == .invite {
            refuse(request, .tooManyHops, on: transaction, at: now, &effects)
            return
        }
        let unknown = request.headers.require
        guard unknown.isEmpty else {
            // We have no extension that a peer could require (RFC 3261 §8.2.2.3).
            var response = SIPResponse(to: request, status: .badExtension, toTag: tag(transaction))
            response.headers.setUnsupported(unknown)
            respond(response, on: transaction, at: now, &effects)
            return
        }
        if request.headers.toTag != nil {
            inDialogRequest(request, on: transaction, at: now, &effects)
            return
        }
        switch request.method {
        case .invite: inviteReceived(request, on: transaction, from: flow, at: now, &effects)
        case .register: registerReceived(request, on: transaction, from: flow, at: now, &effects)
        case .options:
            var response = SIPResponse(to: request, status: .ok, toTag: tag(transaction))
            response.headers.setAllow(SwitchMethods.allowed)
            respond(response, on: transaction, at: now, &effects)
        case .bye, .update, .info, .message, .notify:
            // Only inside a call.
            refuse(request, .callDoesNotExist, on: transaction, at: now, &effects)
        default: refuseMethod(request, on: transaction, at: now, &effects)
        }
    }

    mutating func refuseMethod(
        _ request: SIPRequest, on transaction: ServerTransactionID, at now: SwitchTime, _ effects: inout Effects
    ) {
        var response = SIPResponse(to: request, status: .methodNotAllowed, toTag: tag(transaction))
        response.headers.setAllow(SwitchMethods.allowed)
        respond(response, on: transaction, at: now, &effects)
    }

    /// Answers a request that makes no call.
    mutating func refuse(
        _ request: SIPRequest, _ status: StatusCode, _ reason: FieldText? = nil, on transaction: ServerTransactionID,
        at now: SwitchTime, _ effects: inout Effects
    ) {
        respond(
            SIPResponse(to: request, status: status, reasonPhrase: reason, toTag: tag(transaction)), on: transaction,
            at: now, &effects)
    }

    func tag(_ transaction: ServerTransactionID) -> Token { identifiers.token(.toTag, transaction.value, 0) }

    // MARK: INVITE

    /// Finds whose dialplan decides: the caller's for a call from a served domain, else the callee's.
    private mutating func inviteReceived(
        _ request: SIPRequest, on transaction: ServerTransactionID, from flow: Flow, at now: SwitchTime,
        _ effects: inout Effects
    ) {
        guard let target = requestURI(of: request) else {
            refuse(request, .unsupportedURIScheme, on: transaction, at: now, &effects)
            return
        }
        guard (try? request.headers.contacts.first) != nil, (try? request.headers.recordRoutes) != nil else {
            refuse(request, .badRequest, "Missing or bad Contact or Record-Route", on: transaction, at: now, &effects)
            return
        }
        guard executions.count < configuration.executions, !isShuttingDown else {
            var response = SIPResponse(to: request, status: .serviceUnavailable, toTag: tag(transaction))
            response.headers.retryAfter = 5
            respond(response, on: transaction, at: now, &effects)
            return
        }
        if isProbe(target, from: flow) {
            probeReceived(request, target, on: transaction, flow, at: now, &effects)
        } else if let uri = request.headers.from.uri.sip, let domain = servedDomain(of: uri) {
            switch authenticate(request, domain: domain, from: flow, at: now, &effects) {
            case .refused(let response): respond(response, on: transaction, at: now, &effects)
            case .account(let account):
                outgoingCall(request, target, from: account, on: transaction, flow, at: now, &effects)
            }
        } else if let domain = calledDomain(of: target) {
            incomingCall(request, target, domain: domain, on: transaction, flow, at: now, &effects)
        } else {
            refuse(request, .notFound, "Domain not serviced", on: transaction, at: now, &effects)
        }
    }

    /// The request's target as a SIP URI; a `tel:` number is one at the caller's host (RFC 3261 §19.1.6).
    private func requestURI(of request: SIPRequest) -> SIPURI? {
        switch request.uri {
        case .sip(let uri): uri
        case .tel(let tel):
            request.headers.from.uri.sip.map { SIPURI(user: tel.number, host: $0.host, port: $0.port) }
        case .other: nil
        }
    }

    private mutating func outgoingCall(
        _ request: SIPRequest, _ target: SIPURI, from account: Account, on transaction: ServerTransactionID,
        _ flow: Flow, at now: SwitchTime, _ effects: inout Effects
    ) {
        let name = account.outDialplan ?? "default"
        guard let script = directory.script(owner: account.owner, name: name) else {
            refuse(request, .serverInternalError, "Error loading dial plan", on: transaction, at: now, &effects)
            return
        }
        guard !script.isBlank else {
            refuse(request, .serverInternalError, "Dial plan script was empty", on: transaction, at: now, &effects)
            return
        }
        guard !quarantine.contains(script) else {
            tellOfQuarantine(script, call: request.headers.callID.text, at: now, &effects)
            refuse(request, .serviceUnavailable, "Dial plan quarantined", on: transaction, at: now, &effects)
            return
        }
        startCall(
            request, target, of: .script(script), for: account, .outbound, on: transaction, flow, at: now, &effects)
    }

    private mutating func incomingCall(
        _ request: SIPRequest, _ target: SIPURI, domain: String, on transaction: ServerTransactionID, _ flow: Flow,
        at now: SwitchTime, _ effects: inout Effects
    ) {
        // A stranger is not told which accounts exist but are disabled.
        let called = directory.calledAccount(user: target.user ?? "", domain: domain)
        guard let account = called ?? directory.catchAllAccount(domain: domain), !account.isDisabled else {
            refuse(request, .notFound, on: transaction, at: now, &effects)
            return
        }
        // A name without a dialplan counts as none: the account's own phones ring.
        let script = account.inDialplan.flatMap { directory.script(owner: account.owner, name: $0) }
        if let script, quarantine.contains(script) {
            tellOfQuarantine(script, call: request.headers.callID.text, at: now, &effects)
            startCall(
                request, target, of: .bindings(account.key), for: account, .inbound, on: transaction, flow, at: now,
                &effects)
            return
        }
        startCall(
            request, target, of: script.map { .script($0) } ?? .bindings(account.key), for: account, .inbound,
            on: transaction, flow, at: now, &effects)
    }

    private mutating func startCall(
        _ request: SIPRequest, _ target: SIPURI, of program: Execution.Program, for account: Account,
        _ direction: CallRecord.Direction, on transaction: ServerTransactionID, _ flow: Flow, at now: SwitchTime,
        _ effects: inout Effects
    ) {
        let execution = makeCall(
            request, target, of: program, owner: account.owner, account: account.key.text, direction, on: transaction,
            flow, isProbe: false, at: now, &effects)
        run(execution, at: now, &effects)
    }

    /// Makes a call and its first execution, which does not run yet.
    mutating func makeCall(
        _ request: SIPRequest, _ target: SIPURI, of program: Execution.Program, owner: String, account: String?,
        _ direction: CallRecord.Direction, on transaction: ServerTransactionID, _ flow: Flow, isProbe: Bool,
        at now: SwitchTime, _ effects: inout Effects
    ) -> Execution {
        let number = nextCall
        nextCall += 1
        let call = Call(
            number: number, name: String(number, radix: 16), startedAt: now, inviteTransaction: transaction,
            invite: request, flow: flow, localTag: identifiers.token(.toTag, number), isProbe: isProbe)
        if !isProbe { hasBeenBusy = true }
        calls[number] = call
        callsByInvite[transaction] = call
        respond(SIPResponse(to: request, status: .trying), on: transaction, at: now, &effects)
        let invitation = Invitation(
            requestURI: target, from: request.headers.from, message: request,
            contentType: request.headers.contentType, body: request.body,
            maxForwards: Int(request.headers.maxForwards ?? 70))
        return startExecution(
            of: program, for: call, parent: .caller, owner: owner, account: account, direction: direction, depth: 1,
            invitation: invitation, at: now, &effects)
    }

    // MARK: CANCEL

    mutating func cancelReceived(
        _ request: SIPRequest, on transaction: ServerTransactionID, invite: ServerTransactionID?, at now: SwitchTime,
        _ effects: inout Effects
    ) {
        guard let invite else {
            refuse(request, .callDoesNotExist, on: transaction, at: now, &effects)
            return
        }
        guard let call = callsByInvite[invite] else {
            // The INVITE has its final response already: the CANCEL is answered and changes nothing (RFC 3261 §9.2).
            respond(SIPResponse(to: request, status: .ok, toTag: tag(transaction)), on: transaction, at: now, &effects)
            return
        }
        respond(
            SIPResponse(to: request, status: .ok, toTag: call.localTag), on: transaction, at: now, &effects)
        // After the 200 for the INVITE a CANCEL changes nothing (RFC 3261 §9.2).
        guard call.isSettingUp, call.awaitsFinalResponse else { return }
        let root = call.executions.values.first { if case .caller = $0.parent { true } else { false } }
        if let root {
            log(root, "The caller cancelled.", at: now, &effects)
            root.hasAnswered = true
        }
        refuse(call, status: 487, reason: StatusCode.requestTerminated.reasonPhrase, at: now, &effects)
        if let root { end(root, .callerGone, at: now, &effects) }
    }
}
