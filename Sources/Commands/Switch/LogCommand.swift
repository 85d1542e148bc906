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
              dialplanctl log --call last
              dialplanctl log --call 660f69153e4fd --json
            """)

    @Option(help: .value("user", "Only this user's lines."), completion: .users) var owner: String?
    @Option(help: .value("call", "Only this call's lines: its name here or in `calls list`, or last.")) var call:
        String?
    @Flag(help: "One JSON object a line.") var json = false
    @OptionGroup var location: SwitchLocation

    func execute() throws {
        var id = call
        if let call, case .number(let number) = CallReference(call) { id = String(number, radix: 16) }
        let isLast = call == "last"
        var lines = try location.client.ask(LogQuery(owner: owner, call: isLast ? nil : id))
        // The last here may be a call that is still up, of which there is no record.
        if isLast, let last = lines.last?.call { lines.removeAll { $0.call != last } }
        if lines.isEmpty, call != nil, !json {
            console.hint("No line of such a call is in the log; it keeps the last 5,000 lines.")
        }
        for line in lines {
            if json {
                console.line(try Console.json(line, isLaidOut: false))
            } else {
                console.line(
                    [line.call, line.owner, line.kind, line.text].map(Escaping.line).joined(separator: "  "))
            }
        }
    }
}
