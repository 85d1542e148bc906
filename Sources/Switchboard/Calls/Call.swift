import SIPMessage
import SIPStack

/// One call: the caller's INVITE, a tree of executions and legs, and after the answer a bridge.
///
/// Classes, because a call is one thing that several tables lead to; they never leave the switchboard.
final class Call {
    enum Phase {
        case settingUp
        /// The 200 was handed to the transport, or taken from a leg: the script's say is over.
        case answered(Bridge)
        /// The caller got a final failure or has left.
        case over
    }

    let number: UInt64
    /// Our Call-ID-like name of the call in logs and records.
    let name: String
    let startedAt: SwitchTime
    let inviteTransaction: ServerTransactionID
    let invite: SIPRequest
    let flow: Flow
    /// The To tag of plain provisional responses and failures.
    let localTag: Token
    var phase = Phase.settingUp
    /// Whether the INVITE transaction still wants a final response.
    var awaitsFinalResponse = true
    var executions: [UInt64: Execution] = [:]
    var legs: [Int: Leg] = [:]
    var legCount = 0
    /// To tag and status of the provisional response sent last, to drop repeats.
    var lastProvisional: (tag: Token, status: Int)?
    /// That response, which is sent again each minute (RFC 3261 §13.3.1.1).
    var ringing: SIPResponse?
    /// Owners whose part of the call has rung or been answered, each told once.
    var ownersRung: Set<String> = []
    /// What the caller got in the end.
    var finalStatus: (status: Int, reason: String)?
    /// The switch's own dummy call: nothing of it is logged, counted or recorded.
    let isProbe: Bool
    /// One per owner that had a part.
    var records: [CallRecord] = []
    /// Of executions that have ended, to be kept with the records.
    var journals: [(execution: UInt64, engineVersion: UInt32, bytes: [UInt8])] = []

    init(
        number: UInt64, name: String, startedAt: SwitchTime, inviteTransaction: ServerTransactionID,
        invite: SIPRequest, flow: Flow, localTag: Token, isProbe: Bool = false
    ) {
        self.number = number
        self.name = name
        self.startedAt = startedAt
        self.inviteTransaction = inviteTransaction
        self.invite = invite
        self.flow = flow
        self.localTag = localTag
        self.isProbe = isProbe
    }

    /// Whether the caller's INVITE carried an SDP offer; else the callee makes the offer.
    var hasOffer: Bool { !invite.bodySlice.isEmpty }

    var isSettingUp: Bool { if case .settingUp = phase { true } else { false } }

    /// Nothing of the call is left but its records.
    var isFinished: Bool {
        guard executions.isEmpty, legs.isEmpty, !awaitsFinalResponse else { return false }
        return switch phase {
        case .settingUp: false
        case .answered(let bridge): bridge.isEnded
        case .over: true
        }
    }
}
