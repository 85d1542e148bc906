/// The non-INVITE client transaction (RFC 3261 §17.1.2, figure 6). Input and time in, actions out.
///
///                       request from TU
///      timer E: send +-----------------+
///           +------->|     trying      |---- timer F or transport error: report -------+
///           +--------|                 |                                               |
///                    +-----------------+                                               |
///        1xx: deliver |         | 200-699: deliver                                     |
///                     V         |                                                      |
///      1xx     +------------+   |  timer E (T2): send                                  |
///    deliver <-| proceeding |---|-- timer F or transport error: report ----------------+
///              +------------+   |                                                      |
///      200-699: deliver |       |                                                      |
///                       V       V                                                      |
///                    +-----------------+  timer K                                      V
///                    |    completed    |----------------------------------------> terminated
///                    +-----------------+
struct NonInviteClientMachine: Sendable {
    enum State: Sendable, Equatable {
        case trying(timerE: MonotonicTime?, interval: Int64, timerF: MonotonicTime)
        case proceeding(timerE: MonotonicTime?, timerF: MonotonicTime)
        case completed(timerK: MonotonicTime)
        case terminated
    }

    private(set) var state: State
    private let isReliable: Bool

    /// The request is given to the transaction at `now`; the caller performs `transmitRequest` once.
    init(timers: TimerIntervals, isReliable: Bool, now: MonotonicTime) {
        self.isReliable = isReliable
        let first = min(timers.t1, timers.t2)
        state = .trying(
            timerE: isReliable ? nil : now.adding(nanoseconds: first), interval: first,
            timerF: now.adding(nanoseconds: timers.timeout))
    }

    var nextDeadline: MonotonicTime? {
        switch state {
        case .trying(let timerE, _, let timerF), .proceeding(let timerE, let timerF): earliest(timerE, timerF)
        case .completed(let timerK): timerK
        case .terminated: nil
        }
    }

    /// Whether a final response can still come.
    var isWaiting: Bool {
        switch state {
        case .trying, .proceeding: true
        case .completed, .terminated: false
        }
    }

    mutating func responseReceived(_ response: ResponseClass, now: MonotonicTime, timers: TimerIntervals)
        -> ClientActions
    {
        switch (state, response) {
        case (.trying(let timerE, _, let timerF), .provisional):
            // Timer E runs on as it stands; only its next interval becomes T2.
            state = .proceeding(timerE: timerE, timerF: timerF)
            return .deliver
        case (.proceeding, .provisional):
            return .deliver
        case (.trying, _), (.proceeding, _):
            guard !isReliable else {
                state = .terminated
                return [.deliver, .end]
            }
            state = .completed(timerK: now.adding(nanoseconds: timers.t4))
            return .deliver
        case (.completed, _), (.terminated, _):
            return []
        }
    }

    mutating func timersFired(now: MonotonicTime, timers: TimerIntervals) -> ClientActions {
        switch state {
        case .trying(_, _, let timerF) where timerF <= now, .proceeding(_, let timerF) where timerF <= now:
            state = .terminated
            return [.reportTimeout, .end]
        case .trying(let timerE, let interval, let timerF):
            guard let timerE, timerE <= now else { return [] }
            let next = timers.doubled(interval, upTo: timers.t2)
            state = .trying(timerE: now.adding(nanoseconds: next), interval: next, timerF: timerF)
            return .transmitRequest
        case .proceeding(let timerE, let timerF):
            guard let timerE, timerE <= now else { return [] }
            state = .proceeding(timerE: now.adding(nanoseconds: timers.t2), timerF: timerF)
            return .transmitRequest
        case .completed(let timerK):
            guard timerK <= now else { return [] }
            state = .terminated
            return .end
        case .terminated:
            return []
        }
    }

    /// The transport could not send the request (§17.1.4).
    mutating func transportFailed() -> ClientActions {
        guard isWaiting else { return [] }
        state = .terminated
        return [.reportTransportError, .end]
    }
}
