/// The timers of RFC 3261 §17 (table 4 of its annex A), with the corrections of RFC 6026.
///
/// Four base values are set; the lettered timers follow from them and from whether the transport is reliable.
/// Values below zero count as zero.
public struct TimerValues: Sendable, Hashable {
    /// Round-trip time estimate, 500 ms.
    public var t1: Duration
    /// Longest interval between repeats of a non-INVITE request or an INVITE response, 4 s.
    public var t2: Duration
    /// How long a message may stay in the network, 5 s.
    public var t4: Duration
    /// How long a client INVITE may ring since its last provisional response before the layer cancels it by itself
    /// (timer C, §16.6; must be above 3 minutes). Nil: never, the user of the layer must end it.
    public var timerC: Duration?
    /// How long the user of the layer may take before the layer answers an INVITE with 100 (§17.2.1: 200 ms).
    public var tryingDelay: Duration

    public init(
        t1: Duration = .milliseconds(500), t2: Duration = .seconds(4), t4: Duration = .seconds(5),
        timerC: Duration? = .seconds(185), tryingDelay: Duration = .milliseconds(200)
    ) {
        self.t1 = t1
        self.t2 = t2
        self.t4 = t4
        self.timerC = timerC
        self.tryingDelay = tryingDelay
    }

    /// 64·T1 = 32 s: how long a request, a final response or a cancelled INVITE is waited for.
    public var timeout: Duration { .nanoseconds(intervals.timeout) }

    var intervals: TimerIntervals { TimerIntervals(self) }
}

/// The same values as plain integers (nanoseconds), converted once: `Duration` is 128 bits wide.
struct TimerIntervals: Sendable, BitwiseCopyable {
    let t1: Int64
    let t2: Int64
    let t4: Int64
    /// Timers B, F, H, J, L, M: 64·T1.
    let timeout: Int64
    /// Timer D: at least 32 s over an unreliable transport, so that all repeats of the final response are absorbed.
    let timerD: Int64
    let timerC: Int64?
    let tryingDelay: Int64

    init(_ values: TimerValues) {
        t1 = max(0, values.t1.saturatedNanoseconds)
        t2 = max(0, values.t2.saturatedNanoseconds)
        t4 = max(0, values.t4.saturatedNanoseconds)
        let (product, overflow) = t1.multipliedReportingOverflow(by: 64)
        timeout = overflow ? .max : product
        timerD = max(timeout, 32_000_000_000)
        timerC = values.timerC.map { max(0, $0.saturatedNanoseconds) }
        tryingDelay = max(0, values.tryingDelay.saturatedNanoseconds)
    }

    /// The next interval of a timer that doubles up to `limit`.
    func doubled(_ interval: Int64, upTo limit: Int64 = .max) -> Int64 {
        let (product, overflow) = interval.multipliedReportingOverflow(by: 2)
        return overflow ? limit : min(product, limit)
    }
}
