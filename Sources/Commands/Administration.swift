import ArgumentParser
import Foundation
import SwitchServer

struct UserCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "user", abstract: "People who own accounts and dialplans.", subcommands: [Add.self])

    struct Add: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Add a user.", discussion: "EXAMPLE:\n  dialplanctl user add alice")

        @Argument(help: "Letters, digits, - and _.") var name: String
        @OptionGroup var location: SwitchLocation

        func run() throws { try reporting { print(try location.perform(.addUser(name: name))) } }
    }
}

struct DomainCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "domain", abstract: "SIP domains that the switch serves.", subcommands: [Add.self])

    struct Add: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Add a domain.",
            discussion: "EXAMPLE:\n  dialplanctl domain add example.test --alias 192.0.2.1 --alias sip.example.test")

        @Argument(help: "Its name, which is the realm of its accounts.") var name: String
        @Option(
            name: .customLong("alias"),
            help: ArgumentHelp("Another host name or address for it; may be given again.", valueName: "host"))
        var aliases: [String] = []
        @OptionGroup var location: SwitchLocation

        func run() throws { try reporting { print(try location.perform(.addDomain(name: name, aliases: aliases))) } }
    }
}

struct AccountCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "account", abstract: "SIP accounts: what phones register and call as.", subcommands: [Add.self])

    struct Add: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Add an account.",
            discussion: """
                EXAMPLES:
                  dialplanctl account add phone1@example.test --owner alice
                  echo secret | dialplanctl account add phone1@example.test --owner alice --password-stdin
                """)

        @Argument(help: ArgumentHelp("user@domain.", valueName: "address")) var address: String
        @Option(help: "The user whose dialplans decide.") var owner: String
        @Flag(help: "Read the password's line from standard input instead of asking for it.") var passwordStdin = false
        @Option(help: ArgumentHelp("Dialplan for calls to the account (default: its phones ring).", valueName: "name"))
        var inDialplan: String?
        @Option(
            help: ArgumentHelp(
                "Dialplan for calls from the account (default: the one named default).", valueName: "name"))
        var outDialplan: String?
        @OptionGroup var location: SwitchLocation

        func run() throws {
            try reporting {
                let parts = address.split(separator: "@", omittingEmptySubsequences: false)
                guard parts.count == 2, !parts[0].isEmpty, !parts[1].isEmpty else {
                    throw ServeError("\(address): an account is written user@domain, for example phone1@example.test")
                }
                let account = AccountAddition(
                    username: String(parts[0]), domain: String(parts[1]), owner: owner,
                    password: try Secret.read(fromStandardInput: passwordStdin), inDialplan: inDialplan,
                    outDialplan: outDialplan)
                print(try location.perform(.addAccount(account)))
            }
        }
    }
}

struct DialplanCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "dialplan", abstract: "Users' scripts.", subcommands: [Set.self])

    struct Set: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Save a script as a dialplan's newest version; the next call runs it.",
            discussion: """
                EXAMPLES:
                  dialplanctl dialplan set default plan.rb --owner alice --note "night ring"
                  dialplanctl dialplan set default - --owner alice < plan.rb
                """)

        @Argument(help: "The dialplan's name.") var name: String
        @Argument(help: ArgumentHelp("The script; - reads standard input.", valueName: "file")) var file: String
        @Option(help: "The user whose dialplan it is.") var owner: String
        @Option(help: ArgumentHelp("Why it changed.", valueName: "text")) var note = ""
        @OptionGroup var location: SwitchLocation

        func run() throws {
            try reporting {
                let data: Data
                if file == "-" {
                    data = FileHandle.standardInput.readDataToEndOfFile()
                } else if let contents = FileManager.default.contents(atPath: file) {
                    data = contents
                } else {
                    throw ServeError("\(file) cannot be read: check the path and its permissions")
                }
                guard let text = String(data: data, encoding: .utf8) else {
                    throw ServeError("\(file) is not UTF-8: convert it, for example with iconv -f latin1 -t utf-8")
                }
                print(
                    try location.perform(
                        .setDialplan(
                            owner: owner, name: name, text: text, author: NSUserName(), note: note)))
            }
        }
    }
}
