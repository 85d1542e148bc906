import ArgumentParser
import Foundation
import SwitchServer

struct DialplanRollbackCommand: Command {
    static let configuration = CommandConfiguration(
        commandName: "rollback", abstract: "Save an earlier version's text as the newest version.",
        discussion: """
            Nothing is lost: the versions between stay in the history.

            EXAMPLES:
              dialplanctl dialplan rollback default --owner alice
              dialplanctl dialplan rollback default --owner alice --to 3
            """)

    @OptionGroup var dialplan: DialplanOptions
    @Option(help: .value("n", "The version to go back to (default: the one before the current).")) var to: Int?
    @OptionGroup var output: OutputOptions
    @OptionGroup var location: SwitchLocation

    func execute() throws {
        let rollback = DialplanRollback(dialplan.name, owner: dialplan.owner, to: to, author: NSUserName())
        try console.show(try location.ask(rollback), output)
    }
}
