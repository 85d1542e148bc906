import DialplanCore
import DialplanHostCalls
import ProcessPoolChild

/// The worker without its channel: payloads in, payloads out.
///
/// Executions take turns. One turn has a budget of fuel (some 200 µs); in it, runnable executions run one after the other,
/// each until it waits, ends, or the budget is used up, so that many short runs share one wake-up and a long one delays
/// its neighbours by a turn only.
struct WorkerCore<Engine: ScriptEngine> {
    /// What the worker is held to.
    struct Settings {
        var engineVersion = EngineVersion.current
        /// Fuel of one turn.
        var turnFuel: Int64 = 30_000
        /// The least that a run in a turn is charged: starting and suspending cost, too.
        var leastCharge: Int64 = 500
        /// Bytes of scripts that are kept though nobody uses them.
        var cacheBytes = 32 << 20
        /// Bytes of one payload to the front, at most what a frame holds.
        var payloadBytes = ChannelFormat.maximumPayload
    }

    private let engine: Engine
    private let settings: Settings
    private var cache: ImageCache<Engine>
    private var executions: [UInt64: Execution<Engine>] = [:]
    /// Executions whose source was asked for.
    private var awaitingSource: Set<UInt64> = []
    /// Outside ends that have come for them meanwhile; the front does not repeat them.
    private var earlyEnds: [UInt64: OutsideEnd] = [:]
    private var queue = RunQueue<Execution<Engine>>()
    private var outbox: Outbox
    private var scratch: [UInt8] = []
    private var startedSinceAsked = 0

    init(engine: Engine, settings: Settings = Settings()) {
        self.engine = engine
        self.settings = settings
        cache = ImageCache(engine: engine, limit: settings.cacheBytes)
        outbox = Outbox(payloadLimit: settings.payloadBytes)
    }

    /// Whether a turn would do something.
    var hasWork: Bool { !queue.isEmpty }

    /// Executions that it holds, running and waiting.
    var executionCount: Int { executions.count }

    /// Executions that have begun since this was asked last.
    mutating func takeStartedCount() -> Int {
        defer { startedSinceAsked = 0 }
        return startedSinceAsked
    }

    /// What is to be sent, complete payloads, in order.
    mutating func takePayloads() -> [[UInt8]] { outbox.takePayloads() }

    // MARK: From the front

    /// Takes a payload. After a throw the worker must end.
    mutating func receive(_ payload: [UInt8]) throws(FrontViolation) {
        let messages: [FrontMessage]
        do {
            messages = try FrontMessage.decodeAll(payload)
        } catch {
            throw FrontViolation("a payload that cannot be read: \(error.reason) at \(error.offset)")
        }
        for message in messages { try receive(message) }
    }

    private mutating func receive(_ message: FrontMessage) throws(FrontViolation) {
        switch message {
        case .start(let start, let awaitingReplay): try self.start(start, awaitingReplay: awaitingReplay)
        case .replay(let number, let entries):
            // It may have failed at its start, or its source was asked for: then all of it comes again, or nothing.
            guard let execution = executions[number] else { return }
            guard case .collectingReplay = execution.state else {
                throw FrontViolation("replay of \(number), which runs")
            }
            try execution.append(entries)
        case .go(let number):
            guard let execution = executions[number] else { return }
            guard case .collectingReplay = execution.state else { throw FrontViolation("go for \(number), which runs") }
            makeRunnable(execution)
        case .resume(let number, let position, let outcome):
            guard let execution = executions[number] else { return }
            guard case .suspended(Int(position)) = execution.state, let run = execution.run else {
                throw FrontViolation("resume of \(number) at \(position), \(description(of: execution))")
            }
            run.resume(with: outcome)
            makeRunnable(execution)
        case .cancel(let number, let end):
            if awaitingSource.contains(number) { earlyEnds[number] = end }
            // One that waits is ended by its outcome.
            guard let execution = executions[number] else { return }
            if case .suspended = execution.state { return }
            if execution.pendingEnd == nil { execution.pendingEnd = end }
        case .stop(let number):
            awaitingSource.remove(number)
            earlyEnds[number] = nil
            if let execution = executions[number] { forget(execution) }
        }
    }

    private func description(of execution: Execution<Engine>) -> String {
        switch execution.state {
        case .collectingReplay: "which awaits its journal"
        case .runnable: "which runs"
        case .suspended(let position): "which waits for \(position)"
        }
    }

    private mutating func start(_ start: ExecutionStart, awaitingReplay: Bool) throws(FrontViolation) {
        let number = start.execution
        guard number != 0, executions[number] == nil else { throw FrontViolation("a second start of \(number)") }
        guard start.engineVersion == settings.engineVersion else {
            let failure = ScriptFailure(
                .unsupportedEngine, message: "engine version \(start.engineVersion), this is \(settings.engineVersion)")
            send(.failed(execution: number, position: 0, failure, ExecutionStatistics()))
            return
        }
        let key = ImageCache<Engine>.Key(digest: start.sourceDigest, name: start.sourceName)
        guard cache.acquire(key, source: start.source) else {
            awaitingSource.insert(number)
            send(.sourceNeeded(execution: number))
            return
        }
        let execution = Execution<Engine>(start: start, key: key, awaitingReplay: awaitingReplay)
        awaitingSource.remove(number)
        execution.pendingEnd = earlyEnds.removeValue(forKey: number)
        executions[number] = execution
        startedSinceAsked += 1
        if !awaitingReplay { makeRunnable(execution) }
    }

