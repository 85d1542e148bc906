import SIPMessage
import SIPStack

/// Digest authentication of REGISTER and INVITE (RFC 3261 §22, 7616, 8760).
///
/// Nonces are signed, not stored: a nonce is its time, its number and a keyed hash of both. Only the counts of nonces that
/// were used are kept, for as long as they are good, so that no request can be sent again by somebody who saw it.
struct Authenticator: Sendable {
    enum Verdict {
        case accepted
        case wrong
        /// Right but for the age of its nonce: the client may try again without asking its user.
        case stale
        /// No credentials for the realm.
        case missing
    }

    let identifiers: Identifiers
    var nonceLifetime: Duration
    /// Wall-clock seconds of the start: the counts of older nonces are not known any more.
    private let startedAt: UInt64
    private var lastNumber: UInt64 = 0
    /// The highest count used with a nonce, by the nonce's number; its time, for forgetting it.
    private var counts: [UInt64: (count: UInt32, seconds: UInt64)] = [:]
    private var forgetAbove = 10_000

    init(identifiers: Identifiers, nonceLifetime: Duration, startedAt: SwitchTime) {
        self.identifiers = identifiers
        self.nonceLifetime = nonceLifetime
        self.startedAt = Self.seconds(startedAt)
    }

    /// Nonces whose counts are kept.
    var countedNonces: Int { counts.count }

    private static func seconds(_ time: SwitchTime) -> UInt64 { UInt64(clamping: time.wall / 1_000_000) }

    mutating func nonce(at now: SwitchTime) -> String {
        let seconds = Self.seconds(now)
        lastNumber &+= 1
        return [String(seconds, radix: 16), String(lastNumber, radix: 16), signature(seconds, lastNumber)]
            .joined(separator: "-")
    }

    private func signature(_ seconds: UInt64, _ number: UInt64) -> String {
        identifiers.signature(.nonce, seconds, number)
    }

    private enum NonceState {
        case good(number: UInt64, seconds: UInt64)
        case old, forged
    }

    private func state(of nonce: String, at now: SwitchTime) -> NonceState {
        let parts = nonce.split(separator: "-", maxSplits: 2)
        guard parts.count == 3, let seconds = UInt64(parts[0], radix: 16), let number = UInt64(parts[1], radix: 16),
            Digest.constantTimeEquals(String(parts[2]), signature(seconds, number))
        else { return .forged }
        let current = Self.seconds(now)
        let isGood = seconds >= startedAt && seconds <= current && .seconds(current - seconds) <= nonceLifetime
        return isGood ? .good(number: number, seconds: seconds) : .old
    }

    /// Takes a nonce count into account (RFC 7616 §3.4.5): each must be higher than the last.
    private mutating func isNew(_ count: UInt32?, number: UInt64, seconds: UInt64, at now: SwitchTime) -> Bool {
        // Clients of RFC 2069 do not count.
        guard let count else { return true }
        if let last = counts[number], count <= last.count { return false }
        counts[number] = (count, seconds)
        if counts.count > forgetAbove {
            let current = Self.seconds(now)
            counts = counts.filter { .seconds(current &- $0.value.seconds) <= nonceLifetime }
            forgetAbove = max(10_000, counts.count * 2)
        }
        return true
    }

    /// Whether credentials were made for the request's target (RFC 7616 §3.4.6): seen on the wire, they must not serve for
    /// another. Some clients write the URI without its scheme or with other parameters.
    private func covers(_ written: String, _ target: URI) -> Bool {
        if written == target.description { return true }
        guard let target = target.sip else { return false }
        let text = written.lowercased().hasPrefix("sip") ? written : "sip:" + written
        guard let uri = try? SIPURI(text) else { return false }
        return uri.user == target.user && uri.host == target.host
    }

