/// What a worker tells the front (one frame's payload holds one or more).
public enum WorkerMessage: Hashable, Sendable {
    /// The `start` named a source that the worker does not have: send it again with its text.
    case sourceNeeded(execution: UInt64)
    /// Entries from `position` on: effects, calls, landed outside ends. A position may be the place of an outcome that
    /// the front wrote; the worker's next entry counts on behind it.
    case entries(execution: UInt64, position: UInt32, [Entry])
    /// The script ran to its end, or its outside end is over.
    case finished(execution: UInt64, position: UInt32, ExecutionStatistics)
    case failed(execution: UInt64, position: UInt32, ScriptFailure, ExecutionStatistics)
}

public struct ExecutionStatistics: Hashable, Sendable {
    public var instructions: Int64
    /// The region's size at the end, in bytes.
    public var regionBytes: Int64

    public init(instructions: Int64 = 0, regionBytes: Int64 = 0) {
        self.instructions = instructions
        self.regionBytes = regionBytes
    }
}

/// Why a script could not run to its end.
public struct ScriptFailure: Hashable, Sendable, Error {
    public enum Kind: UInt8, Hashable, Sendable {
        case syntaxError = 1
        case missingMethod = 2
        case exception = 3
        /// Instructions, heap, depth, strings, regex, log or host calls exhausted.
        case limit = 4
        /// The engine version is not the worker's.
        case unsupportedEngine = 5
    }

    public var kind: Kind
    /// Ruby's wording: message and class, for the owner's log.
    public var message: String
    /// From 1; 0 when unknown.
    public var line: Int32
    public var column: Int32

    public init(_ kind: Kind, message: String, line: Int32 = 0, column: Int32 = 0) {
        self.kind = kind
        self.message = message
        self.line = line
        self.column = column
    }
}
