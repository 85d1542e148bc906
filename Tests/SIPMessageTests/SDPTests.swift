import SIPMessage
import Testing

@Suite("Session descriptions")
struct SDPTests {
    static let offer = wire(
        """
        v=0
        o=- 20518 7 IN IP4 192.0.2.10
        s=call
        c=IN IP4 192.0.2.10
        t=0 0
        a=odd:   spaces  kept
        m=audio 16428 RTP/AVP 9 8 0
        a=rtpmap:9 G722/8000
        a=sendrecv
        m=video 16430/2 RTP/AVP 96
        c=IN IP6 2001:db8::1/3

        """)

    @Test("addresses, ports and formats are read")
    func reads() throws {
        let sdp = try SessionDescription(parsing: Self.offer)
        #expect(sdp.originAddress == Host("192.0.2.10"))
        #expect(sdp.originVersion == 7)
        #expect(sdp.connectionAddress == Host("192.0.2.10"))
        #expect(sdp.media.map(\.type) == ["audio", "video"])
        #expect(sdp.media.map(\.port) == [16_428, 16_430])
        #expect(sdp.media.map(\.connectionAddress) == [Host("192.0.2.10"), Host("2001:db8::1")])
        #expect(sdp.media.first?.formats == ["9", "8", "0"])
        #expect(sdp.media.first?.attributes == ["rtpmap:9 G722/8000", "sendrecv"])
        #expect(sdp.serialized() == Self.offer)
    }

    @Test("only the lines that are changed change")
    func edits() throws {
        var sdp = try SessionDescription(parsing: Self.offer)
        let host = try #require(Host("2001:db8::9"))
        sdp.setOriginAddress(host)
        sdp.setConnectionAddress(host)
        let isSet = [sdp.setPort(40_000, ofMedia: 1), sdp.setPort(1, ofMedia: 2)]
        #expect(isSet == [true, false])
        let expected = text(Self.offer).replacing(
            "o=- 20518 7 IN IP4 192.0.2.10", with: "o=- 20518 7 IN IP6 2001:db8::9"
        )
        .replacing("c=IN IP4 192.0.2.10", with: "c=IN IP6 2001:db8::9")
        .replacing("c=IN IP6 2001:db8::1/3", with: "c=IN IP6 2001:db8::9").replacing("16430/2", with: "40000/2")
        #expect(text(sdp.serialized()) == expected)
    }

    @Test(
        "line ends and unknown lines stay as they are",
        arguments: [
            "v=0\no=x\nz=\nm=audio\r\nm=audio 99999 RTP/AVP 0\n", "v=0\r\n\r\n\r\n", "v=0",
            "v=0\r\nc=IN IP4 host.example.com\r\na=",
        ])
    func untouched(_ body: String) throws {
        var sdp = try SessionDescription(parsing: Array(body.utf8))
        #expect(sdp.media.isEmpty && sdp.originAddress == nil)
        #expect(sdp.serialized() == Array(body.utf8))
        sdp.setOriginAddress(.ipv4(IPv4Address(bits: 1)))
        #expect(sdp.serialized() == Array(body.utf8))
    }

    @Test(
        "what is no session description is refused",
        arguments: [
            "", "hello", "o=x\r\nv=0\r\n", "v=1\r\n", "v=0\r\nx\r\n", "v=0\r\n=a\r\n", "v=0\r\na=\u{0}\r\n",
            "v=0\r\na=x\ry\r\n", "v=0\r\na=x\r\r\n", "v=0\r\nm=audio 1 RTP/AVP \r \n", "v=0\r\na=x\r",
            "\r\nv=0\r\n",
        ])
    func refuses(_ body: String) {
        let error = #expect(throws: SIPParseError.self) { _ = try SessionDescription(parsing: Array(body.utf8)) }
        #expect(error?.code == .malformedBody)
    }

    @Test("too many media are refused")
    func mediaLimit() {
        let body =
            "v=0\r\n" + String(repeating: "m=audio 1 RTP/AVP 0\r\n", count: SessionDescription.maximumMediaCount + 1)
        let error = #expect(throws: SIPParseError.self) { _ = try SessionDescription(parsing: Array(body.utf8)) }
        #expect(error?.code == .limitExceeded)
    }
}
