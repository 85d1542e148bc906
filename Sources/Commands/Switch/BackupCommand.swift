import ArgumentParser
import CallStore
import Foundation

struct BackupCommand: Command {
    static let configuration = CommandConfiguration(
        commandName: "backup", abstract: "Copy the database into a new file, also while a switch runs.",
        discussion: """
            The copy is of one moment, and is checked before it gets its name. This command reads the database itself; the
            switch goes on meanwhile. Providers' passwords are in the copy encrypted: keep the key file, too, but elsewhere.

            EXAMPLES:
              dialplanctl backup /var/backups/switch-$(date +%F).sqlite
              dialplanctl backup today.sqlite --database /var/lib/dialplan/switch.sqlite
            """)

    @Argument(help: .value("file", "Where to; nothing may be there yet."), completion: .file()) var file: String
    @OptionGroup var output: OutputOptions
    @OptionGroup var location: SwitchLocation

    private struct Row: Encodable {
        var file: String
        var bytes: Int64
        var providersWithPassword: Int
        var keyFile: String?
    }

    func execute() throws {
        var progress = Progress(isShown: console.isErrorTerminal, console)
        let summary = try location.inspecting { store in
            try store.backup(to: file) { done, total in progress.show(done, of: total) }
        }
        progress.clear()
        let keyFile = summary.providersWithSecret > 0 ? summary.secretsKeyPath : nil
        if output.json {
            return try console.showJSON(
                Row(
                    file: summary.path, bytes: summary.bytes, providersWithPassword: summary.providersWithSecret,
                    keyFile: keyFile))
        }
        console.line("\(Escaping.line(summary.path)) holds the database (\(summary.bytes) bytes)")
        if let keyFile {
            console.hint(
                "note: providers' passwords in it need the key file \(Escaping.line(keyFile)): keep a copy of that elsewhere"
            )
        }
    }
}
