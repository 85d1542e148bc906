import ArgumentParser
import SwitchServer

/// A field that can be emptied.
struct UnsettableField: ExpressibleByArgument {
    let field: ProviderFields.Unsettable

    init?(argument: String) {
        guard let field = ProviderFields.Unsettable(rawValue: argument) else { return nil }
        self.field = field
    }

    static var allValueStrings: [String] { ProviderFields.Unsettable.allCases.map(\.rawValue) }
}

struct ProviderSetCommand: Command {
    static let configuration = CommandConfiguration(
        commandName: "set", abstract: "Change a provider.",
        discussion: """
            What is not named stays as it is. The next call follows the change.

            EXAMPLES:
              dialplanctl provider set trunk --owner alice --server sip:sip2.example.net
              dialplanctl provider set trunk --owner alice --ask-password
              dialplanctl provider set trunk --owner alice --disable "bill not paid"
              dialplanctl provider set trunk --owner alice --unset disabled --unset realm
            """)

    @OptionGroup var provider: ProviderOptions
    @Option(help: .value("uri", "Where its requests go.")) var server: String?
    @Option(help: .value("name", "The account there.")) var username: String?
    @OptionGroup var options: ProviderFieldOptions
    @Option(help: .value("reason", "Do not use it for now; scripts see why.")) var disable: String?
    @Option(
        help: .value(
            "field",
            "Empty a field: \(ProviderFields.Unsettable.allCases.map(\.rawValue).joined(separator: ", ")). May be given again."
        ))
    var unset: [UnsettableField] = []
    @Flag(help: "Ask for a new password.") var askPassword = false
    @Flag(help: "Take the password away.") var noPassword = false
    @OptionGroup var secret: SecretOptions
    @OptionGroup var output: OutputOptions
    @OptionGroup var location: SwitchLocation

    private var fields: ProviderFields {
        var fields = options.fields
        fields.server = server
        fields.username = username
        fields.disabledReason = disable
        fields.unset = unset.map(\.field)
        return fields
    }

    private var changesPassword: Bool { askPassword || secret.passwordStdin }

    func validate() throws {
        if noPassword, changesPassword {
            throw ValidationError("--no-password excludes --ask-password and --password-stdin")
        }
        if fields.isEmpty, !changesPassword, !noPassword {
            throw ValidationError("nothing to change: name at least one option, see --help")
        }
    }

    func execute() throws {
        // Whether there is one, before the password is asked for.
        _ = try location.ask(ProviderQuery(provider.name, owner: provider.owner))
        let password = changesPassword ? try secret.read("New password of \(provider.name)", on: console) : nil
        let change = ProviderChange(
            provider.name, owner: provider.owner, fields: fields, password: password, forgetsPassword: noPassword)
        try console.show(try location.ask(change), output)
    }
}
