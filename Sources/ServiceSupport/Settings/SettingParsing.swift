extension SettingKind {
    /// Why a text is no value of this kind, with what is allowed.
    public struct Failure: Error, Hashable, Sendable {
        public var reason: String

        public init(reason: String) { self.reason = reason }
    }

    /// Reads a value as people write it.
    ///
    /// - Parameter texts: one text, or a list's items.
    public func parse(_ texts: [String]) throws(Failure) -> SettingValue {
        if case .list(let item, let longest) = self {
            guard texts.count <= longest else {
                throw Failure(reason: "has \(texts.count) items, \(rangeText) allowed")
            }
            guard texts.allSatisfy({ !$0.isEmpty }) else {
                throw Failure(reason: "an item is empty, each is a \(item)")
            }
            return .list(texts)
        }
        guard texts.count == 1, let text = texts.first else { throw Failure(reason: "is a list, one value is wanted") }
        switch self {
        case .integer(let range, let unit):
            guard let value = Int(text.filter { $0 != "_" }) else {
                throw Failure(reason: "\(quoted(text)) is not a whole number\(unit.isEmpty ? "" : " of \(unit)")")
            }
            guard range.contains(value) else { throw Failure(reason: "\(value) is not within \(rangeText)") }
            return .integer(value)
        case .duration(let range, let unit):
            guard let milliseconds = Self.scaled(text, units: Self.durationUnits, bare: unit.milliseconds) else {
                throw Failure(reason: "\(quoted(text)) is not a time: write 500ms, 30s, 5min or 2h")
            }
            let value = Duration.milliseconds(milliseconds)
            guard range.contains(value) else { throw Failure(reason: "\(text) is not within \(rangeText)") }
            return .duration(value)
        case .bytes(let range):
            guard let value = Self.scaled(text, units: Self.byteUnits, bare: 1) else {
                throw Failure(reason: "\(quoted(text)) is not a number of bytes: write 65536, 64KiB, 256MiB or 2GiB")
            }
            guard range.contains(value) else { throw Failure(reason: "\(text) is not within \(rangeText)") }
            return .bytes(value)
        case .text(let longest):
            guard text.utf8.count <= longest else { throw Failure(reason: "is longer than \(longest) bytes") }
            guard !text.unicodeScalars.contains(where: { $0.properties.generalCategory == .control }) else {
                throw Failure(reason: "contains a control character")
            }
            return text.isEmpty ? .unset : .text(text)
        case .flag:
            switch text.lowercased() {
            case "true", "yes", "on", "1": return .flag(true)
            case "false", "no", "off", "0": return .flag(false)
            default: throw Failure(reason: "\(quoted(text)) is neither true nor false")
            }
        case .choice(let words):
            guard words.contains(text) else { throw Failure(reason: "\(quoted(text)) is none of \(rangeText)") }
            return .text(text)
        case .list: throw Failure(reason: "is a list")
        }
    }

    /// A text from elsewhere in a message: short, in quotes, without control characters.
    private func quoted(_ text: String) -> String {
        "\"" + LogText.escaped(String(text.prefix(60))) + "\""
    }

    private static let durationUnits = DurationUnit.allCases.map { ($0.rawValue, $0.milliseconds) } + [("m", 60_000)]
    private static let byteUnits = [
        ("KiB", 1 << 10), ("MiB", 1 << 20), ("GiB", 1 << 30), ("K", 1 << 10), ("M", 1 << 20), ("G", 1 << 30), ("B", 1),
    ]

    /// `30s`, `30 s`: a whole number not below zero, times its unit; nil for anything else, overflow too.
    private static func scaled(_ text: String, units: [(name: String, factor: Int)], bare: Int) -> Int? {
        let digits = text.prefix { $0.isASCII && ($0.isNumber || $0 == "_") }
        guard let number = Int(digits.filter { $0 != "_" }) else { return nil }
        let name = text.dropFirst(digits.count).drop { $0 == " " }
        let factor = name.isEmpty ? bare : units.first { $0.name.lowercased() == name.lowercased() }?.factor
        guard let factor else { return nil }
        let (product, overflow) = number.multipliedReportingOverflow(by: factor)
        return overflow ? nil : product
    }
}
