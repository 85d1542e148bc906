import CallStore
import Logging
import NIOCore
import ProcessPool
import SIPMessage
import SIPStack
import SIPTransport
import Switchboard

/// The thin shell of the switchboard: gives it datagrams, frames, ticks and completions, and does what it says.
///
/// Lives on one event loop; every method is called there.
final class Front {
    private let eventLoop: any EventLoop
    let logger: Logger
    private(set) var board: Switchboard
    private var effects = Effects()
    private var listeners: [TransportAddress: UDPListener] = [:]
    private(set) var pool: ProcessPool?
    var monitor = HealthMonitor()
    var metrics = SwitchMetrics()
    private var lastWithheldAlarm: [String: MonotonicTime] = [:]
    let probeFlow: Flow?
    /// Workers of a former program, and since when.
    var leaving: [WorkerID: MonotonicTime] = [:]
    /// The last ends of workers, the oldest first.
    var ends: [WorkerEnd] = []
    private let records: RecordKeeper
    private let resolver: HostResolver
    private var timer: Scheduled<Void>?
    private var timerDeadline: MonotonicTime?
    /// Input that came up while effects were performed (a callback on the same stack).
    private var pendingInputs: [Input] = []
    private var isHandling = false
    private let retry: @Sendable () -> Void
    private(set) var ownerLog: OwnerLog
    private(set) var events: EventHub
    /// Those who watch the switch, by the number that they were given.
    private var watchers: [UInt64: (EventFilter, ([EventRow]) -> Void)] = [:]
    private var nextWatcher: UInt64 = 0
    /// Called once, when the first worker is in service.
    var onFirstWorker: (() -> Void)?

    init(
        board: Switchboard, eventLoop: any EventLoop, records: RecordKeeper, resolver: HostResolver,
        logger: Logger, ownerLogLines: Int, recentEvents: Int, wake: @escaping @Sendable () -> Void
    ) {
        self.board = board
        self.eventLoop = eventLoop
        self.records = records
        self.resolver = resolver
        self.logger = logger
        retry = wake
        ownerLog = OwnerLog(capacity: ownerLogLines)
        events = EventHub(capacity: recentEvents)
        probeFlow = Probe.flow(board.listeners)
    }

    func attach(_ listener: UDPListener, at address: TransportAddress) { listeners[address] = listener }

    func attach(_ pool: ProcessPool) { self.pool = pool }

    // MARK: Input

    func handle(_ input: Input) { handle(CollectionOfOne(input)) }

    /// Gives the switchboard a batch of inputs and performs what comes of it, once.
    func handle(_ inputs: some Collection<Input>) {
        guard !isHandling else {
            pendingInputs.append(contentsOf: inputs)
            return
        }
        isHandling = true
        for input in inputs { board.receive(input, at: Clock.now(), into: &effects) }
        performEffects()
        while !pendingInputs.isEmpty {
            let more = pendingInputs
            pendingInputs.removeAll()
            for input in more { board.receive(input, at: Clock.now(), into: &effects) }
            performEffects()
        }
        isHandling = false
        scheduleTimer()
    }

    /// A datagram was not taken by the kernel. What has a way there at another moment is left to retransmission.
    func sendFailed(_ failure: SendFailure, from local: TransportAddress) {
        logger.info("not sent", metadata: ["why": "\(failure)"])
        switch failure.reason {
        case .unreachable, .forbidden, .invalidDestination:
            handle(.unreachable(Flow(transport: .udp, local: local, remote: failure.remote)))
        case .messageTooLarge, .queueFull, .closed, .other: break
        }
    }

    func handle(_ event: PoolEvent) {
        if let draft = EventDraft(event, at: Clock.wall()) { tell([.other(draft)]) }
        switch event {
        case .ready(let id, _, let version):
            handle(.workerReady(WorkerKey(id), engineVersion: version))
            onFirstWorker?()
            onFirstWorker = nil
        case .payload(let id, let bytes): handle(.workerMessage(WorkerKey(id), bytes))
        case .ended(let id, let report):
            leaving[id] = nil
            keepEnd(of: id, report)
            handle(.workerEnded(WorkerKey(id), blamed: report.blame))
        case .draining(let id): handle(.workerDraining(WorkerKey(id)))
        case .leaving(let id, let version):
            leaving[id] = Clock.now().monotonic
            handle(.workerLeaving(WorkerKey(id), engineVersion: version))
        case .judgementWithheld(let why):
            metrics.judgementWithheld(stage: why.stage)
            // A busy machine is late again and again; the counter has them all.
            let now = Clock.now().monotonic
            if let last = lastWithheldAlarm[why.stage], now - last < .seconds(60) { break }
            lastWithheldAlarm[why.stage] = now
            logger.warning("ALARM: no worker is judged hung now", metadata: ["stage": "\(why.stage)", "why": "\(why)"])
        // The pool has logged it.
        case .standby, .callsRefused, .upgraded, .upgradeFailed: break
        }
    }

