public import SIPMessage

/// Which digest algorithms a challenge offers, in which order (RFC 8760 §2.4), and to which phones others.
///
/// Old phones stop at an algorithm that they do not know, some even when one that they know stands beside it.
public struct DigestOffer: Hashable, Sendable {
    /// What phones are offered whose User-Agent begins with `prefix`, any case.
    public struct Client: Hashable, Sendable {
        public var prefix: String
        public var algorithms: [DigestAlgorithm]

        public init(prefix: String, algorithms: [DigestAlgorithm]) {
            self.prefix = prefix
            self.algorithms = algorithms
        }
    }

    /// Those that accounts keep an HA1 for.
    public static let supported: [DigestAlgorithm] = [.sha256, .md5]

    /// The safest first.
    public var algorithms: [DigestAlgorithm] = supported
    /// The first that fits decides. baresip learnt SHA-256 after 2.x and before refuses a response that names it; sipsak and
    /// SIPp read the first challenge and know MD5.
    public var clients: [Client] = ["baresip v0", "baresip v1", "baresip v2", "sipsak", "sipp"].map {
        Client(prefix: $0, algorithms: [.md5])
    }

    public init() {}

    func algorithms(for userAgent: String?) -> [DigestAlgorithm] {
        // Clients that do not say what they are are mostly old or simple, and read only the first challenge.
        guard let userAgent else { return algorithms.sorted { $0 == .md5 && $1 != .md5 } }
        let name = userAgent.lowercased()
        return clients.first { name.hasPrefix($0.prefix.lowercased()) }?.algorithms ?? algorithms
    }
}

/// Remembers who was challenged and has not answered: a phone that comes again without credentials did not understand the
/// challenge, and is then offered MD5 alone.
struct UnansweredChallenges: Sendable {
    struct Key: Hashable, Sendable {
        let account: AccountKey
        let source: String
    }

    private struct Challenged: Sendable {
        let callID: String
        let cSeq: UInt32
        let seconds: Int64
    }

    private static let most = 10_000

    private var challenged: [Key: Challenged] = [:]

    var count: Int { challenged.count }

    /// Notes a challenge of a request without credentials. Returns whether an earlier one of the last hour, of another
    /// request, has not been answered.
    mutating func challenge(_ key: Key, callID: String, cSeq: UInt32, at now: SwitchTime) -> Bool {
        let seconds = now.wall / 1_000_000
        let last = challenged[key]
        if last == nil, challenged.count >= Self.most {
            challenged = challenged.filter { seconds - $0.value.seconds < 60 }
            // Strangers' floods end here; what is forgotten costs a phone one more try.
            if challenged.count >= Self.most { challenged.removeAll() }
        }
        if let last, seconds - last.seconds < 3_600 {
            return last.callID != callID || last.cSeq != cSeq
        }
        challenged[key] = Challenged(callID: callID, cSeq: cSeq, seconds: seconds)
        return false
    }

    mutating func answered(_ key: Key) { challenged[key] = nil }
}
