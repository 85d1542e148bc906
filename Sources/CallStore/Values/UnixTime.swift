internal import Foundation

/// A moment as the store keeps it: whole microseconds since 1970-01-01 00:00 UTC, leap seconds not counted.
///
/// Wall time is what records are about (when did this phone register, when was that call answered); durations are
/// measured elsewhere with a monotonic clock.
public struct UnixTime: Hashable, Comparable, Sendable {
    /// Microseconds since 1970 UTC; negative before.
    public var microseconds: Int64

    public init(microseconds: Int64) {
        self.microseconds = microseconds
    }

    /// The system's wall clock.
    public static func now() -> UnixTime {
        // A Double holds today's microsecond count exactly (51 bits of 53).
        UnixTime(microseconds: Int64((Date().timeIntervalSince1970 * 1_000_000).rounded()))
    }

    public static func < (left: UnixTime, right: UnixTime) -> Bool {
        left.microseconds < right.microseconds
    }
}
