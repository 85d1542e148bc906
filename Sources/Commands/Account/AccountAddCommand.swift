import ArgumentParser
import SwitchServer

struct AccountAddCommand: Command {
    static let configuration = CommandConfiguration(
        commandName: "add", abstract: "Add an account.",
        discussion: """
            The password is asked for, or read from standard input. Only its digests are kept.

            EXAMPLES:
              dialplanctl account add phone1@example.test --owner alice
              dialplanctl account add phone2@example.test --owner alice --password-stdin < password.txt
              dialplanctl account add door@example.test --owner alice --in-dialplan door --out-dialplan intern
            """)

    @Argument(help: .value("address", "user@domain.")) var address: String
    @Option(help: .value("user", "The user whose dialplans decide."), completion: .users) var owner: String
    @OptionGroup var secret: SecretOptions
    @Option(
        help: .value("name", "Dialplan for calls to the account (default: its phones ring)."), completion: .dialplans)
    var inDialplan: String?
    @Option(
        help: .value("name", "Dialplan for calls from the account (default: the one named default)."),
        completion: .dialplans)
    var outDialplan: String?
    @OptionGroup var output: OutputOptions
    @OptionGroup var location: SwitchLocation

    func execute() throws {
        _ = try AccountName(address)  // before the password is asked for
        let account = AccountAddition(
            address, owner: owner, password: try secret.read("Password for \(address)", on: console),
            inDialplan: inDialplan, outDialplan: outDialplan)
        try console.show(try location.ask(account), output)
    }
}
