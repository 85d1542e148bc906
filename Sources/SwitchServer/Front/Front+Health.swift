import CallStore
import Logging
import NIOCore
import ProcessPool
import SIPStack
import Switchboard

/// The workers' health: probes go in as bytes, alarms go to the log, ends are kept with their circumstances.
extension Front {
    /// Ends kept for `dialplanctl workers`.
    private static let endsKept = 100

    /// All metrics in Prometheus' text format.
    func exposition(store: CallStore) -> String {
        metrics.exposition(of: status, monitor, store.writeStatistics)
    }

    /// To be called about twice a second.
    func watchHealth() {
        let now = Clock.now().monotonic
        let snapshot = pool?.snapshot ?? []
        handle(.workersObserved(facts(of: snapshot)))
        let serving = snapshot.filter { $0.state == .ready }.map { WorkerKey($0.id) }
        perform(monitor.advance(to: now, workers: serving) { board.probeStage(callID: $0) })
        drainLeaving(at: now)
    }

    /// Workers of a former program go when no execution needs them, or when their time is over: then none can be left.
    private func drainLeaving(at now: MonotonicTime) {
        guard !leaving.isEmpty else { return }
        let longest = board.scriptTimeTotal + .seconds(30)
        var done = Set(board.dispensableWorkers.map { WorkerID($0) })
        done.formUnion(leaving.filter { now - $0.value >= longest }.keys)
        for id in leaving.keys.filter({ done.contains($0) }) {
            leaving[id] = nil
            pool?.drain(id, reason: .recycled(.upgrade))
        }
    }

    private func facts(of snapshot: [WorkerSnapshot]) -> [WorkerKey: Probe.WorkerFacts] {
        let uptime = NIODeadline.now().uptimeNanoseconds
        return Dictionary(
            snapshot.compactMap { worker in
                worker.startedAtUptimeNanoseconds.map { started in
                    (
                        WorkerKey(worker.id),
                        Probe.WorkerFacts(
                            residentBytes: worker.residentBytes, executions: worker.page?.work ?? 0,
                            uptime: Int64(clamping: uptime > started ? (uptime - started) / 1_000_000 : 0))
                    )
                }
            }, uniquingKeysWith: { first, _ in first })
    }

    /// A message of the switchboard's for the monitor.
    func probeAnswered(_ bytes: [UInt8]) {
        let before = monitor.succeeded
        let effects = monitor.receive(bytes, at: Clock.now().monotonic)
        if monitor.succeeded > before, let result = monitor.lastSuccess { metrics.probed(result) }
        perform(effects)
    }

    private func perform(_ effects: [HealthMonitor.Effect]) {
        for effect in effects {
            switch effect {
            case .send(let bytes):
                guard let probeFlow else { continue }
                handle(.received(bytes, probeFlow))
            case .alarm(let stage, let worker):
                logger.error(
                    "ALARM: the switch's own calls fail",
                    metadata: ["stage": "\(stage.rawValue)", "worker": "\(worker.map(\.description) ?? "all")"])
            case .calm(let stage, let worker):
                logger.notice(
                    "alarm over: the switch's own calls succeed again",
                    metadata: ["stage": "\(stage.rawValue)", "worker": "\(worker.map(\.description) ?? "all")"])
            case .drain(let worker):
                pool?.drain(WorkerID(worker), reason: .recycled(.requested("its probe calls failed")))
            }
        }
    }

    /// Keeps the circumstances of an end; to be called before the switchboard hears of it.
    func keepEnd(of id: WorkerID, _ report: EndReport) {
        let running = report.page.flatMap { $0.execution == 0 ? nil : board.description(ofExecution: $0.execution) }
        metrics.workerEnded(kind: report.reason.kind)
        if ends.count == Self.endsKept { ends.removeFirst() }
        ends.append(
            WorkerEnd(
                id, report, running: running, held: board.status.workerExecutions[WorkerKey(id)] ?? 0,
                time: Clock.wall()))
    }
}
