import SIPMessage
import SIPStack
import Testing

@testable import Switchboard

@Suite("Session descriptions of phones behind a NAT")
struct NATManglingTests {
    static func sdp(origin: String, session: String, medium: String? = nil) -> String {
        let own = medium.map { "c=IN IP4 \($0)\r\n" } ?? ""
        return "v=0\r\no=alice 1 1 IN IP4 \(origin)\r\ns=-\r\nc=IN IP4 \(session)\r\nt=0 0\r\n"
            + "m=audio 4000 RTP/AVP 0\r\n\(own)a=x-odd:  kept \r\n"
    }

    static func mangled(_ text: String, type: String? = "application/sdp", from sender: String) throws -> String {
        let address = try #require(TransportAddress(sender, port: 5060))
        return String(decoding: NATMangling.body(Array(text.utf8), type, from: address), as: UTF8.self)
    }

    @Test(
        "private addresses become the sender's", arguments: ["10.0.0.5", "192.168.1.9", "172.16.3.4", "100.64.0.9"])
    func replaced(address: String) throws {
        let result = try Self.mangled(Self.sdp(origin: address, session: address, medium: address), from: "203.0.113.7")
        #expect(result == Self.sdp(origin: "203.0.113.7", session: "203.0.113.7", medium: "203.0.113.7"))
    }

    @Test(
        "anything else stays as it is, to the byte",
        arguments: [
            ("198.51.100.3", "application/sdp", "203.0.113.7"),  // public
            ("0.0.0.0", "application/sdp", "203.0.113.7"),  // on hold
            ("10.0.0.5", "application/sdp", "10.0.0.9"),  // the sender is in the private network too
            ("10.0.0.5", "application/sdp", "127.0.0.1"), ("10.0.0.5", "text/plain", "203.0.113.7"),
            ("10.0.0.5", "", "203.0.113.7"), ("phone.local", "application/sdp", "203.0.113.7"),
        ])
    func kept(address: String, type: String, sender: String) throws {
        let text = Self.sdp(origin: address, session: address)
        #expect(try Self.mangled(text, type: type, from: sender) == text)
    }

    @Test("what is no session description stays as it is", arguments: ["", "hello", "v=1\r\n", "c=IN IP4 10.0.0.1"])
    func noDescription(text: String) throws {
        #expect(try Self.mangled(text, from: "203.0.113.7") == text)
    }
}
