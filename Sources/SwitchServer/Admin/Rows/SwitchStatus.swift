import ProcessPool
import SIPStack
import Switchboard

/// What a running switch says of itself. Every count is zero when no call is up and all timers have run out.
public struct SwitchStatus: Codable, Sendable {
    public struct Worker: Codable, Sendable {
        public var slot: Int
        public var generation: UInt64
        public var pid: Int32
        public var state: String
        public var executions: Int
        /// The execution that it works on right now; 0 for none.
        public var running: UInt64
        public var residentBytes: Int
        public var restarts: UInt64
        public var lastEndReason: String?
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
                executions: board.workerExecutions[WorkerKey(worker.id)] ?? 0, running: worker.page?.execution ?? 0,
                residentBytes: worker.residentBytes, restarts: worker.restarts,
                lastEndReason: worker.lastEndReason.map(\.description))
        }
    }
}
