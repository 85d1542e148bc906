import ProcessPool
import Switchboard

extension WorkerKey {
    init(_ id: WorkerID) { self.init(slot: id.slot, generation: id.generation) }
}

extension WorkerID {
    init(_ key: WorkerKey) { self.init(slot: key.slot, generation: key.generation) }
}

extension WithheldJudgement {
    /// What the alarm names: whose fault it seems to be.
    var stage: String {
        switch self {
        case .ownLateness: "front"
        case .mostLookSick, .starved: "machine"
        }
    }
}

extension EndReport {
    /// The execution that is to be blamed for the death: the one that ran, if nothing outside explains it. Deaths by
    /// operator, drain, outside signal (KILL, TERM…) or worker-wide limits blame nobody.
    var blame: Blame? {
        guard let page, page.isBusy, page.execution != 0 else { return nil }
        let blame = Blame(execution: page.execution, line: Int(clamping: page.line), reason: "\(reason)")
        switch reason {
        case .exited, .hang, .channelClosed, .protocolViolation: return blame
        case .signalled(let number): return Self.faults.contains(number) ? blame : nil
        case .drained, .recycled, .sandboxTooWeak, .spawnFailed, .spawnDeadline, .readyDeadline, .drainDeadline,
            .memoryLimit, .notReading,
            .killedByOperator, .requested, .poolShutdown:
            return nil
        }
    }

    /// ILL, TRAP, ABRT, BUS, FPE, SEGV, SYS: signals that a process brings upon itself.
    private static let faults: Set<Int32> = [4, 5, 6, 7, 8, 11, 31]
}
