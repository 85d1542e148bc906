import Foundation
import Glibc
import SwitchServer

/// Passwords: from standard input or a prompt that does not show them, never from an argument (they would stand in the
/// process list and in the shell's history).
enum Secret {
    static func read(fromStandardInput: Bool) throws -> String {
        if fromStandardInput {
            guard let line = readLine(), !line.isEmpty else { throw ServeError("no password on standard input") }
            return line
        }
        guard isatty(STDIN_FILENO) == 1 else {
            throw ServeError("standard input is not a terminal: use --password-stdin")
        }
        guard let pointer = unsafe getpass("Password: ") else { throw ServeError("no password was typed") }
        let password = unsafe String(cString: pointer)  // libc's own buffer, copied at once
        guard !password.isEmpty else { throw ServeError("an empty password is refused") }
        return password
    }
}
