import ArgumentParser
import SwitchServer

struct UserRemoveCommand: Command {
    static let configuration = CommandConfiguration(
        commandName: "remove", abstract: "Remove a user.",
        discussion: """
            A user who has accounts, providers, dialplans or call records is kept, unless all of that is to go too.
            `dialplanctl user suspend` keeps everything and lets nothing be used.

            EXAMPLES:
              dialplanctl user remove alice
              dialplanctl user remove alice --with-belongings --yes
            """)

    @Argument(help: .value("name", "The user."), completion: .users) var name: String
    @Flag(help: "With accounts, providers, dialplans (all versions) and call records.") var withBelongings = false
    @OptionGroup var confirmation: ConfirmationOptions
    @OptionGroup var output: OutputOptions
    @OptionGroup var location: SwitchLocation

    func execute() throws {
        let details = try location.ask(UserQuery(name))
        let what = withBelongings ? " with \(details.summary)" : ""
        try confirmation.confirm("Remove user \(details.user.name)\(what)?", on: console)
        try console.show(try location.ask(UserRemoval(details.user.name, withBelongings: withBelongings)), output)
    }
}

extension UserDetails {
    /// `2 accounts, 1 dialplan, 7 call records`.
    var summary: String {
        let counts = [
            (accounts.count, "account"), (providers.count, "provider"), (dialplans.count, "dialplan"),
            (callRecords, "call record"),
        ]
        return counts.map { "\($0.0) \($0.1)\($0.0 == 1 ? "" : "s")" }.joined(separator: ", ")
    }
}
