/// What values a setting may have: the type, the unit of a bare number, the range.
public enum SettingKind: Hashable, Sendable {
    /// A whole number of things named by `unit` ("" for none).
    case integer(ClosedRange<Int>, unit: String)
    /// Written as `500ms`, `30s`, `5min`, `2h`; a bare number counts in `unit`.
    case duration(ClosedRange<Duration>, unit: DurationUnit)
    /// Written as `65536`, `64KiB`, `256MiB`, `2GiB`.
    case bytes(ClosedRange<Int>)
    /// A text of at most so many bytes; an empty one means that nothing is set.
    case text(longest: Int)
    /// `true` or `false`; `yes`, `no`, `on`, `off` are understood too.
    case flag
    case choice([String])
    /// A list of texts, at most `longest` of them; in flags and variables separated by commas.
    case list(item: String, longest: Int)

    /// The type in a word.
    public var typeName: String {
        switch self {
        case .integer: "integer"
        case .duration: "duration"
        case .bytes: "bytes"
        case .text: "text"
        case .flag: "flag"
        case .choice: "one of"
        case .list(let item, _): "list of \(item)"
        }
    }

    /// What is allowed, for people: `1 to 64`, `1s to 1h`, `debug, info, notice`.
    public var rangeText: String {
        switch self {
        case .integer(let range, let unit):
            "\(range.lowerBound) to \(range.upperBound)" + (unit.isEmpty ? "" : " \(unit)")
        case .duration(let range, _):
            "\(SettingValue.text(of: range.lowerBound)) to \(SettingValue.text(of: range.upperBound))"
        case .bytes(let range):
            "\(SettingValue.byteText(range.lowerBound)) to \(SettingValue.byteText(range.upperBound))"
        case .text(let longest): "at most \(longest) bytes"
        case .flag: "true or false"
        case .choice(let words): words.joined(separator: ", ")
        case .list(_, let longest): "at most \(longest)"
        }
    }

    /// The unit of a bare number.
    public var unitText: String {
        switch self {
        case .integer(_, let unit): unit
        case .duration(_, let unit): unit.rawValue
        case .bytes: "bytes"
        case .text, .flag, .choice, .list: ""
        }
    }
}

/// Units in which durations are written.
public enum DurationUnit: String, CaseIterable, Sendable {
    case milliseconds = "ms"
    case seconds = "s"
    case minutes = "min"
    case hours = "h"

    var milliseconds: Int {
        switch self {
        case .milliseconds: 1
        case .seconds: 1_000
        case .minutes: 60_000
        case .hours: 3_600_000
        }
    }
}

/// A setting's value.
public enum SettingValue: Hashable, Sendable, CustomStringConvertible {
    /// Numbers and bytes.
    case integer(Int)
    case bytes(Int)
    case duration(Duration)
    case text(String)
    case flag(Bool)
    case list([String])
    /// Nothing is set.
    case unset

    /// As it is written in a configuration file.
    public var description: String {
        switch self {
        case .integer(let value): "\(value)"
        case .bytes(let value): Self.byteText(value)
        case .duration(let value): Self.text(of: value)
        case .text(let text): text
        case .flag(let value): "\(value)"
        case .list(let items): items.joined(separator: ",")
        case .unset: ""
        }
    }

    /// The largest unit that gives a whole number: `90s`, `2min`, `250ms`.
    static func text(of duration: Duration) -> String {
        let milliseconds = duration.wholeMilliseconds
        guard milliseconds != 0 else { return "0s" }
        let unit =
            DurationUnit.allCases.last { milliseconds % $0.milliseconds == 0 && milliseconds >= 2 * $0.milliseconds }
            ?? DurationUnit.allCases.last { milliseconds % $0.milliseconds == 0 } ?? .milliseconds
        return "\(milliseconds / unit.milliseconds)\(unit.rawValue)"
    }

    static func byteText(_ value: Int) -> String {
        let units = [("GiB", 1 << 30), ("MiB", 1 << 20), ("KiB", 1 << 10)]
        for (name, size) in units where value >= size && value % size == 0 { return "\(value / size)\(name)" }
        return "\(value)"
    }
}

extension Duration {
    /// Truncated; durations of settings are bounded far below what overflows.
    var wholeMilliseconds: Int {
        let (seconds, attoseconds) = components
        let (product, overflow) = Int(clamping: seconds).multipliedReportingOverflow(by: 1_000)
        guard !overflow else { return seconds < 0 ? .min : .max }
        let (sum, overflowed) = product.addingReportingOverflow(Int(attoseconds / 1_000_000_000_000_000))
        return overflowed ? (seconds < 0 ? .min : .max) : sum
    }
}
