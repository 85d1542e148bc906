/// The saved journal of one execution: what a worker needs to replay it (design §4). The bytes are the front's own
/// encoding; the store does not look into them.
public struct Journal: Hashable, Sendable {
    /// The front's number of the call, 1 to 2⁶³ − 1.
    public var call: UInt64
    /// The execution within the switch, 0 to 2⁶³ − 1.
    public var execution: UInt64
    /// Executions replay on this engine only.
    public var engineVersion: UInt32
    /// At most 16 MiB.
    public var entries: [UInt8]
    public var updated: UnixTime

    public init(call: UInt64, execution: UInt64, engineVersion: UInt32, entries: [UInt8], updated: UnixTime) {
        self.call = call
        self.execution = execution
        self.engineVersion = engineVersion
        self.entries = entries
        self.updated = updated
    }
}
