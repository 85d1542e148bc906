import DialplanCore

/// A worker inside the caller's process: the same core, messages and engine as `runDialplanWorker`, without its process,
/// its sandbox and its channel. For trying a dialplan out and for replaying a journal; a switch that serves calls never
/// runs a script itself.
public struct InProcessWorker {
    /// The front sent what no front sends; the worker cannot go on.
    public struct ProtocolViolation: Error, Hashable, CustomStringConvertible {
        public let description: String
    }

    private let engine = DialplanEngine(lines: LineRecorder())
    private var core: WorkerCore<DialplanEngine>

    public init() {
        core = WorkerCore(engine: engine)
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
    public mutating func runTurn() -> Int64 { core.runTurn() }

    /// What is to be sent to the front, complete payloads, in order.
    public mutating func takePayloads() -> [[UInt8]] { core.takePayloads() }

    /// The line of its script at which an execution made the entry at a position; nil for what it did not make.
    public func line(ofEntry position: Int, in execution: UInt64) -> Int? {
        engine.lines?.line(ofEntry: position, in: execution)
    }
}

/// Notes where scripts make their entries.
final class LineRecorder {
    private var lines: [UInt64: [Int: Int]] = [:]

    func append(_ noted: [EntryLine], of execution: UInt64) {
        for entry in noted { lines[execution, default: [:]][entry.position] = entry.line }
    }

    func line(ofEntry position: Int, in execution: UInt64) -> Int? { lines[execution]?[position] }
}
