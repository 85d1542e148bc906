internal import Crypto

/// The arithmetic of digest access authentication (RFC 7616 §3.4, RFC 3261 §22.4). Hashes are lower-case hexadecimal text.
public enum Digest {
    /// `H(user:realm:password)`: what a store keeps instead of the password. Always without the session part, which
    /// ``response(ha1:nonce:cnonce:nonceCount:qop:method:uri:body:algorithm:)`` adds.
    public static func ha1(user: String, realm: String, password: String, algorithm: DigestAlgorithm) -> String {
        hash("\(user):\(realm):\(password)", algorithm)
    }

    /// The `response` of credentials.
    ///
    /// - Parameters:
    ///   - ha1: of ``ha1(user:realm:password:algorithm:)``, hexadecimal, for the same hash.
    ///   - cnonce: needed with `qop` and with a session algorithm; the empty string if there is none.
    ///   - nonceCount: used with `qop`, printed as eight hexadecimal digits.
    ///   - qop: nil for the form of RFC 2069, which old phones use.
    ///   - uri: as it stands in the credentials, octet by octet.
    ///   - body: hashed for `auth-int` only.
    public static func response(
        ha1: String, nonce: String, cnonce: String = "", nonceCount: UInt32 = 1, qop: DigestQoP?, method: SIPMethod,
        uri: String, body: some Sequence<UInt8> = [], algorithm: DigestAlgorithm
    ) -> String {
        response(
            ha1: ha1, nonce: nonce, cnonce: cnonce, nonceCount: nonceCount, qop: qop, a2Method: method.name, uri: uri,
            body: body, algorithm: algorithm)
    }

    private static func response(
        ha1: String, nonce: String, cnonce: String, nonceCount: UInt32, qop: DigestQoP?, a2Method method: String,
        uri: String, body: some Sequence<UInt8>, algorithm: DigestAlgorithm
    ) -> String {
        let a1 =
            algorithm.isSession ? hash("\(ha1.asciiLowercased):\(nonce):\(cnonce)", algorithm) : ha1.asciiLowercased
        guard let qop else {
            return hash("\(a1):\(nonce):\(hash("\(method):\(uri)", algorithm))", algorithm)
        }
        var a2 = "\(method):\(uri)"
        if qop == .authInt { a2 += ":" + hash(Array(body), algorithm) }
        let count = nonceCountText(nonceCount)
        return hash("\(a1):\(nonce):\(count):\(cnonce):\(qop):\(hash(a2, algorithm))", algorithm)
    }

    /// `H(user:realm)`: what stands for the user name with `userhash` (RFC 7616 §3.4.4).
    public static func userHash(user: String, realm: String, algorithm: DigestAlgorithm) -> String {
        hash("\(user):\(realm)", algorithm)
    }

    /// The `rspauth` of Authentication-Info (RFC 7616 §3.5): as a response, but without the method.
    ///
    /// - Parameter body: of the response, hashed for `auth-int` only.
    public static func responseAuth(
        ha1: String, nonce: String, cnonce: String, nonceCount: UInt32, qop: DigestQoP, uri: String,
        body: some Sequence<UInt8> = [], algorithm: DigestAlgorithm
    ) -> String {
        response(
            ha1: ha1, nonce: nonce, cnonce: cnonce, nonceCount: nonceCount, qop: qop, a2Method: "", uri: uri,
            body: body, algorithm: algorithm)
    }

    /// Whether both texts are equal, in a time that depends on their lengths only, so that an answer's delay tells
    /// nothing about how much of a guess was right. Hexadecimal digits are compared without case.
    public static func constantTimeEquals(_ left: String, _ right: String) -> Bool {
        let left = Array(left.utf8)
        let right = Array(right.utf8)
        guard left.count == right.count else { return false }
        var difference: UInt8 = 0
        for index in left.indices { difference |= lowercaseASCII(left[index]) ^ lowercaseASCII(right[index]) }
        return difference == 0
    }

    /// Eight hexadecimal digits, as in `nc`.
    static func nonceCountText(_ count: UInt32) -> String {
        let digits = String(count, radix: 16)
        return String(repeating: "0", count: 8 - digits.utf8.count) + digits
    }

    private static func hash(_ text: String, _ algorithm: DigestAlgorithm) -> String {
        hash(Array(text.utf8), algorithm)
    }

    private static func hash(_ bytes: [UInt8], _ algorithm: DigestAlgorithm) -> String {
        switch algorithm {
        case .md5, .md5Session: hexText(Insecure.MD5.hash(data: bytes))
        case .sha256, .sha256Session: hexText(SHA256.hash(data: bytes))
        case .sha512Slash256, .sha512Slash256Session: hexText(SHA512Slash256.hash(bytes))
        }
    }

    private static func hexText(_ bytes: some Sequence<UInt8>) -> String {
        var text: [UInt8] = []
        text.reserveCapacity(64)
        for byte in bytes {
            text.append(lowercaseASCII(hexDigit(byte &>> 4)))
            text.append(lowercaseASCII(hexDigit(byte & 15)))
        }
        return String(decoding: text, as: UTF8.self)
    }
}
