/// How executions are spread over workers.
public struct DispatchPolicy: Hashable, Sendable {
    /// Whose executions a worker may have beside each other.
    public enum Isolation: String, Hashable, Sendable, CaseIterable {
        /// Anybody's.
        case none
        /// One user's at a time.
        case user
        /// One dialplan's of one user at a time.
        case dialplan
    }

    public var isolation = Isolation.none
    /// Scripts that one worker works on at once (those that wait for a Dial or another answer are not counted); more wait
    /// in the front, users taking turns. 1 or more.
    public var scriptsAtOnce = 64
    /// Executions that wait for an outcome and lost their worker are replayed in the background so many at a time, at
    /// most, over all workers, once in each ``replayInterval``.
    public var replaysAtOnce = 16
    public var replayInterval: Duration = .milliseconds(5)

    public init() {}

    /// Of ``scriptsAtOnce``, those that may be one user's: the rest is always free for others.
    var scriptsOfOneUser: Int { max(1, scriptsAtOnce - scriptsAtOnce / 4) }
}

/// An execution as far as its worker is chosen by it.
struct Demand: Hashable, Sendable {
    var execution: UInt64
    var engineVersion: UInt32
    var owner: String
    /// What a worker under isolation is shared by; nil: it may stand beside anything (the switch's own probes).
    var tenant: String?
    /// The one worker that it is for.
    var pinnedTo: WorkerKey?

    init(
        _ execution: UInt64, engineVersion: UInt32, owner: String, tenant: String? = nil, pinnedTo: WorkerKey? = nil
    ) {
        self.execution = execution
        self.engineVersion = engineVersion
        self.owner = owner
        self.tenant = tenant
        self.pinnedTo = pinnedTo
    }
}
