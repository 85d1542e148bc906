import DialplanCore
public import DialplanHostCalls
import DialplanWorker
import Switchboard

/// A kept journal run again on the machine: the same start, the same outcomes; what the script does is compared with what
/// it did.
public struct JournalReplay: Sendable {
    /// Where the script did something else than its journal says.
    public struct Divergence: Hashable, Sendable {
        /// Position in the journal.
        public var position: Int
        /// What the journal says; nil when it ends before.
        public var journaled: String?
        /// What the script did; nil when it ended before.
        public var replayed: String?
    }

    public private(set) var steps: [BenchStep] = []
    public private(set) var divergence: Divergence?
    public private(set) var end: KeptJournal.End?
    /// The engine that wrote the journal, when it is not this one: differences then say nothing about the script.
    public let otherEngine: UInt32?

    private let kept: KeptJournal
    private var journal = Journal()

    /// Replays.
    ///
    /// - Parameter source: the script's text of the call's time; another text will diverge somewhere.
    /// - Throws: ``BenchError`` for a journal that no worker takes.
    public init(_ kept: KeptJournal, source: [UInt8]) throws(BenchError) {
        self.kept = kept
        otherEngine = kept.start.engineVersion == EngineVersion.current ? nil : kept.start.engineVersion
        for (position, entry) in kept.entries.enumerated() {
            if case .outcome(let outcome) = entry {
                _ = journal.append(outcome)
                _ = journal.takeDueOutcome()
            } else {
                _ = journal.receive([entry], from: position)
            }
        }
        var worker = InProcessWorker()
        do {
            for payload in payloads(source) { try worker.receive(payload) }
        } catch {
            throw BenchError(description: "the journal cannot be replayed: \(error.description)")
        }
        let owner = kept.owner
        steps.append(
            BenchStep(at: 0, execution: execution, kind: .started(dialplan: kept.start.sourceName, owner: owner)))
        while worker.hasWork, divergence == nil {
            worker.runTurn()
            for payload in worker.takePayloads() {
                for message in (try? WorkerMessage.decodeAll(payload)) ?? [] { take(message, worker) }
            }
        }
        if end == nil, divergence == nil { end = kept.end }
    }

    private var execution: UInt64 { kept.start.execution }

    /// What a front sends to a worker that takes an execution over.
    private mutating func payloads(_ source: [UInt8]) -> [[UInt8]] {
        var start = kept.start
        start.source = source
        start.engineVersion = EngineVersion.current
        let replay = journal.beginReplay()
        var messages: [FrontMessage] = [.start(start, awaitingReplay: !replay.isEmpty)]
        if !replay.isEmpty {
            messages += replay.map { .replay(execution: start.execution, entries: [$0]) }
            messages.append(.go(execution: start.execution))
        }
        return messages.map { message in
            var bytes: [UInt8] = []
            message.encode(into: &bytes)
            return bytes
        }
    }

    private mutating func take(_ message: WorkerMessage, _ worker: InProcessWorker) {
        guard divergence == nil else { return }
        switch message {
        case .sourceNeeded: break
        case .entries(_, let position, let entries):
            for (index, entry) in entries.enumerated() where divergence == nil {
                let place = Int(position) + index
                take(entry, at: place, line: worker.place(ofEntry: place, in: execution)?.line ?? 0)
            }
        case .finished(_, _, let statistics): ended(.finished(statistics))
        case .failed(_, _, let failure, let statistics): ended(.failed(failure, statistics))
        }
    }

    private mutating func take(_ entry: Entry, at position: Int, line: Int) {
        steps.append(BenchStep(at: time(before: position), execution: execution, kind: .entry(entry, line: line)))
        let isKnown = position < kept.entries.count
        if case .fresh(let fresh) = journal.receive([entry], from: position), fresh.isEmpty || isAbandoned {
            guard case .call = entry, position + 1 < kept.entries.count,
                case .outcome(let outcome) = kept.entries[position + 1]
            else { return }
            steps.append(
                BenchStep(at: outcome.time &- kept.start.startTime, execution: execution, kind: .outcome(outcome)))
            return
        }
        divergence = Divergence(
            position: position, journaled: isKnown ? Self.words(for: kept.entries[position]) : nil,
            replayed: Self.words(for: entry))
    }

    private var isAbandoned: Bool { if case .abandoned = kept.end { true } else { false } }

    private mutating func ended(_ end: KeptJournal.End) {
        self.end = end
        let last = kept.entries.count
        steps.append(BenchStep(at: time(before: last), execution: execution, kind: .ended(end)))
        guard !isAbandoned, end != kept.end || !journal.isCaughtUp else { return }
        var next = journal.cursor
        while next < last, case .outcome = kept.entries[next] { next += 1 }
        divergence = Divergence(
            position: next, journaled: next < last ? Self.words(for: kept.entries[next]) : Self.words(for: kept.end),
            replayed: Self.words(for: end))
    }

    /// The journal's time at a position: that of the last outcome before it.
    private func time(before position: Int) -> Int64 {
        for entry in kept.entries.prefix(position).reversed() {
            if case .outcome(let outcome) = entry { return outcome.time &- kept.start.startTime }
        }
        return 0
    }

    private static func words(for entry: Entry) -> String {
        switch entry {
        case .effect(HostCallTable.Name.log, let arguments): "log: \(arguments.first?.displayText ?? "")"
        case .effect(let id, let arguments), .call(let id, let arguments): ScriptText.call(id, arguments)
        case .outcome(let outcome): ScriptText.outcome(outcome)
        case .outsideEnd(let end, _): ScriptText.words(for: end)
        }
    }

    private static func words(for end: KeptJournal.End) -> String {
        switch end {
        case .finished(let statistics): "the end after \(statistics.instructions) instructions"
        case .failed(let failure, _): "failed in line \(failure.line): \(failure.message)"
        case .abandoned(let reason): "given up: \(reason)"
        }
    }
}