    private mutating func makeRunnable(_ execution: Execution<Engine>) {
        execution.state = .runnable
        queue.append(execution)
    }

    // MARK: Running

    /// Runs for one turn.
    ///
    /// - Parameter show: told before each run what is about to run: execution, position, line.
    /// - Returns: the instructions that were executed.
    @discardableResult
    mutating func runTurn(show: (UInt64, Int, Int) -> Void = { _, _, _ in }) -> Int64 {
        var budget = settings.turnFuel
        var executed: Int64 = 0
        while budget > 0, let execution = queue.popFirst() {
            // It may have been stopped since it was queued.
            guard executions[execution.number] === execution else { continue }
            show(execution.number, execution.run?.position ?? 0, execution.run?.currentLine ?? 0)
            guard let run = prepare(execution, &budget) else { continue }
            let before = run.instructions
            advance(execution, run, within: budget)
            executed += run.instructions - before
            budget -= max(run.instructions - before, settings.leastCharge)
        }
        return executed
    }

    /// The execution's run, made at its first turn; `nil` when its script does not compile.
    private mutating func prepare(_ execution: Execution<Engine>, _ budget: inout Int64) -> Engine.Run? {
        if let run = execution.run { return run }
        guard let start = execution.takeStart() else { return nil }
        // Compiling takes longer than a turn: nothing else follows in this one.
        if cache.needsCompiling(execution.key) { budget = min(budget, settings.leastCharge) }
        do {
            let run = engine.makeRun(of: try cache.image(execution.key), start: start)
            execution.run = run
            return run
        } catch {
            send(.failed(execution: execution.number, position: 0, error, ExecutionStatistics()))
            forget(execution)
            return nil
        }
    }

    /// Runs one execution until it waits, ends or has used the fuel.
    private mutating func advance(_ execution: Execution<Engine>, _ run: Engine.Run, within budget: Int64) {
        let limit = run.instructions + budget
        while true {
            let before = run.instructions
            let granted = execution.fuel(within: limit - before, at: before)
            let result = run.run(fuel: granted)
            guard sendEntries(of: execution, run) else { return }
            switch result {
            case .awaiting:
                if let outcome = execution.takeReplayedOutcome(at: run.position) {
                    run.resume(with: outcome)
                    break
                }
                execution.state = .suspended(position: run.position)
                // It came too late to land: the front answers the call with it.
                execution.pendingEnd = nil
                return
            case .outOfSlice:
                if let end = execution.takeEnd(at: run.position, instructions: run.instructions) {
                    run.deliver(end)
                } else if run.instructions - before < granted {
                    // The fuel was too little for its next step, or that step takes long: another turn.
                    return queue.append(execution)
                }
            case .finished, .ended:
                send(
                    .finished(
                        execution: execution.number, position: UInt32(clamping: run.position), statistics(of: run)))
                forget(execution)
                return
            case .failed(let failure):
                send(
                    .failed(
                        execution: execution.number, position: UInt32(clamping: run.position), failure,
                        statistics(of: run)))
                forget(execution)
                return
            }
            guard run.instructions < limit else { return queue.append(execution) }
        }
    }

    private func statistics(of run: Engine.Run) -> ExecutionStatistics {
        ExecutionStatistics(instructions: run.instructions, regionBytes: Int64(run.regionBytes))
    }

    /// Puts what the script has done since the last time into the outbox. False when it did more than can be told: then
    /// it has failed.
    private mutating func sendEntries(of execution: Execution<Engine>, _ run: Engine.Run) -> Bool {
        scratch.removeAll(keepingCapacity: scratch.capacity <= 1 << 16)
        let count = run.takeEntries(into: &scratch)
        let first = run.position - count
        let sent = outbox.append(entries: scratch, count: count, from: first, of: execution.number)
        if sent == count { return true }
        let failure = ScriptFailure(
            .limit, message: "arguments of a host call are too long", line: Int32(clamping: run.currentLine))
        send(
            .failed(
                execution: execution.number, position: UInt32(clamping: first + sent), failure, statistics(of: run)))
        forget(execution)
        return false
    }

    private mutating func send(_ message: WorkerMessage) {
        if outbox.append(message) { return }
        // Only a failure's text can be that long.
        guard case .failed(let number, let position, var failure, let statistics) = message else { return }
        failure.message = String(failure.message.prefix(4096))
        _ = outbox.append(.failed(execution: number, position: position, failure, statistics))
    }

    private mutating func forget(_ execution: Execution<Engine>) {
        executions[execution.number] = nil
        cache.release(execution.key)
    }
}

/// First in, first out, without moving what waits.
struct RunQueue<Element> {
    private var elements: [Element?] = []
    private var head = 0

    var isEmpty: Bool { head == elements.count }

    mutating func append(_ element: Element) {
        elements.append(element)
    }

    mutating func popFirst() -> Element? {
        guard head < elements.count else { return nil }
        defer {
            elements[head] = nil
            head += 1
            if head == elements.count || head >= 1024 {
                elements.removeFirst(head)
                head = 0
            }
        }
        return elements[head]
    }
}
