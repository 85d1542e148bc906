import ArgumentParser
import CallStore
import Foundation
import SwitchServer

/// Where the switch is: its database, and the admin socket of the one that runs.
struct SwitchLocation: ParsableArguments {
    static let defaultDatabase = "var/dialplan.sqlite"

    @Option(help: ArgumentHelp("The SQLite file.", valueName: "file"), completion: .file(extensions: ["sqlite"]))
    var database = Self.defaultDatabase

    @Option(
        help: ArgumentHelp(
            "The running switch's admin socket (default: the database's path with .sock).", valueName: "path"),
        completion: .file())
    var adminSocket: String?

    var socketPath: String { adminSocket ?? ServeOptions.adminSocketPath(of: database) }

    var client: AdminClient { AdminClient(path: socketPath) }

    /// Has something done or answered by the running switch, or on the file when none runs.
    ///
    /// - Parameters:
    ///   - creates: whether a database that is not there is made.
    ///   - timeout: for the switch's answer.
    func ask<Request: StoreRequest>(
        _ request: Request, creates: Bool = false, timeout: Duration = .seconds(10)
    ) throws -> Request.Answer {
        do {
            return try AdminClient(path: socketPath, timeout: timeout).ask(request)
        } catch let error as AdminError where error.code == AdminError.noServer && mayUseFile(error) {
            return try withStore(changes: Request.isChange, creates: creates) { try request.answer(on: $0) }
        }
    }

    /// Reads a stream from the running switch, or from the file when none runs.
    func read<Stream: StoreStream>(_ stream: Stream, each: ([Stream.Item]) throws -> Bool) throws {
        do {
            try client.stream(stream, isLive: false, each: each)
        } catch let error as AdminError where error.code == AdminError.noServer && mayUseFile(error) {
            try withStore(changes: false) { try stream.read($0, each: each) }
        }
    }

    /// A socket that was named must be there: else a typing mistake would go unnoticed.
    private func mayUseFile(_ error: AdminError) -> Bool { adminSocket == nil }

    /// Reads the file itself, whether a switch runs or not.
    func inspecting<Value>(_ body: (CallStore) throws -> Value) throws -> Value {
        try withStore(changes: false, body)
    }

    private func withStore<Value>(
        changes: Bool, creates: Bool = false, _ body: (CallStore) throws -> Value
    ) throws -> Value {
        guard creates || FileManager.default.fileExists(atPath: database) else {
            throw AdminError(
                AdminError.noServer,
                "no switch listens on \(socketPath), and there is no database \(database): start a switch with "
                    + "`dialplanctl serve`, or name the database with --database")
        }
        let store = try open(changes: changes)
        defer { store.close() }
        return try body(store)
    }

    private func open(changes: Bool) throws -> CallStore {
        let problem: StoreError
        do {
            return try CallStore.open(database, role: changes ? .administering : .inspecting)
        } catch {
            problem = error
        }
        switch problem.code {
        case .olderSchema:
            // Reading does not migrate; a change does.
            return try CallStore.open(database, role: .administering)
        case .beingServed:
            throw AdminError(
                .beingServed,
                "\(problem.message)\nIf that is a switch whose admin socket is not \(socketPath), name it with "
                    + "--admin-socket.")
        default: throw problem
        }
    }
}
