import Foundation
import Glibc

/// What commands write to and read from. Tests put their own in place of the process's.
struct Console: Sendable {
    /// Standard output.
    var out: @Sendable (String) -> Void
    /// Standard error: errors, questions, progress, hints.
    var err: @Sendable (String) -> Void
    /// The next line of standard input, without its end; nil at the end.
    var readLine: @Sendable () -> String?
    /// All of standard input.
    var readAll: @Sendable () -> Data
    /// A line that is typed without being shown; nil when the person gave up.
    var readSecret: @Sendable (_ prompt: String) throws -> String?
    var isInputTerminal: Bool
    var isOutputTerminal: Bool
    var isErrorTerminal: Bool
    /// Columns of the terminal that output goes to; nil when it goes elsewhere, where nothing must be cut.
    var width: Int?
    var environment: [String: String]

    @TaskLocal static var current = Console.standard

    /// https://no-color.org
    var hasColour: Bool {
        isOutputTerminal && (environment["NO_COLOR"] ?? "").isEmpty && environment["TERM"] != "dumb"
    }

    static let standard = Console(
        out: { print($0, terminator: "") },
        err: { text in
            // What was said before on the other stream should stand before it.
            fflush(nil)
            try? FileHandle.standardError.write(contentsOf: Data(text.utf8))
        },
        readLine: { Swift.readLine() },
        readAll: { FileHandle.standardInput.readDataToEndOfFile() },
        readSecret: { try Terminal.readSecret($0) },
        isInputTerminal: isatty(STDIN_FILENO) == 1, isOutputTerminal: isatty(STDOUT_FILENO) == 1,
        isErrorTerminal: isatty(STDERR_FILENO) == 1,
        width: isatty(STDOUT_FILENO) == 1 ? Terminal.width : nil,
        environment: ProcessInfo.processInfo.environment)

    func line(_ text: String) { out(text + "\n") }

    /// A hint beside the output; programs that read the output do not see it.
    func hint(_ text: String) { err(text + "\n") }
}
