import ArgumentParser
import SwitchServer

struct CallsRetentionCommand: Command {
    static let configuration = CommandConfiguration(
        commandName: "retention", abstract: "Show or set how long finished calls are remembered.",
        discussion: """
            The running switch removes what is older by itself. Journals are what `replay` needs.

            EXAMPLES:
              dialplanctl calls retention
              dialplanctl calls retention --records 365 --journals 14
              dialplanctl calls retention --records forever
            """)

    /// Days, or `forever`.
    struct Days: ExpressibleByArgument {
        /// 0 is for ever.
        let count: Int

        init?(argument: String) {
            if argument == "forever" {
                count = 0
                return
            }
            guard let days = Int(argument.hasSuffix("d") ? String(argument.dropLast()) : argument),
                (1...36_500).contains(days)
            else { return nil }
            count = days
        }
    }

    @Option(help: .value("days", "Keep call records so long: 1 to 36500 days, or forever.")) var records: Days?
    @Option(help: .value("days", "Keep journals so long: 1 to 36500 days, or forever.")) var journals: Days?
    @OptionGroup var output: OutputOptions
    @OptionGroup var location: SwitchLocation

    func execute() throws {
        let kept =
            records == nil && journals == nil
            ? try location.ask(RetentionQuery())
            : try location.ask(RetentionChange(recordDays: records?.count, journalDays: journals?.count))
        if output.json { return try console.showJSON(kept) }
        console.line("Call records are kept \(Self.text(kept.recordDays)), journals \(Self.text(kept.journalDays)).")
    }

    private static func text(_ days: Int?) -> String {
        days.map { "for \($0) day\($0 == 1 ? "" : "s")" } ?? "for ever"
    }
}
