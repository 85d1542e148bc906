public import ProcessPoolChild

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
    /// It was worn out, or no longer wanted, and drained.
    case recycled(RecycleReason)
    /// Its sandbox is weaker than ``WorkerConfiguration/sandboxFloor``.
    case sandboxTooWeak(Sandbox.Level, floor: Sandbox.Level)
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

    /// The reason without its circumstances, for counting: one of a few words.
    public var kind: String {
        switch self {
        case .exited: "exited"
        case .signalled: "signalled"
        case .drained: "drained"
        case .recycled: "recycled"
        case .sandboxTooWeak: "sandbox_too_weak"
        case .channelClosed: "channel_closed"
        case .protocolViolation: "protocol_violation"
        case .spawnFailed: "spawn_failed"
        case .spawnDeadline: "spawn_deadline"
        case .readyDeadline: "ready_deadline"
        case .drainDeadline: "drain_deadline"
        case .hang: "hang"
        case .memoryLimit: "memory_limit"
        case .notReading: "not_reading"
        case .killedByOperator: "killed_by_operator"
        case .requested: "requested"
        case .poolShutdown: "pool_shutdown"
        }
    }

    /// For log lines.
    public var description: String {
        switch self {
        case .exited(let code): "exited with \(code)"
        case .signalled(Self.forbiddenCall): "killed by signal 31 (it made a system call that its sandbox forbids)"
        case .signalled(let number): "killed by signal \(number)"
        case .drained: "drained"
        case .recycled(let reason): "recycled: \(reason)"
        case .sandboxTooWeak(let level, let floor): "its sandbox is at level \(level), \(floor) is demanded"
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

    /// SIGSYS.
    private static let forbiddenCall: Int32 = 31

    /// Whether the end counts against its slot (and delays the next spawn).
    public var isFailure: Bool {
        switch self {
        case .drained, .recycled, .killedByOperator, .requested, .poolShutdown: false
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

/// Why a worker that is not sick is drained and replaced.
public enum RecycleReason: Hashable, Sendable, CustomStringConvertible {
    /// Resident bytes above ``WorkerConfiguration/Recycling/softResidentBytes``.
    case softMemory(residentBytes: Int)
    /// Its memory grows with its work, by so many bytes for each piece.
    case leak(bytesPerWork: Int)
    case age(seconds: Int64)
    case work(count: UInt64)
    /// All workers are being replaced.
    case restart
    /// The pool was made smaller.
    case resize
    /// Workers of another program took its place.
    case upgrade
    /// The pool's owner wanted it replaced, in its own words.
    case requested(String)

    /// For log lines.
    public var description: String {
        switch self {
        case .softMemory(let bytes): "used \(bytes) bytes of memory"
        case .leak(let bytes): "leaks \(bytes) bytes with each piece of work"
        case .age(let seconds): "\(seconds) s old"
        case .work(let count): "did \(count) pieces of work"
        case .restart: "restart of all workers"
        case .resize: "the pool was made smaller"
        case .upgrade: "workers of a new program took its place"
        case .requested(let text): text
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
    /// Pieces of work that it had begun.
    public var work: UInt64
    /// Pieces of work that it held, begun and not ended.
    public var held: UInt64
    /// System calls that its sandbox had refused, and the number of the last of them.
    public var refusedCalls: UInt64
    public var lastRefusedCall: UInt64

    package init(
        execution: UInt64, position: UInt64, line: UInt64, progress: UInt64, isBusy: Bool, framesRead: UInt64,
        work: UInt64, held: UInt64 = 0, refusedCalls: UInt64, lastRefusedCall: UInt64
    ) {
        self.execution = execution
        self.position = position
        self.line = line
        self.progress = progress
        self.isBusy = isBusy
        self.framesRead = framesRead
        self.work = work
        self.held = held
        self.refusedCalls = refusedCalls
        self.lastRefusedCall = lastRefusedCall
    }
}

/// What a worker used at one moment, as the kernel says.
public struct UsageSample: Hashable, Sendable {
    /// Since the process was spawned.
    public var age: Duration
    public var residentBytes: Int
    /// Time on a processor so far.
    public var processorTime: Duration
    /// Time so far in which it could have run but had to wait for a processor.
    public var waitingTime: Duration
    /// Pieces of work begun.
    public var work: UInt64
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
    /// How long the process lived.
    public var age: Duration
    /// Memory and processor time in the last moments, one sample for each look, the oldest first.
    public var samples: [UsageSample]

    package init(
        pid: Int32, reason: EndReason, wasInService: Bool, page: SharedPageReading?, residentBytes: Int, age: Duration,
        samples: [UsageSample]
    ) {
        self.pid = pid
        self.reason = reason
        self.wasInService = wasInService
        self.page = page
        self.residentBytes = residentBytes
        self.age = age
        self.samples = samples
    }
}

/// Why judgement over hung workers is withheld.
public enum WithheldJudgement: Hashable, Sendable {
    /// Our own event loop was late by this many milliseconds.
    case ownLateness(milliseconds: Int64)
    /// More than half of the workers look sick at once.
    case mostLookSick(sick: Int, of: Int)
    /// A worker does not come on because the machine gives it no processor time.
    case starved(WorkerID)
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
    /// Workers of another program serve in the worker's place (it served, or was a spare of those who did). What it has may
    /// stay with it: it takes payloads, and lives until its owner has it drained (``ProcessPool/drain(_:reason:)``).
    case leaving(WorkerID, engineVersion: UInt32)
    /// The workers of the program that ``ProcessPool/upgrade(executable:)`` named serve.
    case upgraded(executable: String)
    /// They did not become ready and are gone, for this reason; the former go on serving.
    case upgradeFailed(executable: String, EndReason)
    /// The worker is gone: its process is reaped and everything it sent has been delivered.
    case ended(WorkerID, EndReport)
    /// Workers look hung, but none is killed for it.
    case judgementWithheld(WithheldJudgement)
    /// The worker's sandbox has refused system calls since the last look; the number of the last one.
    case callsRefused(WorkerID, count: UInt64, lastCall: UInt64)
}
