import SIPMessage
import Testing

@Suite("Building, changing and writing messages")
struct MessageTests {
    static func invite() throws -> SIPRequest {
        SIPRequest(
            method: .invite, uri: try URI("sip:bob@example.com"),
            via: Via(
                transport: .udp, sentBy: HostPort(host: .ipv4(IPv4Address(bits: 0xC000_0201)), port: 5060),
                branch: "z9hG4bK1"),
            from: try NameAddress("\"Anna\" <sip:anna@example.com>;tag=a"),
            to: try NameAddress("<sip:bob@example.com>"),
            callID: try #require(CallID("c@192.0.2.1")), cSeq: 5,
            contact: NameAddress(uri: SIPURI(user: "anna", host: .ipv4(IPv4Address(bits: 0xC000_0201)))),
            contentType: "application/sdp", body: Array("v=0\r\n".utf8))
    }

    @Test("a built request is written in the usual order and reads back")
    func request() throws {
        let request = try Self.invite()
        let bytes = request.serialized()
        #expect(
            bytes
                == wire(
                    """
                    INVITE sip:bob@example.com SIP/2.0
                    Via: SIP/2.0/UDP 192.0.2.1:5060;branch=z9hG4bK1;rport
                    Max-Forwards: 70
                    From: "Anna" <sip:anna@example.com>;tag=a
                    To: <sip:bob@example.com>
                    Call-ID: c@192.0.2.1
                    CSeq: 5 INVITE
                    Contact: <sip:anna@192.0.2.1>
                    Content-Type: application/sdp
                    Content-Length: 5

                    v=0

                    """))
        let again = try parseRequest(bytes)
        #expect(again.serialized() == bytes)
        #expect(again.headers.from == request.headers.from)
        #expect(again.headers.via == request.headers.via)
    }

    @Test("headers in a URI never get into a request line")
    func requestLine() throws {
        var request = try Self.invite()
        request.uri = try URI("sip:carol@example.com;lr?Route=%3Csip:evil%3E")
        #expect(text(request.serialized()).hasPrefix("INVITE sip:carol@example.com;lr SIP/2.0\r\n"))
        #expect(request.uri.description == "sip:carol@example.com;lr")
    }

    @Test("an answer has the rows that RFC 3261 wants, as they came")
    func answer() throws {
        let request = try parseRequest(
            wire(
                """
                INVITE sip:bob@example.com SIP/2.0
                v:SIP/2.0/UDP 192.0.2.1;branch=z9hG4bK1 ,
                 SIP/2.0/TCP 192.0.2.2;branch=z9hG4bK0
                Via: SIP/2.0/UDP 192.0.2.3
                Record-Route: <sip:p1;lr>,<sip:p2;lr>
                FROM: Anna<sip:anna@example.com>;tag=a
                t: <sip:bob@example.com>;x=y
                Call-ID:   c
                Timestamp: 54
                CSeq: 1    INVITE
                Contact: <sip:anna@192.0.2.1>


                """))
        let rows = """
            v:SIP/2.0/UDP 192.0.2.1;branch=z9hG4bK1 ,
             SIP/2.0/TCP 192.0.2.2;branch=z9hG4bK0
            Via: SIP/2.0/UDP 192.0.2.3

            """
        let rest = """
            FROM: Anna<sip:anna@example.com>;tag=a
            t: <sip:bob@example.com>;x=y
            Call-ID:   c

            """
        let trying = SIPResponse(to: request, status: .trying, toTag: "t")
        #expect(
            trying.serialized()
                == wire(
                    "SIP/2.0 100 Trying\n" + rows + rest + "Timestamp: 54\nCSeq: 1    INVITE\nContent-Length: 0\n\n"))
        var ringing = SIPResponse(to: request, status: .ringing, reasonPhrase: "Klingelt", toTag: "t")
        #expect(ringing.headers.toTag?.text == "t")
        #expect(ringing.headers.to.parameters["x"] == "y")
        ringing.headers.setContacts([NameAddress(uri: SIPURI(host: .name("here")))])
        #expect(
            ringing.serialized()
                == wire(
                    "SIP/2.0 180 Klingelt\n" + rows + "Record-Route: <sip:p1;lr>,<sip:p2;lr>\n"
                        + "FROM: Anna<sip:anna@example.com>;tag=a\nTo: <sip:bob@example.com>;x=y;tag=t\nCall-ID:   c\n"
                        + "CSeq: 1    INVITE\nContent-Length: 0\nContact: <sip:here>\n\n"))
        let busy = SIPResponse(to: request, status: .busyHere, toTag: "t")
        #expect(!busy.headers.contains(.recordRoute))
        #expect(try busy.headers.vias.count == 3)
    }

    @Test("a To tag that is there stays")
    func tagStays() throws {
        let request = try parseRequest(
            replacing(requestText(), "To: <sip:bob@example.com>", with: "To: <sip:bob@example.com>;tag=old"))
        #expect(SIPResponse(to: request, status: .ok, toTag: "new").headers.toTag?.text == "old")
    }

    @Test("changed fields are written anew, all others stay octet by octet")
    func edit() throws {
        let bytes = requestText("X-Odd  :  a ,,b \nMax-Forwards:  012\nSUBJECT: one\n two\nx-odd: c", body: "hello")
        var request = try parseRequest(bytes)
        request.headers.maxForwards = 11
        try request.headers.set(.subject, "new")
        try request.headers.append(name: "X-New", value: "1")
        request.headers.setFrom(NameAddress(displayName: "B", uri: try URI("sip:b@example.com"), tag: "b2"))
        #expect(request.headers.maxForwards == 11)
        #expect(request.headers.subject == "new")
        #expect(request.headers.from.displayName == "B")
        #expect(request.headers.fromTag?.text == "b2")
        #expect(
            text(request.serialized())
                == text(
                    wire(
                        """
                        OPTIONS sip:bob@example.com SIP/2.0
                        Via: SIP/2.0/UDP 192.0.2.1:5060;branch=z9hG4bKabc;rport
                        From: "B" <sip:b@example.com>;tag=b2
                        To: <sip:bob@example.com>
                        Call-ID: call-1@example.com
                        CSeq: 7 OPTIONS
                        X-Odd  :  a ,,b \nMax-Forwards: 11
                        Subject: new
                        x-odd: c
                        X-New: 1
                        Content-Length: 5

                        hello
                        """)))
        let odd = try #require(HeaderName("X-ODD"))
        #expect(request.headers.values(named: odd) == ["a ,,b", "c"])
        try request.headers.removeAll(odd)
        #expect(!request.headers.contains(odd))
    }

    @Test("changing a copy leaves the first as it was")
    func copies() throws {
        let request = try parseRequest(requestText("Subject: x"))
        var copy = request
        copy.headers.setCallID(try #require(CallID("other")))
        try copy.headers.removeAll(.subject)
        copy.body = [1, 2]
        #expect(request.headers.callID.text == "call-1@example.com")
        #expect(request.serialized() == requestText("Subject: x"))
        #expect(copy.headers.callID.text == "other")
        #expect(copy.headers.contentLength == 2)
    }

    @Test("the topmost Via is replaced alone, those in its row and below stay")
    func vias() throws {
        let bytes = replacing(
            requestText("Via: SIP/2.0/TLS three"), "abc;rport\r\n",
            with: "abc;rport ,\r\n  SIP/2.0/TCP two;x=\"a,b\"\r\n")
        var request = try parseRequest(bytes)
        var top = request.headers.via
        top.received = Host("203.0.113.9")
        top.rport = 4040
        request.headers.replaceTopVia(top)
        #expect(request.headers.via.rport == 4040)
        #expect(try request.headers.vias.map(\.sentBy.host.description) == ["192.0.2.1", "two", "three"])
        request.headers.prependVia(try Via("SIP/2.0/UDP zero;branch=z9hG4bK0"))
        #expect(request.headers.via.branch?.text == "z9hG4bK0")
        let again = try parseRequest(request.serialized())
        #expect(try again.headers.vias == request.headers.vias)
        #expect(try again.headers.vias.map(\.rport) == [nil, 4_040, nil, nil])
    }

    @Test(
        "what the message manages itself can not be written as text or removed",
        arguments: [
            HeaderName.via, .from, .to, .callID, .cSeq, .contentLength,
        ])
    func managed(_ name: HeaderName) throws {
        var headers = try parseRequest(requestText()).headers
        let error = #expect(throws: SIPValueError.self) { try headers.removeAll(name) }
        #expect(error?.code == .managedField)
        #expect(throws: SIPValueError.self) { try headers.append(name, "x") }
        #expect(throws: SIPValueError.self) { try headers.set(name, "x") }
        #expect(throws: SIPValueError.self) { try headers.append(name: name.compactForm ?? name.text, value: "x") }
        #expect(headers.count == 5)
    }

    @Test(
        "no line end comes in through text",
        arguments: [
            ("X", "a\r\nEvil: 1"), ("X\r\nEvil", "1"), ("X: y", "1"), ("", "1"), ("X", "a\u{0}"), ("X", "\n"),
        ])
    func injection(_ name: String, _ value: String) throws {
        var headers = try parseRequest(requestText()).headers
        #expect(throws: SIPValueError.self) { try headers.append(name: name, value: value) }
        #expect(headers.count == 5)
    }

    @Test("no line end comes in through a value's parts")
    func injectionByType() throws {
        let evil = "x\r\nEvil: 1\r\n\r\n\u{0}"
        var uri = SIPURI(user: evil, host: .name("h"))
        uri.password = evil
        uri.setParameter("p", to: "v")
        var request = try Self.invite()
        request.headers.setContacts([NameAddress(uri: uri)])
        request.uri = .sip(uri)
        let again = try parseRequest(request.serialized())
        #expect(try again.headers.contacts.first?.uri.user == evil)
        #expect(again.uri.user == evil)
        #expect(HeaderName("Evil").map { again.headers.contains($0) } == false)
    }

    @Test("setting the body sets Content-Length, also in a message without one")
    func contentLength() throws {
        var request = try parseRequest(requestText(body: "abc"))
        #expect(request.headers.contentLength == nil)
        #expect(request.body.count == 3)
        request.body = Array(repeating: 65, count: 100)
        #expect(request.headers.contentLength == 100)
        request.body = []
        #expect(text(request.serialized()).hasSuffix("Content-Length: 0\r\n\r\n"))
    }

    @Test("a message that is changed ten thousand times does not grow")
    func noGrowth() throws {
        var request = try parseRequest(requestText())
        for number in 0..<10_000 {
            request.headers.maxForwards = UInt8(number % 100)
            request.headers.setTo(NameAddress(uri: SIPURI(user: "u\(number % 7)", host: .name("h")), tag: "t"))
        }
        #expect(request.headers.toTag?.text == "t")
        #expect(request.headers.callID.text == "call-1@example.com")
        #expect(request.headers.via.branch?.text == "z9hG4bKabc")
        #expect(request.serialized().count < 400)
        let again = try parseRequest(request.serialized())
        #expect(again.headers.to == request.headers.to)
        #expect(again.headers.maxForwards == 99)
    }

    @Test(
        "the messages of the benchmark go out as they came",
        arguments: [
            "01-invite", "02-invite-routed", "03-100", "04-180", "05-200-invite", "06-ack", "07-bye",
            "08-register-digest", "09-401", "10-options",
        ])
    func benchmarkMessages(_ name: String) throws {
        let bytes = try Resources.bytes("messages/\(name).sip")
        let message = try SIPMessage(parsing: bytes)
        #expect(message.serialized() == bytes)
        _ = try message.headers.contacts
        _ = try message.headers.authorizations
        _ = try message.headers.wwwAuthenticate
    }

    @Test("a request that does not parse is answered with its own rows")
    func rejection() throws {
        let bytes = replacing(requestText("Content-Length: -1"), "SIP/2.0\r\n", with: "SIP/2.0\r\n")
        let error = try #require(throws: SIPParseError.self) { _ = try SIPMessage(parsing: bytes) }
        let answer = try #require(SIPMessage.rejection(of: bytes, because: error))
        let response = try parseResponse(answer)
        #expect(response.status == .badRequest)
        #expect(response.headers.via.branch?.text == "z9hG4bKabc")
        #expect(response.headers.cSeq == CSeq(7, .options))
        #expect(response.headers.callID.text == "call-1@example.com")
    }

    @Test(
        "what can not be answered is not",
        arguments: [
            "SIP/2.0 200 OK\nVia: SIP/2.0/UDP h\n\n", "ACK sip:a@b SIP/2.0\nVia: SIP/2.0/UDP h\n\n",
            "OPTIONS sip:a@b SIP/2.0\nTo: x\n\n", "\n\n", "x",
        ])
    func noRejection(_ source: String) throws {
        let bytes = wire(source)
        let error = try #require(throws: SIPParseError.self) { _ = try SIPMessage(parsing: bytes) }
        #expect(SIPMessage.rejection(of: bytes, because: error) == nil)
    }

    @Test("an answer to a broken request holds no broken row")
    func soundRejection() throws {
        let bytes = replacing(requestText(), "tag=a1\r\n", with: "tag=a1\nEvil: x\r\n")
        let error = try #require(throws: SIPParseError.self) { _ = try SIPMessage(parsing: bytes) }
        let answer = try #require(SIPMessage.rejection(of: bytes, because: error))
        #expect(!text(answer).contains("Evil"))
        #expect(text(answer).contains("branch=z9hG4bKabc"))
    }
}
