import ArgumentParser
import SwitchServer

struct WorkersRestartCommand: Command {
    static let configuration = CommandConfiguration(
        commandName: "restart", abstract: "Replace all workers, one after the other, without losing a call.",
        discussion: """
            Each worker is taken out of service when a spare stands by; what it runs goes on in another.

            EXAMPLE:
              dialplanctl workers restart
            """)

    @OptionGroup var output: OutputOptions
    @OptionGroup var location: SwitchLocation

    func execute() throws {
        try console.show(try location.client.ask(WorkersRestart()), output)
    }
}

struct WorkersResizeCommand: Command {
    static let configuration = CommandConfiguration(
        commandName: "resize", abstract: "Have more or fewer workers, until the switch ends.",
        discussion: """
            EXAMPLES:
              dialplanctl workers resize 4
              dialplanctl workers resize 4 --spares 2
            """)

    @Argument(help: ArgumentHelp("Workers in service, 1 to 64.", valueName: "n")) var size: Int
    @Option(help: ArgumentHelp("Warm workers that stand by, 0 to 16 (default: as many as now).", valueName: "n"))
    var spares: Int?
    @OptionGroup var output: OutputOptions
    @OptionGroup var location: SwitchLocation

    func validate() throws {
        guard (1...64).contains(size) else { throw ValidationError("\(size): between 1 and 64 workers") }
        guard spares.map((0...16).contains) ?? true else { throw ValidationError("--spares must be between 0 and 16") }
    }

    func execute() throws {
        try console.show(try location.client.ask(WorkersResize(size: size, spares: spares)), output)
    }
}
