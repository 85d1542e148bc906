/// What one run of a script may use. Every limit ends the run with its own text; all are on by default.
public struct ExecutionLimits: Hashable, Sendable {
    /// Instructions, as the Machine's fuel counts them.
    public var instructions: Int64 = 200_000_000
    /// Bytes of the execution's region. A dialplan uses some KiB; what can be kept decides how long one step may take.
    public var heapBytes: Int64 = 8 << 20
    /// Frames on the call stack.
    public var callDepth: Int32 = 2_000
    /// Bytes of one string: as many as a script may have. A step over the longest one takes some milliseconds.
    public var stringBytes: Int64 = 256 << 10
    public var logLines: Int32 = 1_000
    public var logBytes: Int64 = 256 << 10
    public var hostCalls: Int32 = 500
    /// Fuel that regex searches may use in one run.
    public var regexWork: Int64 = 100_000_000

    public init() {}
}
