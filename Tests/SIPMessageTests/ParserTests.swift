import SIPMessage
import Testing

@Suite("Parsing a message")
struct ParserTests {
    @Test("a request's parts are read")
    func request() throws {
        let request = try parseRequest(
            wire(
                """
                INVITE sip:0049%2030@sip.example.org:5070;transport=tcp SIP/2.0
                v: SIP/2.0/UDP 192.0.2.10:5062;branch=z9hG4bK776;rport, SIP/2.0/TCP [2001:db8::1]:5060
                Via: SIP/2.0/TLS proxy.example.org;received=192.0.2.1;rport=4711
                Max-Forwards: 70
                f: "Anna \\"A\\" Example" <sip:anna@sip.example.org>;tag=9fxced76sl
                To: Bob <sip:bob@sip.example.org>
                i: 3848276298220188511@192.0.2.10
                CSeq: 2 INVITE
                m: <sip:anna@192.0.2.10:5060>;expires=3600;q=0.75, sip:anna@192.0.2.11;q=1
                Record-Route: <sip:p1.example.org;lr>, <sip:p2.example.org;lr>
                Record-Route: <sip:p3.example.org>
                Supported: replaces, timer
                Supported: 100rel
                X-Odd:   a,  b
                Content-Type: Application/SDP ; charset=utf-8
                l: 4

                v=0

                """))
        #expect(request.method == .invite)
        #expect(request.uri.description == "sip:0049%2030@sip.example.org:5070;transport=tcp")
        #expect(request.uri.user == "0049 30")
        #expect(request.uri.sip?.transport == .tcp)
        let headers = request.headers
        #expect(headers.via.transport == .udp)
        #expect(headers.via.sentBy == HostPort("192.0.2.10:5062"))
        #expect(headers.via.branch?.text == "z9hG4bK776")
        #expect(headers.via.hasUniqueBranch)
        #expect(headers.via.hasRPort && headers.via.rport == nil)
        let vias = try headers.vias
        #expect(vias.map(\.transport) == [.udp, .tcp, .tls])
        #expect(vias.last?.received == Host("192.0.2.1"))
        #expect(vias.last?.rport == 4711)
        #expect(headers.maxForwards == 70)
        #expect(headers.from.displayName == "Anna \"A\" Example")
        #expect(headers.from.tag?.text == "9fxced76sl")
        #expect(headers.fromTag == headers.from.tag)
        #expect(headers.to.displayName == "Bob")
        #expect(headers.toTag == nil)
        #expect(headers.callID.text == "3848276298220188511@192.0.2.10")
        #expect(headers.cSeq == CSeq(2, .invite))
        let contacts = try headers.contacts
        #expect(contacts.map(\.qThousandths) == [750, 1_000])
        #expect(contacts.map(\.expires) == [3_600, nil])
        #expect(contacts.map { $0.uri.sip?.isLooseRouter } == [false, false])
        #expect(
            try headers.recordRoutes.map { $0.uri.sip?.host.description } == [
                "p1.example.org", "p2.example.org", "p3.example.org",
            ])
        #expect(headers.supported.map(\.text) == ["replaces", "timer", "100rel"])
        #expect(headers.value(named: .supported) == "replaces, timer")
        #expect(headers.mediaType == "application/sdp")
        #expect(headers.contentLength == 4)
        let odd = try #require(HeaderName("x-odd"))
        #expect(headers.values(named: odd) == ["a,  b"])
        #expect(headers.fields.first?.spelledName == "v")
        #expect(request.body == Array("v=0\r".utf8), "the body ends where Content-Length says")
    }

    @Test("a response's parts are read")
    func response() throws {
        let response = try parseResponse(
            wire(
                """
                SIP/2.0 486 Busy  Here
                Via: SIP/2.0/UDP 192.0.2.10;branch=z9hG4bK1
                From: <sip:a@example.org>;tag=1
                To: <sip:b@example.org>;tag=2
                Call-ID: x
                CSeq: 1 INVITE
                Retry-After: 120 (in a meeting);duration=60


                """))
        #expect(response.status == .busyHere)
        #expect(response.reasonPhrase == "Busy  Here")
        #expect(response.headers.toTag?.text == "2")
        #expect(response.headers.retryAfter == 120)
        #expect(response.body.isEmpty)
    }

    struct Broken: Sendable, CustomTestStringConvertible {
        let name: String
        let bytes: [UInt8]
        let code: SIPParseError.Code
        let status: Int?
        var header: HeaderName?
        var testDescription: String { name }
    }

    static let broken: [Broken] = [
        Broken(name: "nothing", bytes: [], code: .emptyMessage, status: nil),
        Broken(name: "only line ends", bytes: wire("\n\n"), code: .emptyMessage, status: nil),
        Broken(
            name: "no line end", bytes: Array("OPTIONS sip:a SIP/2.0".utf8), code: .unterminatedHeaders, status: 400),
        Broken(name: "no empty line", bytes: requestText().dropLast(2), code: .unterminatedHeaders, status: 400),
        Broken(name: "HTTP", bytes: wire("GET / HTTP/1.1\n\n"), code: .malformedStartLine, status: 400),
        Broken(
            name: "two spaces before the URI", bytes: requestText(uri: " sip:a@b"), code: .malformedStartLine,
            status: 400),
        Broken(
            name: "SIP/3.0", bytes: requestText(uri: "sip:a@b SIP/3.0\nX: y"), code: .unsupportedVersion, status: 505),
        Broken(name: "no host", bytes: requestText(uri: "sip:a@"), code: .malformedURI, status: 400),
        Broken(
            name: "headers in the Request-URI", bytes: requestText(uri: "sip:a@b?Route=x"), code: .malformedURI,
            status: 400),
        Broken(name: "a port over 65535", bytes: requestText(uri: "sip:a@b:65536"), code: .malformedURI, status: 400),
        Broken(
            name: "IPv6 without brackets", bytes: requestText(uri: "sip:2001:db8::1"), code: .malformedURI, status: 400),
        Broken(
            name: "URI too long", bytes: requestText(uri: "sip:" + String(repeating: "a", count: 3_000)),
            code: .limitExceeded, status: 414),
        Broken(name: "no colon", bytes: requestText("Subject lunch"), code: .malformedLine, status: 400),
        Broken(name: "empty name", bytes: requestText(": x"), code: .malformedLine, status: 400),
        Broken(name: "8-bit name", bytes: requestText("Größe: 4"), code: .malformedLine, status: 400),
        Broken(
            name: "a fold before any header", bytes: wire("OPTIONS sip:a@b SIP/2.0\n x: y\n\n"), code: .malformedLine,
            status: 400),
        Broken(name: "bare LF", bytes: requestText("X: a") + [], code: .malformedLine, status: 400),
        Broken(name: "no Via", bytes: requestText(without: "Via"), code: .missingHeader, status: 400, header: .via),
        Broken(name: "no From", bytes: requestText(without: "From"), code: .missingHeader, status: 400, header: .from),
        Broken(name: "no To", bytes: requestText(without: "To"), code: .missingHeader, status: 400, header: .to),
        Broken(
            name: "no Call-ID", bytes: requestText(without: "Call-ID"), code: .missingHeader, status: 400,
            header: .callID),
        Broken(name: "no CSeq", bytes: requestText(without: "CSeq"), code: .missingHeader, status: 400, header: .cSeq),
        Broken(
            name: "no CSeq in an ACK", bytes: requestText(method: "ACK", without: "CSeq"), code: .missingHeader,
            status: nil, header: .cSeq),
        Broken(
            name: "two Call-IDs", bytes: requestText("i: other"), code: .conflictingHeaders, status: 400,
            header: .callID),
        Broken(
            name: "two CSeqs", bytes: requestText("CSeq: 8 OPTIONS"), code: .conflictingHeaders, status: 400,
            header: .cSeq),
        Broken(
            name: "two Froms", bytes: requestText("f: <sip:eve@example.com>;tag=a1"), code: .conflictingHeaders,
            status: 400, header: .from),
        Broken(
            name: "two Tos", bytes: requestText("t: <sip:eve@example.com>"), code: .conflictingHeaders, status: 400,
            header: .to),
        Broken(
            name: "two Max-Forwards", bytes: requestText("Max-Forwards: 5\nMax-Forwards: 6"), code: .conflictingHeaders,
            status: 400, header: .maxForwards),
        Broken(
            name: "two lengths", bytes: requestText("Content-Length: 0\nl: 1", body: "x"), code: .conflictingHeaders,
            status: 400, header: .contentLength),
        Broken(
            name: "lengths joined by comma", bytes: requestText("Content-Length: 0, 0"), code: .malformedHeader,
            status: 400, header: .contentLength),
        Broken(
            name: "negative length", bytes: requestText("Content-Length: -1"), code: .malformedHeader, status: 400,
            header: .contentLength),
        Broken(
            name: "signed length", bytes: requestText("Content-Length: +1", body: "x"), code: .malformedHeader,
            status: 400, header: .contentLength),
        Broken(
            name: "huge length", bytes: requestText("Content-Length: 99999999999999999999"), code: .malformedHeader,
            status: 400, header: .contentLength),
        Broken(
            name: "length past the datagram", bytes: requestText("Content-Length: 5", body: "1234"),
            code: .truncatedBody, status: 400, header: .contentLength),
        Broken(
            name: "length over the limit", bytes: requestText("Content-Length: 70000", body: "1234"),
            code: .limitExceeded, status: 413, header: .contentLength),
        Broken(
            name: "CSeq number too large", bytes: requestText(without: "CSeq").inserting("CSeq: 2147483648 OPTIONS"),
            code: .malformedHeader, status: 400, header: .cSeq),
        Broken(
            name: "CSeq of another method", bytes: requestText(without: "CSeq").inserting("CSeq: 1 INVITE"),
            code: .methodMismatch, status: 400, header: .cSeq),
        Broken(
            name: "CSeq of another case", bytes: requestText(without: "CSeq").inserting("CSeq: 1 options"),
            code: .methodMismatch, status: 400, header: .cSeq),
        Broken(
            name: "a header over the limit", bytes: requestText("X: " + String(repeating: "a", count: 9_000)),
            code: .limitExceeded, status: 400),
        Broken(
            name: "too many headers", bytes: requestText(Array(repeating: "X: y", count: 300).joined(separator: "\n")),
            code: .limitExceeded, status: 400),
        Broken(
            name: "too many hops",
            bytes: requestText(Array(repeating: "Via: SIP/2.0/UDP h", count: 70).joined(separator: "\n")),
            code: .limitExceeded, status: 483, header: .via),
        Broken(
            name: "headers over the limit",
            bytes: requestText(
                Array(repeating: "X: " + String(repeating: "a", count: 8_000), count: 5).joined(separator: "\n")),
            code: .limitExceeded, status: 513),
        Broken(
            name: "message over the limit", bytes: requestText(body: String(repeating: "a", count: 65_536)),
            code: .limitExceeded, status: 513),
        Broken(name: "status 99", bytes: wire("SIP/2.0 099 Odd\n\n"), code: .malformedStartLine, status: nil),
        Broken(name: "status 700", bytes: wire("SIP/2.0 700 Odd\n\n"), code: .malformedStartLine, status: nil),
        Broken(
            name: "response without headers", bytes: wire("SIP/2.0 200 OK\n\n"), code: .missingHeader, status: nil,
            header: .via),
    ]

    @Test("a broken message is refused for the right reason", arguments: broken)
    func refuses(_ item: Broken) throws {
        // The one case that a text literal can not spell.
        let bytes = item.name == "bare LF" ? replacing(item.bytes, "X: a\r\n", with: "X: a\nY: b\r\n") : item.bytes
        let error = #expect(throws: SIPParseError.self) { _ = try SIPMessage(parsing: bytes) }
        #expect(error?.code == item.code)
        #expect(error?.suggestedStatus?.value == item.status.map { UInt16($0) })
        if let header = item.header { #expect(error?.header == header) }
        #expect((0...bytes.count).contains(error?.offset ?? -1))
    }

    @Test(
        "a lone CR, a lone LF and a NUL end no line",
        arguments: ["X: a\rb", "X: a\nb", "X: a\u{0}b", "X\u{0}: b", "X: a\r\rb"])
    func lineEnds(_ line: String) throws {
        let bytes = replacing(requestText("X: placeholder"), "X: placeholder", with: line)
        let error = #expect(throws: SIPParseError.self) { _ = try SIPMessage(parsing: bytes) }
        #expect(error?.code == .malformedLine)
    }

    @Test("a header that repeats with the same value is let pass")
    func sameTwice() throws {
        let request = try parseRequest(requestText("i: call-1@example.com\nContent-Length: 0\nl: 0"))
        #expect(request.headers.callID.text == "call-1@example.com")
    }

    @Test("a method is not taken for one that it begins with", arguments: ["INVITEX", "invite", "Ack"])
    func methods(_ name: String) throws {
        let request = try parseRequest(requestText(method: name))
        #expect(request.method.name == name)
        #expect(!SIPMethod.known.contains(request.method))
    }

    @Test(
        "names that share letters with known ones are unknown", arguments: ["khd", "Vi", "Viaa", "Content-Lengt", "z"])
    func names(_ name: String) throws {
        let header = try #require(HeaderName(name))
        #expect(header.text == name)
        #expect(header != .via && header != .contentLength)
    }

    @Test("empty lines before the message are passed over")
    func leadingLineEnds() throws {
        let bytes = requestText()
        let message = try SIPMessage(parsing: wire("\n\n") + bytes)
        #expect(message.serialized() == bytes)
    }

    @Test(
        "a malformed number reads as absent, as RFC 3261 allows",
        arguments: ["Max-Forwards: 300", "Max-Forwards: x", "Max-Forwards:"])
    func numbers(_ line: String) throws {
        #expect(try parseRequest(requestText(line)).headers.maxForwards == nil)
    }

    @Test(
        "only ACK itself gets no answer, and a method's case matters",
        arguments: [("ACK", false), ("Ack", true), ("ACKX", true)])
    func answerable(_ method: String, _ isAnswered: Bool) throws {
        let error = #expect(throws: SIPParseError.self) {
            _ = try SIPMessage(parsing: requestText("Content-Length: -1", method: method))
        }
        #expect((error?.suggestedStatus == .badRequest) == isAnswered)
    }

    @Test("time grows with the length, not with its square", arguments: [",", ";a", "<", "\"", "\\", "%41", "("])
    func noQuadraticWork(_ unit: String) throws {
        // 8 KiB of each in every typed view; a quadratic one would take minutes in a debug build.
        let value = String(String(repeating: unit, count: 8_000).prefix(8_000))
        let request = try parseRequest(
            requestText("Contact: <sip:a@b>\(value)\nRoute: \(value)\nAuthorization: Digest \(value)\nAllow: \(value)"))
        _ = try? request.headers.contacts
        _ = try? request.headers.routes
        _ = try? request.headers.authorizations
        _ = request.headers.allow
        #expect(request.headers.count == 9)
    }
}

extension [UInt8] {
    /// The message with `line` before its empty line.
    func inserting(_ line: String) -> [UInt8] { Array(dropLast(2)) + wire(line + "\n\n") }
}

func replacing(_ bytes: [UInt8], _ old: String, with new: String) -> [UInt8] {
    let old = Array(old.utf8)
    guard let start = bytes.indices.first(where: { bytes[$0...].starts(with: old) }) else { return bytes }
    return Array(bytes[..<start]) + Array(new.utf8) + Array(bytes[(start + old.count)...])
}
