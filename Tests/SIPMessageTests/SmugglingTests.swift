import SIPMessage
import Testing

/// What could make two readers see different messages, or let a caller's text become a header. Each has a decided outcome.
@Suite("Smuggling and injection")
struct SmugglingTests {
    enum Outcome: Sendable {
        case accepted
        case refused(SIPParseError.Code, at: HeaderName?)
    }

    struct Case: Sendable, CustomTestStringConvertible {
        let name: String
        let bytes: [UInt8]
        let standard: Outcome
        let strict: Outcome
        var testDescription: String { name }

        init(_ name: String, _ bytes: [UInt8], _ standard: Outcome, strict: Outcome? = nil) {
            self.name = name
            self.bytes = bytes
            self.standard = standard
            self.strict = strict ?? standard
        }
    }

    private static func line(_ octets: String) -> [UInt8] {
        let bytes = requestText("X-Marker: 1")
        let marker = Array("X-Marker: 1".utf8)
        guard let start = (0..<bytes.count).first(where: { bytes[$0...].starts(with: marker) }) else { return [] }
        return Array(bytes[..<start]) + Array(octets.utf8) + Array(bytes[(start + marker.count)...])
    }

    static let cases: [Case] = [
        // RFC 3261 §25.1: HCOLON is *( SP / HTAB ) ":" SWS, so a space before the colon is the grammar itself.
        Case("space before the colon", line("X-Odd : a"), .accepted),
        Case("tab before the colon", line("X-Odd\t: a"), .accepted),
        Case("space in a name", line("X Odd: a"), .refused(.malformedLine, at: nil)),
        Case("line end before the colon", line("X-Odd\r\n : a"), .refused(.malformedLine, at: nil)),
        Case("bare CR in a value", line("X: a\rVia: evil"), .refused(.malformedLine, at: nil)),
        Case("bare LF in a value", line("X: a\nVia: evil"), .refused(.malformedLine, at: nil)),
        Case("LF CR", line("X: a\n\rY: b"), .refused(.malformedLine, at: nil)),
        Case("CR CR LF", line("X: a\r\r\nY: b"), .refused(.malformedLine, at: nil)),
        Case("NUL in a value", line("X: a\0b"), .refused(.malformedLine, at: nil)),
        Case("NUL in a name", line("X\0: a"), .refused(.malformedLine, at: nil)),
        Case("an escaped NUL", line("X: \"a\\\0b\""), .accepted),
        Case("8-bit name", line("X-\u{E9}: a"), .refused(.malformedLine, at: nil)),
        Case(
            "a name of high octets that fold to Via by 7 bits", line("\u{156}ia: a"), .refused(.malformedLine, at: nil)),
        Case("no name", line(": a"), .refused(.malformedLine, at: nil)),
        Case("no colon", line("X a"), .refused(.malformedLine, at: nil)),
        Case("a control character in a name", line("X\u{1}: a"), .refused(.malformedLine, at: nil)),
        Case("a bracket in a name", line("X[: a"), .refused(.malformedLine, at: nil)),
        Case("8-bit value", line("X: \u{E9}"), .accepted),
        Case("vertical tab in a value", line("X: a\u{B}b"), .accepted),
        Case(
            "equal Content-Lengths", line("Content-Length: 0\r\nContent-Length: 0"), .accepted,
            strict: .refused(.conflictingHeaders, at: .contentLength)),
        Case(
            "Content-Length and l that differ", line("Content-Length: 0\r\nl: 1"),
            .refused(.conflictingHeaders, at: .contentLength)),
        Case(
            "equal numbers, spelled differently", line("Content-Length: 0\r\nl: 00"),
            .refused(.conflictingHeaders, at: .contentLength)),
        Case("joined Content-Lengths", line("Content-Length: 0, 0"), .refused(.malformedHeader, at: .contentLength)),
        Case("negative", line("Content-Length: -1"), .refused(.malformedHeader, at: .contentLength)),
        Case("signed", line("Content-Length: +0"), .refused(.malformedHeader, at: .contentLength)),
        Case(
            "a number over 64 bits", line("Content-Length: 18446744073709551616"),
            .refused(.malformedHeader, at: .contentLength)),
        Case("a number over 2^32", line("Content-Length: 4294967296"), .refused(.malformedHeader, at: .contentLength)),
        Case("hexadecimal", line("Content-Length: 0x0"), .refused(.malformedHeader, at: .contentLength)),
        Case("empty", line("Content-Length:"), .refused(.malformedHeader, at: .contentLength)),
        Case("a fold in the number", line("Content-Length: 0\r\n 0"), .refused(.malformedHeader, at: .contentLength)),
        Case("a folded number", line("Content-Length:\r\n 0"), .accepted),
        Case(
            "a CSeq that is too large",
            Array(
                String(decoding: requestText(), as: UTF8.self).replacing(
                    "CSeq: 7", with: "CSeq: 2147483648"
                ).utf8), .refused(.malformedHeader, at: .cSeq)),
        Case("a second From", line("f: <sip:eve@example.com>;tag=x"), .refused(.conflictingHeaders, at: .from)),
        Case("a second Call-ID", line("i: eve"), .refused(.conflictingHeaders, at: .callID)),
        Case("a second CSeq", line("CSeq: 8 OPTIONS"), .refused(.conflictingHeaders, at: .cSeq)),
        Case("a second To", line("t: <sip:eve@example.com>"), .refused(.conflictingHeaders, at: .to)),
        Case(
            "Max-Forwards twice", line("Max-Forwards: 1\r\nMax-Forwards: 70"),
            .refused(.conflictingHeaders, at: .maxForwards)),
        Case(
            "a Via that is none behind a good one",
            Array(
                String(decoding: requestText(), as: UTF8.self).replacing(
                    ";rport", with: ";rport, evil"
                ).utf8), .refused(.malformedHeader, at: .via)),
        Case(
            "an empty name in the first line of folds", wire("OPTIONS sip:a@b SIP/2.0\n Via: x\n\n"),
            .refused(.malformedLine, at: nil)),
    ]

