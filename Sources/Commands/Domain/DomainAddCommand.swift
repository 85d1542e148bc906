import ArgumentParser
import SwitchServer

struct DomainAddCommand: Command {
    static let configuration = CommandConfiguration(
        commandName: "add", abstract: "Add a domain.",
        discussion: """
            The database is made if it is not there yet.

            EXAMPLE:
              dialplanctl domain add example.test --alias 192.0.2.1 --alias sip.example.test
            """)

    @Argument(help: .value("name", "Its name, which is the realm of its accounts.")) var name: String
    @Option(
        name: .customLong("alias"),
        help: .value("host", "Another host name or address for it; * is every host not named. May be given again."))
    var aliases: [String] = []
    @OptionGroup var output: OutputOptions
    @OptionGroup var location: SwitchLocation

    func execute() throws {
        try console.show(try location.ask(DomainAddition(name, aliases: aliases), creates: true), output)
    }
}
