import ArgumentParser
import Foundation
import ServiceSupport
import SwitchServer

struct ConfigCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "config",
        abstract: "The settings of the switch: what they are, where each comes from, what a file would mean.",
        discussion: """
            Flags are stronger than environment variables (\(SwitchSettings.prefix)_…), these than the file, the file \
            than the defaults.

            EXAMPLES:
              dialplanctl config
              dialplanctl config --config my.yaml --set workers.count=4
              dialplanctl config check /etc/dialplan/dialplan.yaml
              dialplanctl config example > dialplan.yaml
            """,
        subcommands: [Show.self, Check.self, Example.self, Reference.self], defaultSubcommand: Show.self)

    struct Show: Command {
        static let configuration = CommandConfiguration(
            abstract: "Each setting's value and where it comes from, as `serve` would find it here.")

        @Flag(help: "One JSON object, by setting.") var json = false
        @Flag(help: "Only settings that somebody set.") var changed = false
        @OptionGroup var settings: SettingsOptions

        func execute() throws {
            let reading = try settings.read()
            console.line(try Self.text(reading, json: json, changed: changed))
            for name in reading.unknownVariables {
                console.err("Warning: the environment variable \(Escaping.line(name)) is no setting.\n")
            }
            try reading.target.validate()
        }

        private struct Entry: Encodable {
            var value: String
            var source: String
            var isDefault: Bool
            var takesEffect: String
        }

        static func text(
            _ reading: SettingsTable<ServeOptions>.Reading, json: Bool, changed: Bool
        ) throws -> String {
            let rows = reading.rows.filter { !changed || $0.source != .default }
            if json {
                let entries = rows.map {
                    (
                        $0.setting.key,
                        Entry(
                            value: "\($0.value)", source: "\($0.source)", isDefault: $0.source == .default,
                            takesEffect: $0.setting.effect.rawValue)
                    )
                }
                let encoder = JSONEncoder()
                encoder.outputFormatting = [.sortedKeys, .prettyPrinted, .withoutEscapingSlashes]
                let object = Dictionary(entries, uniquingKeysWith: { first, _ in first })
                return String(decoding: try encoder.encode(object), as: UTF8.self)
            }
            let cells = rows.map { ($0.setting.key, $0.value == .unset ? "-" : "\($0.value)", "\($0.source)") }
            let widths = (cells.map(\.0.count).max() ?? 0, cells.map(\.1.count).max() ?? 0)
            func pad(_ text: String, _ width: Int) -> String {
                text + String(repeating: " ", count: max(0, width - text.count))
            }
            return ([("SETTING", "VALUE", "FROM")] + cells)
                .map { "\(pad($0.0, widths.0))  \(pad($0.1, widths.1))  \($0.2)" }.joined(separator: "\n")
        }
    }

    struct Check: Command {
        static let configuration = CommandConfiguration(
            abstract: "Say what is wrong with a configuration file; exit code 1 if anything is.")

        @Argument(help: ArgumentHelp("The file.", valueName: "file"), completion: .file()) var file: String

        func execute() throws {
            let reading = try SwitchSettings.table.read(
                defaults: ServeOptions(), file: try SettingsFile(path: file), environment: [:], flags: [:])
            try reading.target.validate()
            let count = reading.rows.count { $0.source != .default }
            console.line("\(file) can be used: it sets \(count) of \(reading.rows.count) settings.")
        }
    }

    struct Example: Command {
        static let configuration = CommandConfiguration(
            abstract: "A configuration file with every setting at its default, as comments.")

        func execute() throws { console.out(Self.text) }

        static var text: String {
            SwitchSettings.table.example(
                defaults: ServeOptions(),
                introduction: [
                    "Configuration of the Dialplan switch. Every setting is shown with its default;",
                    "take the # away to change one. Check it with: dialplanctl config check FILE",
                    "Times are written 500ms, 30s, 5min, 2h; sizes 64KiB, 256MiB, 2GiB.",
                ])
        }
    }

    struct Reference: Command {
        static let configuration = CommandConfiguration(
            abstract: "The tables of Docs/Configuration.md.", shouldDisplay: false)

        func execute() throws { console.out(SwitchSettings.table.markdown(defaults: ServeOptions())) }
    }
}
