import ProcessPool
import ProcessPoolChild
import SIPStack
import Switchboard

/// What a running switch says of itself. Every count is zero when no call is up and all timers have run out.
public struct SwitchStatus: Codable, Sendable {
    public struct Worker: Codable, Sendable {
        public var slot: Int
        public var generation: UInt64
        public var pid: Int32
        public var state: String
        /// The file of its program; `/proc/self/exe` is the switch's own.
        public var program: String
        /// Version of the engine that it runs scripts with; 0 until it is ready.
        public var engineVersion: UInt32
        public var executions: Int
        /// The execution that it works on right now; 0 for none.
        public var running: UInt64
        public var residentBytes: Int
        public var restarts: UInt64
        public var lastEndReason: String?
        /// `none`, `limits`, `filter` or `full`.
        public var sandbox: String
        /// Version of the kernel's Landlock interface in use, 0 without.
        public var landlock: Int
        /// Executions that it has begun in its life.
        public var executionsBegun: UInt64
        /// Milliseconds since it was spawned; `nil` without a process.
        public var age: Int64?
        /// Resident bytes in the last moments, the oldest first.
        public var memory: [Int]
        /// Microseconds that its last probes took, the oldest first; a failed one is negative.
        public var probes: [Int64] = []
    }

    /// The switch's own dummy calls.
    public struct Health: Codable, Sendable {
        /// Alarms that stand, in words.
        public var alarms: [String]
        public var succeeded: UInt64
        /// By stage.
        public var failed: [String: UInt64]
        public var quarantinedScripts: Int
    }

    public struct Transactions: Codable, Sendable {
        public var inviteServer: Int
        public var nonInviteServer: Int
        public var inviteClient: Int
        public var nonInviteClient: Int
    }

    public var calls: Int
    public var executions: Int
    public var waitingExecutions: Int
    public var legs: Int
    public var dialogs: Int
    public var unacknowledgedAnswers: Int
    public var registrations: Int
    public var pendingRegistrations: Int
    public var timers: Int
    public var transactions: Transactions
    public var workers: [Worker]
    public var health: Health?
    /// The last ends of workers, the oldest first.
    public var workerEnds: [WorkerEnd]?

    mutating func add(_ monitor: HealthMonitor, ends: [WorkerEnd], quarantinedScripts: Int) {
        health = Health(
            alarms: monitor.alarms.map { $0.stage.rawValue + ($0.worker.map { " of worker \($0)" } ?? "") },
            succeeded: monitor.succeeded,
            failed: Dictionary(uniqueKeysWithValues: monitor.failed.map { ($0.key.rawValue, $0.value) }),
            quarantinedScripts: quarantinedScripts)
        workerEnds = ends
        for index in workers.indices {
            let key = WorkerKey(slot: workers[index].slot, generation: workers[index].generation)
            workers[index].probes = (monitor.history[key] ?? []).map {
                $0.failedStage == nil ? $0.latency.microseconds : -1
            }
        }
    }

    init(board: BoardStatus, workers: [WorkerSnapshot]) {
        calls = board.calls
        executions = board.executions
        waitingExecutions = board.waitingExecutions
        legs = board.legs
        dialogs = board.dialogs
        unacknowledgedAnswers = board.unacknowledgedAnswers
        registrations = board.registrations
        pendingRegistrations = board.pendingRegistrations
        timers = board.timers
        transactions = Transactions(
            inviteServer: board.transactions.inviteServers.total,
            nonInviteServer: board.transactions.nonInviteServers.total,
            inviteClient: board.transactions.inviteClients.total,
            nonInviteClient: board.transactions.nonInviteClients.total)
        self.workers = workers.map { worker in
            Worker(
                slot: worker.id.slot, generation: worker.id.generation, pid: worker.pid, state: worker.state.rawValue,
                program: worker.executable, engineVersion: worker.engineVersion,
                executions: board.workerExecutions[WorkerKey(worker.id)] ?? 0, running: worker.page?.execution ?? 0,
                residentBytes: worker.residentBytes, restarts: worker.restarts,
                lastEndReason: worker.lastEndReason.map(\.description),
                sandbox: worker.sandbox.level.description, landlock: Int(worker.sandbox.landlockVersion),
                executionsBegun: worker.page?.work ?? 0, age: worker.samples.last?.age.milliseconds,
                memory: worker.samples.map(\.residentBytes))
        }
    }
}
