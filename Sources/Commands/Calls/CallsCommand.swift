import ArgumentParser
import SwitchServer

struct CallsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "calls", abstract: "What calls there were.",
        discussion: """
            EXAMPLES:
              dialplanctl calls list --since today
              dialplanctl calls show last
              dialplanctl calls export --since 2026-11-01 --before 2026-12-01 > november.csv
              dialplanctl calls prune --older-than 90d --dry-run
            """,
        subcommands: [
            CallsListCommand.self, CallsShowCommand.self, CallsExportCommand.self, CallsPruneCommand.self,
            CallsRetentionCommand.self,
        ])
}

/// Which calls to list or export.
struct CallFilterOptions: ParsableArguments {
    enum Direction: String, ExpressibleByArgument, CaseIterable { case `in`, out }

    enum Outcome: String, ExpressibleByArgument, CaseIterable {
        case answered, failed
        case success = "2xx"
        case redirection = "3xx"
        case clientError = "4xx"
        case serverError = "5xx"
        case globalFailure = "6xx"
    }

    @Option(help: .value("user", "Only this user's records."), completion: .users) var owner: String?
    @Option(help: .value("address", "Only records of this account."), completion: .accounts) var account: String?
    @Option(help: "Only calls to the owner (in) or from the owner (out).") var direction: Direction?
    @Option(help: .value("time", "Calls that started then or later: \(Moment.help).")) var since: Moment?
    @Option(help: .value("time", "Calls that started before then.")) var before: Moment?
    @Option(help: .value("text", "A part of the caller's or the callee's URI.")) var party: String?
    @Option(help: "How it ended for the caller.") var outcome: Outcome?
    @Option(help: .value("seconds", "Calls that were talked in for at least this long.")) var minTalk: Int64?
    @Option(help: .value("id", "The SIP Call-ID of the caller's dialog, whole.")) var sipCallID: String?

    func validate() throws {
        if let since, let before, since.timestamp >= before.timestamp {
            throw ValidationError("--since must be earlier than --before")
        }
        if party == "" { throw ValidationError("--party needs some text") }
        if let minTalk, minTalk < 0 { throw ValidationError("--min-talk must not be negative") }
    }

    var selection: CallSelection {
        var selection = CallSelection()
        selection.owner = owner
        selection.account = account
        selection.direction = direction?.rawValue
        selection.since = since?.timestamp
        selection.before = before?.timestamp
        selection.party = party
        selection.outcome = outcome?.rawValue
        selection.minTalkSeconds = minTalk
        selection.sipCallID = sipCallID
        return selection
    }
}

extension CallRow {
    /// `200 OK`, `486 Busy Here`, `gave up`.
    var result: String {
        guard let status else { return "gave up" }
        return reason.map { "\(status) \($0)" } ?? "\(status)"
    }

    /// `sip:` and parameters left away, for lists.
    static func short(_ uri: String) -> String {
        var text = uri[...]
        for scheme in ["sips:", "sip:"] where text.hasPrefix(scheme) { text = text.dropFirst(scheme.count) }
        return String(text.prefix { $0 != ";" && $0 != "?" })
    }
}
