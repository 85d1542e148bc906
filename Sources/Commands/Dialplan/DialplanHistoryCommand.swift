import ArgumentParser
import SwitchServer

struct DialplanHistoryCommand: Command {
    static let configuration = CommandConfiguration(
        commandName: "history", abstract: "List a dialplan's versions, the newest first.",
        discussion: """
            EXAMPLES:
              dialplanctl dialplan history default --owner alice
              dialplanctl dialplan history default --owner alice --json | jq '.[0].version'
            """)

    @OptionGroup var dialplan: DialplanOptions
    @OptionGroup var output: OutputOptions
    @OptionGroup var location: SwitchLocation

    func execute() throws {
        try console.show(
            try location.ask(DialplanHistory(dialplan.name, owner: dialplan.owner)), output,
            ifEmpty: "No versions.",
            [
                .init("VERSION", isNumber: true), .init("SAVED"), .init("AUTHOR"), .init("LINES", isNumber: true),
                .init("BYTES", isNumber: true), .init("NOTE", isFlexible: true),
            ]
        ) { version in
            [
                "\(version.version)", .init(LocalTime.text(version.saved)), .init(version.author), "\(version.lines)",
                "\(version.bytes)", .init(version.note),
            ]
        }
    }
}