    /// Judges a request's credentials against an account; nil for an account that does not exist, which takes the same
    /// time and gets the same answers as a wrong password.
    mutating func judge(
        _ credentials: Credentials?, of request: SIPRequest, account: Account?, at now: SwitchTime
    ) -> Verdict {
        guard let credentials else { return .missing }
        let nonceState = state(of: credentials.nonce, at: now)
        if case .forged = nonceState { return .wrong }
        guard covers(credentials.uri, request.uri) else { return .wrong }
        let ha1: String
        switch credentials.algorithm {
        case .sha256, .sha256Session: ha1 = account?.ha1SHA256 ?? String(repeating: "0", count: 64)
        case .md5, .md5Session: ha1 = account?.ha1MD5 ?? String(repeating: "0", count: 32)
        // Accounts keep no HA1 for it, and it is never offered.
        case .sha512Slash256, .sha512Slash256Session, nil: return .wrong
        }
        let matches = credentials.isValid(ha1: ha1, method: request.method, body: request.bodySlice)
        guard matches, account != nil else { return .wrong }
        guard case .good(let number, let seconds) = nonceState else { return .stale }
        let count = credentials.qopName == nil ? nil : credentials.nonceCount
        return isNew(count, number: number, seconds: seconds, at: now) ? .accepted : .stale
    }
}

extension Switchboard {
    enum Authentication {
        case account(Account)
        case refused(SIPResponse)
    }

    /// Who sends the request, or the response that asks him or refuses him.
    mutating func authenticate(
        _ request: SIPRequest, domain: String, from flow: Flow, at now: SwitchTime, _ effects: inout Effects
    ) -> Authentication {
        // REGISTER names the account in To, other requests in From.
        let identity = request.method == .register ? request.headers.to.uri : request.headers.from.uri
        let key = AccountKey(user: identity.user ?? "", domain: domain)
        guard let rows = try? request.headers.authorizations else {
            return .refused(SIPResponse(to: request, status: .badRequest, toTag: challengeTag(request)))
        }
        let credentials = rows.first { $0.realm == domain }
        let claimed = credentials?.username
        // Whoever authenticates as one account and calls as another is refused like a stranger.
        let account = claimed == nil || claimed == key.user ? directory.account(key) : nil
        let verdict = authenticator.judge(credentials, of: request, account: account, at: now)
        let challenged = UnansweredChallenges.Key(account: key, source: flow.remote.host.description)
        if credentials != nil { unansweredChallenges.answered(challenged) }
        switch verdict {
        case .accepted:
            guard let account else { break }
            guard !account.isDisabled else {
                return .refused(SIPResponse(to: request, status: .forbidden, toTag: challengeTag(request)))
            }
            return .account(account)
        case .wrong:
            effects.note(
                .authenticationFailed(account: key.text, source: flow.remote), owner: directory.account(key)?.owner,
                at: now)
        case .stale, .missing: break
        }
        var algorithms = configuration.digestOffer.algorithms(for: request.headers.userAgent)
        let comesAgain =
            credentials == nil
            && unansweredChallenges.challenge(
                challenged, callID: request.headers.callID.text, cSeq: request.headers.cSeq.number, at: now)
        if comesAgain, algorithms.contains(.md5) { algorithms = [.md5] }
        return .refused(
            challenge(request, realm: domain, with: algorithms, isStale: verdict == .stale, at: now))
    }

    private mutating func challenge(
        _ request: SIPRequest, realm: String, with algorithms: [DigestAlgorithm], isStale: Bool, at now: SwitchTime
    ) -> SIPResponse {
        var response = SIPResponse(to: request, status: .unauthorized, toTag: challengeTag(request))
        let nonce = authenticator.nonce(at: now)
        response.headers.setWWWAuthenticate(
            algorithms.compactMap { algorithm in
                try? Challenge(realm: realm, nonce: nonce, algorithm: algorithm, isStale: isStale)
            })
        return response
    }

    private func challengeTag(_ request: SIPRequest) -> Token {
        identifiers.token(.toTag, UInt64(request.headers.cSeq.number), 0xC4A1)
    }
}
