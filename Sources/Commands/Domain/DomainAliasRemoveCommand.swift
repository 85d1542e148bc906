import ArgumentParser
import SwitchServer

struct DomainAliasRemoveCommand: Command {
    static let configuration = CommandConfiguration(
        commandName: "remove", abstract: "Take a name of a domain away.",
        discussion: """
            EXAMPLE:
              dialplanctl domain alias remove example.test 192.0.2.1
            """)

    @Argument(help: .value("domain", "The domain."), completion: .domains) var domain: String
    @Argument(help: .value("alias", "The alias.")) var alias: String
    @OptionGroup var output: OutputOptions
    @OptionGroup var location: SwitchLocation

    func execute() throws { try console.show(try location.ask(AliasRemoval(alias, from: domain)), output) }
}
