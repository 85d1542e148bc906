import ArgumentParser
import SwitchServer

/// Names in the store, for the shell to complete. A switch that does not answer soon completes nothing.
extension CompletionKind {
    static var users: CompletionKind { custom { words, _, _ in Completion.users(words) } }
    static var domains: CompletionKind { custom { words, _, _ in Completion.domains(words) } }
    static var accounts: CompletionKind { custom { words, _, _ in Completion.accounts(words) } }
    static var dialplans: CompletionKind { custom { words, _, _ in Completion.dialplans(words) } }
    static var providers: CompletionKind { custom { words, _, _ in Completion.providers(words) } }
}

enum Completion {
    static func users(_ words: [String]) -> [String] { names(words, UserList()) { $0.map(\.name) } }

    static func domains(_ words: [String]) -> [String] { names(words, DomainList()) { $0.map(\.name) } }

    static func accounts(_ words: [String]) -> [String] { names(words, AccountList()) { $0.map(\.address) } }

    static func dialplans(_ words: [String]) -> [String] {
        names(words, DialplanList(owner: option("--owner", in: words))) { $0.map(\.name) }
    }

    static func providers(_ words: [String]) -> [String] {
        names(words, ProviderList(owner: option("--owner", in: words))) { $0.map(\.name) }
    }

    private static func names<Request: StoreRequest>(
        _ words: [String], _ request: Request, _ names: (Request.Answer) -> [String]
    ) -> [String] {
        var arguments: [String] = []
        for name in ["--database", "--admin-socket"] {
            if let value = option(name, in: words) { arguments += [name, value] }
        }
        guard let location = try? SwitchLocation.parse(arguments),
            let answer = try? location.ask(request, timeout: .seconds(1))
        else { return [] }
        return names(answer)
    }

    /// The value of an option on the command line so far.
    private static func option(_ name: String, in words: [String]) -> String? {
        guard let index = words.firstIndex(of: name), index + 1 < words.count else { return nil }
        return words[index + 1]
    }
}

extension ArgumentHelp {
    /// Help for an option or argument, with the name that stands for its value.
    static func value(_ name: String, _ text: String) -> ArgumentHelp { ArgumentHelp("\(text)", valueName: name) }
}
