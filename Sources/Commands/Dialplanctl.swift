public import ArgumentParser

/// The command line of the switch.
public struct Dialplanctl: ParsableCommand {
    public static let configuration = CommandConfiguration(
        commandName: "dialplanctl",
        abstract: "A programmable SIP switch: calls are routed by users' Ruby scripts in isolated workers.",
        discussion: """
            Commands talk to the running switch, or change the database when none runs.

            EXAMPLES:
              dialplanctl serve --database switch.sqlite --listen udp:127.0.0.1:5060
              dialplanctl user add alice
              dialplanctl domain add example.test
              dialplanctl account add phone1@example.test --owner alice
              dialplanctl dialplan set default plan.rb --owner alice
              dialplanctl status --watch

            \(ExitStatus.help)

            SHELL COMPLETION:
              bash:  source <(dialplanctl --generate-completion-script bash)
              zsh:   dialplanctl --generate-completion-script zsh > ~/.zfunc/_dialplanctl
              fish:  dialplanctl --generate-completion-script fish > ~/.config/fish/completions/dialplanctl.fish
            """,
        version: "0.1.0",
        groupedSubcommands: [
            CommandGroup(
                name: "The switch",
                subcommands: [
                    Serve.self, StatusCommand.self, WorkersCommand.self, QuarantineCommand.self, LogCommand.self,
                    EventsCommand.self,
                    ConfigCommand.self,
                    DoctorCommand.self,
                ]),
            CommandGroup(
                name: "What it serves",
                subcommands: [
                    UserCommand.self, DomainCommand.self, AccountCommand.self, ProviderCommand.self,
                    DialplanCommand.self, CallsCommand.self, BindingsCommand.self,
                ]),
            CommandGroup(name: "Its data", subcommands: [BackupCommand.self, RestoreCommand.self]),
            CommandGroup(name: "To try things", subcommands: [TestDialplan.self, Replay.self, CallCommand.self]),
            CommandGroup(name: "For the switch itself", subcommands: [Worker.self, ScriptCommand.self]),
        ])

    public init() {}
}
