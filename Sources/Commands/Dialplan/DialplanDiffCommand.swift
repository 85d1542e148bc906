import ArgumentParser
import SwitchServer

struct DialplanDiffCommand: Command {
    static let configuration = CommandConfiguration(
        commandName: "diff", abstract: "Show what changed between two versions, or between a version and a file.",
        discussion: """
            Without options: what the newest version changed. Exit status 0, whether there is a difference or not.

            EXAMPLES:
              dialplanctl dialplan diff default --owner alice
              dialplanctl dialplan diff default --owner alice --from 2 --to 5
              dialplanctl dialplan diff default --owner alice --file plan.rb
            """)

    @OptionGroup var dialplan: DialplanOptions
    @Option(help: .value("n", "The older version (default: the one before; with --file, the current).")) var from: Int?
    @Option(help: .value("n", "The newer version (default: the current).")) var to: Int?
    @Option(
        help: .value("file", "Compare with this file instead of a version; - reads standard input."),
        completion: .file(extensions: ["rb"]))
    var file: String?
    @OptionGroup var location: SwitchLocation

    func validate() throws {
        if file != nil, to != nil { throw ValidationError("--file and --to exclude each other") }
    }

    func execute() throws {
        let name = dialplan.name
        let newer = try location.ask(DialplanQuery(name, owner: dialplan.owner, version: to))
        let new: (name: String, text: String)
        if let file {
            new = (file == "-" ? "standard input" : file, try ScriptFile.text(file, on: console))
        } else {
            new = ("\(name) version \(newer.version)", newer.text ?? "")
        }
        let old: (name: String, text: String)
        let wanted = from ?? (file == nil ? newer.version - 1 : newer.version)
        if wanted == 0 {
            old = ("nothing", "")
        } else {
            let row = try location.ask(DialplanQuery(name, owner: dialplan.owner, version: wanted))
            old = ("\(name) version \(row.version)", row.text ?? "")
        }
        let diff = UnifiedDiff(from: old.text, to: new.text)
        guard !diff.isEmpty else {
            return console.hint("No difference between \(Escaping.line(old.name)) and \(Escaping.line(new.name)).")
        }
        console.out(diff.text(old: old.name, new: new.name, on: console))
    }
}