    // MARK: Effects

    private func performEffects() {
        var probeAnswers: [[UInt8]] = []
        for (bytes, flow) in effects.datagrams {
            if flow == probeFlow {
                probeAnswers.append(bytes)
                continue
            }
            listeners[flow.local]?.send(bytes, to: flow.remote)
        }
        for (worker, payload) in effects.workerPayloads where pool?.send(payload, to: WorkerID(worker)) == false {
            // It is gone, which its end tells, or the payload is over the bound: then it would wait for ever.
            pool?.kill(WorkerID(worker), reason: .requested("a payload of \(payload.count) bytes could not be sent"))
        }
        for (worker, reason) in effects.condemned {
            logger.error("worker condemned", metadata: ["worker": "\(worker)", "reason": "\(reason)"])
            pool?.kill(WorkerID(worker), reason: .protocolViolation(reason))
        }
        for (token, writes) in effects.storeBatches { records.keep(writes, token: token) }
        for (token, host, port) in effects.lookups { resolver.resolve(host, port: port, token: token) }
        for token in effects.storeProbes { records.probe(token) }
        for line in effects.ownerLog { ownerLog.append(line) }
        if !effects.events.isEmpty { tell(effects.events) }
        if effects.hasBecomeQuiet { Memory.giveBack() }
        effects.removeAll()
        for listener in listeners.values { listener.flush() }
        for bytes in probeAnswers { probeAnswered(bytes) }
    }

    private func scheduleTimer() {
        guard let deadline = board.nextDeadline else { return }
        if let timerDeadline, timerDeadline <= deadline, timer != nil { return }
        timer?.cancel()
        timerDeadline = deadline
        let due = NIODeadline.uptimeNanoseconds(UInt64(clamping: deadline.nanoseconds))
        timer = eventLoop.scheduleTask(deadline: due, retry)
    }

    /// The timer has fired.
    func timeHasCome() {
        timer = nil
        timerDeadline = nil
        handle(.tick)
    }

    // MARK: Events

    /// Keeps events and shows them to those who watch.
    func tell(_ sources: [EventSource]) {
        let events = sources.flatMap { self.events.add($0) }
        guard !events.isEmpty else { return }
        for (filter, show) in watchers.values {
            let wanted = events.filter(filter.matches)
            if !wanted.isEmpty { show(wanted.map(\.row)) }
        }
    }

    private func tell(_ happened: [SwitchEvent]) {
        for event in happened where logger.logLevel <= event.level {
            let draft = EventDraft(event)
            logger.log(
                level: event.level, "\(draft.kind.rawValue)", metadata: draft.logFields.mapValues { .string($0) })
        }
        tell(happened.map { .board($0) })
    }

    /// Shows events from now on.
    ///
    /// - Returns: the number with which the watcher is taken off again.
    func watch(_ filter: EventFilter, _ show: @escaping ([EventRow]) -> Void) -> UInt64 {
        nextWatcher += 1
        watchers[nextWatcher] = (filter, show)
        return nextWatcher
    }

    func stopWatching(_ number: UInt64) { watchers[number] = nil }

    // MARK: Looking in

    var status: SwitchStatus {
        var status = SwitchStatus(board: board.status, workers: pool?.snapshot ?? [])
        status.add(monitor, ends: ends, quarantinedScripts: board.quarantinedScripts.count)
        return status
    }
}

extension SwitchEvent {
    /// What strangers can cause at will is for debugging only; else they could fill the log.
    fileprivate var level: Logger.Level {
        switch occurrence {
        case .messageRefused, .authenticationFailed: .debug
        case .registered, .unregistered, .callStarted, .callRinging, .callAnswered, .callEnded, .scriptFailed: .info
        case .scriptReleased, .executionMoved, .executionAbandoned, .journalDiverged: .notice
        case .scriptQuarantined: .warning
        }
    }
}
