import ArgumentParser
import CallStore
import SwitchServer

struct BindingsListCommand: Command {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "List the phones that are registered now.",
        discussion: """
            EXAMPLES:
              dialplanctl bindings list
              dialplanctl bindings list --account phone1@example.test
              dialplanctl bindings list --owner alice --json | jq -r '.[].contact'
            """)

    @Option(help: .value("user", "Only this user's."), completion: .users) var owner: String?
    @Option(help: .value("address", "Only this account's."), completion: .accounts) var account: String?
    @OptionGroup var output: OutputOptions
    @OptionGroup var location: SwitchLocation

    func execute() throws {
        let now = Timestamp(UnixTime.now())
        try console.show(
            try location.ask(BindingList(owner: owner, account: account)), output, ifEmpty: "No phone is registered.",
            [
                .init("ACCOUNT"), .init("CONTACT", isFlexible: true), .init("SEEN AT"),
                .init("EXPIRES IN", isNumber: true),
                .init("USER AGENT", isFlexible: true),
            ]
        ) { binding in
            [
                .init(binding.account), .init(binding.contact), .init(binding.source),
                .init(LocalTime.duration(binding.expires.microseconds - now.microseconds)), .init(binding.userAgent),
            ]
        }
    }
}
