public import ArgumentParser
import Foundation
public import SwitchServer

extension EventKind: ExpressibleByArgument {}

struct EventsCommand: Command {
    static let configuration = CommandConfiguration(
        commandName: "events", abstract: "What happens in the running switch, as it happens.",
        discussion: """
            Calls, registrations, scripts that fail or move to another worker, workers that end, failed logins. Shows the \
            last 10 events first; the switch keeps a few thousand. Events that strangers can cause at will are shown ten \
            times a second at most and counted beyond.

            EXAMPLES:
              dialplanctl events
              dialplanctl events --user sam --kind call-started --kind call-ended
              dialplanctl events --since 10m --no-follow
              dialplanctl events --json | jq 'select(.kind == "worker-ended")'
            """)

    @Option(
        name: [.customLong("owner"), .customLong("user")], help: .value("user", "Only what concerns this user."),
        completion: .users)
    var owner: String?
    @Option(help: .value("call", "Only this call's: its name in `calls list` or `log`, or last, the last that ended."))
    var call: String?
    @Option(help: .value("kind", "Only this kind; may be given again.")) var kind: [EventKind] = []
    @Option(help: .value("n", "Begin with so many of the last events (0 to 1,000,000).")) var last: Int?
    @Option(help: .value("time", "Begin with the events since then: \(Moment.help).")) var since: Moment?
    @Flag(name: .customLong("no-follow"), help: "End after the events that are kept.") var endsAfterKept = false
    @Flag(help: "One JSON object a line.") var json = false
    @OptionGroup var location: SwitchLocation

    func validate() throws {
        if let last, !(0...1_000_000).contains(last) { throw ValidationError("--last must be between 0 and 1000000") }
    }

    func execute() throws {
        var id = call
        if let call {
            switch CallReference(call) {
            case .number(let number): id = String(number, radix: 16)
            case .last: id = try CallReference.last.id(of: owner, at: location)
            case .sipCallID: break
            }
            guard id != nil else { throw AdminError("unknownCall", "there is no call record yet: name the call") }
        }
        let filter = EventFilter(owner: owner, call: id, kinds: Set(kind.map(\.rawValue)))
        let request = EventWatch(
            filter: filter, last: last ?? (since == nil ? 10 : nil), since: since?.timestamp, isLive: !endsAfterKept)
        try location.client.stream(
            request, isLive: request.isLive,
            onLost: { count in
                // It belongs where the gap is, so that whoever reads the output knows of it.
                console.line(json ? "{\"lost\":\(count)}" : "… \(count) events lost: this reader was too slow")
                fflush(nil)
            }
        ) { rows in
            for row in rows {
                console.line(json ? try Console.json(row, isLaidOut: false) : Self.text(row))
            }
            fflush(nil)
            return true
        }
    }

    static func text(_ row: EventRow) -> String {
        let kind = row.kind.padding(toLength: max(row.kind.count, 21), withPad: " ", startingAt: 0)
        return [LocalTime.exactClock(row.time), kind, row.owner ?? "-", row.call ?? "-", row.text]
            .map(Escaping.line).joined(separator: "  ")
    }
}
