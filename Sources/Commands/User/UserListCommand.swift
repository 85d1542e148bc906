import ArgumentParser
import SwitchServer

struct UserListCommand: Command {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "List the users.",
        discussion: """
            EXAMPLES:
              dialplanctl user list
              dialplanctl user list --json | jq -r '.[] | select(.suspended) | .name'
            """)

    @OptionGroup var output: OutputOptions
    @OptionGroup var location: SwitchLocation

    func execute() throws {
        try console.show(
            try location.ask(UserList()), output, ifEmpty: "No users yet: add one with `dialplanctl user add NAME`.",
            [
                .init("NAME"), .init("STATE"), .init("ACCOUNTS", isNumber: true), .init("DIALPLANS", isNumber: true),
                .init("PROVIDERS", isNumber: true), .init("CREATED"),
            ]
        ) { user in
            [
                .init(user.name), .state(user), "\(user.accounts)", "\(user.dialplans)", "\(user.providers)",
                .init(LocalTime.text(user.created)),
            ]
        }
    }
}

extension Table.Cell {
    static func state(_ user: UserRow) -> Table.Cell {
        user.suspended ? Table.Cell("suspended", .yellow) : Table.Cell("active", .green)
    }
}
