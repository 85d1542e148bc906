import SIPMessage
import Testing

/// Each leniency by itself: refused by the strict profile, accepted with this one leniency alone.
@Suite("Parsing profiles")
struct ProfileTests {
    struct Case: Sendable, CustomTestStringConvertible {
        let name: String
        let leniency: ParsingProfile
        let bytes: [UInt8]
        /// What is read when it is accepted.
        let check: @Sendable (SIPMessage) throws -> Bool
        var testDescription: String { name }
    }

    private static func uri(_ message: SIPMessage) -> URI? {
        if case .request(let request) = message { request.uri } else { nil }
    }

    private static func replacing(_ old: String, _ new: String) -> [UInt8] {
        Array(text(requestText()).replacing(old, with: new).utf8)
    }

    static let cases: [Case] = [
        Case(
            name: "unescapedUsers", leniency: .unescapedUsers, bytes: requestText(uri: "sip:#31#@example.com"),
            check: { uri($0)?.user == "#31#" }),
        Case(
            name: "unescapedURIParts", leniency: .unescapedURIParts, bytes: requestText(uri: "sip:example.com;x=a,b"),
            check: { uri($0)?.sip?.parameters["x"] == "a,b" }),
        Case(
            name: "unquotedParameters", leniency: .unquotedParameters, bytes: replacing(";tag=a1", ";tag=a/1=@"),
            check: { $0.headers.fromTag?.text == "a/1=@" }),
        Case(
            name: "unquotedDisplayNames", leniency: .unquotedDisplayNames, bytes: replacing("\"Anna\"", "Anna (Büro)"),
            check: { $0.headers.from.displayName == "Anna (Büro)" }),
        Case(
            name: "underscoresInHosts", leniency: .underscoresInHosts, bytes: requestText(uri: "sip:a@my_host.example"),
            check: { uri($0)?.sip?.host.description == "my_host.example" }),
        Case(
            name: "repeatedEqualHeaders", leniency: .repeatedEqualHeaders,
            bytes: requestText("Call-ID: call-1@example.com"), check: { $0.headers.callID.text == "call-1@example.com" }
        ),
        Case(
            name: "missingReasonSpace", leniency: .missingReasonSpace,
            bytes: Array(
                text(requestText()).replacing("OPTIONS sip:bob@example.com SIP/2.0", with: "SIP/2.0 200").utf8),
            check: { if case .response(let response) = $0 { response.reasonPhrase.isEmpty } else { false } }),
        Case(
            name: "tripleColons", leniency: .tripleColons, bytes: requestText(uri: "sip:[2001:db8:::192.0.2.1]"),
            check: { uri($0)?.sip?.host == Host("2001:db8::192.0.2.1") }),
        Case(
            name: "extraSpacesInStartLine", leniency: .extraSpacesInStartLine,
            bytes: Array(
                text(requestText()).replacing(
                    "OPTIONS sip:bob@example.com SIP/2.0", with: "OPTIONS  sip:bob@example.com   SIP/2.0  "
                ).utf8),
            check: { text($0.serialized()).hasPrefix("OPTIONS sip:bob@example.com SIP/2.0\r\n") }),
        Case(
            name: "bracketedRequestURI", leniency: .bracketedRequestURI,
            bytes: requestText(uri: "<sip:bob@example.com>"),
            check: { text($0.serialized()).hasPrefix("OPTIONS sip:bob@example.com SIP/2.0\r\n") }),
        Case(
            name: "spacesInBrackets", leniency: .spacesInBrackets,
            bytes: replacing("<sip:bob@example.com>", "< sip:bob@example.com >"),
            check: { $0.headers.to.uri.user == "bob" }),
        Case(
            name: "unbracketedHeaders", leniency: .unbracketedHeaders,
            bytes: replacing("<sip:bob@example.com>", "sip:bob@example.com?Route=x"),
            check: { $0.headers.to.uri.sip?.headers.map(\.name) == ["Route"] }),
    ]

