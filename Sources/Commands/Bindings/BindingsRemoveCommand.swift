import ArgumentParser
import SwitchServer

struct BindingsRemoveCommand: Command {
    static let configuration = CommandConfiguration(
        commandName: "remove", abstract: "Forget where an account's phones are, until they register again.",
        discussion: """
            EXAMPLES:
              dialplanctl bindings remove phone1@example.test
              dialplanctl bindings remove phone1@example.test --contact sip:phone1@198.51.100.9:5062
            """)

    @Argument(help: .value("address", "The account, user@domain."), completion: .accounts) var address: String
    @Option(help: .value("uri", "Only this contact, as `bindings list` shows it.")) var contact: String?
    @OptionGroup var output: OutputOptions
    @OptionGroup var location: SwitchLocation

    func execute() throws {
        try console.show(try location.ask(BindingRemoval(account: address, contact: contact)), output)
    }
}
