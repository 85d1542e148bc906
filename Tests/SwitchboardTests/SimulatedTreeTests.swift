import DialplanHostCalls
import SIPMessage
import SIPStack
import Testing

@testable import Switchboard

/// Calls whose scripts dial accounts that have scripts of their own: a tree of executions.
@Suite("Simulated calls: plans that dial plans")
struct SimulatedTreeTests {
    static let sdp = Array("v=0 offer".utf8)

    /// A stranger calls `plan`; `plan` and `inner` have dialplans, phone 3 is outside, phone 2 is bob's.
    static func make(
        seed: UInt64, outer: [SimulatedWorker.Step], inner: [SimulatedWorker.Step],
        conditions: SimulatedSwitch.Conditions = .init(),
        other: SimulatedPhone.Behaviour = .answers(after: .milliseconds(500)),
        callerHangsUpAfter: Duration? = .seconds(2),
        workers: Int = 2
    ) -> SimulatedSwitch {
        func account(_ user: String, _ owner: String, _ dialplan: String?) -> Account {
            Account(
                key: AccountKey(user: user, domain: "example.test"), owner: owner, ha1MD5: "", ha1SHA256: "",
                inDialplan: dialplan)
        }
        var simulation = SimulatedSwitch(
            seed: seed, conditions: conditions, workers: workers, programs: ["outer": outer, "inner": inner],
            accounts: [
                account("plan", "owner", "outer"), account("deep", "owner", "inner"), account("bob", "owner", nil),
            ])
        simulation.addPhone(1, .ringsOnly, hangsUpAfter: callerHangsUpAfter)
        simulation.addPhone(2, .ringsOnly)
        simulation.addPhone(3, other)
        simulation.bind(AccountKey(user: "bob", domain: "example.test"), toPhone: 2)
        simulation.at(.milliseconds(1)) { simulation in
            try simulation.act(1) { phone, now in
                try phone.call(
                    SIPURI("sip:plan@example.test"), from: SIPURI("sip:alice@elsewhere.test"), body: sdp, at: now)
            }
        }
        return simulation
    }

    static func phone(_ number: UInt32, _ simulation: SimulatedSwitch) throws -> SimulatedPhone {
        try #require(simulation.phones[SimulatedSwitch.phoneAddress(number)])
    }

    @Test("the answer of the inner plan's leg is the answer of the call")
    func innerAnswers() throws {
        var simulation = Self.make(
            seed: 1, outer: [.log("outer"), .dial("deep@example.test", ring: 30)],
            inner: [.log("inner"), .dial("sip:carol@10.0.1.3", ring: 30)])
        try simulation.run()
        #expect(try Self.phone(1, simulation).finals == [200])
        #expect(try Self.phone(3, simulation).answered == 1)
        #expect(simulation.log.count { $0 == "script ended from outside" } == 2, "both scripts are over")
        #expect(simulation.records.count == 1, "one owner, one record")
        SimulatedCallTests.expectQuiet(simulation)
    }

    @Test("a failure of the inner plan is a failed leg of the outer one, which goes on")
    func innerFails() throws {
        var simulation = Self.make(
            seed: 2,
            outer: [.dial("deep@example.test", ring: 30), .logLastDialled, .dial("sip:carol@10.0.1.3", ring: 9)],
            inner: [.respond(603, "Not now")])
        try simulation.run()
        #expect(simulation.log.contains("script last: SIP/2.0 603 Not now"))
        #expect(try Self.phone(1, simulation).finals == [200])
        SimulatedCallTests.expectQuiet(simulation)
    }

    @Test("the outer plan's ring time cancels the inner plan and its legs")
    func outerRingTime() throws {
        var simulation = Self.make(
            seed: 3, outer: [.dial("deep@example.test", ring: 1), .respond(404, "")],
            inner: [.dial("bob@example.test", ring: 30), .log("never")])
        try simulation.run()
        #expect(try Self.phone(2, simulation).cancelled == 1)
        #expect(try Self.phone(1, simulation).finals == [404])
        #expect(!simulation.log.contains("script never"))
        SimulatedCallTests.expectQuiet(simulation)
    }