    @Test("a leniency lets pass what the strict profile refuses, and nothing else does", arguments: cases)
    func one(_ item: Case) throws {
        #expect(throws: SIPParseError.self) { try SIPMessage(parsing: item.bytes, profile: .strict) }
        let others = ParsingProfile.lenient.subtracting(item.leniency)
        #expect(throws: SIPParseError.self) { try SIPMessage(parsing: item.bytes, profile: others) }
        let message = try SIPMessage(parsing: item.bytes, profile: item.leniency)
        #expect(try item.check(message))
        #expect(try item.check(try SIPMessage(parsing: message.serialized(), profile: item.leniency)))
    }

    @Test("otherNamesOfGMT", arguments: ["UTC", "UT", "+0000"])
    func dates(zone: String) throws {
        let bytes = requestText("Date: Sat, 13 Nov 2010 23:29:00 \(zone)")
        #expect(try SIPMessage(parsing: bytes, profile: .standard).headers[.date] == nil)
        let lenient = try SIPMessage(parsing: bytes, profile: .otherNamesOfGMT)
        #expect(lenient.headers[.date]?.description == "Sat, 13 Nov 2010 23:29:00 GMT")
        #expect(
            try SIPMessage(parsing: requestText("Date: Sat, 13 Nov 2010 23:29:00 EST"), profile: .lenient).headers[
                .date] == nil)
    }

    @Test("a leniency holds for headers that are read later")
    func later() throws {
        let bytes = requestText("Contact: sip:a@h?x=y")
        #expect(throws: SIPParseError.self) { try SIPMessage(parsing: bytes).headers.contacts }
        #expect(try SIPMessage(parsing: bytes, profile: .lenient).headers.contacts.count == 1)
    }

    @Test(
        "the torture messages that a liberal element may accept",
        arguments: [
            "rfc4475/ltgtruri.dat", "rfc4475/lwsstart.dat", "rfc4475/trws.dat", "rfc4475/badaspec.dat",
            "rfc4475/regbadct.dat",
        ])
    func torture(file: String) throws {
        let bytes = try Resources.bytes("torture/\(file)")
        let message = try SIPMessage(parsing: bytes, profile: .lenient)
        _ = try message.headers.contacts
        // "… must not send them on": what is wrong in the start line is not.
        let line = text(message.serialized().prefix { $0 != 0x0D })
        #expect(!line.contains("  ") && !line.contains("<") && !line.hasSuffix(" "))
    }

    @Test(
        "what no profile accepts",
        arguments: [
            "rfc4475/lwsruri.dat", "rfc4475/quotbal.dat", "rfc4475/badinv01.dat",
            "rfc4475-variants/baddn-terminated.dat",
            "rfc4475/ncl.dat", "rfc4475/mcl01.dat", "rfc4475/multi01.dat", "rfc4475/escruri.dat",
        ])
    func never(file: String) throws {
        let bytes = try Resources.bytes("torture/\(file)")
        #expect(throws: SIPParseError.self) { try SIPMessage(parsing: bytes, profile: .lenient) }
    }
}

@Suite("Message limits")
struct LimitTests {
    @Test("parameters of one value are counted")
    func parameters() throws {
        var limits = MessageLimits()
        limits.maximumParameterCount = 3
        let fine = requestText(uri: "sip:h;a;b;c")
        _ = try SIPMessage(parsing: fine, limits: limits)
        let error = #expect(throws: SIPParseError.self) {
            try SIPMessage(parsing: requestText(uri: "sip:h;a;b;c;d"), limits: limits)
        }
        #expect(error?.suggestedStatus == .badRequest)
        let contact = requestText("Contact: <sip:h>;a;b;c;d")
        #expect(throws: SIPParseError.self) { try SIPMessage(parsing: contact, limits: limits).headers.contacts }
    }

    @Test("Via values are counted, not rows")
    func vias() throws {
        let value = "SIP/2.0/UDP h;branch=z9hG4bK1"
        let joined = Array(repeating: value, count: 80).joined(separator: ", ")
        let error = #expect(throws: SIPParseError.self) { try SIPMessage(parsing: requestText("Via: \(joined)")) }
        #expect(error?.suggestedStatus == .tooManyHops)
    }
}
