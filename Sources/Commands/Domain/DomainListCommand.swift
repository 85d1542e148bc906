import ArgumentParser
import SwitchServer

struct DomainListCommand: Command {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "List the domains.",
        discussion: """
            EXAMPLES:
              dialplanctl domain list
              dialplanctl domain list --json | jq -r '.[].name'
            """)

    @OptionGroup var output: OutputOptions
    @OptionGroup var location: SwitchLocation

    func execute() throws {
        try console.show(
            try location.ask(DomainList()), output,
            ifEmpty: "No domains yet: add one with `dialplanctl domain add NAME`.",
            [
                .init("NAME"), .init("ACCOUNTS", isNumber: true), .init("CREATED"), .init("ALIASES", isFlexible: true),
            ]
        ) { domain in
            [
                .init(domain.name), "\(domain.accounts)", .init(LocalTime.text(domain.created)),
                .init(domain.aliases.joined(separator: ", ")),
            ]
        }
    }
}
