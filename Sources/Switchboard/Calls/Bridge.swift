import SIPMessage
import SIPStack

/// An answered call: two dialogs, and what is under way between them.
final class Bridge {
    enum Side: Hashable {
        case caller, callee

        var other: Side { self == .caller ? .callee : .caller }
    }

    /// One of the two dialogs.
    struct Party {
        var dialog: Dialog
        var flow: Flow
        /// With what this side's challenges are answered.
        var credentials: CalleeCredentials?
        /// The ACK last sent for a 2xx on this side; a repeated 2xx is answered with it.
        var lastAck: (cSeq: UInt32, request: SIPRequest)?
        /// A 2xx from this side that waits for the other side's ACK (the answer to its offer travels in it).
        var awaitsAck: (response: SIPResponse, cSeqOfAck: UInt32)?
    }

    let call: Call
    var caller: Party
    var callee: Party
    /// The answering leg's INVITE transaction.
    let calleeTransaction: ClientTransactionID
    let answeredAt: SwitchTime
    let manglesAddresses: Bool
    /// Requests passed on inside the dialogs that wait for their response.
    var forwarded: [ClientTransactionID: (from: ServerTransactionID, side: Side, request: SIPRequest)] = [:]
    /// Requests of ours that are sent once more if a side that we have credentials for challenges them.
    var challengeable: [ClientTransactionID: (request: SIPRequest, side: Side)] = [:]
    /// BYEs of ours that wait for their response.
    var farewells: Set<ClientTransactionID> = []
    /// OPTIONS of ours that wait for their response.
    var checks: Set<ClientTransactionID> = []
    /// Sides that get their BYE when they have acknowledged our 2xx, or do not in its time (RFC 3261 §15).
    var owedFarewells: Set<Side> = []
    var endedAt: SwitchTime?
    /// Nil while it lasts, or when the switch ended it.
    var hungUpBy: Side?

    init(
        call: Call, caller: Party, callee: Party, calleeTransaction: ClientTransactionID, answeredAt: SwitchTime,
        manglesAddresses: Bool
    ) {
        self.call = call
        self.caller = caller
        self.callee = callee
        self.calleeTransaction = calleeTransaction
        self.answeredAt = answeredAt
        self.manglesAddresses = manglesAddresses
    }

    /// Both sides have hung up and every transaction of ours has ended.
    var isEnded: Bool {
        endedAt != nil && farewells.isEmpty && owedFarewells.isEmpty && forwarded.isEmpty && checks.isEmpty
    }

    subscript(side: Side) -> Party {
        get { side == .caller ? caller : callee }
        set { if side == .caller { caller = newValue } else { callee = newValue } }
    }

    /// The body of a message from one side, as the other side gets it.
    func body(of message: SIPMessage, from side: Side) -> [UInt8] {
        guard manglesAddresses else { return message.body }
        return NATMangling.body(message.body, message.headers.contentType, from: self[side].flow.remote)
    }
}
