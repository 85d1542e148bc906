public import DialplanHostCalls

/// A step as people and programs read it.
public struct StepLine: Hashable, Sendable, Codable {
    public enum Kind: String, Sendable, Codable {
        case started, statement, call, outcome, log, note, caller, ended, failed
    }

    /// Microseconds since the call came, in virtual time.
    public var at: Int64
    /// 0 for the call's own dialplan, 1 for that of an account that it dialled, and so on.
    public var depth: Int
    public var kind: Kind
    /// Line of the script, from 1; nil for what no script did.
    public var line: Int?
    public var text: String
}

extension StepLine {
    /// The steps of a run in words. What only repeats a step before it is left out.
    public static func lines(of steps: [BenchStep], journals: [KeptJournal]) -> [StepLine] {
        let parents = Dictionary(
            journals.map { ($0.start.execution, $0.parent) }, uniquingKeysWith: { first, _ in first })
        func depth(of execution: UInt64) -> Int {
            var depth = 0
            var current = parents[execution] ?? nil
            while let parent = current, depth < 20 {
                depth += 1
                current = parents[parent] ?? nil
            }
            return depth
        }
        var result: [StepLine] = []
        var echo: [UInt64: String] = [:]
        for step in steps {
            if case .note(let text) = step.kind, isEcho(text, of: echo[step.execution]) { continue }
            if case .entry(.call(let id, let arguments), _) = step.kind {
                echo[step.execution] = Self.echo(of: id, arguments)
            }
            let (kind, line, text) = words(for: step.kind)
            result.append(StepLine(at: step.at, depth: depth(of: step.execution), kind: kind, line: line, text: text))
        }
        return result
    }

    /// The owner's log repeats what was called, and that the dialplan began.
    private static func echo(of id: HostCallID, _ arguments: [HostValue]) -> String {
        let first = arguments.first?.displayText ?? ""
        return switch id {
        case HostCallTable.Name.dial: "Dial \(first)"
        case HostCallTable.Name.respond: "Respond \(first) "
        default: ""
        }
    }

    private static func isEcho(_ text: String, of echo: String?) -> Bool {
        if text.hasPrefix("Dialplan "), text.hasSuffix(" started.") { return true }
        guard let echo, !echo.isEmpty else { return false }
        return echo.hasSuffix(" ")
            ? text.hasPrefix(echo) && !text.contains("ignored") && !text.contains("refused") : text == echo
    }

    private static func words(for kind: BenchStep.Kind) -> (Kind, Int?, String) {
        switch kind {
        case .started(let dialplan, let owner): (.started, nil, "dialplan \(dialplan) of \(owner)")
        case .statement(let line, let text): (.statement, line, text)
        case .entry(.effect(HostCallTable.Name.log, let arguments), let line):
            (.log, line, arguments.first?.displayText ?? "")
        case .entry(.effect(let id, let arguments), let line), .entry(.call(let id, let arguments), let line):
            (.call, line, ScriptText.call(id, arguments))
        case .entry(.outsideEnd(let end, let instructions), let line):
            (.outcome, line, "ended from outside after \(instructions) instructions: \(ScriptText.words(for: end))")
        case .entry(.outcome(let outcome), _), .outcome(let outcome): (.outcome, nil, ScriptText.outcome(outcome))
        case .note(let text): (.note, nil, text)
        case .caller(let status, let reason): (.caller, nil, "\(status) \(reason)")
        case .ended(.finished): (.ended, nil, "the script is over")
        case .ended(.abandoned(let reason)): (.failed, nil, "given up: \(reason)")
        case .ended(.failed(let failure, _)): (.failed, Int(failure.line), failure.message)
        }
    }

    /// One line for a terminal: time, line of the script, what happened.
    public var formatted: String {
        let time = Self.seconds(at)
        let place = line.flatMap { $0 > 0 ? "\($0)" : nil } ?? ""
        let indent = String(repeating: "  ", count: depth)
        let lead =
            String(repeating: " ", count: max(0, 9 - time.count)) + time
            + String(repeating: " ", count: max(1, 6 - place.count)) + place + "  " + indent
        // Further lines of a message stand under its first.
        let gap = "\n" + String(repeating: " ", count: lead.count + 2)
        let text = text.split(separator: "\n", omittingEmptySubsequences: false).joined(separator: gap)
        switch kind {
        case .started: return lead + "▸ " + text
        case .statement: return lead + "    " + text
        case .call: return lead + text
        case .log: return lead + "log: " + text
        case .outcome: return lead + "  → " + text
        case .note: return lead + "  · " + text
        case .caller: return lead + "caller hears " + text
        case .ended: return lead + text
        case .failed: return lead + "✗ " + text
        }
    }

    /// Microseconds as seconds with three digits.
    public static func seconds(_ microseconds: Int64) -> String {
        let rounded = (microseconds.magnitude + 500) / 1_000
        let fraction = "\(rounded % 1_000)"
        return (microseconds < 0 ? "-" : "") + "\(rounded / 1_000)."
            + String(repeating: "0", count: 3 - fraction.count) + fraction
    }
}

/// What a script says and hears, in a script's own words.
enum ScriptText {
    /// `sys.Dial "bob@example.test", 30`; arguments that are the defaults are left out.
    static func call(_ id: HostCallID, _ arguments: [HostValue]) -> String {
        guard let entry = HostCallTable.call(id) else {
            return "host call \(id.rawValue) " + arguments.map(value).joined(separator: ", ")
        }
        var shown = arguments
        while let last = shown.last, shown.count <= entry.parameters.count,
            last == entry.parameters[shown.count - 1].defaultValue
        {
            shown.removeLast()
        }
        let name = "\(entry.receiver.rawValue).\(entry.name)"
        return shown.isEmpty ? name : name + " " + shown.map(value).joined(separator: ", ")
    }

    static func value(_ value: HostValue) -> String {
        switch value {
        case .null: "nil"
        case .string(let bytes): quoted(String(decoding: bytes, as: UTF8.self))
        case .symbol(let bytes): ":" + String(decoding: bytes, as: UTF8.self)
        case .array(let values): "[" + values.map(Self.value).joined(separator: ", ") + "]"
        case .bool, .integer, .double, .record: value.displayText
        }
    }

    private static func quoted(_ text: String) -> String {
        var result = "\""
        for scalar in text.unicodeScalars.prefix(300) {
            switch scalar {
            case "\"", "\\": result += "\\" + String(scalar)
            case "\n": result += "\\n"
            case "\r": result += "\\r"
            case "\t": result += "\\t"
            case let scalar where scalar.value < 0x20 || scalar.value == 0x7F:
                result += "\\x" + String(scalar.value, radix: 16)
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result + (text.unicodeScalars.count > 300 ? "…\"" : "\"")
    }

    static func outcome(_ outcome: Outcome) -> String {
        switch outcome.result {
        case .ended(let end): return words(for: end)
        case .value(let value):
            func update(_ id: HostCallID) -> HostValue? { outcome.updates.first { $0.property == id }?.value }
            var text = self.value(value)
            if let status = update(HostCallTable.Name.lastFailureStatus), status != .null {
                text += ", LastFailure \(status.displayText)"
                if let reason = update(HostCallTable.Name.lastFailureReason) { text += " \(reason.displayText)" }
            }
            return text
        }
    }

    static func words(for end: OutsideEnd) -> String {
        switch end {
        case .answered: "answered, the script ends"
        case .finalResponse: "the caller has the final response, the script ends"
        case .callerGone: "the caller has hung up, the script ends"
        case .wallTime: "the script's time is over"
        case .operatorStop: "the switch is stopped"
        }
    }
}
