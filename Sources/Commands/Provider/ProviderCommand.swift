import ArgumentParser
import SwitchServer

struct ProviderCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "provider", abstract: "Outside SIP services that users call through.",
        discussion: """
            EXAMPLES:
              dialplanctl provider add trunk --owner alice --server sip:sip.example.net --username 555123
              dialplanctl provider list --owner alice
              dialplanctl provider set trunk --owner alice --ask-password
            """,
        subcommands: [
            ProviderAddCommand.self, ProviderListCommand.self, ProviderShowCommand.self, ProviderSetCommand.self,
            ProviderRemoveCommand.self,
        ])
}

/// Which provider a command is about.
struct ProviderOptions: ParsableArguments {
    @Argument(help: .value("name", "The provider's name."), completion: .providers) var name: String
    @Option(help: .value("user", "The user whose provider it is."), completion: .users) var owner: String
}

/// What `add` and `set` can give a provider.
struct ProviderFieldOptions: ParsableArguments {
    @Option(help: .value("name", "Name for authentication, where it differs from the username."))
    var authUsername: String?
    @Option(help: .value("realm", "Answer only challenges of this realm (default: any).")) var realm: String?
    @Option(help: .value("uri", "Proxy that its requests go through.")) var outboundProxy: String?
    @Option(help: .value("uri", "From of calls through it (default: username@server).")) var fromURI: String?
    @Option(
        name: .customLong("header"),
        help: .value("line", "Header added to its INVITEs, \"Name: value\". May be given again."))
    var headers: [String] = []
    @Flag(inversion: .prefixedNo, help: "Kept for later: this version of the switch does not register at providers.")
    var register: Bool?
    @Option(help: .value("uri", "Where to register (default: the server).")) var registerServer: String?
    @Option(help: .value("uri", "Contact that is registered; its user part says whom calls are for."))
    var registerContact: String?
    @Option(help: .value("seconds", "Registration's lifetime, 60 to 3600 (default: 3600).")) var registerExpiry: Int?

    var fields: ProviderFields {
        var fields = ProviderFields()
        fields.authUsername = authUsername
        fields.realm = realm
        fields.outboundProxy = outboundProxy
        fields.fromURI = fromURI
        fields.headers = headers.isEmpty ? nil : headers
        fields.registers = register
        fields.registerServer = registerServer
        fields.registerContact = registerContact
        fields.registerExpirySeconds = registerExpiry
        return fields
    }
}
