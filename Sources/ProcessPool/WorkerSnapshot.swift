public import ProcessPoolChild

/// A slot of a pool as it is now.
public struct WorkerSnapshot: Hashable, Sendable {
    /// Where a slot's life cycle stands.
    public enum State: String, Hashable, Sendable {
        /// No process; one is spawned when the back-off is over.
        case backingOff = "backing off"
        case spawning
        /// The process exists and has not said that it is ready.
        case warming
        /// Ready and not in service: a warm spare.
        case standby
        /// In service.
        case ready
        /// Ready, but workers of another program serve in its place.
        case leaving
        case draining
        /// The verdict has fallen, the process is not gone yet.
        case ending
        /// No process, and none is wanted.
        case stopped
    }

    public var id: WorkerID
    /// 0 when there is no process.
    public var pid: Int32
    public var state: State
    /// The file of its program.
    public var executable: String
    /// What the worker said with `ready`; 0 before.
    public var engineVersion: UInt32
    /// Resident bytes at the last look, 0 before the first.
    public var residentBytes: Int
    /// When the process was spawned, on the event loop's clock (nanoseconds of the system's uptime); `nil` without one.
    public var startedAtUptimeNanoseconds: UInt64?
    /// Processes that this slot has had before this one.
    public var restarts: UInt64
    /// How the process before this one ended.
    public var lastEndReason: EndReason?
    /// The shared page; `nil` without a process.
    public var page: SharedPageReading?
    /// Frames sent to the process and received from it.
    public var framesSent: UInt64
    public var framesReceived: UInt64
    /// Bytes that it has not taken from us yet.
    public var queuedBytes: Int
    /// What of its sandbox is in force; nothing before `ready`.
    public var sandbox: Sandbox.Reached
    /// Memory and processor time in the last moments, one sample for each look, the oldest first.
    public var samples: [UsageSample]
}

extension WorkerSnapshot.State {
    init(_ state: SlotMachine.State, isInService: Bool, isLeaving: Bool) {
        self =
            switch state {
            case .vacant(until: nil): .stopped
            case .vacant: .backingOff
            case .spawning: .spawning
            case .warming: .warming
            case .ready: isInService ? .ready : isLeaving ? .leaving : .standby
            case .draining: .draining
            case .ending: .ending
            }
    }
}
