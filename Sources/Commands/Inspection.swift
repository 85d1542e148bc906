import ArgumentParser
import Foundation
import SwitchServer

struct Status: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "What the running switch has in hand.",
        discussion: "EXAMPLES:\n  dialplanctl status\n  dialplanctl status --json | jq .calls")

    @Flag(help: "One JSON object.") var json = false
    @OptionGroup var location: SwitchLocation

    func run() throws {
        try reporting {
            guard case .status(let status) = try location.client.ask(.status) else {
                throw ServeError("the switch gave another answer than was asked for")
            }
            if json {
                let encoder = JSONEncoder()
                encoder.outputFormatting = [.sortedKeys]
                print(String(decoding: try encoder.encode(status), as: UTF8.self))
            } else {
                print(Self.table(status))
            }
        }
    }

    static func table(_ status: SwitchStatus) -> String {
        var lines = [
            "calls \(status.calls)  executions \(status.executions) (waiting \(status.waitingExecutions))  "
                + "legs \(status.legs)  dialogs \(status.dialogs)  registrations \(status.registrations)",
            "transactions  INVITE server \(status.transactions.inviteServer) client \(status.transactions.inviteClient)"
                + "  other server \(status.transactions.nonInviteServer) client \(status.transactions.nonInviteClient)",
            "",
            "SLOT  GEN    PID      STATE       EXECUTIONS  RSS/KiB   RESTARTS  LAST END",
        ]
        for worker in status.workers {
            lines.append(
                [
                    pad("\(worker.slot)", 4), pad("\(worker.generation)", 5), pad("\(worker.pid)", 7),
                    pad(worker.state, 10), pad("\(worker.executions)", 10), pad("\(worker.residentBytes / 1024)", 8),
                    pad("\(worker.restarts)", 8), worker.lastEndReason ?? "-",
                ].joined(separator: "  "))
        }
        return lines.joined(separator: "\n")
    }

    private static func pad(_ text: String, _ width: Int) -> String {
        text.padding(toLength: max(width, text.count), withPad: " ", startingAt: 0)
    }
}

struct Log: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "What scripts logged and what the switch did for them, in order.",
        discussion: "EXAMPLES:\n  dialplanctl log --owner alice\n  dialplanctl log --call 18f3a2 --json")

    @Option(help: "Only this user's lines.") var owner: String?
    @Option(help: "Only this call's lines.") var call: String?
    @Flag(help: "One JSON object a line.") var json = false
    @OptionGroup var location: SwitchLocation

    func run() throws {
        try reporting {
            guard case .log(let lines) = try location.client.ask(.log(owner: owner, call: call)) else {
                throw ServeError("the switch gave another answer than was asked for")
            }
            let encoder = JSONEncoder()
            encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
            for line in lines {
                if json {
                    print(String(decoding: try encoder.encode(line), as: UTF8.self))
                } else {
                    print("\(line.call)  \(line.owner)  \(line.kind)  \(line.text)")
                }
            }
        }
    }
}
