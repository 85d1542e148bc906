import SIPMessage
import SIPStack
import Testing

@testable import Switchboard

/// Calls through providers, which want credentials, and to destinations that are elsewhere.
@Suite("Simulated providers and redirections")
struct SimulatedProviderTests {
    /// Phone 1 calls `plan@example.test`, whose script decides; phone 2 is the provider's gateway, phone 3 stands outside.
    static func make(
        steps: [SimulatedWorker.Step], doorkeeper: SimulatedPhone.Doorkeeper?, headerRows: [String] = []
    ) throws -> SimulatedSwitch {
        let provider = Provider(
            owner: "owner", name: "MyTrunk", server: try SIPURI("sip:10.0.1.2"), username: "line7",
            credentials: CalleeCredentials(username: "auth7", password: "secret"), headerRows: headerRows)
        let plan = Account(
            key: AccountKey(user: "plan", domain: "example.test"), owner: "owner", ha1MD5: "", ha1SHA256: "",
            inDialplan: "main")
        var simulation = SimulatedSwitch(seed: 5, programs: ["main": steps], accounts: [plan], providers: [provider])
        simulation.addPhone(1, .ringsOnly, hangsUpAfter: .seconds(2))
        simulation.addPhone(2, .answers(after: .milliseconds(300)))
        simulation.addPhone(3, .answers(after: .milliseconds(300)))
        simulation.phones[SimulatedSwitch.phoneAddress(2)]?.doorkeeper = doorkeeper
        simulation.at(.milliseconds(1)) { simulation in
            try simulation.act(1) { phone, now in
                try phone.call(
                    SIPURI("sip:plan@example.test"), from: SIPURI("sip:alice@elsewhere.test"),
                    body: SimulatedCallTests.sdp, at: now)
            }
        }
        return simulation
    }

    @Test(
        "a provider's challenge is answered with the owner's credentials, in the call and at its end",
        arguments: [401, 407], [0, 1])
    func challenged(status: Int, stale: Int) throws {
        let keeper = SimulatedPhone.Doorkeeper(
            status: status == 401 ? .unauthorized : .proxyAuthenticationRequired, username: "auth7", password: "secret",
            staleAnswers: stale)
        var simulation = try Self.make(steps: [.dial("0043123@mytrunk", ring: 30)], doorkeeper: keeper)
        try simulation.run()
        let gateway = try SimulatedCallTests.phone(2, simulation)
        #expect(gateway.letIn == ["sip:line7@10.0.1.2 -> sip:0043123@10.0.1.2"])
        #expect(gateway.answered == 1 && gateway.ended == 1)
        // The INVITE, perhaps once more, and the BYE.
        #expect(gateway.challenged == 2 + stale)
        #expect(simulation.records.map(\.status) == [200])
        #expect(simulation.records.first?.legs.map(\.status) == [200])
        SimulatedCallTests.expectQuiet(simulation)
    }

    @Test("wrong credentials are tried once, then the leg has failed and the next group is rung")
    func wrongPassword() throws {
        let keeper = SimulatedPhone.Doorkeeper(username: "auth7", password: "another")
        var simulation = try Self.make(steps: [.dial("1@MyTrunk|sip:2@10.0.1.3", ring: 30)], doorkeeper: keeper)
        try simulation.run()
        #expect(try SimulatedCallTests.phone(2, simulation).challenged == 2)
        #expect(try SimulatedCallTests.phone(3, simulation).answered == 1)
        #expect(simulation.records.first?.legs.map(\.status) == [407, 200])
        #expect(!simulation.log.contains { $0.contains("secret") })
        SimulatedCallTests.expectQuiet(simulation)
    }

    @Test("a provider's own header rows travel with the call; those that the switch writes are passed over")
    func headers() throws {
        var simulation = try Self.make(
            steps: [.dial("1@mytrunk", ring: 30)], doorkeeper: nil,
            headerRows: ["X-Line: 7", "Via: SIP/2.0/UDP evil.test", "no colon"])
        try simulation.run()
        let invite = try #require(try SimulatedCallTests.phone(2, simulation).lastInvite)
        #expect(invite.headers.values(named: try #require(HeaderName("X-Line"))) == ["7"])
        #expect(invite.headers.values(named: .via).count == 1)
    }

    @Test("the dialled number is put into the provider's URI; its secret is in no description")
    func values() throws {
        let provider = Provider(
            owner: "o", name: "p", server: try SIPURI("sip:10.0.1.2:5070;transport=udp"), username: "line7",
            credentials: CalleeCredentials(username: "a", password: "b"))
        #expect(provider.target(user: "99").description == "sip:99@10.0.1.2:5070;transport=udp")
        #expect(!"\(provider)".contains("\"b\"") && !String(reflecting: provider).contains("\"b\""))
        let anonymous = Provider(
            owner: "o", name: "p", server: try SIPURI("sip:10.0.1.2"), username: "anonymous",
            credentials: CalleeCredentials(username: "a", password: "b"))
        let from = anonymous.from(caller: NameAddress(uri: try SIPURI("sip:alice@elsewhere.test")))
        #expect(from.uri.description == "sip:anonymous@elsewhere.test")
    }

    @Test("credentials in the dial string itself answer the challenge")
    func commaForm() throws {
        let keeper = SimulatedPhone.Doorkeeper(username: "user", password: "pass")
        var simulation = try Self.make(steps: [.dial("user,pass,sip:55@10.0.1.2", ring: 30)], doorkeeper: keeper)
        try simulation.run()
        #expect(try SimulatedCallTests.phone(2, simulation).letIn == ["sip:alice@elsewhere.test -> sip:55@10.0.1.2"])
        #expect(simulation.records.map(\.status) == [200])
        SimulatedCallTests.expectQuiet(simulation)
    }

    @Test("a redirection is followed, unless the leg forbids it", arguments: [true, false])
    func redirected(isFollowed: Bool) throws {
        let destination = isFollowed ? "sip:1@10.0.1.2" : "sip:1@10.0.1.2[rm=n]"
        var simulation = try Self.make(steps: [.dial(destination, ring: 30)], doorkeeper: nil)
        simulation.phones[SimulatedSwitch.phoneAddress(2)]?.redirection = try SIPURI("sip:carol@10.0.1.3")
        try simulation.run()
        #expect(try SimulatedCallTests.phone(3, simulation).answered == (isFollowed ? 1 : 0))
        #expect(simulation.records.first?.legs.map(\.status) == (isFollowed ? [302, 200] : [302]))
        SimulatedCallTests.expectQuiet(simulation)
    }

    @Test("a redirection never reaches a provider's name, and a circle of redirections ends")
    func redirectedToProvider() throws {
        var simulation = try Self.make(steps: [.dial("sip:1@10.0.1.3", ring: 30)], doorkeeper: nil)
        simulation.phones[SimulatedSwitch.phoneAddress(3)]?.redirection = try SIPURI("sip:carol@10.0.1.3")
        try simulation.run()
        #expect(try SimulatedCallTests.phone(3, simulation).letIn.count == 6)
        #expect(simulation.records.first?.legs.count == 6)
        SimulatedCallTests.expectQuiet(simulation)
        var toProvider = try Self.make(steps: [.dial("sip:1@10.0.1.3", ring: 3)], doorkeeper: nil)
        toProvider.phones[SimulatedSwitch.phoneAddress(3)]?.redirection = try SIPURI("sip:carol@mytrunk")
        try toProvider.run()
        #expect(try SimulatedCallTests.phone(2, toProvider).invited.isEmpty)
    }
}
