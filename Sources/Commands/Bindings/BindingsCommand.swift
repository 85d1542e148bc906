import ArgumentParser

struct BindingsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "bindings", abstract: "Where phones are registered.",
        discussion: """
            EXAMPLES:
              dialplanctl bindings list
              dialplanctl bindings remove phone1@example.test
            """,
        subcommands: [BindingsListCommand.self, BindingsRemoveCommand.self])
}
