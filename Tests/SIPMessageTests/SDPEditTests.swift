import SIPMessage
import Testing

@Suite("Editing session descriptions")
struct SDPEditTests {
    private let text = """
        v=0
        o=anna 20518 9 IN IP4 192.0.2.10
        s=a call
        c=IN IP4 192.0.2.10
        t=0 0
        a=recvonly
        m=audio 16428 RTP/AVP 9 8
        a=rtpmap:9 G722/8000
        a=sendonly
        m=video 0 RTP/AVP 31
        i=pictures

        """

    private func session() throws -> SessionDescription { try SessionDescription(parsing: wire(text)) }

    @Test("a medium's direction is its own, else the session's")
    func directions() throws {
        var session = try session()
        #expect(session.direction(ofMedia: 0) == .sendOnly)
        #expect(session.direction(ofMedia: 1) == .receiveOnly)
        #expect(session.direction(ofMedia: 2) == nil)
        session.setDirection(.inactive, ofMedia: 0)
        #expect(
            SIPMessageTests.text(session.serialized())
                == text.replacing("a=sendonly", with: "a=inactive").replacing("\n", with: "\r\n"))
        let isThird = session.setDirection(.inactive, ofMedia: 2)
        #expect(!isThird)
        #expect(SessionDescription.Direction.sendOnly.reversed == .receiveOnly)
    }

    @Test("attributes are read, appended and removed in their section")
    func attributes() throws {
        var session = try session()
        #expect(session.attributes(of: .media(0)).map(\.description) == ["rtpmap:9 G722/8000", "sendonly"])
        #expect(session.attributes(of: .session).map(\.name) == ["recvonly"])
        session.append(.init("ptime", "20"), to: .media(1))
        session.removeAttributes(named: "rtpmap", from: .media(0))
        session.removeAttributes(named: "recvonly", from: .session)
        #expect(
            SIPMessageTests.text(session.serialized())
                == text.replacing("a=rtpmap:9 G722/8000\n", with: "").replacing("a=recvonly\n", with: "")
                .replacing("i=pictures\n", with: "i=pictures\na=ptime:20\n").replacing("\n", with: "\r\n"))
        let isSixth = session.append(.init("x"), to: .media(5))
        #expect(!isSixth)
    }

    @Test("the version counts up, a connection line goes after the title")
    func lines() throws {
        var session = try session()
        session.incrementOriginVersion()
        #expect(session.originVersion == 10)
        #expect(session.sessionName == "a call")
        session.setConnectionAddress(.ipv6(IPv6Address(high: 0, low: 1)), ofMedia: 1)
        #expect(SIPMessageTests.text(session.serialized()).hasSuffix("i=pictures\r\nc=IN IP6 ::1\r\n"))
        #expect(session.media.map { $0.connectionAddress?.description } == ["192.0.2.10", "[::1]"])
    }

    @Test("a last line without a line end gets one when something follows it")
    func lastLine() throws {
        var session = try SessionDescription(parsing: Array("v=0\nm=audio 9 RTP/AVP 0".utf8))
        session.setDirection(.inactive, ofMedia: 0)
        #expect(SIPMessageTests.text(session.serialized()) == "v=0\nm=audio 9 RTP/AVP 0\r\na=inactive\r\n")
    }

    @Test("more lines than the limit are refused")
    func limit() {
        let lines =
            Array("v=0\n".utf8) + Array(String(repeating: "a=x\n", count: SessionDescription.maximumLineCount).utf8)
        let error = #expect(throws: SIPParseError.self) { try SessionDescription(parsing: lines) }
        #expect(error?.code == .limitExceeded)
    }
}
