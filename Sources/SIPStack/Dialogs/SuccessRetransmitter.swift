public import SIPMessage

/// The 2xx responses to INVITEs that wait for their ACK (RFC 3261 §13.3.1.4). The server transaction does not repeat
/// them, the user agent core must, over every transport: there may be UDP further on.
///
/// Intervals double from T1 to T2; after 64·T1 without an ACK it gives up, and the dialog should be ended with a BYE.
public struct SuccessRetransmitter: Sendable {
    public enum Effect: Sendable {
        /// Give the response to ``TransactionLayer/respond(_:on:at:into:)`` once more.
        case retransmit(SIPResponse, ServerTransactionID)
        /// No ACK came for 64·T1: the session should be ended with a BYE.
        case gaveUp(DialogID)
    }

    private struct Pending: Sendable {
        let response: SIPResponse
        let transaction: ServerTransactionID
        let cSeq: UInt32
        let giveUp: MonotonicTime
        var interval: Int64
    }

    private let timers: TimerIntervals
    private var pending: [DialogID: Pending] = [:]
    private var wheel = TimerWheel<DialogID>()

    public init(timers: TimerValues = TimerValues()) {
        self.timers = timers.intervals
    }

    /// How many 2xx wait for their ACK.
    public var count: Int { pending.count }

    /// When ``advance(to:into:)`` must be called next (or earlier); nil when nothing waits.
    public var nextDeadline: MonotonicTime? { wheel.nextDeadline }

    /// The 2xx has just been given to its transaction. A dialog has one unacknowledged 2xx; a newer one replaces it.
    public mutating func start(
        _ dialog: DialogID, response: SIPResponse, on transaction: ServerTransactionID, at now: MonotonicTime
    ) {
        pending[dialog] = Pending(
            response: response, transaction: transaction, cSeq: response.headers.cSeq.number,
            giveUp: now.adding(nanoseconds: timers.timeout), interval: timers.t1)
        wheel.schedule(dialog, at: now.adding(nanoseconds: timers.t1))
    }

    /// An ACK came up from the transaction layer.
    ///
    /// - Returns: the dialog whose 2xx it acknowledges for the first time; nil for a repeat, another CSeq number or an
    ///   unknown dialog.
    public mutating func acknowledged(by ack: SIPRequest) -> DialogID? {
        guard let dialog = DialogID(received: ack), let waiting = pending[dialog],
            waiting.cSeq == ack.headers.cSeq.number
        else { return nil }
        stop(dialog)
        return dialog
    }

    /// The dialog is over (a BYE came): nothing is repeated any more.
    public mutating func stop(_ dialog: DialogID) {
        pending[dialog] = nil
        wheel.cancel(dialog)
    }

    /// Whether the dialog's last 2xx still waits for its ACK.
    public func isWaiting(_ dialog: DialogID) -> Bool { pending[dialog] != nil }

    /// Repeats and gives up what is due at `now`.
    public mutating func advance(to now: MonotonicTime, into effects: inout [Effect]) {
        for dialog in wheel.popDue(now) {
            guard var waiting = pending[dialog] else { continue }
            guard now < waiting.giveUp else {
                pending[dialog] = nil
                effects.append(.gaveUp(dialog))
                continue
            }
            waiting.interval = timers.doubled(waiting.interval, upTo: timers.t2)
            pending[dialog] = waiting
            effects.append(.retransmit(waiting.response, waiting.transaction))
            wheel.schedule(dialog, at: min(waiting.giveUp, now.adding(nanoseconds: waiting.interval)))
        }
    }
}
