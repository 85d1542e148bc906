import ArgumentParser
import SwitchServer

struct AccountSetCommand: Command {
    static let configuration = CommandConfiguration(
        commandName: "set", abstract: "Change an account.",
        discussion: """
            What is not named stays as it is. The next call follows the change.

            EXAMPLES:
              dialplanctl account set phone1@example.test --in-dialplan night
              dialplanctl account set phone1@example.test --no-in-dialplan --disable
            """)

    @Argument(help: .value("address", "user@domain."), completion: .accounts) var address: String
    @Option(help: .value("name", "Dialplan for calls to the account."), completion: .dialplans)
    var inDialplan: String?
    @Flag(help: "Calls to the account ring its phones.") var noInDialplan = false
    @Option(help: .value("name", "Dialplan for calls from the account."), completion: .dialplans)
    var outDialplan: String?
    @Flag(help: "Calls from the account run the owner's dialplan named default.") var noOutDialplan = false
    @Flag(help: "It neither registers nor calls.") var disable = false
    @Flag(help: "It registers and calls again.") var enable = false
    @OptionGroup var output: OutputOptions
    @OptionGroup var location: SwitchLocation

    func validate() throws {
        for (name, clears, option) in [
            (inDialplan, noInDialplan, "in-dialplan"), (outDialplan, noOutDialplan, "out-dialplan"),
        ] {
            if name != nil, clears { throw ValidationError("--\(option) and --no-\(option) exclude each other") }
            if name == "" { throw ValidationError("--\(option) needs a name; --no-\(option) takes the dialplan away") }
        }
        if disable, enable { throw ValidationError("--disable and --enable exclude each other") }
        let isEmpty = inDialplan == nil && outDialplan == nil && !noInDialplan && !noOutDialplan && !disable && !enable
        if isEmpty { throw ValidationError("nothing to change: name at least one option, see --help") }
    }

    func execute() throws {
        let change = AccountChange(
            address, inDialplan: noInDialplan ? "" : inDialplan, outDialplan: noOutDialplan ? "" : outDialplan,
            disabled: disable ? true : enable ? false : nil)
        try console.show(try location.ask(change), output)
    }
}
