internal import Glibc
internal import Logging
internal import NIOCore
internal import NIOPosix
internal import ProcessPoolChild

/// Joins the pool's machine to processes, channels and clocks. Bound to one event loop.
final class PoolShell {
    let configuration: WorkerConfiguration
    let loop: any EventLoop
    let logger: Logger
    private let onEvent: @Sendable (PoolEvent) -> Void

    var machine: PoolMachine
    var detector: HangDetector
    var wear: WearDetector
    private(set) var lastEnds: [(id: WorkerID, report: EndReport)] = []
    private static let endsKept = 64
    /// The present process of each slot.
    var workers: [Int: Worker] = [:]
    /// The programs of slots, by number.
    private var programs: [Int: Program]
    private var effects: [PoolMachine.Effect] = []
    private var isPerforming = false
    private var timer: (deadline: NIODeadline, task: Scheduled<Void>)?
    private var look: (due: NIODeadline, task: Scheduled<Void>)?
    /// Channels that are not closed yet.
    private var openChannels = 0
    private var isStarted = false
    private var shutDownPromise: EventLoopPromise<Void>?

    init(
        configuration: WorkerConfiguration, on loop: any EventLoop, logger: Logger,
        onEvent: @escaping @Sendable (PoolEvent) -> Void
    ) {
        self.configuration = configuration
        self.loop = loop
        self.logger = logger
        self.onEvent = onEvent
        programs = [0: Program(path: configuration.executable)]
        machine = PoolMachine(configuration: configuration, seed: .random(in: .min ... .max))
        detector = HangDetector(policy: configuration.hang)
        wear = WearDetector(policy: configuration.recycling, seed: .random(in: .min ... .max))
    }

    // MARK: What the owner wants

    func start() {
        guard !isStarted, shutDownPromise == nil else { return }
        isStarted = true
        scheduleLook()
        perform(machine.start(now: .now()))
    }

    func shutDown() -> EventLoopFuture<Void> {
        if let shutDownPromise { return shutDownPromise.futureResult }
        let promise = loop.makePromise(of: Void.self)
        shutDownPromise = promise
        perform(machine.shutDown(now: .now()))
        return promise.futureResult
    }

    func send(_ payload: some Collection<UInt8>, to id: WorkerID) -> Bool {
        guard machine.takesPayloads(id), payload.count <= ChannelFormat.maximumPayload, let worker = workers[id.slot]
        else { return false }
        enqueue(.payload, payload, to: worker)
        return true
    }

    func handle(_ input: SlotMachine.Input, for id: WorkerID) {
        perform(machine.handle(input, for: id, now: .now()))
    }

    func recycle(_ id: WorkerID, _ reason: RecycleReason) {
        perform(machine.recycle(id, reason, now: .now()))
    }

    func restart() -> Int {
        perform(machine.restart(now: .now()))
        return machine.wornCount
    }

    func resize(size: Int, warmSpares: Int) {
        guard isStarted, shutDownPromise == nil else { return }
        perform(machine.resize(size: size, warmSpares: warmSpares, now: .now()))
    }

    func upgrade(_ executable: String) throws(UpgradeProblem) {
        guard isStarted, shutDownPromise == nil else { throw UpgradeProblem("the pool does not run") }
        guard !machine.isUpgrading else { throw UpgradeProblem("another upgrade is under way: try again later") }
        let program = Program(path: executable)
        do {
            try program.check()
        } catch {
            throw UpgradeProblem(error.text)
        }
        guard let (number, effects) = machine.upgrade(now: .now()) else { return }
        programs[number] = program
        perform(effects)
    }

    /// Slots that were given up are left out.
    func snapshot() -> [WorkerSnapshot] {
        return machine.slots.indices.filter {
            machine.slots[$0].machine.isWanted || !machine.slots[$0].machine.isStopped
        }.map { index in
            let slot = machine.slots[index].machine
            let worker = workers[index]
            return WorkerSnapshot(
                id: machine.id(ofSlot: index),
                pid: worker?.handle.pid ?? 0,
                state: .init(
                    slot.state, isInService: machine.slots[index].isInService,
                    isLeaving: machine.slots[index].program < machine.program),
                executable: worker?.executable ?? "",
                engineVersion: slot.engineVersion,
                residentBytes: worker?.residentBytes ?? 0,
                startedAtUptimeNanoseconds: worker == nil ? nil : slot.spawnedAt?.uptimeNanoseconds,
                restarts: slot.generation > 0 ? slot.generation - 1 : 0,
                lastEndReason: slot.lastEndReason,
                page: worker?.page.read(),
                framesSent: worker?.framesSent ?? 0,
                framesReceived: worker?.framesReceived ?? 0,
                queuedBytes: worker?.queuedBytes ?? 0,
                sandbox: worker?.sandbox ?? .init(),
                samples: worker?.samples ?? []
            )
        }
    }

