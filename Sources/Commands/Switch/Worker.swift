import ArgumentParser
import DialplanWorker

/// The process that runs scripts. Started by the pool, never by people.
struct Worker: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Run scripts for a switch (started by serve).", shouldDisplay: false)

    @Argument(parsing: .captureForPassthrough) var arguments: [String] = []

    func run() throws {
        throw ExitCode(runDialplanWorker(arguments: arguments))
    }
}
