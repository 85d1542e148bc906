import ArgumentParser
import SwitchServer

struct WorkersCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "workers", abstract: "The processes that run scripts.",
        discussion: """
            EXAMPLES:
              dialplanctl workers list
              dialplanctl workers show 0
              dialplanctl workers restart
              dialplanctl workers upgrade
            """,
        subcommands: [
            WorkersListCommand.self, WorkersShowCommand.self, WorkersRestartCommand.self,
            WorkersUpgradeCommand.self, WorkersResizeCommand.self,
        ], defaultSubcommand: WorkersListCommand.self)

    static func table(_ workers: [SwitchStatus.Worker]) -> Table {
        var table = Table([
            .init("SLOT", isNumber: true), .init("GEN", isNumber: true), .init("PID", isNumber: true), .init("STATE"),
            .init("EXECUTIONS", isNumber: true), .init("RSS/KiB", isNumber: true), .init("RESTARTS", isNumber: true),
            .init("PROBE/ms", isNumber: true), .init("MEMORY"), .init("LAST END", isFlexible: true),
        ])
        for worker in workers {
            table.add([
                "\(worker.slot)", "\(worker.generation)", "\(worker.pid)", .init(worker.state), "\(worker.executions)",
                "\(worker.residentBytes / 1024)", "\(worker.restarts)", .init(worker.probeText),
                .init(Sparkline.text(worker.memory, width: 8)), .init(worker.lastEndReason),
            ])
        }
        return table
    }
}

struct WorkersListCommand: Command {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "List the workers of the running switch.",
        discussion: """
            EXAMPLES:
              dialplanctl workers list
              dialplanctl workers list --json | jq '.[].pid'
            """)

    @OptionGroup var output: OutputOptions
    @OptionGroup var location: SwitchLocation

    func execute() throws {
        let workers = try location.client.ask(StatusQuery()).workers
        if output.json { return try console.showJSON(workers) }
        console.line(WorkersCommand.table(workers).text(on: console))
    }
}
