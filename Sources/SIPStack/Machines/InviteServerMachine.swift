/// The INVITE server transaction (RFC 3261 §17.2.1, figure 7, with RFC 6026 §7.1 and §8.5).
/// Input and time in, actions out.
///
///                            INVITE: pass to TU
///                          +-----------------+   no answer from TU within 200 ms: 100
///    INVITE: repeat 1xx <--|   proceeding    |<--+
///                          |                 |---+ 1xx from TU: send
///                          +-----------------+
///           2xx from TU: send |          | 300-699 from TU: send
///                             V          V
///   INVITE: nothing    +----------+   +-----------+  INVITE, timer G: repeat response
///   ACK: pass to TU <--| accepted |   | completed |--- timer H: tell TU ---------------+
///   2xx from TU: send  +----------+   +-----------+                                    |
///                             |          | ACK                                         |
///                     timer L |          V                                             |
///                             |       +-----------+  timer I                           V
///                             |       | confirmed |------------------------------> terminated
///                             |       +-----------+                                    ^
///                             +--------------------------------------------------------+
///
/// A transport error does not end it (RFC 6026 §7.1): the peer may repeat the INVITE from elsewhere.
struct InviteServerMachine: Sendable {
    enum State: Sendable, Equatable {
        /// `trying`: when 100 goes out, nil once any response has been sent.
        case proceeding(trying: MonotonicTime?)
        case completed(timerG: MonotonicTime?, interval: Int64, timerH: MonotonicTime)
        case confirmed(timerI: MonotonicTime)
        case accepted(timerL: MonotonicTime)
        case terminated
    }

    private(set) var state: State
    private let isReliable: Bool

    init(timers: TimerIntervals, isReliable: Bool, now: MonotonicTime) {
        self.isReliable = isReliable
        state = .proceeding(trying: now.adding(nanoseconds: timers.tryingDelay))
    }

    var nextDeadline: MonotonicTime? {
        switch state {
        case .proceeding(let trying): trying
        case .completed(let timerG, _, let timerH): earliest(timerG, timerH)
        case .confirmed(let timerI): timerI
        case .accepted(let timerL): timerL
        case .terminated: nil
        }
    }

    /// The same INVITE arrived again.
    mutating func requestRepeated() -> ServerActions {
        switch state {
        case .proceeding(let trying): trying == nil ? .repeatLast : []
        case .completed: .repeatLast
        case .confirmed, .accepted, .terminated: []
        }
    }

    /// The user answers. Empty when the answer comes too late to count.
    mutating func responseGiven(_ response: ResponseClass, now: MonotonicTime, timers: TimerIntervals) -> ServerActions
    {
        switch (state, response) {
        case (.proceeding, .provisional):
            state = .proceeding(trying: nil)
            return .transmit
        case (.proceeding, .success):
            state = .accepted(timerL: now.adding(nanoseconds: timers.timeout))
            return [.transmit, .forgetResponse]
        case (.proceeding, .failure):
            state = .completed(
                timerG: isReliable ? nil : now.adding(nanoseconds: timers.t1), interval: timers.t1,
                timerH: now.adding(nanoseconds: timers.timeout))
            return .transmit
        case (.accepted, .success):
            return [.transmit, .forgetResponse]
        case (.completed, _), (.confirmed, _), (.accepted, _), (.terminated, _):
            return []
        }
    }

    mutating func ackReceived(now: MonotonicTime, timers: TimerIntervals) -> ServerActions {
        switch state {
        case .completed:
            guard !isReliable else {
                state = .terminated
                return .end
            }
            state = .confirmed(timerI: now.adding(nanoseconds: timers.t4))
            return .forgetResponse
        case .accepted:
            return .deliverAck
        case .proceeding, .confirmed, .terminated:
            return []
        }
    }

    mutating func timersFired(now: MonotonicTime, timers: TimerIntervals) -> ServerActions {
        switch state {
        case .proceeding(let trying):
            guard let trying, trying <= now else { return [] }
            state = .proceeding(trying: nil)
            return .sendTrying
        case .completed(_, _, let timerH) where timerH <= now:
            state = .terminated
            return .endUnacknowledged
        case .completed(let timerG, let interval, let timerH):
            guard let timerG, timerG <= now else { return [] }
            let next = timers.doubled(interval, upTo: timers.t2)
            state = .completed(timerG: now.adding(nanoseconds: next), interval: next, timerH: timerH)
            return .repeatLast
        case .confirmed(let deadline), .accepted(let deadline):
            guard deadline <= now else { return [] }
            state = .terminated
            return .end
        case .terminated:
            return []
        }
    }
}
