import CallStore
import SwitchServer
import Testing

@Suite("dialplanctl provider")
struct ProviderCommandTests {
    private static let addition = "provider add trunk --owner sam --server sip:sip.example.net --username 555"

    @Test("add keeps the password where nobody sees it")
    func add() throws {
        let run = try Workspace.filled()
        let added = try run.ok("\(Self.addition) --password-stdin", input: "hunter2\n")
        #expect(added.out == "provider trunk of sam added: scripts dial through it as NUMBER@trunk\n")
        for line in [
            "provider show trunk --owner sam", "provider show trunk --owner sam --json", "provider list --json",
        ] {
            #expect(try !run.ok(line).out.contains("hunter2"), "\(line)")
        }
        let store = try CallStore.open(run.database, role: .inspecting)
        defer { store.close() }
        #expect(try store.providerSecret("trunk", owner: "sam").plainText == "hunter2")
    }

    @Test("list and show tell its settings")
    func show() throws {
        let run = try Workspace.filled()
        try run.run(
            "\(Self.addition) --no-password --register --register-contact sip:sam@192.0.2.1 --header".split(
                separator: " "
            )
            .map(String.init) + ["X-Site: home"]
        ).succeeds()
        #expect(
            try run.ok("provider list").out == """
                OWNER  NAME   STATE   USERNAME  SERVER               PASSWORD  REGISTERS
                sam    trunk  active  555       sip:sip.example.net  no        yes

                """)
        #expect(
            withoutTimes(try run.ok("provider show trunk --owner sam").out) == """
                Provider:      trunk
                Owner:         sam
                State:         active
                Server:        sip:sip.example.net
                Username:      555
                Header:        X-Site: home
                Password:      none
                Registers at:  sip:sip.example.net
                Contact:       sip:sam@192.0.2.1
                For:           3600 s
                Created:       <time>

                """)
        let row: ProviderRow = try run.ok("provider show trunk --owner sam --json").json()
        #expect(row.headers == ["X-Site: home"] && row.registers && !row.hasPassword)
    }

    @Test("set changes what is named, unset empties, a password can come and go")
    func set() throws {
        let run = try Workspace.filled()
        try run.ok("\(Self.addition) --no-password --realm example.net")
        func row() throws -> ProviderRow { try run.ok("provider show trunk --owner sam --json").json() }
        #expect(
            try run.ok("provider set trunk --owner sam --username 556 --disable unpaid").out
                == "provider trunk of sam changed\n")
        #expect(try row().username == "556" && row().disabledReason == "unpaid" && row().realm == "example.net")
        #expect(try run.ok("provider list").out.contains("disabled"))
        try run.ok("provider set trunk --owner sam --unset disabled --unset realm --password-stdin", input: "pw\n")
        #expect(try row().disabledReason == nil && row().realm == nil && row().hasPassword)
        let asked = try run.ok(
            "provider set trunk --owner sam --ask-password", terminal: FakeTerminal(secrets: ["pw2", "pw2"]))
        #expect(asked.err == "New password of trunk: Once more: ")
        try run.ok("provider set trunk --owner sam --no-password")
        #expect(try !row().hasPassword)
    }

    @Test("remove asks first")
    func remove() throws {
        let run = try Workspace.filled()
        try run.ok("\(Self.addition) --no-password")
        let refused = run("provider remove trunk --owner sam", terminal: FakeTerminal(typed: [""]))
        #expect(refused.err.hasPrefix("Remove provider trunk of sam (sip:sip.example.net)? [y/N] "))
        #expect(refused.status == 1)
        #expect(try run.ok("provider remove trunk --owner sam --yes").out == "provider trunk of sam removed\n")
        #expect(run("provider list").err.hasPrefix("No providers yet"))
    }

    @Test(
        "mistakes are explained",
        arguments: [
            Mistake("\(Self.addition) --no-password", "there is no user 'sma'").replacing("--owner sam", "--owner sma"),
            Mistake("\(Self.addition) --no-password", "must have 1 to 64 characters").replacing(" trunk ", " tr.unk "),
            Mistake("\(Self.addition) --no-password --header nonsense", "of the form 'Name: value'"),
            Mistake("\(Self.addition) --no-password --register-expiry 5", "must be 60 to 3,600 seconds"),
            Mistake("\(Self.addition) --no-password --register-expiry soon", "The value 'soon' is invalid", status: 64),
            Mistake("\(Self.addition) --no-password --password-stdin", "exclude each other", status: 64),
            Mistake(Self.addition, "use --password-stdin"),
            Mistake("provider show trnk --owner kim", "user 'kim' has no provider 'trnk'; there are none yet"),
            Mistake("provider set trunk --owner sam", "nothing to change", status: 64),
            Mistake("provider set trunk --owner sam --unset nonsense", "The value 'nonsense' is invalid", status: 64),
            Mistake("provider set trunk --owner sam --username x", "user 'sam' has no provider 'trunk'"),
            Mistake("provider remove trunk --owner sam --yes", "user 'sam' has no provider 'trunk'"),
            Mistake("provider list --owner nobody", "there is no user 'nobody'"),
            Mistake("provider list --database /nowhere/x.sqlite", "there is no database", status: 69),
        ])
    func mistakes(_ mistake: Mistake) throws { mistake.check(try Workspace.filled()) }
}

extension Mistake {
    fileprivate func replacing(_ old: String, _ new: String) -> Mistake {
        var changed = self
        changed.line = line.replacing(old, with: new)
        return changed
    }
}

extension Ran {
    func succeeds() throws { try #require(status == 0, "\(err)") }
}
