import DialplanHostCalls
import SIPStack

/// Executions come to workers, wait for them, lose them.
extension Switchboard {
    /// Has an execution run: by a worker now if one has room, else as soon as there is one.
    mutating func dispatch(_ execution: Execution, at now: SwitchTime, _ effects: inout Effects) {
        if place(execution, makingWay: true, at: now, &effects) { return }
        guard execution.pinnedTo == nil else {
            abandon(execution, reason: "its worker is not in service", status: 503, "Probe failed", at: now, &effects)
            return
        }
        queue(execution, at: now)
    }

    /// Gives an execution to a worker, from its beginning. False when none is ready or has room.
    ///
    /// - Parameter makingWay: whether others who only wait may be put off a worker for it.
    private mutating func place(
        _ execution: Execution, makingWay: Bool, at now: SwitchTime, _ effects: inout Effects
    ) -> Bool {
        settleEngineVersion(of: execution)
        guard let demand = demand(of: execution) else { return false }
        var worker = dispatcher.assign(demand, configuration.dispatch)
        if worker == nil, makingWay, let idle = dispatcher.whoCouldMakeWay(for: demand) {
            guard putOff(idle.executions, from: idle.worker, &effects) else { return false }
            worker = dispatcher.assign(demand, configuration.dispatch)
        }
        guard let worker else { return false }
        waiting.remove(execution.number)
        timers.cancel(.workerWait(execution: execution.number))
        execution.worker = worker
        execution.hadWorker = true
        execution.state = .running
        if !execution.journal.awaitsOutcome { allowScriptTime(configuration.scriptTime, for: execution, at: now) }
        sendStart(of: execution, to: worker, &effects)
        sendDueCancel(of: execution, &effects)
        if let former = execution.movesFrom {
            execution.movesFrom = nil
            effects.note(
                .executionMoved(
                    execution: execution.number, from: former, to: worker, replayed: execution.journal.entries.count),
                of: execution, at: now)
        }
        return true
    }

    /// One of which nothing has been heard yet can begin on any engine: the newest.
    private func settleEngineVersion(of execution: Execution) {
        guard execution.journal.entries.isEmpty else { return }
        let version = execution.pinnedTo.map { dispatcher.engineVersion(of: $0) } ?? dispatcher.newestVersion
        if let version { execution.start?.engineVersion = version }
    }

    private func demand(of execution: Execution) -> Demand? {
        guard let start = execution.start else { return nil }
        return Demand(
            execution.number, engineVersion: start.engineVersion, owner: execution.owner, tenant: tenant(of: execution),
            pinnedTo: execution.pinnedTo)
    }

    /// Whose the worker is that runs this; nil: nobody's in particular.
    private func tenant(of execution: Execution) -> String? {
        guard !execution.call.isProbe, case .script(let script) = execution.program else { return nil }
        switch configuration.dispatch.isolation {
        case .none: return nil
        case .user: return script.owner
        // No name holds a NUL.
        case .dialplan: return script.owner + "\0" + script.name
        }
    }

    /// Takes executions that wait for an outcome off a worker, so that another tenant can have it. They come back by
    /// replay when their outcome comes.
    ///
    /// - Returns: false, and nothing is changed, when one of them has not come to its wait.
    private mutating func putOff(_ numbers: [UInt64], from worker: WorkerKey, _ effects: inout Effects) -> Bool {
        let all = numbers.compactMap { executions[$0] }
        guard all.allSatisfy({ $0.journal.awaitsOutcome && $0.journal.isCaughtUp && $0.pinnedTo == nil }) else {
            return false
        }
        for execution in all {
            dispatcher.release(execution.number, from: worker)
            effects.send(.stop(execution: execution.number), to: worker)
            execution.worker = nil
            execution.state = .waitingForWorker
            // The same worker may have it again: then all begins anew.
            execution.sourceSentTo = nil
            execution.cancelSentTo = nil
            waiting.addToBackground(execution.number)
        }
        return true
    }

    // MARK: Waiting

    private mutating func queue(_ execution: Execution, at now: SwitchTime) {
        execution.state = .waitingForWorker
        execution.worker = nil
        if execution.journal.awaitsOutcome {
            waiting.addToBackground(execution.number)
        } else {
            waiting.add(
                execution.number,
                to: .init(
                    owner: execution.owner, engineVersion: execution.start?.engineVersion ?? 0,
                    tenant: tenant(of: execution)))
        }
        awaitWorker(execution, at: now)
    }

    /// What it waited for has come.
    mutating func wake(_ execution: Execution, at now: SwitchTime) {
        queue(execution, at: now)
        dispatcher.hasNewRoom = true
    }

    /// Without a worker no time of the script's passes; but it is not waited for without end. While legs ring nothing
    /// needs a worker: the front owns them.
    private mutating func awaitWorker(_ execution: Execution, at now: SwitchTime) {
        guard !execution.journal.awaitsOutcome, !execution.isOverTime else { return }
        timers.cancel(.script(execution: execution.number))
        timers.schedule(.workerWait(execution: execution.number), at: now.monotonic + configuration.workerWait)
    }

