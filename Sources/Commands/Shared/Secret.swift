import ArgumentParser
import SwitchServer

/// Passwords: from standard input or a prompt that does not show them, never from an argument (they would stand in the
/// process list and in the shell's history).
struct SecretOptions: ParsableArguments {
    @Flag(help: "Read the password's line from standard input instead of asking for it.") var passwordStdin = false

    /// Asks twice on a terminal: nobody sees what is typed.
    func read(_ what: String, on console: Console) throws -> String {
        let password = try Self.ask(what, fromStandardInput: passwordStdin, on: console)
        guard try passwordStdin || Self.typed("Once more: ", console) == password else {
            throw ServeError("the two passwords differ; nothing was changed")
        }
        return password
    }

    /// Asks once.
    static func ask(_ what: String, fromStandardInput: Bool, on console: Console) throws -> String {
        if fromStandardInput {
            guard let line = console.readLine(), !line.isEmpty else {
                throw ServeError("no password on standard input: write it as one line")
            }
            return line
        }
        guard console.isInputTerminal else {
            throw ServeError("standard input is not a terminal: use --password-stdin to give the password there")
        }
        let password = try typed("\(what): ", console)
        guard !password.isEmpty else { throw ServeError("an empty password is refused") }
        return password
    }

    private static func typed(_ prompt: String, _ console: Console) throws -> String {
        guard let text = try console.readSecret(prompt) else { throw ExitStatus.interrupted }
        return text
    }
}
