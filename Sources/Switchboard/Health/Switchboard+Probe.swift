import SIPMessage
import SIPStack

/// Probe calls: from inside as bytes on a flow that nobody else can have, from outside by those who are allowed to.
extension Switchboard {
    /// Whether the INVITE is a probe of somebody who may probe. To all others the user does not exist.
    func isProbe(_ target: SIPURI, from flow: Flow) -> Bool {
        guard target.user == Probe.user else { return false }
        return flow == Probe.flow(configuration.listeners)
            || configuration.probeSources.contains(flow.remote.host)
    }

    /// Begins a probe with its first stage, the store.
    mutating func probeReceived(
        _ request: SIPRequest, _ target: SIPURI, on transaction: ServerTransactionID, _ flow: Flow, at now: SwitchTime,
        _ effects: inout Effects
    ) {
        let execution = makeCall(
            request, target, of: .script(Probe.script), owner: Probe.script.owner, account: nil, .inbound,
            on: transaction, flow, isProbe: true, at: now, &effects)
        if flow == Probe.flow(configuration.listeners), let header = HeaderName("X-Probe-Worker"),
            let text = request.headers.value(named: header)
        {
            execution.pinnedTo = WorkerKey(text)
        }
        let token = StoreToken(value: newToken())
        pendingProbes[token] = execution
        effects.storeProbes.append(token)
    }

    /// The store has answered, or could not: next are dispatcher and worker.
    mutating func probeStoreCompleted(
        _ execution: Execution, succeeded: Bool, at now: SwitchTime, _ effects: inout Effects
    ) {
        guard execution.state != .over else { return }
        execution.probeStage = succeeded ? .dispatcher : .store
        if succeeded {
            run(execution, at: now, &effects)
        } else {
            answer(execution, status: 500, reason: "Probe failed", at: now, &effects)
            executionOver(execution, at: now, &effects)
        }
    }

    /// Where a probe is now, by its Call-ID; the front when the switchboard does not know it.
    public func probeStage(callID: String) -> Probe.Stage {
        let call = calls.values.first { $0.isProbe && $0.invite.headers.callID.text == callID }
        guard let execution = call?.executions.values.first else { return .front }
        return stage(of: execution)
    }

    private func stage(of execution: Execution) -> Probe.Stage {
        if execution.probeStage == .dispatcher, execution.worker != nil || execution.hadWorker { return .worker }
        return execution.probeStage
    }

    /// The headers of a probe's answer.
    func probeHeaders(of execution: Execution, healthy: Bool, at now: SwitchTime) -> [CustomHeader] {
        let micros = (now.monotonic - execution.startedAt.monotonic) / .microseconds(1)
        var lines = [
            "DialPlanEngine-ExecutionCount: \(executions.count)", "X-Probe-Latency: \(Int(micros)) us",
        ]
        if !healthy { lines.append("X-Probe-Stage: \(stage(of: execution).rawValue)") }
        if let worker = execution.worker {
            lines.append("X-Worker-Id: \(worker)")
            if let facts = workerFacts[worker] {
                lines += [
                    "X-Worker-RSS: \(facts.residentBytes)", "X-Worker-Executions: \(facts.executions)",
                    "X-Worker-Uptime: \(facts.uptime / 1000)",
                ]
            }
        }
        return lines.compactMap { CustomHeader(parsing: $0) }
    }
}

extension WorkerKey: CustomStringConvertible {
    /// `slot.generation`.
    public var description: String { "\(slot).\(generation)" }

    /// Reads what ``description`` says.
    init?(_ text: String) {
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count == 2, let slot = Int(parts[0]), let generation = UInt64(parts[1]) else { return nil }
        self.init(slot: slot, generation: generation)
    }
}
