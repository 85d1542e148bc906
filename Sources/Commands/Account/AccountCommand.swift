import ArgumentParser
import SwitchServer

struct AccountCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "account", abstract: "SIP accounts: what phones register and call as.",
        discussion: """
            EXAMPLES:
              dialplanctl account add phone1@example.test --owner alice
              dialplanctl account list
              dialplanctl account set phone1@example.test --in-dialplan night
            """,
        subcommands: [
            AccountAddCommand.self, AccountListCommand.self, AccountShowCommand.self, AccountSetCommand.self,
            AccountPasswdCommand.self, AccountRemoveCommand.self,
        ])
}

extension AccountRow {
    var state: String { disabled ? "disabled" : suspended ? "suspended" : "active" }

    /// In a few words.
    var summary: String {
        let phones =
            phones == 0 ? "no phone registered" : phones == 1 ? "1 phone registered" : "\(phones) phones registered"
        return state == "active" ? phones : "\(state), \(phones)"
    }
}

extension Table.Cell {
    static func state(_ account: AccountRow) -> Table.Cell {
        Table.Cell(account.state, account.state == "active" ? .green : .yellow)
    }
}
