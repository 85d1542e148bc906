public import DialplanHostCalls
public import SIPStack

/// What an operator can set of the switchboard; every value has a safe default.
public struct SwitchConfiguration: Sendable {
    /// Number of this shard; every identifier that it mints carries it.
    public var shard: UInt8 = 0
    /// Secret of this installation (at least 16 bytes): nonces and identifiers are derived from it.
    public var secret: [UInt8]
    /// The addresses on which requests leave, in order of preference.
    public var listeners: [TransportAddress]
    /// Host written into Via and Contact in place of an unspecified listening address (0.0.0.0, [::]).
    public var advertisedHost: String?
    /// `Server` and `User-Agent`.
    public var product = "Dialplan/0.1"

    /// Seconds; what a REGISTER without Expires gets, and the bounds of what it may ask for.
    public var defaultExpires: UInt32 = 3_600
    public var minimumExpires: UInt32 = 60
    public var maximumExpires: UInt32 = 7_200
    public var bindingsPerAccount = 10
    /// Seconds for which a nonce is good.
    public var nonceLifetime: Duration = .seconds(300)
    public var digestOffer = DigestOffer()

    /// Ring time of a Dial without one, and the longest.
    public var ringTime: Duration = .seconds(180)
    /// What a script may take that does not wait for a Dial, and the whole run.
    public var scriptTime: Duration = .seconds(10)
    public var scriptTimeTotal: Duration = .seconds(300)
    /// How often an answered call's phones are asked whether they still have it; a call whose phone is gone ends.
    public var sessionCheck: Duration = .seconds(900)
    /// What one run of a script may use of its worker.
    public var scriptLimits = ExecutionLimits()
    /// Which worker gets which script.
    public var dispatch = DispatchPolicy()
    /// How long a call may wait for a worker.
    public var workerWait: Duration = .seconds(20)
    public var legsPerRun = 20
    /// Legs of one call, over all its scripts.
    public var legsPerCall = 50
    /// Redirections (3xx) that are followed one after the other.
    public var redirections = 5
    /// Executions of one call: scripts that dial accounts with scripts of their own.
    public var executionsPerCall = 10
    /// Journal entries of one run and their bytes; a run that makes more is ended.
    public var entriesPerRun = 4_000
    public var entryBytesPerRun = 2 << 20
    /// Bytes of one run's encoded journal that are kept with the call's records; a longer one is not kept, and 0 keeps
    /// none.
    public var keptJournalBytes = 512 << 10
    /// The seed of every script's random numbers, so that a run can be repeated; nil draws it from the secret.
    public var scriptSeed: UInt64?
    /// Bytes of a dial string.
    public var dialStringBytes = 4_096
    /// Bytes of one message of an owner's log; what is longer is cut.
    public var logMessageBytes = 8_192
    /// How often a run may be moved to another worker.
    public var movesPerRun = 16
    /// Scripts that run other accounts' scripts by dialling them, one inside the other.
    public var executionDepth = 5
    /// Executions alive at once; further calls are refused with 503.
    public var executions = 20_000
    /// Addresses from which the probe user may be called, beside the switch itself; to others it does not exist.
    public var probeSources: Set<IPAddress> = []

    public init(secret: [UInt8], listeners: [TransportAddress]) {
        self.secret = secret
        self.listeners = listeners
    }
}
