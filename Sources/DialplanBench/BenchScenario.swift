import SIPMessage
public import SIPStack
public import Switchboard
public import TestPhone

/// One call to try a dialplan with: who calls whom and when, what the switch knows, how the destinations behave.
public struct BenchScenario: Sendable {
    /// The dialplan under test.
    public var script: ScriptVersion
    /// Outbound: the script decides a call of ``account``. Inbound: a call to it.
    public var direction: CallRecord.Direction
    public var account: AccountKey
    public var call: OutgoingCall
    /// What the switch knows besides.
    public var directory = Directory()
    public var bindings: [Binding] = []
    /// Whether an account of a served domain that is dialled and does not exist is made up, with a phone.
    public var inventsAccounts = true
    /// The first that matches decides; ``AnswerRule/standard`` when none does.
    public var rules: [AnswerRule] = []
    /// What destinations did in a call that is repeated; used up in order, before ``rules``.
    public var recordedLegs: [RecordedLeg] = []
    /// Microseconds since 1970 UTC: the time at which the call arrives.
    public var startTime: Int64
    /// Seed of the script's random numbers; nil takes it from ``secret``.
    public var seed: UInt64?
    /// The switch's clock at each outcome of the script's calls, microseconds since 1970 UTC: readings of a call that is
    /// repeated. After them, and without them, the virtual time.
    public var clock: [Int64] = []
    /// Number of the first execution.
    public var execution: UInt64 = 1
    public var secret = Array(repeating: UInt8(7), count: 32)
    /// Addresses of the switch (the one the call comes to is the first) and of the caller's phone.
    public var listeners: [TransportAddress] = BenchAddresses.listeners
    public var callerAddress: TransportAddress = BenchAddresses.caller
    /// When the caller gives up; nil waits for ever.
    public var cancelsAfter: Duration?
    /// Whether every statement is a step, with its variables.
    public var traces = false
    /// Virtual time after which the run is given up.
    public var limit: Duration = .seconds(900)

    public init(
        script: ScriptVersion, direction: CallRecord.Direction, account: AccountKey, call: OutgoingCall,
        startTime: Int64
    ) {
        self.script = script
        self.direction = direction
        self.account = account
        self.call = call
        self.startTime = startTime
    }
}

/// Addresses of the networks for documentation (RFC 5737, 3849): nothing here is ever sent anywhere.
public enum BenchAddresses {
    static func v4(_ a: UInt32, _ b: UInt32, _ c: UInt32, _ d: UInt32) -> TransportAddress {
        TransportAddress(host: .v4(IPv4Address(bits: a << 24 | b << 16 | c << 8 | d)), port: 5060)
    }

    /// Of the switch: one of each kind, so that dial strings with literal addresses find a listener.
    public static let listeners = [
        v4(192, 0, 2, 1), v4(127, 0, 0, 1),
        TransportAddress(host: .v6(IPv6Address(high: 0x2001_0DB8_0000_0000, low: 1)), port: 5060),
        TransportAddress(host: .v6(IPv6Address(high: 0, low: 1)), port: 5060),
    ]
    public static let caller = v4(192, 0, 2, 10)

    /// The phone of a made-up registration.
    static func phone(_ number: Int) -> TransportAddress { v4(203, 0, 113, UInt32(clamping: 1 + number % 254)) }

    /// What a host name is looked up to.
    static func host(_ number: Int) -> TransportAddress {
        v4(198, 51, UInt32(clamping: 100 + number / 254 % 100), UInt32(clamping: 1 + number % 254))
    }
}

extension BenchScenario {
    /// Registers a phone for an account, which is made when there is none. From then on no account is made up.
    public mutating func addPhone(of key: AccountKey) {
        inventsAccounts = false
        if directory.canonicalDomain(key.domain) == nil { directory.insert(domain: key.domain) }
        if directory.account(key) == nil { directory.insert(BenchAccounts.account(key, owner: script.owner)) }
        bindings.append(BenchAccounts.binding(of: key, number: bindings.count + 100, self))
    }
}
