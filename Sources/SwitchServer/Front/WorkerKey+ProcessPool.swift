import ProcessPool
import Switchboard

extension WorkerKey {
    init(_ id: WorkerID) { self.init(slot: id.slot, generation: id.generation) }
}

extension WorkerID {
    init(_ key: WorkerKey) { self.init(slot: key.slot, generation: key.generation) }
}

extension EndReport {
    /// The execution that is to be blamed for the death: the one that ran, if nothing outside explains it. Deaths by
    /// operator, drain, outside signal (KILL, TERM…) or worker-wide limits blame nobody.
    var blamedExecution: UInt64? {
        guard let page, page.isBusy, page.execution != 0 else { return nil }
        switch reason {
        case .exited, .hang, .channelClosed, .protocolViolation: return page.execution
        case .signalled(let number): return Self.faults.contains(number) ? page.execution : nil
        case .drained, .recycled, .sandboxTooWeak, .spawnFailed, .spawnDeadline, .readyDeadline, .drainDeadline,
            .memoryLimit, .notReading,
            .killedByOperator, .requested, .poolShutdown:
            return nil
        }
    }

    /// ILL, TRAP, ABRT, BUS, FPE, SEGV, SYS: signals that a process brings upon itself.
    private static let faults: Set<Int32> = [4, 5, 6, 7, 8, 11, 31]
}
