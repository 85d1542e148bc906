import Foundation
import Testing

/// `test-dialplan`, `replay` and `call` as people type them: their output, and their likeliest mistakes.
@Suite("Commands that try things out")
struct TestDialplanCommand {
    static let plan = ##"""
        sys.Log "#{req.URI.User} is wanted"
        case req.URI.User
        when /^1/ then sys.Dial "bob@demo.test", 20
        else sys.Respond 404, "Nobody"
        end
        """##

    struct Ran {
        var status: Int32
        var output: String
    }

    static func run(_ arguments: [String], script: String = plan) async throws -> Ran {
        let folder = FileManager.default.temporaryDirectory.appending(path: "dp-\(UUID().uuidString.prefix(8))")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        try Data(script.utf8).write(to: folder.appending(path: "plan.rb"))
        let child = try Child(
            SwitchUnderTest.dialplanctl, arguments, name: "ran", in: folder, limit: .seconds(20))
        let status = try await child.exitStatus(within: .seconds(20))
        return Ran(status: status, output: child.output)
    }

    @Test("a run is told step by step, with its outcome", .timeLimit(.minutes(1)))
    func steps() async throws {
        let ran = try await Self.run(["test-dialplan", "plan.rb", "--to", "100", "--answer", "bob=busy after 2s"])
        #expect(ran.status == 0)
        for text in [
            "log: 100 is wanted", #"sys.Dial "bob@demo.test", 20"#, "2.000", "Failed, LastFailure 486 Busy Here",
            "the caller got 486 Busy Here after 2.000 s", "instructions",
        ] { #expect(ran.output.contains(text), "\(text) in \(ran.output)") }
    }

    static let expected: [(arguments: [String], status: Int32)] = [
        (["--to", "100", "--expect", "answered bob*"], 0), (["--to", "100", "--expect", "486"], 1),
        (["--to", "7", "--expect-status", "404"], 0), (["--to", "7", "--expect", "404 Nobody"], 0),
        (["--to", "7", "--expect", "refused", "--expect-log", "7 is wanted"], 0),
        (["--to", "7", "--expect-log", "8 is wanted"], 1),
    ]

    @Test(
        "what is expected decides the exit code", .timeLimit(.minutes(1)),
        arguments: expected.indices)
    func expectations(index: Int) async throws {
        let (arguments, status) = Self.expected[index]
        let ran = try await Self.run(["test-dialplan", "plan.rb"] + arguments)
        #expect(ran.status == status, "\(ran.output)")
        #expect(ran.output.contains("not as expected") == (status == 1))
    }

    @Test("an error of syntax is shown at its place", .timeLimit(.minutes(1)))
    func syntaxError() async throws {
        let ran = try await Self.run(["test-dialplan", "plan.rb"], script: "sys.Log 1\n  sys.Dial(\"a\" \"b\" 3)\n")
        #expect(ran.status == 65)
        #expect(ran.output.contains("plan.rb:2:"), "\(ran.output)")
        #expect(ran.output.contains("2 |   sys.Dial(\"a\" \"b\" 3)"))
        #expect(ran.output.split(separator: "\n").contains { $0.hasSuffix("^") })
    }

    static let mistakes: [(arguments: [String], says: String)] = [
        (["test-dialplan", "nowhere.rb"], "nowhere.rb does not exist"),
        (["test-dialplan"], "name a script"),
        (["test-dialplan", "plan.rb", "--answer", "bob=perhaps"], "busy, decline, no-answer"),
        (["test-dialplan", "plan.rb", "--at", "tomorrow"], "2026-12-24 23:30"),
        (["test-dialplan", "plan.rb", "--database", "none.sqlite"], "none.sqlite does not exist"),
        (["test-dialplan", "plan.rb", "--in", "--out"], "exclude each other"),
        (["test-dialplan", "plan.rb", "--expect", "perhaps"], "answered PATTERN"),
        (["replay", "last", "--database", "none.sqlite"], "none.sqlite does not exist"),
        (["replay"], "<call>"),
        (["call", "bob"], "--user user@domain"),
        (["call", "bob", "--demo", "--database", "none.sqlite"], "make serve"),
        (["call", "--demo"], "name whom to call"),
        (["call", "bob", "--user", "alice", "--local"], "user@domain"),
        (["call", "bob", "--demo", "--status", "200"], "between 400 and 699"),
    ]

    @Test("a mistake is answered with what to write instead", .timeLimit(.minutes(1)), arguments: mistakes.indices)
    func mistake(index: Int) async throws {
        let (arguments, says) = Self.mistakes[index]
        let ran = try await Self.run(arguments)
        #expect(ran.status != 0)
        #expect(ran.output.contains(says), "\(ran.output)")
        #expect(ran.output.count < 3_000)
    }
}
