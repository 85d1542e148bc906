/// What the front tells a worker about executions (one frame's payload holds one or more).
public enum FrontMessage: Hashable, Sendable {
    /// A new execution. It runs at once unless `awaitingReplay`.
    case start(ExecutionStart, awaitingReplay: Bool)
    /// A part of the journal: outcomes and landed outside ends with their positions, in order.
    case replay(execution: UInt64, entries: [PositionedEntry])
    /// The journal is complete: run.
    case go(execution: UInt64)
    /// The outcome of the call at `position - 1`.
    case resume(execution: UInt64, position: UInt32, Outcome)
    /// End the execution at its next fuel boundary. Has no effect on one that awaits an outcome: the front ends that
    /// with an outcome.
    case cancel(execution: UInt64, OutsideEnd)
    /// Forget the execution; nothing is answered.
    case stop(execution: UInt64)
}

public struct PositionedEntry: Hashable, Sendable {
    public var position: UInt32
    public var entry: Entry

    public init(position: UInt32, entry: Entry) {
        self.position = position
        self.entry = entry
    }
}
