import SIPMessage
import SIPStack
import Testing

@testable import Switchboard

/// Calls through the whole switch under virtual time, with and without dying workers and a bad network.
@Suite("Simulated calls")
struct SimulatedCallTests {
    static let sdp = Array("v=0 offer".utf8)
    static let caller: UInt32 = 1
    static let bob = AccountKey(user: "bob", domain: "example.test")
    static let plan = AccountKey(user: "plan", domain: "example.test")

    /// A caller from outside calls `plan@example.test`, whose script decides; phone 2 is bob's, phone 3 is outside.
    static func make(
        seed: UInt64, conditions: SimulatedSwitch.Conditions = .init(), steps: [SimulatedWorker.Step],
        bob behaviour: SimulatedPhone.Behaviour = .answers(after: .milliseconds(800)),
        other: SimulatedPhone.Behaviour = .answers(after: .milliseconds(500)),
        callerHangsUpAfter: Duration? = .seconds(2),
        bobHangsUpAfter: Duration? = nil
    ) -> SimulatedSwitch {
        func account(_ key: AccountKey, _ dialplan: String?) -> Account {
            Account(key: key, owner: "owner", ha1MD5: "", ha1SHA256: "", inDialplan: dialplan)
        }
        var simulation = SimulatedSwitch(
            seed: seed, conditions: conditions, programs: ["main": steps],
            accounts: [account(bob, nil), account(plan, "main")])
        simulation.addPhone(caller, .ringsOnly, hangsUpAfter: callerHangsUpAfter)
        simulation.addPhone(2, behaviour, hangsUpAfter: bobHangsUpAfter)
        simulation.addPhone(3, other)
        simulation.bind(bob, toPhone: 2)
        simulation.at(.milliseconds(1)) { simulation in
            try simulation.act(caller) { phone, now in
                try phone.call(
                    SIPURI("sip:plan@example.test"), from: SIPURI("sip:alice@elsewhere.test"), body: sdp, at: now)
            }
        }
        return simulation
    }

    static func phone(_ number: UInt32, _ simulation: SimulatedSwitch) throws -> SimulatedPhone {
        try #require(simulation.phones[SimulatedSwitch.phoneAddress(number)])
    }

    static func expectQuiet(_ simulation: SimulatedSwitch) {
        #expect(simulation.board.trackedEntries == 0, "\(simulation.board.status)")
        #expect(simulation.board.transactions.isIdle, "\(simulation.board.status.transactions)")
        #expect(simulation.board.status.timers == 0)
        #expect(simulation.condemned == [])
        let busyPhones = simulation.phones.values.count { !$0.isQuiet }
        #expect(busyPhones == 0)
    }

    static let failover: [SimulatedWorker.Step] = [
        .log("start"), .dial("bob@example.test", ring: 1), .log("bob did not answer"), .logLastDialled,
        .dial("sip:carol@10.0.1.3", ring: 20), .log("never reached"),
    ]

    @Test("a call is answered, bridged and ended, and nothing is left of it")
    func answered() throws {
        var simulation = Self.make(seed: 1, steps: [.log("hello"), .dial("bob@example.test", ring: 30)])
        try simulation.run()
        let caller = try Self.phone(Self.caller, simulation)
        let bob = try Self.phone(2, simulation)
        #expect(caller.provisionals == [180])
        #expect(caller.finals == [200])
        #expect(bob.invited.count == 1 && bob.answered == 1 && bob.ended == 1)
        #expect(simulation.log.contains("script hello"))
        #expect(simulation.log.last == "script ended from outside")
        #expect(simulation.records.map(\.status) == [200])
        #expect(simulation.records.first?.hungUpBy == "caller")
        #expect(simulation.records.first?.legs.map(\.status) == [200])
        Self.expectQuiet(simulation)
    }

    @Test(
        "a callee that hangs up before the caller's ACK: the caller's BYE comes after his ACK, or when none comes",
        arguments: [(4, 4), (100, 32)])
    func hangUpBeforeAck(ackAfter: Int, byeAfter: Int) throws {
        var simulation = Self.make(
            seed: 2, steps: [.dial("bob@example.test", ring: 30)], callerHangsUpAfter: nil,
            bobHangsUpAfter: .milliseconds(50))
        let caller = SimulatedSwitch.phoneAddress(Self.caller)
        simulation.phones[caller]?.acknowledgesAfter = .seconds(ackAfter)
        // Bob answers after 0.8 s.
        try simulation.run(for: .seconds(byeAfter))
        #expect(simulation.phones[caller]?.ended == 0)
        try simulation.run(for: .seconds(3))
        #expect(simulation.phones[caller]?.ended == 1)
        try simulation.run()
        #expect(simulation.records.map(\.hungUpBy) == ["callee"])
        Self.expectQuiet(simulation)
    }

