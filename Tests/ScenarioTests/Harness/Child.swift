import Foundation

/// A program that runs beside the test, with its output in a file. `timeout` bounds its life whatever happens to the
/// test, so nothing stays behind even when the test process itself is killed.
final class Child {
    let name: String
    let outputFile: URL
    private let process: Process
    private let pidFile: URL

    init(
        _ program: String, _ arguments: [String], name: String, in folder: URL, limit: Duration,
        input: String? = nil
    ) throws {
        self.name = name
        outputFile = folder.appending(path: "\(name).out")
        pidFile = folder.appending(path: "\(name).pid")
        process = Process()
        process.currentDirectoryURL = folder
        process.executableURL = URL(filePath: "/usr/bin/timeout")
        // The shell writes its own process id and becomes the program, so the file holds the program's id.
        process.arguments =
            [
                "--foreground", "--kill-after=5", "\(limit.components.seconds)", "/bin/sh", "-c",
                #"echo $$ > "$0"; exec "$@""#, pidFile.path, program,
            ] + arguments
        if let input {
            let inputFile = folder.appending(path: "\(name).in")
            try Data(input.utf8).write(to: inputFile)
            process.standardInput = try FileHandle(forReadingFrom: inputFile)
        } else {
            process.standardInput = FileHandle.nullDevice
        }
        try Data().write(to: outputFile)
        let output = try FileHandle(forWritingTo: outputFile)
        process.standardOutput = output
        process.standardError = output
        try process.run()
        try output.close()
    }

    var isRunning: Bool { process.isRunning }

    var output: String { (try? String(contentsOf: outputFile, encoding: .utf8)) ?? "" }

    /// The program's own process id, once its shell has written it.
    var pid: Int32? {
        guard let text = try? String(contentsOf: pidFile, encoding: .utf8) else { return nil }
        return Int32(text.trimmingCharacters(in: .whitespacesAndNewlines))
    }

    /// Its exit status, when it ends by itself within `limit`; 124 says that `timeout` had to end it.
    @discardableResult
    func exitStatus(within limit: Duration) async throws -> Int32 {
        let process = self.process
        try await eventually("end of \(name)", within: limit) { !process.isRunning }
        return process.terminationStatus
    }

    /// Asks it to end (SIGTERM through `timeout`), then ends it. Returns its exit status.
    @discardableResult
    func stop(within limit: Duration = .seconds(10)) async -> Int32 {
        if process.isRunning {
            process.terminate()
            if (try? await exitStatus(within: limit)) == nil {
                if let pid { kill(pid, SIGKILL) }
                _ = try? await exitStatus(within: .seconds(5))
            }
        }
        return process.isRunning ? -1 : process.terminationStatus
    }
}

struct CommandFailed: Error, CustomStringConvertible {
    var command: String
    var status: Int32
    var output: String
    var description: String { "\(command) ended with \(status): \(output)" }
}

/// Runs a program to its end and gives what it printed; throws when it fails or takes longer than `limit`.
@discardableResult
func run(
    _ program: String, _ arguments: [String], in folder: URL, input: String? = nil, limit: Duration = .seconds(20)
) async throws -> String {
    let name = "\(URL(filePath: program).lastPathComponent)-\(UUID().uuidString.prefix(8))"
    let child = try Child(program, arguments, name: name, in: folder, limit: limit, input: input)
    let status = try await child.exitStatus(within: limit + .seconds(10))
    let output = child.output
    for end in ["out", "pid", "in"] {
        try? FileManager.default.removeItem(at: folder.appending(path: "\(name).\(end)"))
    }
    guard status == 0 else {
        throw CommandFailed(
            command: ([program] + arguments).joined(separator: " "), status: status, output: output)
    }
    return output
}
