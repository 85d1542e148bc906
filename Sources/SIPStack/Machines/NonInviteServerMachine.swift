/// The non-INVITE server transaction (RFC 3261 §17.2.2, figure 8). Input and time in, actions out.
///
///                       request: pass to TU
///                    +-----------------+
///   request: nothing |     trying      |----------------------------------+
///                    +-----------------+                                  |
///      1xx from TU: send |         | 200-699 from TU: send                |
///                        V         |                                      | no final response
///                 +------------+   |                                      | from TU in 64*T1
///   request,   <--| proceeding |---|--------------------------------------+
///   1xx: send 1xx +------------+   |                                      |
///      200-699: send |             |                                      |
///                    V             V                                      |
///                    +-----------------+  timer J                         V
///   request: repeat  |    completed    |-----------------------------> terminated
///   final response   +-----------------+
///
/// Beyond the figure: when the user never answers, the transaction ends after 64·T1, because by then the other
/// side has given up (RFC 4320 §3.2) and no answer could reach it.
struct NonInviteServerMachine: Sendable {
    enum State: Sendable, Equatable {
        case trying(giveUp: MonotonicTime)
        case proceeding(giveUp: MonotonicTime)
        case completed(timerJ: MonotonicTime)
        case terminated
    }

    private(set) var state: State
    private let isReliable: Bool

    init(timers: TimerIntervals, isReliable: Bool, now: MonotonicTime) {
        self.isReliable = isReliable
        state = .trying(giveUp: now.adding(nanoseconds: timers.timeout))
    }

    var nextDeadline: MonotonicTime? {
        switch state {
        case .trying(let giveUp), .proceeding(let giveUp): giveUp
        case .completed(let timerJ): timerJ
        case .terminated: nil
        }
    }

    /// The same request arrived again.
    mutating func requestRepeated() -> ServerActions {
        switch state {
        case .trying, .terminated: []
        case .proceeding, .completed: .repeatLast
        }
    }

    /// The user answers. Empty when the answer comes too late to count.
    mutating func responseGiven(_ response: ResponseClass, now: MonotonicTime, timers: TimerIntervals) -> ServerActions
    {
        switch (state, response) {
        case (.trying(let giveUp), .provisional), (.proceeding(let giveUp), .provisional):
            state = .proceeding(giveUp: giveUp)
            return .transmit
        case (.trying, _), (.proceeding, _):
            guard !isReliable else {
                state = .terminated
                return [.transmit, .end]
            }
            state = .completed(timerJ: now.adding(nanoseconds: timers.timeout))
            return .transmit
        case (.completed, _), (.terminated, _):
            return []
        }
    }

    mutating func timersFired(now: MonotonicTime, timers: TimerIntervals) -> ServerActions {
        switch state {
        case .trying(let giveUp), .proceeding(let giveUp):
            guard giveUp <= now else { return [] }
            state = .terminated
            return .endUnacknowledged
        case .completed(let timerJ):
            guard timerJ <= now else { return [] }
            state = .terminated
            return .end
        case .terminated:
            return []
        }
    }
}
