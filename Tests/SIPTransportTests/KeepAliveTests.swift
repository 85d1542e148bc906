import Testing

@testable import SIPTransport

@Suite("Keep-alive datagrams")
struct KeepAliveTests {
    @Test(
        "a datagram without a message in it is a keep-alive",
        arguments: [
            [], Array("\r\n\r\n"), Array("\r\n"), [0, 0, 0, 0], [0], Array("jaK"), Array("\n\n\n\n\n\n\n\n"),
            [UInt8](repeating: 0, count: 1_200),
        ])
    func keepAlive(bytes: [UInt8]) {
        #expect(KeepAlive.matches(bytes))
    }

    @Test(
        "anything that may be a message is none, leading line ends or not",
        arguments: [Array("\r\n\r\nOPTIONS sip:a SIP/2.0\r\n"), Array("ACK x"), [0, 0, 0, 0, 1]])
    func message(bytes: [UInt8]) {
        #expect(!KeepAlive.matches(bytes))
    }
}
