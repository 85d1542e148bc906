import ArgumentParser
import SwitchServer

struct DomainShowCommand: Command {
    static let configuration = CommandConfiguration(
        commandName: "show", abstract: "Show a domain.",
        discussion: """
            EXAMPLE:
              dialplanctl domain show example.test
            """)

    @Argument(help: .value("name", "The domain, or an alias of it."), completion: .domains) var name: String
    @OptionGroup var output: OutputOptions
    @OptionGroup var location: SwitchLocation

    func execute() throws {
        let domain = try location.ask(DomainQuery(name))
        if output.json { return try console.showJSON(domain) }
        var sheet = Sheet()
        sheet.add("Domain", .init(domain.name, .bold))
        for alias in domain.aliases { sheet.add("Alias", .init(alias)) }
        sheet.add("Accounts", "\(domain.accounts)")
        sheet.add("Created", .init(LocalTime.text(domain.created)))
        console.line(sheet.text(on: console))
    }
}
