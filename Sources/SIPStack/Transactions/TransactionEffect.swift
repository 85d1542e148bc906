public import SIPMessage

/// What a ``TransactionLayer`` wants done. Effects are performed in their order.
public enum TransactionEffect: Sendable {
    /// Send these bytes to the flow's remote address.
    case transmit([UInt8], Flow)

    /// A request opened a server transaction: answer it with ``TransactionLayer/respond(_:on:at:into:)``. Its top Via
    /// already carries `received` and `rport`. The flow is the one it came from.
    case requestReceived(SIPRequest, ServerTransactionID, Flow)

    /// Like `requestReceived`, but the same request (From tag, Call-ID, CSeq; no To tag) is under way in another
    /// server transaction, so it reached us on two paths. RFC 3261 §8.2.2.2: answer it with 482 (Loop Detected).
    case mergedRequestReceived(SIPRequest, ServerTransactionID, Flow)

    /// A CANCEL opened its own server transaction, which must be answered too: 200 when `invite` names the INVITE
    /// that it is for (which then gets 487, unless it has its final response already), 481 when it is nil.
    case cancelReceived(SIPRequest, ServerTransactionID, invite: ServerTransactionID?)

    /// An ACK that is not for a non-2xx response of a live transaction: the ACK for a 2xx, or a stray one. It is never
    /// answered.
    case ackReceived(SIPRequest, Flow)

    /// A response, provisional or final. For INVITE every 2xx comes up, also repeated ones and those of other forks
    /// (another To tag) up to 64·T1 after the first: each must be acknowledged (RFC 6026 §7.2).
    case responseReceived(SIPResponse, ClientTransactionID)

    /// A response that fits no client transaction. Most are late repeats and can be dropped; a 2xx to an INVITE means
    /// that a peer waits for an ACK.
    case strayResponse(SIPResponse, Flow)

    /// No final response within 64·T1 (timers B and F, or after a CANCEL). Counts as 408.
    case timedOut(ClientTransactionID)

    /// The request could not be sent, or its connection broke before a final response. Counts as 503.
    case transportError(ClientTransactionID)

    /// A server transaction is gone. `acknowledged` is false when an INVITE's non-2xx final response got no ACK
    /// (timer H) or another request was not answered by the user within 64·T1.
    case serverTransactionEnded(ServerTransactionID, acknowledged: Bool)

    /// A client transaction is gone; nothing more comes for it. Follows every started transaction exactly once.
    case clientTransactionEnded(ClientTransactionID)
}
