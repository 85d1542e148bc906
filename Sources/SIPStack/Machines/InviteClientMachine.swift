/// The INVITE client transaction (RFC 3261 §17.1.1, figure 5, with RFC 6026 §7.2 and §8.4).
/// Input and time in, actions out; it knows no message. The timers are handed in each time: they are the same for all.
///
///                       INVITE from TU
///      timer A: send +-----------------+
///           +------->|     calling     |---- timer B or transport error: report --------+
///           +--------|                 |                                                |
///                    +-----------------+                                                |
///        1xx: deliver |   | 2xx    | 300-699: deliver, ACK                              |
///                     V   |        |                                                    |
///      1xx     +------------+      |                                                    |
///    deliver <-| proceeding |------|---- no final 64*T1 after CANCEL: report timeout ---+
///              +------------+      |                                                    |
///       2xx: deliver |   | 300-699:  deliver, ACK                                       |
///                    V   V                                                              |
///           +----------+  +-----------+ 300-699: ACK again                              |
///   2xx <---| accepted |  | completed |                                                 |
///  deliver  +----------+  +-----------+                                                 |
///        timer M |             | timer D                                                V
///                +-------------+----------------------------------------------> terminated
///
/// Beyond the figure: timer C (§16.6) runs in *proceeding* and asks for a cancellation, so that a peer that rings
/// for ever does not keep the transaction for ever; a 2xx in *completed* (a fork behind a proxy that answered after
/// the proxy's own failure) is reported as stray, since somebody has to ACK it and hang up.
struct InviteClientMachine: Sendable {
    enum State: Sendable, Equatable {
        case calling(timerA: MonotonicTime?, interval: Int64, timerB: MonotonicTime)
        /// `giveUp` is set once the INVITE has been cancelled (§9.1), `timerC` until then.
        case proceeding(timerC: MonotonicTime?, giveUp: MonotonicTime?)
        case completed(timerD: MonotonicTime)
        case accepted(timerM: MonotonicTime)
        case terminated
    }

    private(set) var state: State
    private let isReliable: Bool

    /// The INVITE is given to the transaction at `now`; the caller performs `transmitRequest` once.
    init(timers: TimerIntervals, isReliable: Bool, now: MonotonicTime) {
        self.isReliable = isReliable
        state = .calling(
            timerA: isReliable ? nil : now.adding(nanoseconds: timers.t1), interval: timers.t1,
            timerB: now.adding(nanoseconds: timers.timeout))
    }

    var nextDeadline: MonotonicTime? {
        switch state {
        case .calling(let timerA, _, let timerB): earliest(timerA, timerB)
        case .proceeding(let timerC, let giveUp): earliest(timerC, giveUp)
        case .completed(let timerD): timerD
        case .accepted(let timerM): timerM
        case .terminated: nil
        }
    }

    /// Whether a CANCEL may be sent now (§9.1: only after a provisional response, never after a final one).
    var mayCancel: Bool {
        if case .proceeding(_, nil) = state { true } else { false }
    }

    /// Whether a final response can still come.
    var isWaiting: Bool {
        switch state {
        case .calling, .proceeding: true
        case .completed, .accepted, .terminated: false
        }
    }

    mutating func responseReceived(_ response: ResponseClass, now: MonotonicTime, timers: TimerIntervals)
        -> ClientActions
    {
        switch (state, response) {
        case (.calling, .provisional):
            state = .proceeding(timerC: timerC(now, timers), giveUp: nil)
            return .deliver
        case (.proceeding(_, let giveUp), .provisional):
            state = .proceeding(timerC: giveUp == nil ? timerC(now, timers) : nil, giveUp: giveUp)
            return .deliver
        case (.calling, .success), (.proceeding, .success):
            state = .accepted(timerM: now.adding(nanoseconds: timers.timeout))
            return .deliver
        case (.calling, .failure), (.proceeding, .failure):
            guard !isReliable else {
                state = .terminated
                return [.deliver, .acknowledge, .end]
            }
            state = .completed(timerD: now.adding(nanoseconds: timers.timerD))
            return [.deliver, .acknowledge]
        case (.completed, .failure):
            return .repeatAcknowledge
        case (.completed, .success), (.terminated, .success):
            return .reportStray
        case (.accepted, .success):
            return .deliver
        case (.completed, .provisional), (.accepted, .provisional), (.accepted, .failure),
            (.terminated, .provisional), (.terminated, .failure):
            return []
        }
    }

    /// A CANCEL goes out now: a final response is waited for 64·T1 (§9.1).
    mutating func cancelSent(now: MonotonicTime, timers: TimerIntervals) {
        guard mayCancel else { return }
        state = .proceeding(timerC: nil, giveUp: now.adding(nanoseconds: timers.timeout))
    }

    mutating func timersFired(now: MonotonicTime, timers: TimerIntervals) -> ClientActions {
        switch state {
        case .calling(let timerA, let interval, let timerB):
            // B first: at 64*T1 the seventh repeat of A (due at 127*T1) is never reached, and B ends all.
            if timerB <= now {
                state = .terminated
                return [.reportTimeout, .end]
            }
            guard let timerA, timerA <= now else { return [] }
            let next = timers.doubled(interval)
            state = .calling(timerA: now.adding(nanoseconds: next), interval: next, timerB: timerB)
            return .transmitRequest
        case .proceeding(let timerC, let giveUp):
            if let giveUp, giveUp <= now {
                state = .terminated
                return [.reportTimeout, .end]
            }
            guard let timerC, timerC <= now else { return [] }
            return .cancelByTimerC
        case .completed(let deadline), .accepted(let deadline):
            guard deadline <= now else { return [] }
            state = .terminated
            return .end
        case .terminated:
            return []
        }
    }

    /// The transport could not send the request or the ACK (§17.1.4).
    mutating func transportFailed() -> ClientActions {
        switch state {
        case .calling, .proceeding:
            state = .terminated
            return [.reportTransportError, .end]
        case .completed:
            // The RFC has the user told here too, but he has his final response and nothing is left to do.
            state = .terminated
            return .end
        case .accepted, .terminated:
            return []
        }
    }

    private func timerC(_ now: MonotonicTime, _ timers: TimerIntervals) -> MonotonicTime? {
        timers.timerC.map { now.adding(nanoseconds: $0) }
    }
}
