/// A statement of the script that is about to run, and what its variables hold.
public struct TraceEvent: Sendable, Equatable {
    public struct Variable: Sendable, Equatable {
        public let name: String
        /// As `inspect` would show it, made without running any of the script's code; cut where it is long.
        public let value: String
    }

    /// From 1.
    public let line: Int
    public let column: Int
    /// Frames of the script below this one; 0 at the top level.
    public let depth: Int
    /// The method that runs, "" at the top level.
    public let method: String
    /// Instructions executed before it, as fuel counts them.
    public let instructions: Int64
    /// The variables that the place can see, innermost scope first.
    public let variables: [Variable]
}

/// Where a variable of a function lives, for the trace.
struct VariablePlace: BitwiseCopyable, Sendable {
    enum Home: BitwiseCopyable, Sendable {
        case register(Int)
        case environment(depth: Int, slot: Int)
    }

    let name: Symbol
    let home: Home
}

/// What the compiler tells the trace about an image.
struct TraceTable: Sendable {
    /// Words (from the image's first) at which a statement begins, in order.
    var statements: [UInt32] = []
    /// Per function: its variables and those that it sees from outside.
    var variables: [[VariablePlace]] = []

    var byteCount: Int {
        statements.count * 4 + variables.count * 8
            + variables.reduce(0) { $0 + $1.count * MemoryLayout<VariablePlace>.stride }
    }
}

/// Events as text for people: the line as it is written, then the variables that have changed since the last event of
/// that depth.
public struct TraceListing {
    private let lines: [String]
    /// The variables shown last, by depth.
    private var shown: [[TraceEvent.Variable]] = []

    public init(source: [UInt8]) {
        lines = source.split(separator: 0x0A, omittingEmptySubsequences: false).map {
            String(decoding: $0, as: UTF8.self)
        }
    }

    /// One line without its end.
    public mutating func text(of event: TraceEvent) -> String {
        while shown.count <= event.depth { shown.append([]) }
        // What deeper frames showed is over.
        shown.removeSubrange((event.depth + 1)...)
        let changed = event.variables.filter { !shown[event.depth].contains($0) && $0.value != "nil" }
        shown[event.depth] = event.variables
        let number = "\(event.line)"
        let written = event.line >= 1 && event.line <= lines.count ? lines[event.line - 1] : ""
        let code = written.drop { $0 == " " || $0 == "\t" }
        var text = String(repeating: " ", count: max(0, 5 - number.count)) + number + "  "
        text += String(repeating: "  ", count: min(event.depth, 20)) + code
        if !changed.isEmpty {
            text += String(repeating: " ", count: max(2, 64 - text.count)) + "# "
            text += changed.map { "\($0.name) = \($0.value)" }.joined(separator: ", ")
        }
        return text
    }
}
