import ArgumentParser
import Foundation
import SwitchServer

struct StatusCommand: Command {
    static let configuration = CommandConfiguration(
        commandName: "status", abstract: "What the running switch has in hand.",
        discussion: """
            EXAMPLES:
              dialplanctl status
              dialplanctl status --watch
              dialplanctl status --json | jq .calls
            """)

    @Flag(name: .shortAndLong, help: "Show it again and again, until Ctrl-C.") var watch = false
    @Option(help: .value("seconds", "How often with --watch (0.1 to 3600).")) var interval = 1.0
    @OptionGroup var output: OutputOptions
    @OptionGroup var location: SwitchLocation

    func validate() throws {
        guard (0.1...3_600).contains(interval) else { throw ValidationError("--interval must be between 0.1 and 3600") }
    }

    func execute() throws {
        guard watch else { return try show(try location.client.ask(StatusQuery())) }
        while true {
            let status = Result { try location.client.ask(StatusQuery()) }
            if console.isOutputTerminal, !output.json { console.out("\u{1B}[H\u{1B}[2J") }
            switch status {
            case .success(let status): try show(status)
            case .failure(let error):
                // A switch that restarts comes back; one that was never there does not.
                guard console.isOutputTerminal, AdminError(error).code == AdminError.noServer else { throw error }
                console.line("No switch listens on \(location.socketPath) right now; waiting for it (Ctrl-C ends).")
            }
            fflush(nil)
            Thread.sleep(forTimeInterval: interval)
        }
    }

    private func show(_ status: SwitchStatus) throws {
        if output.json { return console.line(try Console.json(status, isLaidOut: false)) }
        console.line(Self.text(status, on: console))
    }

    static func text(_ status: SwitchStatus, on console: Console) -> String {
        let transactions = status.transactions
        var sheet = Sheet()
        sheet.add("Calls", "\(status.calls) (\(status.legs) legs, \(status.dialogs) dialogs)")
        sheet.add("Scripts", "\(status.executions) running, \(status.waitingExecutions) waiting for a worker")
        sheet.add("Phones", "\(status.registrations) registered")
        sheet.add(
            "Transactions",
            .init(
                "INVITE \(transactions.inviteServer) in, \(transactions.inviteClient) out; "
                    + "others \(transactions.nonInviteServer) in, \(transactions.nonInviteClient) out"))
        if let health = status.health {
            sheet.add("Alarms", .init(health.alarms.isEmpty ? "none" : health.alarms.joined(separator: ", ")))
            let failed = health.failed.sorted { $0.key < $1.key }.map { "\($0.value) at \($0.key)" }
            sheet.add(
                "Probes",
                .init("\(health.succeeded) ok" + (failed.isEmpty ? "" : ", failed: " + failed.joined(separator: ", "))))
        }
        return sheet.text(on: console) + "\n\n" + WorkersCommand.table(status.workers).text(on: console)
    }
}
