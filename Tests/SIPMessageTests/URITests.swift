import SIPMessage
import Testing

@Suite("URIs")
struct URITests {
    struct Case: Sendable, CustomTestStringConvertible {
        let text: String
        var printed: String?
        var user: String?
        var host: String?
        var port: UInt16?
        var testDescription: String { text }
    }

    static let sip: [Case] = [
        Case(text: "sip:example.com", host: "example.com"),
        Case(text: "sip:alice@atlanta.com", user: "alice", host: "atlanta.com"),
        Case(
            text: "SIP:alice@ATLANTA.com:5060", printed: "sip:alice@atlanta.com:5060", user: "alice",
            host: "atlanta.com", port: 5060),
        Case(text: "sips:+1-212-555-1212:1234@gateway.com;user=phone", user: "+1-212-555-1212", host: "gateway.com"),
        Case(text: "sip:alice;day=tuesday@atlanta.com", user: "alice;day=tuesday", host: "atlanta.com"),
        Case(text: "sip:%61lice@atlanta.com;transport=TCP", user: "alice", host: "atlanta.com"),
        Case(text: "sip:a%00b@h.net", user: "a\u{0}b", host: "h.net"),
        Case(text: "sip:#31#123@h.net", user: "#31#123", host: "h.net"),
        Case(text: "sip:j%C3%BCrgen@h.net", user: "jürgen", host: "h.net"),
        Case(text: "sip:user@[2001:db8::10]:5070;lr", user: "user", host: "[2001:db8::10]", port: 5070),
        Case(text: "sip:[2001:DB8:0:0:0:0:0:1]", printed: "sip:[2001:db8::1]", host: "[2001:db8::1]"),
        Case(text: "sip:[2001:db8:::192.0.2.1]", printed: "sip:[2001:db8::c000:201]", host: "[2001:db8::c000:201]"),
        Case(text: "sip:[::ffff:192.0.2.10]:19823", host: "[::ffff:192.0.2.10]", port: 19_823),
        Case(text: "sip:192.0.2.1;maddr=[::1];ttl=15", host: "192.0.2.1"),
        Case(text: "sip:a@b.c?subject=project%20x&priority=urgent", user: "a", host: "b.c"),
        Case(text: "sip:a@under_score.local.", user: "a", host: "under_score.local."),
    ]

    @Test("a SIP URI is read, printed and read again", arguments: sip)
    func reads(_ item: Case) throws {
        let uri = try SIPURI(item.text)
        #expect(uri.user == item.user)
        #expect(uri.host.description == item.host)
        #expect(uri.port == item.port)
        #expect(uri.description == item.printed ?? item.text)
        #expect(try SIPURI(uri.description) == uri)
        #expect(uri.isEquivalent(to: try SIPURI(item.text)))
    }

    @Test(
        "text that is no URI is refused",
        arguments: [
            "", "sip", "sip:", "sip:@h", "sip:a@", "sip:a b@h", "sip:a@h:", "sip:a@h:x", "sip:a@h:70000", "sip:a@h;",
            "sip:a@h;=x",
            "sip:a@h;x=", "sip:a@h?", "sip:a@h>", "sip:a%4@h", "sip:a%zz@h", "sip:a@1.2.3.400", "sip:a@[::1",
            "sip:a@[1:2]",
            "sip:a@h\r\n", "sip:a@.h", "sip:a@b..c", "1x:a", "tel:", "tel:;x=y", "tel:12a$", "http:", "http:a b",
            "sip:a@b@c",
        ])
    func refuses(_ text: String) {
        let error = #expect(throws: SIPParseError.self) { _ = try URI(text) }
        #expect(error?.code == .malformedURI)
    }

    /// RFC 3261 §19.1.4.
    @Test(
        "URIs of the RFC's list are equivalent",
        arguments: [
            ("sip:%61lice@atlanta.com;transport=TCP", "sip:alice@AtLanTa.CoM;Transport=tcp"),
            ("sip:carol@chicago.com", "sip:carol@chicago.com;newparam=5"),
            ("sip:carol@chicago.com;security=on", "sip:carol@chicago.com;newparam=5"),
            (
                "sip:biloxi.com;transport=tcp;method=REGISTER?to=sip:bob%40biloxi.com",
                "sip:biloxi.com;method=REGISTER;transport=tcp?to=sip:bob%40biloxi.com"
            ),
            (
                "sip:alice@atlanta.com?subject=project%20x&priority=urgent",
                "sip:alice@atlanta.com?priority=urgent&subject=project%20x"
            ),
            ("tel:+1-201-555-0123", "tel:+12015550123"),
        ])
    func equivalent(_ left: String, _ right: String) throws {
        #expect(try URI(left).isEquivalent(to: URI(right)))
        #expect(try URI(right).isEquivalent(to: URI(left)))
    }

