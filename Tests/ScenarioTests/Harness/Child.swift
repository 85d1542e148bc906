import Foundation
import TestSupport

/// A program that runs beside the test, with its output in a file. `timeout` bounds its life whatever happens to the
/// test, so nothing stays behind even when the test process itself is killed.
final class Child {
    let name: String
    private let outputFile: URL
    private let process: SpawnedProcess
    private let pidFile: URL

    init(
        _ program: String, _ arguments: [String], name: String, in folder: URL, limit: Duration,
        input: String? = nil
    ) throws {
        self.name = name
        outputFile = folder.appending(path: "\(name).out")
        pidFile = folder.appending(path: "\(name).pid")
        var inputPath = "/dev/null"
        if let input {
            inputPath = folder.appending(path: "\(name).in").path
            try Data(input.utf8).write(to: URL(filePath: inputPath))
        }
        // The shell goes to the folder, writes its own process id and becomes the program: the file holds the
        // program's id.
        process = try SpawnedProcess(
            "/usr/bin/timeout",
            [
                "--foreground", "--kill-after=5", "\(limit.components.seconds)", "/bin/sh", "-c",
                #"cd "$0" && echo $$ > "$1" && shift && exec "$@""#, folder.path, pidFile.path, program,
            ] + arguments, input: inputPath, output: outputFile.path)
    }

    var isRunning: Bool { process.poll() == nil }

    var output: String { (try? String(contentsOf: outputFile, encoding: .utf8)) ?? "" }

    /// The program's own process id, once its shell has written it.
    var pid: Int32? {
        guard let text = try? String(contentsOf: pidFile, encoding: .utf8) else { return nil }
        return Int32(text.trimmingCharacters(in: .whitespacesAndNewlines))
    }

    /// Its exit status, when it ends by itself within `limit`; 124 says that `timeout` had to end it.
    @discardableResult
    func exitStatus(within limit: Duration) async throws -> Int32 {
        try await eventually("end of \(name)", within: limit) { process.poll() }
    }

    /// Asks it to end (SIGTERM, which `timeout` hands on), then ends it. Returns its exit status.
    @discardableResult
    func stop(within limit: Duration = .seconds(10)) async -> Int32 {
        if let status = process.poll() { return status }
        kill(process.pid, SIGTERM)
        if let status = try? await exitStatus(within: limit) { return status }
        if let pid { kill(pid, SIGKILL) }
        kill(process.pid, SIGKILL)
        return (try? await exitStatus(within: .seconds(5))) ?? -1
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
    let status = try await eventually("end of \(program)", within: limit + .seconds(10), every: .milliseconds(3)) {
        child.isRunning ? nil : try await child.exitStatus(within: .zero)
    }
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
