import Foundation
import SwitchServer
import Testing

@Suite("dialplanctl user")
struct UserCommandTests {
    @Test("list shows who there is, aligned, without blanks at the ends of lines")
    func list() throws {
        let run = try Workspace.filled()
        try run.ok("user suspend kim")
        let table = try run.ok("user list").out
        #expect(
            withoutTimes(table) == """
                NAME  STATE      ACCOUNTS  DIALPLANS  PROVIDERS  CREATED
                kim   suspended         0          0          0  <time>
                sam   active            2          1          0  <time>

                """)
        let rows: [UserRow] = try run.ok("user list --json").json()
        #expect(rows.map(\.name) == ["kim", "sam"])
        #expect(rows.map(\.suspended) == [true, false])
        #expect(rows.map(\.accounts) == [0, 2])
    }

    @Test("an empty list is a hint for people and [] for programs")
    func empty() throws {
        let run = try Workspace.filled()
        #expect(run("account list --owner kim").out == "")
        #expect(run("account list --owner kim").err == "No such accounts.\n")
        #expect(run("account list --owner kim --json").out == "[]\n")
    }

    @Test("add makes the database, and says so in text or JSON")
    func add() throws {
        let run = try Workspace()
        #expect(try run.ok("user add sam").out == "user sam added\n")
        #expect(try run.ok("user add kim --json").json(Done.self).message == "user kim added")
    }

    @Test("show tells all of a user")
    func show() throws {
        let run = try Workspace.filled()
        #expect(
            withoutTimes(try run.ok("user show SAM").out) == """
                User:      sam
                State:     active
                Created:   <time>
                Account:   alice@example.test  (no phone registered)
                Account:   bob@example.test  (no phone registered)
                Dialplan:  main  (version 2)

                """)
        let details: UserDetails = try run.ok("user show sam --json").json()
        #expect(details.accounts.map(\.address) == ["alice@example.test", "bob@example.test"])
    }

    @Test("suspend and resume say what they mean")
    func suspend() throws {
        let run = try Workspace.filled()
        #expect(
            try run.ok("user suspend sam").out == "user sam suspended: the accounts neither register nor call\n")
        #expect(try run.ok("account list --json").json([AccountRow].self).map(\.suspended) == [true, true])
        #expect(try run.ok("user resume sam").out == "user sam is active again\n")
        #expect(try run.ok("account list --json").json([AccountRow].self).map(\.suspended) == [false, false])
    }

    @Test(
        "mistakes are explained",
        arguments: [
            Mistake("user add sam", "there is a user 'sam' already"),
            Mistake("user add s@m", "must have 1 to 64 characters, only letters, digits, - and _"),
            Mistake("user add", "Missing expected argument '<name>'", status: 64),
            Mistake("user show sma", "there is no user 'sma'; did you mean 'sam'?"),
            Mistake("user suspend zacharias", "there is no user 'zacharias'; `dialplanctl user list` shows them"),
            Mistake("user resume samm", "did you mean 'sam'?"),
            Mistake("user list --database /nowhere/x.sqlite", "there is no database /nowhere/x.sqlite", status: 69),
            Mistake("user list --admin-socket /nowhere/x.sock", "no switch listens on /nowhere/x.sock", status: 69),
            Mistake("user lst", "there is no command 'user lst'; did you mean 'list'?", status: 64),
        ])
    func mistakes(_ mistake: Mistake) throws { mistake.check(try Workspace.filled()) }
}

/// A command that must fail, with what it must say.
struct Mistake: Sendable, CustomTestStringConvertible {
    var line: String
    var words: String
    var status: Int32
    var input: String

    init(_ line: String, _ words: String, status: Int32 = 1, input: String = "") {
        self.line = line
        self.words = words
        self.status = status
        self.input = input
    }

    var testDescription: String { line }

    func check(_ workspace: Workspace) {
        let ran = workspace(line, input: input)
        #expect(ran.status == status)
        #expect(ran.err.contains(words), "it said: \(ran.err)")
        #expect(ran.out == "")
    }
}
