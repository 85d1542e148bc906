import ArgumentParser
import SwitchServer

struct ProviderShowCommand: Command {
    static let configuration = CommandConfiguration(
        commandName: "show", abstract: "Show a provider; its password is never shown.",
        discussion: """
            EXAMPLE:
              dialplanctl provider show trunk --owner alice
            """)

    @OptionGroup var provider: ProviderOptions
    @OptionGroup var output: OutputOptions
    @OptionGroup var location: SwitchLocation

    func execute() throws {
        let row = try location.ask(ProviderQuery(provider.name, owner: provider.owner))
        if output.json { return try console.showJSON(row) }
        var sheet = Sheet()
        sheet.add("Provider", .init(row.name, .bold))
        sheet.add("Owner", .init(row.owner))
        sheet.add("State", .state(row))
        if let reason = row.disabledReason { sheet.add("Why", .init(reason)) }
        sheet.add("Server", .init(row.server))
        sheet.add("Username", .init(row.username))
        for (name, value) in [
            ("Auth username", row.authUsername), ("Realm", row.realm), ("Outbound proxy", row.outboundProxy),
            ("From", row.fromURI),
        ] {
            if let value { sheet.add(name, .init(value)) }
        }
        for header in row.headers { sheet.add("Header", .init(header)) }
        sheet.add("Password", .init(row.hasPassword ? "stored" : "none"))
        if row.registers {
            sheet.add("Registers at", .init(row.registerServer ?? row.server))
            sheet.add("Contact", .init(row.registerContact))
            sheet.add("For", .init("\(row.registerExpirySeconds) s"))
        }
        sheet.add("Created", .init(LocalTime.text(row.created)))
        console.line(sheet.text(on: console))
    }
}
