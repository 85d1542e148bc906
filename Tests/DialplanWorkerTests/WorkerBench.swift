import DialplanHostCalls
import Testing

@testable import DialplanWorker

/// A worker core with a front that keeps journals as the real one does.
final class WorkerBench<Engine: ScriptEngine> {
    var core: WorkerCore<Engine>
    /// The stream of each execution, as the front has it: both directions.
    var journals: [UInt64: [Entry]] = [:]
    /// Everything but entries, in order.
    var others: [WorkerMessage] = []
    /// Differences between what a replaying worker sent and the journal.
    var divergences: [Int] = []
    /// What the worker showed before each run.
    var shown: [UInt64] = []

    init(_ engine: Engine, _ settings: WorkerCore<Engine>.Settings = .init()) {
        core = WorkerCore(engine: engine, settings: settings)
    }

    func send(_ messages: FrontMessage...) throws {
        var payload: [UInt8] = []
        for message in messages { message.encode(into: &payload) }
        try core.receive(payload)
        collect()
    }

    /// One turn; false when there was nothing to do.
    @discardableResult
    func turn() -> Bool {
        guard core.hasWork else { return false }
        core.runTurn { execution, _, _ in shown.append(execution) }
        collect()
        return true
    }

    /// Turns until nothing can run.
    func settle() {
        var turns = 0
        while turn() {
            turns += 1
            guard turns < 100_000 else {
                Issue.record("it never comes to rest")
                return
            }
        }
    }

    /// Answers the call that waits.
    func resume(_ execution: UInt64 = 1, _ result: Outcome.Result = .value(.integer(3))) throws {
        let position = UInt32(journals[execution]?.count ?? 0)
        let outcome = Outcome(result, time: 1_000)
        journals[execution, default: []].append(.outcome(outcome))
        try send(.resume(execution: execution, position: position, outcome))
    }

    /// Texts of the logged lines and calls.
    func texts(_ execution: UInt64 = 1) -> [String] {
        (journals[execution] ?? []).map { entry in
            switch entry {
            case .effect(_, let values): "log \(values.map(\.displayText).joined(separator: ","))"
            case .call(_, let values): "call \(values.map(\.displayText).joined(separator: ","))"
            case .outcome(let outcome): "outcome \(outcome.result == .value(.integer(3)) ? "3" : "other")"
            case .outsideEnd(let end, let instructions): "\(end) at \(instructions)"
            }
        }
    }

    private func collect() {
        for payload in core.takePayloads() {
            do {
                for message in try WorkerMessage.decodeAll(payload) {
                    guard case .entries(let execution, let position, let entries) = message else {
                        others.append(message)
                        continue
                    }
                    take(entries, from: Int(position), of: execution)
                }
            } catch {
                Issue.record("a payload that cannot be read: \(error)")
            }
        }
    }

    private func take(_ entries: [Entry], from position: Int, of execution: UInt64) {
        var journal = journals[execution] ?? []
        for (offset, entry) in entries.enumerated() {
            let place = position + offset
            if place < journal.count {
                if journal[place] != entry { divergences.append(place) }
            } else {
                #expect(place == journal.count, "no gap in the stream")
                journal.append(entry)
            }
        }
        journals[execution] = journal
    }
}

/// A start of execution `number` with the source.
func start(
    _ number: UInt64, _ source: String, name: String = "plan", withSource: Bool = true,
    limits: ExecutionLimits = .init()
) -> ExecutionStart {
    ExecutionStart(
        execution: number, sourceDigest: Array(source.utf8), sourceName: name,
        source: withSource ? Array(source.utf8) : nil,
        request: HostRecord(typeName: "SIPRequest", text: [], fields: []), startTime: 1_000, seed: 7, limits: limits)
}

/// What a new worker must be given of a journal.
func replay(_ journal: [Entry]) -> [PositionedEntry] {
    journal.enumerated().compactMap { position, entry in
        switch entry {
        case .outcome, .outsideEnd: PositionedEntry(position: UInt32(position), entry: entry)
        case .effect, .call: nil
        }
    }
}
