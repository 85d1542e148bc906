import ArgumentParser
import SwitchServer

struct DialplanListCommand: Command {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "List the dialplans.",
        discussion: """
            EXAMPLES:
              dialplanctl dialplan list
              dialplanctl dialplan list --owner alice --json | jq -r '.[].name'
            """)

    @Option(help: .value("user", "Only this user's."), completion: .users) var owner: String?
    @OptionGroup var output: OutputOptions
    @OptionGroup var location: SwitchLocation

    func execute() throws {
        try console.show(
            try location.ask(DialplanList(owner: owner)), output,
            ifEmpty: "No dialplans yet: add one with `dialplanctl dialplan set NAME FILE --owner USER`.",
            [
                .init("OWNER"), .init("NAME", isFlexible: true), .init("VERSION", isNumber: true),
                .init("LINES", isNumber: true), .init("SAVED"), .init("AUTHOR"), .init("NOTE", isFlexible: true),
            ]
        ) { dialplan in
            [
                .init(dialplan.owner), .init(dialplan.name), "\(dialplan.version)", "\(dialplan.lines)",
                .init(LocalTime.text(dialplan.saved)), .init(dialplan.author), .init(dialplan.note),
            ]
        }
    }
}
