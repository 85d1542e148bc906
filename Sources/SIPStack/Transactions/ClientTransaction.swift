internal import SIPMessage

/// How the layer finds a client transaction. CANCELs are the layer's own and have no number of the user's.
enum ClientKey: Hashable, Sendable {
    case user(ClientTransactionID)
    case cancel(of: ClientTransactionID)

    /// The user's number, when the user knows this transaction.
    var userID: ClientTransactionID? {
        if case .user(let id) = self { id } else { nil }
    }

    /// A fixed order, so that effects never come in the order of a hash table.
    static func comesBefore(_ a: ClientKey, _ b: ClientKey) -> Bool {
        switch (a, b) {
        case (.user(let x), .user(let y)), (.cancel(let x), .cancel(let y)): x < y
        case (.user, .cancel): true
        case (.cancel, .user): false
        }
    }
}

/// A client transaction: its machine and the messages that the machine may still need.
struct ClientTransaction: Sendable {
    enum Machine: Sendable {
        case invite(InviteClientMachine)
        case nonInvite(NonInviteClientMachine)
    }

    enum Cancellation: Sendable {
        case none
        /// The user cancelled before any provisional response; the CANCEL follows the first one (§9.1).
        case wanted(reason: FieldText?)
        case sent
    }

    let fingerprint: TransactionFingerprint
    let flow: Flow
    private(set) var machine: Machine
    /// The INVITE, for building ACK and CANCEL; dropped with the final response.
    private var inviteBox: Box<SIPRequest>?
    var invite: SIPRequest? { inviteBox?.value }
    /// What is sent again: the request until a final response (an INVITE: any response), then the ACK; else empty.
    private(set) var bytes: [UInt8]
    var cancellation: Cancellation = .none

    init(
        _ request: SIPRequest, bytes: [UInt8], fingerprint: TransactionFingerprint, flow: Flow,
        timers: TimerIntervals, now: MonotonicTime
    ) {
        self.fingerprint = fingerprint
        self.flow = flow
        self.bytes = bytes
        if request.method == .invite {
            inviteBox = Box(request)
            machine = .invite(InviteClientMachine(timers: timers, isReliable: flow.isReliable, now: now))
        } else {
            machine = .nonInvite(NonInviteClientMachine(timers: timers, isReliable: flow.isReliable, now: now))
        }
        // Over a reliable transport nothing is ever sent again.
        if flow.isReliable { self.bytes = [] }
    }

    var nextDeadline: MonotonicTime? {
        switch machine {
        case .invite(let machine): machine.nextDeadline
        case .nonInvite(let machine): machine.nextDeadline
        }
    }

    /// Whether a CANCEL may go out now.
    var mayCancel: Bool {
        if case .invite(let machine) = machine { machine.mayCancel } else { false }
    }

    /// Whether this is an INVITE without a final response.
    var isWaitingInvite: Bool {
        if case .invite(let machine) = machine { machine.isWaiting } else { false }
    }

    mutating func responseReceived(_ response: ResponseClass, now: MonotonicTime, timers: TimerIntervals)
        -> ClientActions
    {
        let actions: ClientActions
        switch machine {
        case .invite(var invite):
            actions = invite.responseReceived(response, now: now, timers: timers)
            machine = .invite(invite)
            if !actions.contains(.repeatAcknowledge) { bytes = [] }
        case .nonInvite(var other):
            actions = other.responseReceived(response, now: now, timers: timers)
            machine = .nonInvite(other)
            if !other.isWaiting { bytes = [] }
        }
        return actions
    }

    mutating func timersFired(now: MonotonicTime, timers: TimerIntervals) -> ClientActions {
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

    mutating func cancelSent(now: MonotonicTime, timers: TimerIntervals) {
        guard case .invite(var invite) = machine else { return }
        invite.cancelSent(now: now, timers: timers)
        machine = .invite(invite)
        cancellation = .sent
    }

    mutating func transportFailed() -> ClientActions {
        switch machine {
        case .invite(var invite):
            let actions = invite.transportFailed()
            machine = .invite(invite)
            return actions
        case .nonInvite(var other):
            let actions = other.transportFailed()
            machine = .nonInvite(other)
            return actions
        }
    }

    /// After a final response: the INVITE is not needed any more, its ACK (if any) may be.
    mutating func shrink(keeping acknowledgement: [UInt8] = []) {
        inviteBox = nil
        bytes = acknowledgement
    }
}
