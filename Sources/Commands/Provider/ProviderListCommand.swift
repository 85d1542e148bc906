import ArgumentParser
import SwitchServer

struct ProviderListCommand: Command {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "List the providers.",
        discussion: """
            EXAMPLES:
              dialplanctl provider list
              dialplanctl provider list --owner alice --json | jq -r '.[].server'
            """)

    @Option(help: .value("user", "Only this user's."), completion: .users) var owner: String?
    @OptionGroup var output: OutputOptions
    @OptionGroup var location: SwitchLocation

    func execute() throws {
        try console.show(
            try location.ask(ProviderList(owner: owner)), output,
            ifEmpty: "No providers yet: add one with `dialplanctl provider add NAME --owner USER --server URI …`.",
            [
                .init("OWNER"), .init("NAME"), .init("STATE"), .init("USERNAME", isFlexible: true),
                .init("SERVER", isFlexible: true), .init("PASSWORD"), .init("REGISTERS"),
            ]
        ) { provider in
            [
                .init(provider.owner), .init(provider.name), .state(provider), .init(provider.username),
                .init(provider.server), .init(provider.hasPassword ? "yes" : "no"),
                .init(provider.registers ? "yes" : "no"),
            ]
        }
    }
}

extension Table.Cell {
    static func state(_ provider: ProviderRow) -> Table.Cell {
        provider.disabledReason == nil ? Table.Cell("active", .green) : Table.Cell("disabled", .yellow)
    }
}
