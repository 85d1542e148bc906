import ArgumentParser
import SwitchServer

struct AccountListCommand: Command {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "List the accounts.",
        discussion: """
            EXAMPLES:
              dialplanctl account list
              dialplanctl account list --owner alice
              dialplanctl account list --json | jq -r '.[] | select(.phones == 0) | .address'
            """)

    @Option(help: .value("user", "Only this user's."), completion: .users) var owner: String?
    @Option(help: .value("name", "Only this domain's."), completion: .domains) var domain: String?
    @OptionGroup var output: OutputOptions
    @OptionGroup var location: SwitchLocation

    func execute() throws {
        try console.show(
            try location.ask(AccountList(owner: owner, domain: domain)), output,
            ifEmpty: owner == nil && domain == nil
                ? "No accounts yet: add one with `dialplanctl account add USER@DOMAIN --owner NAME`."
                : "No such accounts.",
            [
                .init("ACCOUNT"), .init("OWNER"), .init("STATE"), .init("PHONES", isNumber: true),
                .init("IN-DIALPLAN", isFlexible: true), .init("OUT-DIALPLAN", isFlexible: true),
            ]
        ) { account in
            [
                .init(account.address), .init(account.owner), .state(account), "\(account.phones)",
                .init(account.inDialplan), .init(account.outDialplan),
            ]
        }
    }
}
