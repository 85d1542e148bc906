import DialplanHostCalls
import SIPMessage
import SIPStack

/// Executions and the workers that run them.
extension Switchboard {
    /// Starts a program for a call. A script goes to a worker; bindings are rung at once.
    mutating func startExecution(
        of program: Execution.Program, for call: Call, parent: Execution.Parent, owner: String,
        account: String?, direction: CallRecord.Direction, depth: Int, invitation: Invitation, at now: SwitchTime,
        _ effects: inout Effects
    ) -> Execution {
        let number = nextExecution
        nextExecution += 1
        var start: ExecutionStart?
        if case .script(let script) = program {
            start = ExecutionStart(
                execution: number, sourceDigest: script.digest, sourceName: script.name, source: nil,
                request: RequestFacade.record(of: invitation, flow: call.flow),
                properties: [
                    .init(HostCallTable.Name.isIn, .bool(direction == .inbound)),
                    .init(HostCallTable.Name.isOut, .bool(direction == .outbound)),
                    .init(HostCallTable.Name.username, .text(owner)),
                    .init(HostCallTable.Name.dialPlanName, .text(script.name)),
                    .init(HostCallTable.Name.lastDialled, .null),
                    .init(HostCallTable.Name.lastFailureReason, .null),
                    .init(HostCallTable.Name.lastFailureStatus, .null),
                ], startTime: now.wall, seed: configuration.scriptSeed ?? identifiers.seed(execution: number),
                limits: configuration.scriptLimits)
        }
        let execution = Execution(
            number: number, call: call, parent: parent, owner: owner, direction: direction, program: program,
            depth: depth, invitation: invitation, startedAt: now, start: start,
            deadline: now.monotonic + configuration.scriptTimeTotal)
        call.executions[number] = execution
        executions[number] = execution
        if let record = call.openRecord(for: execution, account: account) {
            callsOfOwner[owner, default: 0] += 1
            effects.note(
                .callStarted(
                    direction: record.direction, from: record.from, to: record.to, account: record.account,
                    dialplan: record.dialplan), of: execution, at: now)
        }
        return execution
    }

    mutating func run(_ execution: Execution, at now: SwitchTime, _ effects: inout Effects) {
        switch execution.program {
        case .script(let script):
            log(execution, "Dialplan \(script.name) version \(script.version) started.", at: now, &effects)
            allowScriptTime(configuration.scriptTime, for: execution, at: now)
            dispatch(execution, at: now, &effects)
        case .bindings(let account):
            execution.state = .running
            beginDial(
                of: execution, groups: [[.init(destination: account.text, options: .init())]],
                ringTime: configuration.ringTime, answeredLimitSeconds: 0, at: now, &effects)
        }
    }

    mutating func workerSent(
        _ payload: [UInt8], from worker: WorkerKey, at now: SwitchTime, _ effects: inout Effects
    ) {
        guard dispatcher.isReady(worker) else { return }
        let messages: [WorkerMessage]
        do {
            messages = try WorkerMessage.decodeAll(payload)
        } catch {
            condemn(worker, "a frame that cannot be read: \(error.reason) at \(error.offset)", &effects)
            return
        }
        for message in messages {
            if let violation = workerSent(message, from: worker, at: now, &effects) {
                condemn(worker, violation, &effects)
                return
            }
        }
    }

    private mutating func condemn(_ worker: WorkerKey, _ reason: String, _ effects: inout Effects) {
        dispatcher.retire(worker)
        effects.condemned.append((worker, reason))
    }

