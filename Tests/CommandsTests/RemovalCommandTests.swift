import SwitchServer
import Testing

@Suite("dialplanctl user, domain, dialplan remove")
struct RemovalCommandTests {
    @Test("a user with belongings is kept, unless they are to go too")
    func user() throws {
        let run = try Workspace.filled()
        #expect(try run.ok("user remove kim --yes").out == "user kim removed\n")
        let kept = run("user remove sam --yes")
        #expect(kept.status == 1)
        #expect(kept.err.contains("user 'sam' has 2 accounts, 1 dialplan; suspend the user to keep them"), "\(kept)")
        let asked = run("user remove sam --with-belongings", terminal: FakeTerminal(typed: ["n"]))
        #expect(
            asked.err.hasPrefix("Remove user sam with 2 accounts, 0 providers, 1 dialplan, 0 call records? [y/N] "))
        #expect(
            try run.ok("user remove sam --with-belongings --yes --json").json(Done.self).message == "user sam removed")
        #expect(run("user list --json").out == "[]\n")
    }

    @Test("a domain with accounts is kept")
    func domain() throws {
        let run = try Workspace.filled()
        #expect(run("domain remove example.test --yes").err.contains("has 2 accounts; remove them first"))
        try run.ok("domain add other.test --alias o.test")
        let asked = try run.ok("domain remove o.test", terminal: FakeTerminal(typed: ["yes"]))
        #expect(asked.err == "Remove domain other.test (also o.test)? [y/N] ")
        #expect(asked.out == "domain other.test removed\n")
    }

    @Test("a dialplan goes, and who still names it is told")
    func dialplan() throws {
        let run = try Workspace.filled()
        let removed = try run.ok("dialplan remove main --owner sam", terminal: FakeTerminal(typed: ["y"]))
        #expect(
            removed.err
                == "Remove dialplan main of sam (2 versions)? [y/N] note: alice@example.test still named it\n")
        #expect(removed.out == "dialplan main of sam removed\n")
        #expect(run("dialplan show main --owner sam").status == 1)
        #expect(try run.ok("dialplan set main - --owner sam --json", input: "x = 1\n").json(Done.self).version == 1)
    }

    @Test(
        "mistakes are explained",
        arguments: [
            Mistake("user remove sma --yes", "did you mean 'sam'?"), Mistake("user remove kim", "--yes", status: 64),
            Mistake("user remove kim --yes --database /nowhere/x.sqlite", "there is no database", status: 69),
            Mistake("domain remove exmaple.test --yes", "did you mean 'example.test'?"),
            Mistake("domain remove", "Missing expected argument '<name>'", status: 64),
            Mistake("dialplan remove mian --owner sam --yes", "did you mean 'main'?"),
            Mistake("dialplan remove main --owner sam", "--yes", status: 64),
        ])
    func mistakes(_ mistake: Mistake) throws { mistake.check(try Workspace.filled()) }
}
