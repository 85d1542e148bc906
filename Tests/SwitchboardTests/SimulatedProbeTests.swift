import SIPMessage
import SIPStack
import Testing

@testable import Switchboard

/// The switch's own dummy calls through the real core, and what breaking each stage does to them.
@Suite("Simulated calls: probes")
struct SimulatedProbeTests {
    private static let worker = WorkerKey(slot: 0, generation: 1)

    private static func make() -> SimulatedSwitch {
        SimulatedSwitch(seed: 1, programs: ["probe": [.respond(420, "Healthy")]], accounts: [])
    }

    /// One probe of worker 0.1 and its answers, with what the monitor makes of them.
    private static func probe(
        _ change: (inout SimulatedSwitch) -> Void
    ) throws -> (simulation: SimulatedSwitch, monitor: HealthMonitor) {
        var simulation = make()
        var monitor = HealthMonitor()
        change(&simulation)
        let flow = try #require(Probe.flow([SimulatedSwitch.address]))
        func pass(_ effects: [HealthMonitor.Effect]) {
            for case .send(let bytes) in effects { simulation.receive(.received(bytes, flow)) }
        }
        pass(monitor.advance(to: simulation.now, workers: [worker]) { _ in .front })
        try simulation.run(for: .seconds(3))
        for bytes in simulation.probeAnswers { pass(monitor.receive(bytes, at: simulation.now)) }
        let board = simulation.board
        pass(monitor.advance(to: simulation.now + .seconds(3), workers: [worker]) { board.probeStage(callID: $0) })
        return (simulation, monitor)
    }

    @Test(
        "a healthy switch answers 420 from the worker that was asked for, with its headers, and nothing is left of it")
    func healthy() throws {
        let (simulation, monitor) = try Self.probe {
            $0.receive(
                .workersObserved([Self.worker: .init(residentBytes: 7_000, executions: 9, uptime: 61_000)]))
        }
        #expect(monitor.succeeded == 1 && monitor.failed.isEmpty)
        let last = try #require(simulation.probeAnswers.last)
        guard case .response(let response) = try SIPMessage(parsing: last) else {
            Issue.record("no response")
            return
        }
        #expect(response.status.value == 420)
        for (name, value) in [
            ("X-Worker-Id", "0.1"), ("X-Worker-RSS", "7000"), ("X-Worker-Executions", "9"), ("X-Worker-Uptime", "61"),
            ("DialPlanEngine-ExecutionCount", "1"),
        ] {
            let header = try #require(HeaderName(name))
            #expect(response.headers.value(named: header) == value, "\(name)")
        }
        let latency = try #require(HeaderName("X-Probe-Latency"))
        #expect(response.headers.value(named: latency) != nil)
        #expect(simulation.board.trackedEntries == 0 && simulation.board.status.timers == 0)
        #expect(simulation.log.isEmpty && simulation.records.isEmpty, "no log line and no record of it")
    }

    @Test("a store that fails, or says nothing, is named", arguments: [false, nil] as [Bool?])
    func store(answer: Bool?) throws {
        let (_, monitor) = try Self.probe { $0.storeAnswersProbes = answer }
        #expect(monitor.failed == [.store: 1])
    }

    @Test("a worker that is not there is the dispatcher's failure")
    func dispatcher() throws {
        let (_, monitor) = try Self.probe { $0.receive(.workerEnded(Self.worker, blamed: nil)) }
        #expect(monitor.failed == [.dispatcher: 1])
    }

    @Test("a worker that takes the call and does nothing is named")
    func worker() throws {
        let (_, monitor) = try Self.probe { $0.deafWorkers = [Self.worker] }
        #expect(monitor.failed == [.worker: 1])
    }

    @Test("a worker that dies with the probe in hand is named; the probe does not move to another")
    func death() throws {
        let (_, monitor) = try Self.probe { simulation in
            simulation.deafWorkers = [Self.worker]
            simulation.at(.milliseconds(500)) { $0.kill(Self.worker) }
        }
        #expect(monitor.failed == [.worker: 1])
    }

    @Test("a switch that is about to end refuses the probe: the front is named")
    func front() throws {
        let (_, monitor) = try Self.probe { $0.receive(.shutdown) }
        #expect(monitor.failed == [.front: 1])
    }

    @Test("to a stranger the probe user does not exist, and nobody can pretend to be inside")
    func strangers() throws {
        var simulation = Self.make()
        simulation.addPhone(1, .ringsOnly)
        simulation.at(.milliseconds(1)) { simulation in
            try simulation.act(1) {
                try $0.call(
                    SIPURI("sip:dialplan-probe@example.test"), from: SIPURI("sip:x@elsewhere.test"), body: [], at: $1)
            }
        }
        try simulation.run()
        #expect(try SimulatedTreeTests.phone(1, simulation).finals == [404])
        SimulatedCallTests.expectQuiet(simulation)
    }
}
