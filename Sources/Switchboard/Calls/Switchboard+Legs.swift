import DialplanHostCalls
import SIPMessage
import SIPStack

/// One leg: placing it, what comes back from it, giving it up.
extension Switchboard {
    mutating func place(_ leg: Leg, at now: SwitchTime, _ effects: inout Effects) {
        guard leg.state == .unplaced else { return }
        let execution = leg.execution
        let hops = execution.invitation.maxForwards - 1
        guard hops >= 0 else {
            legEnded(leg, status: 483, reason: "Too Many Hops", at: now, &effects)
            return
        }
        switch leg.target {
        case .uri(let uri, let known):
            if let known {
                invite(leg, uri, over: known, hops: hops, at: now, &effects)
            } else {
                invite(leg, uri, through: uri, hops: hops, at: now, &effects)
            }
        case .provider(let provider, let uri):
            invite(leg, uri, through: provider.outboundProxy ?? uri, hops: hops, at: now, &effects)
        case .script(let script, let account, let uri):
            leg.state = .ringing
            var invitation = execution.invitation
            invitation.requestURI = uri
            invitation.from = from(of: leg, tag: nil)
            invitation.maxForwards = hops
            log(execution, "Leg \(leg.number): dialplan \(script.name) of \(account.owner)", at: now, &effects)
            let inner = startExecution(
                of: .script(script), for: execution.call, parent: .leg(leg), owner: account.owner,
                account: account.key.text, direction: .inbound, depth: execution.depth + 1, invitation: invitation,
                at: now, &effects)
            leg.form = .execution(inner)
            run(inner, at: now, &effects)
        }
    }

    /// Sends a leg's INVITE to the host of `hop`, once its address is known.
    private mutating func invite(
        _ leg: Leg, _ uri: SIPURI, through hop: SIPURI, hops: Int, at now: SwitchTime, _ effects: inout Effects
    ) {
        if let flow = TransportAddress(literal: hop).flatMap({ flow(to: $0) }) {
            invite(leg, uri, over: flow, hops: hops, at: now, &effects)
        } else if case .name(let name) = hop.host {
            let token = ResolveToken(value: newToken())
            pendingLookups[token] = (leg, uri)
            effects.lookups.append((token, name.text, hop.port))
        } else {
            legEnded(leg, status: 480, reason: "No listener for the destination", at: now, &effects)
        }
    }

    mutating func resolved(
        _ token: ResolveToken, _ addresses: [TransportAddress], at now: SwitchTime, _ effects: inout Effects
    ) {
        guard let (leg, uri) = pendingLookups.removeValue(forKey: token), leg.state == .unplaced else { return }
        var reachable: Flow?
        for address in addresses where reachable == nil { reachable = flow(to: address) }
        guard let flow = reachable else {
            legEnded(leg, status: 480, reason: "Unresolvable host \(uri.host)", at: now, &effects)
            return
        }
        invite(leg, uri, over: flow, hops: leg.execution.invitation.maxForwards - 1, at: now, &effects)
    }

    private mutating func invite(
        _ leg: Leg, _ uri: SIPURI, over flow: Flow, hops: Int, at now: SwitchTime, _ effects: inout Effects
    ) {
        guard !configuration.listeners.contains(flow.remote) else {
            // The call would come back as a stranger's.
            legEnded(leg, status: 482, reason: "Loop Detected", at: now, &effects)
            return
        }
        let request = makeInvite(leg, uri, over: flow, hops: hops, attempt: 0)
        leg.state = .ringing
        let transaction = newTransaction()
        leg.form = .sip(SIPLeg(transaction: transaction, request: request, flow: flow))
        legsByTransaction[transaction] = leg
        log(leg.execution, "Leg \(leg.number): INVITE \(uri)", at: now, &effects)
        send(request, to: flow, as: transaction, at: now, &effects)
    }