    mutating func workerWaitOver(_ number: UInt64, at now: SwitchTime, _ effects: inout Effects) {
        guard let execution = executions[number], execution.state == .waitingForWorker,
            !execution.journal.awaitsOutcome
        else { return }
        abandon(
            execution, reason: "no worker was ready, or had room", status: 503, "Service Unavailable", at: now, &effects
        )
    }

    /// Gives room that there is to those who wait, users taking turns; what is left over to the background.
    mutating func dispatchWaiting(at now: SwitchTime, _ effects: inout Effects) {
        guard dispatcher.hasNewRoom else { return }
        dispatcher.hasNewRoom = false
        guard waiting.count > 0 else { return }
        var full: Set<WaitingExecutions.Lane> = []
        while let next = waiting.nextDue(running: dispatcher.running(of:), except: full) {
            guard let execution = executions[next.execution], execution.state == .waitingForWorker else {
                waiting.remove(next.execution)
                continue
            }
            if !place(execution, makingWay: true, at: now, &effects) { full.insert(next.lane) }
        }
        // Making way for one is no new room for the next.
        dispatcher.hasNewRoom = false
        if waiting.backgroundCount > 0, !timers.contains(.replay) { replayInBackground(at: now, &effects) }
    }

    /// Replays some of those that wait for an outcome, so that they go on at once when it comes. Under isolation they wait
    /// for it in the front: a worker that holds them could take no other tenant.
    mutating func replayInBackground(at now: SwitchTime, _ effects: inout Effects) {
        guard configuration.dispatch.isolation == .none else { return }
        var placed = false
        for number in waiting.nextInBackground(atMost: configuration.dispatch.replaysAtOnce) {
            guard let execution = executions[number] else {
                waiting.remove(number)
                continue
            }
            guard place(execution, makingWay: false, at: now, &effects) else { break }
            placed = true
        }
        // Without a place now, the next room that there is begins it again.
        guard placed, waiting.backgroundCount > 0 else { return }
        timers.schedule(.replay, at: now.monotonic + configuration.dispatch.replayInterval)
    }

    /// A worker is gone: every execution that it had goes to another and is replayed to the same point; at once when there
    /// is something for it to do, else a few at a time, so that the death of a worker with thousands of ringing calls is no
    /// storm.
    mutating func workerEnded(
        _ worker: WorkerKey, blamed: Blame?, at now: SwitchTime, _ effects: inout Effects
    ) {
        if let blamed, let execution = executions[blamed.execution], execution.worker == worker {
            self.blame(execution, blamed, at: now, &effects)
        }
        for number in dispatcher.workerEnded(worker) {
            guard let execution = executions[number], execution.worker == worker else { continue }
            execution.worker = nil
            execution.movesFrom = worker
            execution.moves += 1
            guard execution.blames < 2, !isPoisoned(execution, blamed), execution.moves <= configuration.movesPerRun
            else {
                abandon(
                    execution, reason: "its workers end while it runs", status: 500, "Dial plan exception",
                    at: now, &effects)
                continue
            }
            if execution.pinnedTo != nil { dispatch(execution, at: now, &effects) } else { queue(execution, at: now) }
        }
        dispatcher.hasNewRoom = true
    }

    // MARK: What a worker is sent

    /// Passes an outside end on to the worker, once it has come to the journal's end: landing earlier, it would make the
    /// replay differ.
    func sendDueCancel(of execution: Execution, _ effects: inout Effects) {
        guard let end = execution.pendingEnd, let worker = execution.worker, execution.cancelSentTo != worker,
            execution.journal.isCaughtUp, !execution.journal.awaitsOutcome
        else { return }
        execution.cancelSentTo = worker
        effects.send(.cancel(execution: execution.number, end), to: worker)
    }

    mutating func sendStart(of execution: Execution, to worker: WorkerKey, _ effects: inout Effects) {
        guard var start = execution.start, case .script(let script) = execution.program else { return }
        start.source = dispatcher.mustSendSource(script.digest, to: worker) ? script.text : nil
        let replay = execution.journal.beginReplay()
        effects.send(.start(start, awaitingReplay: !replay.isEmpty), to: worker)
        guard !replay.isEmpty else { return }
        var chunk: [PositionedEntry] = []
        var bytes = 0
        for item in replay {
            chunk.append(item)
            bytes += item.entry.byteCount
            guard bytes > 64 << 10 else { continue }
            effects.send(.replay(execution: execution.number, entries: chunk), to: worker)
            chunk.removeAll()
            bytes = 0
        }
        if !chunk.isEmpty { effects.send(.replay(execution: execution.number, entries: chunk), to: worker) }
        effects.send(.go(execution: execution.number), to: worker)
    }
}
