/// Digest credentials: Authorization or Proxy-Authorization (RFC 7616 §3.4, RFC 3261 §20.7).
public struct Credentials: Hashable, Sendable, CustomStringConvertible {
    /// Or its hash, see ``hasHashedUser``.
    public let username: String
    /// RFC 7616 §3.3.
    public let realm: String
    /// The server's.
    public let nonce: String
    /// As it stands in the header: it is hashed octet by octet.
    public let uri: String
    /// Hexadecimal.
    public let response: String
    /// As named in the header; nil when absent, which means MD5.
    public let algorithmName: String?
    /// As named in the header; nil for the form of RFC 2069.
    public let qopName: String?
    /// The client's nonce.
    public let cnonce: String?
    /// nil when absent or no number of up to eight hexadecimal digits.
    public let nonceCount: UInt32?
    /// Returned to the server as it came.
    public let opaque: String?
    /// Whether ``username`` is a hash, see ``Digest/userHash(user:realm:algorithm:)`` (RFC 7616 §3.4.4).
    public let hasHashedUser: Bool

    /// nil for an algorithm that we can not do.
    public var algorithm: DigestAlgorithm? {
        guard let algorithmName else { return .md5 }
        return DigestAlgorithm(algorithmName)
    }

    /// Credentials that answer `challenge`.
    ///
    /// - Parameters:
    ///   - ha1: see ``Digest/ha1(user:realm:password:algorithm:)``, of the challenge's algorithm.
    ///   - uri: the Request-URI as it is sent.
    ///   - nonceCount: how many requests have used this nonce, this one included.
    ///   - cnonce: random; used when the challenge offers a `qop`.
    ///   - body: of the request; hashed when the challenge offers `auth-int` and nothing else.
    /// - Returns: nil when the challenge wants an algorithm or a `qop` that we can not do.
    /// - Throws: ``SIPValueError`` for CR, LF or NUL in a text.
    public static func answering(
        _ challenge: Challenge, username: String, ha1: String, method: SIPMethod, uri: String, nonceCount: UInt32 = 1,
        cnonce: String, body: some Sequence<UInt8> = []
    ) throws(SIPValueError) -> Credentials? {
        guard let algorithm = challenge.algorithm, !challenge.offersQoP || !challenge.qop.isEmpty else { return nil }
        try checkQuotable([username, uri, cnonce])
        // `auth` where it is offered: a proxy on the way may change the body.
        let qop: DigestQoP? = challenge.offersQoP ? (challenge.qop.contains(.auth) ? .auth : .authInt) : nil
        let username =
            challenge.wantsUserHash
            ? Digest.userHash(user: username, realm: challenge.realm, algorithm: algorithm) : username
        let needsCnonce = qop != nil || algorithm.isSession
        let response = Digest.response(
            ha1: ha1, nonce: challenge.nonce, cnonce: cnonce, nonceCount: nonceCount, qop: qop, method: method,
            uri: uri, body: body, algorithm: algorithm)
        return Credentials(
            username: username, realm: challenge.realm, nonce: challenge.nonce, uri: uri, response: response,
            algorithmName: challenge.algorithmName, qopName: qop?.rawValue, cnonce: needsCnonce ? cnonce : nil,
            nonceCount: qop == nil ? nil : nonceCount, opaque: challenge.opaque,
            hasHashedUser: challenge.wantsUserHash)
    }

    private init(
        username: String, realm: String, nonce: String, uri: String, response: String, algorithmName: String?,
        qopName: String?, cnonce: String?, nonceCount: UInt32?, opaque: String?, hasHashedUser: Bool
    ) {
        self.username = username
        self.realm = realm
        self.nonce = nonce
        self.uri = uri
        self.response = response
        self.algorithmName = algorithmName
        self.qopName = qopName
        self.cnonce = cnonce
        self.nonceCount = nonceCount
        self.opaque = opaque
        self.hasHashedUser = hasHashedUser
    }

    /// The value of one header row, scheme included.
    /// - Throws: ``SIPParseError`` with code `malformedHeader`, also for another scheme than Digest.
    public init(_ text: some StringProtocol) throws(SIPParseError) {
        let bytes = Array(text.utf8)
        do throws(ScanError) {
            try rejectLineEnds(bytes.span)
            guard let credentials = try Credentials.scan(bytes.span, ByteRange(0, bytes.count)) else {
                throw ScanError(0, "Digest")
            }
            self = credentials
        } catch {
            throw SIPParseError(.malformedHeader, error)
        }
    }

    static func scan(_ bytes: Span<UInt8>, _ range: ByteRange) throws(ScanError) -> Credentials? {
        guard let found = try AuthParameters.digest(bytes, range) else { return nil }
        let offset = Int(range.start)
        return Credentials(
            username: try found.required("username", at: offset), realm: try found.required("realm", at: offset),
            nonce: try found.required("nonce", at: offset), uri: try found.required("uri", at: offset),
            response: try found.required("response", at: offset), algorithmName: found["algorithm"],
            qopName: found["qop"], cnonce: found["cnonce"],
            nonceCount: found["nc"].flatMap { Credentials.nonceCount($0) }, opaque: found["opaque"],
            hasHashedUser: equalsIgnoringCase(found["userhash"] ?? "", "true"))
    }

    static func nonceCount(_ text: String) -> UInt32? {
        guard (1...8).contains(text.utf8.count), text.utf8.allSatisfy({ hexValue($0) != nil }) else { return nil }
        return UInt32(text, radix: 16)
    }

    /// Whether these credentials prove knowledge of the password behind `ha1`. Says nothing about the nonce: whether it is
    /// ours, fresh and its count not used before is the caller's to check, and so are realm and URI.
    ///
    /// False for an algorithm or `qop` that we can not do, a `qop` without cnonce or count, and a wrong response. Takes the
    /// same time for a wrong response as for a right one.
    public func isValid(ha1: String, method: SIPMethod, body: some Sequence<UInt8> = []) -> Bool {
        guard let algorithm else { return false }
        var qop: DigestQoP?
        if let qopName {
            guard let known = DigestQoP(qopName), cnonce != nil, nonceCount != nil else { return false }
            qop = known
        }
        let wanted = Digest.response(
            ha1: ha1, nonce: nonce, cnonce: cnonce ?? "", nonceCount: nonceCount ?? 0, qop: qop, method: method,
            uri: uri,
            body: body, algorithm: algorithm)
        return Digest.constantTimeEquals(wanted, response)
    }

    /// The row's value.
    public var description: String {
        var text = "Digest username=\(quoted(username)), realm=\(quoted(realm)), nonce=\(quoted(nonce))"
        text += ", uri=\(quoted(uri)), response=\(quoted(response))"
        if let algorithmName { text += ", algorithm=\(Token(algorithmName)?.text ?? quoted(algorithmName))" }
        if let cnonce { text += ", cnonce=\(quoted(cnonce))" }
        if let opaque { text += ", opaque=\(quoted(opaque))" }
        if let qopName { text += ", qop=\(Token(qopName)?.text ?? quoted(qopName))" }
        if hasHashedUser { text += ", userhash=true" }
        if let nonceCount { text += ", nc=\(Digest.nonceCountText(nonceCount))" }
        return text
    }
}
