/// What happened to one call, for one owner. A call between two users of this switch has a record for each.
public struct CallRecord: Hashable, Sendable {
    /// Which way the owner's dialplan was asked.
    public enum Direction: String, Hashable, Sendable, CaseIterable {
        case `in`, out
    }

    /// Which side ended an answered call.
    public enum Party: String, Hashable, Sendable, CaseIterable {
        case caller, callee, `switch`
    }

    /// The front's number of the call, 1 to 2⁶³ − 1; unique together with the owner.
    public var call: UInt64
    public var ownerID: RowID<User>
    public var direction: Direction
    /// `username@domain` of the owner's account, as it was called then; nil when none was involved.
    public var account: String?
    /// The caller's From URI and the request's URI.
    public var from: String
    public var to: String
    /// Call-ID of the caller's dialog.
    public var sipCallID: String
    /// The script that decided; nil when none ran.
    public var dialplanVersion: RowID<DialplanVersion>?
    /// The engine that ran it (design §4); replay needs the same.
    public var engineVersion: UInt32?
    public var started: UnixTime
    public var answered: UnixTime?
    public var ended: UnixTime
    /// The final status the caller got, 200 to 699; nil when the caller left without one.
    public var status: Int?
    public var reason: String?
    public var hungUpBy: Party?
    public var hangUpReason: String?
    /// In the order they were placed.
    public var legs: [CallLeg]

    public init(
        call: UInt64, ownerID: RowID<User>, direction: Direction, account: String? = nil, from: String, to: String,
        sipCallID: String, dialplanVersion: RowID<DialplanVersion>? = nil, engineVersion: UInt32? = nil,
        started: UnixTime, answered: UnixTime? = nil, ended: UnixTime, status: Int? = nil, reason: String? = nil,
        hungUpBy: Party? = nil, hangUpReason: String? = nil, legs: [CallLeg] = []
    ) {
        self.call = call
        self.ownerID = ownerID
        self.direction = direction
        self.account = account
        self.from = from
        self.to = to
        self.sipCallID = sipCallID
        self.dialplanVersion = dialplanVersion
        self.engineVersion = engineVersion
        self.started = started
        self.answered = answered
        self.ended = ended
        self.status = status
        self.reason = reason
        self.hungUpBy = hungUpBy
        self.hangUpReason = hangUpReason
        self.legs = legs
    }
}

/// One attempt to reach one destination within a call.
public struct CallLeg: Hashable, Sendable {
    /// What was dialled, as the front resolved it (a URI, mostly).
    public var destination: String
    /// Call-ID of the leg's dialog; nil when nothing was sent.
    public var sipCallID: String?
    public var started: UnixTime
    /// First 18x, its status and reason.
    public var progressed: UnixTime?
    public var progressStatus: Int?
    public var progressReason: String?
    public var answered: UnixTime?
    /// When it failed, was cancelled or hung up.
    public var ended: UnixTime?
    /// The leg's final status, 200 to 699 (487 when it was cancelled); nil when it ended without one.
    public var status: Int?
    public var reason: String?
    public var hangUpReason: String?

    public init(
        destination: String, sipCallID: String? = nil, started: UnixTime, progressed: UnixTime? = nil,
        progressStatus: Int? = nil, progressReason: String? = nil, answered: UnixTime? = nil, ended: UnixTime? = nil,
        status: Int? = nil, reason: String? = nil, hangUpReason: String? = nil
    ) {
        self.destination = destination
        self.sipCallID = sipCallID
        self.started = started
        self.progressed = progressed
        self.progressStatus = progressStatus
        self.progressReason = progressReason
        self.answered = answered
        self.ended = ended
        self.status = status
        self.reason = reason
        self.hangUpReason = hangUpReason
    }
}
