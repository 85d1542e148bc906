/// Digest credentials or a challenge, read in place (RFC 7616 §3.3, §3.4). ``Credentials`` and ``Challenge`` are the values
/// to compute with.
///
/// Values stand without their quotes, escapes are kept; nil without the parameter. For another scheme than Digest only
/// ``scheme`` is there.
public struct DigestView: ~Escapable {
    private let octets: Span<UInt8>
    private let layout: DigestLayout

    @_lifetime(copy octets)
    init(_ octets: Span<UInt8>, _ layout: DigestLayout) {
        self.octets = octets
        self.layout = layout
    }

    @_lifetime(copy self)
    private func text(_ range: ByteRange?) -> Span<UInt8>? {
        guard let range else { return nil }
        return octets.extracting(range.range)
    }

    /// `Digest`, as spelled.
    public var scheme: Span<UInt8> { @_lifetime(copy self) get { octets.extracting(layout.scheme.range) } }
    /// What the password is for.
    public var realm: Span<UInt8>? { @_lifetime(copy self) get { text(layout.realm) } }
    /// The server's.
    public var nonce: Span<UInt8>? { @_lifetime(copy self) get { text(layout.nonce) } }
    /// Returned to the server as it came.
    public var opaque: Span<UInt8>? { @_lifetime(copy self) get { text(layout.opaque) } }
    /// nil means MD5.
    public var algorithm: Span<UInt8>? { @_lifetime(copy self) get { text(layout.algorithm) } }
    /// One in credentials, a list in a challenge.
    public var qop: Span<UInt8>? { @_lifetime(copy self) get { text(layout.qop) } }
    /// Of a challenge: `true` or `false`.
    public var stale: Span<UInt8>? { @_lifetime(copy self) get { text(layout.stale) } }
    /// Of a challenge: the protection space.
    public var domain: Span<UInt8>? { @_lifetime(copy self) get { text(layout.domain) } }
    /// Of credentials.
    public var username: Span<UInt8>? { @_lifetime(copy self) get { text(layout.username) } }
    /// Of credentials.
    public var uri: Span<UInt8>? { @_lifetime(copy self) get { text(layout.uri) } }
    /// Of credentials, hexadecimal.
    public var response: Span<UInt8>? { @_lifetime(copy self) get { text(layout.response) } }
    /// The client's nonce.
    public var cnonce: Span<UInt8>? { @_lifetime(copy self) get { text(layout.cnonce) } }
    /// Hexadecimal.
    public var nonceCount: Span<UInt8>? { @_lifetime(copy self) get { text(layout.nonceCount) } }
    /// `true` or `false`.
    public var userHash: Span<UInt8>? { @_lifetime(copy self) get { text(layout.userHash) } }
}

/// Where the parameters of a digest header stand, without quotes.
struct DigestLayout: Sendable, BitwiseCopyable {
    var scheme = ByteRange.empty
    @MaybeRange var realm: ByteRange?
    @MaybeRange var nonce: ByteRange?
    @MaybeRange var opaque: ByteRange?
    @MaybeRange var algorithm: ByteRange?
    @MaybeRange var qop: ByteRange?
    @MaybeRange var stale: ByteRange?
    @MaybeRange var domain: ByteRange?
    @MaybeRange var username: ByteRange?
    @MaybeRange var uri: ByteRange?
    @MaybeRange var response: ByteRange?
    @MaybeRange var cnonce: ByteRange?
    @MaybeRange var nonceCount: ByteRange?
    @MaybeRange var userHash: ByteRange?

