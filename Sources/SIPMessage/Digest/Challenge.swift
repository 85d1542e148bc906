/// A digest challenge: WWW-Authenticate or Proxy-Authenticate (RFC 7616 §3.3, RFC 3261 §20.44).
public struct Challenge: Hashable, Sendable, CustomStringConvertible {
    /// What the password is for (RFC 7616 §3.3).
    public let realm: String
    /// To be used in the answer.
    public let nonce: String
    /// To be returned as it is.
    public let opaque: String?
    /// Whether the credentials were right but for an old nonce: try again without asking the user.
    public let isStale: Bool
    /// As named in the header; nil when absent, which means MD5.
    public let algorithmName: String?
    /// Those that we know; empty when the header has no `qop` or none that we know, see ``offersQoP``.
    public let qop: [DigestQoP]
    /// Whether the header has a `qop` parameter at all.
    public let offersQoP: Bool
    /// The protection space (RFC 7616 §3.3).
    public let domain: String?
    /// Whether the server wants the user name hashed (RFC 7616 §3.4.4).
    public let wantsUserHash: Bool

    /// nil when the server wants an algorithm that we can not do.
    public var algorithm: DigestAlgorithm? {
        guard let algorithmName else { return .md5 }
        return DigestAlgorithm(algorithmName)
    }

    /// - Throws: ``SIPValueError`` for CR, LF or NUL in a text.
    public init(
        realm: String, nonce: String, algorithm: DigestAlgorithm, qop: [DigestQoP] = [.auth], opaque: String? = nil,
        isStale: Bool = false, wantsUserHash: Bool = false
    ) throws(SIPValueError) {
        try checkQuotable([realm, nonce, opaque])
        self.realm = realm
        self.nonce = nonce
        self.opaque = opaque
        self.isStale = isStale
        self.algorithmName = algorithm.rawValue
        self.qop = qop
        self.offersQoP = !qop.isEmpty
        self.domain = nil
        self.wantsUserHash = wantsUserHash
    }

    /// The value of one header row, scheme included.
    /// - Throws: ``SIPParseError`` with code `malformedHeader`, also for another scheme than Digest.
    public init(_ text: some StringProtocol) throws(SIPParseError) {
        let bytes = Array(text.utf8)
        do throws(ScanError) {
            try rejectLineEnds(bytes.span)
            guard let challenge = try Challenge.scan(bytes.span, ByteRange(0, bytes.count)) else {
                throw ScanError(0, "Digest")
            }
            self = challenge
        } catch {
            throw SIPParseError(.malformedHeader, error)
        }
    }

    static func scan(_ bytes: Span<UInt8>, _ range: ByteRange) throws(ScanError) -> Challenge? {
        try AuthParameters.digest(bytes, range).map { parameters throws(ScanError) in
            try Challenge(parameters, at: Int(range.start))
        }
    }

    private init(_ parameters: AuthParameters, at offset: Int) throws(ScanError) {
        realm = try parameters.required("realm", at: offset)
        nonce = try parameters.required("nonce", at: offset)
        opaque = parameters["opaque"]
        isStale = equalsIgnoringCase(parameters["stale"] ?? "", "true")
        algorithmName = parameters["algorithm"]
        offersQoP = parameters["qop"] != nil
        qop = (parameters["qop"] ?? "").split { $0 == "," || $0 == " " || $0 == "\t" }.compactMap { DigestQoP($0) }
        domain = parameters["domain"]
        wantsUserHash = equalsIgnoringCase(parameters["userhash"] ?? "", "true")
    }

    /// The row's value.
    public var description: String {
        var text = "Digest realm=\(quoted(realm)), nonce=\(quoted(nonce))"
        if let domain { text += ", domain=\(quoted(domain))" }
        if let opaque { text += ", opaque=\(quoted(opaque))" }
        if isStale { text += ", stale=true" }
        if let algorithmName { text += ", algorithm=\(Token(algorithmName)?.text ?? quoted(algorithmName))" }
        if !qop.isEmpty { text += ", qop=\"\(qop.map(\.rawValue).joined(separator: ","))\"" }
        if wantsUserHash { text += ", userhash=true" }
        return text
    }
}

extension Sequence<Challenge> {
    /// The challenge to answer: the topmost whose algorithm is among `algorithms` and whose `qop` we can do. The server lists
    /// them in the order that it prefers (RFC 8760 §2.4); which algorithms are good enough is the client's to say.
    public func topmost(of algorithms: Set<DigestAlgorithm> = Set(DigestAlgorithm.allCases)) -> Challenge? {
        first { challenge in
            guard let algorithm = challenge.algorithm, algorithms.contains(algorithm) else { return false }
            return !challenge.offersQoP || !challenge.qop.isEmpty
        }
    }
}