    /// Returns what the worker did wrong, if anything.
    private mutating func workerSent(
        _ message: WorkerMessage, from worker: WorkerKey, at now: SwitchTime, _ effects: inout Effects
    ) -> String? {
        let number: UInt64
        switch message {
        case .sourceNeeded(let execution), .entries(let execution, _, _), .finished(let execution, _, _),
            .failed(let execution, _, _, _):
            number = execution
        }
        // An execution that was taken from this worker a moment ago may still be heard of.
        guard dispatcher.isAssigned(number, to: worker), let execution = executions[number] else { return nil }
        switch message {
        case .sourceNeeded:
            // It kept nothing of the first `start`. An honest worker asks once, and before anything else.
            guard execution.sourceSentTo != worker, execution.journal.cursor == 0 else {
                return "source asked for out of turn"
            }
            execution.sourceSentTo = worker
            dispatcher.forgetSource(of: execution.start?.sourceDigest ?? [], at: worker)
            sendStart(of: execution, to: worker, &effects)
            return nil
        case .entries(_, let position, let entries):
            return entriesReceived(entries, from: Int(position), of: execution, worker, at: now, &effects)
        case .finished(_, let position, let statistics):
            guard execution.journal.isEnd(Int(position)), !execution.journal.awaitsOutcome else {
                return "finished at \(position), journal has \(execution.journal.entries.count)"
            }
            execution.end = .finished(statistics)
            executionEnded(execution, failure: nil, at: now, &effects)
        case .failed(_, let position, let failure, let statistics):
            guard execution.journal.isEnd(Int(position)), !execution.journal.awaitsOutcome else {
                return "failed at \(position), journal has \(execution.journal.entries.count)"
            }
            execution.end = .failed(failure, statistics)
            executionEnded(execution, failure: failure, at: now, &effects)
        }
        return nil
    }

    private mutating func entriesReceived(
        _ entries: [Entry], from position: Int, of execution: Execution, _ worker: WorkerKey, at now: SwitchTime,
        _ effects: inout Effects
    ) -> String? {
        switch execution.journal.receive(entries, from: position) {
        case .violation(let text): return text
        case .divergence(let position):
            effects.note(
                .journalDiverged(execution: execution.number, position: position, worker: worker), of: execution,
                at: now)
            abandon(
                execution, reason: "replay diverged at entry \(position)", status: 500, "Dial plan exception",
                at: now, &effects)
            return nil
        case .fresh(let fresh):
            guard isWithinLimits(execution.journal) else {
                abandon(
                    execution, reason: "too many journal entries", status: 500, "Dial plan exception", at: now,
                    &effects)
                return nil
            }
            sendDueOutcome(of: execution, &effects)
            for item in fresh {
                if let violation = perform(item.entry, of: execution, at: now, &effects) { return violation }
            }
            sendDueCancel(of: execution, &effects)
            // What waits for an answer leaves room for others to run.
            if execution.journal.isCaughtUp, execution.journal.awaitsOutcome {
                dispatcher.setRunning(false, execution.number, at: worker)
            }
            return nil
        }
    }

    private func isWithinLimits(_ journal: Journal) -> Bool {
        journal.entries.count <= configuration.entriesPerRun && journal.byteCount <= configuration.entryBytesPerRun
    }

    /// Journals the answer to the call that the script waits for and sends it.
    mutating func resume(
        _ execution: Execution, _ result: Outcome.Result, updates: [Outcome.Update] = [], at now: SwitchTime,
        _ effects: inout Effects
    ) {
        guard execution.journal.append(Outcome(result, updates: updates, time: now.wall)) != nil else { return }
        switch execution.state {
        case .running:
            allowScriptTime(configuration.scriptTime, for: execution, at: now)
            if let worker = execution.worker { dispatcher.setRunning(true, execution.number, at: worker) }
        case .waitingForWorker: wake(execution, at: now)
        case .over: break
        }
        sendDueOutcome(of: execution, &effects)
    }

    private mutating func sendDueOutcome(of execution: Execution, _ effects: inout Effects) {
        guard let worker = execution.worker, let due = execution.journal.takeDueOutcome(),
            case .outcome(let outcome) = due.entry
        else { return }
        effects.send(.resume(execution: execution.number, position: due.position, outcome), to: worker)
    }

    // MARK: Ends

    /// Ends a script from outside; what it had placed is cancelled.
    mutating func end(
        _ execution: Execution, _ reason: OutsideEnd, at now: SwitchTime, _ effects: inout Effects
    ) {
        guard execution.state != .over else { return }
        cancelDial(of: execution, at: now, &effects)
        guard case .script = execution.program else {
            executionOver(execution, at: now, &effects)
            return
        }
        if execution.journal.awaitsOutcome {
            resume(execution, .ended(reason), at: now, &effects)
        } else if execution.state == .waitingForWorker, execution.journal.entries.isEmpty {
            executionOver(execution, at: now, &effects)
        } else if execution.pendingEnd == nil {
            execution.pendingEnd = reason
            sendDueCancel(of: execution, &effects)
        }
    }

