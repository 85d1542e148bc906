public import DialplanCore

/// A worker inside the caller's process: the same core, messages and engine as `runDialplanWorker`, without its process,
/// its sandbox and its channel. For trying a dialplan out and for replaying a journal; a switch that serves calls never
/// runs a script itself.
public struct InProcessWorker {
    /// The front sent what no front sends; the worker cannot go on.
    public struct ProtocolViolation: Error, Hashable, CustomStringConvertible {
        public let description: String
    }

    private let notes: LineRecorder
    private var core: WorkerCore<DialplanEngine>

    /// - Parameter traces: whether every statement is noted, with its variables.
    public init(traces: Bool = false) {
        notes = LineRecorder(traces: traces)
        core = WorkerCore(engine: DialplanEngine(lines: notes))
    }

    /// Whether ``runTurn()`` would do something.
    public var hasWork: Bool { core.hasWork }

    /// Takes a frame's payload from the front.
    public mutating func receive(_ payload: [UInt8]) throws(ProtocolViolation) {
        do {
            try core.receive(payload)
        } catch {
            throw ProtocolViolation(description: error.description)
        }
    }

    /// Runs for one turn: at most some 30,000 instructions.
    ///
    /// - Returns: the instructions that were executed.
    @discardableResult
    public mutating func runTurn() -> Int64 { core.runTurn() }

    /// What is to be sent to the front, complete payloads, in order.
    public mutating func takePayloads() -> [[UInt8]] { core.takePayloads() }

    /// Where in its script an execution made the entry at a position; nil for what it did not make.
    public func place(ofEntry position: Int, in execution: UInt64) -> EntryLine? {
        notes.place(ofEntry: position, in: execution)
    }

    /// The statements that an execution has run since the last call, in order.
    public func takeTrace(of execution: UInt64) -> [TraceEvent] { notes.takeTrace(of: execution) }
}

/// Notes where scripts make their entries, and what they run.
final class LineRecorder {
    let traces: Bool
    private var places: [UInt64: [Int: EntryLine]] = [:]
    private var trace: [UInt64: [TraceEvent]] = [:]

    init(traces: Bool) { self.traces = traces }

    func append(_ noted: [EntryLine], of execution: UInt64) {
        for entry in noted { places[execution, default: [:]][entry.position] = entry }
    }

    func append(_ events: [TraceEvent], of execution: UInt64) { trace[execution, default: []] += events }

    func place(ofEntry position: Int, in execution: UInt64) -> EntryLine? { places[execution]?[position] }

    func takeTrace(of execution: UInt64) -> [TraceEvent] { trace.removeValue(forKey: execution) ?? [] }
}
