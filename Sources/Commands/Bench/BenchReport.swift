import DialplanBench
import DialplanHostCalls
import Foundation
import SIPMessage
import SwitchServer
import Switchboard
import TestPhone

/// A run of a dialplan for people and for programs.
struct BenchReport {
    let file: String
    let source: [UInt8]
    let scenario: BenchScenario
    let result: BenchResult
    /// Real time.
    let took: Duration

    /// Why the script under test failed, if it did.
    var failure: ScriptFailure? {
        for step in result.steps {
            guard step.execution == scenario.execution, case .ended(.failed(let failure, _)) = step.kind else {
                continue
            }
            return failure
        }
        return nil
    }

    private var statistics: ExecutionStatistics? {
        for step in result.steps where step.execution == scenario.execution {
            switch step.kind {
            case .ended(.finished(let statistics)), .ended(.failed(_, let statistics)): return statistics
            default: continue
            }
        }
        return nil
    }

    private var lines: [StepLine] { StepLine.lines(of: result.steps, journals: result.journals) }

    // MARK: Text

    var text: String {
        var parts = [heading]
        if let failure, failure.kind == .syntaxError {
            parts.append(ScriptErrorText.text(of: failure, file: file, source: source))
        } else {
            parts.append(lines.map(\.formatted).joined(separator: "\n"))
            if let failure { parts.append(ScriptErrorText.text(of: failure, file: file, source: source)) }
        }
        parts.append(outcome)
        return parts.joined(separator: "\n\n")
    }

    private var heading: String {
        let side = scenario.direction == .inbound ? "to" : "of"
        var lines = [
            "\(file) decides a call \(side) \(scenario.account.text): \(scenario.call.from) calls \(scenario.call.target)",
            "at \(BenchTime.text(scenario.startTime)), for \(scenario.script.owner)",
        ]
        let rules = scenario.rules.map { "\($0.pattern)=\(Self.words(for: $0))" } + ["*=answer after 3s"]
        lines.append("destinations: " + rules.joined(separator: ", "))
        return lines.joined(separator: "\n")
    }

    private static func words(for rule: AnswerRule) -> String {
        guard case .phone(let plan) = rule.behaviour else { return "unknown-host" }
        let after = plan.decidesAfter == .zero ? "" : " after \(seconds(plan.decidesAfter))s"
        return switch plan.decision {
        case .answer: "answer" + after
        case .refuse(let status, reason: let reason): "\(status.value) \(reason?.text ?? status.reasonPhrase)" + after
        case .ring: "no-answer"
        case .ignore: "off"
        }
    }

    private static func seconds(_ duration: Duration) -> String {
        let value = Double(duration.microseconds) / 1_000_000
        return value == value.rounded() ? "\(Int(value))" : "\(value)"
    }

    private var outcome: String {
        let time = StepLine.seconds(result.outcomeAt)
        var text =
            switch result.outcome {
            case .answered(let destination): "answered by \(destination) after \(time) s"
            case .refused(let status, let reason): "the caller got \(status) \(reason) after \(time) s"
            case .unfinished: "no outcome within \(Self.seconds(scenario.limit)) s"
            }
        if let statistics {
            let limits = ExecutionLimits()
            text +=
                "\nused \(Self.grouped(statistics.instructions)) of \(Self.grouped(limits.instructions)) instructions, "
                + "\(Self.grouped(statistics.regionBytes)) of \(Self.grouped(limits.heapBytes)) bytes of memory"
        }
        return text + "; tried in \(Int(Double(took.microseconds) / 1_000)) ms"
    }

    static func grouped(_ number: Int64) -> String {
        var digits = Array("\(number)")
        var index = digits.count - 3
        while index > (number < 0 ? 1 : 0) {
            digits.insert(",", at: index)
            index -= 3
        }
        return String(digits)
    }

    // MARK: JSON

    private struct JSONReport: Encodable {
        struct Outcome: Encodable {
            var kind: String
            var status: Int?
            var reason: String?
            var answeredBy: String?
            /// Microseconds of virtual time since the call came.
            var at: Int64
        }

        struct Failure: Encodable {
            var message: String
            var line: Int
            var column: Int
        }

        struct Usage: Encodable {
            var instructions: Int64
            var instructionsLimit: Int64
            var memoryBytes: Int64
            var memoryBytesLimit: Int64
        }

        var file: String
        var startTime: Int64
        var seed: UInt64?
        var steps: [StepLine]
        var outcome: Outcome
        var failure: Failure?
        var usage: Usage?
        var mismatches: [ExpectationOptions.Mismatch]
        /// The journal as a switch keeps it, in base 64.
        var journal: String?
    }

    func json(mismatches: [ExpectationOptions.Mismatch]) throws -> String {
        let limits = ExecutionLimits()
        var outcome = JSONReport.Outcome(kind: "unfinished", at: result.outcomeAt)
        switch result.outcome {
        case .answered(let destination):
            outcome.kind = "answered"
            outcome.status = 200
            outcome.answeredBy = destination
        case .refused(let status, let reason):
            outcome.kind = "refused"
            outcome.status = status
            outcome.reason = reason
        case .unfinished: break
        }
        let report = JSONReport(
            file: file, startTime: scenario.startTime, seed: scenario.seed, steps: lines, outcome: outcome,
            failure: failure.map {
                JSONReport.Failure(message: $0.message, line: Int($0.line), column: Int($0.column))
            },
            usage: statistics.map {
                JSONReport.Usage(
                    instructions: $0.instructions, instructionsLimit: limits.instructions,
                    memoryBytes: $0.regionBytes, memoryBytesLimit: limits.heapBytes)
            }, mismatches: mismatches, journal: result.journal.map { Data($0.encoded).base64EncodedString() })
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return String(decoding: try encoder.encode(report), as: UTF8.self)
    }
}
