import SwitchServer

/// A call's record as sentences in order of time.
struct CallStory {
    private let call: CallRow

    init(_ call: CallRow) { self.call = call }

    func text(on console: Console) -> String {
        var sheet = Sheet()
        sheet.add("Call", .init(call.id, .bold))
        sheet.add("Owner", .init(call.owner + (call.direction == "in" ? ", was called" : ", called")))
        if let account = call.account { sheet.add("Account", .init(account)) }
        sheet.add("From", .init(call.from))
        sheet.add("To", .init(call.to))
        if let dialplan = call.dialplan {
            sheet.add("Dialplan", .init("\(dialplan), version \(call.dialplanVersion ?? 0)"))
        }
        sheet.add("Started", .init(LocalTime.exactText(call.started)))
        sheet.add("Result", .init(call.result, call.answered == nil ? .yellow : .green))
        sheet.add("SIP Call-ID", .init(call.sipCallID))
        sheet.add("Its log", .init("dialplanctl log --call \(call.id)"))
        let lines = events.map { event in
            "\(LocalTime.exactClock(event.time))  \(pad(since(event.time)))  \(Escaping.line(event.text))"
        }
        return sheet.text(on: console) + "\n\n" + lines.joined(separator: "\n")
    }

    private struct Event {
        var time: Timestamp
        var text: String
    }

    private var events: [Event] {
        var events = [Event(time: call.started, text: "the call comes in")]
        for (index, leg) in call.legs.enumerated() { events += story(of: leg, number: index + 1) }
        if let answered = call.answered {
            events.append(Event(time: answered, text: "the caller is connected"))
            let who =
                call.hungUpBy.map { $0 == "switch" ? "the switch hangs up" : "the \($0) hangs up" } ?? "the call ends"
            let talked = LocalTime.duration(call.ended.microseconds - answered.microseconds)
            events.append(Event(time: call.ended, text: "\(who), after \(talked)\(why(call.hangUpReason))"))
        } else if call.status == nil {
            events.append(Event(time: call.ended, text: "the caller gives up\(why(call.hangUpReason))"))
        } else {
            events.append(Event(time: call.ended, text: "the caller gets \(call.result)"))
        }
        // Stable, so that what happened at one moment stays in the order of the telling.
        return events.enumerated().sorted { ($0.element.time, $0.offset) < ($1.element.time, $1.offset) }.map(\.element)
    }

    private func story(of leg: LegRow, number: Int) -> [Event] {
        let name = "leg \(number)"
        var events = [Event(time: leg.started, text: "\(name): \(leg.destination) is called")]
        if let progressed = leg.progressed {
            events.append(Event(time: progressed, text: "\(name): \(response(leg.progressStatus, leg.progressReason))"))
        }
        if let answered = leg.answered {
            events.append(Event(time: answered, text: "\(name): answers, \(response(leg.status, leg.reason))"))
        } else if let ended = leg.ended {
            let end = leg.status == nil ? "no answer" : response(leg.status, leg.reason)
            events.append(Event(time: ended, text: "\(name): \(end)\(why(leg.hangUpReason))"))
        }
        return events
    }

    private func response(_ status: Int?, _ reason: String?) -> String {
        [status.map { "\($0)" }, reason].compactMap { $0 }.joined(separator: " ")
    }

    private func why(_ reason: String?) -> String { reason.map { " (\($0))" } ?? "" }

    private func since(_ time: Timestamp) -> String {
        "+" + LocalTime.duration(time.microseconds - call.started.microseconds)
    }

    private func pad(_ text: String) -> String { String(repeating: " ", count: max(0, 8 - text.count)) + text }
}
