import DialplanHostCalls
import SIPMessage
import SIPStack

/// Dials: groups of legs tried in turn, the legs of a group rung together.
extension Switchboard {
    mutating func beginDial(
        of execution: Execution, groups: [[DialString.Target]], ringTime: Duration, answeredLimitSeconds: Int,
        at now: SwitchTime, _ effects: inout Effects
    ) {
        execution.dial = DialOperation(
            sequence: execution.dialCount, remainingGroups: groups[...], answeredLimitSeconds: answeredLimitSeconds)
        execution.dialCount += 1
        timers.cancel(.script(execution: execution.number))
        timers.schedule(
            .ring(execution: execution.number), at: min(now.monotonic + ringTime, execution.deadline))
        startNextGroup(of: execution, at: now, &effects)
    }

    /// Starts groups until one has a leg that is not over at once; without any left, the Dial has failed.
    private mutating func startNextGroup(of execution: Execution, at now: SwitchTime, _ effects: inout Effects) {
        while let group = execution.dial?.remainingGroups.popFirst() {
            execution.dial?.isPlacing = true
            for target in group { placeTarget(target, of: execution, at: now, &effects) }
            execution.dial?.isPlacing = false
            startDelayedLegIfIdle(of: execution, at: now, &effects)
            guard let dial = execution.dial, dial.active.isEmpty else { return }
        }
        guard let dial = execution.dial else { return }
        if dial.completed.isEmpty {
            execution.lastFailure = (480, "All forwards failed.")
            finishDial(of: execution, .error, at: now, &effects)
        } else {
            finishDial(of: execution, .failed, completed: dial.completed, at: now, &effects)
        }
    }

    /// When every leg that was rung has failed, the next delayed one need not wait.
    private mutating func startDelayedLegIfIdle(of execution: Execution, at now: SwitchTime, _ effects: inout Effects) {
        while let dial = execution.dial, dial.active.allSatisfy(\.waitsForDelay),
            let next = dial.active.min(by: { $0.options.delaySeconds < $1.options.delaySeconds })
        {
            timers.cancel(.legDelay(call: execution.call.number, leg: next.number))
            next.waitsForDelay = false
            execution.dial?.isPlacing = true
            place(next, at: now, &effects)
            execution.dial?.isPlacing = false
        }
    }

    mutating func legDelayOver(call: UInt64, leg: Int, at now: SwitchTime, _ effects: inout Effects) {
        guard let leg = calls[call]?.legs[leg], leg.waitsForDelay else { return }
        leg.waitsForDelay = false
        place(leg, at: now, &effects)
    }

    /// A destination as written becomes legs: none, one, or one for each phone of an account.
    ///
    /// - Parameter redirections: how many led here; a destination that comes from outside names no provider.
    mutating func placeTarget(
        _ target: DialString.Target, of execution: Execution, redirections: Int = 0, at now: SwitchTime,
        _ effects: inout Effects
    ) {
        guard let uri = SIPURI(destination: target.destination, dialledUser: execution.invitation.dialledUser) else {
            log(execution, "Leg \(target.destination): not a SIP URI.", at: now, &effects)
            return
        }
        guard let domain = servedDomain(of: uri) else {
            let provider =
                redirections == 0 && uri.port == nil
                ? directory.provider(owner: execution.owner, name: uri.host.description) : nil
            if let reason = provider?.disabledReason {
                log(execution, "Leg \(target.destination): the provider is disabled (\(reason)).", at: now, &effects)
                return
            }
            addLeg(
                provider.map { .provider($0, $0.target(user: uri.user)) } ?? .uri(uri, nil), target, of: execution,
                redirections: redirections, at: now, &effects)
            return
        }
        guard let account = directory.calledAccount(user: uri.user ?? "", domain: domain), !account.isDisabled else {
            log(execution, "Leg \(target.destination): no such account.", at: now, &effects)
            return
        }
        if let script = incomingScript(of: account, dialledBy: execution) {
            addLeg(
                .script(script, account, uri), target, of: execution, redirections: redirections, at: now, &effects)
            return
        }
        let live = bindings.bindings(of: account.key, at: now.wall)
        if live.isEmpty { log(execution, "Leg \(target.destination): no phone is registered.", at: now, &effects) }
        for binding in live {
            addLeg(
                .uri(binding.contact, flow(to: .sip(binding.contact), near: binding.flow)), target, of: execution,
                redirections: redirections, at: now, &effects)
        }
    }

    /// The dialplan that decides for an account that is dialled, unless the one that dials is that very plan, or plans
    /// have called plans too often.
    private func incomingScript(of account: Account, dialledBy execution: Execution) -> ScriptVersion? {
        guard case .script(let running) = execution.program, let name = account.inDialplan,
            execution.depth < configuration.executionDepth,
            execution.call.executions.count < configuration.executionsPerCall,
            executions.count < configuration.executions,
            (running.owner, running.name) != (account.owner, name)
        else { return nil }
        return directory.script(owner: account.owner, name: name).flatMap { quarantine.contains($0) ? nil : $0 }
    }

