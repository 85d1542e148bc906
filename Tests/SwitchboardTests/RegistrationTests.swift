import SIPMessage
import SIPStack
import Testing

@testable import Switchboard

/// REGISTERs from a phone, the store's completions by the test's hand.
@Suite("Registering, with a store that may fail")
struct RegistrationTests {
    private var board: Switchboard
    private var effects = Effects()
    private var moment = SwitchTime(
        monotonic: MonotonicTime(nanoseconds: 1_000_000_000), wall: 1_700_000_000_000_000)
    private var sent = 0
    private static let key = AccountKey(user: "alice", domain: "example.test")
    private static let flow = Flow(
        transport: .udp, local: TransportAddress(host: .v4(IPv4Address(bits: 0x0A00_0001)), port: 5060),
        remote: TransportAddress(host: .v4(IPv4Address(bits: 0x0A00_0101)), port: 5060))

    init() {
        var configuration = SwitchConfiguration(secret: Array(repeating: 7, count: 32), listeners: [Self.flow.local])
        configuration.bindingsPerAccount = 2
        board = Switchboard(configuration: configuration, startedAt: moment)
        let ha1 = Digest.ha1(user: "alice", realm: "example.test", password: "secret", algorithm: .md5)
        let account = Account(key: Self.key, owner: "alice", ha1MD5: ha1, ha1SHA256: "")
        board.receive(
            .directoryChanged(Directory(domains: [("example.test", [])], accounts: [account], scripts: [])),
            at: moment, into: &effects)
    }

    // MARK: The phone

    private mutating func send(_ request: SIPRequest) {
        effects.removeAll()
        board.receive(.received(request.serialized(), Self.flow), at: moment, into: &effects)
    }

    private func lastResponse() throws -> SIPResponse {
        let bytes = try #require(effects.datagrams.last?.bytes)
        guard case .response(let response) = try SIPMessage(parsing: bytes) else { throw NoResponse() }
        return response
    }

    private struct NoResponse: Error {}

    private mutating func request(contact: String?, cSeq: UInt32, expires: UInt32?) throws -> SIPRequest {
        sent += 1
        let uri = try SIPURI("sip:alice@example.test")
        var request = SIPRequest(
            method: .register, uri: .sip(try SIPURI("sip:example.test")),
            via: Via(
                transport: .udp, sentBy: Self.flow.remote.hostPort, branch: try #require(Token("z9hG4bK\(sent)"))),
            from: NameAddress(uri: uri, tag: Token("f\(sent)")), to: NameAddress(uri: uri),
            callID: CallID(Token("reg-1")), cSeq: cSeq,
            contact: try contact.map { NameAddress(uri: try SIPURI($0)) })
        request.headers.expires = expires
        return request
    }

    /// A REGISTER with credentials. Returns the token of what the store is asked, nil when it is answered at once.
    private mutating func register(_ contact: String?, cSeq: UInt32, expires: UInt32? = 300) throws -> StoreToken? {
        send(try request(contact: contact, cSeq: cSeq, expires: expires))
        let challenge = try #require(try lastResponse().headers.wwwAuthenticate.first { $0.algorithm == .md5 })
        var request = try request(contact: contact, cSeq: cSeq, expires: expires)
        let ha1 = Digest.ha1(user: "alice", realm: "example.test", password: "secret", algorithm: .md5)
        let answer = try #require(
            try Credentials.answering(
                challenge, username: "alice", ha1: ha1, method: .register, uri: "sip:example.test", cnonce: "c"))
        request.headers.setAuthorizations([answer])
        send(request)
        return effects.storeBatches.compactMap(\.token).first
    }

