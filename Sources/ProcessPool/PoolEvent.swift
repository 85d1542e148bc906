/// One process of a pool: the slot keeps its number for ever, each process in it has a generation of its own.
public struct WorkerID: Hashable, Sendable, CustomStringConvertible {
    /// 0 ..< size + warm spares.
    public var slot: Int
    /// 1 for the slot's first process.
    public var generation: UInt64

    public init(slot: Int, generation: UInt64) {
        self.slot = slot
        self.generation = generation
    }

    /// `slot.generation`.
    public var description: String { "\(slot).\(generation)" }
}

/// How a process ended, as the system says it.
public enum ExitStatus: Hashable, Sendable {
    case exited(code: Int32)
    case signalled(Int32)
}

/// Why a worker is no more. Every end has exactly one.
public enum EndReason: Hashable, Sendable, CustomStringConvertible {
    /// It exited by itself.
    case exited(code: Int32)
    /// A signal that the pool did not send killed it.
    case signalled(Int32)
    /// It said goodbye after a drain, or by itself.
    case drained
    /// It closed its channel and went on living.
    case channelClosed
    /// It broke the channel's format.
    case protocolViolation(String)
    /// There never was a process.
    case spawnFailed(String)
    case spawnDeadline
    case readyDeadline
    case drainDeadline
    /// Work was due, its progress counter stood still, a ping stayed unanswered.
    case hang
    /// Resident bytes above the limit.
    case memoryLimit(residentBytes: Int)
    /// It let more bytes pile up than the limit allows.
    case notReading(queuedBytes: Int)
    case killedByOperator
    /// The pool's owner wanted it gone, in its own words.
    case requested(String)
    case poolShutdown

    /// For log lines.
    public var description: String {
        switch self {
        case .exited(let code): "exited with \(code)"
        case .signalled(let number): "killed by signal \(number)"
        case .drained: "drained"
        case .channelClosed: "closed its channel"
        case .protocolViolation(let text): "protocol violation: \(text)"
        case .spawnFailed(let text): "not started: \(text)"
        case .spawnDeadline: "not started in time"
        case .readyDeadline: "not ready in time"
        case .drainDeadline: "not drained in time"
        case .hang: "hung"
        case .memoryLimit(let bytes): "used \(bytes) bytes of memory"
        case .notReading(let bytes): "left \(bytes) bytes unread"
        case .killedByOperator: "killed by operator"
        case .requested(let text): text
        case .poolShutdown: "pool shut down"
        }
    }

    /// Whether the end counts against its slot (and delays the next spawn).
    var isFailure: Bool {
        switch self {
        case .drained, .killedByOperator, .requested, .poolShutdown: false
        default: true
        }
    }

    init(_ status: ExitStatus) {
        switch status {
        case .exited(let code): self = .exited(code: code)
        case .signalled(let number): self = .signalled(number)
        }
    }
}

/// What stood on a worker's shared page when it was read.
public struct SharedPageReading: Hashable, Sendable {
    /// What it worked on, by its own number; 0 for nothing.
    public var execution: UInt64
    /// How far that work had come.
    public var position: UInt64
    /// The script's line.
    public var line: UInt64
    /// The progress counter.
    public var progress: UInt64
    /// Whether it was at work (or waited for input).
    public var isBusy: Bool
    /// Frames of ours that it had read.
    public var framesRead: UInt64
}

/// The circumstances of a worker's end.
public struct EndReport: Hashable, Sendable {
    /// The process, 0 when there never was one.
    public var pid: Int32
    public var reason: EndReason
    /// Whether it was in service (or drained out of it) in its life.
    public var wasInService: Bool
    /// The last words on its page; `nil` when there never was a process.
    public var page: SharedPageReading?
    /// Resident bytes at the last reading, 0 when there was none.
    public var residentBytes: Int
}

/// Why judgement over hung workers is withheld.
public enum WithheldJudgement: Hashable, Sendable {
    /// Our own event loop was late by this many milliseconds.
    case ownLateness(milliseconds: Int64)
    /// More than half of the workers look sick at once.
    case mostLookSick(sick: Int, of: Int)
}

/// What a pool tells its owner, on the pool's event loop, in the order in which it happened.
public enum PoolEvent: Hashable, Sendable {
    /// The worker is warm and stands by as a spare. It takes payloads, but is not in service yet.
    case standby(WorkerID, pid: Int32, engineVersion: UInt32)
    /// The worker is in service from now on.
    case ready(WorkerID, pid: Int32, engineVersion: UInt32)
    /// Bytes from the worker. None comes after its `ended`.
    case payload(WorkerID, [UInt8])
    /// The worker is out of service and finishes what it has. It still takes payloads.
    case draining(WorkerID)
    /// The worker is gone: its process is reaped and everything it sent has been delivered.
    case ended(WorkerID, EndReport)
    /// Workers look hung, but none is killed for it.
    case judgementWithheld(WithheldJudgement)
}
