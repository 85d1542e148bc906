import DialplanHostCalls
public import SIPStack

/// What the switchboard wants done, in order. The shell empties it after every input.
public struct Effects: Sendable {
    public var datagrams: [(bytes: [UInt8], flow: Flow)] = []
    /// Payloads for workers; messages of one turn to one worker share a payload.
    public private(set) var workerPayloads: [(worker: WorkerKey, payload: [UInt8])] = []
    /// Workers that broke the protocol, with what they did.
    public var condemned: [(worker: WorkerKey, reason: String)] = []
    /// Rows that belong together, and whether their completion is waited for.
    public var storeBatches: [(token: StoreToken?, writes: [StoreWrite])] = []
    /// Probes that want to know whether the store reads and writes; each is answered by `storeCompleted`.
    public var storeProbes: [StoreToken] = []
    public var lookups: [(token: ResolveToken, host: String, port: UInt16?)] = []
    public var ownerLog: [OwnerLogLine] = []
    public var events: [SwitchEvent] = []
    /// The last call and the last transaction of a busy time are gone: a moment to give memory back.
    public var hasBecomeQuiet = false

    /// Messages past this size begin a new payload, so that none comes near the frame bound.
    private static let payloadBytes = 256 << 10

    public init() {}

    mutating func send(_ message: FrontMessage, to worker: WorkerKey) {
        if let last = workerPayloads.indices.last, workerPayloads[last].worker == worker,
            workerPayloads[last].payload.count < Self.payloadBytes
        {
            message.encode(into: &workerPayloads[last].payload)
        } else {
            var payload: [UInt8] = []
            message.encode(into: &payload)
            workerPayloads.append((worker, payload))
        }
    }

    public mutating func removeAll() {
        datagrams.removeAll(keepingCapacity: true)
        workerPayloads.removeAll(keepingCapacity: true)
        condemned.removeAll(keepingCapacity: true)
        storeBatches.removeAll(keepingCapacity: true)
        storeProbes.removeAll(keepingCapacity: true)
        lookups.removeAll(keepingCapacity: true)
        ownerLog.removeAll(keepingCapacity: true)
        events.removeAll(keepingCapacity: true)
        hasBecomeQuiet = false
    }
}

/// A line of an owner's log: what his script said or what the switch did for him. Never holds another owner's matter.
public struct OwnerLogLine: Hashable, Sendable {
    public enum Kind: String, Sendable { case script, system }

    public var owner: String
    /// The call, and the execution in it (a call to an account with a dialplan of its own has several).
    public var call: String
    public var execution: UInt64
    /// Microseconds since 1970 UTC.
    public var time: Int64
    public var kind: Kind
    public var text: String
}
