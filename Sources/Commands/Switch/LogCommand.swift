import ArgumentParser
import Foundation
import SwitchServer

struct LogCommand: Command {
    static let configuration = CommandConfiguration(
        commandName: "log", abstract: "What scripts logged and what the switch did for them, in order.",
        discussion: """
            The running switch keeps the last 5,000 lines.

            EXAMPLES:
              dialplanctl log --owner alice
              dialplanctl log --call 18f3a2 --json
            """)

    @Option(help: .value("user", "Only this user's lines."), completion: .users) var owner: String?
    @Option(help: .value("id", "Only this call's lines.")) var call: String?
    @Flag(help: "One JSON object a line.") var json = false
    @OptionGroup var location: SwitchLocation

    func execute() throws {
        for line in try location.client.ask(LogQuery(owner: owner, call: call)) {
            if json {
                console.line(try Console.json(line, isLaidOut: false))
            } else {
                console.line(
                    [line.call, line.owner, line.kind, line.text].map(Escaping.line).joined(separator: "  "))
            }
        }
    }
}