    @Test("the decided outcome, by the standard and the strict profile", arguments: cases)
    func outcome(_ item: Case) throws {
        for (profile, wanted) in [
            (ParsingProfile.standard, item.standard), (.strict, item.strict), (.lenient, item.standard),
        ] {
            switch wanted {
            case .accepted:
                let message = try SIPMessage(parsing: item.bytes, profile: profile)
                #expect(message.serialized() == item.bytes)
                #expect(try message.headers.vias.count == 1)
            case .refused(let code, let header):
                let error = #expect(throws: SIPParseError.self) {
                    try SIPMessage(parsing: item.bytes, profile: profile)
                }
                #expect(error?.code == code)
                #expect(error?.header == header)
                #expect(error?.suggestedStatus == .badRequest)
            }
        }
    }

    @Test("what stands after the body of a datagram is dropped, and never read as a message")
    func pipelined() throws {
        let bytes = requestText("Content-Length: 0", body: "INVITE sip:eve@example.com SIP/2.0\n")
        let request = try parseRequest(bytes)
        #expect(request.body.isEmpty)
        #expect(!text(request.serialized()).contains("eve"))
    }

    // MARK: Injection

    static let hostile = ["a\r\nVia: evil", "a\nb", "a\rb", "a\0b", "\r\n\r\n"]

    @Test("text with line ends enters through no builder", arguments: hostile)
    func builders(_ evil: String) throws {
        #expect(throws: SIPValueError.self) { try FieldText(evil) }
        #expect(Token(evil) == nil)
        #expect(CallID(evil) == nil)
        #expect(SIPMethod(evil) == nil)
        #expect(HeaderName(evil) == nil)
        #expect(HostName(evil) == nil)
        #expect(Host(evil) == nil)
        #expect(HostPort("h\(evil)") == nil)
        #expect(TelURI(number: "+1\(evil)") == nil)
        #expect(throws: SIPParseError.self) { try URI("sip:h;x=\(evil)") }
        #expect(throws: SIPParseError.self) { try SIPURI("sip:\(evil)@h") }
        #expect(throws: SIPParseError.self) { try NameAddress("\"\(evil)\" <sip:h>") }
        #expect(throws: SIPParseError.self) { try Via("SIP/2.0/UDP h;x=\"\(evil)\"") }
        #expect(throws: SIPParseError.self) { try MediaType("text/plain;x=\"\(evil)\"") }
        #expect(throws: SIPParseError.self) { try Credentials("Digest username=\"\(evil)\"") }
        #expect(throws: SIPParseError.self) { try Challenge("Digest realm=\"\(evil)\", nonce=\"n\"") }
        #expect(throws: SIPValueError.self) { try Challenge(realm: evil, nonce: "n", algorithm: .md5) }
        #expect(throws: SIPValueError.self) { try Challenge(realm: "r", nonce: evil, algorithm: .md5) }
        #expect(throws: SIPValueError.self) { try Challenge(realm: "r", nonce: "n", algorithm: .md5, opaque: evil) }
        #expect(throws: SIPValueError.self) { try DigestInfo(nextNonce: evil) }
        let challenge = try Challenge(realm: "r", nonce: "n", algorithm: .md5)
        #expect(throws: SIPValueError.self) {
            try Credentials.answering(challenge, username: evil, ha1: "00", method: .bye, uri: "sip:h", cnonce: "c")
        }
        #expect(throws: SIPValueError.self) {
            try Credentials.answering(challenge, username: "u", ha1: "00", method: .bye, uri: evil, cnonce: "c")
        }
        var fields = try parseRequest(requestText()).headers
        #expect(throws: SIPValueError.self) { try fields.append(name: evil, value: "x") }
        #expect(throws: SIPValueError.self) { try fields.append(name: "X", value: evil) }
    }

    @Test("text that may hold anything is escaped where it is written", arguments: hostile)
    func escaped(_ evil: String) throws {
        var request = try parseRequest(requestText("Content-Length: 0"))
        // A user is any text: what has to be escaped is.
        request.uri = .sip(SIPURI(user: evil, host: .name("example.com")))
        request.headers.setContacts([NameAddress(uri: SIPURI(user: evil, host: .name("example.com")))])
        let again = try parseRequest(request.serialized())
        #expect(again.uri.user == evil)
        #expect(try again.headers.contacts.first?.uri.user == evil)
        #expect(try again.headers.vias.count == 1)
        #expect(again.headers.fields.count == request.headers.fields.count)
    }

    @Test(
        "separators in texts stay inside their value",
        arguments: ["\" <sip:eve@h>, \"", "\\", "\\\"", ">;tag=x", "a;b,c=d"])
    func separators(_ text: String) throws {
        var request = try parseRequest(requestText())
        var address = NameAddress(displayName: try FieldText(text), uri: try SIPURI("sip:a@h"))
        address.setParameter("x", to: try FieldText(text))
        request.headers.setContacts([address])
        request.headers[.reason] = [Reason(q850: 16, text: try FieldText(text))]
        request.headers[.warning] = [try #require(Warning(code: 399, agent: .name("h"), text: try FieldText(text)))]
        let again = try parseRequest(request.serialized())
        let contacts = try again.headers.contacts
        #expect(contacts.count == 1)
        #expect(contacts.first?.displayName == text)
        #expect(contacts.first?.parameters["x"] == text)
        #expect(again.headers[.reason].map(\.text) == [text])
        #expect(again.headers[.warning].map(\.text) == [text])
    }

    @Test("fields that the message manages can not be written as text")
    func managed() throws {
        var fields = try parseRequest(requestText()).headers
        for name in [HeaderName.via, .from, .to, .callID, .cSeq, .contentLength] {
            #expect(throws: SIPValueError.self) { try fields.set(name, "x") }
            #expect(throws: SIPValueError.self) { try fields.append(name, "x") }
            #expect(throws: SIPValueError.self) { try fields.removeAll(name) }
        }
        #expect(throws: SIPValueError.self) { try fields.append(name: "v", value: "SIP/2.0/UDP evil") }
    }

    @Test("line ends in a session description's values do not make lines", arguments: hostile)
    func sdp(_ evil: String) throws {
        #expect(Token(evil) == nil)
        #expect(throws: SIPValueError.self) { try FieldText(evil) }
    }
}
