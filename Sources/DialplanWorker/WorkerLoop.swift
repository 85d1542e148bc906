import DialplanHostCalls
import ProcessPoolChild

/// Joins the core to its channel: reads what is there, runs a turn, writes what came of it, and sleeps only when nothing
/// can run.
struct WorkerLoop<Engine: ScriptEngine> {
    let channel: ChildChannel
    var core: WorkerCore<Engine>

    init(channel: ChildChannel, core: WorkerCore<Engine>) {
        self.channel = channel
        self.core = core
    }

    /// Runs until the pool says stop or drain, or is gone. Throws ``FrontViolation`` and `ChildChannel.Failure`.
    mutating func run() throws {
        try channel.announceReady(engineVersion: EngineVersion.current)
        while let messages = try channel.receive(waiting: !core.hasWork) {
            for message in messages {
                switch message {
                case .payload(let bytes): try core.receive(bytes)
                case .stop: return
                case .drain:
                    // Nothing is finished here first: what runs or waits is replayed by another worker, so a drain never
                    // waits for a phone that rings.
                    return try channel.sayGoodbye()
                }
            }
            let page = channel.page
            let started = core.takeStartedCount()
            if started > 0 { page?.countWork(started) }
            page?.showHeldWork(core.executionCount)
            core.runTurn { execution, position, line in
                page?.write(execution: execution, position: UInt64(position), line: UInt64(line))
            }
            page?.write(execution: 0, position: 0, line: 0)
            for payload in core.takePayloads() { try channel.queue(payload) }
            try channel.flush()
        }
    }
}
