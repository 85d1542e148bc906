import ArgumentParser
import SwitchServer

struct UserResumeCommand: Command {
    static let configuration = CommandConfiguration(
        commandName: "resume", abstract: "Let a suspended user's accounts register and call again.",
        discussion: """
            EXAMPLE:
              dialplanctl user resume alice
            """)

    @Argument(help: .value("name", "The user."), completion: .users) var name: String
    @OptionGroup var output: OutputOptions
    @OptionGroup var location: SwitchLocation

    func execute() throws { try console.show(try location.ask(UserSuspension(name, suspended: false)), output) }
}
