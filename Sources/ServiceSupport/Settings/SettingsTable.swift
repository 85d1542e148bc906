import Configuration

/// All settings of a service, and how they are found: command line before environment before file before default.
public struct SettingsTable<Target: Sendable>: Sendable {
    /// In front of every environment variable, with `_` behind it: `DIALPLAN`.
    public let prefix: String
    /// Variables with the prefix that mean something else than a setting.
    public let otherVariables: Set<String>
    public let settings: [Setting<Target>]

    public init(prefix: String, otherVariables: Set<String> = [], settings: [Setting<Target>]) {
        self.prefix = prefix
        self.otherVariables = otherVariables
        self.settings = settings
    }

    public func setting(_ key: String) -> Setting<Target>? { settings.first { $0.key == key } }

    public func variable(of setting: Setting<Target>) -> String { prefix + "_" + setting.variable }

    /// What a setting is, and who says so.
    public struct Row: Sendable {
        public let setting: Setting<Target>
        public let value: SettingValue
        public let source: SettingSource
    }

    public struct Reading: Sendable {
        public let target: Target
        /// One for each setting, in the table's order.
        public let rows: [Row]
        /// Environment variables with the service's prefix that no setting reads: probably a slip.
        public let unknownVariables: [String]
    }

    /// Finds every setting's value.
    ///
    /// Every source is checked as a whole: a wrong value is an error even where a stronger source overrides it.
    ///
    /// - Parameters:
    ///   - defaults: a fresh target.
    ///   - flags: texts from the command line by key.
    /// - Throws: ``SettingsProblems`` with everything that is wrong.
    public func read(
        defaults: Target, file: SettingsFile?, environment: [String: String], flags: [String: [String]]
    ) throws(SettingsProblems) -> Reading {
        let layers = layers(file: file, environment: environment, flags: flags)
        var problems = unknownKeys(in: file) + unknownKeys(in: flags)
        var target = defaults
        var rows: [Row] = []
        for setting in settings {
            var found: (value: SettingValue, source: SettingSource)?
            for layer in layers {
                guard let texts = layer.texts(of: setting.key, isList: setting.isList) else { continue }
                let source = layer.source(setting.key, variable(of: setting), setting.flag)
                do {
                    let value = try setting.kind.parse(texts)
                    // Into a copy: a value that is overridden is judged, too.
                    var trial = found == nil ? target : defaults
                    try setting.write(&trial, value)
                    if found == nil {
                        target = trial
                        found = (value, source)
                    }
                } catch {
                    problems.append(SettingsProblems.Problem(source: source, key: setting.key, reason: error.reason))
                }
            }
            rows.append(
                Row(
                    setting: setting, value: found?.value ?? setting.read(defaults), source: found?.source ?? .default))
        }
        guard problems.isEmpty else { throw SettingsProblems(problems: problems) }
        let known = otherVariables.union(settings.map { variable(of: $0) })
        let unknown = environment.keys.filter { $0.hasPrefix(prefix + "_") && !known.contains($0) }
        return Reading(target: target, rows: rows, unknownVariables: unknown.sorted())
    }

    /// Takes over what changes at once from another reading; the rest stays.
    ///
    /// - Returns: the keys that changed, and those that differ but wait for a restart.
    public func reload(_ target: inout Target, from new: Target) -> (changed: [String], waiting: [String]) {
        var changed: [String] = []
        var waiting: [String] = []
        for setting in settings where setting.read(target) != setting.read(new) {
            switch setting.effect {
            case .reload:
                // What stands in a target has been allowed before.
                if (try? setting.write(&target, setting.read(new))) != nil { changed.append(setting.key) }
            case .restart: waiting.append(setting.key)
            }
        }
        return (changed, waiting)
    }

    // MARK: Sources

    private struct Layer {
        let provider: any ConfigProvider
        let source: (_ key: String, _ variable: String, _ flag: String?) -> SettingSource

        func texts(of key: String, isList: Bool) -> [String]? {
            let key = AbsoluteConfigKey(ConfigKey(key))
            // A list where one value is wanted is found too, and refused by the setting's kind.
            for type in isList ? [ConfigType.stringArray] : [.string, .stringArray] {
                switch try? provider.value(forKey: key, type: type).value?.content {
                case .string(let text): return [text]
                case .stringArray(let texts): return texts
                default: continue
                }
            }
            return nil
        }
    }

