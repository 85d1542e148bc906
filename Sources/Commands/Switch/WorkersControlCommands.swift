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

struct WorkersUpgradeCommand: Command {
    static let configuration = CommandConfiguration(
        commandName: "upgrade", abstract: "Replace all workers by those of a new program, without losing a call.",
        discussion: """
            To be used after an update of dialplanctl, while the switch that was started before it goes on: the new workers \
            start beside the old ones and take all new calls as soon as they are ready. Scripts that run go over to them if \
            both have the same engine, else they end where they are; old workers leave when nothing needs them. If the new \
            ones do not become ready nothing changes. The front itself is replaced by its next start only.

            EXAMPLES:
              dialplanctl workers upgrade
              dialplanctl workers upgrade --program /opt/dialplan-0.2/bin/dialplanctl
            """)

    @Option(
        help: ArgumentHelp(
            "The new dialplanctl, on the switch's machine (default: the file that the switch was started from).",
            valueName: "path"),
        completion: .file())
    var program: String?
    @OptionGroup var output: OutputOptions
    @OptionGroup var location: SwitchLocation

    func validate() throws {
        guard program?.hasPrefix("/") ?? true else { throw ValidationError("--program must be an absolute path") }
    }

    func execute() throws {
        try console.show(try location.client.ask(WorkersUpgrade(program: program)), output)
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
