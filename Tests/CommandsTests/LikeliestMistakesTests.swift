import ArgumentParser
import Testing

@testable import Commands

/// Every command of `dialplanctl` against the three likeliest mistakes: an unknown name, a value of the wrong type, and
/// no switch or database there. Each must end with the right status and say what to do, and print nothing else.
@Suite("The likeliest mistakes at every command")
struct LikeliestMistakesTests {
    struct Case: Sendable {
        var path: String
        /// A name that is not there.
        var unknown: Mistake?
        /// A value or option that cannot be.
        var wrong: Mistake
        /// Nothing there to talk to.
        var noServer: Mistake?

        init(_ path: String, unknown: Mistake?, wrong: Mistake, noServer: Mistake?) {
            self.path = path
            self.unknown = unknown
            self.wrong = wrong
            self.noServer = noServer
        }

        /// A command that changes or reads what is stored: `valid` arguments fit the workspace, but no database is there.
        init(_ path: String, _ valid: String, unknown: Mistake?, wrong: Mistake, input: String = "") {
            self.init(
                path, unknown: unknown, wrong: wrong,
                noServer: Mistake(
                    "\(path) \(valid) --database /nowhere/x.sqlite", "there is no database /nowhere/x.sqlite",
                    status: 69, input: input))
        }

        /// A command that only a running switch can answer.
        static func running(_ path: String, _ valid: String = "", wrong: Mistake) -> Case {
            Case(
                path, unknown: nil, wrong: wrong,
                noServer: Mistake("\(path) \(valid)", "start one with `dialplanctl serve`", status: 69))
        }
    }

    private static func wrong(_ line: String, _ words: String) -> Mistake { Mistake(line, words, status: 64) }

    static let switchCases: [Case] = [
        Case(
            "serve", unknown: Mistake("serve --set workers.cuont=2", "workers.cuont"),
            wrong: Mistake("serve --workers many", "workers.count"), noServer: nil),
        .running("status", wrong: wrong("status --interval soon", "The value 'soon' is invalid")),
        .running("workers list", wrong: wrong("workers list 3", "Unexpected argument '3'")),
        .running("workers show", "0", wrong: wrong("workers show first", "The value 'first' is invalid")),
        .running("workers restart", wrong: wrong("workers restart now", "Unexpected argument 'now'")),
        .running("workers upgrade", wrong: wrong("workers upgrade now", "Unexpected argument 'now'")),
        .running("quarantine list", wrong: wrong("quarantine list x", "Unexpected argument 'x'")),
        .running(
            "quarantine release", "--owner sam",
            wrong: wrong("quarantine release main", "Missing expected argument '--owner <user>'")),
        .running("workers resize", "2", wrong: wrong("workers resize 65", "between 1 and 64 workers")),
        .running("log", wrong: wrong("log 5", "Unexpected argument '5'")),
        .running("events", wrong: wrong("events --kind calls", "call-started")),
        Case(
            "config show", unknown: Mistake("config --set nothing.here=1", "nothing.here"),
            wrong: Mistake("config --set workers.count=many", "workers.count"), noServer: nil),
        Case(
            "config check", unknown: Mistake("config check /nowhere.yaml", "/nowhere.yaml"),
            wrong: wrong("config check", "Missing expected argument '<file>'"), noServer: nil),
        Case(
            "config example", unknown: nil, wrong: wrong("config example x", "Unexpected argument 'x'"), noServer: nil),
        Case(
            "doctor", unknown: Mistake("doctor --set nothing.here=1", "nothing.here"),
            wrong: Mistake("doctor --listen nonsense", "nonsense"), noServer: nil),
    ]

