import DialplanHostCalls

/// A worker without a process: runs small programs in place of scripts, and replays them like the real one.
struct SimulatedWorker {
    /// What a simulated script does, step by step. It goes on after each Dial that fails.
    enum Step: Hashable, Sendable {
        case log(String)
        case dial(String, ring: Int64)
        /// Logs the status of the first leg of the last Dial.
        case logLastDialled
        case respond(Int64, String)
        /// Any effect, any call; the outcome of a call is logged.
        case effect(HostCallID, [HostValue])
        case ask(HostCallID, [HostValue])
        case logAnswer
    }

    private struct Run {
        let steps: [Step]
        var next = 0
        var position: UInt32 = 0
        var awaitsOutcome = false
        var lastDialled = HostValue.null
        var answer = HostValue.null
        var replay: [UInt32: Entry] = [:]
        var pendingEnd: OutsideEnd?
        var isEnding = false
    }

    let programs: [String: [Step]]
    private var runs: [UInt64: Run] = [:]
    private var waiting: Set<UInt64> = []

    init(programs: [String: [Step]]) { self.programs = programs }

    /// Takes a payload; returns what is sent back, each element at a later moment than the one before.
    mutating func receive(_ payload: [UInt8]) throws -> [WorkerMessage] {
        var sent: [WorkerMessage] = []
        for message in try FrontMessage.decodeAll(payload) {
            switch message {
            case .start(let start, let awaitingReplay):
                runs[start.execution] = Run(steps: programs[start.sourceName] ?? [])
                if awaitingReplay { waiting.insert(start.execution) } else { advance(start.execution, &sent) }
            case .replay(let execution, let entries):
                for item in entries { runs[execution]?.replay[item.position] = item.entry }
            case .go(let execution):
                waiting.remove(execution)
                advance(execution, &sent)
            case .resume(let execution, let position, let outcome):
                guard runs[execution]?.awaitsOutcome == true, runs[execution]?.position == position else { continue }
                take(outcome, execution)
                advance(execution, &sent)
            case .cancel(let execution, let end): runs[execution]?.pendingEnd = end
            case .stop(let execution): runs[execution] = nil
            }
        }
        return sent
    }

    private mutating func take(_ outcome: Outcome, _ execution: UInt64) {
        runs[execution]?.awaitsOutcome = false
        runs[execution]?.position += 1
        for update in outcome.updates where update.property == HostCallTable.Name.lastDialled {
            runs[execution]?.lastDialled = update.value
        }
        if case .value(let value) = outcome.result { runs[execution]?.answer = value }
        if case .ended = outcome.result {
            runs[execution]?.isEnding = true
            runs[execution]?.next = .max
        }
    }

    private mutating func advance(_ execution: UInt64, _ sent: inout [WorkerMessage]) {
        while var run = runs[execution], !run.awaitsOutcome {
            guard run.next < run.steps.count else {
                if run.isEnding {
                    let said = Entry.effect(HostCallTable.Name.log, [.text("ended from outside")])
                    sent.append(.entries(execution: execution, position: run.position, [said]))
                    run.position += 1
                }
                runs[execution] = nil
                sent.append(.finished(execution: execution, position: run.position, ExecutionStatistics()))
                return
            }
            let step = run.steps[run.next]
            run.next += 1
            sent.append(.entries(execution: execution, position: run.position, [entry(of: step, run)]))
            run.position += 1
            switch step {
            case .log, .logLastDialled, .effect, .logAnswer: runs[execution] = run
            case .dial, .respond, .ask:
                run.awaitsOutcome = true
                runs[execution] = run
                if case .outcome(let known)? = run.replay[run.position] { take(known, execution) }
            }
        }
    }

    private func entry(of step: Step, _ run: Run) -> Entry {
        switch step {
        case .log(let text): .effect(HostCallTable.Name.log, [.text(text)])
        case .logLastDialled: .effect(HostCallTable.Name.log, [.text("last: \(Self.statuses(run.lastDialled))")])
        case .dial(let text, let ring): .call(HostCallTable.Name.dial, [.text(text), .integer(ring), .integer(0)])
        case .respond(let code, let reason):
            .call(HostCallTable.Name.respond, [.integer(code), .text(reason), .null])
        case .effect(let id, let arguments): .effect(id, arguments)
        case .ask(let id, let arguments): .call(id, arguments)
        case .logAnswer: .effect(HostCallTable.Name.log, [.text("answer: \(run.answer.displayText)")])
        }
    }

    private static func statuses(_ value: HostValue) -> String {
        guard case .array(let legs) = value else { return "none" }
        return legs.map { leg in
            guard case .record(let record) = leg, let response = record.fields.first?.value else { return "?" }
            return response.displayText
        }.joined(separator: ", ")
    }
}
