import ArgumentParser
import SwitchServer

struct DialplanRemoveCommand: Command {
    static let configuration = CommandConfiguration(
        commandName: "remove", abstract: "Remove a dialplan.",
        discussion: """
            Calls under way keep it; call records keep naming its version.

            EXAMPLE:
              dialplanctl dialplan remove night --owner alice
            """)

    @OptionGroup var dialplan: DialplanOptions
    @OptionGroup var confirmation: ConfirmationOptions
    @OptionGroup var output: OutputOptions
    @OptionGroup var location: SwitchLocation

    func execute() throws {
        let row = try location.ask(DialplanQuery(dialplan.name, owner: dialplan.owner))
        try confirmation.confirm(
            "Remove dialplan \(row.name) of \(row.owner) (\(row.version) version\(row.version == 1 ? "" : "s"))?",
            on: console)
        try console.show(try location.ask(DialplanRemoval(row.name, owner: row.owner)), output)
    }
}