    // MARK: What the machine wants

    /// Does what the machine says, in order. What comes up meanwhile (the owner may call from an event) waits its turn.
    private func perform(_ more: [PoolMachine.Effect]) {
        effects += more
        guard !isPerforming else { return }
        isPerforming = true
        while !effects.isEmpty { perform(effects.removeFirst()) }
        isPerforming = false
        scheduleTimer()
        finishShutDown()
    }

    private func perform(_ effect: PoolMachine.Effect) {
        switch effect {
        case .spawn(let id): spawn(id)
        case .kill(let id): workers[id.slot]?.handle.send(signal: SIGKILL)
        case .sendDrain(let id): workers[id.slot].map { enqueue(.drain, [], to: $0) }
        case .sendStop(let id): workers[id.slot].map { enqueue(.stop, [], to: $0) }
        case .standby(let id): onEvent(.standby(id, pid: pid(id), engineVersion: engineVersion(id)))
        case .intoService(let id):
            logger.info("worker in service", metadata: ["worker": "\(id)", "pid": "\(pid(id))"])
            onEvent(.ready(id, pid: pid(id), engineVersion: engineVersion(id)))
        case .draining(let id): onEvent(.draining(id))
        case .leaving(let id): onEvent(.leaving(id, engineVersion: engineVersion(id)))
        case .upgraded(let number):
            programs = programs.filter { $0.key >= number }
            let path = programs[number]?.path ?? ""
            logger.notice("workers of another program serve", metadata: ["executable": "\(path)"])
            onEvent(.upgraded(executable: path))
        case .upgradeFailed(let number, let reason):
            let path = programs.removeValue(forKey: number)?.path ?? ""
            logger.error(
                "workers of another program do not become ready; the former go on",
                metadata: ["executable": "\(path)", "reason": "\(reason)"])
            onEvent(.upgradeFailed(executable: path, reason))
        case .ended(let id, let reason, let wasInService): ended(id, reason, wasInService)
        }
    }

    /// Tells the owner what is no effect of the machine. What the owner then asks for is done when it has returned.
    func tell(_ event: PoolEvent) {
        isPerforming = true
        onEvent(event)
        isPerforming = false
        if !effects.isEmpty { perform([]) }
    }

    private func pid(_ id: WorkerID) -> Int32 { workers[id.slot]?.handle.pid ?? 0 }

    private func engineVersion(_ id: WorkerID) -> UInt32 { machine.slots[id.slot].machine.engineVersion }

    private func spawn(_ id: WorkerID) {
        // Without one the machine has changed its mind meanwhile, and does not want this process either.
        let program = programs[machine.slots[id.slot].program] ?? Program(path: configuration.executable)
        let shell = NIOLoopBound(self, eventLoop: loop)
        let loop = loop
        SpawnThread.shared.spawn(
            .init(
                configuration: configuration, program: program,
                spawned: { result in loop.execute { shell.value.spawned(id, program, result) } },
                ended: { status in loop.execute { shell.value.exited(id, status) } }
            ))
    }

    private func ended(_ id: WorkerID, _ reason: EndReason, _ wasInService: Bool) {
        let worker = workers.removeValue(forKey: id.slot)
        var report = EndReport(
            pid: 0, reason: reason, wasInService: wasInService, page: nil, residentBytes: 0, age: .zero, samples: [])
        if let worker {
            report.pid = worker.handle.pid
            report.page = worker.page.read()
            report.residentBytes = worker.residentBytes
            report.age = .nanoseconds((NIODeadline.now() - worker.spawnedAt).nanoseconds)
            report.samples = worker.samples
            worker.channel?.close(promise: nil)
            // Its last words are in the pipe, unless a process that it made holds the pipe open.
            let text = worker.text
            loop.assumeIsolated().scheduleTask(in: .milliseconds(250)) { text?.close(promise: nil) }
        }
        logger.log(
            level: reason.isFailure ? .warning : .info, "worker ended",
            metadata: ["worker": "\(id)", "pid": "\(report.pid)", "reason": "\(reason)"])
        if lastEnds.count == Self.endsKept { lastEnds.removeFirst() }
        lastEnds.append((id, report))
        onEvent(.ended(id, report))
    }

