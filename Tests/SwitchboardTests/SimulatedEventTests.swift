import DialplanHostCalls
import SIPMessage
import SIPStack
import Testing

@testable import Switchboard

/// What those who watch the switch are told.
@Suite("Simulated calls: events")
struct SimulatedEventTests {
    /// A stranger calls sam's plan, which dials olga's plan, which rings a phone outside.
    static func twoOwners(_ callee: SimulatedPhone.Behaviour, ring: Int = 30) -> SimulatedSwitch {
        func account(_ user: String, _ owner: String, _ dialplan: String) -> Account {
            Account(
                key: AccountKey(user: user, domain: "example.test"), owner: owner, ha1MD5: "", ha1SHA256: "",
                inDialplan: dialplan)
        }
        var simulation = SimulatedSwitch(
            seed: 11,
            programs: [
                "outer": [.dial("deep@example.test", ring: 30)],
                "inner": [.dial("sip:secret-number@10.0.1.3", ring: Int64(ring))],
            ],
            accounts: [account("plan", "sam", "outer"), account("deep", "olga", "inner")])
        simulation.addPhone(1, .ringsOnly, hangsUpAfter: .seconds(2))
        simulation.addPhone(3, callee)
        simulation.at(.milliseconds(1)) { simulation in
            try simulation.act(1) { phone, now in
                try phone.call(
                    SIPURI("sip:plan@example.test"), from: SIPURI("sip:alice@elsewhere.test"),
                    body: SimulatedTreeTests.sdp, at: now)
            }
        }
        return simulation
    }

    private static func word(_ event: SwitchEvent) -> String {
        switch event.occurrence {
        case .callStarted: "started"
        case .callRinging(let status): "ringing \(status)"
        case .callAnswered: "answered"
        case .callEnded(let status, _, let by, let seconds):
            "ended \(status ?? 0) \(by ?? "-") \(seconds.map { "\($0.rounded())" } ?? "-")"
        default: "other"
        }
    }

    @Test("each owner is told of his part of a call: started, ringing, answered, ended")
    func answered() throws {
        var simulation = Self.twoOwners(.answers(after: .milliseconds(500)))
        try simulation.run()
        for owner in ["sam", "olga"] {
            let events = simulation.events.filter { $0.owner == owner }
            #expect(events.map(Self.word) == ["started", "ringing 180", "answered", "ended 200 caller 2.0"])
            #expect(Set(events.map(\.call)).count == 1)
            #expect(events.map(\.time) == events.map(\.time).sorted())
        }
        #expect(simulation.events.allSatisfy { $0.owner != nil })
    }

    @Test("an owner's events hold nothing of what another owner's dialplan does")
    func apart() throws {
        var simulation = Self.twoOwners(.answers(after: .milliseconds(500)))
        try simulation.run()
        let sams = simulation.events.filter { $0.owner == "sam" }.map { "\($0.occurrence)" }.joined()
        #expect(sams.contains("sip:plan@example.test"))
        for other in ["deep", "inner", "olga", "secret-number"] { #expect(!sams.contains(other), "\(other)") }
        let olgas = simulation.events.filter { $0.owner == "olga" }.map { "\($0.occurrence)" }.joined()
        #expect(olgas.contains("inner"))
        for other in ["outer", "sam"] { #expect(!olgas.contains(other), "\(other)") }
    }

    @Test("a call that is not answered ends with the status that its caller got")
    func refused() throws {
        var simulation = Self.twoOwners(.ringsOnly, ring: 3)
        try simulation.run()
        let events = simulation.events.filter { $0.owner == "sam" }.map(Self.word)
        #expect(events.first == "started" && events.dropFirst().first == "ringing 180")
        #expect(events.last?.hasPrefix("ended 4") == true && events.last?.hasSuffix("- -") == true, "\(events)")
        #expect(!events.contains("answered"))
    }

    @Test("new limits hold for the next call, what identifiers are made from stays")
    func reconfiguring() throws {
        var simulation = Self.twoOwners(.answers(after: .milliseconds(500)))
        var configuration = SwitchConfiguration(secret: [1], listeners: [])
        configuration.executions = 0
        simulation.receive(.configurationChanged(configuration))
        try simulation.run()
        #expect(try SimulatedTreeTests.phone(1, simulation).finals == [503])
        #expect(simulation.events.isEmpty)
        #expect(simulation.board.configuration.listeners == [SimulatedSwitch.address])
        #expect(simulation.board.configuration.secret.count == 32)
    }
}
