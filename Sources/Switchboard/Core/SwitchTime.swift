public import SIPStack

/// The time of an input: the monotonic clock for timers, the wall clock for records and for scripts.
public struct SwitchTime: Hashable, Sendable {
    public var monotonic: MonotonicTime
    /// Microseconds since 1970 UTC.
    public var wall: Int64

    public init(monotonic: MonotonicTime, wall: Int64) {
        self.monotonic = monotonic
        self.wall = wall
    }
}
