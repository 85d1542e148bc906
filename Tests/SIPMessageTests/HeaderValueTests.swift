import SIPMessage
import Testing

@Suite("Header values")
struct HeaderValueTests {
    struct Address: Sendable, CustomTestStringConvertible {
        let text: String
        var name: String?
        let uri: String
        var tag: String?
        var testDescription: String { text }
    }

    static let addresses: [Address] = [
        Address(text: "sip:a@b.c", uri: "sip:a@b.c"),
        Address(text: "sip:a@b.c;tag=1", uri: "sip:a@b.c", tag: "1"),
        Address(text: "<sip:a@b.c;tag=no>;TAG=yes", uri: "sip:a@b.c;tag=no", tag: "yes"),
        Address(text: "  Bob   Smith  <sip:a@b.c> ; tag = x ", name: "Bob   Smith", uri: "sip:a@b.c", tag: "x"),
        Address(text: "caller<sip:a@b.c>", name: "caller", uri: "sip:a@b.c"),
        Address(text: "\"a, b; <c> \\\" \\\\ d\"<sip:a@b.c>", name: "a, b; <c> \" \\ d", uri: "sip:a@b.c"),
        Address(text: "\"\" <sip:a@b.c>", uri: "sip:a@b.c"),
        Address(text: "Jürgen <sip:a@b.c>", name: "Jürgen", uri: "sip:a@b.c"),
        Address(text: "<tel:+1234;ext=5>;tag=a/b=c", uri: "tel:+1234;ext=5", tag: "a/b=c"),
        Address(text: "isbn:2983792873", uri: "isbn:2983792873"),
        Address(text: "<sip:a@b.c?Route=%3Csip:x%3E>", uri: "sip:a@b.c?Route=%3Csip:x%3E"),
    ]

    @Test("an address is read, printed and read again", arguments: addresses)
    func reads(_ item: Address) throws {
        let address = try NameAddress(item.text)
        #expect(address.displayName == item.name)
        #expect(address.uri.description == item.uri)
        #expect(address.tag?.text == item.tag)
        #expect(try NameAddress(address.description) == address)
    }

    @Test(
        "text that is no address is refused",
        arguments: [
            "", "<sip:a@b.c", "\"a <sip:a@b.c>", "< sip:a@b.c>", "<sip:a@b.c >", "Bell, Alexander <sip:a@b.c>",
            "sip:a@b.c?x=y", "\"a\" sip:a@b.c",
            "<sip:a@b.c>;", "<sip:a@b.c>;;x", "<sip:a@b.c>;tag=", "<sip:a@b.c>;x=\"", "<sip:a@b.c> x",
            "<sip:a@b.c>, <sip:a@b.c>", "a@b <sip:a@b.c>",
            "<sip:a@b.c>\r\nX: y", "\"a\r\n b\" <sip:a@b.c>", "\"\\é\" <sip:a@b.c>",
        ])
    func refuses(_ text: String) {
        let error = #expect(throws: SIPParseError.self) { _ = try NameAddress(text) }
        #expect(error?.code == .malformedHeader)
    }

    @Test(
        "a display name of any text comes back",
        arguments: ["Anna", "a \"b\" \\c", "<sip:x@y>;tag=z, ", "é\u{7F}", "\t"])
    func displayName(_ name: String) throws {
        let address = NameAddress(displayName: try FieldText(name), uri: SIPURI(user: "a", host: .name("h")), tag: "t1")
        let again = try NameAddress(address.description)
        #expect(again.displayName == name)
        #expect(again == address)
    }

    @Test(
        "q values are thousandths",
        arguments: [
            ("0", 0), ("1", 1_000), ("0.5", 500), ("0.123", 123), ("1.000", 1_000), ("0.", 0), ("1.1", nil), ("2", nil),
            ("0.1234", nil), ("-1", nil), ("x", nil),
        ] as [(String, Int?)])
    func qValues(_ text: String, _ value: Int?) throws {
        #expect(try NameAddress("<sip:a@b.c>;q=\(text)").qThousandths == value)
    }

