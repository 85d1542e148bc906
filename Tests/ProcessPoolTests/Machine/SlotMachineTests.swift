import NIOCore
import Testing

@testable import ProcessPool

/// A slot under virtual time.
private final class Bench {
    var slot = SlotMachine()
    var configuration = WorkerConfiguration(executable: "/worker")
    var jitter = JitterGenerator(seed: 1)
    var now = NIODeadline.uptimeNanoseconds(0)

    init() {
        configuration.backoff.jitter = 0
    }

    @discardableResult
    func take(_ inputs: SlotMachine.Input..., after wait: TimeAmount = .zero) -> [SlotMachine.Effect] {
        now = now + wait
        return inputs.flatMap { slot.handle($0, now: now, configuration: configuration, jitter: &jitter) }
    }

    /// Jumps to the slot's own deadline and lets it see that time has passed.
    @discardableResult
    func passDeadline() -> [SlotMachine.Effect] {
        guard let deadline = slot.deadline else { return [] }
        now = max(now, deadline)
        return take(.timePassed)
    }
}

/// The states of a slot by name, each with the inputs that lead there.
private enum Stage: String, CaseIterable, CustomTestStringConvertible {
    case vacant, spawning, warming, ready, draining, endingPolitely, endingByForce

    var testDescription: String { rawValue }

    var bench: Bench {
        let bench = Bench()
        switch self {
        case .vacant: break
        case .spawning: bench.take(.wanted)
        case .warming: bench.take(.wanted, .spawned(pid: 5))
        case .ready: bench.take(.wanted, .spawned(pid: 5), .saidReady(engineVersion: 9))
        case .draining:
            bench.take(.wanted, .spawned(pid: 5), .saidReady(engineVersion: 9), .drainRequested(.recycled(.restart)))
        case .endingPolitely: bench.take(.wanted, .spawned(pid: 5), .saidReady(engineVersion: 9), .saidGoodbye)
        case .endingByForce: bench.take(.wanted, .spawned(pid: 5), .condemned(.hang))
        }
        return bench
    }
}

struct SlotMachineTests {
    @Test("a worker goes from wanted over spawned to ready")
    func birth() {
        let bench = Bench()
        #expect(bench.take(.wanted) == [.spawn])
        #expect(bench.take(.spawned(pid: 5)) == [])
        #expect(bench.take(.saidReady(engineVersion: 9)) == [.becameReady])
        #expect(bench.slot.state == .ready(since: bench.now))
        #expect(bench.slot.pid == 5 && bench.slot.engineVersion == 9 && bench.slot.generation == 1)
    }

