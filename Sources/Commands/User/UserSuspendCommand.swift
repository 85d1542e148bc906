import ArgumentParser
import SwitchServer

struct UserSuspendCommand: Command {
    static let configuration = CommandConfiguration(
        commandName: "suspend", abstract: "Keep a user's accounts from registering and calling.",
        discussion: """
            Calls under way go on. `dialplanctl user resume` lifts it.

            EXAMPLE:
              dialplanctl user suspend alice
            """)

    @Argument(help: .value("name", "The user."), completion: .users) var name: String
    @OptionGroup var output: OutputOptions
    @OptionGroup var location: SwitchLocation

    func execute() throws { try console.show(try location.ask(UserSuspension(name, suspended: true)), output) }
}
