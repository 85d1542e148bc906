import ArgumentParser

struct UserCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "user", abstract: "People who own accounts and dialplans.",
        discussion: """
            EXAMPLES:
              dialplanctl user add alice
              dialplanctl user list
              dialplanctl user suspend alice
            """,
        subcommands: [
            UserAddCommand.self, UserListCommand.self, UserShowCommand.self, UserSuspendCommand.self,
            UserResumeCommand.self, UserRemoveCommand.self,
        ])
}
