import DialplanHostCalls

/// An error of a script with its place: file, line, column, the line's text and a caret under the place.
enum ScriptErrorText {
    static func text(of failure: ScriptFailure, file: String, source: [UInt8]) -> String {
        var place = file
        if failure.line > 0 { place += ":\(failure.line)" }
        if failure.line > 0, failure.column > 0 { place += ":\(failure.column)" }
        let head = "\(place): \(failure.kind == .syntaxError ? "syntax error: " : "")\(failure.message)"
        guard failure.line > 0, let excerpt = excerpt(line: Int(failure.line), column: Int(failure.column), source)
        else { return head }
        return head + "\n" + excerpt
    }

    private static func excerpt(line: Int, column: Int, _ source: [UInt8]) -> String? {
        let lines = source.split(separator: UInt8(ascii: "\n"), maxSplits: line, omittingEmptySubsequences: false)
        guard line <= lines.count else { return nil }
        var bytes = Array(lines[line - 1])
        if bytes.last == UInt8(ascii: "\r") { bytes.removeLast() }
        // What stands before a very far place is cut, so that the caret is seen.
        let start = max(0, column - 100)
        let shown = Array(bytes.dropFirst(start).prefix(140))
        let number = "\(line)"
        let margin = String(repeating: " ", count: number.count)
        var text = "  \(number) | \(String(decoding: shown, as: UTF8.self))"
        if column > 0 {
            // Tabs stay tabs, so that the caret stands where the terminal puts the character.
            let before = String(decoding: shown.prefix(column - 1 - start), as: UTF8.self)
                .map { $0 == "\t" ? "\t" as Character : " " }
            text += "\n  \(margin) | \(String(before))^"
        }
        return text
    }
}
