import SIPMessage

/// What a script has set for the INVITEs of its later Dials.
struct OutgoingSettings {
    /// Parts of the From; nil keeps the caller's.
    struct From {
        var displayName: String?
        var user: String?
        var host: String?

        /// - Returns: the address with the parts that are given, without its tag.
        func applied(to address: NameAddress) -> NameAddress {
            var uri = address.uri
            if var sip = uri.sip {
                if let user { sip.user = user }
                if let text = host, let host = Host(text) {
                    sip.host = host
                    sip.port = nil
                }
                uri = .sip(sip)
            }
            let name = displayName ?? address.displayName
            return NameAddress(displayName: name.map { FieldText(cleaning: $0) }, uri: uri)
        }
    }

    static let mostHeaders = 20
    /// Bytes of a body that a script sets.
    static let largestBody = 16 << 10

    private(set) var headers: [CustomHeader] = []
    var from: From?
    var content: (type: String, body: [UInt8])?

    /// Adds a row, or replaces the one of the same name.
    ///
    /// - Returns: false when there are too many.
    mutating func set(_ header: CustomHeader) -> Bool {
        if let index = headers.firstIndex(where: { $0.name == header.name }) {
            headers[index] = header
            return true
        }
        guard headers.count < Self.mostHeaders else { return false }
        headers.append(header)
        return true
    }

    mutating func removeHeaders(named name: HeaderName) { headers.removeAll { $0.name == name } }

    mutating func removeAllHeaders() { headers.removeAll() }
}
