import ArgumentParser

struct DialplanCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "dialplan", abstract: "Users' scripts.",
        discussion: """
            Every text that a dialplan has had is kept as a version. Calls under way keep the version they began with.

            EXAMPLES:
              dialplanctl dialplan set default plan.rb --owner alice
              dialplanctl dialplan edit default --owner alice
              dialplanctl dialplan history default --owner alice
              dialplanctl dialplan rollback default --owner alice
            """,
        subcommands: [
            DialplanSetCommand.self, DialplanShowCommand.self, DialplanListCommand.self, DialplanDiffCommand.self,
            DialplanHistoryCommand.self, DialplanRollbackCommand.self, DialplanEditCommand.self,
            DialplanRemoveCommand.self,
        ])
}

/// Which dialplan a command is about.
struct DialplanOptions: ParsableArguments {
    @Argument(help: .value("name", "The dialplan's name."), completion: .dialplans) var name: String
    @Option(help: .value("user", "The user whose dialplan it is."), completion: .users) var owner: String
}