    /// Every state against every input: what is done, and what state follows. Typed from the design, not from the code.
    @Test("each state answers each input as the table says", arguments: Stage.allCases)
    private func table(stage: Stage) {
        let kill: [SlotMachine.Effect] = [.kill]
        let none: [SlotMachine.Effect] = []
        let rows: [Stage: [(SlotMachine.Input, [SlotMachine.Effect], String)]] = [
            .vacant: [
                (.left, none, "vacant"),
                (.retired, none, "vacant"),
                (.wanted, [.spawn], "spawning"), (.spawned(pid: 1), none, "vacant"),
                (.spawnFailed("x"), none, "vacant"), (.saidReady(engineVersion: 1), none, "vacant"),
                (.saidGoodbye, none, "vacant"), (.drainRequested(.drained), none, "vacant"),
                (.stopRequested, none, "vacant"),
                (.condemned(.hang), none, "vacant"), (.channelClosed, none, "vacant"),
                (.exited(.exited(code: 0)), none, "vacant"), (.timePassed, none, "vacant"),
            ],
            .spawning: [
                (.left, none, "ending recycled: workers of a new program took its place"),
                (.retired, none, "ending recycled: the pool was made smaller"),
                (.wanted, none, "spawning"), (.spawned(pid: 1), none, "warming"),
                (.spawnFailed("x"), [.ended(.spawnFailed("x"))], "vacant"),
                (.saidReady(engineVersion: 1), none, "spawning"), (.saidGoodbye, none, "spawning"),
                (.drainRequested(.drained), none, "ending drained"), (.stopRequested, none, "ending pool shut down"),
                (.condemned(.hang), none, "ending hung"), (.channelClosed, none, "spawning"),
                (.exited(.exited(code: 0)), none, "spawning"), (.timePassed, none, "spawning"),
            ],
            .warming: [
                (.left, kill, "ending recycled: workers of a new program took its place"),
                (.retired, kill, "ending recycled: the pool was made smaller"),
                (.wanted, none, "warming"), (.spawned(pid: 1), none, "warming"), (.spawnFailed("x"), none, "warming"),
                (.saidReady(engineVersion: 1), [.becameReady], "ready"),
                (.saidGoodbye, none, "ending drained, patiently"), (.drainRequested(.drained), kill, "ending drained"),
                (.stopRequested, [.sendStop], "ending pool shut down, patiently"),
                (.condemned(.hang), kill, "ending hung"),
                (.channelClosed, none, "ending closed its channel, patiently"),
                (.exited(.exited(code: 0)), [.ended(.exited(code: 0))], "vacant"), (.timePassed, none, "warming"),
            ],
            .ready: [
                (.left, none, "ready"),
                (.retired, [.sendDrain], "draining"),
                (.wanted, none, "ready"), (.spawned(pid: 1), none, "ready"), (.spawnFailed("x"), none, "ready"),
                (.saidReady(engineVersion: 1), kill, "ending protocol violation: ready twice"),
                (.saidGoodbye, none, "ending drained, patiently"),
                (.drainRequested(.drained), [.sendDrain], "draining"),
                (.stopRequested, [.sendStop], "ending pool shut down, patiently"),
                (.condemned(.hang), kill, "ending hung"),
                (.channelClosed, none, "ending closed its channel, patiently"),
                (.exited(.signalled(9)), [.ended(.signalled(9))], "vacant"), (.timePassed, none, "ready"),
            ],
            .draining: [
                (.left, none, "draining"),
                (.retired, none, "draining"),
                (.wanted, none, "draining"), (.spawned(pid: 1), none, "draining"),
                (.spawnFailed("x"), none, "draining"),
                (.saidReady(engineVersion: 1), kill, "ending protocol violation: ready twice"),
                (.saidGoodbye, none, "ending recycled: restart of all workers, patiently"),
                (.drainRequested(.drained), none, "draining"),
                (.stopRequested, [.sendStop], "ending pool shut down, patiently"),
                (.condemned(.hang), kill, "ending hung"),
                (.channelClosed, none, "ending closed its channel, patiently"),
                (.exited(.exited(code: 1)), [.ended(.exited(code: 1))], "vacant"), (.timePassed, none, "draining"),
            ],
            .endingPolitely: [
                (.left, none, "ending drained, patiently"),
                (.retired, none, "ending drained, patiently"),
                (.wanted, none, "ending drained, patiently"), (.spawned(pid: 1), kill, "ending drained"),
                (.spawnFailed("x"), [.ended(.drained)], "vacant"),
                (.saidReady(engineVersion: 1), none, "ending drained, patiently"),
                (.saidGoodbye, none, "ending drained, patiently"),
                (.drainRequested(.drained), none, "ending drained, patiently"),
                (.stopRequested, none, "ending drained, patiently"), (.condemned(.hang), kill, "ending drained"),
                (.channelClosed, none, "ending drained, patiently"),
                (.exited(.exited(code: 0)), [.ended(.drained)], "vacant"),
                (.timePassed, none, "ending drained, patiently"),
            ],
            .endingByForce: [
                (.left, none, "ending hung"),
                (.retired, none, "ending hung"),
                (.wanted, none, "ending hung"), (.spawned(pid: 1), kill, "ending hung"),
                (.spawnFailed("x"), [.ended(.hang)], "vacant"), (.saidReady(engineVersion: 1), none, "ending hung"),
                (.saidGoodbye, none, "ending hung"), (.drainRequested(.drained), none, "ending hung"),
                (.stopRequested, none, "ending hung"), (.condemned(.killedByOperator), none, "ending hung"),
                (.channelClosed, none, "ending hung"), (.exited(.signalled(9)), [.ended(.hang)], "vacant"),
                (.timePassed, none, "ending hung"),
            ],
        ]
        for (input, effects, state) in rows[stage] ?? [] {
            let bench = stage.bench
            #expect(bench.take(input) == effects, "\(stage.rawValue) × \(input)")
            #expect(name(bench.slot.state) == state, "\(stage.rawValue) × \(input)")
        }
        #expect(rows[stage]?.count == 13)
    }

    private func name(_ state: SlotMachine.State) -> String {
        switch state {
        case .vacant: "vacant"
        case .spawning: "spawning"
        case .warming: "warming"
        case .ready: "ready"
        case .draining: "draining"
        case .ending(let reason, let killAt): "ending \(reason)" + (killAt == nil ? "" : ", patiently")
        }
    }

