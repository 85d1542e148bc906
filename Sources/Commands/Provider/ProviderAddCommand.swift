import ArgumentParser
import SwitchServer

struct ProviderAddCommand: Command {
    static let configuration = CommandConfiguration(
        commandName: "add", abstract: "Add a provider.",
        discussion: """
            The password is asked for, or read from standard input. It is kept encrypted and never shown.

            EXAMPLES:
              dialplanctl provider add trunk --owner alice --server sip:sip.example.net --username 555123
              dialplanctl provider add trunk --owner alice --server sip:sip.example.net --username 555123 \\
                  --password-stdin < password.txt
              dialplanctl provider add pbx --owner alice --server sip:192.0.2.9 --username pbx --no-password
            """)

    @OptionGroup var provider: ProviderOptions
    @Option(help: .value("uri", "Where its requests go, for example sip:sip.example.net.")) var server: String
    @Option(help: .value("name", "The account there.")) var username: String
    @OptionGroup var options: ProviderFieldOptions
    @OptionGroup var secret: SecretOptions
    @Flag(help: "It needs no password.") var noPassword = false
    @OptionGroup var output: OutputOptions
    @OptionGroup var location: SwitchLocation

    func validate() throws {
        if noPassword, secret.passwordStdin {
            throw ValidationError("--no-password and --password-stdin exclude each other")
        }
    }

    func execute() throws {
        let password = noPassword ? nil : try secret.read("Password of \(username) at \(server)", on: console)
        let addition = ProviderAddition(
            provider.name, owner: provider.owner, server: server, username: username, fields: options.fields,
            password: password)
        try console.show(try location.ask(addition), output)
    }
}