    mutating func scriptTimeOver(_ number: UInt64, at now: SwitchTime, _ effects: inout Effects) {
        guard let execution = executions[number], execution.state != .over else { return }
        guard !execution.isOverTime else {
            abandon(
                execution, reason: "it did not end when told to", status: 500, "Dial plan exception", at: now, &effects)
            return
        }
        execution.isOverTime = true
        log(execution, "Long running dialplan script was terminated.", at: now, &effects)
        answerFailure(of: execution, at: now, &effects)
        end(execution, .wallTime, at: now, &effects)
        // What `rescue` and `ensure` still do is bounded; a worker that ignores the end is not waited for.
        if execution.state != .over {
            timers.schedule(.script(execution: number), at: now.monotonic + .seconds(5))
        }
    }

    /// The script has ended by itself, by an error, or after an outside end.
    private mutating func executionEnded(
        _ execution: Execution, failure: ScriptFailure?, at now: SwitchTime, _ effects: inout Effects
    ) {
        if let failure {
            let place = failure.line > 0 ? "line \(failure.line): " : ""
            log(execution, "Dialplan \(kindText(failure.kind)), \(place)\(failure.message)", at: now, &effects)
            effects.note(
                .scriptFailed(
                    dialplan: execution.start?.sourceName ?? "", kind: kindText(failure.kind),
                    line: Int(failure.line), message: failure.message), of: execution, at: now)
            let reason =
                switch failure.kind {
                case .syntaxError: "Dial plan syntax error"
                case .missingMethod: "Dial plan missing method"
                case .exception, .limit, .unsupportedEngine: "Dial plan exception"
                }
            answer(execution, status: 500, reason: reason, at: now, &effects)
        } else {
            answerFailure(of: execution, at: now, &effects)
        }
        executionOver(execution, at: now, &effects)
    }

    private func kindText(_ kind: ScriptFailure.Kind) -> String {
        switch kind {
        case .syntaxError: "syntax error"
        case .missingMethod: "missing method"
        case .exception: "exception"
        case .limit: "limit"
        case .unsupportedEngine: "engine version not available"
        }
    }

    /// Gives up an execution that no worker can go on with.
    mutating func abandon(
        _ execution: Execution, reason: String, status: Int, _ phrase: String, at now: SwitchTime,
        _ effects: inout Effects
    ) {
        execution.end = .abandoned(reason)
        effects.note(.executionAbandoned(execution: execution.number, reason: reason), of: execution, at: now)
        log(execution, "Dialplan abandoned: \(reason).", at: now, &effects)
        cancelDial(of: execution, at: now, &effects)
        answer(execution, status: status, reason: phrase, at: now, &effects)
        if let worker = execution.worker { effects.send(.stop(execution: execution.number), to: worker) }
        executionOver(execution, at: now, &effects)
    }

    /// Takes the execution out of every table.
    mutating func executionOver(_ execution: Execution, at now: SwitchTime, _ effects: inout Effects) {
        guard execution.state != .over else { return }
        waiting.remove(execution.number)
        execution.state = .over
        if let worker = execution.worker { dispatcher.release(execution.number, from: worker) }
        execution.worker = nil
        timers.cancel(.script(execution: execution.number))
        timers.cancel(.ring(execution: execution.number))
        timers.cancel(.workerWait(execution: execution.number))
        executions[execution.number] = nil
        execution.call.executions[execution.number] = nil
        execution.call.keepJournal(of: execution, bytesMax: configuration.keptJournalBytes)
        if case .leg(let leg) = execution.parent { leg.form = .unplaced }
        settle(execution.call, at: now, &effects)
    }

    /// The script may now run for `time` before it waits for the next Dial; never past its absolute end.
    mutating func allowScriptTime(_ time: Duration, for execution: Execution, at now: SwitchTime) {
        guard case .script = execution.program, execution.state != .over, !execution.isOverTime else { return }
        timers.schedule(
            .script(execution: execution.number), at: min(now.monotonic + time, execution.deadline))
    }

    func log(
        _ execution: Execution, _ text: String, kind: OwnerLogLine.Kind = .system, at now: SwitchTime,
        _ effects: inout Effects
    ) {
        guard !execution.call.isProbe else { return }
        let text =
            text.utf8.count <= configuration.logMessageBytes
            ? text : String(decoding: text.utf8.prefix(configuration.logMessageBytes), as: UTF8.self) + "…"
        effects.ownerLog.append(
            OwnerLogLine(
                owner: execution.owner, call: execution.call.name, execution: execution.number, time: now.wall,
                kind: kind, text: text))
    }
}
