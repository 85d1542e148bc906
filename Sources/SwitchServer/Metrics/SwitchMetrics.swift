import CallStore
import CoreMetrics
import Switchboard

/// The switch's metrics by name. Gauges are set when somebody asks, so that they cost nothing otherwise; what happens is
/// counted when it happens.
struct SwitchMetrics {
    /// Every name, with what it means. `Docs/Metrics.md` has the same list, held by a test.
    static let help = [
        "dialplan_calls": "Calls that are up.",
        "dialplan_executions": "Executions of dialplans that are alive.",
        "dialplan_executions_waiting": "Executions that wait for a worker.",
        "dialplan_legs": "Legs that are being set up.",
        "dialplan_dialogs": "SIP dialogs.",
        "dialplan_registrations": "Bindings of registered phones.",
        "dialplan_scripts_quarantined": "Script versions that are not run because they ended workers.",
        "dialplan_sip_transactions": "SIP transactions by kind and role.",
        "dialplan_workers": "Workers by state.",
        "dialplan_worker_resident_bytes": "Resident memory of a worker.",
        "dialplan_worker_executions": "Executions that a worker holds.",
        "dialplan_worker_restarts_total": "Processes that a slot has had before the present one.",
        "dialplan_worker_ends_total": "Ends of workers by reason.",
        "dialplan_probe_latency_seconds": "From a probe's bytes to its answer.",
        "dialplan_probes_total": "Probes by result: ok, or the stage that failed.",
        "dialplan_probe_alarms": "Alarms that stand, by stage.",
        "dialplan_judgements_withheld_total":
            "Looks at which workers seemed hung and none was judged, by whose fault it seemed.",
        "dialplan_store_commits_total": "Transactions that the store has committed.",
        "dialplan_store_submissions_failed_total": "Batches of rows that the store could not keep.",
        "dialplan_store_writes_queued": "Rows that wait for the store's writer.",
    ]

    let registry = PrometheusRegistry(help: Self.help)
    private var workerSeries: Set<String> = []

    private func gauge(_ name: String, _ value: Int, _ dimensions: [(String, String)] = []) {
        Meter(label: name, dimensions: dimensions, factory: registry).set(value)
    }

    /// A total that is counted elsewhere.
    private func total(_ name: String, _ value: UInt64, _ dimensions: [(String, String)] = []) {
        let counter = registry.makeCounter(label: name, dimensions: dimensions)
        counter.reset()
        counter.increment(by: Int64(clamping: value))
    }

    func workerEnded(kind: String) {
        Counter(label: "dialplan_worker_ends_total", dimensions: [("reason", kind)], factory: registry).increment()
    }

    func judgementWithheld(stage: String) {
        Counter(label: "dialplan_judgements_withheld_total", dimensions: [("stage", stage)], factory: registry)
            .increment()
    }

    func probed(_ result: HealthMonitor.Result) {
        guard result.failedStage == nil else { return }
        let (seconds, attoseconds) = result.latency.components
        Timer(label: "dialplan_probe_latency_seconds", factory: registry)
            .recordNanoseconds(seconds * 1_000_000_000 + attoseconds / 1_000_000_000)
    }

    /// All of it, as text.
    mutating func exposition(of status: SwitchStatus, _ monitor: HealthMonitor, _ store: WriteStatistics) -> String {
        gauge("dialplan_calls", status.calls)
        gauge("dialplan_executions", status.executions)
        gauge("dialplan_executions_waiting", status.waitingExecutions)
        gauge("dialplan_legs", status.legs)
        gauge("dialplan_dialogs", status.dialogs)
        gauge("dialplan_registrations", status.registrations)
        gauge("dialplan_scripts_quarantined", status.health?.quarantinedScripts ?? 0)
        let transactions = status.transactions
        for (kind, role, count) in [
            ("invite", "server", transactions.inviteServer), ("other", "server", transactions.nonInviteServer),
            ("invite", "client", transactions.inviteClient), ("other", "client", transactions.nonInviteClient),
        ] {
            gauge("dialplan_sip_transactions", count, [("kind", kind), ("role", role)])
        }
        set(status.workers)
        total("dialplan_probes_total", monitor.succeeded, [("result", "ok")])
        for stage in Probe.Stage.allCases {
            total("dialplan_probes_total", monitor.failed[stage] ?? 0, [("result", stage.rawValue)])
            let alarms = monitor.alarms.count { $0.stage == stage }
            gauge("dialplan_probe_alarms", alarms, [("stage", stage.rawValue)])
        }
        total("dialplan_store_commits_total", store.commits)
        total("dialplan_store_submissions_failed_total", store.submissionsFailed)
        gauge("dialplan_store_writes_queued", store.queuedWrites)
        return registry.exposition
    }

    private mutating func set(_ workers: [SwitchStatus.Worker]) {
        for state in ["backing off", "spawning", "warming", "standby", "ready", "leaving", "draining", "ending"] {
            gauge("dialplan_workers", workers.count { $0.state == state }, [("state", state)])
        }
        let present = Set(workers.map { "\($0.slot)" })
        for slot in workerSeries.subtracting(present) {
            for name in ["resident_bytes", "executions", "restarts_total"] {
                registry.remove("dialplan_worker_\(name)", [("slot", slot)])
            }
        }
        workerSeries = present
        for worker in workers {
            let slot = [("slot", "\(worker.slot)")]
            gauge("dialplan_worker_resident_bytes", worker.residentBytes, slot)
            gauge("dialplan_worker_executions", worker.executions, slot)
            total("dialplan_worker_restarts_total", worker.restarts, slot)
        }
    }
}