    private mutating func addLeg(
        _ form: Leg.Target, _ target: DialString.Target, of execution: Execution, redirections: Int,
        at now: SwitchTime, _ effects: inout Effects
    ) {
        guard let dial = execution.dial else { return }
        let call = execution.call
        guard execution.legsPlaced < configuration.legsPerRun, call.legCount < configuration.legsPerCall else {
            log(
                execution,
                "Leg \(target.destination): not placed, a run may place \(configuration.legsPerRun) legs and "
                    + "a call \(configuration.legsPerCall).", at: now, &effects)
            return
        }
        execution.legsPlaced += 1
        call.legCount += 1
        let leg = Leg(
            number: call.legCount, execution: execution, target: form, destination: target.destination,
            options: target.options, startedAt: now, dialSequence: dial.sequence,
            redirections: redirections)
        call.legs[leg.number] = leg
        execution.dial?.active.append(leg)
        if leg.waitsForDelay {
            timers.schedule(
                .legDelay(call: call.number, leg: leg.number),
                at: now.monotonic + .seconds(target.options.delaySeconds))
        } else {
            place(leg, at: now, &effects)
        }
    }

    // MARK: Redirections

    /// The callee is elsewhere (3xx): its first Contact is rung in its place, in the same group, without credentials.
    ///
    /// - Returns: whether it was followed.
    mutating func follow(
        _ response: SIPResponse, from leg: Leg, at now: SwitchTime, _ effects: inout Effects
    ) -> Bool {
        guard leg.options.followsRedirections, leg.redirections < configuration.redirections, leg.state == .ringing,
            let dial = leg.execution.dial, dial.active.contains(where: { $0 === leg }),
            let uri = (try? response.headers.contacts)?.lazy.compactMap(\.uri.sip).first
        else { return false }
        var options = leg.options
        options.delaySeconds = 0
        options.credentials = nil
        leg.execution.dial?.isPlacing = true
        log(leg.execution, "Leg \(leg.number): redirected to \(uri)", at: now, &effects)
        legEnded(
            leg, status: Int(response.status.value), reason: FieldText(cleaning: response.reasonPhrase).text,
            at: now, &effects)
        placeTarget(
            DialString.Target(destination: uri.asDestination, options: options), of: leg.execution,
            redirections: leg.redirections + 1, at: now, &effects)
        leg.execution.dial?.isPlacing = false
        groupMayBeOver(of: leg.execution, at: now, &effects)
        return true
    }

    // MARK: Ends

    /// A leg of the present group has ended without an answer.
    mutating func dialLegEnded(_ leg: Leg, status: Int?, reason: String, at now: SwitchTime, _ effects: inout Effects) {
        let execution = leg.execution
        guard let index = execution.dial?.active.firstIndex(where: { $0 === leg }) else { return }
        execution.dial?.active.remove(at: index)
        execution.dial?.completed.append(LegResult(destination: leg.destination, status: status, reason: reason))
        if let status { execution.lastFailure = (status, reason) }
        groupMayBeOver(of: execution, at: now, &effects)
    }

    private mutating func groupMayBeOver(of execution: Execution, at now: SwitchTime, _ effects: inout Effects) {
        guard let dial = execution.dial, !dial.isPlacing else { return }
        startDelayedLegIfIdle(of: execution, at: now, &effects)
        if execution.dial?.active.isEmpty ?? false { startNextGroup(of: execution, at: now, &effects) }
    }

    mutating func ringTimeOver(_ number: UInt64, at now: SwitchTime, _ effects: inout Effects) {
        guard let execution = executions[number], let dial = execution.dial else { return }
        log(execution, "Ring time over.", at: now, &effects)
        for leg in dial.active { cancel(leg, at: now, &effects) }
        finishDial(of: execution, .timedOut, completed: dial.completed, at: now, &effects)
    }

    /// Gives up the Dial under way, without an outcome for the script.
    mutating func cancelDial(of execution: Execution, at now: SwitchTime, _ effects: inout Effects) {
        guard let dial = execution.dial else { return }
        execution.dial = nil
        timers.cancel(.ring(execution: execution.number))
        for leg in dial.active { cancel(leg, at: now, &effects) }
    }
}

extension SIPURI {
    /// A destination of a dial string: a SIP URI with or without its scheme; a word without `@` is a host that gets the
    /// dialled user.
    init?(destination: String, dialledUser: String) {
        let lower = destination.prefix(5).lowercased()
        let hasScheme = lower.hasPrefix("sip:") || lower == "sips:"
        guard var uri = try? SIPURI(hasScheme ? destination : "sip:" + destination) else { return nil }
        if uri.user == nil, !hasScheme { uri.user = dialledUser.isEmpty ? nil : dialledUser }
        self = uri
    }

    /// A redirection's Contact as a destination: without what only a Contact has.
    fileprivate var asDestination: String {
        var uri = self
        uri.removeHeaders()
        return uri.description
    }
}
