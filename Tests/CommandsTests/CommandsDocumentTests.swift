import ArgumentParser
import Foundation
import Testing

@testable import Commands

/// Docs/Commands.md against the commands themselves. `DIALPLAN_WRITE_DOCS=1` writes the outputs anew.
@Suite("Docs/Commands.md")
struct CommandsDocumentTests {
    private static let file = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().appending(path: "Docs/Commands.md")

    private let document: Document

    init() throws { document = Document(try String(contentsOf: Self.file, encoding: .utf8)) }

    @Test("every command has a section")
    func sections() {
        // A section may be about a whole family.
        let missing = CommandTree.all.map(\.path).filter { path in
            let words = path.split(separator: " ")
            return !path.isEmpty
                && !(1...words.count).contains { document.sections[words.prefix($0).joined(separator: " ")] != nil }
        }
        #expect(missing == [], "commands without a section")
    }

    @Test("every option that a section names exists")
    func options() {
        for command in CommandTree.all {
            let named = Set((document.sections[command.path] ?? "").matches(of: /`(--[a-z-]+)/).map { String($0.1) })
            let unknown = named.filter { !command.help.contains("\($0) ") && !command.help.contains("\($0)\n") }
            #expect(
                unknown.filter { !command.help.contains($0.replacing("--no-", with: "--")) } == [], "\(command.path)")
        }
    }

    @Test("the outputs are what the commands print")
    func outputs() throws {
        let run = try Workspace()
        let script = try run.file("plan.rb", document.script)
        var written = document.text
        for block in document.examples {
            var shown = ""
            for command in block.commands {
                var words = command.words.map { $0 == "plan.rb" ? script : $0 }
                try #require(words.removeFirst() == "dialplanctl", "\(command.line)")
                let ran = run.run(words, input: command.input)
                shown += "$ \(command.line)\n" + Self.plain(ran, run)
            }
            if ProcessInfo.processInfo.environment["DIALPLAN_WRITE_DOCS"] != nil {
                written = written.replacing(block.text, with: shown, maxReplacements: 1)
            } else {
                #expect(Self.comparable(shown) == Self.comparable(block.text))
            }
        }
        if written != document.text { try Data(written.utf8).write(to: Self.file) }
    }

    @Test("every command's help has an example", arguments: CommandTree.all.map(\.path))
    func examples(path: String) throws {
        let command = try #require(CommandTree.all.first { $0.path == path })
        // Or its family's help has.
        #expect(command.help.contains("EXAMPLE") || command.familyHelp.contains("EXAMPLE"), "\(path)")
    }

    private static func plain(_ ran: Ran, _ workspace: Workspace) -> String {
        (ran.out + ran.err).replacing("\r\n", with: "\n").replacing(workspace.folder.path + "/", with: "")
            .replacing("t.sqlite", with: "var/dialplan.sqlite")
    }

    /// Times, the name of who runs the test, and the widths of columns may differ.
    private static func comparable(_ text: String) -> [String] {
        withoutTimes(text).replacing(NSUserName(), with: "root").split(separator: "\n")
            .map { $0.split(separator: " ").joined(separator: " ") }
    }
}

/// All commands that people see, with their help.
struct CommandTree: Sendable {
    var path: String
    var help: String
    var familyHelp: String

    static let all = visit(Dialplanctl.self, [], "")

    private static func visit(
        _ command: any ParsableCommand.Type, _ path: [String], _ familyHelp: String
    ) -> [CommandTree] {
        let children = command.configuration.subcommands.filter { $0.configuration.shouldDisplay }
        let help = Dialplanctl.helpMessage(for: command, columns: 200)
        let own = CommandTree(path: path.joined(separator: " "), help: help, familyHelp: familyHelp)
        let below = children.flatMap { child in
            visit(child, path + [child._commandName], path.isEmpty ? "" : help)
        }
        // Families explain themselves in their commands' sections.
        return children.isEmpty || path.isEmpty ? [own] + below : below
    }
}

private struct Document {
    struct Example {
        var text: String
        var commands: [Shell]
    }

    var text: String
    /// By the command that the heading names.
    var sections: [String: String] = [:]
    var examples: [Example] = []
    /// The first Ruby block.
    var script = ""

    init(_ text: String) {
        self.text = text
        var section = ""
        var fence: (language: String, lines: [String])?
        for line in text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init) {
            if let open = fence {
                if line == "```" {
                    close(open.language, open.lines)
                    fence = nil
                } else {
                    fence?.lines.append(line)
                }
            } else if line.hasPrefix("```") {
                fence = (String(line.dropFirst(3)), [])
            } else if line.hasPrefix("#") {
                section = line.hasPrefix("### dialplanctl ") ? String(line.dropFirst("### dialplanctl ".count)) : ""
                if !section.isEmpty { sections[section] = "" }
            } else if !section.isEmpty {
                sections[section, default: ""] += line + "\n"
            }
        }
    }

    private mutating func close(_ language: String, _ lines: [String]) {
        let text = lines.map { $0 + "\n" }.joined()
        if language == "ruby", script.isEmpty { script = text }
        guard language == "console" else { return }
        let commands = lines.filter { $0.hasPrefix("$ ") }.map { Shell(String($0.dropFirst(2))) }
        examples.append(Example(text: text, commands: commands))
    }
}

/// A line of a shell, as far as the document uses it: words, quotes, and `echo … |` before a command.
private struct Shell {
    var line: String
    var words: [String] = []
    var input = ""

    init(_ line: String) {
        self.line = line
        var quote: Character?
        var word: String?
        for character in line + " " {
            if let open = quote {
                if character == open { quote = nil } else { word = (word ?? "") + String(character) }
            } else if character == "\"" || character == "'" {
                quote = character
                word = word ?? ""
            } else if character == " " {
                if let word { words.append(word) }
                word = nil
            } else {
                word = (word ?? "") + String(character)
            }
        }
        if words.first == "echo", let pipe = words.firstIndex(of: "|") {
            input = words[1..<pipe].joined(separator: " ") + "\n"
            words.removeSubrange(...pipe)
        }
    }
}
