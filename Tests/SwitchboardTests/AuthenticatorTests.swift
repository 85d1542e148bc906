import SIPMessage
import SIPStack
import Testing

@testable import Switchboard

@Suite("Digest authentication of phones")
struct AuthenticatorTests {
    static let account = Account(
        key: AccountKey(user: "alice", domain: "example.test"), owner: "o",
        ha1MD5: Digest.ha1(user: "alice", realm: "example.test", password: "secret", algorithm: .md5),
        ha1SHA256: Digest.ha1(user: "alice", realm: "example.test", password: "secret", algorithm: .sha256))

    static func time(_ seconds: Int64) -> SwitchTime {
        SwitchTime(monotonic: .zero + .seconds(seconds), wall: 1_700_000_000_000_000 + seconds * 1_000_000)
    }

    static func authenticator(startedAt seconds: Int64 = 0) -> Authenticator {
        Authenticator(
            identifiers: Identifiers(secret: Array(repeating: 7, count: 32), shard: 0), nonceLifetime: .seconds(300),
            startedAt: time(seconds))
    }

    static func request() throws -> SIPRequest {
        let alice = NameAddress(uri: try SIPURI("sip:alice@example.test"))
        return SIPRequest(
            method: .register, uri: .sip(try SIPURI("sip:example.test")),
            via: Via(
                transport: .udp, sentBy: HostPort(host: .ipv4(IPv4Address(bits: 0x0A000001)), port: 5060),
                branch: "z9hG4bKx"),
            from: alice, to: alice, callID: CallID("c"), cSeq: 1)
    }

    static func credentials(
        _ nonce: String, count: UInt32 = 1, password: String = "secret", qop: [DigestQoP] = [.auth]
    ) throws -> Credentials? {
        let challenge = try Challenge(realm: "example.test", nonce: nonce, algorithm: .md5, qop: qop)
        return try Credentials.answering(
            challenge, username: "alice",
            ha1: Digest.ha1(user: "alice", realm: "example.test", password: password, algorithm: .md5),
            method: .register, uri: "sip:example.test", nonceCount: count, cnonce: "c")
    }

    @Test("right credentials are accepted once for each count; the same again is stale")
    func counts() throws {
        var authenticator = Self.authenticator()
        let nonce = authenticator.nonce(at: Self.time(1))
        let request = try Self.request()
        func judge(_ count: UInt32) throws -> Authenticator.Verdict {
            authenticator.judge(
                try Self.credentials(nonce, count: count), of: request, account: Self.account, at: Self.time(2))
        }
        #expect(try judge(1) == .accepted)
        #expect(try judge(1) == .stale)
        #expect(try judge(2) == .accepted)
        #expect(try judge(9) == .accepted)
        #expect(try judge(3) == .stale)
    }

    @Test("a client that does not count (RFC 2069) may use its nonce again")
    func withoutQoP() throws {
        var authenticator = Self.authenticator()
        let credentials = try Self.credentials(authenticator.nonce(at: Self.time(1)), qop: [])
        for _ in 0..<2 {
            let verdict = authenticator.judge(
                credentials, of: try Self.request(), account: Self.account, at: Self.time(2))
            #expect(verdict == .accepted)
        }
    }

    @Test("every nonce is another, also in one second")
    func unique() {
        var authenticator = Self.authenticator()
        #expect(Set((0..<100).map { _ in authenticator.nonce(at: Self.time(1)) }).count == 100)
    }

    @Test("an old nonce, or one of before the start, is stale; a forged one, a wrong password, a stranger are wrong")
    func verdicts() throws {
        var authenticator = Self.authenticator()
        let nonce = authenticator.nonce(at: Self.time(1))
        let request = try Self.request()
        let good = try Self.credentials(nonce)
        #expect(authenticator.judge(good, of: request, account: Self.account, at: Self.time(302)) == .stale)
        var restarted = Self.authenticator(startedAt: 5)
        #expect(restarted.judge(good, of: request, account: Self.account, at: Self.time(6)) == .stale)
        #expect(authenticator.judge(nil, of: request, account: Self.account, at: Self.time(2)) == .missing)
        #expect(authenticator.judge(good, of: request, account: nil, at: Self.time(2)) == .wrong)
        let wrong = try Self.credentials(nonce, password: "guess")
        #expect(authenticator.judge(wrong, of: request, account: Self.account, at: Self.time(2)) == .wrong)
        for forged in ["", "abc", "6553f101-1-00", "-1-2", "6553f102-1-" + nonce.suffix(32)] {
            let credentials = try Self.credentials(forged)
            let verdict = authenticator.judge(credentials, of: request, account: Self.account, at: Self.time(2))
            #expect(
                verdict == (forged.hasSuffix(nonce.suffix(32)) && nonce == forged ? .accepted : .wrong), "\(forged)")
        }
    }

    @Test("the counts of nonces that are no longer good are forgotten")
    func bounded() throws {
        var authenticator = Self.authenticator()
        let request = try Self.request()
        for second in 0..<900 {
            for _ in 0..<20 {
                let nonce = authenticator.nonce(at: Self.time(Int64(second)))
                let verdict = authenticator.judge(
                    try Self.credentials(nonce), of: request, account: Self.account, at: Self.time(Int64(second)))
                #expect(verdict == .accepted)
            }
        }
        #expect((301 * 20...12_100).contains(authenticator.countedNonces))
    }
}
