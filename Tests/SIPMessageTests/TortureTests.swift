import SIPMessage
import Testing

/// The messages of RFC 4475 and RFC 5118, octet for octet; `Resources/torture/manifest.tsv` says what each is about.
@Suite("Torture messages")
struct TortureTests {
    struct Case: Sendable, CustomTestStringConvertible {
        let file: String
        let isValid: Bool
        var testDescription: String { file }
    }

    /// The archive of RFC 5118 has bare LF line ends: those files stand apart, see `bareLineFeeds`.
    static let cases: [Case] = {
        guard let text = try? Resources.text("torture/manifest.tsv") else { return [] }
        return text.split(separator: "\n").dropFirst().compactMap { line in
            let fields = line.split(separator: "\t", omittingEmptySubsequences: false).map(String.init)
            guard fields.count >= 4, !fields[0].hasPrefix("rfc5118/"), fields[2] != "unlisted" else { return nil }
            return Case(file: fields[0], isValid: fields[2] == "valid")
        }
    }()

    /// The status to answer with where it is not 400; 0 for messages that get no answer.
    static let statuses: [String: UInt16] = [
        "rfc4475/badvers.dat": 505, "rfc4475/mismatch02.dat": 501, "rfc4475/bigcode.dat": 0,
        "rfc4475/scalarlg.dat": 0,
    ]

    /// Invalid messages that parse, each as the RFC allows.
    static let parsing: Set<String> = [
        // The Contact is at fault, and it is refused when it is asked for.
        "rfc4475/regbadct.dat",
        // "May be rejected": the Date is carried as text, nobody reads it.
        "rfc4475/baddate.dat",
    ]