    /// Reads one row: a scheme and, if it is Digest, its parameters, each of those above at most once, and what the kind of
    /// header requires. The cursor is left anywhere for another scheme.
    static func scan(
        _ cursor: inout Cursor, _ bytes: Span<UInt8>, isCredentials: Bool
    ) throws(ScanError) -> DigestLayout {
        var layout = DigestLayout()
        let start = cursor.position
        layout.scheme = cursor.take(.token, bytes)
        guard !layout.scheme.isEmpty else { throw ScanError(cursor.position, "a scheme") }
        guard equalsIgnoringCase(bytes, layout.scheme, "digest") else {
            cursor.position = cursor.end
            return layout
        }
        let gap = cursor.position
        cursor.skipWhitespace(bytes)
        guard cursor.position > gap else { throw ScanError(gap, "white space") }
        var left = 32
        while true {
            while cursor.skip(UInt8(ascii: ","), bytes) { cursor.skipWhitespace(bytes) }
            if cursor.isAtEnd { break }
            left -= 1
            guard left >= 0 else { throw ScanError(cursor.position, "fewer parameters") }
            let parameter = try takeParameter(&cursor, bytes)
            try layout.note(parameter.name, parameter.value, bytes)
            cursor.skipWhitespace(bytes)
            guard cursor.isAtEnd || cursor.peek(bytes) == UInt8(ascii: ",") else {
                throw ScanError(cursor.position, "a comma")
            }
        }
        let isComplete =
            layout.realm != nil && layout.nonce != nil
            && (!isCredentials || (layout.username != nil && layout.uri != nil && layout.response != nil))
        guard isComplete else { throw ScanError(start, "realm, nonce and what else the scheme requires") }
        return layout
    }

    private static func takeParameter(
        _ cursor: inout Cursor, _ bytes: Span<UInt8>
    ) throws(ScanError) -> (name: ByteRange, value: ByteRange) {
        let name = cursor.takeWord(.token, bytes)
        guard !name.isEmpty else { throw ScanError(cursor.position, "a parameter") }
        cursor.skipWhitespace(bytes)
        guard cursor.skip(UInt8(ascii: "="), bytes) else { throw ScanError(cursor.position, "=") }
        cursor.skipWhitespace(bytes)
        if cursor.peek(bytes) == UInt8(ascii: "\"") {
            let quoted = try cursor.takeQuotedString(bytes)
            return (name, ByteRange(Int(quoted.start) &+ 1, Int(quoted.end) &- 1))
        }
        let value = cursor.takeWord(.parameterValue, bytes)
        guard !value.isEmpty else { throw ScanError(cursor.position, "a value") }
        return (name, value)
    }

    private mutating func note(_ name: ByteRange, _ value: ByteRange, _ bytes: Span<UInt8>) throws(ScanError) {
        let earlier: ByteRange?
        switch Words.lowercased(Words.load(bytes, upTo8: name)) & Words.mask(name.count) {
        case Words.literal("realm") where name.count == 5: (earlier, realm) = (realm, value)
        case Words.literal("nonce") where name.count == 5: (earlier, nonce) = (nonce, value)
        case Words.literal("opaque") where name.count == 6: (earlier, opaque) = (opaque, value)
        case Words.literal("algorith") where equalsIgnoringCase(bytes, name, "algorithm"):
            (earlier, algorithm) = (algorithm, value)
        case Words.literal("qop") where name.count == 3: (earlier, qop) = (qop, value)
        case Words.literal("stale") where name.count == 5: (earlier, stale) = (stale, value)
        case Words.literal("domain") where name.count == 6: (earlier, domain) = (domain, value)
        case Words.literal("username") where name.count == 8: (earlier, username) = (username, value)
        case Words.literal("uri") where name.count == 3: (earlier, uri) = (uri, value)
        case Words.literal("response") where name.count == 8: (earlier, response) = (response, value)
        case Words.literal("cnonce") where name.count == 6: (earlier, cnonce) = (cnonce, value)
        case Words.literal("nc") where name.count == 2: (earlier, nonceCount) = (nonceCount, value)
        case Words.literal("userhash") where name.count == 8: (earlier, userHash) = (userHash, value)
        default: earlier = nil
        }
        if earlier != nil { throw ScanError(Int(name.start), "each parameter once") }
    }
}
