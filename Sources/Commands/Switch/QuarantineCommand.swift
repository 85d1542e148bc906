import ArgumentParser
import SwitchServer

struct QuarantineCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "quarantine", abstract: "Scripts that are not run because they ended workers.",
        discussion: """
            A script version that ends two workers within an hour is not run any more: calls to its owner ring his phones, \
            calls from him are refused. A new version of the dialplan, a release, or a restart of the switch lifts it.

            EXAMPLES:
              dialplanctl quarantine list
              dialplanctl quarantine release main --owner sam
            """,
        subcommands: [QuarantineListCommand.self, QuarantineReleaseCommand.self],
        defaultSubcommand: QuarantineListCommand.self)
}

struct QuarantineListCommand: Command {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "List the scripts that are in quarantine.",
        discussion: """
            EXAMPLES:
              dialplanctl quarantine list
              dialplanctl quarantine list --json | jq '.[].owner'
            """)

    @OptionGroup var output: OutputOptions
    @OptionGroup var location: SwitchLocation

    func execute() throws {
        let rows = try location.client.ask(QuarantineList())
        if output.json { return try console.showJSON(rows) }
        guard !rows.isEmpty else { return console.hint("No script is in quarantine.") }
        var table = Table([
            .init("OWNER"), .init("DIALPLAN"), .init("VERSION", isNumber: true), .init("LINE", isNumber: true),
            .init("SINCE"), .init("WORKER'S END", isFlexible: true),
        ])
        for row in rows {
            table.add([
                .init(row.owner), .init(row.dialplan), "\(row.version)", .init(row.line > 0 ? "\(row.line)" : nil),
                .init(LocalTime.text(row.since)), .init(row.reason),
            ])
        }
        console.line(table.text(on: console))
    }
}

struct QuarantineReleaseCommand: Command {
    static let configuration = CommandConfiguration(
        commandName: "release", abstract: "Let scripts run again that ended workers.",
        discussion: """
            EXAMPLES:
              dialplanctl quarantine release main --owner sam
              dialplanctl quarantine release --owner sam
            """)

    @Argument(help: .value("name", "The dialplan (default: all of the user's).")) var dialplan: String?
    @Option(name: [.customLong("owner"), .customLong("user")], help: .value("user", "Whose."), completion: .users)
    var owner: String
    @OptionGroup var output: OutputOptions
    @OptionGroup var location: SwitchLocation

    func execute() throws {
        try console.show(try location.client.ask(QuarantineRelease(owner: owner, dialplan: dialplan)), output)
    }
}
