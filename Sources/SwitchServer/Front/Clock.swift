import Glibc
import NIOCore
import SIPStack
import Switchboard

/// The switch's clocks; the only place that reads them for the switchboard.
enum Clock {
    static func now() -> SwitchTime {
        SwitchTime(
            monotonic: MonotonicTime(nanoseconds: Int64(clamping: NIODeadline.now().uptimeNanoseconds)), wall: wall())
    }

    /// Microseconds since 1970 UTC.
    static func wall() -> Int64 {
        var time = timespec()
        unsafe clock_gettime(CLOCK_REALTIME, &time)  // C writes to the local variable only
        return Int64(time.tv_sec) * 1_000_000 + Int64(time.tv_nsec) / 1_000
    }
}
