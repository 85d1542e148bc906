import SIPMessage
import Testing

/// RFC 7616 §3.9 and the rules of RFC 8760.
@Suite("Digest: RFC 7616 and RFC 8760")
struct DigestNegotiationTests {
    private static let challenges = """
        Digest realm="http-auth@example.org", qop="auth, auth-int", algorithm=SHA-256, \
        nonce="7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v", opaque="FQhe/qaU925kfnzjCev0ciny7QMkPqMAFRtzCUYo5tdS"
        """

    @Test("§3.9.1: both challenges, answered as printed there")
    func example1() throws {
        let method = try #require(SIPMethod("GET"))
        let cnonce = "f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ"
        let expected: [(String, DigestAlgorithm, String)] = [
            ("SHA-256", .sha256, "753927fa0e85d155564e2e272a28d1802ca10daf4496794697cf8db5856cb6c1"),
            ("MD5", .md5, "8ca523f5e9506fed4657c9700eebdbec"),
        ]
        for (name, algorithm, response) in expected {
            let challenge = try Challenge(Self.challenges.replacing("SHA-256", with: name))
            #expect(challenge.qop == [.auth, .authInt])
            let ha1 = Digest.ha1(
                user: "Mufasa", realm: challenge.realm, password: "Circle of Life", algorithm: algorithm)
            let credentials = try #require(
                try Credentials.answering(
                    challenge, username: "Mufasa", ha1: ha1, method: method, uri: "/dir/index.html", cnonce: cnonce))
            #expect(credentials.response == response)
            #expect(credentials.opaque == challenge.opaque)
            #expect(try Credentials(credentials.description) == credentials)
            #expect(credentials.isValid(ha1: ha1, method: method))
            #expect(!credentials.isValid(ha1: ha1, method: .invite))
        }
    }

    /// The example prints `userhash` 488869477bf257147b804c45308cd62ac4e25eb717b12b298c79e62dcea254ec, which is the first half of
    /// SHA-512 of `Jäsøn Doe:api@example.org` (checked with hashlib): an implementation that takes SHA-512-256 for a cut-off
    /// SHA-512. FIPS 180-4 §6.7 gives SHA-512/256 initial values of its own, RFC 7616 §3.2 names it by that standard, and
    /// what stands here is from hashlib's `sha512_256`.
    @Test("§3.9.2: SHA-512-256, user hash and UTF-8, recomputed")
    func example2() throws {
        let method = try #require(SIPMethod("GET"))
        let challenge = try Challenge(
            """
            Digest realm="api@example.org", qop="auth", algorithm=SHA-512-256, \
            nonce="5TsQWLVdgBdmrQ0XsxbDODV+57QdFR34I9HAbC/RVvkK", \
            opaque="HRPCssKJSGjCrkzDg8OhwpzCiGPChXYjwrI2QmXDnsOS", charset=UTF-8, userhash=true
            """)
        #expect(challenge.algorithm == .sha512Slash256 && challenge.wantsUserHash)
        let ha1 = Digest.ha1(
            user: "Jäsøn Doe", realm: challenge.realm, password: "Secret, or not?", algorithm: .sha512Slash256)
        let credentials = try #require(
            try Credentials.answering(
                challenge, username: "Jäsøn Doe", ha1: ha1, method: method, uri: "/doe.json",
                cnonce: "NTg6RKcb9boFIAS3KrFK9BGeh+niz/sm"))
        #expect(credentials.username == "793263caabb707a56211940d90411ea4a575adeccb7e360aeb624ed06ece9b0b")
        #expect(credentials.hasHashedUser)
        #expect(credentials.response == "7a4e1192babbba02e91182d2895bfdbf7adafc6e48d4e517ca301974843d840c")
        #expect(credentials.isValid(ha1: ha1, method: method))
        #expect(try Credentials(credentials.description) == credentials)
    }

    @Test("SHA-512-256-sess with auth-int, from hashlib")
    func session() {
        let ha1 = Digest.ha1(user: "bob", realm: "biloxi.com", password: "zanzibar", algorithm: .sha512Slash256)
        let response = Digest.response(
            ha1: ha1, nonce: "n", cnonce: "c", qop: .authInt, method: .message, uri: "sip:biloxi.com",
            body: Array("hello".utf8), algorithm: .sha512Slash256Session)
        #expect(response == "8047bbbb2d6e197486902037a257ba20900aec3181c474159fcb67e3bc7f7bc1")
    }

    @Test("the server's own proof leaves out the method (RFC 7616 §3.5)")
    func responseAuth() {
        let ha1 = Digest.ha1(
            user: "Mufasa", realm: "http-auth@example.org", password: "Circle of Life", algorithm: .md5)
        let proof = Digest.responseAuth(
            ha1: ha1, nonce: "7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v",
            cnonce: "f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ", nonceCount: 1, qop: .auth, uri: "/dir/index.html",
            algorithm: .md5)
        #expect(proof == "9b712497bc9f91499fbcca1dfc5f09a5")
    }

    private func challenge(_ algorithm: String?, qop: String? = "auth") throws -> Challenge {
        let rest = [algorithm.map { "algorithm=\($0)" }, qop.map { "qop=\"\($0)\"" }].compactMap { $0 }
        return try Challenge((["Digest realm=\"r\"", "nonce=\"n\""] + rest).joined(separator: ", "))
    }

    @Test("a client answers the topmost challenge that it supports (RFC 8760 §2.4)")
    func topmost() throws {
        let all = [try challenge("SHA-512-256"), try challenge("SHA-256"), try challenge("MD5")]
        #expect(all.topmost()?.algorithm == .sha512Slash256)
        #expect(all.topmost(of: [.md5, .sha256])?.algorithm == .sha256)
        #expect(all.topmost(of: [.md5])?.algorithm == .md5)
        #expect([try challenge("SHA3-256"), try challenge(nil)].topmost()?.algorithm == .md5, "no algorithm is MD5")
        #expect([try challenge("SHA3-256")].topmost() == nil)
        #expect([try challenge("SHA-256", qop: "unheard-of"), try challenge("MD5")].topmost()?.algorithm == .md5)
    }

    @Test("a header with several algorithms keeps its order over rows (RFC 8760 §2.3)")
    func order() throws {
        let bytes = requestText().dropLast(2)
        let request = try parseRequest(Array(bytes) + wire("\n"))
        var response = SIPResponse(to: request, status: .unauthorized)
        response.headers.setWWWAuthenticate([
            try Challenge(realm: "r", nonce: "1", algorithm: .sha512Slash256),
            try Challenge(realm: "r", nonce: "2", algorithm: .sha256),
            try Challenge(realm: "r", nonce: "3", algorithm: .md5),
        ])
        let again = try parseResponse(response.serialized())
        #expect(try again.headers.wwwAuthenticate.map(\.nonce) == ["1", "2", "3"])
        #expect(try again.headers.wwwAuthenticate.map(\.algorithm) == [.sha512Slash256, .sha256, .md5])
    }

    @Test(
        "the algorithm's name has any case, a response has the length of its hash", arguments: DigestAlgorithm.allCases)
    func names(algorithm: DigestAlgorithm) {
        #expect(DigestAlgorithm(algorithm.rawValue.lowercased()) == algorithm)
        let ha1 = Digest.ha1(user: "u", realm: "r", password: "p", algorithm: algorithm)
        #expect(ha1.utf8.count == 2 * algorithm.hashLength)
        #expect(ha1 == Digest.ha1(user: "u", realm: "r", password: "p", algorithm: algorithm.base))
    }

    @Test("auth-int alone is answered, and the body is bound to it")
    func authInt() throws {
        let challenge = try challenge("SHA-256", qop: "auth-int")
        let ha1 = Digest.ha1(user: "u", realm: "r", password: "p", algorithm: .sha256)
        let credentials = try #require(
            try Credentials.answering(
                challenge, username: "u", ha1: ha1, method: .message, uri: "sip:r", cnonce: "c", body: Array("hi".utf8))
        )
        #expect(credentials.qopName == "auth-int")
        #expect(credentials.isValid(ha1: ha1, method: .message, body: Array("hi".utf8)))
        #expect(!credentials.isValid(ha1: ha1, method: .message, body: Array("ho".utf8)))
    }
}
