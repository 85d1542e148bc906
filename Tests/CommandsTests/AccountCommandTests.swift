import CallStore
import SwitchServer
import Testing

@Suite("dialplanctl account")
struct AccountCommandTests {
    @Test("list shows accounts with their dialplans")
    func list() throws {
        let run = try Workspace.filled()
        #expect(
            try run.ok("account list").out == """
                ACCOUNT             OWNER  STATE   PHONES  IN-DIALPLAN  OUT-DIALPLAN
                alice@example.test  sam    active       0  -            main
                bob@example.test    sam    active       0  -            -

                """)
        let rows: [AccountRow] = try run.ok("account list --domain 192.0.2.1 --json").json()
        #expect(rows.map(\.outDialplan) == ["main", nil])
    }

    @Test("show tells how calls are routed")
    func show() throws {
        let run = try Workspace.filled()
        #expect(
            withoutTimes(try run.ok("account show alice@192.0.2.1").out) == """
                Account:        alice@example.test
                Owner:          sam
                State:          active
                Calls to it:    ring its phones
                Calls from it:  dialplan main
                Created:        <time>
                Phone:          none registered

                """)
        #expect(try run.ok("account show bob@example.test --json").json(AccountDetails.self).bindings.isEmpty)
    }

    @Test("set changes what is named and nothing else")
    func set() throws {
        let run = try Workspace.filled()
        func account() throws -> AccountRow {
            try run.ok("account show alice@example.test --json").json(AccountDetails.self).account
        }
        #expect(
            try run.ok("account set alice@example.test --in-dialplan main --disable").out
                == "account alice@example.test changed\n")
        #expect(try account().inDialplan == "main")
        #expect(try account().outDialplan == "main")
        #expect(try account().disabled)
        try run.ok("account set alice@example.test --no-in-dialplan --no-out-dialplan --enable")
        #expect(try account().inDialplan == nil)
        #expect(try account().outDialplan == nil)
        #expect(try !account().disabled)
    }

    @Test("a dialplan that is not there yet is noted, beside the output")
    func missingDialplan() throws {
        let run = try Workspace.filled()
        let misspelt = try run.ok("account set bob@example.test --in-dialplan mian")
        #expect(misspelt.out == "account bob@example.test changed\n")
        #expect(misspelt.err.contains("sam has no dialplan 'mian' yet; did you mean 'main'?"))
        let future = try run.ok(
            "account add carol@example.test --owner sam --in-dialplan holiday --password-stdin", input: "secret\n")
        #expect(future.err.contains("add it with `dialplanctl dialplan set 'holiday' FILE --owner sam`"))
    }

    @Test("a password is typed twice, unseen; the two must be equal and not empty")
    func typedPassword() throws {
        let run = try Workspace.filled()
        let before = try run.credentials("bob")
        let done = try run.ok(
            "account passwd bob@example.test", terminal: FakeTerminal(secrets: ["new one", "new one"]))
        #expect(done.out == "bob@example.test has a new password: phones register with it from now on\n")
        #expect(done.err == "New password for bob@example.test: Once more: ")
        let after = try run.credentials("bob")
        #expect(before != after)
        // The same password from standard input makes the same digests.
        try run.ok("account passwd bob@example.test --password-stdin", input: "new one\n")
        #expect(try run.credentials("bob") == after)
        let differing = run("account passwd bob@example.test", terminal: FakeTerminal(secrets: ["one", "two"]))
        #expect(differing.status == 1 && differing.err.contains("the two passwords differ"))
        #expect(run("account passwd bob@example.test", terminal: FakeTerminal(secrets: [""])).status == 1)
        #expect(run("account passwd bob@example.test", terminal: FakeTerminal()).status == 130, "Ctrl-C")
        #expect(try run.credentials("bob") == after)
    }

    @Test("remove asks first; without a terminal it wants --yes")
    func remove() throws {
        let run = try Workspace.filled()
        let refused = run("account remove bob@example.test", terminal: FakeTerminal(typed: ["n"]))
        #expect(refused.status == 1)
        #expect(
            refused.err
                == "Remove account bob@example.test of sam (no phone registered)? [y/N] Nothing was changed.\n")
        #expect(try run.ok("account list --json").json([AccountRow].self).count == 2)
        let unasked = run("account remove bob@example.test")
        #expect(unasked.status == 64 && unasked.err.contains("confirm with --yes"))
        try run.ok("account remove bob@example.test", terminal: FakeTerminal(typed: ["y"]))
        #expect(try run.ok("account remove alice@example.test --yes").out == "account alice@example.test removed\n")
        #expect(run("account list --json").out == "[]\n")
    }

    @Test(
        "mistakes are explained",
        arguments: [
            Mistake(
                "account add alice --owner sam --password-stdin", "an account is written user@domain", input: "x\n"),
            Mistake(
                "account add al@example.test --owner sma --password-stdin", "did you mean 'sam'?", input: "x\n"),
            Mistake(
                "account add al@exmple.test --owner sam --password-stdin",
                "there is no domain 'exmple.test'; did you mean 'example.test'?", input: "x\n"),
            Mistake(
                "account add bob@example.test --owner sam --password-stdin",
                "there is an account 'bob@example.test' already", input: "x\n"),
            Mistake("account add al@example.test --owner sam", "use --password-stdin"),
            Mistake("account add al@example.test --owner sam --password-stdin", "no password on standard input"),
            Mistake("account add al@example.test --owner sam --password x", "Unknown option '--password'", status: 64),
            Mistake("account add al@example.test", "Missing expected argument '--owner <user>'", status: 64),
            Mistake("account show alcie@example.test", "did you mean 'alice@example.test'?"),
            Mistake("account set alice@example.test", "nothing to change", status: 64),
            Mistake("account set alice@example.test --enable --disable", "exclude each other", status: 64),
            Mistake("account set alice@example.test --in-dialplan x --no-in-dialplan", "exclude each", status: 64),
            Mistake("account set alise@example.test --enable", "did you mean 'alice@example.test'?"),
            Mistake("account passwd nobody@example.test --password-stdin", "there is no account", input: "x\n"),
            Mistake("account remove nobody@example.test", "`dialplanctl account list` shows them"),
            Mistake("account list --owner smm", "did you mean 'sam'?"),
            Mistake("account list --database /nowhere/x.sqlite", "there is no database", status: 69),
        ])
    func mistakes(_ mistake: Mistake) throws { mistake.check(try Workspace.filled()) }
}

extension Workspace {
    fileprivate func credentials(_ user: String) throws -> AccountCredentials {
        let store = try CallStore.open(database, role: .inspecting)
        defer { store.close() }
        return try store.account(user, domain: "example.test").credentials
    }
}
