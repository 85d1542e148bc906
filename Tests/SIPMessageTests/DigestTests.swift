import SIPMessage
import Testing

@Suite("Digest")
struct DigestTests {
    struct Vector: Sendable, CustomTestStringConvertible {
        let name: String
        let user: String
        let realm: String
        let password: String
        let nonce: String
        let cnonce: String
        let qop: DigestQoP?
        let method: String
        let uri: String
        let algorithm: DigestAlgorithm
        let response: String
        var testDescription: String { name }
    }

    static let vectors: [Vector] = [
        Vector(
            name: "RFC 2617 §3.5", user: "Mufasa", realm: "testrealm@host.com", password: "Circle Of Life",
            nonce: "dcd98b7102dd2f0e8b11d0f600bfb0c093", cnonce: "0a4f113b", qop: .auth, method: "GET",
            uri: "/dir/index.html", algorithm: .md5, response: "6629fae49393a05397450978507c4ef1"),
        Vector(
            name: "RFC 7616 §3.9.1, MD5", user: "Mufasa", realm: "http-auth@example.org", password: "Circle of Life",
            nonce: "7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v",
            cnonce: "f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ", qop: .auth, method: "GET", uri: "/dir/index.html",
            algorithm: .md5, response: "8ca523f5e9506fed4657c9700eebdbec"),
        Vector(
            name: "RFC 7616 §3.9.1, SHA-256", user: "Mufasa", realm: "http-auth@example.org",
            password: "Circle of Life", nonce: "7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v",
            cnonce: "f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ", qop: .auth, method: "GET", uri: "/dir/index.html",
            algorithm: .sha256, response: "753927fa0e85d155564e2e272a28d1802ca10daf4496794697cf8db5856cb6c1"),
        // The rest are from Python's hashlib over the formulas of RFC 7616 §3.4.
        Vector(
            name: "no qop", user: "bob", realm: "biloxi.com", password: "zanzibar",
            nonce: "dcd98b7102dd2f0e8b11d0f600bfb0c093", cnonce: "", qop: nil, method: "INVITE",
            uri: "sip:bob@biloxi.com", algorithm: .md5, response: "bf57e4e0d0bffc0fbaedce64d59add5e"),
        Vector(
            name: "MD5-sess", user: "bob", realm: "biloxi.com", password: "zanzibar", nonce: "n", cnonce: "c",
            qop: .auth, method: "REGISTER", uri: "sip:biloxi.com", algorithm: .md5Session,
            response: "778149974878ac8bedb0cb1d3897e213"),
        Vector(
            name: "SHA-256-sess, auth-int", user: "bob", realm: "biloxi.com", password: "zanzibar", nonce: "n",
            cnonce: "c", qop: .authInt, method: "MESSAGE", uri: "sip:biloxi.com", algorithm: .sha256Session,
            response: "502a3513d25b7afc88b6dd305215d1c177b47e1324159927fa4583342a606f95"),
    ]

    @Test("the response is the published one", arguments: vectors)
    func response(_ vector: Vector) throws {
        let method = try #require(SIPMethod(vector.method))
        let ha1 = Digest.ha1(
            user: vector.user, realm: vector.realm, password: vector.password, algorithm: vector.algorithm)
        let response = Digest.response(
            ha1: ha1, nonce: vector.nonce, cnonce: vector.cnonce, qop: vector.qop, method: method, uri: vector.uri,
            body: Array("hello".utf8), algorithm: vector.algorithm)
        #expect(response == vector.response)
    }

