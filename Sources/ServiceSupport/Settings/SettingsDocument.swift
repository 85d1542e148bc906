/// What people read of a table.
extension SettingsTable {
    /// The settings as Markdown tables, one per group.
    public func markdown(defaults: Target) -> String {
        var lines: [String] = []
        var group = ""
        for setting in settings {
            let name = setting.key.contains(".") ? String(setting.key.prefix { $0 != "." }) : "general"
            if name != group || lines.isEmpty {
                group = name
                lines += [
                    "", "### \(name)", "",
                    "| setting | type | allowed | default | takes effect | meaning |",
                    "|---|---|---|---|---|---|",
                ]
            }
            let value = setting.read(defaults).description
            var meaning = setting.meaning
            if let flag = setting.flag { meaning += " Option `--\(flag)`." }
            lines.append(
                "| `\(setting.key)` | \(typeText(setting)) | \(setting.kind.rangeText) "
                    + "| \(value.isEmpty ? "–" : "`\(value)`") | at \(setting.effect.rawValue) | \(meaning) |")
        }
        return lines.dropFirst().joined(separator: "\n") + "\n"
    }

    private func typeText(_ setting: Setting<Target>) -> String {
        let unit = setting.kind.unitText
        return switch setting.kind {
        case .duration: "duration (\(unit))"
        default: setting.kind.typeName
        }
    }

    /// A configuration file with every setting at its default: comments begin with `# `, settings with `#`, so that one
    /// sign less makes a setting count. Each has its whole name, so that no line depends on another.
    public func example(defaults: Target, introduction: [String]) -> String {
        var lines = introduction.map { "# \($0)" }
        for setting in settings {
            let text =
                switch setting.read(defaults) {
                case .list(let items): " [" + items.map { "\"\($0)\"" }.joined(separator: ", ") + "]"
                case .unset: ""
                case let value: " \(value)"
                }
            lines += ["", "# \(setting.meaning) (\(setting.kind.rangeText))", "#\(setting.key):\(text)"]
        }
        return lines.joined(separator: "\n") + "\n"
    }
}
