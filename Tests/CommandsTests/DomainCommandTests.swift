import SwitchServer
import Testing

@Suite("dialplanctl domain")
struct DomainCommandTests {
    @Test("list shows names, accounts and aliases")
    func list() throws {
        let run = try Workspace.filled()
        try run.ok("domain add second.test")
        #expect(
            withoutTimes(try run.ok("domain list").out)
                == """
                NAME          ACCOUNTS  CREATED  ALIASES
                example.test         2  <time>  192.0.2.1
                second.test          0  <time>  -

                """.replacing("CREATED", with: "CREATED            "))
        let rows: [DomainRow] = try run.ok("domain list --json").json()
        #expect(rows.map(\.aliases) == [["192.0.2.1"], []])
    }

    @Test("add takes aliases; show finds a domain by any of its names")
    func add() throws {
        let run = try Workspace()
        #expect(try run.ok("domain add Example.ORG --alias * --alias 192.0.2.7").out == "domain example.org added\n")
        let row: DomainRow = try run.ok("domain show 192.0.2.7 --json").json()
        #expect(row.name == "example.org")
        #expect(
            withoutTimes(try run.ok("domain show example.org").out) == """
                Domain:    example.org
                Alias:     *
                Alias:     192.0.2.7
                Accounts:  0
                Created:   <time>

                """)
    }

    @Test("aliases come and go")
    func aliases() throws {
        let run = try Workspace.filled()
        #expect(
            try run.ok("domain alias add example.test sip.example.test").out
                == "sip.example.test is now a name of example.test\n")
        #expect(
            try run.ok("domain alias remove example.test sip.example.test --json").json(Done.self).message
                == "sip.example.test is no name of example.test any more")
        #expect(try run.ok("domain show example.test --json").json(DomainRow.self).aliases == ["192.0.2.1"])
    }

    @Test(
        "mistakes are explained",
        arguments: [
            Mistake("domain add example.test", "there is a domain 'example.test' already"),
            Mistake("domain add exa_mple", "'exa_mple' is no host name"),
            Mistake("domain add other.test --alias 192.0.2.1", "'192.0.2.1' is an alias of domain 'example.test'"),
            Mistake("domain show exmaple.test", "there is no domain 'exmaple.test'; did you mean 'example.test'?"),
            Mistake("domain show other.org", "add it with `dialplanctl domain add other.org`"),
            Mistake("domain alias add other.org x.org", "there is no domain 'other.org'"),
            Mistake("domain alias remove example.test x.org", "'x.org' is no alias of example.test; it has 192.0.2.1"),
            Mistake("domain alias ad example.test x", "there is no command 'domain alias ad'; did you", status: 64),
            Mistake("domain list --database /nowhere/x.sqlite", "there is no database", status: 69),
        ])
    func mistakes(_ mistake: Mistake) throws { mistake.check(try Workspace.filled()) }
}
