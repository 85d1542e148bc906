/// A point on a clock that never goes back. This module never reads a clock: every input carries its time.
///
/// The zero point is the caller's; only differences mean anything. All arithmetic saturates, so no arithmetic on
/// times that come from outside can trap.
public struct MonotonicTime: Hashable, Comparable, Sendable, BitwiseCopyable {
    /// Nanoseconds since the clock's own zero point.
    public var nanoseconds: Int64

    public init(nanoseconds: Int64) {
        self.nanoseconds = nanoseconds
    }

    /// The clock's own zero point.
    public static let zero = MonotonicTime(nanoseconds: 0)

    public static func < (a: MonotonicTime, b: MonotonicTime) -> Bool {
        a.nanoseconds < b.nanoseconds
    }

    /// The time `interval` later, or the last representable one.
    public static func + (time: MonotonicTime, interval: Duration) -> MonotonicTime {
        time.adding(nanoseconds: interval.saturatedNanoseconds)
    }

    /// The time `interval` earlier, or the first representable one.
    public static func - (time: MonotonicTime, interval: Duration) -> MonotonicTime {
        let (difference, overflow) = time.nanoseconds.subtractingReportingOverflow(interval.saturatedNanoseconds)
        guard overflow else { return MonotonicTime(nanoseconds: difference) }
        return MonotonicTime(nanoseconds: interval > .zero ? .min : .max)
    }

    /// How long `a` is after `b`; negative when it is before.
    public static func - (a: MonotonicTime, b: MonotonicTime) -> Duration {
        .nanoseconds(a.nanoseconds) - .nanoseconds(b.nanoseconds)
    }

    public static func += (time: inout MonotonicTime, interval: Duration) {
        time = time + interval
    }

    func adding(nanoseconds interval: Int64) -> MonotonicTime {
        let (sum, overflow) = nanoseconds.addingReportingOverflow(interval)
        guard overflow else { return MonotonicTime(nanoseconds: sum) }
        return MonotonicTime(nanoseconds: interval > 0 ? .max : .min)
    }
}

extension MonotonicTime: CustomStringConvertible {
    public var description: String { "\(Duration.nanoseconds(nanoseconds))" }
}

extension Duration {
    /// Whole nanoseconds, at most `Int64.max` (292 years) either way.
    var saturatedNanoseconds: Int64 {
        let (seconds, attoseconds) = components
        let (whole, overflow) = seconds.multipliedReportingOverflow(by: 1_000_000_000)
        let (sum, overflow2) = whole.addingReportingOverflow(attoseconds / 1_000_000_000)
        guard overflow || overflow2 else { return sum }
        return seconds > 0 ? .max : .min
    }
}

/// The earlier of two optional deadlines; nil stands for "never".
@inline(__always)
func earliest(_ a: MonotonicTime?, _ b: MonotonicTime?) -> MonotonicTime? {
    guard let a else { return b }
    guard let b else { return a }
    return min(a, b)
}
