/// What people read of a table.
extension SettingsTable {
    /// The settings as Markdown tables, one per group.
    public func markdown(defaults: Target) -> String {
        var lines: [String] = []
        var group = ""
        for setting in settings {
            let name = String(setting.key.prefix { $0 != "." })
            if name != group || lines.isEmpty {
                group = name
                lines += [
                    "", "### \(setting.key.contains(".") ? name : "general")", "",
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

    /// A configuration file with every setting at its default, commented out, each with its meaning above it.
    public func example(defaults: Target, introduction: [String]) -> String {
        var lines = introduction.map { "# \($0)" }
        var group: String?
        for setting in settings {
            let parts = setting.key.split(separator: ".", maxSplits: 1).map(String.init)
            let indent = parts.count > 1 ? "  " : ""
            if parts.count > 1, parts.first != group {
                group = parts.first
                lines += ["", "#\(parts[0]):"]
            } else {
                lines.append("")
            }
            lines.append("#\(indent)# \(setting.meaning) (\(setting.kind.rangeText))")
            let value = setting.read(defaults)
            let text =
                switch value {
                case .list(let items): "[" + items.map { "\"\($0)\"" }.joined(separator: ", ") + "]"
                case .unset: ""
                default: "\(value)"
                }
            lines.append("#\(indent)\(parts.last ?? setting.key): \(text)")
        }
        return lines.joined(separator: "\n") + "\n"
    }
}
