/// Which call records to list. Nil means any; a record must fit all that is given.
public struct CallRecordFilter: Hashable, Sendable {
    /// How a call ended for its caller.
    public enum Outcome: Hashable, Sendable {
        case answered
        /// Not answered: refused, or the caller left.
        case failed
        /// A final status of this hundred, 2 to 6.
        case statusClass(Int)
    }

    /// A user's name.
    public var owner: String?
    /// `username@domain` of the owner's account, as it was called then.
    public var account: String?
    public var direction: CallRecord.Direction?
    /// Calls started at or after this moment.
    public var since: UnixTime?
    /// Calls started before this moment.
    public var before: UnixTime?
    /// A part of the caller's or the callee's URI, case of ASCII letters ignored; not empty.
    public var party: String?
    public var outcome: Outcome?
    /// Calls that were talked in for at least this long, in seconds.
    public var leastTalkSeconds: Int64?
    /// The front's number of the call.
    public var call: UInt64?
    /// The Call-ID of the caller's dialog, whole.
    public var sipCallID: String?

    public init(
        owner: String? = nil, account: String? = nil, direction: CallRecord.Direction? = nil, since: UnixTime? = nil,
        before: UnixTime? = nil, party: String? = nil, outcome: Outcome? = nil, leastTalkSeconds: Int64? = nil,
        call: UInt64? = nil, sipCallID: String? = nil
    ) {
        self.owner = owner
        self.account = account
        self.direction = direction
        self.since = since
        self.before = before
        self.party = party
        self.outcome = outcome
        self.leastTalkSeconds = leastTalkSeconds
        self.call = call
        self.sipCallID = sipCallID
    }
}

/// A record's place in the list of all, the later call the greater. It stays the same when others come or go.
public struct CallRecordKey: Hashable, Comparable, Sendable {
    public let rawValue: Int64

    public init(rawValue: Int64) { self.rawValue = rawValue }

    public static func < (left: CallRecordKey, right: CallRecordKey) -> Bool { left.rawValue < right.rawValue }

    /// Records that start in one microsecond, at most.
    static let perMicrosecond: Int64 = 2_048
    /// The last moment that a key can hold, in 2112.
    static let latest = UnixTime(microseconds: (1 << 52) - 1)

    /// The least key of a moment; moments out of range become the nearest.
    static func first(at moment: UnixTime) -> Int64 {
        min(max(moment.microseconds, 0), Self.latest.microseconds) * Self.perMicrosecond
    }
}

/// A record as it is listed, with what its numbers mean.
public struct ListedCallRecord: Hashable, Sendable {
    public var key: CallRecordKey
    public var record: CallRecord
    /// The owner's name.
    public var owner: String
    /// The script that decided, by name and version number; nil when none ran.
    public var dialplan: String?
    public var dialplanVersionNumber: Int?
}

/// One page of a list.
public struct CallRecordPage: Hashable, Sendable {
    /// The newest first.
    public var records: [ListedCallRecord]
    /// Where the next page begins; nil when this was the last.
    public var next: CallRecordKey?
}
