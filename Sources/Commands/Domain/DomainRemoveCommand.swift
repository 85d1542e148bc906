import ArgumentParser
import SwitchServer

struct DomainRemoveCommand: Command {
    static let configuration = CommandConfiguration(
        commandName: "remove", abstract: "Remove a domain and its aliases.",
        discussion: """
            A domain that has accounts is kept: remove those first.

            EXAMPLE:
              dialplanctl domain remove example.test
            """)

    @Argument(help: .value("name", "The domain."), completion: .domains) var name: String
    @OptionGroup var confirmation: ConfirmationOptions
    @OptionGroup var output: OutputOptions
    @OptionGroup var location: SwitchLocation

    func execute() throws {
        let domain = try location.ask(DomainQuery(name))
        let aliases = domain.aliases.isEmpty ? "" : " (also \(domain.aliases.joined(separator: ", ")))"
        try confirmation.confirm("Remove domain \(domain.name)\(aliases)?", on: console)
        try console.show(try location.ask(DomainRemoval(domain.name)), output)
    }
}
