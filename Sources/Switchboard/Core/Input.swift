public import SIPStack

/// Everything that can happen to the switchboard.
public enum Input: Sendable {
    /// A datagram or a framed message as it came from the network.
    case received([UInt8], Flow)
    /// Nothing but time: due timers fire. (Every other input fires them too.)
    case tick
    case workerReady(WorkerKey, engineVersion: UInt32)
    /// A frame's payload from a worker.
    case workerMessage(WorkerKey, [UInt8])
    /// A worker takes nothing new and will be gone soon; what it still says counts.
    case workerDraining(WorkerKey)
    /// A worker's binary has been replaced: it gets nothing new and stays for those executions that only it (or its like)
    /// can go on with, until ``Switchboard/dispensableWorkers`` names it.
    case workerLeaving(WorkerKey, engineVersion: UInt32)
    /// An operator lets quarantined scripts of this owner run again: those of one dialplan, or all.
    case quarantineReleased(owner: String, dialplan: String?)
    /// A worker is gone. Blamed is the execution that its shared page named when it ended, if nothing else explains the
    /// death.
    case workerEnded(WorkerKey, blamed: Blame?)
    /// What the pool sees of its workers now; for the answers of probes.
    case workersObserved([WorkerKey: Probe.WorkerFacts])
    case storeCompleted(StoreToken, succeeded: Bool)
    /// Users, accounts or dialplans have changed; running calls keep their script version.
    case directoryChanged(Directory)
    /// An administrator takes these contacts of an account away.
    case bindingsRemoved(AccountKey, contacts: [String])
    /// An operator's new limits and times; calls that run keep what they have begun with where that matters to a replay.
    case configurationChanged(SwitchConfiguration)
    /// The bindings found in the store at start.
    case bindingsLoaded([Binding])
    /// The switch is about to end: no call is taken any more, those in set-up are refused, answered ones are hung up.
    case shutdown
    /// Nothing can be sent to this peer: no route, or the system forbids it.
    case unreachable(Flow)
    /// The answer to `Effect.resolve`; an empty list means that the name has no address.
    case resolved(ResolveToken, [TransportAddress])
}

/// Names a write whose completion the switchboard waits for.
public struct StoreToken: Hashable, Sendable {
    public let value: UInt64
}

/// Names a look-up under way.
public struct ResolveToken: Hashable, Sendable {
    public let value: UInt64
}