    private func finishShutDown() {
        guard let shutDownPromise, machine.isStopped, workers.isEmpty, openChannels == 0 else { return }
        timer?.task.cancel()
        look?.task.cancel()
        look = nil
        programs = [:]
        shutDownPromise.succeed()
    }

    // MARK: What processes do

    private func spawned(_ id: WorkerID, _ program: Program, _ result: Result<SpawnedProcess, SpawnFailure>) {
        switch result {
        case .failure(let failure):
            handle(.spawnFailed(failure.text), for: id)
        case .success(let process):
            let worker = Worker(id, process, executable: program.path, now: .now())
            workers[id.slot] = worker
            open(process, of: worker)
            handle(.spawned(pid: process.handle.pid), for: id)
        }
    }

    private func open(_ process: SpawnedProcess, of worker: Worker) {
        let id = worker.id
        let shell = NIOLoopBound(self, eventLoop: loop)
        openChannels += 2
        ClientBootstrap(group: loop)
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(WorkerChannelHandler(id, shell.value))
                }
            }
            .withConnectedSocket(process.channel)
            .assumeIsolated().whenComplete { [self] result in
                switch result {
                case .success(let channel):
                    worker.channel = channel
                    channel.closeFuture.assumeIsolated().whenComplete { _ in self.closedOneChannel() }
                    flush(worker)
                case .failure(let error):
                    worker.isChannelClosed = true
                    handle(.condemned(.spawnFailed("channel: \(error)")), for: id)
                    closedOneChannel()
                }
            }
        let limits = configuration.limits
        let logger = logger
        let fields: Logger.Metadata = ["worker": "\(id)", "pid": "\(worker.handle.pid)"]
        NIOPipeBootstrap(group: loop)
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(
                        TextHandler(limits: limits) { line in
                            var fields = fields
                            fields["text"] = "\(line)"
                            logger.notice("worker says", metadata: fields)
                        })
                }
            }
            .takingOwnershipOfDescriptor(input: process.text)
            .assumeIsolated().whenComplete { [self] result in
                switch result {
                case .success(let channel):
                    worker.text = channel
                    channel.closeFuture.assumeIsolated().whenComplete { _ in self.closedOneChannel() }
                case .failure(let error):
                    logger.error(
                        "standard error of a worker cannot be read",
                        metadata: fields.merging(["error": "\(error)"]) { first, _ in first })
                    closedOneChannel()
                }
            }
    }

    private func closedOneChannel() {
        openChannels -= 1
        finishShutDown()
    }

    /// The process is reaped. What it has sent is read before its end is told.
    private func exited(_ id: WorkerID, _ status: ExitStatus) {
        guard let worker = workers[id.slot], worker.id == id else { return }
        worker.exitStatus = status
        guard !worker.isChannelClosed else { return conclude(worker) }
        concludeWhenQuiet(worker)
    }

    /// Concludes a worker whose channel has no end yet: it is still being read, or a process that the worker made holds
    /// it open.
    private func concludeWhenQuiet(_ worker: Worker, patience: Int = 50) {
        let bytes = worker.bytesReceived
        loop.assumeIsolated().scheduleTask(in: .milliseconds(100)) { [self] in
            let isQuiet = worker.bytesReceived == bytes || patience == 0
            isQuiet ? conclude(worker) : concludeWhenQuiet(worker, patience: patience - 1)
        }
    }

    func channelClosed(of id: WorkerID) {
        guard let worker = workers[id.slot], worker.id == id else { return }
        worker.isChannelClosed = true
        worker.channel = nil
        handle(.channelClosed, for: id)
        conclude(worker)
    }

    private func conclude(_ worker: Worker) {
        guard let status = worker.exitStatus, !worker.isConcluded else { return }
        worker.isConcluded = true
        handle(.exited(status), for: worker.id)
    }

    // MARK: What workers say

    func received(bytes: Int, from id: WorkerID) {
        workers[id.slot]?.bytesReceived += UInt64(bytes)
    }

    /// Takes a frame; throws when it has no place in the protocol.
    func received(_ frame: FrameDecoder.Frame, from id: WorkerID) throws(ChannelViolation) {
        guard let worker = workers[id.slot], worker.id == id else { return }
        worker.framesReceived += 1
        guard let kind = ChannelFormat.ChildKind(rawValue: frame.kind) else {
            throw ChannelViolation("a frame's kind is \(frame.kind)")
        }
        let payload = frame.payload.readableBytesView
        switch kind {
        case .payload:
            guard worker.isReady else { throw ChannelViolation("a payload before ready") }
            tell(.payload(id, Array(payload)))
        case .ready:
            guard !worker.isReady else { throw ChannelViolation("ready twice") }
            guard let version = ChannelFormat.number(UInt32.self, littleEndian: payload.prefix(4)), payload.count == 6
            else { throw ChannelViolation("ready with \(payload.count) bytes") }
            let sandbox = Array(payload.suffix(2))
            worker.sandbox = Sandbox.Reached(
                parts: Sandbox.Parts(rawValue: UInt32(sandbox[0])), landlockVersion: sandbox[1])
            guard worker.sandbox.level >= configuration.sandboxFloor else {
                handle(
                    .condemned(.sandboxTooWeak(worker.sandbox.level, floor: configuration.sandboxFloor)), for: id)
                return
            }
            worker.isReady = true
            handle(.saidReady(engineVersion: version), for: id)
        case .pong:
            guard let nonce = ChannelFormat.number(UInt64.self, littleEndian: payload),
                detector.pong(nonce, from: id, now: .now())
            else { throw ChannelViolation("a pong that nobody asked for") }
        case .goodbye:
            handle(.saidGoodbye, for: id)
        }
    }

    func violated(_ violation: ChannelViolation, by id: WorkerID) {
        handle(.condemned(.protocolViolation(violation.description)), for: id)
    }

    // MARK: Sending

    func enqueue(_ kind: ChannelFormat.ParentKind, _ payload: some Collection<UInt8>, to worker: Worker) {
        guard !worker.isChannelClosed else { return }
        let length = payload.count + ChannelFormat.overhead
        worker.outgoing.writeInteger(UInt32(length), endianness: .little)
        worker.outgoing.writeMultipleIntegers(ChannelFormat.version, kind.rawValue)
        worker.outgoing.writeBytes(payload)
        worker.framesSent += 1
        worker.queuedBytes += 4 + length
        if worker.queuedBytes > configuration.limits.queuedBytes {
            handle(.condemned(.notReading(queuedBytes: worker.queuedBytes)), for: worker.id)
            return
        }
        guard !worker.isFlushScheduled else { return }
        worker.isFlushScheduled = true
        // Runs after everything that is ready in this turn, so one write carries all of it.
        loop.assumeIsolated().execute { [self] in
            worker.isFlushScheduled = false
            flush(worker)
        }
    }

    private func flush(_ worker: Worker) {
        guard let channel = worker.channel, worker.outgoing.readableBytes > 0 else { return }
        let buffer = worker.outgoing
        worker.outgoing = channel.allocator.buffer(capacity: min(buffer.readableBytes, 1 << 16))
        channel.writeAndFlush(buffer).assumeIsolated().whenComplete { _ in
            worker.queuedBytes -= buffer.readableBytes
        }
    }

    // MARK: Time

    private func scheduleTimer() {
        let deadline = machine.deadline
        guard deadline != timer?.deadline else { return }
        timer?.task.cancel()
        timer = deadline.map { deadline in
            let task = loop.assumeIsolated().scheduleTask(deadline: deadline) { [self] in
                timer = nil
                perform(machine.timePassed(now: .now()))
            }
            return (deadline, task)
        }
    }

    private func scheduleLook() {
        let due = NIODeadline.now() + TimeAmount(configuration.hang.interval)
        look = (
            due,
            loop.assumeIsolated().scheduleTask(deadline: due) { [self] in
                lookAtWorkers(due: due)
                if look != nil { scheduleLook() }
            }
        )
    }
}
