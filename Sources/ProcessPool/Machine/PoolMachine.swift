import NIOCore

/// The decisions of a whole pool, as values: its slots and which of them are in service.
///
/// A worker that leaves service is replaced by the oldest warm spare in the same step; the slot that it leaves grows the
/// next spare.
struct PoolMachine {
    /// What is to be done, in this order.
    enum Effect: Hashable {
        case spawn(WorkerID)
        case sendDrain(WorkerID)
        case sendStop(WorkerID)
        case kill(WorkerID)
        case standby(WorkerID)
        case intoService(WorkerID)
        case draining(WorkerID)
        /// The worker's things can be put away.
        case ended(WorkerID, EndReason, wasInService: Bool)
    }

    struct Slot {
        var machine = SlotMachine()
        /// Whether its worker is in service now.
        var isInService = false
        /// Whether it has ever been, in this generation.
        var wasInService = false
    }

    let configuration: WorkerConfiguration
    private(set) var slots: [Slot]
    private var jitter: JitterGenerator
    /// Ready workers out of service, the oldest first.
    private var spares: [Int] = []

    init(configuration: WorkerConfiguration, seed: UInt64) {
        self.configuration = configuration
        slots = Array(repeating: Slot(), count: configuration.size + configuration.warmSpares)
        jitter = JitterGenerator(seed: seed)
    }

    /// When ``timePassed(now:)`` is due; `nil` when nothing waits for time.
    var deadline: NIODeadline? { slots.compactMap(\.machine.deadline).min() }

    /// Whether every process is gone and none will come.
    var isStopped: Bool { slots.allSatisfy(\.machine.isStopped) }

    /// The present process of a slot.
    func id(ofSlot slot: Int) -> WorkerID { WorkerID(slot: slot, generation: slots[slot].machine.generation) }

    /// Whether the identifier names a present process that takes payloads.
    func takesPayloads(_ id: WorkerID) -> Bool { isPresent(id) && slots[id.slot].machine.takesPayloads }

    /// Whether the identifier names the slot's latest process.
    func isPresent(_ id: WorkerID) -> Bool {
        slots.indices.contains(id.slot) && slots[id.slot].machine.generation == id.generation
    }

    mutating func start(now: NIODeadline) -> [Effect] {
        slots.indices.flatMap { step($0, .wanted, now) }
    }

    mutating func shutDown(now: NIODeadline) -> [Effect] {
        // Not one by one through `handle`: a spare must not be promoted because its neighbour was stopped first.
        spares = []
        for slot in slots.indices { slots[slot].isInService = false }
        return slots.indices.flatMap { step($0, .stopRequested, now) }
    }

    mutating func timePassed(now: NIODeadline) -> [Effect] {
        slots.indices.flatMap { slot in
            // A slot can have had several deadlines while we were late.
            slots[slot].machine.deadline.map { $0 <= now } == true ? step(slot, .timePassed, now) : []
        }
    }

    /// Takes what happened to one process. What concerns a process that is no more is ignored.
    mutating func handle(_ input: SlotMachine.Input, for id: WorkerID, now: NIODeadline) -> [Effect] {
        isPresent(id) ? step(id.slot, input, now) : []
    }

    private mutating func step(_ slot: Int, _ input: SlotMachine.Input, _ now: NIODeadline) -> [Effect] {
        let changes = slots[slot].machine.handle(input, now: now, configuration: configuration, jitter: &jitter)
        let id = id(ofSlot: slot)
        var effects: [Effect] = []
        var end: Effect?
        for change in changes {
            switch change {
            case .spawn:
                slots[slot].wasInService = false
                effects.append(.spawn(id))
            case .sendDrain: effects += [.sendDrain(id), .draining(id)]
            case .sendStop: effects.append(.sendStop(id))
            case .kill: effects.append(.kill(id))
            case .becameReady:
                spares.append(slot)
                if servingCount >= configuration.size { effects.append(.standby(id)) }
            case .ended(let reason):
                end = .ended(id, reason, wasInService: slots[slot].wasInService)
            }
        }
        effects += rebalance()
        // Last: whoever hears of the end finds the replacement in service already.
        if let end { effects.append(end) }
        return effects
    }

    private var servingCount: Int { slots.count(where: \.isInService) }

    private mutating func rebalance() -> [Effect] {
        for slot in slots.indices where slots[slot].isInService && !isReady(slot) { slots[slot].isInService = false }
        spares = spares.filter { isReady($0) }
        var effects: [Effect] = []
        while servingCount < configuration.size, let slot = spares.first {
            spares.removeFirst()
            slots[slot].isInService = true
            slots[slot].wasInService = true
            effects.append(.intoService(id(ofSlot: slot)))
        }
        return effects
    }

    private func isReady(_ slot: Int) -> Bool {
        if case .ready = slots[slot].machine.state { true } else { false }
    }
}
