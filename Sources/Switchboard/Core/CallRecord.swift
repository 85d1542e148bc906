/// One per call and owner: what happened, for the owner's list of calls.
public struct CallRecord: Hashable, Sendable {
    /// One leg that the owner's dialplan (or account) placed.
    public struct Leg: Hashable, Sendable {
        public var destination: String
        /// Nil when nothing was sent.
        public var sipCallID: String?
        /// Times are microseconds since 1970 UTC.
        public var startedAt: Int64
        public var answeredAt: Int64?
        public var endedAt: Int64
        public var status: Int
        public var reason: String
    }

    public enum Direction: String, Sendable { case inbound = "in", outbound = "out" }

    public var number: UInt64
    public var owner: String
    public var direction: Direction
    public var account: String?
    public var from: String
    public var to: String
    public var sipCallID: String
    public var dialplan: String?
    public var scriptVersion: Int?
    public var startedAt: Int64
    public var answeredAt: Int64?
    public var endedAt: Int64
    /// What the caller got; nil when it left before.
    public var status: Int?
    public var reason: String?
    /// `caller`, `callee` or `switch`.
    public var hungUpBy: String?
    public var legs: [Leg] = []
}
