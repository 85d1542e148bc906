import Foundation
import SwitchServer
import Testing

@Suite("dialplanctl dialplan")
struct DialplanCommandTests {
    @Test("list and history show versions with author and note")
    func list() throws {
        let run = try Workspace.filled()
        let rows: [DialplanRow] = try run.ok("dialplan list --json").json()
        #expect(rows.map(\.version) == [2])
        #expect(rows.map(\.note) == ["second"])
        #expect(rows.first?.text == nil)
        let table = withoutTimes(try run.ok("dialplan history main --owner sam").out)
        let lines = table.split(separator: "\n").map { $0.split(separator: " ").joined(separator: " ") }
        #expect(
            lines == [
                "VERSION SAVED AUTHOR LINES BYTES NOTE", "2 <time> \(NSUserName()) 2 31 second",
                "1 <time> \(NSUserName()) 2 31 first",
            ])
        let versions: [DialplanRow] = try run.ok("dialplan history main --owner sam --json").json()
        #expect(versions.map(\.version) == [2, 1])
        #expect(try run.ok("dialplan list --owner sam").out.contains("sam    main        2      2"))
    }

    @Test("show prints a text exactly as it was saved, now and earlier")
    func show() throws {
        let run = try Workspace.filled()
        #expect(try run.ok("dialplan show main --owner sam").out == "sys.Log(\"two\")\nsys.Dial(\"bob\")\n")
        #expect(try run.ok("dialplan show main --owner sam --version 1").out == "sys.Log(\"one\")\nsys.Dial(\"bob\")\n")
        let row: DialplanRow = try run.ok("dialplan show main --owner sam --json").json()
        #expect(row.digest.count == 64)
        #expect(row.text?.hasPrefix("sys.Log") == true)
        try run.ok("dialplan set bell - --owner sam", input: "# \u{7}\nsys.Log(1)")
        #expect(try run.ok("dialplan show bell --owner sam").out == "# \u{7}\nsys.Log(1)")
        #expect(try run.ok("dialplan show bell --owner sam", terminal: FakeTerminal()).out == "# \\x07\nsys.Log(1)\n")
    }

    @Test("set saves a file or standard input; the same text makes no new version")
    func set() throws {
        let run = try Workspace.filled()
        let file = try run.file("plan.rb", "sys.Log(3)\n")
        #expect(
            try run.ok("dialplan set main \(file) --owner sam").out
                == "dialplan main of sam is at version 3: the next call runs it\n")
        #expect(
            try run.ok("dialplan set main \(file) --owner sam").out
                == "dialplan main of sam is unchanged, at version 3\n")
        #expect(try run.ok("dialplan set other \(file) --owner sam --json").json(Done.self).version == 1)
    }

    @Test("a script that does not compile is refused with its place, unless forced")
    func compileError() throws {
        let run = try Workspace.filled()
        let file = try run.file("plan.rb", "sys.Log(1)\n\tif (a\nend\n")
        let refused = run("dialplan set main \(file) --owner sam")
        #expect(refused.status == 65)
        let lines = refused.err.split(separator: "\n").map(String.init)
        #expect(lines[0].hasPrefix("\(file):"))
        #expect(lines[0].wholeMatch(of: /.*:\d+:\d+: .+/) != nil, "\(lines)")
        #expect(lines[1].contains(" | "))
        #expect(lines[2].hasSuffix("^"))
        #expect(lines[3] == "Nothing was saved. Mend the script, or save it nevertheless with --force.")
        #expect(try run.ok("dialplan list --json").json([DialplanRow].self).map(\.version) == [2])
        let forced = try run.ok("dialplan set main \(file) --owner sam --force")
        #expect(forced.out.contains("version 3"))
    }

    @Test("diff shows what a version changed, like diff -u")
    func diff() throws {
        let run = try Workspace.filled()
        #expect(
            try run.ok("dialplan diff main --owner sam").out == """
                --- main version 1
                +++ main version 2
                @@ -1,2 +1,2 @@
                -sys.Log("one")
                +sys.Log("two")
                 sys.Dial("bob")

                """)
        let file = try run.file("plan.rb", "sys.Log(\"two\")\n")
        #expect(
            try run.ok("dialplan diff main --owner sam --file \(file)").out.hasSuffix(
                "@@ -1,2 +1 @@\n sys.Log(\"two\")\n-sys.Dial(\"bob\")\n"))
        let same = try run.ok("dialplan diff main --owner sam --from 2 --to 2")
        #expect(same.out == "" && same.err.contains("No difference"))
        let coloured = try run.ok("dialplan diff main --owner sam", terminal: FakeTerminal()).out
        #expect(coloured.contains("\u{1B}[31m-sys.Log(\"one\")\u{1B}[0m"))
    }

    @Test("rollback saves an earlier text as a new version")
    func rollback() throws {
        let run = try Workspace.filled()
        #expect(
            try run.ok("dialplan rollback main --owner sam").out
                == "dialplan main of sam is at version 3, with the text of version 1\n")
        #expect(try run.ok("dialplan show main --owner sam").out.contains("one"))
        #expect(try run.ok("dialplan rollback main --owner sam --to 2 --json").json(Done.self).version == 4)
        #expect(
            try run.ok("dialplan history main --owner sam --json").json([DialplanRow].self)[0].note
                == "back to version 2")
    }

    @Test("edit saves what the editor left, if it changed and compiles")
    func edit() throws {
        let run = try Workspace.filled()
        func edit(_ editor: String, typed: [String] = [], options: String = "") -> Ran {
            var terminal = FakeTerminal(typed: typed)
            terminal.environment["EDITOR"] = editor
            return run("dialplan edit main --owner sam \(options)", terminal: terminal)
        }
        let changed = edit("sed -i s/two/three/", options: "--note third")
        #expect(changed.out == "dialplan main of sam is at version 3: the next call runs it\n", "\(changed)")
        #expect(edit("true").err == "The text is unchanged: nothing was saved.\n")
        let failing = edit("false")
        #expect(failing.status == 1 && failing.err.contains("set VISUAL or EDITOR"))
        let broken = edit("sed -i s/three/four\\\"/", typed: ["n"])
        #expect(broken.status == 65, "\(broken)")
        #expect(broken.err.contains("Edit again? [Y/n] Nothing was saved.\nYour text is in "))
        if let path = broken.err.split(separator: "Your text is in ").last?.split(separator: "\n").first {
            #expect(try String(contentsOfFile: String(path), encoding: .utf8).contains("four"))
            try? FileManager.default.removeItem(at: URL(filePath: String(path)).deletingLastPathComponent())
        }
        #expect(try run.ok("dialplan show main --owner sam").out.contains("three"))
    }

    @Test("edit does not undo what somebody else saved meanwhile")
    func editRace() throws {
        let run = try Workspace.filled()
        let other = try run.file("other.rb", "sys.Log(\"other\")\n")
        var terminal = FakeTerminal()
        terminal.environment["VISUAL"] =
            "\(RunningSwitch.dialplanctl) dialplan set main \(other) --owner sam --database \(run.database) >&2; sed -i s/two/mine/"
        let ran = run("dialplan edit main --owner sam", terminal: terminal)
        #expect(ran.status == 1)
        #expect(ran.err.contains("is at version 3 by now, the text was made from version 2"), "\(ran)")
        #expect(try run.ok("dialplan show main --owner sam").out == "sys.Log(\"other\")\n")
    }

    @Test(
        "mistakes are explained",
        arguments: [
            Mistake("dialplan set main /nowhere.rb --owner sam", "/nowhere.rb does not exist"),
            Mistake("dialplan set main - --owner sma", "did you mean 'sam'?", input: "x = 1\n"),
            Mistake("dialplan set main -", "Missing expected argument '--owner <user>'", status: 64),
            Mistake("dialplan show mian --owner sam", "user 'sam' has no dialplan 'mian'; did you mean 'main'?"),
            Mistake("dialplan show main --owner kim", "user 'kim' has no dialplan 'main'; there are none yet"),
            Mistake("dialplan show main --owner sam --version 9", "it has versions 1 to 2"),
            Mistake("dialplan show main --owner sam --version two", "The value 'two' is invalid", status: 64),
            Mistake("dialplan history nothing --owner sam", "`dialplanctl dialplan list --owner sam` shows them"),
            Mistake("dialplan diff main --owner sam --from 7", "it has versions 1 to 2"),
            Mistake("dialplan diff main --owner sam --to 1 --file x", "exclude each other", status: 64),
            Mistake("dialplan rollback main --owner sam --to 5", "it has versions 1 to 2"),
            Mistake("dialplan rollback mian --owner sam", "did you mean 'main'?"),
            Mistake("dialplan edit mian --owner sam", "did you mean 'main'?"),
            Mistake("dialplan list --owner nobody", "there is no user 'nobody'"),
            Mistake("dialplan list --database /nowhere/x.sqlite", "there is no database", status: 69),
        ])
    func mistakes(_ mistake: Mistake) throws { mistake.check(try Workspace.filled()) }
}
