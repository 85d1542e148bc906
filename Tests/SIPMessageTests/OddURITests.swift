import SIPMessage
import Testing

/// RFC 3261 §19.1.4 and RFC 3966 §4 beyond the lists of the RFCs, and what no URI may hold.
@Suite("Odd URIs")
struct OddURITests {
    @Test(
        "URIs that name the same",
        arguments: [
            ("sip:a@b;lr", "sip:a@b"), ("sip:a@b;x=1;y=2", "sip:a@b;y=2;x=1"), ("sip:a@b;x=%61", "sip:a@b;x=A"),
            ("sip:a@b?x=1&y=2", "sip:a@b?Y=2&X=1"), ("sips:a@b", "SIPS:a@B"), ("sip:a@[::1]", "sip:a@[0:0::0:1]"),
            ("sip:%7ea@b", "sip:~a@b"), ("sip:a%3bb@c", "sip:a%3Bb@c"),
            ("sip:a@b;transport=UDP", "sip:a@b;transport=udp"),
            ("sip:a@b:05060", "sip:a@b:5060"), ("tel:+1(201)555.0123", "tel:+1-2015550123"),
            ("tel:7042;phone-context=Example.com;ext=1", "tel:7042;EXT=1;phone-context=example.com"),
            ("tel:12aB", "tel:12Ab"), ("tel:+1;a%62=1", "tel:+1;ab=1"), ("tel:+1;z%00~;x", "tel:+1;x;Z%00~"),
        ])
    func same(_ left: String, _ right: String) throws {
        #expect(try URI(left).isEquivalent(to: URI(right)))
        #expect(try URI(right).isEquivalent(to: URI(left)))
    }

    @Test(
        "URIs that do not",
        arguments: [
            ("sip:a@b;user=phone", "sip:a@b"), ("sip:a@b;ttl=1", "sip:a@b"), ("sip:a@b;maddr=192.0.2.1", "sip:a@b"),
            ("sip:a@b;method=INVITE", "sip:a@b"), ("sip:a@b;lr=on", "sip:a@b;lr"), ("sip:a:x@b", "sip:a:X@b"),
            ("sip:a:x@b", "sip:a@b"), ("sip:a@b?x=1", "sip:a@b?x=2"),
            ("sip:a@b?x=1&x=1", "sip:a@b?x=1"),
            // Reserved characters are not the same as their escapes.
            ("sip:a%3Bb@c", "sip:a;b@c"), ("sip:a%2Fb@c", "sip:a/b@c"), ("sip:%2541@c", "sip:%41@c"),
            ("sip:a%253B@c", "sip:a%3B@c"), ("tel:7042;phone-context=a.example", "tel:7042"), ("tel:+7042", "tel:7042"),
            ("tel:7042;a;a;b", "tel:7042;a;b;c"), ("tel:7042;a%3Db=c", "tel:7042;a=b%3Dc"),
            ("sip:a@b.", "sip:a@b"), ("sip:a@192.0.2.1", "sip:a@[::ffff:192.0.2.1]"),
        ])
    func different(_ left: String, _ right: String) throws {
        #expect(try !URI(left).isEquivalent(to: URI(right)))
        #expect(try !URI(right).isEquivalent(to: URI(left)))
    }

    @Test(
        "escapes stand only where the grammar has them, and whole",
        arguments: [
            "sip:a@%61.example", "sip:a@b:50%360", "s%69p:a@b", "sip:a%@b", "sip:a%4@b", "sip:a%4g@b", "sip:a@b;x=%",
            "sip:a@b;%zz", "sip:a@b?x=%4", "sip:a:%@b", "tel:%2B1",
        ])
    func escapes(_ text: String) { #expect(throws: SIPParseError.self) { try URI(text) } }

    @Test(
        "text that is no telephone number",
        arguments: [
            "tel:+", "tel:1+2", "tel:++1", "tel:-.()", "tel:1 2", "tel:x", "tel:1;", "tel:1;=2", "tel:1;ext=",
            "tel:1?x=y",
            "tel:1@h",
        ])
    func notTel(_ text: String) { #expect(throws: SIPParseError.self) { try URI(text) } }

    @Test("a telephone number built from text obeys the same rules", arguments: ["+", "1+2", "", "-", "x", "1;x"])
    func notBuilt(_ text: String) { #expect(TelURI(number: text) == nil) }

    @Test(
        "an address that ends where the text ends is found, one with a character more is not",
        arguments: [
            ("sip:1.2.3.4", true), ("sip:255.255.255.255", true), ("sip:255.255.255.2555", false),
            ("sip:a@1.2.3.4;lr;x=0123456789", true), ("sip:a@1.2.3.4.5;lr;x=0123456789", false),
            ("sip:a@1.2.3.444;x=0123456789ab", false), ("sip:a@01.002.3.4;x=0123456789ab", true),
            ("sip:a@0001.2.3.4;x=0123456789ab", false), ("sip:a@1.2..4;x=0123456789abcd", false),
            ("sip:a@1.2.3;x=0123456789abcdef", false), ("sip:a@12345678901234567890;x=0123", false),
        ])
    func addresses(_ text: String, _ isAddress: Bool) {
        var found = false
        if case .sip(let uri)? = try? URI(text), case .ipv4 = uri.host { found = true }
        #expect(found == isAddress)
    }

    // MARK: Framing

    /// What a stream of these octets gives, and whether it ends in an error.
    @Test(
        "Content-Length on a stream",
        arguments: [
            ("Content-Length: 3", "abcdef", 1, false), ("l:3", "abc", 1, false),
            ("CONTENT-LENGTH :\n 003", "abc", 1, false),
            ("Content-Length: 4", "abc", 0, false), ("Content-Length: 3\nl: 3", "abc", 1, false),
            ("Content-Length: 3\nl: 4", "abcd", 0, true), ("Content-Length: -3", "abc", 0, true),
            ("Content-Length: 3,3", "abc", 0, true), ("Content-Length: 3 3", "abc", 0, true),
            ("Content-Length: 99999999999", "abc", 0, true), ("Content-Length: 0x3", "abc", 0, true),
            ("X-Content-Length: 3", "", 0, true), ("Content-Length:", "", 0, true),
            ("Content-Length: 0", "\r\n\r\n", 1, false),
        ])
    func streams(_ rows: String, _ body: String, _ messages: Int, _ fails: Bool) {
        var framer = StreamFramer()
        framer.append((requestText(rows) + Array(body.utf8))[...])
        var found = 0
        var failed = false
        do {
            while let frame = try framer.next() { if case .message = frame { found += 1 } }
        } catch { failed = true }
        #expect(found == messages)
        #expect(failed == fails)
    }
}
