/// The number of a host call in entries and frames. Numbers are never used again for another call.
public struct HostCallID: Hashable, Sendable, Comparable {
    public let rawValue: UInt16

    public init(rawValue: UInt16) { self.rawValue = rawValue }

    public static func < (left: HostCallID, right: HostCallID) -> Bool { left.rawValue < right.rawValue }
}

/// One thing that a script can ask of the world: its name, arguments, and how it is journaled.
public struct HostCall: Sendable {
    /// The script's variable on which the member is called.
    public enum Receiver: String, Sendable { case sys, req }

    /// What an argument may be.
    public enum Shape: String, Sendable {
        /// Any value; sent as its `to_s`.
        case text
        /// Text, or nil.
        case textOrNil
        /// An integer; a numeric string or a Float is converted as `to_i` would.
        case integer
        case bool
        case any
    }

    /// One parameter. A parameter with a default may be left out.
    public struct Parameter: Sendable {
        public let name: String
        public let shape: Shape
        public let defaultValue: HostValue?

        public init(_ name: String, _ shape: Shape, default defaultValue: HostValue? = nil) {
            self.name = name
            self.shape = shape
            self.defaultValue = defaultValue
        }
    }

    /// How a call meets the journal.
    public enum Kind: Sendable, Equatable {
        /// The script waits: a `call` entry, then the front's `outcome`.
        case awaits
        /// The script goes on: an `effect` entry.
        case effect
        /// No entry: read from the execution's properties (given in `start`, overwritten by outcomes).
        case property
    }

    public let id: HostCallID
    public let receiver: Receiver
    /// The documented name (CamelCase).
    public let name: String
    public let parameters: [Parameter]
    public let kind: Kind
    /// Meaning, units and limits, in one or two sentences; the source of `Docs/HostCalls.md` and of help texts.
    public let documentation: String

    /// The fewest arguments that a script must give.
    public var requiredArguments: Int { parameters.count { $0.defaultValue == nil } }
}
