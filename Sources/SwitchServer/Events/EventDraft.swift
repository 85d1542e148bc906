import ProcessPool
import Switchboard

/// An event as it came. Most are never looked at, so that their words are made only when somebody asks.
enum EventSource: Sendable {
    case board(SwitchEvent)
    case other(EventDraft)

    var time: Int64 {
        switch self {
        case .board(let event): event.time
        case .other(let draft): draft.time
        }
    }

    var owner: String? {
        switch self {
        case .board(let event): event.owner
        case .other(let draft): draft.owner
        }
    }

    var call: String? {
        switch self {
        case .board(let event): event.call
        case .other(let draft): draft.call
        }
    }

    var kind: EventKind {
        switch self {
        case .board(let event): EventKind(event.occurrence)
        case .other(let draft): draft.kind
        }
    }

    var draft: EventDraft {
        switch self {
        case .board(let event): EventDraft(event)
        case .other(let draft): draft
        }
    }
}

extension EventKind {
    init(_ occurrence: SwitchEvent.Occurrence) {
        self =
            switch occurrence {
            case .messageRefused: .messageRefused
            case .registered: .registered
            case .unregistered: .unregistered
            case .authenticationFailed: .authenticationFailed
            case .callStarted: .callStarted
            case .callRinging: .callRinging
            case .callAnswered: .callAnswered
            case .callEnded: .callEnded
            case .scriptFailed: .scriptFailed
            case .scriptQuarantined: .scriptQuarantined
            case .scriptReleased: .scriptReleased
            case .executionMoved: .scriptMoved
            case .executionAbandoned: .scriptAbandoned
            case .journalDiverged: .journalDiverged
            }
    }
}

/// An event in words, before it has its number.
struct EventDraft: Sendable {
    var kind: EventKind
    var time: Int64
    var owner: String?
    var call: String?
    var text: String
    var fields: [String: String] = [:]
}

extension EventDraft {
    init(_ event: SwitchEvent) {
        self.init(
            kind: EventKind(event.occurrence), time: event.time, owner: event.owner, call: event.call, text: "")
        func tell(_ text: String, _ fields: [String: String?]) {
            self.text = text
            self.fields = fields.compactMapValues { $0 }
        }
        switch event.occurrence {
        case .messageRefused(let reason, let source):
            tell("from \(source): \(reason)", ["source": "\(source)", "reason": reason])
        case .registered(let account, let contact):
            tell("\(account) at \(contact)", ["account": account, "contact": contact])
        case .unregistered(let account, let contact):
            tell("\(account) from \(contact)", ["account": account, "contact": contact])
        case .authenticationFailed(let account, let source):
            tell("\(account) from \(source)", ["account": account, "source": "\(source)"])
        case .callStarted(let direction, let from, let to, let account, let dialplan):
            tell(
                "\(direction == .inbound ? "in" : "out") \(from) → \(to)",
                [
                    "direction": direction.rawValue, "from": from, "to": to, "account": account, "dialplan": dialplan,
                ])
        case .callRinging(let status): tell("\(status)", ["status": "\(status)"])
        case .callAnswered: break
        case .callEnded(let status, let reason, let hungUpBy, let seconds):
            var text = status.map { "\($0) \(reason ?? "")" } ?? "left"
            let length = seconds.map { "\(($0 * 10).rounded() / 10)" }
            if let length { text = "after \(length) s" + (hungUpBy.map { ", \($0) hung up" } ?? "") }
            tell(
                text,
                ["status": status.map { "\($0)" }, "reason": reason, "hung-up-by": hungUpBy, "seconds": length])
        case .scriptFailed(let dialplan, let kind, let line, let message):
            tell(
                "\(dialplan)\(line > 0 ? " line \(line)" : ""): \(kind): \(message)",
                ["dialplan": dialplan, "error": kind, "line": "\(line)", "message": message])
        case .scriptQuarantined(let dialplan, let version, let line):
            tell(
                "\(dialplan) version \(version)\(line > 0 ? " line \(line)" : ""): it has ended two workers",
                ["dialplan": dialplan, "version": "\(version)", "line": "\(line)"])
        case .scriptReleased(let dialplan, let version):
            tell(
                "\(dialplan) version \(version) may run again", ["dialplan": dialplan, "version": "\(version)"])
        case .executionMoved(let execution, let from, let to, let replayed):
            tell(
                "from worker \(WorkerID(from)) to \(WorkerID(to)), \(replayed) journal entries replayed",
                [
                    "execution": "\(execution)", "from": "\(WorkerID(from))", "to": "\(WorkerID(to))",
                    "replayed": "\(replayed)",
                ])
        case .executionAbandoned(let execution, let reason):
            tell(reason, ["execution": "\(execution)", "reason": reason])
        case .journalDiverged(let execution, let position, let worker):
            tell(
                "at entry \(position) on worker \(WorkerID(worker))",
                ["execution": "\(execution)", "position": "\(position)", "worker": "\(WorkerID(worker))"])
        }
    }

    /// For a log line: whose matter it is, which call, and the rest.
    var logFields: [String: String] {
        var all = fields
        all["owner"] = owner
        all["call"] = call
        return all
    }

    /// Nil for what is no news.
    init?(_ event: PoolEvent, at time: Int64) {
        self.init(kind: .workerReady, time: time, text: "")
        switch event {
        case .ready(let id, let pid, _):
            text = "worker \(id), pid \(pid)"
            fields = ["worker": "\(id)", "pid": "\(pid)"]
        case .draining(let id):
            kind = .workerDraining
            text = "worker \(id)"
            fields = ["worker": "\(id)"]
        case .ended(let id, let report):
            kind = .workerEnded
            text = "worker \(id), pid \(report.pid): \(report.reason)"
            fields = ["worker": "\(id)", "pid": "\(report.pid)", "reason": "\(report.reason)"]
        case .judgementWithheld(let why):
            kind = .workersNotJudged
            text = "\(why)"
            fields = ["why": "\(why)"]
        case .callsRefused(let id, let count, let lastCall):
            kind = .workerRefused
            text = "worker \(id): \(count) system calls refused, the last one number \(lastCall)"
            fields = ["worker": "\(id)", "count": "\(count)", "system-call": "\(lastCall)"]
        case .leaving(let id, _):
            kind = .workerLeaving
            text = "worker \(id)"
            fields = ["worker": "\(id)"]
        case .upgraded(let executable):
            kind = .workersUpgraded
            text = executable
            fields = ["program": executable]
        case .upgradeFailed(let executable, let reason):
            kind = .upgradeFailed
            text = "\(executable): \(reason)"
            fields = ["program": executable, "reason": "\(reason)"]
        case .payload, .standby: return nil
        }
    }
}
