import Foundation
import SwitchServer
import Testing

@Suite("dialplanctl backup and restore")
struct BackupCommandTests {
    @Test("what is backed up can be restored; what it replaces is kept")
    func roundTrip() throws {
        let run = try Workspace.filled()
        let copy = run.folder.appending(path: "copy.sqlite").path
        let saved = try run.ok("backup \(copy)")
        #expect(saved.out.hasPrefix("\(copy) holds the database ("))
        try run.ok("user add later")
        let asked = run("restore \(copy)", terminal: FakeTerminal(typed: ["n"]))
        #expect(asked.status == 1 && asked.err.contains("Replace the database \(run.database) by \(copy)? [y/N]"))
        let restored = try run.ok("restore \(copy) --yes")
        #expect(restored.out == "\(run.database) is restored from \(copy)\n")
        #expect(restored.err.hasPrefix("note: the database before is kept as \(run.database)"))
        #expect(try run.ok("user list --json").json([UserRow].self).map(\.name) == ["kim", "sam"])
        let second = run.folder.appending(path: "second.sqlite").path
        #expect(try run.ok("backup \(second) --json").out.contains("\"bytes\":"))
        #expect(try run.ok("restore \(second) --yes --json").out.contains("\"replaced\":"))
    }

    @Test("a switch goes on during a backup, and is not restored under its feet")
    func running() async throws {
        let run = try Workspace.filled()
        let copy = run.folder.appending(path: "copy.sqlite").path
        try await RunningSwitch.run(run) { _ in
            try run.ok("user add joe")
            try run.ok("backup \(copy)")
            let names = try run.ok("user list --database \(copy) --json").json([UserRow].self).map(\.name)
            #expect(names == ["joe", "kim", "sam"])
            let refused = run("restore \(copy) --yes")
            #expect(refused.status == 75)
            #expect(refused.err.contains("is in use by process"), "\(refused)")
        }
    }

    @Test("a backup of a database that is not there, over a file, or of something else is refused")
    func mistakes() throws {
        let run = try Workspace.filled()
        let text = try run.file("text", "no database\n")
        #expect(run("backup \(text)").err.contains("is there already"))
        #expect(run("backup /tmp/x --database /nowhere/x.sqlite").status == 69)
        #expect(run("backup").status == 64)
        #expect(run("restore \(text) --yes").status == 1)
        #expect(run("restore /nowhere/x --yes").status == 1)
        #expect(run("restore \(text)").err.contains("confirm with --yes"))
        #expect(try run.ok("user list --json").json([UserRow].self).count == 2)
    }
}
