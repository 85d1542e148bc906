import ArgumentParser
import CallStore
import Foundation
import Synchronization
import Testing

@testable import Commands

/// What a command printed and how it ended.
struct Ran: Sendable {
    var status: Int32
    var out: String
    var err: String

    /// What it printed with --json.
    func json<Value: Decodable>(_ type: Value.Type = Value.self) throws -> Value {
        try JSONDecoder().decode(Value.self, from: Data(out.utf8))
    }
}

/// A terminal, as far as commands look at it.
struct FakeTerminal: Sendable {
    var width = 80
    /// Lines that the person types.
    var typed: [String] = []
    /// Passwords that the person types.
    var secrets: [String] = []
    var environment = ["TERM": "xterm"]
}

/// A folder with a database, gone at the end of the test; commands run on it inside this process.
final class Workspace: Sendable {
    let folder: URL

    init() throws {
        folder = FileManager.default.temporaryDirectory.appending(path: "dpc-\(UUID().uuidString.prefix(8))")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(at: folder) }

    var database: String { folder.appending(path: "t.sqlite").path }

    /// A user `sam` with domain, two accounts and a dialplan of two versions; beside him `kim`, who has nothing.
    static func filled() throws -> Workspace {
        let workspace = try Workspace()
        try template.get().write(to: URL(filePath: workspace.database))
        return workspace
    }

    /// The file of such a workspace, made once.
    private static let template = Result { () throws -> Data in
        let workspace = try Workspace()
        try workspace.fill()
        return try Data(contentsOf: URL(filePath: workspace.database))
    }

    private func fill() throws {
        for command in ["user add sam", "user add kim", "domain add example.test --alias 192.0.2.1"] { try ok(command) }
        try ok("dialplan set main - --owner sam --note first", input: "sys.Log(\"one\")\nsys.Dial(\"bob\")\n")
        try ok("dialplan set main - --owner sam --note second", input: "sys.Log(\"two\")\nsys.Dial(\"bob\")\n")
        try ok("account add alice@example.test --owner sam --out-dialplan main --password-stdin", input: "secret\n")
        try ok("account add bob@example.test --owner sam --password-stdin", input: "secret\n")
    }

    func file(_ name: String, _ text: String) throws -> String {
        let file = folder.appending(path: name)
        try Data(text.utf8).write(to: file)
        return file.path
    }

    /// Runs a command line, words parted by blanks.
    func callAsFunction(_ line: String, input: String = "", terminal: FakeTerminal? = nil) -> Ran {
        run(line.split(separator: " ").map(String.init), input: input, terminal: terminal)
    }

    /// Runs a command that must succeed.
    @discardableResult
    func ok(_ line: String, input: String = "", terminal: FakeTerminal? = nil) throws -> Ran {
        let ran = self(line, input: input, terminal: terminal)
        try #require(ran.status == 0, "\(line): \(ran.err)")
        return ran
    }

    func run(_ arguments: [String], input: String = "", terminal: FakeTerminal? = nil) -> Ran {
        let hasDatabase =
            arguments.contains("--database") || arguments.contains("--help") || arguments.first == "config"
        return Workspace.run(
            arguments + (hasDatabase ? [] : ["--database", database]), input: input, terminal: terminal)
    }

    static func run(_ arguments: [String], input: String = "", terminal: FakeTerminal? = nil) -> Ran {
        let out = Captured("")
        let err = Captured("")
        let lines = Captured(terminal?.typed ?? input.split(separator: "\n").map(String.init))
        let secrets = Captured(terminal?.secrets ?? [])
        let console = Console(
            out: { text in out.value.withLock { $0 += text } }, err: { text in err.value.withLock { $0 += text } },
            readLine: { lines.value.withLock { $0.isEmpty ? nil : $0.removeFirst() } },
            readAll: { Data(input.utf8) },
            readSecret: { prompt in
                err.value.withLock { $0 += prompt }
                return secrets.value.withLock { $0.isEmpty ? nil : $0.removeFirst() }
            },
            isInputTerminal: terminal != nil, isOutputTerminal: terminal != nil, isErrorTerminal: terminal != nil,
            width: terminal?.width, environment: terminal?.environment ?? [:])
        let status = Console.$current.withValue(console) { () -> Int32 in
            do {
                try Dialplanctl.checkCommandWords(arguments)
                var command = try Dialplanctl.parseAsRoot(arguments)
                try command.run()
                return 0
            } catch {
                let text = Dialplanctl.fullMessage(for: error)
                let code = Dialplanctl.exitCode(for: error).rawValue
                if !text.isEmpty { (code == 0 ? out : err).value.withLock { $0 += text + "\n" } }
                return code
            }
        }
        return Ran(status: status, out: out.value.withLock { $0 }, err: err.value.withLock { $0 })
    }
}

private final class Captured<Value: Sendable>: Sendable {
    let value: Mutex<Value>
    init(_ value: Value) { self.value = Mutex(value) }
}

/// Moments stand as `<time>`, so that output can be compared.
func withoutTimes(_ text: String) -> String {
    text.replacing(/\d{4}-\d\d-\d\d[ T]\d\d:\d\d:\d\d(\.\d+)?(Z| [+-]\d{4})?/, with: "<time>")
}
