import NIOCore

/// The decisions of a whole pool, as values: its slots and which of them are in service.
///
/// A worker that leaves service is replaced by the oldest warm spare in the same step; the slot that it leaves grows the
/// next spare. Workers that are to be replaced though they are not sick (worn out, restart) are drained one at a time, each
/// only when a spare stands by, or all others are ready in a pool without spares.
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
        /// It is out of service, and workers of another program serve in its place.
        case leaving(WorkerID)
        /// The workers of this program serve now.
        case upgraded(program: Int)
        /// The workers of this program do not become ready.
        case upgradeFailed(program: Int, EndReason)
        /// The worker's things can be put away.
        case ended(WorkerID, EndReason, wasInService: Bool)
    }

    struct Slot {
        var machine = SlotMachine()
        /// Number of the program that it runs.
        var program = 0
        /// Whether its worker is in service now.
        var isInService = false
        /// Whether it has ever been, in this generation.
        var wasInService = false
    }

    private(set) var configuration: WorkerConfiguration
    /// More than are wanted after the pool was made smaller: a slot's generations must never begin anew.
    private(set) var slots: [Slot]
    private var jitter: JitterGenerator
    /// Ready workers out of service, the oldest first.
    private var spares: [Int] = []
    /// Workers that are to be replaced, in this order.
    private var worn: [(id: WorkerID, reason: RecycleReason)] = []
    /// The one of them that is being replaced.
    private var recycling: WorkerID?
    private var isShuttingDown = false
    /// The program whose workers serve.
    private(set) var program = 0
    private var lastProgram = 0
    /// The program whose workers are to take over, and how many of them have failed so far.
    private var incoming: (program: Int, failures: Int)?

    /// Workers of a new program that may fail until it is given up.
    static let failuresOfUpgrade = 3

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
        isShuttingDown = true
        incoming = nil
        spares = []
        worn = []
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

    /// Has a worker replaced when its turn comes; a worker that is worn already keeps its first reason.
    mutating func recycle(_ id: WorkerID, _ reason: RecycleReason, now: NIODeadline) -> [Effect] {
        guard isPresent(id), isReady(id.slot), slots[id.slot].program == program, id != recycling,
            !worn.contains(where: { $0.id == id })
        else { return [] }
        worn.append((id, reason))
        return recycleNext(now)
    }

    /// Has all workers that are ready now replaced, one after the other.
    mutating func restart(now: NIODeadline) -> [Effect] {
        slots.indices.flatMap { recycle(id(ofSlot: $0), .restart, now: now) }
    }

    /// How many workers still wait for their turn to be replaced, the one whose turn it is included.
    var wornCount: Int { worn.count + (recycling == nil ? 0 : 1) }

    /// Makes the pool larger or smaller. What becomes too much is drained.
    mutating func resize(size: Int, warmSpares: Int, now: NIODeadline) -> [Effect] {
        guard !isShuttingDown else { return [] }
        configuration.size = size
        configuration.warmSpares = warmSpares
        var effects = fit(program, now)
        if let coming = incoming { effects += fit(coming.program, now) }
        // What was a spare may be wanted in service, with no slot more or less.
        return effects + rebalance() + followUpgrade(nil, now)
    }

    /// Has as many slots for a program as are wanted.
    private mutating func fit(_ program: Int, _ now: NIODeadline) -> [Effect] {
        let wanted = configuration.size + configuration.warmSpares
        let members = slots.indices.filter { slots[$0].program == program && slots[$0].machine.isWanted }
        guard members.count <= wanted else {
            return members.suffix(members.count - wanted).flatMap { step($0, .retired, now) }
        }
        return add(wanted - members.count, of: program, now)
    }

    /// Has so many workers of a program come, in slots that were given up, or in new ones.
    private mutating func add(_ count: Int, of program: Int, _ now: NIODeadline) -> [Effect] {
        var free = slots.indices.filter { index in
            let slot = slots[index]
            return !slot.machine.isWanted && (slot.machine.isStopped || slot.program == program)
        }
        while free.count < count {
            free.append(slots.count)
            slots.append(Slot())
        }
        return free.prefix(count).flatMap { slot in
            slots[slot].program = program
            return step(slot, .wanted, now)
        }
    }

    // MARK: Another program

    /// Whether workers of another program are coming.
    var isUpgrading: Bool { incoming != nil }

    /// Spawns workers of another program beside those that serve. When as many as are to serve are ready, they take over at
    /// once; when too many of them fail, they go and nothing has changed.
    ///
    /// - Returns: the number of the program that the new slots have, and what is to be done; nil while another upgrade is
    ///   under way or after shutdown.
    mutating func upgrade(now: NIODeadline) -> (program: Int, effects: [Effect])? {
        guard incoming == nil, !isShuttingDown else { return nil }
        lastProgram += 1
        incoming = (lastProgram, 0)
        return (lastProgram, add(configuration.size + configuration.warmSpares, of: lastProgram, now))
    }

    /// After each step of a slot of the coming program.
    private mutating func followUpgrade(_ failure: EndReason?, _ now: NIODeadline) -> [Effect] {
        guard var coming = incoming else { return [] }
        if let failure, failure.isFailure {
            coming.failures += 1
            incoming = coming
            guard coming.failures < Self.failuresOfUpgrade else {
                incoming = nil
                return leave(program: coming.program, now) + [.upgradeFailed(program: coming.program, failure)]
            }
        }
        let ready = slots.indices.filter { slots[$0].program == coming.program && isReady($0) }
        guard ready.count >= configuration.size else { return [] }
        let former = program
        program = coming.program
        incoming = nil
        worn = []
        recycling = nil
        spares = ready
        for slot in slots.indices { slots[slot].isInService = false }
        return rebalance() + leave(program: former, now) + [.upgraded(program: program)]
    }

    /// Workers of a program are wanted no more. Those of the program that served may finish what they have, and its spares
    /// stay for what they might have to take over; the others have nothing to finish.
    private mutating func leave(program former: Int, _ now: NIODeadline) -> [Effect] {
        let hasServed = former < program
        return slots.indices.filter { slots[$0].program == former }.flatMap { slot in
            let effects = step(slot, .left, now)
            guard isReady(slot) else { return effects }
            return effects
                + (hasServed
                    ? [.leaving(id(ofSlot: slot))] : step(slot, .drainRequested(.recycled(.upgrade)), now))
        }
    }

    private mutating func recycleNext(_ now: NIODeadline) -> [Effect] {
        worn = worn.filter { isPresent($0.id) && isReady($0.id.slot) }
        if let current = recycling, isPresent(current), slots[current.slot].machine.takesPayloads { return [] }
        recycling = nil
        guard let next = worn.first, canSpareOne(other: next.id.slot) else { return [] }
        worn.removeFirst()
        recycling = next.id
        return step(next.id.slot, .drainRequested(.recycled(next.reason)), now)
    }

    /// Whether a worker can go without one fewer serving for longer than a spawn takes.
    private func canSpareOne(other slot: Int) -> Bool {
        if configuration.warmSpares > 0 { return spares.contains { $0 != slot } || !slots[slot].isInService }
        return slots.indices.count { slots[$0].isInService } >= configuration.size
    }

    private mutating func step(_ slot: Int, _ input: SlotMachine.Input, _ now: NIODeadline) -> [Effect] {
        let changes = slots[slot].machine.handle(input, now: now, configuration: configuration, jitter: &jitter)
        let id = id(ofSlot: slot)
        var effects: [Effect] = []
        var end: Effect?
        var failure: EndReason?
        for change in changes {
            switch change {
            case .spawn:
                slots[slot].wasInService = false
                effects.append(.spawn(id))
            case .sendDrain: effects += [.sendDrain(id), .draining(id)]
            case .sendStop: effects.append(.sendStop(id))
            case .kill: effects.append(.kill(id))
            case .becameReady:
                // Those of a coming program wait for each other.
                if slots[slot].program == program { spares.append(slot) }
                if slots[slot].program != program || servingCount >= configuration.size {
                    effects.append(.standby(id))
                }
            case .ended(let reason):
                end = .ended(id, reason, wasInService: slots[slot].wasInService)
                failure = reason
            }
        }
        effects += rebalance()
        // Last: whoever hears of the end finds the replacement in service already.
        if let end { effects.append(end) }
        if !worn.isEmpty { effects += recycleNext(now) }
        if slots[slot].program == incoming?.program { effects += followUpgrade(failure, now) }
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
