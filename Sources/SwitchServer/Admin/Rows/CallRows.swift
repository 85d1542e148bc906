public import CallStore

/// A call as one owner's record tells it: on the admin socket and with --json. The names are part of the interface; what
/// does not apply is left out.
public struct CallRow: Codable, Sendable {
    /// The switch's number of the call; a call between two users has a record for each.
    public var call: UInt64
    /// The same number in hexadecimal: its name in the owners' log.
    public var id: String
    public var owner: String
    /// `in`: the owner was called, `out`: the owner called.
    public var direction: String
    /// The owner's account.
    public var account: String?
    public var from: String
    public var to: String
    public var dialplan: String?
    public var dialplanVersion: Int?
    public var started: Timestamp
    public var answered: Timestamp?
    public var ended: Timestamp
    /// Seconds between answer and end; left out when nobody answered.
    public var talkSeconds: Double?
    /// The final status that the caller got, 200 to 699; left out when the caller gave up before.
    public var status: Int?
    public var reason: String?
    /// `caller`, `callee` or `switch`.
    public var hungUpBy: String?
    public var hangUpReason: String?
    public var sipCallID: String
    public var legs: [LegRow]

    public init(_ listed: ListedCallRecord) {
        let record = listed.record
        call = record.call
        id = String(record.call, radix: 16)
        owner = listed.owner
        direction = record.direction.rawValue
        account = record.account
        from = record.from
        to = record.to
        dialplan = listed.dialplan
        dialplanVersion = listed.dialplanVersionNumber
        started = Timestamp(record.started)
        answered = record.answered.map { Timestamp($0) }
        ended = Timestamp(record.ended)
        talkSeconds = record.answered.map { answered in
            Double((record.ended.microseconds - answered.microseconds) / 1_000) / 1_000
        }
        status = record.status
        reason = record.reason
        hungUpBy = record.hungUpBy?.rawValue
        hangUpReason = record.hangUpReason
        sipCallID = record.sipCallID
        legs = record.legs.map { LegRow($0) }
    }
}

/// One attempt to reach one destination.
public struct LegRow: Codable, Sendable {
    public var destination: String
    public var started: Timestamp
    /// The first provisional response (18x).
    public var progressed: Timestamp?
    public var progressStatus: Int?
    public var progressReason: String?
    public var answered: Timestamp?
    public var ended: Timestamp?
    public var status: Int?
    public var reason: String?
    public var hangUpReason: String?
    public var sipCallID: String?

    init(_ leg: CallLeg) {
        destination = leg.destination
        started = Timestamp(leg.started)
        progressed = leg.progressed.map { Timestamp($0) }
        progressStatus = leg.progressStatus
        progressReason = leg.progressReason
        answered = leg.answered.map { Timestamp($0) }
        ended = leg.ended.map { Timestamp($0) }
        status = leg.status
        reason = leg.reason
        hangUpReason = leg.hangUpReason
        sipCallID = leg.sipCallID
    }
}