    @Test(
        "URIs of the RFC's other list are not",
        arguments: [
            ("SIP:ALICE@AtLanTa.CoM;Transport=udp", "sip:alice@AtLanTa.CoM;Transport=UDP"),
            ("sip:bob@biloxi.com", "sip:bob@biloxi.com:5060"),
            ("sip:bob@biloxi.com", "sip:bob@biloxi.com;transport=udp"),
            ("sip:bob@biloxi.com", "sip:bob@biloxi.com:6000;transport=tcp"),
            ("sip:carol@chicago.com", "sip:carol@chicago.com?Subject=next%20meeting"),
            ("sip:bob@phone21.boxesbybob.com", "sip:bob@192.0.2.4"),
            ("sip:carol@chicago.com;security=on", "sip:carol@chicago.com;security=off"),
            ("sip:a@b.c", "sips:a@b.c"), ("tel:110", "tel:112"), ("sip:110@h", "tel:110"),
            ("sip:%00%00@h", "sip:%00@h"),
        ])
    func notEquivalent(_ left: String, _ right: String) throws {
        #expect(try !URI(left).isEquivalent(to: URI(right)))
        #expect(try !URI(right).isEquivalent(to: URI(left)))
    }

    @Test(
        "any text as user, password and parameter comes back",
        arguments: ["a", "a b@c:d;e?f", "\r\n\u{0}", "%41", "jürgen \u{1F4DE}", "<>\""])
    func anyText(_ text: String) throws {
        var uri = SIPURI(user: text, host: .name("example.com"), port: 5062)
        uri.password = text
        let again = try SIPURI(uri.description)
        #expect(again.user == text)
        #expect(again.password == text)
        #expect(again == uri)
    }

    @Test("the address of record has no parameters, headers, password or needless escapes")
    func addressOfRecord() throws {
        let uri = try SIPURI("sip:%61nna:pw@Example.com;transport=tcp?Subject=x")
        #expect(uri.addressOfRecord.description == "sip:anna@example.com")
    }

    @Test(
        "other schemes are kept as they are",
        arguments: [
            "http://www.example.com/a?b#c", "isbn:2983792873", "nobodyKnowsThisScheme:totallyopaquecontent",
            "urn:service:sos",
        ])
    func opaque(_ text: String) throws {
        let uri = try URI(text)
        #expect(uri.sip == nil)
        #expect(uri.description.lowercased() == text.lowercased())
        #expect(uri.description.hasSuffix(text.drop { $0 != ":" }))
    }

    @Test("a tel URI gives its digits")
    func tel() throws {
        guard case .tel(let uri) = try URI("tel:+44-(20)-7946.0123;ext=9;phone-context=example.com") else {
            throw NotThat()
        }
        #expect(uri.isGlobal)
        #expect(uri.digits == "+442079460123")
        #expect(uri.parameters["ext"] == "9")
        #expect(uri.description == "tel:+44-(20)-7946.0123;ext=9;phone-context=example.com")
    }

    @Test(
        "IPv6 text is read and printed as RFC 5952 wants",
        arguments: [
            ("::", "::"), ("::1", "::1"), ("1::", "1::"), ("2001:db8:0:0:1:0:0:1", "2001:db8::1:0:0:1"),
            ("2001:DB8:0:1:1:1:1:1", "2001:db8:0:1:1:1:1:1"), ("64:ff9b::192.0.2.33", "64:ff9b::c000:221"),
            ("1:2:3:4:5:6:7:8", "1:2:3:4:5:6:7:8"),
            ("1:2:3:4:5:6:7::", "1:2:3:4:5:6:7:0"), ("::ffff:1.2.3.4", "::ffff:1.2.3.4"),
        ])
    func ipv6(_ text: String, _ printed: String) throws {
        let address = try #require(IPv6Address(text))
        #expect(address.description == printed)
        #expect(IPv6Address(printed) == address)
    }

    @Test(
        "text that is no address is refused",
        arguments: [
            "", ":", ":::", "1", "1:2:3:4:5:6:7", "1:2:3:4:5:6:7:8:9", "1::2::3", ":1:2:3:4:5:6:7:8", "1:2:3:4:5:6:7:",
            "12345::", "::g",
            "::1.2.3", "1:2:3:4:5:6:7:1.2.3.4", "::1.2.3.4:5", "1:2:3:4:5:6:7:8::", "fe80::1%eth0", "1.2.3.4",
            "::256.1.1.1",
        ])
    func notIPv6(_ text: String) { #expect(IPv6Address(text) == nil) }

    @Test(
        "IPv4 text is four numbers",
        arguments: [
            "", "1.2.3", "1.2.3.4.5", "1.2.3.256", "1..2.3", ".1.2.3", "1.2.3.", "0001.2.3.4", "a.b.c.d", "1.2.3.4 ",
        ])
    func notIPv4(_ text: String) { #expect(IPv4Address(text) == nil) }

    @Test("a random address comes back from its text", arguments: 0..<50)
    func randomAddresses(_ seed: Int) {
        var random = SeededGenerator(seed: UInt64(seed))
        let mask: UInt64 = random.next() & random.next()
        let six = IPv6Address(high: random.next() & mask, low: random.next() & mask & random.next())
        #expect(IPv6Address(six.description) == six)
        let four = IPv4Address(bits: UInt32(truncatingIfNeeded: random.next()))
        #expect(IPv4Address(four.description) == four)
    }
}