    @Test(
        "each deadline that passes condemns with its own reason",
        arguments: [
            (Stage.spawning, EndReason.spawnDeadline, false), (.warming, .readyDeadline, true),
            (.draining, .drainDeadline, true), (.endingPolitely, .drained, true),
        ])
    private func deadlines(stage: Stage, reason: EndReason, killsNow: Bool) {
        let bench = stage.bench
        #expect(bench.passDeadline() == (killsNow ? [.kill] : []))
        #expect(bench.slot.state == .ending(reason, killAt: nil))
        if !killsNow { #expect(bench.take(.spawned(pid: 4)) == [.kill]) }
        #expect(bench.take(.exited(.signalled(9))) == [.ended(reason)])
    }

    @Test("a channel that ends first does not hide how the process ended")
    func channelFirst() {
        let bench = Stage.ready.bench
        bench.take(.channelClosed)
        #expect(bench.take(.exited(.signalled(11))) == [.ended(.signalled(11))])
    }

    @Test("a worker that closes its channel and lives on is killed for that")
    func channelOnly() {
        let bench = Stage.ready.bench
        bench.take(.channelClosed)
        #expect(bench.passDeadline() == [.kill])
        #expect(bench.take(.exited(.signalled(9))) == [.ended(.channelClosed)])
    }

    @Test("the waits between failures grow from nothing to the longest and never end")
    func backoff() {
        let bench = Bench()
        bench.take(.wanted)
        var waits: [Int64] = []
        for _ in 0..<100 {
            bench.take(.spawned(pid: 5), .exited(.exited(code: 3)))
            let end = bench.now
            #expect(bench.passDeadline() == [.spawn])
            waits.append((bench.now - end).nanoseconds / 1_000_000)
        }
        #expect(waits.prefix(10) == [0, 100, 200, 400, 800, 1600, 3200, 6400, 10_000, 10_000])
        #expect(waits.suffix(90).allSatisfy { $0 == 10_000 })
        #expect(bench.slot.generation == 101)
    }

    @Test("jitter keeps every wait within its share")
    func jitter() {
        var backoff = WorkerConfiguration.Backoff()
        backoff.jitter = 0.25
        var generator = JitterGenerator(seed: 7)
        let waits = (0..<1000).map { _ in
            backoff.wait(afterFailures: 4, jitter: &generator).nanoseconds / 1_000_000
        }
        #expect(waits.allSatisfy { (300...500).contains($0) })
        #expect(Set(waits).count > 100)
    }

    @Test("a worker that was ready for long starts the count of failures anew")
    func stable() {
        let bench = Bench()
        bench.take(.wanted)
        for _ in 0..<5 {
            bench.take(.spawned(pid: 5), .exited(.exited(code: 3)))
            bench.passDeadline()
        }
        bench.take(.spawned(pid: 5), .saidReady(engineVersion: 1))
        bench.take(.exited(.signalled(11)), after: .seconds(6))
        #expect(bench.slot.deadline == bench.now)
    }

    @Test(
        "an end that was asked for costs no wait",
        arguments: [EndReason.killedByOperator, .requested("blamed"), .drained, .recycled(.age(seconds: 9))])
    func asked(reason: EndReason) {
        let bench = Bench()
        bench.take(.wanted)
        for _ in 0..<5 {
            bench.take(.spawned(pid: 5), .saidReady(engineVersion: 1), .condemned(reason), .exited(.signalled(9)))
            #expect(bench.slot.deadline == bench.now)
            #expect(bench.passDeadline() == [.spawn])
        }
    }

    @Test("random orders of inputs reach every state with every input, and each spawn has one end")
    func randomWalk() {
        var chance = JitterGenerator(seed: 20)
        let bench = Bench()
        let inputs: [(String, SlotMachine.Input)] = [
            ("wanted", .wanted), ("spawned", .spawned(pid: 3)), ("spawnFailed", .spawnFailed("no")),
            ("saidReady", .saidReady(engineVersion: 1)), ("saidGoodbye", .saidGoodbye),
            ("drain", .drainRequested(.recycled(.restart))), ("retired", .retired), ("left", .left),
            ("stop", .stopRequested),
            ("condemned", .condemned(.hang)), ("channelClosed", .channelClosed), ("exited", .exited(.exited(code: 1))),
            ("timePassed", .timePassed),
        ]
        var seen: Set<String> = []
        var spawns = 0, ends = 0
        // Half of the steps go on along a healthy life, else the walk would seldom come far.
        let healthy = ["vacant": 0, "spawning": 1, "warming": 3, "ready": 5]
        for _ in 0..<10_000 {
            let next = Bool.random(using: &chance) ? healthy[stage(bench.slot.state)] : nil
            let (label, input) = inputs[next ?? Int.random(in: inputs.indices, using: &chance)]
            seen.insert("\(stage(bench.slot.state)) × \(label)")
            let wait = Int64.random(in: 0..<400, using: &chance)
            for effect in bench.take(input, after: .milliseconds(wait)) {
                if effect == .spawn { spawns += 1 }
                if case .ended = effect { ends += 1 }
                if !(spawns - ends == 0 || spawns - ends == 1) { Issue.record("\(spawns) spawns, \(ends) ends") }
            }
        }
        #expect(spawns > 200)
        // The coverage rule: a pair that the walk never meets is not tested by it.
        let all = Stage.allCases.flatMap { stage in inputs.map { "\(stage.rawValue) × \($0.0)" } }
        #expect(Set(all).subtracting(seen) == [])
    }

    private func stage(_ state: SlotMachine.State) -> String {
        switch state {
        case .ending(_, killAt: nil): "endingByForce"
        case .ending: "endingPolitely"
        default: name(state)
        }
    }

    @Test("nothing is spawned after a stop, from whatever state", arguments: Stage.allCases)
    private func stop(stage: Stage) {
        let bench = stage.bench
        bench.take(.stopRequested)
        let late = bench.take(.spawned(pid: 5)) + bench.passDeadline() + bench.take(.exited(.signalled(9)))
        #expect(!late.contains(.spawn))
        #expect(bench.slot.isStopped)
    }
}
