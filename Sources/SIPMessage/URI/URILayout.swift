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
    /// Where the colon after the scheme stands, which begins at the start of `whole`.
    private var schemeEnd: UInt32
    /// The user part of a SIP URI, the number of a `tel` URI, nil without one.
    @MaybeRange var user: ByteRange?
    @MaybeRange var password: ByteRange?
    var hostPort: HostPortLayout
    /// Begins with `;`, or is empty.
    var parameters: ByteRange
    /// After the `?`.
    @MaybeRange var headers: ByteRange?

    /// Without the colon.
    var scheme: ByteRange { ByteRange(Int(whole.start), Int(schemeEnd)) }

    /// Nothing read yet.
    init(kind: Kind, whole: ByteRange) {
        self.kind = kind
        self.whole = whole
        schemeEnd = whole.start
        user = nil
        password = nil
        hostPort = .none
        parameters = .empty
        headers = nil
    }

    /// Reads all of `range` as a URI: `SIP-URI`, `SIPS-URI` (RFC 3261 §25.1), `telephone-uri` (RFC 3966) or any other
    /// `absoluteURI`.
    static func scan(
        _ range: ByteRange, _ bytes: Span<UInt8>, _ rules: ScanRules = .standard
    ) throws(ScanError) -> URILayout {
        var layout = URILayout(kind: .sip, whole: range)
        try layout.read(range, bytes, rules)
        return layout
    }

    /// The same in place of a layout in which nothing has been read.
    mutating func read(_ range: ByteRange, _ bytes: Span<UInt8>, _ rules: ScanRules) throws(ScanError) {
        var cursor = Cursor(range, rules)
        whole = range
        kind = .sip
        if cursor.skipLetters("sip", bytes), cursor.peek(bytes) == UInt8(ascii: ":") {
            schemeEnd = UInt32(truncatingIfNeeded: cursor.position)
            cursor.position &+= 1
        } else {
            cursor = Cursor(range, rules)
            let scheme = cursor.take(.scheme, bytes)
            guard !scheme.isEmpty, ByteSet.alpha.contains(bytes[Int(scheme.start)]) else {
                throw ScanError(Int(range.start), "a URI scheme")
            }
            guard cursor.skip(UInt8(ascii: ":"), bytes) else {
                throw ScanError(cursor.position, "a colon after the scheme")
            }
            schemeEnd = scheme.end
            kind = isWord(bytes, scheme, "sips") ? .sips : isWord(bytes, scheme, "tel") ? .tel : .other
        }
        switch kind {
        case .sip, .sips: try scanSIP(&cursor, bytes)
        case .tel: try scanTel(&cursor, bytes)
        case .other:
            let opaque = cursor.take(.opaqueURI, bytes)
            guard !opaque.isEmpty else { throw ScanError(cursor.position, "text after the scheme") }
        }
        guard cursor.isAtEnd else { throw ScanError(cursor.position, "the end of the URI") }
    }

    private mutating func scanSIP(_ cursor: inout Cursor, _ bytes: Span<UInt8>) throws(ScanError) {
        // `@` can stand in no other part of a SIP URI, so the first one ends the user part.
        let start = cursor.position
        let at = Words.find(UInt8(ascii: "@"), bytes, from: start, to: cursor.end)
        if at < cursor.end {
            var part = Cursor(start, at, cursor.rules)
            let user = try part.takeEscaped(cursor.rules.allows(.unescapedUsers) ? .userReceived : .user, bytes)
            guard !user.isEmpty else { throw ScanError(start, "a user name") }
            self.user = user
            if part.skip(UInt8(ascii: ":"), bytes) { password = try part.takeEscaped(.password, bytes) }
            guard part.isAtEnd else { throw ScanError(part.position, "a user name") }
            cursor.position = at &+ 1
        }
        hostPort = try HostPortLayout.scan(&cursor, bytes)
        guard !cursor.isAtEnd else { return }
        parameters = try ParameterLayout.scanAll(&cursor, bytes, .uri)
        if cursor.skip(UInt8(ascii: "?"), bytes) {
            let headers = try cursor.takeEscaped(
                cursor.rules.allows(.unescapedURIParts) ? .uriHeadersReceived : .uriHeaders, bytes)
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
        // `+` makes a number global and stands before all else (RFC 3966 §3).
        let plus = Words.find(UInt8(ascii: "+"), bytes, from: Int(number.start) &+ 1, to: Int(number.end))
        guard plus >= Int(number.end) else { throw ScanError(plus, "no + within a number") }
        user = number
        parameters = try ParameterLayout.scanAll(&cursor, bytes, .uri)
    }

    /// The typed URI.
    func value(_ bytes: Span<UInt8>, _ rules: ScanRules = .standard) -> URI {
        switch kind {
        case .sip, .sips: .sip(SIPURI(self, bytes, rules))
        case .tel: .tel(TelURI(self, bytes, rules))
        case .other: .other(OpaqueURI(self, bytes))
        }
    }
}
