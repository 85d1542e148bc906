/// One row of a service's table of settings: its name, what it may be, what it means, and where it lives in `Target`.
///
/// The table is the only place that knows a setting: reading, checking, showing and documenting it all follow from the row.
/// Its default is what a fresh `Target` holds.
public struct Setting<Target: Sendable>: Sendable {
    /// When a change is noticed.
    public enum Effect: String, Sendable {
        /// Only when the service starts again.
        case restart = "restart"
        /// When the configuration is read again (SIGHUP); what runs already keeps what it began with.
        case reload = "reload"
    }

    /// `group.name` in lower case with hyphens. The environment variable follows from it.
    public let key: String
    public let kind: SettingKind
    public let effect: Effect
    /// The option of its own that it has on the command line, without `--`.
    public let flag: String?
    /// What it means, one or two sentences.
    public let meaning: String
    let read: @Sendable (Target) -> SettingValue
    let write: @Sendable (inout Target, SettingValue) throws(SettingKind.Failure) -> Void

    /// - Parameters:
    ///   - read: the value in a target.
    ///   - write: puts a value that `kind` allows into a target; throws if it is wrong for another reason.
    public init(
        _ key: String, _ kind: SettingKind, _ effect: Effect, flag: String? = nil, _ meaning: String,
        read: @escaping @Sendable (Target) -> SettingValue,
        write: @escaping @Sendable (inout Target, SettingValue) throws(SettingKind.Failure) -> Void
    ) {
        self.key = key
        self.kind = kind
        self.effect = effect
        self.flag = flag
        self.meaning = meaning
        self.read = read
        self.write = write
    }

    /// The environment variable's name behind the service's prefix: `workers.hang-after` is `WORKERS_HANG_AFTER`.
    public var variable: String {
        String(key.map { $0 == "." || $0 == "-" ? "_" : Character($0.uppercased()) })
    }
}

extension Setting {
    /// A whole number.
    public static func integer(
        _ key: String, _ path: any WritableKeyPath<Target, Int> & Sendable, _ range: ClosedRange<Int>,
        unit: String = "",
        _ effect: Effect, flag: String? = nil, _ meaning: String
    ) -> Setting {
        Setting(
            key, .integer(range, unit: unit), effect, flag: flag, meaning, read: { .integer($0[keyPath: path]) }
        ) { target, value in
            if case .integer(let number) = value { target[keyPath: path] = number }
        }
    }

    /// A whole number kept in another integer type.
    public static func integer<Number: FixedWidthInteger & Sendable>(
        _ key: String, wide path: any WritableKeyPath<Target, Number> & Sendable, _ range: ClosedRange<Int>,
        unit: String = "", _ effect: Effect, _ meaning: String
    ) -> Setting {
        Setting(
            key, .integer(range, unit: unit), effect, meaning, read: { .integer(Int(clamping: $0[keyPath: path])) }
        ) { target, value in
            if case .integer(let number) = value { target[keyPath: path] = Number(clamping: number) }
        }
    }

    public static func duration(
        _ key: String, _ path: any WritableKeyPath<Target, Duration> & Sendable, _ range: ClosedRange<Duration>,
        unit: DurationUnit = .seconds, _ effect: Effect, _ meaning: String
    ) -> Setting {
        Setting(key, .duration(range, unit: unit), effect, meaning, read: { .duration($0[keyPath: path]) }) {
            target, value in
            if case .duration(let duration) = value { target[keyPath: path] = duration }
        }
    }

    public static func bytes(
        _ key: String, _ path: any WritableKeyPath<Target, Int> & Sendable, _ range: ClosedRange<Int>, _ effect: Effect,
        _ meaning: String
    ) -> Setting {
        Setting(key, .bytes(range), effect, meaning, read: { .bytes($0[keyPath: path]) }) { target, value in
            if case .bytes(let number) = value { target[keyPath: path] = number }
        }
    }

    /// A number of bytes kept in another integer type.
    public static func bytes<Number: FixedWidthInteger & Sendable>(
        _ key: String, wide path: any WritableKeyPath<Target, Number> & Sendable, _ range: ClosedRange<Int>,
        _ effect: Effect, _ meaning: String
    ) -> Setting {
        Setting(key, .bytes(range), effect, meaning, read: { .bytes(Int(clamping: $0[keyPath: path])) }) {
            target, value in
            if case .bytes(let number) = value { target[keyPath: path] = Number(clamping: number) }
        }
    }

    /// A duration kept as whole seconds.
    public static func seconds(
        _ key: String, _ path: any WritableKeyPath<Target, UInt32> & Sendable, _ range: ClosedRange<Int>,
        _ effect: Effect, _ meaning: String
    ) -> Setting {
        Setting(
            key, .duration(.seconds(range.lowerBound)...(.seconds(range.upperBound)), unit: .seconds), effect, meaning,
            read: { .duration(.seconds(Int($0[keyPath: path]))) }
        ) { target, value throws(SettingKind.Failure) in
            guard case .duration(let duration) = value else { return }
            guard duration.wholeMilliseconds % 1_000 == 0 else { throw .init(reason: "has to be whole seconds") }
            target[keyPath: path] = UInt32(clamping: duration.wholeMilliseconds / 1_000)
        }
    }

    public static func flag(
        _ key: String, _ path: any WritableKeyPath<Target, Bool> & Sendable, _ effect: Effect, flag: String? = nil,
        _ meaning: String
    ) -> Setting {
        Setting(key, .flag, effect, flag: flag, meaning, read: { .flag($0[keyPath: path]) }) { target, value in
            if case .flag(let isOn) = value { target[keyPath: path] = isOn }
        }
    }

    /// A text that may be absent.
    public static func text(
        _ key: String, _ path: any WritableKeyPath<Target, String?> & Sendable, longest: Int = 1_024, _ effect: Effect,
        flag: String? = nil, _ meaning: String
    ) -> Setting {
        Setting(
            key, .text(longest: longest), effect, flag: flag, meaning,
            read: { $0[keyPath: path].map { .text($0) } ?? .unset }
        ) { target, value in
            if case .text(let text) = value { target[keyPath: path] = text } else { target[keyPath: path] = nil }
        }
    }
}
