import SIPMessage
import SIPStack
import Testing

@testable import Switchboard

/// Scripts that end their workers, and those that only happened to be there.
@Suite("Simulated calls: blame and quarantine")
struct SimulatedBlameTests {
    /// Kills the worker of each execution of the plan and blames it, as the pool does when the shared page names it.
    private static func killAndBlame(_ simulation: inout SimulatedSwitch, line: Int) {
        for (number, execution) in simulation.board.executions.sorted(by: { $0.key < $1.key }) {
            guard let worker = execution.worker, case .script(let script) = execution.program, script.name == "outer"
            else { continue }
            simulation.kill(worker, blaming: Blame(execution: number, line: line, reason: "killed by signal 11"))
            return
        }
    }

    @Test("a script that ends its worker twice is quarantined, its owner is told the line, its phones ring instead")
    func quarantine() throws {
        var simulation = SimulatedTreeTests.make(
            seed: 1, outer: [.dial("sip:carol@10.0.1.3", ring: 60)], inner: [.dial("bob@example.test", ring: 60)],
            other: .ringsOnly)
        simulation.bind(AccountKey(user: "plan", domain: "example.test"), toPhone: 2)
        simulation.addPhone(4, .ringsOnly)
        simulation.addPhone(5, .ringsOnly)
        // Another owner's script runs all the while.
        simulation.at(.milliseconds(2)) { simulation in
            try simulation.act(5) {
                try $0.call(SIPURI("sip:deep@example.test"), from: SIPURI("sip:x@elsewhere.test"), body: [], at: $1)
            }
        }
        simulation.at(.milliseconds(300)) { Self.killAndBlame(&$0, line: 7) }
        simulation.at(.milliseconds(600)) { simulation in
            #expect(!simulation.events.contains { if case .scriptQuarantined = $0.occurrence { true } else { false } })
            #expect(simulation.board.status.executions == 2, "it goes on elsewhere")
            Self.killAndBlame(&simulation, line: 9)
        }
        simulation.at(.milliseconds(900)) { simulation in
            try simulation.act(4) {
                try $0.call(SIPURI("sip:plan@example.test"), from: SIPURI("sip:y@elsewhere.test"), body: [], at: $1)
            }
        }
        try simulation.run(for: .seconds(2))
        #expect(
            simulation.events.contains {
                $0.owner == "owner" && $0.occurrence == .scriptQuarantined(dialplan: "outer", version: 1, line: 9)
            })
        #expect(
            simulation.log.contains { $0.contains("outer version 1 at line 7 ended its worker: killed by signal 11") })
        #expect(simulation.log.contains { $0.contains("is quarantined") && $0.contains("at line 9") })
        #expect(try SimulatedTreeTests.phone(1, simulation).finals == [500], "the call that it ruined")
        #expect(try SimulatedTreeTests.phone(5, simulation).finals == [], "all others go on")
        #expect(simulation.board.status.executions == 2, "the innocent one, and the ringing of the phones")
        #expect(simulation.log.contains { $0.contains("was not run: it is quarantined") })
        #expect(try SimulatedTreeTests.phone(4, simulation).finals == [])
    }

    @Test("two blames more than an hour apart are no pattern")
    func window() {
        let script = ScriptVersion(owner: "o", name: "n", version: 1, digest: [1], text: [])
        var quarantine = Quarantine()
        func blame(atHour hour: Double) -> Bool {
            quarantine.blame(
                script, Blame(execution: 1, line: 3, reason: "hung"),
                at: SwitchTime(monotonic: MonotonicTime(nanoseconds: Int64(hour * 3.6e12)), wall: 5))
        }
        #expect(!blame(atHour: 1) && !blame(atHour: 2.01) && !quarantine.contains(script))
        #expect(blame(atHour: 2.5) && quarantine.contains(script))
        #expect(!quarantine.contains(ScriptVersion(owner: "o", name: "n", version: 2, digest: [2], text: [])))
        #expect(!quarantine.contains(ScriptVersion(owner: "p", name: "n", version: 1, digest: [1], text: [])))
    }

    @Test("300 calls wait in one Dial and their workers are killed twice: all go on, none is quarantined")
    func innocent() throws {
        var simulation = SimulatedTreeTests.make(
            seed: 2, outer: [.dial("sip:carol@10.0.1.3", ring: 60)], inner: [], other: .ringsOnly,
            callerHangsUpAfter: nil)
        for number in 1..<300 { simulation.at(.milliseconds(5)) { $0.invite("plan", number) } }
        simulation.at(.milliseconds(200)) { $0.killBusyWorkers() }
        simulation.at(.milliseconds(500)) { $0.killBusyWorkers() }
        try simulation.run(for: .milliseconds(800))
        #expect(simulation.deaths >= 3)
        let moves = simulation.board.executions.values.map(\.moves)
        #expect((moves.min() ?? 0) >= 2, "each was moved twice")
        #expect(simulation.board.status.executions == 300)
        #expect(simulation.board.quarantinedScripts.isEmpty)
        #expect(try SimulatedTreeTests.phone(1, simulation).finals == [])
    }

    @Test("a worker that drains gets nothing new, and what it has goes on elsewhere")
    func draining() throws {
        var simulation = SimulatedTreeTests.make(
            seed: 3, outer: [.log("one"), .dial("sip:carol@10.0.1.3", ring: 60)], inner: [])
        let worker = WorkerKey(slot: 0, generation: 1)
        simulation.receive(.workerDraining(worker))
        simulation.at(.milliseconds(200)) { simulation in
            #expect(simulation.board.status.workerExecutions[worker] == 0)
        }
        try simulation.run()
        #expect(try SimulatedTreeTests.phone(1, simulation).finals == [200])
        SimulatedCallTests.expectQuiet(simulation)
    }
}
