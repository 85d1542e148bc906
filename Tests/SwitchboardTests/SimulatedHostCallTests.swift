import DialplanHostCalls
import SIPMessage
import SIPStack
import Testing

@testable import Switchboard

/// Host calls that change what is sent, or ask what the switch knows.
@Suite("Simulated host calls")
struct SimulatedHostCallTests {
    typealias Name = HostCallTable.Name

    /// Runs the steps, then dials phone 2; returns what phone 2 was sent.
    static func invite(
        after steps: [SimulatedWorker.Step], dialling destination: String = "sip:9@10.0.1.2"
    ) throws -> (invite: SIPRequest, log: [String]) {
        var simulation = try SimulatedProviderTests.make(
            steps: steps + [.dial(destination, ring: 30)], doorkeeper: nil)
        try simulation.run()
        SimulatedCallTests.expectQuiet(simulation)
        return (try #require(try SimulatedCallTests.phone(2, simulation).lastInvite), simulation.log)
    }

    static func set(_ name: String, _ value: String) -> SimulatedWorker.Step {
        .effect(Name.setCustomSIPHeader, [.text(name), .text(value)])
    }

    @Test("custom headers travel with later Dials; the same name replaces; what the switch writes is refused")
    func customHeaders() throws {
        let (invite, log) = try Self.invite(after: [
            Self.set("X-Route", "first"), Self.set("x-route", "international"), Self.set("Via", "SIP/2.0/UDP evil"),
            Self.set("X-Gone", "1"), .effect(Name.removeCustomSIPHeader, [.text("X-Gone")]),
            Self.set("X-Evil", "a\r\nContact: <sip:evil@evil.test>"), .effect(Name.printCustomSIPHeaders, []),
        ])
        let route = try #require(HeaderName("X-Route"))
        #expect(invite.headers.values(named: route) == ["international"])
        #expect(invite.headers.values(named: .via).count == 1)
        #expect(invite.headers.values(named: .contact).count == 1)
        #expect(invite.headers.values(named: try #require(HeaderName("X-Gone"))) == [])
        #expect(log.contains { $0.hasPrefix("system Header refused: Via") })
        #expect(log.contains { $0.hasPrefix("system Custom header: ") && $0.hasSuffix(": international") })
        let (cleared, _) = try Self.invite(after: [Self.set("X-Route", "a"), .effect(Name.clearCustomSIPHeaders, [])])
        #expect(cleared.headers.values(named: route) == [])
    }

    @Test("a run may set twenty custom headers")
    func manyHeaders() throws {
        let (invite, log) = try Self.invite(after: (1...21).map { Self.set("X-\($0)", "v") })
        #expect(invite.headers.values(named: try #require(HeaderName("X-20"))) == ["v"])
        #expect(invite.headers.values(named: try #require(HeaderName("X-21"))) == [])
        #expect(log.contains("system Header refused: a run may set 20 of them."))
    }

    @Test(
        "SetFromHeader changes the parts that are given; a leg's own options go before it",
        arguments: [
            (["Sales", "100", "office.test"], "sip:9@10.0.1.2", "\"Sales\" <sip:100@office.test>"),
            ([nil, "100", nil], "sip:9@10.0.1.2", "<sip:100@elsewhere.test>"),
            (["Sales", "100", nil], "sip:9@10.0.1.2[fu=200]", "\"Sales\" <sip:200@elsewhere.test>"),
            ([nil, "100", nil], "9@mytrunk", "<sip:100@10.0.1.2>"),
        ])
    func setFrom(parts: [String?], destination: String, expected: String) throws {
        let values = parts.map { $0.map { HostValue.text($0) } ?? .null }
        let (invite, _) = try Self.invite(after: [.effect(Name.setFromHeader, values)], dialling: destination)
        let from = invite.headers.from
        #expect(
            NameAddress(displayName: from.displayName.map { FieldText(cleaning: $0) }, uri: from.uri).description
                == expected)
        let (cleared, _) = try Self.invite(
            after: [.effect(Name.setFromHeader, values), .effect(Name.clearFromHeader, [])])
        #expect(cleared.headers.from.uri.description == "sip:alice@elsewhere.test")
    }

