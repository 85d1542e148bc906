/// Datagrams that only hold a NAT mapping open (RFC 5626 §3.5 and the habits of phones older than it).
enum KeepAlive {
    /// Whether a datagram carries nothing but sign of life: it is empty, has at most four bytes (no SIP message has),
    /// or consists of line ends and zeros only, however many.
    ///
    /// `CRLF CRLF` gets no answer over UDP: the pong of RFC 5626 §4.4.1 is for connections.
    static func matches(_ bytes: some Collection<UInt8>) -> Bool {
        bytes.count <= 4
            || bytes.allSatisfy { $0 == UInt8(ascii: "\r") || $0 == UInt8(ascii: "\n") || $0 == 0 }
    }
}