    @Test("a destination that cannot be reached fails at once, and the script goes on")
    func unreachable() throws {
        var simulation = Self.make(seed: 2, steps: Self.failover, bob: .ringsOnly)
        simulation.phones[SimulatedSwitch.phoneAddress(2)] = nil
        simulation.at(.milliseconds(200)) { simulation in
            simulation.receive(
                .unreachable(
                    Flow(
                        transport: .udp, local: SimulatedSwitch.address,
                        remote: SimulatedSwitch.phoneAddress(2))))
        }
        try simulation.run()
        #expect(simulation.log.contains("system Leg 1: ended with 503 Unreachable"))
        #expect(simulation.records.first?.legs.map(\.status) == [503, 200])
        Self.expectQuiet(simulation)
    }

    @Test("an answered call whose phone is gone ends when the phone is asked and does not answer")
    func lostPhone() throws {
        var simulation = Self.make(
            seed: 2, steps: [.dial("bob@example.test", ring: 30)], callerHangsUpAfter: nil)
        simulation.at(.seconds(10)) { $0.phones[SimulatedSwitch.phoneAddress(2)] = nil }
        try simulation.run(for: .seconds(890))
        #expect(try Self.phone(Self.caller, simulation).ended == 0)
        try simulation.run(for: .seconds(120))
        #expect(try Self.phone(Self.caller, simulation).ended == 1)
        try simulation.run()
        #expect(simulation.records.map(\.hungUpBy) == ["switch"])
        Self.expectQuiet(simulation)
    }

    @Test("an answered call whose phones answer goes on for days")
    func longCall() throws {
        var simulation = Self.make(
            seed: 2, steps: [.dial("bob@example.test", ring: 30)], callerHangsUpAfter: .seconds(200_000))
        try simulation.run(for: .seconds(199_000))
        #expect(try Self.phone(Self.caller, simulation).ended == 0)
        #expect(simulation.board.status.calls == 1)
        try simulation.run(for: .seconds(2_000))
        #expect(simulation.records.map(\.hungUpBy) == ["caller"])
        Self.expectQuiet(simulation)
    }

    @Test("a phone that rings for long is heard of each minute")
    func ringingEachMinute() throws {
        var simulation = Self.make(seed: 2, steps: [.dial("bob@example.test", ring: 170)], bob: .ringsOnly)
        try simulation.run()
        #expect(try Self.phone(Self.caller, simulation).provisionals == [180, 180, 180])
        Self.expectQuiet(simulation)
    }

    @Test("a BYE of the callee ends the caller's side too")
    func calleeHangsUp() throws {
        var simulation = Self.make(
            seed: 2, steps: [.dial("bob@example.test", ring: 30)], callerHangsUpAfter: nil, bobHangsUpAfter: .seconds(1)
        )
        try simulation.run()
        #expect(try Self.phone(Self.caller, simulation).ended == 1)
        #expect(simulation.records.first?.hungUpBy == "callee")
        Self.expectQuiet(simulation)
    }

    @Test("a leg that does not answer in its ring time is cancelled and the script goes on")
    func failsOver() throws {
        var simulation = Self.make(seed: 3, steps: Self.failover, bob: .ringsOnly)
        try simulation.run()
        let bob = try Self.phone(2, simulation)
        #expect(bob.invited.count == 1 && bob.cancelled == 1 && bob.answered == 0)
        #expect(try Self.phone(3, simulation).answered == 1)
        #expect(try Self.phone(Self.caller, simulation).finals == [200])
        #expect(simulation.log.contains("script bob did not answer"))
        Self.expectQuiet(simulation)
    }

    static let outcomes: [(steps: [SimulatedWorker.Step], bob: SimulatedPhone.Behaviour, final: Int)] = [
        ([.dial("bob@example.test", ring: 30)], .refuses(.busyHere, after: .milliseconds(50)), 486),
        ([.dial("bob@example.test", ring: 1)], .ringsOnly, 480),
        ([.dial("nobody@example.test", ring: 30)], .ringsOnly, 480),
        ([.respond(603, "Go away")], .ringsOnly, 603),
        ([.log("nothing else")], .ringsOnly, 480),
        ([.respond(200, "no"), .log("goes on"), .respond(404, "")], .ringsOnly, 404),
        ([.dial("bob@example.test[", ring: 30), .respond(500, "")], .ringsOnly, 500),
        ([.dial("bob@example.test", ring: 30), .respond(404, "")], .refuses(.busyHere, after: .milliseconds(5)), 404),
    ]

    @Test("the caller gets the last failure, the script's own response, or 480", arguments: outcomes.indices)
    func refused(index: Int) throws {
        let (steps, bob, final) = Self.outcomes[index]
        var simulation = Self.make(seed: 4, steps: steps, bob: bob)
        try simulation.run()
        #expect(try Self.phone(Self.caller, simulation).finals == [final])
        #expect(simulation.records.map(\.status) == [final])
        Self.expectQuiet(simulation)
    }

    @Test("the first of two legs rung together wins and the other is cancelled")
    func parallel() throws {
        var simulation = Self.make(
            seed: 5, steps: [.dial("bob@example.test&sip:carol@10.0.1.3", ring: 30)], bob: .ringsOnly)
        try simulation.run()
        #expect(try Self.phone(2, simulation).cancelled == 1)
        #expect(try Self.phone(3, simulation).answered == 1)
        Self.expectQuiet(simulation)
    }

