public import SIPStack

/// Something that happened in the switch, for those who watch it.
///
/// An event with an owner holds only what that owner may see: several owners that have a part in one call get an event
/// each, in their own view. An event without an owner is the operator's alone.
public struct SwitchEvent: Hashable, Sendable {
    /// Microseconds since 1970 UTC.
    public var time: Int64
    public var owner: String?
    /// The call's name in logs and records.
    public var call: String?
    public var occurrence: Occurrence

    public init(time: Int64, owner: String? = nil, call: String? = nil, _ occurrence: Occurrence) {
        self.time = time
        self.owner = owner
        self.call = call
        self.occurrence = occurrence
    }

    public enum Occurrence: Hashable, Sendable {
        case messageRefused(reason: String, source: TransportAddress)
        case registered(account: String, contact: String)
        case unregistered(account: String, contact: String)
        case authenticationFailed(account: String, source: TransportAddress)

        case callStarted(direction: CallRecord.Direction, from: String, to: String, account: String?, dialplan: String?)
        /// The first 18x on its way to the caller.
        case callRinging(status: Int)
        case callAnswered
        /// As the owner's record says it; status nil: the caller left.
        case callEnded(status: Int?, reason: String?, hungUpBy: String?, answeredSeconds: Double?)

        /// A script ended with an error (at line 0: as a whole).
        case scriptFailed(dialplan: String, kind: String, line: Int, message: String)
        /// A script version has ended two workers and is not run any more.
        case scriptQuarantined(dialplan: String, version: Int, line: Int)
        /// An operator lets a quarantined script version run again.
        case scriptReleased(dialplan: String, version: Int)
        case executionMoved(execution: UInt64, from: WorkerKey, to: WorkerKey, replayed: Int)
        case executionAbandoned(execution: UInt64, reason: String)
        case journalDiverged(execution: UInt64, position: Int, worker: WorkerKey)
    }
}

extension Effects {
    /// Something of an execution's owner.
    mutating func note(_ occurrence: SwitchEvent.Occurrence, of execution: Execution, at now: SwitchTime) {
        // Probes are nobody's calls.
        guard !execution.call.isProbe else { return }
        note(occurrence, owner: execution.owner, call: execution.call.name, at: now)
    }

    mutating func note(
        _ occurrence: SwitchEvent.Occurrence, owner: String? = nil, call: String? = nil, at now: SwitchTime
    ) {
        events.append(SwitchEvent(time: now.wall, owner: owner, call: call, occurrence))
    }
}
