import ArgumentParser

/// `--yes`, for commands that take something away.
struct ConfirmationOptions: ParsableArguments {
    @Flag(name: [.customShort("y"), .long], help: "Do it without asking.") var yes = false

    /// Asks, unless told not to. Returns when the answer is yes.
    ///
    /// - Throws: when the answer is no, or when nobody can be asked.
    func confirm(_ question: String, on console: Console) throws {
        guard !yes else { return }
        guard console.isInputTerminal else {
            throw ValidationError("\(question)\nStandard input is not a terminal: confirm with --yes.")
        }
        console.err("\(Escaping.text(question)) [y/N] ")
        let answer = (console.readLine() ?? "").lowercased()
        guard ["y", "yes"].contains(answer) else {
            console.hint("Nothing was changed.")
            throw ExitStatus.failed
        }
    }
}