    @Test("the manifest names 49 messages of RFC 4475, a variant, and 12 of RFC 5118")
    func manifestIsComplete() { #expect(Self.cases.count == 62) }

    @Test("a valid message parses, an invalid one is refused with its status", arguments: cases)
    func verdict(_ item: Case) throws {
        let bytes = try Resources.bytes("torture/\(item.file)")
        if item.isValid || Self.parsing.contains(item.file) {
            let message = try SIPMessage(parsing: bytes)
            #expect(bytes.starts(with: message.serialized()), "untouched messages go out as they came")
            return
        }
        let error = try #require(throws: SIPParseError.self) { _ = try SIPMessage(parsing: bytes) }
        let status = Self.statuses[item.file] ?? 400
        #expect(error.suggestedStatus?.value ?? 0 == status)
        let answer = SIPMessage.rejection(of: bytes, because: error)
        #expect(answer.map { text($0.prefix(12)) } == (status == 0 ? nil : "SIP/2.0 \(status) "))
    }

    /// The manifest calls the archive's files of RFC 5118 valid messages in bytes that are "not a legal wire form": they end
    /// their lines with a bare LF. We refuse them: RFC 3261 §7 wants CRLF, and a bare LF that one reader takes for a line
    /// end and another does not is the oldest way to smuggle a header. Their wire forms are among the cases above.
    static let archive = [
        "ipv6-good", "ipv6-bad", "port-ambiguous", "port-unambiguous", "via-received-param-with-delim",
        "via-received-param-no-delim", "ipv6-in-sdp", "mult-ip-in-header", "mult-ip-in-sdp", "ipv4-mapped-ipv6",
        "ipv6-bug-abnf-3-colons", "ipv6-correct-abnf-2-colons",
    ]

    @Test("the archive's bare line feeds are refused by every profile", arguments: archive)
    func bareLineFeeds(_ name: String) throws {
        let bytes = try Resources.bytes("torture/rfc5118/\(name)")
        for profile in [ParsingProfile.strict, .standard, .lenient] {
            let error = #expect(throws: SIPParseError.self) { try SIPMessage(parsing: bytes, profile: profile) }
            #expect(error?.code == .malformedLine)
        }
    }

    @Test("test.dat, which no section describes, does no harm")
    func unlisted() throws {
        let bytes = try Resources.bytes("torture/rfc4475/test.dat")
        #expect(FuzzTarget.violation(bytes) == nil)
    }

    @Test("what holds for all octets holds for every file", arguments: cases)
    func properties(_ item: Case) throws {
        #expect(FuzzTarget.violation(try Resources.bytes("torture/\(item.file)")) == nil)
    }

    @Test("no file traps when it is cut short or has an octet changed anywhere", arguments: cases)
    func damage(_ item: Case) throws {
        let bytes = try Resources.bytes("torture/\(item.file)")
        for index in stride(from: 0, to: bytes.count, by: 7) {
            #expect(FuzzTarget.violation(Array(bytes[..<index])) == nil)
            var changed = bytes
            changed[index] ^= 0x20
            #expect(FuzzTarget.violation(changed) == nil)
        }
    }

    private func request(_ name: String) throws -> SIPRequest {
        try parseRequest(try Resources.bytes("torture/rfc4475/\(name).dat"))
    }

    @Test("wsinv: folds, white space, mixed case and leading zeros")
    func wsinv() throws {
        let headers = try request("wsinv").headers
        #expect(headers.to.tag?.text == "1918181833n")
        #expect(headers.from.displayName == "J Rosenberg \\\"")
        #expect(headers.from.tag?.text == "98asjd8")
        #expect(headers.maxForwards == 68)
        #expect(headers.cSeq == CSeq(9, .invite))
        #expect(headers.subject == "")
        let vias = try headers.vias
        #expect(vias.map(\.transport) == [.udp, .tcp, .udp])
        #expect(vias.map { $0.branch?.text } == ["390skdjuw", "z9hG4bK9ikj8", "z9hG4bK30239"])
        #expect(try headers.routes.first?.uri.sip?.parameters["unknownwith"] == "value")
        #expect(
            headers.value(named: try #require(HeaderName("NewFangledHeader")))
                == "newfangled value continued newfangled value")
        #expect(headers.value(named: try #require(HeaderName("UnknownHeaderWithUnusualValue"))) == ";;,,;;,;")
        let contact = try #require(try headers.contacts.first)
        #expect(contact.displayName == "Quoted string \"\"")
        #expect(contact.qThousandths == 330)
        #expect(contact.parameters.contains("secondparam"))
        #expect(try request("wsinv").body.count == 150)
    }

    @Test("intmeth: every character that a token, a user and a quoted string can have")
    func intmeth() throws {
        let request = try request("intmeth")
        #expect(request.method.name == "!interesting-Method0123456789_*+`.%indeed'~")
        #expect(request.uri.sip?.rawUser == "1_unusual.URI~(to-be!sure)&isn't+it$/crazy?,/;;*")
        #expect(request.uri.sip?.password == "&it+has=1,weird!*pas$wo~d_too.(doesn't-it)")
        #expect(request.headers.to.displayName == "BEL:\u{7} NUL:\u{0} DEL:\u{7F}")
        #expect(request.headers.fromTag?.text == "_token~1'+`*%!-.")
        #expect(try NameAddress(request.headers.from.description) == request.headers.from)
    }

    @Test("esc01, escnull, semiuri: escapes and odd characters belong to the user")
    func users() throws {
        #expect(try request("esc01").uri.user == "sips:user@example.com")
        #expect(try request("esc01").uri.sip?.host.description == "example.net")
        #expect(try request("escnull").headers.contacts.map { $0.uri.user } == ["\u{0}", "\u{0}\u{0}"])
        #expect(try request("semiuri").uri.user == "user;par=u@example.net")
    }

    @Test("esc02: an escape in a method or a name is none")
    func percent() throws {
        let request = try request("esc02")
        #expect(request.method.name == "RE%47IST%45R")
        #expect(try request.headers.contacts.map { $0.uri.user } == ["alias1", "alias3"])
        #expect(request.headers.contains(try #require(HeaderName("C%6Fntact"))))
    }

    @Test("dblreq: the second request of a datagram is dropped")
    func dblreq() throws {
        let request = try request("dblreq")
        #expect(request.method == .register)
        #expect(request.body.isEmpty)
        #expect(!text(request.serialized()).contains("INVITE"))
    }

    @Test("mpart01: a binary body is carried as it is")
    func mpart01() throws {
        let bytes = try Resources.bytes("torture/rfc4475/mpart01.dat")
        let request = try parseRequest(bytes)
        #expect(request.headers.contentLength == request.body.count)
        #expect(bytes.suffix(request.body.count).elementsEqual(request.body))
    }

    @Test("cparam01, cparam02, regescrt: what is in the brackets is the URI's")
    func contacts() throws {
        let outside = try #require(try request("cparam01").headers.contacts.first)
        #expect(outside.parameters.contains("unknownparam"))
        #expect(outside.uri.sip?.parameters.isEmpty == true)
        let inside = try #require(try request("cparam02").headers.contacts.first)
        #expect(inside.parameters.isEmpty)
        #expect(inside.uri.sip?.parameters.contains("unknownparam") == true)
        let escaped = try #require(try request("regescrt").headers.contacts.first)
        #expect(escaped.uri.sip?.headers.map(\.name) == ["Route"])
        #expect(escaped.uri.sip?.headers.map(\.value) == ["<sip:sip.example.com>"])
    }

    @Test("regbadct: a URI with headers needs brackets in Contact")
    func regbadct() throws {
        let headers = try request("regbadct").headers
        let error = #expect(throws: SIPParseError.self) { _ = try headers.contacts }
        #expect(error?.header == .contact)
    }

    @Test("unreason, noreason: a reason phrase is any text")
    func reasons() throws {
        let response = try parseResponse(try Resources.bytes("torture/rfc4475/unreason.dat"))
        #expect(response.reasonPhrase == "= 2**3 * 5**2 но сто девяносто девять - простое")
        #expect(try parseResponse(try Resources.bytes("torture/rfc4475/noreason.dat")).reasonPhrase == "")
    }

    @Test("regaut01: credentials of an unknown scheme are none")
    func regaut01() throws {
        let headers = try request("regaut01").headers
        #expect(try headers.authorizations.isEmpty)
        #expect(headers.contains(.authorization))
    }

    @Test("port-ambiguous and port-unambiguous: what is in the brackets is the address")
    func ports() throws {
        let ambiguous = try parseRequest(try Resources.bytes("torture/rfc5118-wire/port-ambiguous.dat"))
        #expect(ambiguous.uri.description == "sip:[2001:db8::10:5070]")
        let clear = try parseRequest(try Resources.bytes("torture/rfc5118-wire/port-unambiguous.dat"))
        #expect(clear.uri.description == "sip:[2001:db8::10]:5070")
    }

    @Test("the number of colons before an embedded address does not matter")
    func colons() throws {
        let three = try parseRequest(try Resources.bytes("torture/rfc5118-wire/ipv6-bug-abnf-3-colons.dat"))
        let two = try parseRequest(try Resources.bytes("torture/rfc5118-wire/ipv6-correct-abnf-2-colons.dat"))
        #expect(three.uri.sip?.host == two.uri.sip?.host)
    }

    @Test("IPv6 in session descriptions")
    func sessions() throws {
        let request = try parseRequest(try Resources.bytes("torture/rfc5118-wire/mult-ip-in-sdp.dat"))
        let sdp = try SessionDescription(parsing: request.bodySlice)
        #expect(Set(sdp.media.compactMap { $0.connectionAddress.map { "\($0)" } }).count == 2)
    }
}
