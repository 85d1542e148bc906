import Glibc
import SwitchServer

/// Moments as people read them: in the zone of the machine (or of TZ).
enum LocalTime {
    /// `2026-11-23 18:13:38`.
    static func text(_ moment: Timestamp) -> String {
        let fields = fields(moment)
        return "\(day(fields)) \(clock(fields))"
    }

    /// `2026-11-23 18:13:38.123 +0100`.
    static func exactText(_ moment: Timestamp) -> String {
        let fields = fields(moment)
        let minutes = fields.offset / 60
        let sign = minutes < 0 ? "-" : "+"
        return "\(day(fields)) \(clock(fields)).\(digits(milliseconds(moment), 3)) "
            + "\(sign)\(digits(abs(minutes) / 60, 2))\(digits(abs(minutes) % 60, 2))"
    }

    /// `18:13:38.123`.
    static func exactClock(_ moment: Timestamp) -> String {
        "\(clock(fields(moment))).\(digits(milliseconds(moment), 3))"
    }

    /// `7 ms`, `4.2 s`, `3:07`, `1:02:03`.
    static func duration(_ microseconds: Int64) -> String {
        let milliseconds = max(0, microseconds) / 1_000
        if milliseconds < 1_000 { return "\(milliseconds) ms" }
        let seconds = milliseconds / 1_000
        if seconds < 60 { return "\(seconds).\(milliseconds % 1_000 / 100) s" }
        let (minutes, rest) = (seconds / 60, digits(Int(seconds % 60), 2))
        return minutes < 60 ? "\(minutes):\(rest)" : "\(minutes / 60):\(digits(Int(minutes % 60), 2)):\(rest)"
    }

    /// The local day of a moment.
    static func date(_ moment: Timestamp) -> (year: Int, month: Int, day: Int) {
        let fields = fields(moment)
        return (fields.year, fields.month, fields.day)
    }

    /// A local time; nil when there is no such day. Unsafe: libc reads a structure of its own kind.
    static func moment(
        _ date: (year: Int, month: Int, day: Int), hour: Int, minute: Int, second: Int
    ) -> Timestamp? {
        var parts = unsafe tm()
        unsafe parts.tm_year = Int32(date.year - 1900)
        unsafe parts.tm_mon = Int32(date.month - 1)
        unsafe parts.tm_mday = Int32(date.day)
        unsafe parts.tm_hour = Int32(hour)
        unsafe parts.tm_min = Int32(minute)
        unsafe parts.tm_sec = Int32(second)
        unsafe parts.tm_isdst = -1
        let seconds = unsafe mktime(&parts)
        // The 31st of June has become the 1st of July.
        guard unsafe parts.tm_mday == Int32(date.day) else { return nil }
        return Timestamp(microseconds: Int64(seconds) * 1_000_000)
    }

    private struct Fields {
        var year = 0
        var month = 0
        var day = 0
        var hour = 0
        var minute = 0
        var second = 0
        /// Seconds east of Greenwich.
        var offset = 0
    }

    /// Unsafe: libc fills a structure of its own kind, which is copied at once.
    private static func fields(_ moment: Timestamp) -> Fields {
        var seconds = time_t(moment.microseconds / 1_000_000 - (moment.microseconds % 1_000_000 < 0 ? 1 : 0))
        var parts = unsafe tm()
        _ = unsafe localtime_r(&seconds, &parts)
        return unsafe Fields(
            year: Int(parts.tm_year) + 1900, month: Int(parts.tm_mon) + 1, day: Int(parts.tm_mday),
            hour: Int(parts.tm_hour), minute: Int(parts.tm_min), second: Int(parts.tm_sec),
            offset: Int(parts.tm_gmtoff))
    }

    private static func milliseconds(_ moment: Timestamp) -> Int {
        let rest = moment.microseconds % 1_000_000
        return Int((rest < 0 ? rest + 1_000_000 : rest) / 1_000)
    }

    private static func day(_ fields: Fields) -> String {
        "\(digits(fields.year, 4))-\(digits(fields.month, 2))-\(digits(fields.day, 2))"
    }

    private static func clock(_ fields: Fields) -> String {
        "\(digits(fields.hour, 2)):\(digits(fields.minute, 2)):\(digits(fields.second, 2))"
    }

    private static func digits(_ value: Int, _ count: Int) -> String {
        let text = String(value)
        return String(repeating: "0", count: max(0, count - text.count)) + text
    }
}
