import ArgumentParser
import CallStore
import Foundation
import Glibc
import SwitchServer

struct DialplanEditCommand: Command {
    static let configuration = CommandConfiguration(
        commandName: "edit", abstract: "Open a dialplan in an editor and save what comes back as its newest version.",
        discussion: """
            The editor is $VISUAL, else $EDITOR, else vi. Nothing is saved when the text did not change. A text that does not
            compile is shown with its fault and can be edited again.

            EXAMPLES:
              dialplanctl dialplan edit default --owner alice
              EDITOR=nano dialplanctl dialplan edit default --owner alice --note "holiday"
            """)

    @OptionGroup var dialplan: DialplanOptions
    @Option(help: .value("text", "Why it changed.")) var note = ""
    @OptionGroup var check: ScriptCheckOptions
    @OptionGroup var output: OutputOptions
    @OptionGroup var location: SwitchLocation

    func execute() throws {
        let before = try current()
        let folder = FileManager.default.temporaryDirectory.appending(path: "dialplan-\(UUID().uuidString)")
        try FileManager.default.createDirectory(
            at: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        let file = folder.appending(path: "\(fileName).rb")
        try Data(before.text.utf8).write(to: file)
        do {
            if let text = try edit(file, before: before.text) {
                let change = DialplanChange(
                    dialplan.name, owner: dialplan.owner, text: text, author: NSUserName(), note: note,
                    basedOn: before.version)
                try console.show(try location.ask(change), output)
            } else {
                console.hint("The text is unchanged: nothing was saved.")
            }
        } catch {
            // What was typed must not be lost.
            if let typed = try? String(contentsOf: file, encoding: .utf8), typed != before.text {
                console.hint("Your text is in \(file.path)")
            } else {
                try? FileManager.default.removeItem(at: folder)
            }
            throw error
        }
        try? FileManager.default.removeItem(at: folder)
    }

    /// The text to begin with: the current one, or nothing for a dialplan that is not there yet.
    private func current() throws -> (text: String, version: Int) {
        do {
            let row = try location.ask(DialplanQuery(dialplan.name, owner: dialplan.owner))
            return (row.text ?? "", row.version)
        } catch let error as AdminError where error == StoreError.Code.unknownDialplan && console.isInputTerminal {
            let end = error.message.hasSuffix("?") ? "" : "."
            console.err("\(Escaping.text(error.message))\(end) Make a new one? [y/N] ")
            guard ["y", "yes"].contains((console.readLine() ?? "").lowercased()) else { throw ExitStatus.failed }
            return ("", 0)
        }
    }

    private var fileName: String {
        String(dialplan.name.map { $0.isLetter || $0.isNumber || $0 == "-" || $0 == "_" ? $0 : "_" })
    }

    /// The new text; nil when it is the old one.
    private func edit(_ file: URL, before: String) throws -> String? {
        while true {
            let editor = Self.editor(console.environment)
            guard editor != Self.standardEditor || console.isInputTerminal else {
                throw ServeError(
                    "standard input is no terminal, which the editor needs: use `dialplanctl dialplan set`, or set EDITOR "
                        + "to a program that needs none")
            }
            try Self.runEditor(editor, on: file.path)
            let text = try ScriptFile.text(file.path, on: console)
            guard text != before else { return nil }
            guard let fault = ScriptCheck.fault(in: text, name: dialplan.name) else { return text }
            console.hint(Escaping.text(fault))
            if check.force { return text }
            guard console.isInputTerminal else {
                console.hint("Nothing was saved: the script does not compile.")
                throw ExitStatus.badData
            }
            console.err("Edit again? [Y/n] ")
            guard let answer = console.readLine(), !["n", "no"].contains(answer.lowercased()) else {
                console.hint("Nothing was saved.")
                throw ExitStatus.badData
            }
        }
    }

    private static let standardEditor = "vi"

    static func editor(_ environment: [String: String]) -> String {
        [environment["VISUAL"], environment["EDITOR"]].compactMap { $0 }.first { !$0.isEmpty } ?? standardEditor
    }

    /// The shell splits the editor's words (`code --wait`). `system` leaves the terminal's keys to the editor. Unsafe: a
    /// string of C's for the length of the call.
    private static func runEditor(_ editor: String, on path: String) throws {
        let quoted = "'" + path.replacingOccurrences(of: "'", with: "'\\''") + "'"
        fflush(nil)
        let status = unsafe system("\(editor) \(quoted)")
        guard status == 0 else {
            throw ServeError(
                "the editor `\(editor)` failed (status \((status >> 8) & 0xFF)): nothing was saved; set VISUAL or EDITOR "
                    + "to one that works")
        }
    }
}