    @Test("a caller that cancels gets 487 and no phone is left ringing")
    func cancelled() throws {
        var simulation = Self.make(seed: 6, steps: Self.failover, bob: .ringsOnly)
        simulation.at(.milliseconds(500)) { try $0.act(Self.caller) { try $0.cancelCall(at: $1) } }
        try simulation.run()
        #expect(try Self.phone(Self.caller, simulation).finals == [487])
        #expect(try Self.phone(2, simulation).cancelled == 1)
        #expect(simulation.log.last == "script ended from outside")
        Self.expectQuiet(simulation)
    }

    @Test("CANCEL and 200 cross in every order within milliseconds and both sides agree in the end", arguments: 0..<60)
    func cancelCrossesAnswer(step: Int) throws {
        var simulation = Self.make(
            seed: UInt64(step), steps: [.dial("bob@example.test", ring: 30)], bob: .answers(after: .milliseconds(300)))
        simulation.at(.milliseconds(290 + step)) { try $0.act(Self.caller) { try $0.cancelCall(at: $1) } }
        try simulation.run()
        let caller = try Self.phone(Self.caller, simulation)
        let bob = try Self.phone(2, simulation)
        #expect(caller.finals == [200] || caller.finals == [487])
        #expect(bob.invited.count == 1)
        #expect(bob.answered == bob.ended, "an answered phone hears of the end")
        #expect(bob.answered + bob.cancelled >= 1)
        Self.expectQuiet(simulation)
    }

    @Test(
        "a worker killed at any millisecond of the set-up changes nothing that anybody sees",
        arguments: Array(stride(from: 0, to: 1_900, by: 13)))
    func killedAt(millisecond: Int) throws {
        var calm = Self.make(seed: 7, steps: Self.failover, bob: .ringsOnly)
        try calm.run()
        var simulation = Self.make(seed: 7, steps: Self.failover, bob: .ringsOnly)
        simulation.at(.milliseconds(millisecond)) { $0.killBusyWorkers() }
        try simulation.run()
        #expect(simulation.log == calm.log)
        for number in [Self.caller, 2, 3] {
            let phone = try Self.phone(number, simulation)
            let same = try Self.phone(number, calm)
            #expect(phone.invited == same.invited, "the same INVITEs, each once")
            #expect(phone.finals == same.finals && phone.provisionals == same.provisionals)
            #expect(phone.cancelled == same.cancelled && phone.answered == same.answered)
        }
        Self.expectQuiet(simulation)
    }

    @Test("the storm reaches what it is made for: deaths, answers, failures, replays")
    func stormReaches() throws {
        var deaths = 0
        var moved = 0
        var finals: Set<Int> = []
        for seed in 0..<40 {
            var conditions = SimulatedSwitch.Conditions()
            conditions.death = 0.2
            conditions.loss = seed % 2 == 0 ? 0 : 0.1
            var simulation = Self.make(
                seed: UInt64(seed), conditions: conditions, steps: Self.failover, bob: .ringsOnly,
                other: seed % 3 == 0
                    ? .refuses(.busyHere, after: .milliseconds(50)) : .answers(after: .milliseconds(50)))
            try simulation.run()
            deaths += simulation.deaths
            moved += simulation.events.count { if case .executionMoved = $0.occurrence { true } else { false } }
            finals.formUnion(try Self.phone(Self.caller, simulation).finals)
        }
        #expect(deaths > 40 && moved > 40, "\(deaths) deaths, \(moved) moves")
        #expect(finals.isSuperset(of: [200, 486]), "\(finals)")
    }

    @Test(
        "whatever the network loses and however often workers die, every call ends, with one INVITE a leg",
        arguments: 0..<400)
    func storm(seed: Int) throws {
        var conditions = SimulatedSwitch.Conditions()
        conditions.loss = Double(seed % 5) * 0.05
        conditions.duplication = 0.1
        conditions.delayMilliseconds = 1...40
        conditions.death = Double(seed % 4) * 0.1
        var simulation = Self.make(
            seed: UInt64(seed), conditions: conditions, steps: Self.failover,
            bob: seed % 2 == 0 ? .ringsOnly : .refuses(.busyHere, after: .milliseconds(100)),
            bobHangsUpAfter: .seconds(3))
        try simulation.run()
        let bob = try Self.phone(2, simulation)
        let carol = try Self.phone(3, simulation)
        #expect(Set(bob.invited).count == bob.invited.count && bob.invited.count <= 1, "seed \(seed)")
        #expect(Set(carol.invited).count == carol.invited.count && carol.invited.count <= 1, "seed \(seed)")
        #expect(try Self.phone(Self.caller, simulation).finals.count <= 1)
        #expect(simulation.records.count <= 1)
        #expect(simulation.board.trackedEntries == 0, "seed \(seed): \(simulation.board.status)")
        #expect(simulation.condemned == [], "seed \(seed)")
        let diverged = simulation.events.contains { if case .journalDiverged = $0.occurrence { true } else { false } }
        #expect(!diverged, "seed \(seed)")
    }
}