    private mutating func complete(_ token: StoreToken?, succeeded: Bool = true) throws {
        effects.removeAll()
        board.receive(.storeCompleted(try #require(token), succeeded: succeeded), at: moment, into: &effects)
    }

    private var bound: [String] { board.bindings.bindings(of: Self.key, at: moment.wall).map(\.contact.description) }

    private func offered() throws -> [DigestAlgorithm?] { try lastResponse().headers.wwwAuthenticate.map(\.algorithm) }

    private mutating func ask(userAgent: String?, cSeq: UInt32) throws -> [DigestAlgorithm?] {
        var request = try request(contact: "sip:alice@10.0.1.1", cSeq: cSeq, expires: 300)
        if let userAgent { request.headers.setUserAgent(FieldText(cleaning: userAgent)) }
        send(request)
        return try offered()
    }

    // MARK: Tests

    @Test("a binding counts when the store has it, not before")
    mutating func afterCommit() throws {
        let token = try register("sip:alice@10.0.1.1", cSeq: 1)
        #expect(bound == [])
        #expect(effects.datagrams.isEmpty, "no answer yet")
        try complete(token)
        #expect(bound == ["sip:alice@10.0.1.1"])
        #expect(try lastResponse().status == .ok)
        #expect(
            effects.events.map(\.occurrence) == [
                .registered(account: "alice@example.test", contact: "sip:alice@10.0.1.1")
            ])
        #expect(board.pendingTokens.isEmpty && board.pendingRegistrations.isEmpty)
    }

    @Test("when the store fails, 503 with Retry-After, and every binding is as it was")
    mutating func failure() throws {
        try complete(try register("sip:alice@10.0.1.1", cSeq: 1))
        // A new contact, a refresh, a removal: none of them happened.
        for (contact, expires) in [("sip:alice@10.0.1.2", 300), ("sip:alice@10.0.1.1", 600), ("sip:alice@10.0.1.1", 0)]
        {
            let before = board.bindings.bindings(of: Self.key, at: moment.wall)
            try complete(try register(contact, cSeq: 2, expires: UInt32(expires)), succeeded: false)
            let response = try lastResponse()
            #expect(response.status == .serviceUnavailable)
            #expect(response.headers.retryAfter == 10)
            #expect(board.bindings.bindings(of: Self.key, at: moment.wall) == before)
            #expect(effects.events.isEmpty)
        }
        // The phone tries again, with the next number or even the same one.
        try complete(try register("sip:alice@10.0.1.1", cSeq: 2, expires: 0))
        #expect(bound == [])
    }

    @Test("REGISTERs that overtake the store are seen by those that follow, and the table ends as the store's rows")
    mutating func overlapping() throws {
        let first = try register("sip:alice@10.0.1.1", cSeq: 1)
        #expect(try register("sip:alice@10.0.1.1", cSeq: 1) == nil, "the same number again is out of order")
        #expect(try lastResponse().status == .serverInternalError)
        let second = try register("sip:alice@10.0.1.1", cSeq: 2, expires: 0)
        #expect(second != nil, "there is something to remove, though it is not stored yet")
        try complete(first)
        try complete(second)
        #expect(bound == [])
    }

    @Test("a binding that makes way for newer ones goes from store and table alike, whatever overlaps")
    mutating func displaced() throws {
        var rows: Set<String> = []
        var tokens: [StoreToken?] = []
        for number in 1...4 {
            tokens.append(try register("sip:alice@10.0.1.\(number)", cSeq: UInt32(number)))
            apply(&rows)
        }
        for token in tokens {
            try complete(token)
            apply(&rows)
        }
        #expect(bound == ["sip:alice@10.0.1.4", "sip:alice@10.0.1.3"])
        #expect(rows == Set(bound))
    }

    /// What the store makes of the writes.
    private func apply(_ rows: inout Set<String>) {
        for write in effects.storeBatches.flatMap(\.writes) {
            switch write {
            case .upsertBinding(let binding): rows.insert(binding.contact.description)
            case .removeBinding(_, let contact): rows.remove(contact)
            case .callEnded, .saveJournal: break
            }
        }
    }

    // MARK: What a challenge offers

    @Test(
        "a challenge offers what the phone understands",
        arguments: [
            ("Linphonec/5.1.65", [DigestAlgorithm.sha256, .md5]), (nil, [.md5, .sha256]),
            ("baresip v1.0.0 (x86_64/linux)", [.md5]), ("Baresip v2.9.0", [.md5]), ("sipsak 0.9.8.1", [.md5]),
            ("baresip v3.1.0", [.sha256, .md5]),
        ] as [(String?, [DigestAlgorithm])])
    mutating func offers(userAgent: String?, algorithms: [DigestAlgorithm]) throws {
        let offer = try ask(userAgent: userAgent, cSeq: 1)
        #expect(offer == algorithms)
    }

    @Test("a phone that does not answer a challenge is offered MD5 alone, until it answers")
    mutating func unanswered() throws {
        // The second is the same request over again.
        var before: [[DigestAlgorithm?]] = []
        for cSeq: UInt32 in [1, 1, 2, 3] { before.append(try ask(userAgent: "Phone/1", cSeq: cSeq)) }
        #expect(before == [[.sha256, .md5], [.sha256, .md5], [.md5], [.md5]])
        _ = try register("sip:alice@10.0.1.1", cSeq: 4)
        let afterwards = try ask(userAgent: "Phone/1", cSeq: 6)
        #expect(afterwards == [.sha256, .md5])
        moment = SwitchTime(monotonic: moment.monotonic + .seconds(3_601), wall: moment.wall + 3_601_000_000)
        let muchLater = try ask(userAgent: "Phone/1", cSeq: 7)
        #expect(muchLater == [.sha256, .md5])
    }

    @Test("floods of strangers' requests leave no more than 10,000 challenges remembered")
    func challengeFlood() {
        var challenges = UnansweredChallenges()
        for number in 0..<25_000 {
            let key = UnansweredChallenges.Key(
                account: AccountKey(user: "\(number)", domain: "example.test"), source: "10.0.0.1")
            let isKnown = challenges.challenge(key, callID: "a", cSeq: 1, at: moment)
            #expect(!isKnown)
            #expect(challenges.count <= 10_000)
        }
    }

    @Test("the answer names a contact with the parameters that the phone gave, and the time granted")
    mutating func contactParameters() throws {
        send(try request(contact: nil, cSeq: 1, expires: nil))
        let challenge = try #require(try lastResponse().headers.wwwAuthenticate.first { $0.algorithm == .md5 })
        var request = try request(contact: nil, cSeq: 2, expires: 300)
        let text = "<sip:alice@10.0.1.1:5062>;+sip.instance=\"<urn:uuid:1>\";reg-id=1;expires=120"
        request.headers.setContacts([try NameAddress(text)])
        let ha1 = Digest.ha1(user: "alice", realm: "example.test", password: "secret", algorithm: .md5)
        request.headers.setAuthorizations([
            try #require(
                try Credentials.answering(
                    challenge, username: "alice", ha1: ha1, method: .register, uri: "sip:example.test", cnonce: "c"))
        ])
        send(request)
        try complete(effects.storeBatches.compactMap(\.token).first)
        let confirmed = try lastResponse().headers.contacts.map(\.description)
        #expect(confirmed == [text])
    }
}
