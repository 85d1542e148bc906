/// Why a script is ended from outside. The script sees one exception with ``message``.
public enum OutsideEnd: UInt8, Hashable, Sendable, CaseIterable {
    case callerGone = 1
    case answered = 2
    case finalResponse = 3
    case wallTime = 4
    case operatorStop = 5

    /// The ancestor's text, which real scripts filter out of their logs.
    public static let message = "Thread was being aborted."
}

/// The front's answer to a host call.
public struct Outcome: Hashable, Sendable {
    public enum Result: Hashable, Sendable {
        case value(HostValue)
        /// The script is over: the exception is raised in place of a return.
        case ended(OutsideEnd)
    }

    public struct Update: Hashable, Sendable {
        public var property: HostCallID
        public var value: HostValue

        public init(_ property: HostCallID, _ value: HostValue) {
            self.property = property
            self.value = value
        }
    }

    public var result: Result
    /// Properties that change with this answer (`LastDialled` after a Dial).
    public var updates: [Update]
    /// The front's wall clock, microseconds since 1970 UTC: what `Time.now` goes on from.
    public var time: Int64

    public init(_ result: Result, updates: [Update] = [], time: Int64) {
        self.result = result
        self.updates = updates
        self.time = time
    }
}

/// One item of an execution's single stream: all that a script did to the world and all that came back.
///
/// Positions count from 0. Writers never race for a position: while the script runs only the worker appends (effects,
/// calls, an outside end that landed); after a `call` only the front does (its `outcome`).
public enum Entry: Hashable, Sendable {
    case effect(HostCallID, [HostValue])
    case call(HostCallID, [HostValue])
    case outcome(Outcome)
    /// An outside end that landed in a running script after so many instructions.
    case outsideEnd(OutsideEnd, instructions: Int64)

    /// Whether the worker wrote it (and will write it again on replay).
    public var isFromWorker: Bool {
        switch self {
        case .effect, .call, .outsideEnd: true
        case .outcome: false
        }
    }
}
