import ArgumentParser
import CallStore
import Foundation
import SwitchServer

struct CallsPruneCommand: Command {
    static let configuration = CommandConfiguration(
        commandName: "prune", abstract: "Remove old call records and journals now.",
        discussion: """
            Removes them a little at a time, so that a running switch goes on writing. The database's file keeps its size:
            what comes next uses the room. `dialplanctl calls retention` has it done by the switch, every day.

            EXAMPLES:
              dialplanctl calls prune --older-than 90d --dry-run
              dialplanctl calls prune --older-than 2026-01-01 --yes
            """)

    @Option(
        help: .value("time", "Remove calls that started before then: 90d, 12w, or a date such as 2026-01-01."))
    var olderThan: Moment
    @Flag(help: "Only say how much would go.") var dryRun = false
    @OptionGroup var confirmation: ConfirmationOptions
    @OptionGroup var output: OutputOptions
    @OptionGroup var location: SwitchLocation

    func validate() throws {
        guard olderThan.timestamp <= Timestamp(UnixTime.now()) else {
            throw ValidationError("--older-than must be in the past")
        }
    }

    func execute() throws {
        let before = olderThan.timestamp
        let found = try location.ask(PruneCount(before: before), timeout: .seconds(60))
        let age = "older than \(LocalTime.text(before))"
        if dryRun {
            return try show(found.records, found.journals, "\(age) would be removed", before)
        }
        guard found.records + found.journals > 0 else { return try show(0, 0, "\(age): nothing to remove", before) }
        try confirmation.confirm("Remove \(Self.text(found.records, found.journals)) \(age)?", on: console)
        var progress = Progress(isShown: console.isErrorTerminal && !output.json, console)
        var records = 0
        var journals = 0
        while true {
            let step = try location.ask(Pruning(before: before), timeout: .seconds(60))
            records += step.records
            journals += step.journals
            progress.show(records + journals, of: found.records + found.journals)
            if step.isComplete { break }
        }
        progress.clear()
        try show(records, journals, "\(age) removed", before)
    }

    private struct Report: Encodable {
        var before: Timestamp
        var records: Int
        var journals: Int
        var dryRun: Bool
    }

    private func show(_ records: Int, _ journals: Int, _ what: String, _ before: Timestamp) throws {
        if output.json {
            let report = Report(before: before, records: records, journals: journals, dryRun: dryRun)
            return try console.showJSON(report)
        }
        console.line("\(Self.text(records, journals)) \(what)")
    }

    private static func text(_ records: Int, _ journals: Int) -> String {
        "\(records) call record\(records == 1 ? "" : "s") and \(journals) journal\(journals == 1 ? "" : "s")"
    }
}
