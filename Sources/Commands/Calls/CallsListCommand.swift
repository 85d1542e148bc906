import ArgumentParser
import CallStore
import SwitchServer

struct CallsListCommand: Command {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "List calls, the newest first.",
        discussion: """
            A call between two users has a record for each.

            EXAMPLES:
              dialplanctl calls list
              dialplanctl calls list --owner alice --since 2h --outcome failed
              dialplanctl calls list --party 0401 --limit 10
              dialplanctl calls list --since today --json | jq 'map(.talkSeconds // 0) | add'
            """)

    @OptionGroup var filter: CallFilterOptions
    @Option(help: .value("n", "At most this many, 1 to \(CallList.limitMax).")) var limit = 50
    @OptionGroup var output: OutputOptions
    @OptionGroup var location: SwitchLocation

    func validate() throws {
        guard (1...CallList.limitMax).contains(limit) else {
            throw ValidationError("--limit must be between 1 and \(CallList.limitMax); `calls export` has no limit")
        }
    }

    /// Without what is the same in every line, so that the table fits a terminal of 80 columns.
    private func started(_ call: CallRow) -> String {
        let text = LocalTime.text(call.started)
        let isThisYear = LocalTime.date(call.started).year == LocalTime.date(Timestamp(UnixTime.now())).year
        return console.width == nil ? text : String(isThisYear ? text.dropFirst(5) : text.dropLast(3))
    }

    func execute() throws {
        let calls = try location.ask(CallList(filter.selection, limit: limit))
        try console.show(
            calls, output, ifEmpty: "No such calls.",
            [
                .init("CALL"), .init("STARTED"), .init("OWNER"), .init("DIR"),
                .init("FROM", isFlexible: true), .init("TO", isFlexible: true), .init("TALKED", isNumber: true),
                .init("RESULT", isFlexible: true),
            ]
        ) { call in
            let talked = call.talkSeconds.map { LocalTime.duration(Int64($0 * 1_000_000)) }
            return [
                .init(call.id), .init(started(call)), .init(call.owner), .init(call.direction),
                .init(CallRow.short(call.from)), .init(CallRow.short(call.to)), .init(talked),
                .init(call.result, (200..<300).contains(call.status ?? 0) ? .green : .yellow),
            ]
        }
        if calls.count == limit, !output.json {
            console.hint("The newest \(limit) are shown; --limit shows more.")
        }
    }
}
