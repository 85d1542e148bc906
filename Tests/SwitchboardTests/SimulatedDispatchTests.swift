import DialplanHostCalls
import SIPMessage
import SIPStack
import Testing

@testable import Switchboard

/// How the whole core spreads executions over workers, and what it does when they go.
@Suite("Simulated calls: dispatch")
struct SimulatedDispatchTests {
    private static func key(_ slot: Int) -> WorkerKey { WorkerKey(slot: slot, generation: 1) }

    /// Two users, each with an account that has a dialplan; phone 3 is where both dial.
    private static func make(
        workers: Int, steps: [SimulatedWorker.Step] = [.log("here"), .dial("sip:carol@10.0.1.3", ring: 60)],
        other: SimulatedPhone.Behaviour = .ringsOnly
    ) -> SimulatedSwitch {
        func account(_ user: String, _ owner: String) -> Account {
            Account(
                key: AccountKey(user: user, domain: "example.test"), owner: owner, ha1MD5: "", ha1SHA256: "",
                inDialplan: "plan")
        }
        var simulation = SimulatedSwitch(
            seed: 5, workers: workers, programs: ["plan": steps],
            accounts: [account("one", "first"), account("two", "second")])
        simulation.addPhone(3, other)
        return simulation
    }

    private static func executions(of owner: String, _ simulation: SimulatedSwitch) -> [Execution] {
        simulation.board.executions.values.filter { $0.owner == owner }.sorted { $0.number < $1.number }
    }

    @Test("a user whose scripts fill a worker leaves room for others, and his own wait in line")
    func fairness() throws {
        var simulation = Self.make(workers: 1)
        simulation.set { $0.dispatch.scriptsAtOnce = 4 }
        simulation.deafWorkers = [Self.key(0)]
        for number in 1...10 { simulation.invite("one", number) }
        #expect(Self.executions(of: "first", simulation).count { $0.worker != nil } == 3)
        #expect(simulation.board.status.waitingExecutions == 7)
        simulation.invite("two", 11)
        #expect(Self.executions(of: "second", simulation).map(\.worker) == [Self.key(0)])
        // Another worker comes: users take turns in filling it.
        for number in 12...20 { simulation.invite("two", number) }
        simulation.startWorker(Self.key(1))
        #expect(simulation.board.status.workerExecutions[Self.key(1)] == 4)
        #expect(Self.executions(of: "second", simulation).count { $0.worker != nil } == 4, "it had one, he had three")
    }

    @Test("what waits in line goes on when there is room, and gets 503 when there is none for too long")
    func line() throws {
        var simulation = Self.make(workers: 1)
        simulation.set { $0.dispatch.scriptsAtOnce = 1 }
        simulation.deafWorkers = [Self.key(0)]
        for number in 1...3 { simulation.invite("one", number) }
        #expect(simulation.board.status.waitingExecutions == 2)
        simulation.at(.seconds(1)) { simulation in
            simulation.deafWorkers = []
            simulation.remove(Self.key(0))
            simulation.startWorker(WorkerKey(slot: 0, generation: 2))
        }
        try simulation.run(for: .seconds(2))
        #expect(simulation.board.status.waitingExecutions == 0)
        #expect(
            Self.executions(of: "first", simulation).allSatisfy { $0.journal.awaitsOutcome }, "each rings in its turn")

