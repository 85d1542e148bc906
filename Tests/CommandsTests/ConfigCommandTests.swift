import Foundation
import SwitchServer
import Testing

@testable import Commands

@Suite("dialplanctl config")
struct ConfigCommandTests {
    private struct Entry: Decodable {
        var value: String
        var source: String
        var isDefault: Bool
        var takesEffect: String
    }

    @Test("each setting is shown with its value and the place that it comes from")
    func show() throws {
        let workspace = try Workspace()
        let file = try workspace.file("a.yaml", "# ours\nworkers:\n  count: 3\n")
        let arguments = ["config", "--config", file, "--set", "calls.ring-time=45s"]
        let ran = Workspace.run(arguments + ["--changed"])
        #expect(ran.status == 0, "\(ran.err)")
        let lines = ran.out.split(separator: "\n").map { $0.split(separator: " ").map(String.init) }
        #expect(lines.contains(["SETTING", "VALUE", "FROM"]))
        #expect(lines.contains(["workers.count", "3", "\(file):3"]))
        #expect(lines.contains(["calls.ring-time", "45s", "--set", "calls.ring-time"]))
        let entries: [String: Entry] = try Workspace.run(arguments + ["--json"]).json()
        #expect(entries.count > 60)
        #expect(entries["workers.count"]?.isDefault == false)
        #expect(entries["workers.spares"]?.value == "1" && entries["workers.spares"]?.source == "default")
        #expect(entries["workers.spares"]?.takesEffect == "restart")
    }

    @Test(
        "a mistake names its place and what is allowed, with status 1",
        arguments: [
            ("workers:\n  count: 99\n", ":2: workers.count: 99 is not within 1 to 64 processes"),
            ("worker: 3\n", ":1: worker: there is no such setting"),
            ("listen: [\"udp:0.0.0.0:5060\"]\n", "needs --advertise HOST"),
            ("a: [\n", "is not YAML"),
        ])
    func check(yaml: String, message: String) throws {
        let workspace = try Workspace()
        let file = try workspace.file("a.yaml", yaml)
        for arguments in [["config", "check", file], ["config", "--config", file]] {
            let ran = Workspace.run(arguments)
            #expect(ran.status == 1)
            #expect(ran.err.contains(message), "\(ran.err)")
        }
    }

    @Test("a file that is not there, an assignment without a value and an unknown name are told with a remedy")
    func mistakes() {
        let missing = Workspace.run(["config", "check", "/nowhere/x.yaml"])
        #expect(missing.status == 1 && missing.err.contains("/nowhere/x.yaml cannot be read"))
        let half = Workspace.run(["config", "--set", "workers.count"])
        #expect(half.status == 1 && half.err.contains("write it as name=value"))
        let unknown = Workspace.run(["config", "--set", "workers.cuont=3"])
        #expect(unknown.status == 1 && unknown.err.contains("did you mean workers.count?"))
    }

    @Test("the example can be used as it is, and with every comment sign taken away")
    func example() throws {
        let workspace = try Workspace()
        let text = Workspace.run(["config", "example"]).out
        let file = try workspace.file("a.yaml", text)
        #expect(Workspace.run(["config", "check", file]).out.contains("it sets 0 of"))
        let lines = text.split(separator: "\n").filter { $0.hasPrefix("#") && !$0.hasPrefix("# ") }.map {
            $0.dropFirst()
        }
        let active = try workspace.file("b.yaml", lines.joined(separator: "\n"))
        let ran = Workspace.run(["config", "check", active])
        #expect(ran.status == 0, "\(ran.err)")
    }

    @Test("commands find the switch by its configuration file")
    func location() throws {
        let workspace = try Workspace.filled()
        let file = try workspace.file("a.yaml", "database: \(workspace.database)\nadmin-socket: /nowhere/admin.sock\n")
        let ran = Workspace.run(["user", "list", "--json", "--config", file])
        #expect(ran.status == 0, "\(ran.err)")
        #expect(try ran.json([UserRow].self).map(\.name) == ["kim", "sam"])
        let status = Workspace.run(["status", "--config", file])
        #expect(status.status == 69 && status.err.contains("/nowhere/admin.sock"))
        let broken = try workspace.file("b.yaml", "databse: x\n")
        let refused = Workspace.run(["user", "list", "--config", broken])
        #expect(refused.status != 0 && refused.err.contains("did you mean database?"))
    }
}

@Suite("dialplanctl doctor")
struct DoctorCommandTests {
    @Test("findings are printed with what to do about them, and counted; problems end with status 1")
    func text() throws {
        let workspace = try Workspace.filled()
        try FileManager.default.setAttributes([.posixPermissions: 0o644], ofItemAtPath: workspace.database)
        let port = Int.random(in: 33_000..<34_000)
        let ran = workspace("doctor --listen udp:127.0.0.1:\(port)")
        #expect(ran.out.contains("→ chmod 600 \(workspace.database)"), "\(ran.out)")
        #expect(ran.out.contains("udp:127.0.0.1:\(port) is free"))
        let foreign = workspace("doctor --quiet --listen udp:192.0.2.77:\(port) --json")
        #expect(foreign.status == 1)
        let findings: [Finding] = try foreign.json()
        #expect(findings.contains { $0.area == "port" && $0.severity == .problem })
        #expect(findings.allSatisfy { $0.severity != .ok && $0.advice != nil })
    }

    @Test("a port that is held, a database that is none and an address that is none are told")
    func mistakes() async throws {
        let workspace = try Workspace()
        let file = try workspace.file("x.sqlite", String(repeating: "no database ", count: 500))
        let ran = Workspace.run(["doctor", "--database", file, "--listen", "udp:127.0.0.1:39999", "--json"])
        #expect(ran.status == 1)
        #expect(try ran.json([Finding].self).contains { $0.area == "store" && $0.severity == .problem })
        #expect(workspace("doctor --listen tcp:1.2.3.4:5").err.contains("write a listening address as udp:"))
        #expect(workspace("doctor --listen udp:0.0.0.0:5060").err.contains("--advertise"))
    }
}
