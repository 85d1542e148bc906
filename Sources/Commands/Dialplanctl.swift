public import ArgumentParser

/// The command line of the switch.
public struct Dialplanctl: ParsableCommand {
    public static let configuration = CommandConfiguration(
        commandName: "dialplanctl",
        abstract: "A programmable SIP switch: calls are routed by users' Ruby scripts in isolated workers.",
        discussion: """
            EXAMPLES:
              dialplanctl serve --database switch.sqlite --listen udp:127.0.0.1:5060
              dialplanctl user add alice
              dialplanctl domain add example.test
              echo secret | dialplanctl account add phone1@example.test --owner alice --password-stdin
              dialplanctl dialplan set default plan.rb --owner alice
              dialplanctl status
            """,
        version: "0.1.0",
        subcommands: [
            Serve.self, UserCommand.self, DomainCommand.self, AccountCommand.self, DialplanCommand.self, Status.self,
            Log.self, TestDialplan.self, CallCommand.self, Worker.self, ScriptCommand.self,
        ])

    public init() {}
}