    static let directoryCases: [Case] = [
        Case(
            "user add", unknown: Mistake("user add sam", "there is a user 'sam' already"),
            wrong: Mistake("user add s@m", "only letters, digits, - and _"),
            // It would make the file.
            noServer: Mistake("user add joe --database /nowhere/x.sqlite", "its folder does not exist; create it")),
        Case("user list", "", unknown: nil, wrong: wrong("user list sam", "Unexpected argument 'sam'")),
        Case(
            "user show", "sam", unknown: Mistake("user show sma", "did you mean 'sam'?"),
            wrong: wrong("user show", "Missing expected argument '<name>'")),
        Case(
            "user suspend", "sam", unknown: Mistake("user suspend sma", "did you mean 'sam'?"),
            wrong: wrong("user suspend", "Missing expected argument '<name>'")),
        Case(
            "user resume", "sam", unknown: Mistake("user resume sma", "did you mean 'sam'?"),
            wrong: wrong("user resume", "Missing expected argument '<name>'")),
        Case(
            "user remove", "kim --yes", unknown: Mistake("user remove kym --yes", "did you mean 'kim'?"),
            wrong: wrong("user remove kim", "--yes")),
        Case(
            "domain add", unknown: Mistake("domain add example.test", "there is a domain"),
            wrong: Mistake("domain add exa_mple", "'exa_mple' is no host name"),
            noServer: Mistake("domain add x.test --database /nowhere/x.sqlite", "its folder does not exist; create it")),
        Case("domain list", "", unknown: nil, wrong: wrong("domain list x", "Unexpected argument 'x'")),
        Case(
            "domain show", "example.test", unknown: Mistake("domain show exmaple.test", "did you mean 'example.test'?"),
            wrong: wrong("domain show", "Missing expected argument")),
        Case(
            "domain alias add", "example.test x.test",
            unknown: Mistake("domain alias add exmaple.test x.test", "did you mean 'example.test'?"),
            wrong: wrong("domain alias add example.test", "Missing expected argument")),
        Case(
            "domain alias remove", "example.test 192.0.2.1",
            unknown: Mistake("domain alias remove example.test x.test", "it has 192.0.2.1"),
            wrong: wrong("domain alias remove example.test", "Missing expected argument")),
        Case(
            "domain remove", "example.test --yes",
            unknown: Mistake("domain remove exmaple.test --yes", "did you mean 'example.test'?"),
            wrong: wrong("domain remove", "Missing expected argument '<name>'")),
        Case(
            "account add", "joe@example.test --owner sam --password-stdin",
            unknown: Mistake(
                "account add joe@example.test --owner sma --password-stdin", "did you mean 'sam'?", input: "x\n"),
            wrong: Mistake("account add joe --owner sam --password-stdin", "user@domain", input: "x\n"), input: "x\n"),
        Case(
            "account list", "", unknown: Mistake("account list --owner sma", "did you mean 'sam'?"),
            wrong: wrong("account list sam", "Unexpected argument 'sam'")),
        Case(
            "account show", "alice@example.test",
            unknown: Mistake("account show alcie@example.test", "did you mean 'alice@example.test'?"),
            wrong: Mistake("account show alice", "user@domain")),
        Case(
            "account set", "alice@example.test --disable",
            unknown: Mistake("account set alcie@example.test --disable", "did you mean 'alice@example.test'?"),
            wrong: wrong("account set alice@example.test", "nothing to change")),
        Case(
            "account passwd", "alice@example.test --password-stdin",
            unknown: Mistake(
                "account passwd alcie@example.test --password-stdin", "did you mean 'alice@example.test'?",
                input: "x\n"),
            wrong: wrong("account passwd alice@example.test --password x", "Unknown option '--password'"),
            input: "x\n"),
        Case(
            "account remove", "alice@example.test --yes",
            unknown: Mistake("account remove alcie@example.test --yes", "did you mean 'alice@example.test'?"),
            wrong: Mistake("account remove alice --yes", "user@domain")),
        Case(
            "bindings list", "", unknown: Mistake("bindings list --owner sma", "did you mean 'sam'?"),
            wrong: Mistake("bindings list --account alice", "user@domain")),
        Case(
            "bindings remove", "alice@example.test",
            unknown: Mistake("bindings remove alcie@example.test", "did you mean 'alice@example.test'?"),
            wrong: Mistake("bindings remove alice", "user@domain")),
    ]

