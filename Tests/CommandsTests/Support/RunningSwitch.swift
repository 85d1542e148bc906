import Foundation
import Glibc
import Synchronization
import TestSupport
import Testing

/// A real `dialplanctl serve` in a folder of its own, ended when the body returns.
struct RunningSwitch {
    let workspace: Workspace
    let port: Int

    /// Where the build put `dialplanctl`: beside the test program, unless `DIALPLANCTL` names another.
    static let dialplanctl: String = {
        if let given = ProcessInfo.processInfo.environment["DIALPLANCTL"] { return given }
        let own = (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")) ?? ""
        return URL(filePath: own).deletingLastPathComponent().appending(path: "dialplanctl").path
    }()

    static func run(_ workspace: Workspace, _ body: (RunningSwitch) async throws -> Void) async throws {
        let port = Int.random(in: 31_002..<32_700)
        let output = workspace.folder.appending(path: "serve.out")
        // `timeout` ends it whatever happens to this test. Long: other tests may keep all threads of this process for a minute.
        let process = try SpawnedProcess(
            "/usr/bin/timeout",
            [
                "--foreground", "--kill-after=2", "600", dialplanctl, "serve", "--database", workspace.database,
                "--listen", "udp:127.0.0.1:\(port)", "--workers", "1", "--spares", "0",
            ], output: output.path)
        do {
            try await eventually("the switch is ready") {
                try #require(process.poll() == nil, "serve ended: \(read(output))")
                return read(output).split(separator: "\n").contains { $0.hasPrefix("ready") }
            }
            try await body(RunningSwitch(workspace: workspace, port: port))
        } catch {
            kill(process.pid, SIGTERM)
            throw error
        }
        kill(process.pid, SIGTERM)
        try await eventually("the switch has ended") { process.poll() != nil }
        #expect(process.poll() == 0, "SIGTERM ends the switch cleanly: \(read(output))")
    }

    private static func read(_ file: URL) -> String { (try? String(contentsOf: file, encoding: .utf8)) ?? "" }
}

/// Asks every 10 ms, at most 20 s.
func eventually(_ what: String, _ isSo: () async throws -> Bool) async throws {
    let start = ContinuousClock.now
    while try await !isSo() {
        try #require(ContinuousClock.now - start < .seconds(20), "\(what)")
        try await Task.sleep(for: .milliseconds(10))
    }
}
