import CallStore
import Foundation
import SwitchServer
import Synchronization
import Testing

extension Scenarios.FrontKillScenarios {
    @Test(
        "of 1,000 changes that administrators were told are done none is lost when kill -9 ends the front",
        .timeLimit(.minutes(2)))
    func changesSurvive() async throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "dp-\(UUID().uuidString.prefix(8))")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        let database = folder.appending(path: "switch.sqlite").path
        let store = try CallStore.open(database, role: .administering)
        try store.addUser("sam")
        store.close()
        let port = try Ports.free()
        let done = Acknowledged()
        var round = 0
        while done.count < 1_000 {
            round += 1
            let front = try await Self.start(database, port: port, folder: folder, round: round)
            let administrators = Administrators(
                count: 4, round: round, socket: folder.appending(path: "admin.sock").path, done)
            let wanted = done.count + Int.random(in: 60...160)
            try await eventually("\(wanted) changes", within: .seconds(30), every: .milliseconds(1)) {
                done.count >= wanted
            }
            let pid = try #require(front.pid)
            kill(pid, SIGKILL)
            try await front.exitStatus(within: .seconds(10))
            try await eventually("the administrators noticed") { administrators.haveEnded }
            try Self.check(database, done)
        }
        #expect(round >= 6)
        try? FileManager.default.removeItem(at: folder)
    }

    private static func check(_ database: String, _ done: Acknowledged) throws {
        #expect(CallStore.check(database).filter { $0.verdict == .problem && $0.subject != "disk" } == [])
        let store = try CallStore.open(database, role: .administering)
        defer { store.close() }
        #expect(done.users.subtracting(try store.users().map(\.name)).isEmpty)
        for (plan, acknowledged) in done.plans {
            let saved = try store.dialplanVersions(owner: "sam", name: plan)
            #expect(saved.contains { $0.number == acknowledged.version && $0.text == acknowledged.text })
            // One more may have been saved whose answer the kill has swallowed.
            #expect(saved.count <= acknowledged.version + 1)
        }
    }
}

/// What the switch has said is done.
private final class Acknowledged: Sendable {
    struct Version {
        var version: Int
        var text: String
    }

    private let state = Mutex((users: Set<String>(), plans: [String: Version](), count: 0))

    var count: Int { state.withLock { $0.count } }
    var users: Set<String> { state.withLock { $0.users } }
    /// The last version of each dialplan.
    var plans: [String: Version] { state.withLock { $0.plans } }

    func add(user: String) {
        state.withLock { state in
            state.users.insert(user)
            state.count += 1
        }
    }

    func add(plan: String, version: Int, text: String) {
        state.withLock { state in
            state.plans[plan] = Version(version: version, text: text)
            state.count += 1
        }
    }
}

/// Change the switch, each as fast as it is answered, until it answers no more.
private final class Administrators: Sendable {
    private let running: Mutex<Int>

    var haveEnded: Bool { running.withLock { $0 == 0 } }

    init(count: Int, round: Int, socket: String, _ done: Acknowledged) {
        running = Mutex(count)
        for number in 0..<count {
            Thread.detachNewThread {
                let client = AdminClient(path: socket, timeout: .seconds(5))
                let plan = "plan\(number)"
                for turn in 0... {
                    do {
                        if turn.isMultiple(of: 2) {
                            let user = "u\(round)-\(number)-\(turn)"
                            _ = try client.ask(UserAddition(user))
                            done.add(user: user)
                        } else {
                            let text = "sys.Log(\"\(round) \(turn)\")\n"
                            let change = DialplanChange(
                                plan, owner: "sam", text: text, author: "sam", note: "turn \(turn)")
                            done.add(plan: plan, version: try client.ask(change).version ?? 0, text: text)
                        }
                    } catch {
                        break
                    }
                }
                self.running.withLock { $0 -= 1 }
            }
        }
    }
}
