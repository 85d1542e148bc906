import SIPMessage
import SIPStack
import Testing

private let conditions: [NetworkConditions] = [
    NetworkConditions(name: "a perfect network"),
    NetworkConditions(name: "a slow network", delayMilliseconds: 300...900),
    NetworkConditions(name: "packets overtake each other", delayMilliseconds: 0...2500),
    NetworkConditions(name: "every second packet comes twice", duplication: 0.5, delayMilliseconds: 1...200),
    NetworkConditions(name: "one packet in ten is lost", loss: 0.1, delayMilliseconds: 5...40),
    NetworkConditions(name: "a third is lost, some doubled", loss: 0.33, duplication: 0.1, delayMilliseconds: 5...80),
    NetworkConditions(name: "two thirds are lost", loss: 0.66, delayMilliseconds: 5...800),
    NetworkConditions(name: "the callee hears nothing", deadTowards: 1),
    NetworkConditions(name: "the caller hears nothing", deadTowards: 0),
    NetworkConditions(name: "TCP", transport: .tcp, delayMilliseconds: 5...5),
    NetworkConditions(name: "TCP that loses all", transport: .tcp, deadTowards: 0),
]

@Suite("Two layers over a simulated network")
struct LossyNetworkTests {
    @Test(
        "every request ends once with one outcome, and nothing is left", arguments: conditions,
        [1, 20_260_101, 0xFEED_BEEF] as [UInt64])
    func everythingEnds(conditions: NetworkConditions, seed: UInt64) throws {
        print("seed \(seed), \(conditions)")
        var pair = Pair(seed: seed, conditions: conditions)
        let start = pair.now
        for number in 1...200 as ClosedRange<UInt64> {
            let side = Int.random(in: 0...1, using: &pair.random)
            let time = start + .milliseconds(Int64.random(in: 0...20_000, using: &pair.random))
            let method: SIPMethod = pair.random.chance(0.7) ? .invite : [.options, .bye, .register][Int(number % 3)]
            pair.agents[side].plans.schedule(.place(number, method), at: time)
            if method == .invite, pair.random.chance(0.3) {
                let wait = Int64.random(in: 0...20_000, using: &pair.random)
                pair.agents[side].plans.schedule(.cancel(number), at: time + .milliseconds(wait))
            }
        }
        // 20 s of placing, 42 s of ringing, 64*T1 for the last transactions, 64*T1 for their repeats, slack. When every
        // repeat of a final response was lost, the ringing INVITE waits for timer C, its CANCEL for 64*T1 more.
        let timerC: Int64 = conditions.loss > 0.5 ? 185 + 32 : 0
        let finished = try pair.run(for: .seconds(20 + 42 + 32 + 32 + 10 + timerC))
        #expect(finished, "seed \(seed)")

        let outcomes = pair.agents.flatMap { agent in agent.outcomes.map { (agent.name, $0.key, $0.value) } }
        #expect(outcomes.count == 200)
        for (name, number, outcome) in outcomes {
            #expect(outcome.isConsistent, "seed \(seed) \(name) \(number): \(outcome)")
        }
        for agent in pair.agents {
            let counts = agent.layer.counts
            #expect(counts.total == 0 && counts.timers == 0 && counts.indexEntries == 0, "seed \(seed): \(counts)")
            #expect(agent.layer.isIdle && agent.layer.nextDeadline == nil)
            #expect(agent.successes.count == 0)
            #expect(agent.unacknowledged.isEmpty, "every 2xx is acknowledged or given up")
            #expect(agent.endedServers.count == agent.opened, "every server transaction is reported ended")
            #expect(agent.merged == 0)
            #expect(agent.open.isEmpty)
        }
        try checkByCondition(pair, conditions, outcomes.map(\.2), seed: seed)
    }

    private func checkByCondition(
        _ pair: Pair, _ conditions: NetworkConditions, _ outcomes: [Outcome], seed: UInt64
    ) throws {
        let timeouts = outcomes.filter { $0.timeouts > 0 }.count
        let gaveUp = pair.agents.map(\.gaveUp.count).reduce(0, +)
        if conditions.loss == 0, conditions.deadTowards == nil {
            #expect(timeouts == 0, "nothing times out on a network that loses nothing; seed \(seed)")
            #expect(gaveUp == 0)
            #expect(pair.agents.allSatisfy { $0.endedServers.values.allSatisfy { $0 } })
        }
        if let dead = conditions.deadTowards {
            let isolated = pair.agents[dead].outcomes.values
            #expect(isolated.allSatisfy { $0.timeouts == 1 }, "who hears nothing times out; seed \(seed)")
            #expect(pair.agents[dead].opened == 0)
        }
        if conditions.loss > 0 { #expect(pair.lost > 0) }
    }

    @Test("the same seed gives the same run")
    func determinism() throws {
        func trace(_ seed: UInt64) throws -> [String] {
            var pair = Pair(seed: seed, conditions: conditions[5])
            for number in 1...40 as ClosedRange<UInt64> {
                pair.agents[0].plans.schedule(.place(number, .invite), at: pair.now + .milliseconds(Int64(number)))
            }
            _ = try pair.run(for: .seconds(200))
            return pair.agents[0].outcomes.sorted { $0.key < $1.key }.map { "\($0)" } + ["\(pair.steps) \(pair.lost)"]
        }
        #expect(try trace(7) == trace(7))
        #expect(try trace(7) != trace(8))
    }
}
