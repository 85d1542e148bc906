import ArgumentParser

struct DomainCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "domain", abstract: "SIP domains that the switch serves.",
        discussion: """
            EXAMPLES:
              dialplanctl domain add example.test --alias 192.0.2.1
              dialplanctl domain list
            """,
        subcommands: [
            DomainAddCommand.self, DomainListCommand.self, DomainShowCommand.self, DomainAliasCommand.self,
            DomainRemoveCommand.self,
        ])
}

struct DomainAliasCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "alias", abstract: "Other names of a domain.",
        discussion: """
            EXAMPLES:
              dialplanctl domain alias add example.test sip.example.test
              dialplanctl domain alias remove example.test sip.example.test
            """,
        subcommands: [DomainAliasAddCommand.self, DomainAliasRemoveCommand.self])
}
