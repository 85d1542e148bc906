import ArgumentParser
import SwitchServer

struct CallsExportCommand: Command {
    static let configuration = CommandConfiguration(
        commandName: "export", abstract: "Write all calls that fit as CSV or JSON.",
        discussion: """
            The newest first. CSV is that of RFC 4180, with a heading; times are UTC. However many calls there are, neither the
            switch nor this command holds more than a page of them.

            EXAMPLES:
              dialplanctl calls export > calls.csv
              dialplanctl calls export --since 2026-11-01 --before 2026-12-01 --owner alice > november.csv
              dialplanctl calls export --format jsonl | jq 'select(.status == 503)'
            """)

    enum Format: String, ExpressibleByArgument, CaseIterable { case csv, json, jsonl }

    @OptionGroup var filter: CallFilterOptions
    @Option(help: "csv; json: one array; jsonl: one object a line.") var format = Format.csv
    @OptionGroup var location: SwitchLocation

    func execute() throws {
        let selection = filter.selection
        // Progress is for people who wait for a file.
        var progress = Progress(isShown: console.isErrorTerminal && !console.isOutputTerminal, console)
        if progress.isShown { progress.total = try location.ask(CallCount(selection)) }
        var isFirst = true
        // With the first page: a command that fails prints nothing that looks like a result.
        var heading = format == .csv ? CSV.line(CSV.heading) : ""
        try location.read(CallExport(selection)) { calls in
            var text = heading
            heading = ""
            for call in calls {
                switch format {
                case .csv: text += CSV.line(CSV.fields(call))
                case .jsonl: text += try Console.json(call, isLaidOut: false) + "\n"
                case .json: text += (isFirst ? "[\n" : ",\n") + (try Console.json(call, isLaidOut: false))
                }
                isFirst = false
            }
            console.out(text)
            progress.advance(by: calls.count)
            return true
        }
        console.out(heading)
        if format == .json { console.out(isFirst ? "[]\n" : "\n]\n") }
        progress.finish("calls exported")
    }
}
