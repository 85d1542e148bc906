import ArgumentParser
import Foundation
import SwitchServer

struct DialplanSetCommand: Command {
    static let configuration = CommandConfiguration(
        commandName: "set", abstract: "Save a script as a dialplan's newest version; the next call runs it.",
        discussion: """
            A script that does not compile is refused, with the place of the fault.

            EXAMPLES:
              dialplanctl dialplan set default plan.rb --owner alice --note "night ring"
              dialplanctl dialplan set default - --owner alice < plan.rb
            """)

    @Argument(help: .value("name", "The dialplan's name; a new one is made."), completion: .dialplans)
    var name: String
    @Argument(help: .value("file", "The script; - reads standard input."), completion: .file(extensions: ["rb"]))
    var file: String
    @Option(help: .value("user", "The user whose dialplan it is."), completion: .users) var owner: String
    @Option(help: .value("text", "Why it changed.")) var note = ""
    @OptionGroup var check: ScriptCheckOptions
    @OptionGroup var output: OutputOptions
    @OptionGroup var location: SwitchLocation

    func execute() throws {
        let text = try ScriptFile.text(file, on: console)
        try check.check(text, name: file == "-" ? name : file, on: console)
        try console.show(
            try location.ask(
                DialplanChange(name, owner: owner, text: text, author: NSUserName(), note: note)), output)
    }
}
