/// What the server says after right credentials (RFC 7615 §3, RFC 7616 §3.5): Authentication-Info and its kin of proxies.
public struct DigestInfo: Hashable, Sendable, CustomStringConvertible {
    /// To be used for the next request.
    public var nextNonce: String?
    /// RFC 7616 §3.5.
    public var qop: DigestQoP?
    /// The server's own proof, hexadecimal.
    public var responseAuth: String?
    /// The client's nonce.
    public var cnonce: String?
    /// The client's count.
    public var nonceCount: UInt32?

    /// - Throws: ``SIPValueError`` for CR, LF or NUL in a text.
    public init(
        nextNonce: String? = nil, qop: DigestQoP? = nil, responseAuth: String? = nil, cnonce: String? = nil,
        nonceCount: UInt32? = nil
    ) throws(SIPValueError) {
        try checkQuotable([nextNonce, responseAuth, cnonce])
        self.nextNonce = nextNonce
        self.qop = qop
        self.responseAuth = responseAuth
        self.cnonce = cnonce
        self.nonceCount = nonceCount
    }

    private init(_ parameters: AuthParameters) {
        nextNonce = parameters["nextnonce"]
        qop = parameters["qop"].flatMap { DigestQoP($0) }
        responseAuth = parameters["rspauth"]
        cnonce = parameters["cnonce"]
        nonceCount = parameters["nc"].flatMap { Credentials.nonceCount($0) }
    }

    /// The value of the header.
    public var description: String {
        var parts: [String] = []
        if let nextNonce { parts.append("nextnonce=\(quoted(nextNonce))") }
        if let qop { parts.append("qop=\(qop)") }
        if let responseAuth { parts.append("rspauth=\(quoted(responseAuth))") }
        if let cnonce { parts.append("cnonce=\(quoted(cnonce))") }
        if let nonceCount { parts.append("nc=\(Digest.nonceCountText(nonceCount))") }
        return parts.joined(separator: ", ")
    }
}

extension DigestInfo: ScannedValue {
    static func scan(_ cursor: inout Cursor, _ bytes: Span<UInt8>) throws(ScanError) -> DigestInfo {
        DigestInfo(try AuthParameters.list(&cursor, bytes))
    }
}
