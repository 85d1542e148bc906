import SIPMessage
import SIPStack
import Testing

@testable import Switchboard

struct HealthMonitorTests {
    private let first = WorkerKey(slot: 0, generation: 1)
    private let second = WorkerKey(slot: 1, generation: 1)

    private func time(_ seconds: Double) -> MonotonicTime { MonotonicTime(nanoseconds: Int64(seconds * 1e9)) }

    private func sent(_ effects: [HealthMonitor.Effect]) throws -> [SIPRequest] {
        try effects.compactMap { effect in
            guard case .send(let bytes) = effect, case .request(let request) = try SIPMessage(parsing: bytes) else {
                return nil
            }
            return request
        }
    }

    private func pinned(_ invite: SIPRequest) throws -> String {
        let header = try #require(HeaderName("X-Probe-Worker"))
        return try #require(invite.headers.value(named: header))
    }

    private func answer(_ invite: SIPRequest, _ status: UInt16, _ headers: [(String, String)]) throws -> [UInt8] {
        let code = try #require(StatusCode(Int(status)))
        var response = SIPResponse(to: invite, status: code, toTag: "t")
        for (name, value) in headers {
            let header = try #require(HeaderName(name))
            try response.headers.append(header, FieldText(value))
        }
        return response.serialized()
    }

    /// Runs so many rounds in which every probe fails at its stage, or succeeds.
    private func run(
        _ monitor: inout HealthMonitor, rounds: Int, from start: Double, workers: [WorkerKey],
        failing: (WorkerKey) -> Probe.Stage?
    ) throws -> [HealthMonitor.Effect] {
        var seen: [HealthMonitor.Effect] = []
        for round in 0..<rounds {
            for half in 0..<20 {
                let now = time(start + Double(round) * 10 + Double(half) / 2)
                let effects = monitor.advance(to: now, workers: workers) { _ in .worker }
                for invite in try sent(effects) {
                    let name = try pinned(invite)
                    let worker = try #require(WorkerKey(name))
                    let headers =
                        failing(worker).map { [("X-Probe-Stage", $0.rawValue)] } ?? [("X-Worker-Id", name)]
                    seen += monitor.receive(
                        try answer(invite, failing(worker) == nil ? 420 : 500, headers), at: now + .milliseconds(3))
                }
                seen += effects
            }
        }
        return seen.filter { if case .send = $0 { false } else { true } }
    }

    @Test("every worker is probed once in each interval, spread over it")
    func schedule() throws {
        var monitor = HealthMonitor()
        var times: [String: [Double]] = [:]
        for step in 0..<60 {
            let now = Double(step) / 2
            for invite in try sent(monitor.advance(to: time(now), workers: [first, second], stage: { _ in .front })) {
                let worker = try pinned(invite)
                times[worker, default: []].append(now)
            }
        }
        #expect(times == ["0.1": [0, 10, 20], "1.1": [5, 15, 25]])
    }

    @Test("an answer is acknowledged with its tag and its latency is kept")
    func success() throws {
        var monitor = HealthMonitor()
        let invite = try #require(
            try sent(monitor.advance(to: time(0), workers: [first], stage: { _ in .front })).first)
        let bytes = try answer(invite, 420, [("X-Worker-Id", "0.1")])
        let effects = monitor.receive(bytes, at: time(0.004))
        let answers = try sent(effects)
        let ack = try #require(answers.first)
        #expect(effects.count == 1 && ack.method == .ack && ack.headers.toTag == "t")
        #expect(ack.headers.callID == invite.headers.callID && ack.headers.cSeq.number == 1)
        #expect(monitor.history[first] == [.init(latency: .milliseconds(4), failedStage: nil)])
        #expect(monitor.receive(bytes, at: time(0.005)).isEmpty, "a repeat changes nothing")
    }

    @Test(
        "an alarm rises after two failures, names the stage, and falls after three successes",
        arguments: Probe.Stage.allCases)
    func hysteresis(stage: Probe.Stage) throws {
        var monitor = HealthMonitor()
        let worker = stage == .worker ? first : nil
        let drain: [HealthMonitor.Effect] = stage == .worker ? [.drain(first)] : []
        #expect(try run(&monitor, rounds: 1, from: 0, workers: [first]) { _ in stage } == [])
        #expect(
            try run(&monitor, rounds: 5, from: 10, workers: [first]) { _ in stage } == [.alarm(stage, worker)] + drain)
        #expect(monitor.alarms.map(\.stage) == [stage])
        #expect(try run(&monitor, rounds: 2, from: 60, workers: [first]) { _ in nil } == [])
        #expect(try run(&monitor, rounds: 2, from: 80, workers: [first]) { _ in nil } == [.calm(stage, worker)])
        #expect(monitor.alarms.isEmpty && monitor.failed == [stage: 6])
    }

    @Test("a probe that is not answered in time has failed where it is")
    func silence() throws {
        var monitor = HealthMonitor()
        for step in 0..<60 {
            _ = monitor.advance(to: time(Double(step) / 2), workers: [first]) { _ in .store }
        }
        #expect(monitor.failed == [.store: 3] && monitor.alarms.map(\.stage) == [.store])
        #expect(monitor.history[first]?.first == .init(latency: .seconds(2), failedStage: .store))
    }

    @Test("an answer that comes too late is acknowledged and changes nothing")
    func late() throws {
        var monitor = HealthMonitor()
        let probes = try sent(monitor.advance(to: time(0), workers: [first], stage: { _ in .front }))
        let invite = try #require(probes.first)
        _ = monitor.advance(to: time(3), workers: [first], stage: { _ in .worker })
        let effects = monitor.receive(try answer(invite, 420, [("X-Worker-Id", "0.1")]), at: time(4))
        let acks = try sent(effects)
        #expect(effects.count == 1 && acks.first?.method == .ack)
        #expect(monitor.failed == [.worker: 1] && monitor.succeeded == 0)
    }

    @Test("when most workers fail at their own stage none is drained: alarms only")
    func most() throws {
        var monitor = HealthMonitor()
        let effects = try run(&monitor, rounds: 6, from: 0, workers: [first, second]) { _ in .worker }
        #expect(effects.filter { if case .drain = $0 { true } else { false } }.isEmpty)
        #expect(monitor.alarms.count == 2)
    }

    @Test("without any worker the dispatcher is what fails")
    func nobody() {
        var monitor = HealthMonitor()
        var effects: [HealthMonitor.Effect] = []
        for step in 0..<100 { effects += monitor.advance(to: time(Double(step) / 2), workers: []) { _ in .front } }
        #expect(effects == [.alarm(.dispatcher, nil)])
    }

    @Test("workers that are gone are forgotten")
    func forgetting() throws {
        var monitor = HealthMonitor()
        _ = try run(&monitor, rounds: 3, from: 0, workers: [first, second]) { _ in nil }
        _ = monitor.advance(to: time(31), workers: [second]) { _ in .front }
        #expect(Set(monitor.history.keys) == [second])
    }
}
