import ArgumentParser
import SwitchServer

struct DialplanShowCommand: Command {
    static let configuration = CommandConfiguration(
        commandName: "show", abstract: "Print a dialplan's text.",
        discussion: """
            Exactly as it was saved, so that it can go into a file.

            EXAMPLES:
              dialplanctl dialplan show default --owner alice > plan.rb
              dialplanctl dialplan show default --owner alice --version 3
            """)

    @OptionGroup var dialplan: DialplanOptions
    @Option(name: .customLong("version"), help: .value("n", "An earlier version (default: the current one)."))
    var number: Int?
    @OptionGroup var output: OutputOptions
    @OptionGroup var location: SwitchLocation

    func execute() throws {
        let row = try location.ask(DialplanQuery(dialplan.name, owner: dialplan.owner, version: number))
        if output.json { return try console.showJSON(row) }
        let text = row.text ?? ""
        guard console.isOutputTerminal else { return console.out(text) }
        console.out(Escaping.text(text) + (text.hasSuffix("\n") || text.isEmpty ? "" : "\n"))
    }
}
