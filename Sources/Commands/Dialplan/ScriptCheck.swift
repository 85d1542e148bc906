import ArgumentParser
import DialplanCore
import Foundation
import SwitchServer

/// Whether a script compiles, checked here: the switch itself never looks into scripts.
enum ScriptCheck {
    /// - Parameter name: stands before line and column.
    /// - Returns: what is wrong, with the place; nil when the script compiles.
    static func fault(in text: String, name: String) -> String? {
        do {
            _ = try DialplanCompiler.compile(source: Array(text.utf8), name: name)
            return nil
        } catch {
            return message(error, in: text, name: name)
        }
    }

    /// ```
    /// plan.rb:3:7: unexpected end of line
    ///   3 |   if (a
    ///     |       ^
    /// ```
    private static func message(_ error: CompileError, in text: String, name: String) -> String {
        let place = "\(name):\(error.line):\(error.column): \(error.message)"
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
        guard lines.indices.contains(error.line - 1) else { return place }
        let line = lines[error.line - 1]
        let number = String(error.line)
        // The column counts bytes; the caret stands below a character. Tabs stay tabs, so that both lines move alike.
        let before = String(decoding: line.utf8.prefix(max(0, error.column - 1)), as: UTF8.self)
        let indent = before.reduce(into: "") { result, character in
            result += character == "\t" ? "\t" : String(repeating: " ", count: TextWidth.of(character))
        }
        let margin = String(repeating: " ", count: number.count)
        return "\(place)\n  \(number) | \(line)\n  \(margin) | \(indent)^"
    }
}

/// `--force`, for commands that save a script.
struct ScriptCheckOptions: ParsableArguments {
    @Flag(help: "Save it even if it does not compile; calls would then fail.") var force = false

    /// Returns when the script may be saved.
    func check(_ text: String, name: String, on console: Console) throws {
        guard let fault = ScriptCheck.fault(in: text, name: name) else { return }
        console.hint(Escaping.text(fault))
        guard force else {
            console.hint("Nothing was saved. Mend the script, or save it nevertheless with --force.")
            throw ExitStatus.badData
        }
    }
}