    @Test("a body that the script sets replaces the caller's, until it is taken back")
    func content() throws {
        let (own, _) = try Self.invite(after: [.effect(Name.setCustomContent, [.text("text/plain"), .text("hi")])])
        #expect(own.headers.contentType == "text/plain" && own.body == Array("hi".utf8))
        let (body, _) = try Self.invite(after: [.effect(Name.setCustomContent, [.text("v=0"), .null])])
        #expect(body.headers.contentType == "application/sdp" && body.body == Array("v=0".utf8))
        let (cleared, _) = try Self.invite(after: [
            .effect(Name.setCustomContent, [.text("v=0"), .null]), .effect(Name.clearCustomBody, []),
        ])
        #expect(cleared.body == SimulatedCallTests.sdp)
    }

    @Test(
        "what the switch knows is answered at once",
        arguments: [
            (Name.isAvailable, ["bob", "example.test"], "true"), (Name.isAvailable, ["plan", "example.test"], "false"),
            (Name.isAvailable, ["stranger", "example.test"], "false"), (Name.isAvailable, [], "false"),
            (Name.isMine, ["bob", "EXAMPLE.test"], "true"), (Name.isMine, ["stranger", "example.test"], "false"),
            (Name.doesSIPAccountExist, ["stranger", "example.test"], "true"),
            (Name.doesSIPAccountExist, ["nobody", "example.test"], "false"),
            (Name.getCanonicalDomain, ["Example.Test"], "example.test"), (Name.getCanonicalDomain, ["other"], ""),
            (Name.getCurrentCallCount, [], "1"),
        ])
    func lookups(id: HostCallID, arguments: [String], expected: String) throws {
        func account(_ user: String, _ owner: String, _ plan: String?) -> Account {
            Account(
                key: AccountKey(user: user, domain: "example.test"), owner: owner, ha1MD5: "", ha1SHA256: "",
                inDialplan: plan)
        }
        let all = HostCallTable.call(id)?.parameters.count ?? 0
        let values = arguments.map { HostValue.text($0) } + Array(repeating: .null, count: all - arguments.count)
        var simulation = SimulatedSwitch(
            seed: 1, programs: ["main": [.ask(id, values), .logAnswer, .respond(486, "")]],
            accounts: [account("bob", "owner", nil), account("plan", "owner", "main"), account("stranger", "x", nil)])
        simulation.addPhone(1, .ringsOnly)
        simulation.addPhone(2, .ringsOnly)
        simulation.bind(AccountKey(user: "bob", domain: "example.test"), toPhone: 2)
        simulation.at(.milliseconds(1)) { simulation in
            try simulation.act(1) { phone, now in
                try phone.call(
                    SIPURI("sip:plan@example.test"), from: SIPURI("sip:alice@elsewhere.test"),
                    body: SimulatedCallTests.sdp, at: now)
            }
        }
        try simulation.run()
        #expect(simulation.log.contains("script answer: \(expected)"), "\(simulation.log)")
        SimulatedCallTests.expectQuiet(simulation)
    }

    @Test(
        "calls from outside to unknown users go to the domain's account *, and hosts that nothing names to the domain *"
    )
    func catchAll() throws {
        var simulation = SimulatedSwitch(
            seed: 1, programs: ["main": [.respond(486, "")]],
            accounts: [
                Account(
                    key: AccountKey(user: "*", domain: "example.test"), owner: "owner", ha1MD5: "", ha1SHA256: "",
                    inDialplan: "main")
            ], aliases: ["*"])
        for (number, target) in [(UInt32(1), "sip:0049@example.test"), (2, "sip:0049@203.0.113.9")] {
            simulation.addPhone(number, .ringsOnly)
            simulation.at(.milliseconds(1)) { simulation in
                try simulation.act(number) { phone, now in
                    try phone.call(
                        SIPURI(target), from: SIPURI("sip:alice@elsewhere.test"), body: SimulatedCallTests.sdp, at: now)
                }
            }
        }
        try simulation.run()
        #expect(try SimulatedCallTests.phone(1, simulation).finals == [486])
        #expect(try SimulatedCallTests.phone(2, simulation).finals == [486])
    }
}
