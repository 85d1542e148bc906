import ArgumentParser
import CallStore
import Foundation
import ServiceSupport
import SwitchServer

/// Where the switch is: its database, and the admin socket of the one that runs.
struct SwitchLocation: ParsableArguments {
    @Option(
        name: .customLong("database"),
        help: ArgumentHelp(
            "The SQLite file (default: the configuration's, or \(ServeOptions.defaultDatabase)).", valueName: "file"),
        completion: .file(extensions: ["sqlite"]))
    var givenDatabase: String?

    @Option(
        help: ArgumentHelp(
            "The running switch's admin socket (default: the configuration's, or the database's path with .sock).",
            valueName: "path"),
        completion: .file())
    var adminSocket: String?

    @Option(
        help: ArgumentHelp("Configuration file of the switch (default: as for serve).", valueName: "file"),
        completion: .file(extensions: ["yaml", "json"]))
    var config: String?

    var database: String { givenDatabase ?? configured.databasePath }

    var socketPath: String {
        adminSocket ?? givenDatabase.map { ServeOptions.adminSocketPath(of: $0) } ?? configured.adminSocketPath
    }

    /// What `serve` would find here.
    private var configured: ServeOptions { (try? readConfiguration()) ?? ServeOptions() }

    private func readConfiguration() throws -> ServeOptions {
        try SettingsOptions.read(config: config).target
    }

    /// A configuration that cannot be read is told, unless nothing of it is needed.
    func validate() throws {
        guard config != nil || (givenDatabase == nil && adminSocket == nil) else { return }
        do {
            _ = try readConfiguration()
        } catch {
            throw ValidationError("\(error)")
        }
    }

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
