/// Why a built-in did not return a value. Plain data: throwing one costs and allocates nothing.
enum Stop: Error, BitwiseCopyable {
    /// An exception (or jump) is pending in the Machine.
    case raise
    /// The region is full: collect, then run the instruction again. No effect has taken place.
    case needsSpace(Int)
    /// A limit is exceeded: the run ends, nothing is rescued.
    case limit(Limit)
    /// The operands need script code (a user's `==`, `to_s`…) or many steps: call the prelude's version of the method instead. Before
    /// an instruction whose heap has noted much work: charge that, and run it again.
    case slow
    /// The fuel ran out, inside a search or before the instruction; run it again to go on.
    case pause
    /// The script called `exit`.
    case finish
}

/// The limits of a run, each with its own text.
enum Limit: UInt8, BitwiseCopyable, Sendable {
    case instructions, heap, callDepth, string, logLines, logBytes, hostCalls, regex, ending

    var name: String {
        switch self {
        case .instructions: "instructions"
        case .heap: "heap"
        case .callDepth: "callDepth"
        case .string: "stringLength"
        case .logLines: "logLines"
        case .logBytes: "logBytes"
        case .hostCalls: "hostCalls"
        case .regex: "regexWork"
        case .ending: "ending"
        }
    }

    var message: String {
        switch self {
        case .instructions: "The dialplan executed too many instructions."
        case .heap: "The dialplan used too much memory."
        case .callDepth: "stack level too deep"
        case .string: "The dialplan made a string that is too long."
        case .logLines: "The dialplan wrote too many log lines."
        case .logBytes: "The dialplan wrote too much to its log."
        case .hostCalls: "The dialplan made too many calls to the switch."
        case .regex: "The dialplan's regular expressions took too much work."
        case .ending: "The dialplan did not end in time."
        }
    }
}
