import Foundation
import SwitchServer
import Testing

@testable import Commands

/// The same commands while a real switch runs: it does what they ask, on its own store.
@Suite("Commands with a running switch")
struct RunningSwitchTests {
    @Test("every family goes through the switch, and other processes are kept off its file")
    func families() async throws {
        let run = try Workspace.filled()
        try await RunningSwitch.run(run) { _ in
            // Users, domains, accounts.
            #expect(try run.ok("user add joe").out == "user joe added\n")
            #expect(try run.ok("user list --json").json([UserRow].self).map(\.name) == ["joe", "kim", "sam"])
            #expect(run("user suspend jeo").err.contains("did you mean 'joe'?"))
            try run.ok("domain alias add example.test sip.example.test")
            #expect(try run.ok("domain show sip.example.test --json").json(DomainRow.self).name == "example.test")
            try run.ok("account add joe@example.test --owner joe --password-stdin", input: "secret\n")
            try run.ok("account set joe@example.test --disable")
            #expect(try run.ok("account list --owner joe --json").json([AccountRow].self).map(\.disabled) == [true])
            try run.ok("account remove joe@example.test --yes")
            // Dialplans.
            try run.ok("dialplan set main - --owner sam", input: "sys.Log(3)\n")
            #expect(try run.ok("dialplan show main --owner sam").out == "sys.Log(3)\n")
            #expect(run("dialplan set main - --owner sam", input: "if (\n").status == 65)
            try run.ok("dialplan rollback main --owner sam")
            #expect(try run.ok("dialplan history main --owner sam --json").json([DialplanRow].self).count == 4)
            // Bindings, status, workers, log.
            #expect(run("bindings list").err == "No phone is registered.\n")
            #expect(run("bindings remove alice@example.test").err.contains("has no phone registered"))
            let status: SwitchStatus = try run.ok("status --json").json()
            #expect(status.calls == 0 && status.workers.count == 1)
            #expect(try run.ok("status").out.contains("SLOT  GEN"))
            #expect(
                try run.ok("workers --json").json([SwitchStatus.Worker].self).first?.pid == status.workers.first?.pid)
            #expect(try run.ok("workers list").out.hasPrefix("SLOT"))
            #expect(run("quarantine").err == "No script is in quarantine.\n")
            #expect(
                run("quarantine release main --owner sam").err.contains("dialplan main of sam is not in quarantine"))
            #expect(run("workers upgrade --program /nowhere/x").err.contains("exec /nowhere/x: No such file"))
            #expect(run("workers upgrade --program x").err.contains("must be an absolute path"))
            #expect(run("workers resize 65").err.contains("between 1 and 64 workers"))
            #expect(try run.ok("log --owner sam").out == "")
            // Names for the shell's completion come from the switch too.
            let names = Completion.users(["dialplanctl", "user", "show", "--database", run.database, ""])
            #expect(names == ["joe", "kim", "sam"])
            // The file itself is the switch's alone.
            let beside = run("user add nobody --admin-socket \(run.folder.path)/none.sock")
            #expect(beside.status == 69 && beside.err.contains("no switch listens on"))
            try FileManager.default.moveItem(atPath: run.database + ".sock", toPath: run.database + ".moved")
            let locked = run("user add nobody")
            #expect(locked.status == 75)
            #expect(locked.err.contains("is in use by process"), "\(locked)")
            #expect(locked.err.contains("name it with --admin-socket"))
            #expect(try run.ok("user list --admin-socket \(run.database).moved --json").json([UserRow].self).count == 3)
            try FileManager.default.moveItem(atPath: run.database + ".moved", toPath: run.database + ".sock")
        }
        // The switch has ended, its changes are in the file.
        #expect(try run.ok("user list --json").json([UserRow].self).map(\.name) == ["joe", "kim", "sam"])
        #expect(run("status").status == 69)
    }

    @Test("without a switch, what only a switch can answer ends with status 69 and the remedy")
    func noServer() throws {
        let run = try Workspace.filled()
        for line in ["status", "workers", "log", "status --watch", "quarantine", "workers upgrade"] {
            let ran = run(line)
            #expect(ran.status == 69, "\(line)")
            #expect(ran.err.contains("start one with `dialplanctl serve`"), "\(line)")
            #expect(ran.out == "")
        }
    }
}