    @Test("the caller's CANCEL goes down the whole tree")
    func cancelGoesDown() throws {
        var simulation = Self.make(
            seed: 4, outer: [.dial("deep@example.test", ring: 30)], inner: [.dial("bob@example.test", ring: 30)])
        simulation.at(.milliseconds(400)) { try $0.act(1) { try $0.cancelCall(at: $1) } }
        try simulation.run()
        #expect(try Self.phone(1, simulation).finals == [487])
        #expect(try Self.phone(2, simulation).cancelled == 1)
        SimulatedCallTests.expectQuiet(simulation)
    }

    @Test("plans that dial each other end, and do not multiply")
    func mutualRecursion() throws {
        var simulation = Self.make(
            seed: 5, outer: [.dial("deep@example.test&a.deep@example.test&b.deep@example.test", ring: 30)],
            inner: [.dial("plan@example.test&a.plan@example.test&b.plan@example.test", ring: 30)])
        try simulation.run()
        #expect(try Self.phone(1, simulation).finals.count == 1)
        #expect(simulation.log.count < 500, "\(simulation.log.count) lines")
        SimulatedCallTests.expectQuiet(simulation)
    }

    @Test("a tree survives the deaths of its workers at any moment", arguments: Array(stride(from: 0, to: 700, by: 23)))
    func treeSurvives(millisecond: Int) throws {
        func make() -> SimulatedSwitch {
            Self.make(
                seed: 6, outer: [.log("outer"), .dial("deep@example.test", ring: 30), .log("never")],
                inner: [.log("inner"), .dial("bob@example.test", ring: 1), .dial("sip:carol@10.0.1.3", ring: 9)],
                other: .answers(after: .milliseconds(200)))
        }
        var calm = make()
        try calm.run()
        var simulation = make()
        simulation.at(.milliseconds(millisecond)) { $0.killBusyWorkers() }
        try simulation.run()
        #expect(simulation.deaths >= 1 || millisecond < 3)
        #expect(Set(simulation.log) == Set(calm.log) && simulation.log.count == calm.log.count)
        #expect(try Self.phone(1, simulation).finals == [200])
        #expect(try Self.phone(2, simulation).invited == Self.phone(2, calm).invited)
        #expect(try Self.phone(3, simulation).invited == Self.phone(3, calm).invited)
        SimulatedCallTests.expectQuiet(simulation)
    }

    @Test("without any worker ringing phones go on ringing, and the answer still connects")
    func outageWhileRinging() throws {
        var simulation = Self.make(
            seed: 7, outer: [.dial("sip:carol@10.0.1.3", ring: 60)], inner: [],
            other: .answers(after: .seconds(30)), workers: 1)
        simulation.at(.milliseconds(300)) { $0.killForGood() }
        try simulation.run(for: .seconds(40))
        #expect(try Self.phone(3, simulation).cancelled == 0)
        #expect(try Self.phone(1, simulation).finals == [200])
    }

    @Test("a call that finds no worker is refused with 503 after a while, not kept for ever")
    func noWorker() throws {
        var simulation = Self.make(seed: 8, outer: [.dial("sip:carol@10.0.1.3", ring: 60)], inner: [], workers: 0)
        try simulation.run()
        #expect(try Self.phone(1, simulation).finals == [503])
        SimulatedCallTests.expectQuiet(simulation)
    }

    @Test("when the switch is stopped callers are refused, ringing legs cancelled, answered calls hung up")
    func shutdown() throws {
        var ringing = Self.make(seed: 9, outer: [.dial("bob@example.test", ring: 60)], inner: [])
        ringing.at(.milliseconds(500)) { $0.receive(.shutdown) }
        try ringing.run()
        #expect(try Self.phone(1, ringing).finals == [503])
        #expect(try Self.phone(2, ringing).cancelled == 1)
        SimulatedCallTests.expectQuiet(ringing)

        var answered = Self.make(
            seed: 10, outer: [.dial("sip:carol@10.0.1.3", ring: 60)], inner: [], callerHangsUpAfter: nil)
        answered.at(.seconds(2)) { $0.receive(.shutdown) }
        try answered.run()
        #expect(try Self.phone(1, answered).ended == 1)
        #expect(try Self.phone(3, answered).ended == 1)
        SimulatedCallTests.expectQuiet(answered)
    }
}
