import ArgumentParser
import SwitchServer

struct CallsShowCommand: Command {
    static let configuration = CommandConfiguration(
        commandName: "show", abstract: "Tell the story of a call, with its legs and times.",
        discussion: """
            EXAMPLES:
              dialplanctl calls show last
              dialplanctl calls show 6616e4095dac0
              dialplanctl calls show a84b4c76e66710@pc33.example.test
            """)

    @Argument(help: .value("call", "The call as `calls list` and `log` name it, its SIP Call-ID, or last.")) var call:
        String
    @Option(help: .value("user", "Only this user's record."), completion: .users) var owner: String?
    @OptionGroup var output: OutputOptions
    @OptionGroup var location: SwitchLocation

    func execute() throws {
        let records = try CallReference(call).records(of: owner, at: location)
        guard !records.isEmpty else {
            throw AdminError(
                "unknownCall",
                call == "last"
                    ? "there is no call record yet: a record is written when a call ends"
                    : "there is no record of call '\(call)'; `dialplanctl calls list` shows calls")
        }
        if output.json { return try console.showJSON(records) }
        console.line(records.map { CallStory($0).text(on: console) }.joined(separator: "\n\n"))
    }
}