    /// - Parameter attempt: how often it was sent before, to be challenged (RFC 3261 §22.2).
    private func makeInvite(_ leg: Leg, _ uri: SIPURI, over flow: Flow, hops: Int, attempt: Int) -> SIPRequest {
        let execution = leg.execution
        let names = (execution.call.number, execution.number, leg.dialSequence, UInt64(leg.number))
        let invitation = execution.invitation
        let content: (type: String?, body: [UInt8]) =
            execution.outgoing.content
            ?? (
                invitation.contentType,
                leg.options.manglesAddresses
                    ? NATMangling.body(invitation.body, invitation.contentType, from: execution.call.flow.remote)
                    : invitation.body
            )
        let from = from(of: leg, tag: identifiers.token(.fromTag, names.0, names.1, names.2, names.3))
        let branch =
            attempt == 0
            ? identifiers.branch(names.0, names.1, names.2, names.3)
            : identifiers.branch(names.0, names.1, names.2, names.3, UInt64(attempt))
        var request = SIPRequest(
            method: .invite, uri: .sip(uri), via: via(over: flow, branch: branch), from: from,
            to: NameAddress(uri: toURI(of: leg, uri)),
            callID: identifiers.callID(names.0, names.1, names.2, names.3), cSeq: 1 + UInt32(attempt),
            maxForwards: UInt8(clamping: hops), contact: contact(for: flow, user: from.uri.user),
            contentType: content.type.map { FieldText(cleaning: $0) }, body: content.body)
        request.headers.setAllow(SwitchMethods.allowed)
        request.headers.setUserAgent(FieldText(cleaning: configuration.product))
        for header in execution.outgoing.headers {
            try? request.headers.append(header.name, FieldText(cleaning: header.value))
        }
        if case .provider(let provider, _) = leg.target {
            for header in provider.headerRows.compactMap({ CustomHeader(parsing: $0) }) {
                try? request.headers.append(header.name, FieldText(cleaning: header.value))
            }
        }
        return request
    }

    /// The destination as the callee is told it: the account or URI that was dialled, not a phone's contact.
    private func toURI(of leg: Leg, _ requestURI: SIPURI) -> SIPURI {
        if case .provider = leg.target { return requestURI.asToURI }
        return SIPURI(destination: leg.destination, dialledUser: leg.execution.invitation.dialledUser)?.asToURI
            ?? requestURI.asToURI
    }

    /// The caller as the callee is told, with the changes that the leg's options ask for.
    private func from(of leg: Leg, tag: Token?) -> NameAddress {
        var from = leg.execution.invitation.from
        if case .provider(let provider, _) = leg.target {
            from = provider.from(caller: from)
            if provider.from == nil { from = leg.execution.outgoing.from?.applied(to: from) ?? from }
        } else {
            from = leg.execution.outgoing.from?.applied(to: from) ?? from
        }
        let options = leg.options
        let own = OutgoingSettings.From(
            displayName: options.fromDisplayName, user: options.fromUser, host: options.fromHost)
        from = own.applied(to: from)
        return NameAddress(displayName: from.displayName.map { FieldText(cleaning: $0) }, uri: from.uri, tag: tag)
    }

    // MARK: What comes back

    mutating func legResponse(_ response: SIPResponse, on leg: Leg, at now: SwitchTime, _ effects: inout Effects) {
        guard case .sip(let sip) = leg.form else { return }
        let status = response.status
        if status.isSuccess {
            legSucceeded(leg, sip, response, at: now, &effects)
        } else if status.isProvisional {
            guard status.value > 100, leg.state == .ringing else { return }
            log(
                leg.execution, "Leg \(leg.number): \(status.value) \(response.reasonPhrase)", at: now, &effects)
            legProgress(
                leg,
                Progress(
                    status: Int(status.value), reason: response.reasonPhrase,
                    contentType: response.headers.contentType, body: body(of: response, from: leg, sip), tag: nil),
                at: now, &effects)
        } else if answerChallenge(response, on: leg, sip, at: now, &effects) {
            return
        } else if status.isRedirection, follow(response, from: leg, at: now, &effects) {
            return
        } else {
            legEnded(
                leg, status: Int(status.value), reason: FieldText(cleaning: response.reasonPhrase).text,
                at: now, &effects)
        }
    }

