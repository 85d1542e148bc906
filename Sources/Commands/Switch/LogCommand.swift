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
              dialplanctl log --call 660f69153e4fd --json
            """)

    @Option(help: .value("user", "Only this user's lines."), completion: .users) var owner: String?
    @Option(help: .value("call", "Only this call's lines: as here or in `calls list`.")) var call: String?
    @Flag(help: "One JSON object a line.") var json = false
    @OptionGroup var location: SwitchLocation

    func execute() throws {
        let id = call.map { call in CallNumber.parse(call).map { String($0, radix: 16) } ?? call }
        for line in try location.client.ask(LogQuery(owner: owner, call: id)) {
            if json {
                console.line(try Console.json(line, isLaidOut: false))
            } else {
                console.line(
                    [line.call, line.owner, line.kind, line.text].map(Escaping.line).joined(separator: "  "))
            }
        }
    }
}
