import SIPMessage
import SIPStack

/// Digest authentication of REGISTER and INVITE (RFC 3261 §22, 7616, 8760).
///
/// Nonces are signed, not stored: a nonce is its time and a keyed hash of it.
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
    let nonceLifetime: Duration

    func nonce(at now: SwitchTime) -> String {
        let seconds = UInt64(clamping: now.wall / 1_000_000)
        return String(seconds, radix: 16) + "-" + identifiers.signature(.nonce, seconds)
    }

    private enum NonceState { case good, old, forged }

    private func state(of nonce: String, at now: SwitchTime) -> NonceState {
        let parts = nonce.split(separator: "-", maxSplits: 1)
        guard parts.count == 2, let seconds = UInt64(parts[0], radix: 16),
            Digest.constantTimeEquals(String(parts[1]), identifiers.signature(.nonce, seconds))
        else { return .forged }
        let age = now.wall / 1_000_000 - Int64(clamping: seconds)
        return age >= 0 && Duration.seconds(age) <= nonceLifetime ? .good : .old
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
    func judge(
        _ credentials: Credentials?, of request: SIPRequest, account: Account?, at now: SwitchTime
    ) -> Verdict {
        guard let credentials else { return .missing }
        let nonceState = state(of: credentials.nonce, at: now)
        guard nonceState != .forged, covers(credentials.uri, request.uri) else { return .wrong }
        let ha1: String
        switch credentials.algorithm {
        case .sha256, .sha256Session: ha1 = account?.ha1SHA256 ?? String(repeating: "0", count: 64)
        case .md5, .md5Session: ha1 = account?.ha1MD5 ?? String(repeating: "0", count: 32)
        case nil: return .wrong
        }
        let matches = credentials.isValid(ha1: ha1, method: request.method, body: request.bodySlice)
        guard matches, account != nil else { return .wrong }
        return nonceState == .old ? .stale : .accepted
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
        switch verdict {
        case .accepted:
            guard let account else { break }
            guard !account.isDisabled else {
                return .refused(SIPResponse(to: request, status: .forbidden, toTag: challengeTag(request)))
            }
            return .account(account)
        case .wrong: effects.events.append(.authenticationFailed(account: key.text, source: flow.remote))
        case .stale, .missing: break
        }
        return .refused(challenge(request, realm: domain, isStale: verdict == .stale, at: now))
    }

    private func challenge(
        _ request: SIPRequest, realm: String, isStale: Bool, at now: SwitchTime
    ) -> SIPResponse {
        var response = SIPResponse(to: request, status: .unauthorized, toTag: challengeTag(request))
        let nonce = authenticator.nonce(at: now)
        response.headers.setWWWAuthenticate(
            algorithms(for: request).compactMap { algorithm in
                try? Challenge(realm: realm, nonce: nonce, algorithm: algorithm, isStale: isStale)
            })
        return response
    }

    /// The safest algorithm first (RFC 8760 §2.4), but MD5 first for clients that do not say what they are: old ones
    /// read only the first challenge and give up at an algorithm that they do not know.
    private func algorithms(for request: SIPRequest) -> [DigestAlgorithm] {
        request.headers.userAgent == nil ? [.md5, .sha256] : [.sha256, .md5]
    }

    private func challengeTag(_ request: SIPRequest) -> Token {
        identifiers.token(.toTag, UInt64(request.headers.cSeq.number), 0xC4A1)
    }
}