    @Test(
        "a Via is read, printed and read again",
        arguments: [
            "SIP/2.0/UDP 192.0.2.1:5060;branch=z9hG4bKabc;rport", "SIP/2.0/TCP host.example.com",
            "SIP/2.0/TLS [2001:db8::1]:5061;branch=z9hG4bKx;received=2001:db8::9;rport=1024",
            "SIP/2.0/WSS df7jal23ls0d.invalid;branch=z9hG4bK56sdasks",
            "SIP/2.0/UNKNOWN h:1;ttl=15;maddr=224.2.0.1;x=\"a \\\" b\"",
        ])
    func via(_ text: String) throws {
        let via = try Via(text)
        #expect(via.description == text)
        #expect(try Via(via.description) == via)
    }

    @Test(
        "text that is no Via is refused",
        arguments: [
            "", "SIP/2.0/UDP", "SIP/2.0/UDPhost", "SIP/1.0/UDP h", "XIP/2.0/UDP h", "SIP/2.0/ h", "SIP/2.0/UDP h;",
            "SIP/2.0/UDP h;;x", "SIP/2.0/UDP h:99999",
            "SIP/2.0/UDP h;branch=", "SIP/2.0/UDP h, SIP/2.0/UDP i", "SIP/2.0/UDP 2001:db8::1",
        ])
    func notVia(_ text: String) { #expect(throws: SIPParseError.self) { _ = try Via(text) } }

    @Test("received is read with and without brackets")
    func received() throws {
        #expect(try Via("SIP/2.0/UDP h;received=[2001:db8::9]").received == Host("2001:db8::9"))
        #expect(try Via("SIP/2.0/UDP h;received=2001:db8::9").received == Host("2001:db8::9"))
        var via = try Via("SIP/2.0/UDP h;branch=z9hG4bK1;rport")
        via.received = Host("2001:db8::9")
        via.rport = 5099
        #expect(via.description == "SIP/2.0/UDP h;branch=z9hG4bK1;rport=5099;received=2001:db8::9")
    }

    @Test("a branch that is the cookie and nothing else identifies nothing")
    func badBranch() throws {
        #expect(try !Via("SIP/2.0/UDP h;branch=z9hG4bK").hasUniqueBranch)
        #expect(try !Via("SIP/2.0/UDP h;branch=390skdjuw").hasUniqueBranch)
        #expect(try !Via("SIP/2.0/UDP h").hasUniqueBranch)
    }

    @Test(
        "the star is the wildcard only by itself",
        arguments: [("*", true), (" * ", true), ("*, <sip:a@b.c>", false), ("<sip:a@b.c>", false)])
    func wildcard(_ value: String, _ expected: Bool) throws {
        let headers = try parseRequest(requestText("Contact: \(value)")).headers
        #expect(headers.hasWildcardContact == expected)
        if expected { #expect(try headers.contacts.isEmpty) }
        if value.hasPrefix("*,") { #expect(throws: SIPParseError.self) { _ = try headers.contacts } }
    }

    @Test(
        "every compact form is its long name",
        arguments: [
            ("a", "Accept-Contact"), ("b", "Referred-By"), ("c", "Content-Type"), ("d", "Request-Disposition"),
            ("e", "Content-Encoding"), ("f", "From"),
            ("i", "Call-ID"), ("j", "Reject-Contact"), ("k", "Supported"), ("l", "Content-Length"), ("m", "Contact"),
            ("o", "Event"), ("r", "Refer-To"),
            ("s", "Subject"), ("t", "To"), ("u", "Allow-Events"), ("v", "Via"), ("x", "Session-Expires"),
            ("y", "Identity"),
        ])
    func compact(_ short: String, _ long: String) throws {
        let name = try #require(HeaderName(short))
        #expect(name == HeaderName(long.lowercased()))
        #expect(name == HeaderName(short.uppercased()))
        #expect(name.text == long)
        #expect(name.compactForm == short)
    }

    @Test("a value that could break its line is refused", arguments: ["a\r\nX: y", "a\nb", "a\rb", "a\u{0}b", "\r\n"])
    func fieldText(_ text: String) {
        let error = #expect(throws: SIPValueError.self) { _ = try FieldText(text) }
        #expect(error?.code == .forbiddenCharacter)
        #expect(Token(text) == nil)
        #expect(CallID(text) == nil)
        #expect(HeaderName(text) == nil)
        #expect(SIPMethod(text) == nil)
        #expect(HostName(text) == nil)
        #expect(Host(text) == nil)
        #expect(HostPort(text) == nil)
        #expect(TelURI(number: text) == nil)
    }
}