    /// The strongest first.
    private func layers(file: SettingsFile?, environment: [String: String], flags: [String: [String]]) -> [Layer] {
        [
            Layer(provider: memory(flags)) { key, _, flag in .flag(flag.map { "--\($0)" } ?? "--set \(key)") },
            Layer(
                provider: EnvironmentVariablesProvider(environmentVariables: environment)
                    .prefixKeys(with: ConfigKey([prefix.lowercased()]))
            ) { _, variable, _ in .environment(variable) },
            Layer(provider: memory(file?.entries.mapValues(\.texts) ?? [:])) { key, _, _ in
                .file(path: file?.path ?? "", line: file?.entries[key]?.line ?? 0)
            },
        ]
    }

    private func memory(_ texts: [String: [String]]) -> InMemoryProvider {
        var values: [AbsoluteConfigKey: ConfigValue] = [:]
        for setting in settings {
            guard let texts = texts[setting.key] else { continue }
            let content: ConfigContent =
                if setting.isList || texts.count != 1 {
                    .stringArray(texts)
                } else {
                    .string(texts.first ?? "")
                }
            values[AbsoluteConfigKey(ConfigKey(setting.key))] = ConfigValue(content, isSecret: false)
        }
        return InMemoryProvider(values: values)
    }

    private func unknownKeys(in file: SettingsFile?) -> [SettingsProblems.Problem] {
        guard let file else { return [] }
        let unknown = file.entries.filter { setting($0.key) == nil && !isEmptyGroup($0.key, $0.value) }.sorted {
            $0.value.line < $1.value.line
        }
        return unknown.map { key, entry in
            .init(source: .file(path: file.path, line: entry.line), key: key, reason: unknownText(key))
        }
    }

    /// `workers:` with nothing under it, because all of it is commented out.
    private func isEmptyGroup(_ key: String, _ entry: SettingsFile.Entry) -> Bool {
        entry.texts == [""] && settings.contains { $0.key.hasPrefix(key + ".") }
    }

    private func unknownKeys(in flags: [String: [String]]) -> [SettingsProblems.Problem] {
        flags.keys.filter { setting($0) == nil }.sorted().map { key in
            .init(source: .flag("--set"), key: key, reason: unknownText(key))
        }
    }

    private func unknownText(_ key: String) -> String {
        let near = settings.map { (key: $0.key, distance: EditDistance.between($0.key, key)) }
            .min { $0.distance < $1.distance }
        if let near, near.distance <= 3 { return "there is no such setting; did you mean \(near.key)?" }
        let group = key.prefix { $0 != "." } + "."
        let names = settings.map(\.key).filter { $0.hasPrefix(group) }
        return "there is no such setting"
            + (names.isEmpty ? "" : "; those of its group are \(names.joined(separator: ", "))")
    }
}

extension Setting {
    var isList: Bool { if case .list = kind { true } else { false } }
}

/// Where a value comes from.
public enum SettingSource: Hashable, Sendable, CustomStringConvertible {
    case flag(String)
    case environment(String)
    case file(path: String, line: Int)
    case `default`

    public var description: String {
        switch self {
        case .flag(let name): name
        case .environment(let name): name
        case .file(let path, let line): "\(path):\(line)"
        case .default: "default"
        }
    }
}

/// Everything that is wrong with a configuration.
public struct SettingsProblems: Error, Sendable, CustomStringConvertible {
    public struct Problem: Hashable, Sendable, CustomStringConvertible {
        public let source: SettingSource
        public let key: String
        public let reason: String

        public var description: String { "\(source): \(key): \(reason)" }
    }

    public let problems: [Problem]

    public var description: String {
        (["the configuration cannot be used:"] + problems.map { "  \($0)" }).joined(separator: "\n")
    }
}

/// How many letters apart two words are (Levenshtein).
enum EditDistance {
    static func between(_ left: String, _ right: String) -> Int {
        let left = Array(left.prefix(64))
        let right = Array(right.prefix(64))
        var row = Array(0...right.count)
        for (above, letter) in left.enumerated() {
            var diagonal = row.first ?? 0
            row[0] = above + 1
            for (index, other) in right.enumerated() {
                let next = min(row[index] + 1, row[index + 1] + 1, diagonal + (letter == other ? 0 : 1))
                diagonal = row[index + 1]
                row[index + 1] = next
            }
        }
        return row.last ?? 0
    }
}