        var other = Self.make(workers: 1)
        other.set {
            $0.dispatch.scriptsAtOnce = 1
            $0.workerWait = .seconds(5)
        }
        other.deafWorkers = [Self.key(0)]
        for number in 1...2 { other.invite("one", number) }
        try other.run(for: .seconds(6))
        #expect(other.log.contains { $0.contains("no worker was ready, or had room") })
    }

    @Test("under isolation a worker never has two users; who only waits makes way, and comes back for his answer")
    func isolation() throws {
        var simulation = Self.make(workers: 1, other: .answers(after: .seconds(2)))
        simulation.set { $0.dispatch.isolation = .user }
        simulation.addPhone(1, .ringsOnly, hangsUpAfter: .seconds(3))
        simulation.addPhone(2, .ringsOnly, hangsUpAfter: .seconds(3))
        for (phone, user, delay) in [(1, "one", 1), (2, "two", 200)] as [(UInt32, String, Int)] {
            simulation.at(.milliseconds(delay)) { simulation in
                try simulation.act(phone) {
                    try $0.call(
                        SIPURI("sip:\(user)@example.test"), from: SIPURI("sip:x@elsewhere.test"),
                        body: SimulatedTreeTests.sdp, at: $1)
                }
            }
        }
        for moment in stride(from: 10, through: 2_400, by: 10) {
            simulation.at(.milliseconds(moment)) { simulation in
                let held = simulation.board.executions.values.filter { $0.worker != nil }
                if Set(held.map(\.owner)).count > 1 { Issue.record("two users at \(moment) ms") }
            }
        }
        simulation.at(.milliseconds(300)) { simulation in
            #expect(Self.executions(of: "first", simulation).map(\.worker) == [nil], "it rings without a worker")
            #expect(Self.executions(of: "second", simulation).map(\.worker) == [Self.key(0)])
        }
        try simulation.run()
        for phone in [1, 2] as [UInt32] { #expect(try SimulatedTreeTests.phone(phone, simulation).finals == [200]) }
        #expect(simulation.records.count == 2 && simulation.condemned == [])
        SimulatedCallTests.expectQuiet(simulation)
    }

    @Test(
        "when a worker with many waiting executions dies they are replayed a few at a time, those that are due at once")
    func lazyReplay() throws {
        var simulation = Self.make(workers: 1)
        simulation.set {
            $0.dispatch.replaysAtOnce = 10
            $0.dispatch.replayInterval = .milliseconds(10)
        }
        for number in 1...200 { simulation.invite("one", number) }
        simulation.at(.milliseconds(100)) { simulation in
            #expect(simulation.board.status.workerExecutions[Self.key(0)] == 200)
            simulation.remove(Self.key(0))
            #expect(simulation.board.status.waitingExecutions == 200)
            simulation.startWorker(WorkerKey(slot: 0, generation: 2))
            #expect(simulation.board.status.waitingExecutions == 190, "the first ten at once")
        }
        simulation.at(.milliseconds(155)) { simulation in
            #expect(simulation.board.status.waitingExecutions == 140, "ten every ten milliseconds")
            // The caller of the last one gives up: its script is due now.
            simulation.invite("one", 200, method: "CANCEL")
        }
        simulation.at(.milliseconds(158)) { simulation in
            #expect(simulation.board.status.executions == 199, "it has ended, before its turn")
            #expect(simulation.board.status.waitingExecutions == 139)
        }
        simulation.at(.milliseconds(400)) { #expect($0.board.status.waitingExecutions == 0) }
        try simulation.run(for: .milliseconds(500))
        #expect(simulation.condemned == [])
        #expect(simulation.log.contains("script ended from outside"))
    }

    @Test("after an upgrade new calls go to the new engine, what runs stays with the old one, even when that dies")
    func upgrade() throws {
        var simulation = Self.make(workers: 2)
        simulation.invite("one", 1)
        simulation.at(.milliseconds(50)) { simulation in
            simulation.startWorker(Self.key(5), engineVersion: 9)
            for slot in 0..<2 { simulation.receive(.workerLeaving(Self.key(slot), engineVersion: 2)) }
            #expect(simulation.board.dispensableWorkers == [], "an execution needs them")
            simulation.invite("two", 2)
            #expect(Self.executions(of: "second", simulation).map(\.worker) == [Self.key(5)])
            #expect(Self.executions(of: "second", simulation).map(\.start?.engineVersion) == [9])
            #expect(Self.executions(of: "first", simulation).map(\.worker) == [Self.key(0)])
        }
        simulation.at(.milliseconds(100)) { $0.remove(Self.key(0)) }
        simulation.at(.milliseconds(150)) { simulation in
            #expect(Self.executions(of: "first", simulation).map(\.worker) == [Self.key(1)], "the other old one")
            simulation.invite("one", 1, method: "CANCEL")
        }
        simulation.at(.milliseconds(200)) { simulation in
            #expect(simulation.board.status.executions == 1)
            #expect(simulation.board.dispensableWorkers == [Self.key(1)])
        }
        try simulation.run(for: .milliseconds(300))
        #expect(simulation.condemned == [])
    }

    @Test("with the same engine the old workers can go at once, what they have moves")
    func upgradeOfTheSame() throws {
        var simulation = Self.make(workers: 1)
        simulation.invite("one", 1)
        simulation.at(.milliseconds(50)) { simulation in
            simulation.startWorker(Self.key(5))
            simulation.receive(.workerLeaving(Self.key(0), engineVersion: 2))
            #expect(simulation.board.dispensableWorkers == [Self.key(0)])
            simulation.receive(.workerDraining(Self.key(0)))
            simulation.remove(Self.key(0))
        }
        try simulation.run(for: .milliseconds(100))
        #expect(Self.executions(of: "first", simulation).map(\.worker) == [Self.key(5)])
    }

    /// Kills the worker of the first user's last execution, which is blamed for it.
    private static func blame(_ simulation: inout SimulatedSwitch) {
        guard let execution = Self.executions(of: "first", simulation).last, let worker = execution.worker else {
            Issue.record("nothing runs")
            return
        }
        simulation.kill(worker, blaming: Blame(execution: execution.number, line: 4, reason: "hung"))
    }

    @Test("an operator releases a quarantined script: it runs again, its owner is told, its blames begin anew")
    func release() throws {
        var simulation = Self.make(workers: 1)
        simulation.invite("one", 1)
        simulation.at(.milliseconds(50)) { Self.blame(&$0) }
        simulation.at(.milliseconds(100)) { Self.blame(&$0) }
        simulation.at(.milliseconds(150)) { simulation in
            let script = try #require(simulation.board.quarantinedScripts.first)
            #expect(script.owner == "first" && script.dialplan == "plan" && script.version == 1)
            #expect(script.line == 4 && script.reason == "hung")
            simulation.receive(.quarantineReleased(owner: "second", dialplan: nil))
            simulation.receive(.quarantineReleased(owner: "first", dialplan: "other"))
            #expect(simulation.board.quarantinedScripts.count == 1)
            simulation.receive(.quarantineReleased(owner: "first", dialplan: "plan"))
            #expect(simulation.board.quarantinedScripts.isEmpty)
            simulation.invite("one", 2)
        }
        simulation.at(.milliseconds(200)) { simulation in
            #expect(Self.executions(of: "first", simulation).count == 1, "it runs")
            Self.blame(&simulation)
            #expect(simulation.board.quarantinedScripts.isEmpty, "one blame is none too many")
        }
        try simulation.run(for: .milliseconds(300))
        #expect(simulation.log.contains { $0.contains("plan version 1 was released from quarantine") })
        #expect(
            simulation.events.contains {
                $0.owner == "first" && $0.occurrence == .scriptReleased(dialplan: "plan", version: 1)
            })
    }
}
