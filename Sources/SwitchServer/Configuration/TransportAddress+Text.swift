import SIPStack

extension TransportAddress {
    /// `192.0.2.1:5060` or `[2001:db8::1]:5060`.
    init?(text: String) {
        guard let colon = text.lastIndex(of: ":"), let port = UInt16(text[text.index(after: colon)...]) else {
            return nil
        }
        var host = text[..<colon]
        if host.hasPrefix("["), host.hasSuffix("]") { host = host.dropFirst().dropLast() }
        self.init(host, port: port)
    }
}
