import ArgumentParser
import SwitchServer

struct ProviderRemoveCommand: Command {
    static let configuration = CommandConfiguration(
        commandName: "remove", abstract: "Remove a provider with its password.",
        discussion: """
            EXAMPLE:
              dialplanctl provider remove trunk --owner alice
            """)

    @OptionGroup var provider: ProviderOptions
    @OptionGroup var confirmation: ConfirmationOptions
    @OptionGroup var output: OutputOptions
    @OptionGroup var location: SwitchLocation

    func execute() throws {
        let row = try location.ask(ProviderQuery(provider.name, owner: provider.owner))
        try confirmation.confirm("Remove provider \(row.name) of \(row.owner) (\(row.server))?", on: console)
        try console.show(try location.ask(ProviderRemoval(row.name, owner: row.owner)), output)
    }
}
