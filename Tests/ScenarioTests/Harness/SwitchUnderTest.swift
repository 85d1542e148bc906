import Foundation
import Testing

/// What a switch is set up with before it starts: one owner, one domain, dialplans and accounts.
struct SwitchSetup: Sendable {
    struct Account: Sendable {
        var user: String
        var inDialplan: String?
        var outDialplan: String?
    }

    static let owner = "sam"
    static let domain = "example.test"
    static func password(of user: String) -> String { "secret-of-\(user)" }

    /// Dialplan name → script.
    var dialplans: [String: String] = [:]
    var accounts: [Account] = []

    /// The most frequent set-up: alice calls through `script`; the others just have phones.
    static func alice(calling script: String, others: [String] = ["bob"]) -> SwitchSetup {
        SwitchSetup(
            dialplans: ["main": script],
            accounts: [Account(user: "alice", outDialplan: "main")] + others.map { Account(user: $0) })
    }
}

/// A running `dialplanctl serve` with its workers, in a folder of its own under the temporary folder.
final class SwitchUnderTest {
    let folder: URL
    let database: String
    let port: Int
    let workerCount: Int
    private let front: Child
    private let socket: String
    /// Every worker that was ever seen: none may outlive the switch.
    private var seenPids: Set<Int32> = []

    /// Where the build put `dialplanctl`: beside the test program, unless `DIALPLANCTL` names another.
    static let dialplanctl: String = {
        if let given = ProcessInfo.processInfo.environment["DIALPLANCTL"] { return given }
        let own = (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")) ?? ""
        return URL(filePath: own).deletingLastPathComponent().appending(path: "dialplanctl").path
    }()

    /// Sets a switch up (its database at `place`, or in its folder), starts it, runs `body`, stops it, and checks that nothing of it is left.
    static func run<Result>(
        _ setup: SwitchSetup, workers: Int = 2, database place: String? = nil,
        _ body: (SwitchUnderTest) async throws -> Result
    ) async throws -> Result {
        let folder = FileManager.default.temporaryDirectory.appending(path: "dp-\(UUID().uuidString.prefix(8))")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        var started: SwitchUnderTest?
        do {
            let database = place ?? folder.appending(path: "switch.sqlite").path
            try await prepare(setup, database: database, folder: folder)
            let running = try SwitchUnderTest(folder: folder, database: database, workers: workers)
            started = running
            try await running.waitUntilReady()
            let result = try await body(running)
            try await running.shutDown()
            if ProcessInfo.processInfo.environment["DIALPLAN_KEEP_SCENARIOS"] == nil {
                try? FileManager.default.removeItem(at: folder)
            }
            return result
        } catch {
            print("The folder of this scenario is kept: \(folder.path)")
            if let started {
                await started.front.stop()
                print("The end of the switch's output:")
                print(started.front.output.split(separator: "\n").suffix(40).joined(separator: "\n"))
            }
            throw error
        }
    }

    private static func prepare(_ setup: SwitchSetup, database: String, folder: URL) async throws {
        func command(_ arguments: [String], input: String? = nil) async throws {
            try await ScenarioTests.run(dialplanctl, arguments + ["--database", database], in: folder, input: input)
        }
        try await command(["user", "add", SwitchSetup.owner])
        try await command(["domain", "add", SwitchSetup.domain])
        for (name, script) in setup.dialplans.sorted(by: { $0.key < $1.key }) {
            let file = folder.appending(path: "\(name).rb")
            try Data(script.utf8).write(to: file)
            // Scripts that do not compile are among what is tested.
            try await command(["dialplan", "set", name, file.path, "--owner", SwitchSetup.owner, "--force"])
        }
        for account in setup.accounts {
            var arguments = [
                "account", "add", "\(account.user)@\(SwitchSetup.domain)", "--owner", SwitchSetup.owner,
                "--password-stdin",
            ]
            if let name = account.inDialplan { arguments += ["--in-dialplan", name] }
            if let name = account.outDialplan { arguments += ["--out-dialplan", name] }
            try await command(arguments, input: SwitchSetup.password(of: account.user) + "\n")
        }
    }

    private init(folder: URL, database: String, workers: Int) throws {
        self.folder = folder
        self.database = database
        port = try Ports.free()
        workerCount = workers
        socket = folder.appending(path: "admin.sock").path
        front = try Child(
            Self.dialplanctl,
            [
                "serve", "--database", database, "--listen", "udp:127.0.0.1:\(port)", "--workers", "\(workers)",
                "--admin-socket", socket,
            ], name: "switch", in: folder, limit: .seconds(900))
    }

    private func waitUntilReady() async throws {
        try await eventually("the switch's `ready` line", within: .seconds(20)) {
            if !front.isRunning {
                throw CommandFailed(command: "dialplanctl serve", status: await front.stop(), output: front.output)
            }
            return front.output.split(separator: "\n").contains { $0.hasPrefix("ready") }
        }
    }

    /// What the switch has printed so far, its log included.
    var output: String { front.output }

    var frontPid: Int32 { get throws { try #require(front.pid) } }

    /// Runs an administrator's command on this switch and gives what it printed.
    @discardableResult
    func command(_ line: String) async throws -> String {
        try await ScenarioTests.run(
            Self.dialplanctl, line.split(separator: " ").map(String.init) + ["--admin-socket", socket], in: folder)
    }

    func status() async throws -> SwitchStatus {
        let text = try await ScenarioTests.run(
            Self.dialplanctl, ["status", "--json", "--admin-socket", socket], in: folder)
        let status = try JSONDecoder().decode(SwitchStatus.self, from: Data(text.utf8))
        seenPids.formUnion(status.pids)
        return status
    }

    /// The owner's whole log, in order.
    func log() async throws -> [LogLine] {
        let text = try await ScenarioTests.run(
            Self.dialplanctl, ["log", "--json", "--admin-socket", socket], in: folder)
        return try text.split(separator: "\n").map { try JSONDecoder().decode(LogLine.self, from: Data($0.utf8)) }
    }

    /// The log of the call that came last.
    func logOfLastCall() async throws -> [LogLine] {
        let lines = try await log()
        return lines.filter { $0.call == lines.last?.call }
    }

    /// What the script of the call that came last logged itself.
    func scriptLogOfLastCall() async throws -> [String] {
        try await logOfLastCall().filter { $0.kind == "script" }.map(\.text)
    }

    /// Waits until no call is up any more.
    func waitUntilNoCalls(within limit: Duration = .seconds(5)) async throws {
        try await waitUntilZero("no call", within: limit, \.callCounters)
    }

    /// Waits until nothing of any call is left, transactions and timers included.
    func waitUntilIdle(within limit: Duration) async throws {
        try await waitUntilZero("idle", within: limit, \.allCounters)
    }

    private func waitUntilZero(
        _ what: String, within limit: Duration, _ counters: KeyPath<SwitchStatus, [String: Int]>
    ) async throws {
        var last: [String: Int] = [:]
        do {
            try await eventually(what, within: limit, every: .milliseconds(100)) {
                last = try await status()[keyPath: counters].filter { $0.value != 0 }
                return last.isEmpty
            }
        } catch is TookTooLong {
            throw TookTooLong(what: "\(what): all counters at zero; left: \(last)", limit: limit)
        }
    }

    /// SIGTERM, a clean end, and nothing left of the front or of any worker.
    private func shutDown() async throws {
        _ = try await status()
        let pid = try frontPid
        seenPids.insert(pid)
        kill(pid, SIGTERM)
        let status = try await front.exitStatus(within: .seconds(15))
        #expect(status == 0, "SIGTERM ends the switch cleanly")
        let pids = seenPids
        try await eventually("end of all processes of the switch", within: .seconds(5)) {
            !pids.contains(where: ProcessReading.exists)
        }
    }
}
