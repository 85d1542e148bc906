/// A digest algorithm of RFC 7616 §3.3 and RFC 8760. MD5 is broken as a hash and only here because most phones know
/// nothing else.
public enum DigestAlgorithm: String, Hashable, Sendable, CaseIterable, CustomStringConvertible {
    /// RFC 7616 §3.2; broken as a hash, kept for old phones.
    case md5 = "MD5"
    /// RFC 7616 §3.4.2.
    case md5Session = "MD5-sess"
    /// RFC 7616 §3.2, RFC 8760 §2.1.
    case sha256 = "SHA-256"
    /// RFC 7616 §3.4.2.
    case sha256Session = "SHA-256-sess"
    /// RFC 7616 §3.2, by FIPS 180-4 §6.7.
    case sha512Slash256 = "SHA-512-256"
    /// RFC 7616 §3.4.2.
    case sha512Slash256Session = "SHA-512-256-sess"

    /// The name in a header, any case; nil for an algorithm that we can not do.
    public init?(_ name: some StringProtocol) {
        let name = String(name)
        guard let found = DigestAlgorithm.allCases.first(where: { equalsIgnoringCase($0.rawValue, name) }) else {
            return nil
        }
        self = found
    }

    /// Whether HA1 is bound to nonce and cnonce (`-sess`).
    public var isSession: Bool {
        switch self {
        case .md5Session, .sha256Session, .sha512Slash256Session: true
        case .md5, .sha256, .sha512Slash256: false
        }
    }

    /// The algorithm without `-sess`: what HA1 is kept for.
    public var base: DigestAlgorithm {
        switch self {
        case .md5, .md5Session: .md5
        case .sha256, .sha256Session: .sha256
        case .sha512Slash256, .sha512Slash256Session: .sha512Slash256
        }
    }

    /// Octets of a hash.
    public var hashLength: Int { base == .md5 ? 16 : 32 }

    /// As named in the header.
    public var description: String { rawValue }
}

/// The quality of protection of RFC 7616 §3.4: an open set of tokens would serve nothing, only these two are defined.
public enum DigestQoP: String, Hashable, Sendable, CustomStringConvertible {
    /// The method and the URI are protected.
    case auth
    /// The body is, too.
    case authInt = "auth-int"

    /// The name in a header, any case; nil for another.
    public init?(_ name: some StringProtocol) {
        let name = String(name).asciiLowercased
        switch name {
        case "auth": self = .auth
        case "auth-int": self = .authInt
        default: return nil
        }
    }

    /// As named in the header.
    public var description: String { rawValue }
}
