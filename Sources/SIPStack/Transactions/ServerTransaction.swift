internal import SIPMessage

/// A server transaction: its machine, where answers go, and the last answer.
struct ServerTransaction: Sendable {
    enum Machine: Sendable {
        case invite(InviteServerMachine)
        case nonInvite(NonInviteServerMachine)
    }

    let fingerprint: TransactionFingerprint
    /// Where responses go (RFC 3261 §18.2.2, RFC 3581).
    let responseFlow: Flow
    /// Its entry in the index of merged requests (§8.2.2.2), if it has one.
    var mergeKey: TransactionFingerprint?
    /// Its entry in the index of refused INVITEs, while a non-2xx final response of ours waits for its ACK.
    var refusalKey: TransactionFingerprint?
    private(set) var machine: Machine
    /// The INVITE, for building 100 (Trying); dropped with the first response.
    private var inviteBox: Box<SIPRequest>?
    var invite: SIPRequest? { inviteBox?.value }
    /// Bytes of the last response, empty when none will be sent again.
    private(set) var lastResponse: [UInt8] = []
    /// Whether the request came without the magic cookie.
    private let isLegacy: Bool

    init(
        _ request: SIPRequest, fingerprint: TransactionFingerprint, responseFlow: Flow, timers: TimerIntervals,
        now: MonotonicTime
    ) {
        self.fingerprint = fingerprint
        self.responseFlow = responseFlow
        isLegacy = !request.headers.via.hasUniqueBranch
        let isReliable = responseFlow.isReliable
        if request.method == .invite {
            inviteBox = Box(request)
            machine = .invite(InviteServerMachine(timers: timers, isReliable: isReliable, now: now))
        } else {
            machine = .nonInvite(NonInviteServerMachine(timers: timers, isReliable: isReliable, now: now))
        }
    }

    var nextDeadline: MonotonicTime? {
        switch machine {
        case .invite(let machine): machine.nextDeadline
        case .nonInvite(let machine): machine.nextDeadline
        }
    }

    mutating func requestRepeated() -> ServerActions {
        switch machine {
        case .invite(var invite):
            let actions = invite.requestRepeated()
            machine = .invite(invite)
            return actions
        case .nonInvite(var other):
            let actions = other.requestRepeated()
            machine = .nonInvite(other)
            return actions
        }
    }

    mutating func responseGiven(_ response: SIPResponse, now: MonotonicTime, timers: TimerIntervals) -> ServerActions {
        let responseClass = ResponseClass(statusCode: response.status.value)
        let actions: ServerActions
        switch machine {
        case .invite(var invite):
            actions = invite.responseGiven(responseClass, now: now, timers: timers)
            machine = .invite(invite)
        case .nonInvite(var other):
            actions = other.responseGiven(responseClass, now: now, timers: timers)
            machine = .nonInvite(other)
        }
        if actions.contains(.transmit) { inviteBox = nil }
        return actions
    }

    /// An ACK for this INVITE.
    mutating func ackReceived(now: MonotonicTime, timers: TimerIntervals) -> ServerActions {
        guard case .invite(var invite) = machine else { return [] }
        let actions = invite.ackReceived(now: now, timers: timers)
        machine = .invite(invite)
        return actions
    }

    mutating func timersFired(now: MonotonicTime, timers: TimerIntervals) -> ServerActions {
        switch machine {
        case .invite(var invite):
            let actions = invite.timersFired(now: now, timers: timers)
            machine = .invite(invite)
            return actions
        case .nonInvite(var other):
            let actions = other.timersFired(now: now, timers: timers)
            machine = .nonInvite(other)
            return actions
        }
    }

    /// Whether it is an INVITE that was refused and the ACK has not come.
    var waitsForAcknowledgement: Bool {
        guard case .invite(let invite) = machine, case .completed = invite.state else { return false }
        return true
    }

    /// Whether an ACK with this To tag can be ours: of a peer of RFC 2543, only with the tag of our response (RFC 3261
    /// §17.2.3). The tag is read from the bytes kept, since hardly a peer is so old; without any, nothing waits for an ACK.
    func accepts(ackToTag: Token?) -> Bool {
        guard isLegacy, !lastResponse.isEmpty else { return true }
        return (try? SIPMessage(parsing: lastResponse))?.headers.toTag == ackToTag
    }

    mutating func keep(_ response: [UInt8]) {
        lastResponse = response
        inviteBox = nil
    }

    mutating func forgetResponse() {
        lastResponse = []
    }
}