    /// The callee wants to know who calls: the INVITE once more with credentials, if there are any for it. Each kind of
    /// challenge is answered once, and once more when only the nonce was too old.
    private mutating func answerChallenge(
        _ response: SIPResponse, on leg: Leg, _ sip: SIPLeg, at now: SwitchTime, _ effects: inout Effects
    ) -> Bool {
        let attempt = sip.answeredChallenges.count + 1
        guard response.isChallenge, leg.state == .ringing, let credentials = leg.credentials, attempt <= 3,
            !sip.answeredChallenges.contains(response.status) || response.isStaleChallenge,
            let uri = sip.request.uri.sip
        else { return false }
        let hops = Int(sip.request.headers.maxForwards ?? 0)
        var request = makeInvite(leg, uri, over: sip.flow, hops: hops, attempt: attempt)
        // A proxy's and the callee's challenge may come one after the other: the first answer is kept.
        for name in [HeaderName.authorization, .proxyAuthorization] {
            for value in sip.request.headers.values(named: name) {
                try? request.headers.append(name, FieldText(cleaning: value))
            }
        }
        let cnonce = identifiers.signature(.nonce, leg.execution.call.number, UInt64(leg.number), UInt64(attempt))
        guard credentials.authorize(&request, challengedBy: response, cnonce: cnonce) else {
            log(
                leg.execution, "Leg \(leg.number): asked for credentials in a way that is not known here.", at: now,
                &effects)
            return false
        }
        legsByTransaction[sip.transaction] = nil
        let transaction = newTransaction()
        leg.form = .sip(
            SIPLeg(
                transaction: transaction, request: request, flow: sip.flow,
                answeredChallenges: sip.answeredChallenges + [response.status]))
        legsByTransaction[transaction] = leg
        log(
            leg.execution, "Leg \(leg.number): \(response.status.value), INVITE as \(credentials.username)", at: now,
            &effects)
        send(request, to: sip.flow, as: transaction, at: now, &effects)
        return true
    }

    /// What a callee describes, with the address that it is really reached at.
    func body(of response: SIPResponse, from leg: Leg, _ sip: SIPLeg) -> [UInt8] {
        guard leg.options.manglesAddresses else { return response.body }
        return NATMangling.body(response.body, response.headers.contentType, from: sip.flow.remote)
    }

    /// A provisional response of a leg, from outside or from a dialled plan, goes up to the caller.
    mutating func legProgress(_ leg: Leg, _ progress: Progress, at now: SwitchTime, _ effects: inout Effects) {
        guard leg.state == .ringing else { return }
        var progress = progress
        if progress.tag == nil, let own = leg.earlyTag {
            progress.tag = own
        } else if !progress.body.isEmpty, progress.tag == nil {
            // Early media of several legs must be told apart: each has its own dialog with the caller.
            let call = leg.execution.call
            leg.earlyTag = identifiers.token(.toTag, call.number, UInt64(clamping: leg.number))
            progress.tag = leg.earlyTag
        }
        self.progress(of: leg.execution, progress, at: now, &effects)
    }

    /// A leg has ended without an answer: refused, failed, or given up.
    mutating func legEnded(_ leg: Leg, status: Int, reason: String, at now: SwitchTime, _ effects: inout Effects) {
        guard leg.state != .ended, leg.state != .answered else { return }
        let wasCancelled = leg.state == .cancelled
        leg.state = .ended
        if case .sip(let sip) = leg.form { legsByTransaction[sip.transaction] = nil }
        leg.execution.call.legs[leg.number] = nil
        leg.execution.call.recordLeg(leg, status: status, reason: reason, answeredAt: nil, at: now)
        if !wasCancelled {
            log(leg.execution, "Leg \(leg.number): ended with \(status) \(reason)", at: now, &effects)
            dialLegEnded(leg, status: status, reason: reason, at: now, &effects)
        }
        settle(leg.execution.call, at: now, &effects)
    }

    /// Gives a leg up: CANCEL for a phone that rings, an outside end for a dialled plan.
    mutating func cancel(_ leg: Leg, at now: SwitchTime, _ effects: inout Effects) {
        guard leg.state == .ringing || leg.state == .unplaced else { return }
        let form = leg.form
        leg.state = .cancelled
        timers.cancel(.legDelay(call: leg.execution.call.number, leg: leg.number))
        switch form {
        case .unplaced:
            legEnded(leg, status: 487, reason: "Request Terminated", at: now, &effects)
        case .sip(let sip):
            log(leg.execution, "Leg \(leg.number): cancelled", at: now, &effects)
            var actions: [TransactionEffect] = []
            transactions.cancel(sip.transaction, at: now.monotonic, into: &actions)
            perform(actions, at: now, &effects)
        case .execution(let inner):
            log(leg.execution, "Leg \(leg.number): cancelled", at: now, &effects)
            inner.hasAnswered = true
            end(inner, .callerGone, at: now, &effects)
            legEnded(leg, status: 487, reason: "Request Terminated", at: now, &effects)
        }
    }
}
