/// A moment as a header names it (RFC 3261 §20.17): `Sat, 13 Nov 2010 23:29:00 GMT`. Always GMT.
public struct SIPDate: Hashable, Sendable, Comparable, CustomStringConvertible {
    /// Seconds since 1970-01-01 00:00:00 GMT, leap seconds not counted; from year 1 to 9999.
    public let secondsSince1970: Int64

    private static let range: ClosedRange<Int64> = -62_135_596_800...253_402_300_799
    private static let days = ["Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed"]
    private static let months = [
        "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
    ]

    /// nil outside the years 1 to 9999.
    public init?(secondsSince1970 seconds: Int64) {
        guard SIPDate.range.contains(seconds) else { return nil }
        secondsSince1970 = seconds
    }

    /// The earlier one is less.
    public static func < (left: SIPDate, right: SIPDate) -> Bool { left.secondsSince1970 < right.secondsSince1970 }

    /// Days since 1970-01-01 of a date of the Gregorian calendar (Howard Hinnant's `days_from_civil`).
    private static func days(year: Int64, month: Int64, day: Int64) -> Int64 {
        let year = month <= 2 ? year - 1 : year
        let era = (year >= 0 ? year : year - 399) / 400
        let yearOfEra = year - era * 400
        let dayOfYear = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1
        return era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719_468
    }

    /// The one form that RFC 3261 §20.17 allows, in GMT.
    public var description: String {
        let days = secondsSince1970 >= 0 ? secondsSince1970 / 86_400 : (secondsSince1970 - 86_399) / 86_400
        let second = secondsSince1970 - days * 86_400
        let shifted = days + 719_468
        let era = (shifted >= 0 ? shifted : shifted - 146_096) / 146_097
        let dayOfEra = shifted - era * 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1_460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let shiftedMonth = (5 * dayOfYear + 2) / 153
        let day = dayOfYear - (153 * shiftedMonth + 2) / 5 + 1
        let month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9
        let year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
        let weekday = SIPDate.days[Int(((days % 7) + 7) % 7)]
        let time = [second / 3_600, second / 60 % 60, second % 60].map { SIPDate.padded($0, 2) }.joined(separator: ":")
        return
            "\(weekday), \(SIPDate.padded(day, 2)) \(SIPDate.months[Int(month - 1)]) \(SIPDate.padded(year, 4)) \(time) GMT"
    }

    private static func padded(_ number: Int64, _ width: Int) -> String {
        let digits = String(number)
        return String(repeating: "0", count: max(0, width - digits.utf8.count)) + digits
    }
}

extension SIPDate: ScannedValue {
    /// The name of the weekday has to be one, but not the right one: nothing depends on it.
    static func scan(_ cursor: inout Cursor, _ bytes: Span<UInt8>) throws(ScanError) -> SIPDate {
        let start = cursor.position
        let text = cursor.takeRest(bytes)
        let parts = text.split { $0 == " " || $0 == "," }
        guard parts.count == 6, days.contains(where: { equalsIgnoringCase($0, String(parts[0])) }),
            let day = UInt32(digits: parts[1]), parts[1].utf8.count <= 2,
            let month = months.firstIndex(where: { equalsIgnoringCase($0, String(parts[2])) }),
            let year = UInt32(digits: parts[3]), parts[3].utf8.count == 4, year > 0
        else { throw ScanError(start, "a date") }
        let clock = parts[4].split(separator: ":", omittingEmptySubsequences: false)
        let numbers = clock.compactMap { UInt32(digits: $0) }
        guard clock.count == 3, numbers.count == 3, numbers[0] < 24, numbers[1] < 60, numbers[2] <= 60, day >= 1,
            day <= 31
        else { throw ScanError(start, "a time of day") }
        let zone = String(parts[5])
        guard
            equalsIgnoringCase(zone, "GMT")
                || (cursor.rules.allows(.otherNamesOfGMT) && ["utc", "ut", "+0000"].contains(zone.asciiLowercased))
        else { throw ScanError(start, "GMT") }
        let dayNumber = days(year: Int64(year), month: Int64(month) + 1, day: Int64(day))
        let seconds = Int64(numbers[0]) * 3_600 + Int64(numbers[1]) * 60 + Int64(numbers[2])
        guard let date = SIPDate(secondsSince1970: dayNumber * 86_400 + seconds) else {
            throw ScanError(start, "a year up to 9999")
        }
        return date
    }
}