    @Test(
        "credentials that answer a challenge are valid, with another password they are not",
        arguments: [
            "Digest realm=\"example.com\", nonce=\"n/1+=\", algorithm=SHA-256, qop=\"auth,auth-int\", opaque=\"o\"",
            "Digest realm=\"example.com\", nonce=\"n/1+=\", algorithm=MD5, qop=\"auth\"",
            "Digest realm=\"example.com\", nonce=\"n/1+=\"",
            "Digest realm=\"a \\\u{0} b\", nonce=\"n\", opaque=\"\\\u{1}\"",
            "digest Realm = \"a \\\"quoted\\\" realm\" ,, NONCE=\"x\",algorithm=md5-SESS , qop=auth",
        ])
    func roundTrip(_ text: String) throws {
        let challenge = try Challenge(text)
        let algorithm = try #require(challenge.algorithm)
        let ha1 = Digest.ha1(user: "anna", realm: challenge.realm, password: "secret", algorithm: algorithm)
        let credentials = try #require(
            try Credentials.answering(
                challenge, username: "anna", ha1: ha1, method: .register, uri: "sip:example.com", nonceCount: 0x1A,
                cnonce: "q;\"w\\"))
        let sent = try Credentials(credentials.description)
        #expect(sent == credentials)
        #expect(sent.isValid(ha1: ha1, method: .register))
        #expect(!sent.isValid(ha1: ha1, method: .invite))
        let wrong = Digest.ha1(user: "anna", realm: challenge.realm, password: "Secret", algorithm: algorithm)
        #expect(!sent.isValid(ha1: wrong, method: .register))
        #expect(try Challenge(challenge.description) == challenge)
    }

    @Test(
        "a challenge that we can not answer gets no credentials",
        arguments: [
            "Digest realm=\"r\", nonce=\"n\", algorithm=SHA-1", "Digest realm=\"r\", nonce=\"n\", qop=\"auth-conf\"",
            "Digest realm=\"r\", nonce=\"n\", qop=\"new\"",
        ])
    func unanswerable(_ text: String) throws {
        let credentials = try Credentials.answering(
            try Challenge(text), username: "a", ha1: "0", method: .register, uri: "sip:x", cnonce: "c")
        #expect(credentials == nil)
    }

    @Test(
        "credentials that lack or double a part are malformed",
        arguments: [
            "Digest username=\"a\", realm=\"r\", nonce=\"n\", uri=\"u\"",
            "Digest username=\"a\", username=\"b\", realm=\"r\", nonce=\"n\", uri=\"u\", response=\"x\"",
            "Digest username=\"a", "Digest", "Digest username", "Basic QWxhZGRpbg==", "",
        ])
    func malformed(_ text: String) {
        let error = #expect(throws: SIPParseError.self) { _ = try Credentials(text) }
        #expect(error?.code == .malformedHeader)
    }

    @Test(
        "a qop without cnonce or count proves nothing",
        arguments: [
            "qop=auth", "qop=auth, cnonce=\"c\"", "qop=auth, nc=00000001", "qop=other, cnonce=\"c\", nc=00000001",
            "qop=auth, cnonce=\"c\", nc=000000001",
        ])
    func incomplete(_ rest: String) throws {
        let credentials = try Credentials(
            "Digest username=\"a\", realm=\"r\", nonce=\"n\", uri=\"u\", response=\"x\", \(rest)")
        #expect(!credentials.isValid(ha1: "0", method: .register))
    }

    @Test("other schemes are as good as no credentials")
    func otherSchemes() throws {
        let request = try parseRequest(
            requestText(
                "Authorization: NoOneKnows opaque-data=here\n"
                    + "Authorization: Digest username=a, realm=\"r\", nonce=n, uri=sip:x, response=00"))
        #expect(try request.headers.authorizations.map(\.uri) == ["sip:x"])
    }

    @Test("texts are compared without case and by all their octets")
    func comparison() {
        #expect(Digest.constantTimeEquals("00aF", "00Af"))
        #expect(!Digest.constantTimeEquals("00af", "00ae"))
        #expect(!Digest.constantTimeEquals("00af", "00a"))
        #expect(Digest.constantTimeEquals("", ""))
    }

    @Test("no line end comes in through a challenge")
    func injection() {
        #expect(throws: SIPValueError.self) {
            _ = try Challenge(realm: "r\r\nX: y", nonce: "n", algorithm: .md5)
        }
    }
}
