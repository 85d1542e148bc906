import ArgumentParser
import SwitchServer

struct AccountPasswdCommand: Command {
    static let configuration = CommandConfiguration(
        commandName: "passwd", abstract: "Give an account a new password.",
        discussion: """
            It is asked for, or read from standard input. Phones that are registered stay so until they register again.

            EXAMPLES:
              dialplanctl account passwd phone1@example.test
              dialplanctl account passwd phone1@example.test --password-stdin < password.txt
            """)

    @Argument(help: .value("address", "user@domain."), completion: .accounts) var address: String
    @OptionGroup var secret: SecretOptions
    @OptionGroup var output: OutputOptions
    @OptionGroup var location: SwitchLocation

    func execute() throws {
        _ = try location.ask(AccountQuery(address))  // whether there is one, before the password is asked for
        let change = PasswordChange(address, password: try secret.read("New password for \(address)", on: console))
        try console.show(try location.ask(change), output)
    }
}
