import ProcessPool
import Switchboard

/// An event as those see it who watch the switch.
public struct EventRow: Codable, Hashable, Sendable {
    /// Counts all events since the switch started; a gap is what was not asked for.
    public var number: UInt64
    public var time: Timestamp
    /// One of ``EventKind``.
    public var kind: String
    /// Whose matter it is; nil: the operator's.
    public var owner: String?
    public var call: String?
    /// For people.
    public var text: String
    /// For machines: what the text is made of.
    public var fields: [String: String]
}

/// Names of events.
public enum EventKind: String, CaseIterable, Sendable {
    case registered
    case unregistered
    case authenticationFailed = "authentication-failed"
    case messageRefused = "message-refused"
    case callStarted = "call-started"
    case callRinging = "call-ringing"
    case callAnswered = "call-answered"
    case callEnded = "call-ended"
    case scriptFailed = "script-failed"
    case scriptQuarantined = "script-quarantined"
    case scriptReleased = "script-released"
    case scriptMoved = "script-moved"
    case scriptAbandoned = "script-abandoned"
    case journalDiverged = "journal-diverged"
    case workerReady = "worker-ready"
    case workerDraining = "worker-draining"
    /// Workers of another program serve in its place.
    case workerLeaving = "worker-leaving"
    case workersUpgraded = "workers-upgraded"
    case upgradeFailed = "upgrade-failed"
    case workerEnded = "worker-ended"
    /// The sandbox of a worker refused a system call.
    case workerRefused = "worker-refused"
    case workersNotJudged = "workers-not-judged"
    case storeTrouble = "store-trouble"
    case configurationRead = "configuration-read"
    /// Events that strangers cause at will, above what is shown.
    case suppressed

    /// What strangers can cause at will: shown so many a second, then counted.
    var isNoisy: Bool { self == .authenticationFailed || self == .messageRefused }
}