    static let planCases: [Case] = [
        Case(
            "provider add", "trunk --owner sam --server sip:a.net --username u --no-password",
            unknown: Mistake(
                "provider add trunk --owner sma --server sip:a.net --username u --no-password", "did you mean 'sam'?"),
            wrong: wrong(
                "provider add trunk --owner sam --server sip:a.net --username u --no-password --register-expiry soon",
                "The value 'soon' is invalid")),
        Case(
            "provider list", "", unknown: Mistake("provider list --owner sma", "did you mean 'sam'?"),
            wrong: wrong("provider list x", "Unexpected argument 'x'")),
        Case(
            "provider show", "trunk --owner sam",
            unknown: Mistake("provider show trunk --owner sam", "user 'sam' has no provider 'trunk'"),
            wrong: wrong("provider show trunk", "Missing expected argument '--owner <user>'")),
        Case(
            "provider set", "trunk --owner sam --username x",
            unknown: Mistake("provider set trunk --owner sam --username x", "user 'sam' has no provider 'trunk'"),
            wrong: wrong("provider set trunk --owner sam", "nothing to change")),
        Case(
            "provider remove", "trunk --owner sam --yes",
            unknown: Mistake("provider remove trunk --owner sam --yes", "user 'sam' has no provider 'trunk'"),
            wrong: wrong("provider remove trunk", "Missing expected argument '--owner <user>'")),
        Case(
            "dialplan set", "main - --owner sam",
            unknown: Mistake("dialplan set main - --owner sma", "did you mean 'sam'?", input: "x = 1\n"),
            wrong: Mistake("dialplan set main - --owner sam", "syntax error", status: 65, input: "if (\n"),
            input: "x = 1\n"),
        Case(
            "dialplan list", "", unknown: Mistake("dialplan list --owner sma", "did you mean 'sam'?"),
            wrong: wrong("dialplan list main", "Unexpected argument 'main'")),
        Case(
            "dialplan show", "main --owner sam",
            unknown: Mistake("dialplan show mian --owner sam", "did you mean 'main'?"),
            wrong: wrong("dialplan show main --owner sam --version two", "The value 'two' is invalid")),
        Case(
            "dialplan history", "main --owner sam",
            unknown: Mistake("dialplan history mian --owner sam", "did you mean 'main'?"),
            wrong: wrong("dialplan history main", "Missing expected argument '--owner <user>'")),
        Case(
            "dialplan diff", "main --owner sam",
            unknown: Mistake("dialplan diff mian --owner sam", "did you mean 'main'?"),
            wrong: wrong("dialplan diff main --owner sam --from one", "The value 'one' is invalid")),
        Case(
            "dialplan rollback", "main --owner sam",
            unknown: Mistake("dialplan rollback mian --owner sam", "did you mean 'main'?"),
            wrong: wrong("dialplan rollback main --owner sam --to one", "The value 'one' is invalid")),
        Case(
            "dialplan edit", "main --owner sam",
            unknown: Mistake("dialplan edit mian --owner sam", "did you mean 'main'?"),
            wrong: wrong("dialplan edit main", "Missing expected argument '--owner <user>'")),
        Case(
            "dialplan remove", "main --owner sam --yes",
            unknown: Mistake("dialplan remove mian --owner sam --yes", "did you mean 'main'?"),
            wrong: wrong("dialplan remove main --owner sam", "--yes")),
    ]

