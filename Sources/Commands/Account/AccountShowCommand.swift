import ArgumentParser
import SwitchServer

struct AccountShowCommand: Command {
    static let configuration = CommandConfiguration(
        commandName: "show", abstract: "Show an account and its phones.",
        discussion: """
            EXAMPLES:
              dialplanctl account show phone1@example.test
              dialplanctl account show phone1@example.test --json | jq '.bindings[].contact'
            """)

    @Argument(help: .value("address", "user@domain."), completion: .accounts) var address: String
    @OptionGroup var output: OutputOptions
    @OptionGroup var location: SwitchLocation

    func execute() throws {
        let details = try location.ask(AccountQuery(address))
        if output.json { return try console.showJSON(details) }
        let account = details.account
        var sheet = Sheet()
        sheet.add("Account", .init(account.address, .bold))
        sheet.add("Owner", .init(account.owner))
        sheet.add("State", .state(account))
        sheet.add("Calls to it", .init(account.inDialplan.map { "dialplan \($0)" } ?? "ring its phones"))
        sheet.add("Calls from it", .init("dialplan \(account.outDialplan ?? "default")"))
        sheet.add("Created", .init(LocalTime.text(account.created)))
        for binding in details.bindings {
            let from = binding.source.map { " from \($0)" } ?? ""
            sheet.add("Phone", .init("\(binding.contact)\(from), until \(LocalTime.text(binding.expires))"))
        }
        if details.bindings.isEmpty { sheet.add("Phone", .init("none registered", .dim)) }
        console.line(sheet.text(on: console))
    }
}
