import ArgumentParser
import SwitchServer

struct UserAddCommand: Command {
    static let configuration = CommandConfiguration(
        commandName: "add", abstract: "Add a user.",
        discussion: """
            The database is made if it is not there yet.

            EXAMPLE:
              dialplanctl user add alice
            """)

    @Argument(help: .value("name", "1 to 64 letters, digits, - and _.")) var name: String
    @OptionGroup var output: OutputOptions
    @OptionGroup var location: SwitchLocation

    func execute() throws { try console.show(try location.ask(UserAddition(name), creates: true), output) }
}
