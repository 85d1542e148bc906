import SIPMessage

/// A header that a script adds to a response.
struct CustomHeader: Hashable {
    let name: HeaderName
    let value: String

    /// Names that the switch writes itself (the ancestor's list and what the same reasons add).
    private static let reserved: Set<String> = [
        "via", "from", "to", "contact", "cseq", "call-id", "max-forwards", "content-length", "content-type", "route",
        "record-route", "www-authenticate", "proxy-authenticate", "authorization", "proxy-authorization", "require",
    ]

    init?(parsing text: String) {
        guard let colon = text.firstIndex(of: ":") else { return nil }
        let name = String(text[..<colon]).trimmingSpaces()
        let value = String(text[text.index(after: colon)...]).trimmingSpaces()
        guard let headerName = HeaderName(name), !Self.reserved.contains(headerName.text.lowercased()),
            value.utf8.allSatisfy({ $0 >= 0x20 && $0 != 0x7F || $0 == 0x09 })
        else { return nil }
        self.name = headerName
        self.value = value
    }
}
