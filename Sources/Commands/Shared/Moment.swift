import ArgumentParser
import CallStore
import Glibc
import SwitchServer

/// A moment as people write it: a date, a time of today, or how long ago.
struct Moment: ExpressibleByArgument {
    static let help = "2026-11-23, 2026-11-23T18:30, 18:30, today, yesterday, or how long ago: 45s, 30m, 2h, 7d"

    let timestamp: Timestamp

    init?(argument: String) { self.init(argument, now: Timestamp(UnixTime.now())) }

    init?(_ text: String, now: Timestamp) {
        guard let moment = Self.ago(text, now) ?? Self.day(text, now) ?? Timestamp(text) ?? Self.calendar(text, now)
        else { return nil }
        timestamp = moment
    }

    private static func ago(_ text: String, _ now: Timestamp) -> Timestamp? {
        let units: [Character: Int64] = ["s": 1, "m": 60, "h": 3_600, "d": 86_400, "w": 604_800]
        guard let unit = text.last, let seconds = units[unit], let count = Int64(text.dropLast()),
            (0...100_000_000).contains(count)
        else { return nil }
        return Timestamp(microseconds: now.microseconds - count * seconds * 1_000_000)
    }

    private static func day(_ text: String, _ now: Timestamp) -> Timestamp? {
        switch text.lowercased() {
        case "now": now
        case "today": LocalTime.moment(LocalTime.date(now), hour: 0, minute: 0, second: 0)
        case "yesterday":
            LocalTime.moment(
                LocalTime.date(Timestamp(microseconds: now.microseconds - 86_400_000_000)), hour: 0, minute: 0,
                second: 0)
        default: nil
        }
    }

    /// `2026-11-23`, `2026-11-23T18:30`, `2026-11-23 18:30:15`, `18:30`; in the machine's zone.
    private static func calendar(_ text: String, _ now: Timestamp) -> Timestamp? {
        let parts = text.split(whereSeparator: { $0 == "T" || $0 == " " })
        guard (1...2).contains(parts.count), let first = parts.first else { return nil }
        let isClockOnly = parts.count == 1 && first.contains(":")
        var date = LocalTime.date(now)
        if !isClockOnly {
            let numbers = first.split(separator: "-", omittingEmptySubsequences: false).map { Int($0) }
            guard numbers.count == 3, let year = numbers[0], let month = numbers[1], let day = numbers[2],
                (1970...2112).contains(year), (1...12).contains(month), (1...31).contains(day)
            else { return nil }
            date = (year, month, day)
        }
        guard isClockOnly || parts.count == 2 else { return LocalTime.moment(date, hour: 0, minute: 0, second: 0) }
        let clock = parts[parts.count - 1].split(separator: ":", omittingEmptySubsequences: false).map { Int($0) }
        guard (2...3).contains(clock.count), let hour = clock[0], let minute = clock[1], (0...23).contains(hour),
            (0...59).contains(minute)
        else { return nil }
        var second = 0
        if clock.count == 3 {
            guard let given = clock[2], (0...60).contains(given) else { return nil }
            second = given
        }
        return LocalTime.moment(date, hour: hour, minute: minute, second: second)
    }
}
