import ArgumentParser
import SwitchServer

struct UserShowCommand: Command {
    static let configuration = CommandConfiguration(
        commandName: "show", abstract: "Show a user with accounts, dialplans and providers.",
        discussion: """
            EXAMPLES:
              dialplanctl user show alice
              dialplanctl user show alice --json | jq '.accounts[].address'
            """)

    @Argument(help: .value("name", "The user."), completion: .users) var name: String
    @OptionGroup var output: OutputOptions
    @OptionGroup var location: SwitchLocation

    func execute() throws {
        let details = try location.ask(UserQuery(name))
        if output.json { return try console.showJSON(details) }
        var sheet = Sheet()
        sheet.add("User", .init(details.user.name, .bold))
        sheet.add("State", .state(details.user))
        sheet.add("Created", .init(LocalTime.text(details.user.created)))
        for account in details.accounts {
            sheet.add("Account", .init("\(account.address)  (\(account.summary))"))
        }
        for dialplan in details.dialplans {
            sheet.add("Dialplan", .init("\(dialplan.name)  (version \(dialplan.version))"))
        }
        for provider in details.providers {
            sheet.add("Provider", .init("\(provider.name)  (\(provider.username) at \(provider.server))"))
        }
        console.line(sheet.text(on: console))
    }
}
