/// Where the parts of a URI stand in a message's bytes. Plain data, made by one pass, no allocation; the typed
/// ``URI`` is made from it on demand.
struct URILayout: Sendable, BitwiseCopyable {
    enum Kind: Sendable, BitwiseCopyable {
        case sip
        case sips
        case tel
        case other
    }

    var kind: Kind
    var whole: ByteRange
    var scheme: ByteRange
    /// The user part of a SIP URI, the number of a `tel` URI, nil without one.
    var user: ByteRange?
    var password: ByteRange?
    var hostPort: HostPortLayout
    /// Begins with `;`, or is empty.
    var parameters: ByteRange
    /// After the `?`.
    var headers: ByteRange?

    /// Reads all of `range` as a URI: `SIP-URI`, `SIPS-URI` (RFC 3261 §25.1), `telephone-uri` (RFC 3966) or any other
    /// `absoluteURI`.
    static func scan(_ range: ByteRange, _ bytes: Span<UInt8>) throws(ScanError) -> URILayout {
        var cursor = Cursor(range)
        let scheme = cursor.take(.scheme, bytes)
        guard !scheme.isEmpty, ByteSet.alpha.contains(bytes[Int(scheme.start)]) else {
            throw ScanError(Int(range.start), "a URI scheme")
        }
        guard cursor.skip(UInt8(ascii: ":"), bytes) else {
            throw ScanError(cursor.position, "a colon after the scheme")
        }
        var layout = URILayout(
            kind: .other, whole: range, scheme: scheme, user: nil, password: nil,
            hostPort: HostPortLayout(kind: .name, host: .empty, port: nil), parameters: .empty, headers: nil)
        if equalsIgnoringCase(bytes, scheme, "sip") {
            layout.kind = .sip
        } else if equalsIgnoringCase(bytes, scheme, "sips") {
            layout.kind = .sips
        } else if equalsIgnoringCase(bytes, scheme, "tel") {
            layout.kind = .tel
        }
        switch layout.kind {
        case .sip, .sips: try layout.scanSIP(&cursor, bytes)
        case .tel: try layout.scanTel(&cursor, bytes)
        case .other:
            let opaque = cursor.take(.opaqueURI, bytes)
            guard !opaque.isEmpty else { throw ScanError(cursor.position, "text after the scheme") }
        }
        guard cursor.isAtEnd else { throw ScanError(cursor.position, "the end of the URI") }
        return layout
    }

    private mutating func scanSIP(_ cursor: inout Cursor, _ bytes: Span<UInt8>) throws(ScanError) {
        // `@` can stand in no other part of a SIP URI, so the first one ends the user part.
        let start = cursor.position
        var at = start
        while at < cursor.end, bytes[at] != UInt8(ascii: "@") { at &+= 1 }
        if at < cursor.end {
            var part = Cursor(start, at)
            let user = try part.takeEscaped(.userReceived, bytes)
            guard !user.isEmpty else { throw ScanError(start, "a user name") }
            self.user = user
            if part.skip(UInt8(ascii: ":"), bytes) { password = try part.takeEscaped(.password, bytes) }
            guard part.isAtEnd else { throw ScanError(part.position, "a user name") }
            cursor.position = at &+ 1
        }
        hostPort = try HostPortLayout.scan(&cursor, bytes)
        parameters = try ParameterLayout.scanAll(&cursor, bytes, .uri)
        if cursor.skip(UInt8(ascii: "?"), bytes) {
            let headers = try cursor.takeEscaped(.uriHeadersReceived, bytes)
            guard !headers.isEmpty else { throw ScanError(cursor.position, "a header in the URI") }
            self.headers = headers
        }
    }

    private mutating func scanTel(_ cursor: inout Cursor, _ bytes: Span<UInt8>) throws(ScanError) {
        let number = cursor.take(.telNumber, bytes)
        guard
            number.range.contains(where: {
                ByteSet.alphanumeric.contains(bytes[$0]) || bytes[$0] == 0x2A || bytes[$0] == 0x23
            })
        else { throw ScanError(cursor.position, "a telephone number") }
        user = number
        parameters = try ParameterLayout.scanAll(&cursor, bytes, .uri)
    }

    /// The typed URI.
    func value(_ bytes: Span<UInt8>) -> URI {
        switch kind {
        case .sip, .sips: .sip(SIPURI(self, bytes))
        case .tel: .tel(TelURI(self, bytes))
        case .other: .other(OpaqueURI(self, bytes))
        }
    }
}
