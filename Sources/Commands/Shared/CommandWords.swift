import ArgumentParser
import SwitchServer

extension Dialplanctl {
    /// Runs the command line of this process.
    public static func main() {
        let checked = Result { try checkCommandWords(Array(CommandLine.arguments.dropFirst())) }
        if case .failure(let error) = checked { exit(withError: error) }
        main(nil)
    }

    /// Explains a misspelt command. (ArgumentParser blames whatever follows it.)
    ///
    /// - Throws: `ValidationError` that names the command that was probably meant.
    static func checkCommandWords(_ arguments: [String]) throws {
        try check(arguments[...], below: Dialplanctl.self, path: [])
        try checkNegativeNumbers(arguments)
    }

    /// ArgumentParser takes `-1` for an option and misses the argument. (After an option it is that option's value.)
    private static func checkNegativeNumbers(_ arguments: [String]) throws {
        for (word, before) in zip(arguments.dropFirst(), arguments) {
            guard word.hasPrefix("-"), word.count > 1, word.dropFirst().allSatisfy(\.isNumber) else { continue }
            guard !before.hasPrefix("-") else { continue }
            throw ValidationError(
                "'\(word)' is neither an option nor a name: calls are named by their numbers, the newest is `last`; "
                    + "workers are counted from 0")
        }
    }

    private static func check(
        _ words: ArraySlice<String>, below command: any ParsableCommand.Type, path: [String]
    ) throws {
        let configuration = command.configuration
        guard let word = words.first, !word.hasPrefix("-"), word != "help", !configuration.subcommands.isEmpty,
            configuration.defaultSubcommand == nil
        else { return }
        for child in configuration.subcommands where names(of: child).contains(word) {
            return try check(words.dropFirst(), below: child, path: path + [word])
        }
        throw ValidationError(unknown(word, among: configuration.subcommands, path: path))
    }

    private static func unknown(
        _ word: String, among commands: [any ParsableCommand.Type], path: [String]
    ) -> String {
        let sentence = "there is no command '\((path + [word]).joined(separator: " "))'"
        if let meant = Mentions.nearest(to: word, among: commands.flatMap({ names(of: $0) })) {
            return "\(sentence); did you mean '\(meant)'?"
        }
        let visible = commands.filter { $0.configuration.shouldDisplay }.compactMap { names(of: $0).first }
        return "\(sentence); there are \(visible.joined(separator: ", "))"
    }

    private static func names(of command: any ParsableCommand.Type) -> [String] {
        [command._commandName] + command.configuration.aliases
    }
}
