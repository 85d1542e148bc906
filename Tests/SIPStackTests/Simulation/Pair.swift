import SIPMessage
import SIPStack

/// What the network does to datagrams.
struct NetworkConditions: Sendable, CustomStringConvertible {
    let name: String
    var transport: SIPTransportProtocol = .udp
    var loss = 0.0
    var duplication = 0.0
    /// One-way delay; when wider than the gap between packets they overtake each other.
    var delayMilliseconds: ClosedRange<Int64> = 1...1
    /// Loses everything towards this side (0 caller, 1 callee).
    var deadTowards: Int?

    var description: String { name }
}

/// Two agents joined by a simulated network. Time jumps from event to event; one seed decides all.
struct Pair: Sendable {
    let conditions: NetworkConditions
    private(set) var now: MonotonicTime
    var agents: [Agent]
    var random: SeededRandom
    private var inFlight: [Int: (to: Int, bytes: [UInt8])] = [:]
    private var arrivals = TimerWheel<Int>()
    private var packets = 0
    private(set) var lost = 0
    private(set) var steps = 0

    init(seed: UInt64, conditions: NetworkConditions, timers: TimerValues = TimerValues()) {
        self.conditions = conditions
        random = SeededRandom(seed: seed)
        now = .milliseconds(Int64.random(in: 0...1_000_000, using: &random))
        let a = Messages.address("192.0.2.1", 5060)
        let b = Messages.address("192.0.2.2", 5060)
        agents = [
            Agent(name: "a", local: Flow(transport: conditions.transport, local: a, remote: b), timers: timers),
            Agent(name: "b", local: Flow(transport: conditions.transport, local: b, remote: a), timers: timers),
        ]
    }

    private mutating func transmit(_ bytes: [UInt8], to side: Int) {
        let copies = conditions.transport == .udp && random.chance(conditions.duplication) ? 2 : 1
        for _ in 0..<copies {
            let isLost = random.chance(conditions.loss) || conditions.deadTowards == side
            guard !isLost else {
                lost += 1
                continue
            }
            packets += 1
            inFlight[packets] = (side, bytes)
            arrivals.schedule(
                packets, at: now + .milliseconds(Int64.random(in: conditions.delayMilliseconds, using: &random)))
        }
    }

    /// Runs until nothing is due any more, at most `limit` after `start`. False when it took longer.
    mutating func run(for limit: Duration) throws -> Bool {
        let end = now + limit
        while let next = [arrivals.nextDeadline, agents[0].nextDeadline, agents[1].nextDeadline]
            .compactMap({ $0 }).min()
        {
            guard next <= end else { return false }
            steps += 1
            now = max(now, next)
            for packet in arrivals.popDue(now) {
                guard let (side, bytes) = inFlight.removeValue(forKey: packet) else { continue }
                let answers = agents[side].receive(try SIPMessage(parsing: bytes), at: now, random: &random)
                for bytes in answers { transmit(bytes, to: 1 - side) }
            }
            for side in 0...1 {
                for bytes in agents[side].advance(to: now, random: &random) { transmit(bytes, to: 1 - side) }
            }
        }
        return true
    }
}