    static let pastCases: [Case] = [
        Case(
            "calls list", "", unknown: Mistake("calls list --owner sma", "did you mean 'sam'?"),
            wrong: wrong("calls list --since never", "The value 'never' is invalid")),
        Case(
            "calls show", "1", unknown: Mistake("calls show 99", "`dialplanctl calls list` shows calls"),
            wrong: wrong("calls show", "Missing expected argument '<call>'")),
        Case(
            "calls export", "", unknown: Mistake("calls export --owner sma", "did you mean 'sam'?"),
            wrong: wrong("calls export --format xml", "The value 'xml' is invalid")),
        Case(
            "calls prune", "--older-than 1d --yes", unknown: nil,
            wrong: wrong("calls prune --older-than 5x", "The value '5x' is invalid")),
        Case(
            "calls retention", "", unknown: nil,
            wrong: wrong("calls retention --records some", "The value 'some' is invalid")),
        Case(
            "backup", "/tmp/never.sqlite", unknown: Mistake("backup /nowhere/b.sqlite", "/nowhere"),
            wrong: wrong("backup", "Missing expected argument '<file>'")),
        Case(
            "restore", unknown: Mistake("restore /nowhere/b.sqlite --yes", "/nowhere/b.sqlite"),
            wrong: wrong("restore /nowhere/b.sqlite", "--yes"), noServer: nil),
        Case(
            "test-dialplan", unknown: Mistake("test-dialplan /nowhere.rb", "/nowhere.rb does not exist"),
            wrong: wrong("test-dialplan /nowhere.rb --seed many", "The value 'many' is invalid"),
            noServer: Mistake(
                "test-dialplan /dev/null --like last --database /nowhere/x.sqlite",
                "/nowhere/x.sqlite does not exist: name the file of a switch with --database")),
        Case(
            "replay", unknown: Mistake("replay 99", "there is no journal of call 99"),
            wrong: wrong("replay", "Missing expected argument '<call>'"),
            noServer: Mistake("replay last --database /nowhere/x.sqlite", "/nowhere/x.sqlite does not exist")),
        Case(
            "call", unknown: Mistake("call bob --user alcie@example.test --local", "alcie"),
            wrong: wrong("call bob --user alice@example.test --local --duration long", "The value 'long' is invalid"),
            noServer: Mistake("call bob --demo --database /nowhere/x.sqlite", "/nowhere/x.sqlite")),
    ]

    static let all = switchCases + directoryCases + planCases + pastCases

    @Test("no command is left out")
    func complete() {
        #expect(Set(Self.all.map(\.path)) == Set(Self.leaves(Dialplanctl.self, [])))
    }

    @Test("an unknown name", arguments: all.compactMap(\.unknown))
    func unknown(_ mistake: Mistake) throws { mistake.check(try Workspace.filled()) }

    @Test("a wrong type or a missing word", arguments: all.map(\.wrong))
    func wrong(_ mistake: Mistake) throws { mistake.check(try Workspace.filled()) }

    @Test("no switch and no database", arguments: all.compactMap(\.noServer))
    func noServer(_ mistake: Mistake) throws { mistake.check(try Workspace.filled()) }

    @Test("an option that does not exist ends with 64 and the command's usage", arguments: all.map(\.path))
    func unknownOption(path: String) throws {
        let ran = try Workspace.filled()("\(path) --nonsense")
        #expect(ran.status == 64 && ran.out == "")
        // Without the words that it needs the parser names those first.
        #expect(
            ["Unknown option '--nonsense'", "Missing expected argument", "Error: name "].contains {
                ran.err.contains($0)
            },
            "\(ran.err)")
        #expect(ran.err.contains("Usage: dialplanctl \(path.split(separator: " ")[0])"), "\(ran.err)")
    }

    /// Commands without subcommands that people see.
    private static func leaves(_ command: any ParsableCommand.Type, _ path: [String]) -> [String] {
        let children = command.configuration.subcommands.filter { $0.configuration.shouldDisplay }
        guard !children.isEmpty else { return [path.joined(separator: " ")] }
        return children.flatMap { leaves($0, path + [$0._commandName]) }
    }
}
