import Logging

/// How a log line looks.
public enum LogFormat: String, CaseIterable, Sendable {
    /// For people at a terminal: time, level, module, message, fields.
    case text
    /// The same with colours.
    case colour
    /// One JSON object.
    case json
    /// `time=… level=… module=… message=… key=value`.
    case logfmt
    /// logfmt for the journal: `<N>` in front tells the priority (sd-daemon(3)), the journal keeps the time.
    case journal

    /// One line, without its end. Whatever it holds, it is one line.
    ///
    /// - Parameter time: microseconds since 1970 UTC.
    func line(
        level: Logger.Level, module: String, message: String, fields: [(key: String, value: String)], time: Int64
    ) -> String {
        switch self {
        case .text, .colour:
            let clock = LogTime.text(time).dropFirst(11).dropLast(4)
            let name = level.rawValue + String(repeating: " ", count: max(0, 8 - level.rawValue.count))
            let start = self == .colour ? Self.colour(of: level) : ""
            let end = self == .colour && !start.isEmpty ? "\u{1B}[0m" : ""
            let rest = fields.map { "  \($0.key)=\(LogText.logfmt($0.value))" }.joined()
            return "\(clock) \(start)\(name)\(end) \(module): \(LogText.escaped(message))\(rest)"
        case .json:
            var text = "{\"time\":\"\(LogTime.text(time))\",\"level\":\"\(level.rawValue)\""
            text += ",\"module\":\(LogText.json(module)),\"message\":\(LogText.json(message))"
            for (key, value) in fields {
                let name = Self.reserved.contains(key) ? "_" + key : key
                text += ",\(LogText.json(name)):\(LogText.json(value))"
            }
            return text + "}"
        case .logfmt:
            return "time=\(LogTime.text(time)) level=\(level.rawValue) "
                + keyed(module: module, message: message, fields: fields)
        case .journal:
            return "<\(Self.priority(of: level))>" + keyed(module: module, message: message, fields: fields)
        }
    }

    private static let reserved: Set<String> = ["time", "level", "module", "message"]

    private func keyed(module: String, message: String, fields: [(key: String, value: String)]) -> String {
        "module=\(LogText.logfmt(module)) message=\(LogText.logfmt(message))"
            + fields.map { " \($0.key)=\(LogText.logfmt($0.value))" }.joined()
    }

    private static func colour(of level: Logger.Level) -> String {
        switch level {
        case .trace, .debug: "\u{1B}[2m"
        case .info, .notice: ""
        case .warning: "\u{1B}[33m"
        case .error, .critical: "\u{1B}[31m"
        }
    }

    /// syslog(3) priorities.
    static func priority(of level: Logger.Level) -> Int {
        switch level {
        case .trace, .debug: 7
        case .info: 6
        case .notice: 5
        case .warning: 4
        case .error: 3
        case .critical: 2
        }
    }
}

/// Times of log lines.
enum LogTime {
    /// RFC 3339 in UTC with microseconds; from the civil-calendar algorithm, so that no lock of libc is taken.
    static func text(_ microseconds: Int64) -> String {
        let (seconds, fraction) = floored(microseconds, by: 1_000_000)
        let (days, rest) = floored(seconds, by: 86_400)
        let (year, month, day) = date(daysSince1970: days)
        return "\(year)-\(two(month))-\(two(day))T\(two(rest / 3_600)):\(two(rest / 60 % 60)):\(two(rest % 60))."
            + String(String(fraction + 1_000_000).dropFirst()) + "Z"
    }

    private static func two(_ number: Int64) -> String { number < 10 ? "0\(number)" : "\(number)" }

    private static func floored(_ value: Int64, by divisor: Int64) -> (quotient: Int64, remainder: Int64) {
        let (quotient, remainder) = value.quotientAndRemainder(dividingBy: divisor)
        return remainder < 0 ? (quotient - 1, remainder + divisor) : (quotient, remainder)
    }

    private static func date(daysSince1970 days: Int64) -> (Int64, Int64, Int64) {
        let shifted = days + 719_468
        let (era, dayOfEra) = floored(shifted, by: 146_097)
        let yearOfEra = (dayOfEra - dayOfEra / 1_460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let shiftedMonth = (5 * dayOfYear + 2) / 153
        let month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9
        let year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
        return (year, month, dayOfYear - (153 * shiftedMonth + 2) / 5 + 1)
    }
}
