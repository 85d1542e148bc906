import ArgumentParser
import DialplanBench
import DialplanHostCalls
import Foundation
import Glibc
import SwitchServer
import Switchboard

struct TestDialplan: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "test-dialplan",
        abstract: "Run a script as for one call, without a switch and without phones.",
        discussion: """
            The script runs on the machine, the host calls and the call handling of the switch; only time is virtual, so \
            that a minute of ringing takes no time. Destinations ring and answer after 3 seconds unless --answer says \
            otherwise. Nothing leaves this machine.

            EXAMPLES:
              dialplanctl test-dialplan plan.rb --to 0044123
              dialplanctl test-dialplan plan.rb --to bob --answer 'bob=busy' --answer '*@provider.example=503 after 2s'
              dialplanctl test-dialplan plan.rb --in --to bob --from '"Eve" <sip:eve@elsewhere.example>' \\
                  --at '2026-12-24 23:30 Europe/Vienna'
              dialplanctl test-dialplan plan.rb --to 911 --expect-status 403       exit code 1 if it is another
              dialplanctl test-dialplan plan.rb --to bob --expect 'answered bob*'
              dialplanctl test-dialplan new.rb --like last                         what would it have done?
              dialplanctl test-dialplan plan.rb --database var/dialplan.sqlite --from alice@demo.test --to bob
            """)

    @Argument(
        help: ArgumentHelp(
            "The script; - reads standard input. With --like it may be left out: then the version that ran.",
            valueName: "file"))
    var file: String?
    @Option(
        help: ArgumentHelp(
            "Repeat this call of a switch: its request, its time, what its destinations did (number as in the log, or "
                + "last). Options of the call are not looked at.", valueName: "call"))
    var like: String?
    @OptionGroup(title: "The call") var scenario: ScenarioOptions
    @OptionGroup(title: "Checks") var expectation: ExpectationOptions
    @Flag(help: "One JSON object.") var json = false

    func run() throws {
        try reporting {
            let (source, call) = try readCall()
            let file = file ?? call.script.name
            let clock = ContinuousClock()
            let began = clock.now
            let result = try Bench.run(call)
            let report = BenchReport(
                file: file, source: source, scenario: call, result: result, took: clock.now - began)
            let mismatches = expectation.mismatches(with: result)
            if json {
                Console.current.line(try report.json(mismatches: mismatches))
            } else {
                Console.current.line(Escaping.text(report.text))
                for mismatch in mismatches { Console.current.hint(Escaping.text(mismatch.text)) }
            }
            if !mismatches.isEmpty { throw ExitStatus.failed }
            if expectation.isEmpty, let failure = report.failure {
                throw failure.kind == .syntaxError ? ExitStatus.badData : ExitStatus.failed
            }
        }
    }
}

extension TestDialplan {
    func validate() throws {
        guard file != nil || like != nil else {
            throw ValidationError("name a script, for example `dialplanctl test-dialplan plan.rb --to 100`")
        }
    }

    private func readCall() throws -> (source: [UInt8], scenario: BenchScenario) {
        guard let like else {
            let file = file ?? "-"
            let source = try ScriptFile.read(file)
            return (source, try scenario.scenario(source: source, name: ScriptFile.dialplanName(file)))
        }
        let database = scenario.database ?? ServeOptions.defaultDatabase
        let kept = try KeptCall(like, database: database)
        let source = try file.map { try ScriptFile.read($0) }
        var call = try kept.scenario(running: source, directory: try DirectoryFile(database: database).directory)
        call.traces = scenario.trace
        return (call.script.text, call)
    }
}

/// Scripts on the command line.
enum ScriptFile {
    /// - Throws: ``ServeError``.
    static func read(_ file: String) throws -> [UInt8] {
        if file == "-" { return Array(FileHandle.standardInput.readDataToEndOfFile()) }
        guard let attributes = try? FileManager.default.attributesOfItem(atPath: file) else {
            throw ServeError("\(file) does not exist: check the path")
        }
        guard attributes[.type] as? FileAttributeType != .typeDirectory else {
            throw ServeError("\(file) is a folder: name a script in it")
        }
        // By a handle: pipes and devices (`<(…)` of a shell) can be read too.
        guard let handle = FileHandle(forReadingAtPath: file), let data = try? handle.readToEnd() ?? Data() else {
            throw ServeError("\(file) cannot be read: check its permissions")
        }
        return Array(data)
    }

    /// The file's name without its ending, as the dialplan's name.
    static func dialplanName(_ file: String) -> String {
        let name = URL(fileURLWithPath: file).deletingPathExtension().lastPathComponent
        return file == "-" || name.isEmpty ? "default" : String(name.prefix(64))
    }
}

/// What a test of a dialplan demands.
struct ExpectationOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "What is to come of the call: 'answered', 'answered PATTERN', 'refused', or a status. Another outcome is "
                + "exit code 1.", valueName: "outcome"))
    var expect: String?

    @Option(help: ArgumentHelp("The final status that the caller is to get.", valueName: "status"))
    var expectStatus: Int?

    @Option(
        name: .customLong("expect-log"),
        help: ArgumentHelp("A text that the script is to log; may be given again.", valueName: "text"))
    var expectLog: [String] = []

    var isEmpty: Bool { expect == nil && expectStatus == nil && expectLog.isEmpty }

    struct Mismatch: Codable {
        var expected: String
        var got: String

        var text: String { "not as expected\n  - expected: \(expected)\n  +      got: \(got)" }
    }

    func validate() throws {
        if let expectStatus, !(200...699).contains(expectStatus) {
            throw ValidationError("--expect-status \(expectStatus): a final status is between 200 and 699")
        }
        guard let expect else { return }
        let words = expect.split(separator: " ")
        let isKnown =
            words.first == "answered" && words.count <= 2 || expect == "refused"
            || (words.first.flatMap { Int($0) }).map { (200...699).contains($0) } ?? false
        guard isKnown else {
            throw ValidationError(
                "--expect '\(expect)': write 'answered', 'answered PATTERN', 'refused', or a status such as '486'")
        }
    }

    func mismatches(with result: BenchResult) -> [Mismatch] {
        var found: [Mismatch] = []
        let got = "\(result.outcome)"
        if let expect, !Self.fits(expect, result.outcome) { found.append(Mismatch(expected: expect, got: got)) }
        if let expectStatus {
            let status: Int? =
                switch result.outcome {
                case .answered: 200
                case .refused(let status, _): status
                case .unfinished: nil
                }
            if status != expectStatus { found.append(Mismatch(expected: "\(expectStatus)", got: got)) }
        }
        let lines = result.steps.compactMap { step -> String? in
            guard case .entry(.effect(HostCallTable.Name.log, let arguments), _) = step.kind else { return nil }
            return arguments.first?.displayText
        }
        for text in expectLog where !lines.contains(where: { $0.contains(text) }) {
            found.append(
                Mismatch(
                    expected: "a log line with \(text)",
                    got: lines.isEmpty ? "no log line" : lines.joined(separator: "\n             ")))
        }
        return found
    }

    private static func fits(_ expected: String, _ outcome: BenchOutcome) -> Bool {
        let words = expected.split(separator: " ", maxSplits: 1).map(String.init)
        switch outcome {
        case .answered(let destination):
            if words.first == "200" { return true }
            guard words.first == "answered" else { return false }
            return words.count == 1 || AnswerRule.matches(words[1], destination)
        case .refused(let status, let reason):
            if expected == "refused" { return true }
            guard words.first == "\(status)" else { return false }
            return words.count == 1 || words[1] == reason
        case .unfinished: return false
        }
    }
}
