import ArgumentParser
import SwitchServer

struct AccountRemoveCommand: Command {
    static let configuration = CommandConfiguration(
        commandName: "remove", abstract: "Remove an account.",
        discussion: """
            Its phones are forgotten, its call records stay.

            EXAMPLES:
              dialplanctl account remove phone1@example.test
              dialplanctl account remove phone1@example.test --yes
            """)

    @Argument(help: .value("address", "user@domain."), completion: .accounts) var address: String
    @OptionGroup var confirmation: ConfirmationOptions
    @OptionGroup var output: OutputOptions
    @OptionGroup var location: SwitchLocation

    func execute() throws {
        let account = try location.ask(AccountQuery(address)).account
        try confirmation.confirm(
            "Remove account \(account.address) of \(account.owner) (\(account.summary))?", on: console)
        try console.show(try location.ask(AccountRemoval(account.address)), output)
    }
}
