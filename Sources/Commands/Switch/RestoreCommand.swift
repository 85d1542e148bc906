import ArgumentParser
import CallStore
import Foundation

struct RestoreCommand: Command {
    static let configuration = CommandConfiguration(
        commandName: "restore", abstract: "Put a backup in the place of the database. The switch must be stopped.",
        discussion: """
            The backup is checked first; a bad one changes nothing. The database that is replaced is kept beside it.

            EXAMPLES:
              dialplanctl restore /var/backups/switch-2026-11-23.sqlite
              dialplanctl restore today.sqlite --database /var/lib/dialplan/switch.sqlite --yes
            """)

    @Argument(help: .value("file", "The backup."), completion: .file()) var file: String
    @OptionGroup var confirmation: ConfirmationOptions
    @OptionGroup var output: OutputOptions
    @OptionGroup var location: SwitchLocation

    private struct Row: Encodable {
        var database: String
        var replaced: String?
        var schema: String
        var providersWithoutKey: [String]
    }

    func execute() throws {
        if FileManager.default.fileExists(atPath: location.database) {
            try confirmation.confirm("Replace the database \(location.database) by \(file)?", on: console)
        }
        var progress = Progress(isShown: console.isErrorTerminal, console)
        let summary = try CallStore.restore(from: file, to: location.database) { done, total in
            progress.show(done, of: total)
        }
        progress.clear()
        if output.json {
            return try console.showJSON(
                Row(
                    database: location.database, replaced: summary.replaced, schema: summary.schema,
                    providersWithoutKey: summary.providersWithoutKey))
        }
        console.line("\(Escaping.line(location.database)) is restored from \(Escaping.line(file))")
        if let replaced = summary.replaced {
            console.hint("note: the database before is kept as \(Escaping.line(replaced))")
        }
        if !summary.providersWithoutKey.isEmpty {
            console.hint(
                "note: the key file of providers' passwords is missing: bring it back, or give these providers new "
                    + "passwords: \(Escaping.line(summary.providersWithoutKey.joined(separator: ", ")))")
        }
    }
}
