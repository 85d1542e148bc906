import ArgumentParser
import CallStore
import Foundation
import SwitchServer

/// Where the switch is: its database, and the admin socket of the one that runs.
struct SwitchLocation: ParsableArguments {
    @Option(help: ArgumentHelp("The SQLite file.", valueName: "file"))
    var database = "var/dialplan.sqlite"

    @Option(
        help: ArgumentHelp(
            "The running switch's admin socket (default: the database's path with .sock).", valueName: "path"))
    var adminSocket: String?

    var socketPath: String { adminSocket ?? ServeOptions.adminSocketPath(of: database) }

    var client: AdminClient { AdminClient(path: socketPath) }

    /// Has a change made by the running switch, or on the file when none runs.
    func perform(_ command: StoreCommand) throws -> String {
        if FileManager.default.fileExists(atPath: socketPath), client.isReachable {
            guard case .done(let text) = try client.ask(.store(command)) else {
                throw ServeError("the switch gave another answer than was asked for")
            }
            return text
        }
        let store = try CallStore.open(database, role: .administering)
        defer { store.close() }
        return try command.perform(on: store)
    }
}

/// Prints errors as sentences, without a Swift type in sight.
func reporting(_ body: () throws -> Void) throws {
    do {
        try body()
    } catch let error as ValidationError {
        throw error
    } catch let code as ExitCode {
        throw code
    } catch {
        FileHandle.standardError.write(Data("Error: \(error)\n".utf8))
        throw ExitCode.failure
    }
}
