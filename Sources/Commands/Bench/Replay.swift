import ArgumentParser
import CallStore
import DialplanBench
import DialplanHostCalls
import Foundation
import SwitchServer

struct Replay: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "replay",
        abstract: "Run the scripts of a past call again, from its journal, and show what they did.",
        discussion: """
            Every call leaves a journal of all that its scripts did and were told. Run again on the same text they must do \
            the same; a difference is shown, and is exit code 1. To try another text with the same call see \
            `dialplanctl test-dialplan FILE --like CALL`.

            EXAMPLES:
              dialplanctl replay last
              dialplanctl replay 660f63ff25c77 --database /var/lib/dialplan/switch.sqlite
              dialplanctl replay last --json | jq .scripts[0].steps
            """)

    @Argument(help: ArgumentHelp("The call's number as in the log or the list of calls, or last.", valueName: "call"))
    var call: String
    @Flag(help: "One JSON object.") var json = false
    @OptionGroup var location: SwitchLocation

    func run() throws {
        try reporting {
            let kept = try KeptCall(call, database: location.database)
            let replays = try kept.journals.map { journal in
                (journal: journal, replay: try JournalReplay(journal, source: try kept.source(of: journal)))
            }
            let report = ReplayReport(kept: kept, replays: replays)
            Console.current.line(json ? try report.json() : Escaping.text(report.text))
            if report.hasDiverged { throw ExitStatus.failed }
        }
    }
}

/// A replayed call for people and for programs.
struct ReplayReport {
    let kept: KeptCall
    let replays: [(journal: KeptJournal, replay: JournalReplay)]

    var hasDiverged: Bool { replays.contains { $0.replay.divergence != nil } }

    private var startTime: Int64 { kept.journals.first?.start.startTime ?? 0 }

    /// The steps of all scripts and the ends of all legs, in order of time.
    private var steps: [BenchStep] {
        var all: [BenchStep] = []
        for (journal, replay) in replays {
            let offset = journal.start.startTime &- startTime
            all += replay.steps.map { BenchStep(at: $0.at &+ offset, execution: $0.execution, kind: $0.kind) }
        }
        let execution = kept.journals.first?.start.execution ?? 0
        for leg in kept.legs {
            let words = leg.answeredAt == nil ? "ended with \(leg.status) \(leg.reason)" : "answered"
            all.append(
                BenchStep(
                    at: (leg.answeredAt ?? leg.endedAt) &- startTime, execution: execution,
                    kind: .note("\(leg.destination) \(words)")))
        }
        // What comes at the same time: a leg's end before the outcome that follows from it.
        return all.enumerated().sorted { left, right in
            (left.element.at, rank(left.element), left.offset) < (right.element.at, rank(right.element), right.offset)
        }.map(\.element)
    }

    private func rank(_ step: BenchStep) -> Int {
        if case .note = step.kind, step.at > 0 { 0 } else { 1 }
    }

    var text: String {
        var parts = ["call \(kept.name) at \(BenchTime.text(startTime))"]
        if let record = kept.record {
            parts[0] += ": \(record.from) called \(record.to)"
        }
        parts.append(StepLine.lines(of: steps, journals: kept.journals).map(\.formatted).joined(separator: "\n"))
        if let record = kept.record {
            let status = record.status.map { "\($0) \(record.reason ?? "")" } ?? "no answer, having left before"
            parts.append("the caller got \(status)")
        }
        for (journal, replay) in replays {
            let name = "\(journal.start.sourceName) version \(journal.scriptVersion) of \(journal.owner)"
            if let divergence = replay.divergence {
                parts.append(
                    """
                    ✗ \(name) did something else than in the call, at entry \(divergence.position):
                      - journal: \(divergence.journaled ?? "nothing more")
                      +  replay: \(divergence.replayed ?? "nothing more")
                    """)
            } else {
                parts.append("\(name) did the same as in the call (\(journal.entries.count) entries)")
            }
            if let engine = replay.otherEngine {
                parts.append(
                    "The call ran on engine version \(engine), this is \(EngineVersion.current): a difference may be the "
                        + "engine's.")
            }
        }
        return parts.joined(separator: "\n\n")
    }

    private struct JSONReport: Encodable {
        struct Script: Encodable {
            var execution: UInt64
            var parent: UInt64?
            var owner: String
            var dialplan: String
            var version: Int
            var engineVersion: UInt32
            var startTime: Int64
            var seed: UInt64
            var steps: [StepLine]
            /// In base 64.
            var journal: String
            var divergence: Divergence?
        }

        struct Divergence: Encodable {
            var position: Int
            var journaled: String?
            var replayed: String?
        }

        var call: String
        var scripts: [Script]
    }

    func json() throws -> String {
        let report = JSONReport(
            call: kept.name,
            scripts: replays.map { journal, replay in
                JSONReport.Script(
                    execution: journal.start.execution, parent: journal.parent, owner: journal.owner,
                    dialplan: journal.start.sourceName, version: journal.scriptVersion,
                    engineVersion: journal.start.engineVersion, startTime: journal.start.startTime,
                    seed: journal.start.seed, steps: StepLine.lines(of: replay.steps, journals: [journal]),
                    journal: Data(journal.encoded).base64EncodedString(),
                    divergence: replay.divergence.map {
                        JSONReport.Divergence(position: $0.position, journaled: $0.journaled, replayed: $0.replayed)
                    })
            })
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return String(decoding: try encoder.encode(report), as: UTF8.self)
    }
}
