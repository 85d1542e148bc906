public import DialplanHostCalls
public import Switchboard

/// One thing that happened in a run, with the time since the call came.
public struct BenchStep: Sendable {
    public enum Kind: Sendable {
        /// A dialplan began: the call's own, or that of an account that was dialled.
        case started(dialplan: String, owner: String)
        /// The script did something: a host call, a log line, or an outside end that landed.
        case entry(Entry, line: Int)
        /// A statement that runs, with the variables that changed.
        case statement(line: Int, text: String)
        /// The switch answered the script's last call.
        case outcome(Outcome)
        /// What the switch did for the script, as in its owner's log.
        case note(String)
        /// What the caller hears.
        case caller(status: Int, reason: String)
        /// The script is over.
        case ended(KeptJournal.End)
    }

    /// Microseconds since the call came, in virtual time.
    public var at: Int64
    /// 0 for what concerns the caller.
    public var execution: UInt64
    public var kind: Kind

    public init(at: Int64, execution: UInt64, kind: Kind) {
        self.at = at
        self.execution = execution
        self.kind = kind
    }
}

/// What came of a call.
public enum BenchOutcome: Hashable, Sendable, CustomStringConvertible {
    case answered(by: String)
    case refused(status: Int, reason: String)
    /// The caller heard nothing final within the limit of the run.
    case unfinished

    public var description: String {
        switch self {
        case .answered(let destination): "answered \(destination)"
        case .refused(let status, let reason): "\(status) \(reason)"
        case .unfinished: "unfinished"
        }
    }
}

/// Everything that a run tells.
public struct BenchResult: Sendable {
    public var steps: [BenchStep] = []
    public var outcome = BenchOutcome.unfinished
    /// Microseconds of virtual time from the call's arrival to its outcome.
    public var outcomeAt: Int64 = 0
    /// Of all scripts that ran, the call's own first.
    public var journals: [KeptJournal] = []
    public var record: CallRecord?

    /// The journal of the dialplan under test; nil when no script ran.
    public var journal: KeptJournal? { journals.first { $0.parent == nil } }
}

/// The bench itself failed; no fault of the dialplan.
public struct BenchError: Error, Hashable, Sendable, CustomStringConvertible {
    public let description: String
}
