import ArgumentParser
import SwitchServer

struct DomainAliasAddCommand: Command {
    static let configuration = CommandConfiguration(
        commandName: "add", abstract: "Give a domain another name.",
        discussion: """
            EXAMPLE:
              dialplanctl domain alias add example.test 192.0.2.1
            """)

    @Argument(help: .value("domain", "The domain."), completion: .domains) var domain: String
    @Argument(help: .value("alias", "Host name or address; * is every host that is not named elsewhere."))
    var alias: String
    @OptionGroup var output: OutputOptions
    @OptionGroup var location: SwitchLocation

    func execute() throws { try console.show(try location.ask(AliasAddition(alias, to: domain)), output) }
}
