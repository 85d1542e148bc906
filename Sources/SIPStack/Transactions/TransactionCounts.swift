/// How many transactions are in each state, for status pages and leak tests.
public struct TransactionCounts: Hashable, Sendable {
    public struct InviteClients: Hashable, Sendable {
        public internal(set) var calling = 0
        public internal(set) var proceeding = 0
        public internal(set) var completed = 0
        public internal(set) var accepted = 0
        public var total: Int { calling + proceeding + completed + accepted }
    }

    public struct NonInviteClients: Hashable, Sendable {
        public internal(set) var trying = 0
        public internal(set) var proceeding = 0
        public internal(set) var completed = 0
        public var total: Int { trying + proceeding + completed }
    }

    public struct InviteServers: Hashable, Sendable {
        public internal(set) var proceeding = 0
        public internal(set) var completed = 0
        public internal(set) var confirmed = 0
        public internal(set) var accepted = 0
        public var total: Int { proceeding + completed + confirmed + accepted }
    }

    public struct NonInviteServers: Hashable, Sendable {
        public internal(set) var trying = 0
        public internal(set) var proceeding = 0
        public internal(set) var completed = 0
        public var total: Int { trying + proceeding + completed }
    }

    public internal(set) var inviteClients = InviteClients()
    /// CANCELs that the layer sent count here.
    public internal(set) var nonInviteClients = NonInviteClients()
    public internal(set) var inviteServers = InviteServers()
    public internal(set) var nonInviteServers = NonInviteServers()
    /// Timers that are set; one for each transaction that waits for time to pass.
    public internal(set) var timers = 0
    /// Entries of all the layer's indexes together. Zero when no transaction is left.
    public internal(set) var indexEntries = 0

    /// All transactions, the ended but still remembered ones included.
    public var total: Int {
        inviteClients.total + nonInviteClients.total + inviteServers.total + nonInviteServers.total
    }

    /// Transactions that still wait for a final response.
    public var waiting: Int {
        inviteClients.calling + inviteClients.proceeding + nonInviteClients.trying + nonInviteClients.proceeding
            + inviteServers.proceeding + nonInviteServers.trying + nonInviteServers.proceeding
    }

    init() {}
}
