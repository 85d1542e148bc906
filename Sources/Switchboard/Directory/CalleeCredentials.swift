import SIPMessage

/// What the switch answers a callee's challenges with (RFC 3261 §22.2). Its secret is in no description, dump or mirror.
public struct CalleeCredentials: Hashable, Sendable, CustomStringConvertible, CustomReflectable {
    public var username: String
    /// The only realm that is answered; nil answers any.
    public var realm: String?
    private let password: String

    public init(username: String, password: String, realm: String? = nil) {
        self.username = username
        self.password = password
        self.realm = realm
    }

    public var description: String { "CalleeCredentials(\(username), hidden)" }
    public var customMirror: Mirror { Mirror(self, children: ["username": username]) }

    /// Adds credentials to `request` for the challenges in a 401 or 407: one for each realm, for the first algorithm that
    /// we know (RFC 8760 §2.4).
    ///
    /// - Parameter cnonce: random.
    /// - Returns: false, and the request as it was, if no challenge can be answered.
    func authorize(_ request: inout SIPRequest, challengedBy response: SIPResponse, cnonce: String) -> Bool {
        let isProxy = response.status.value == 407
        let challenges = try? isProxy ? response.headers.proxyAuthenticate : response.headers.wwwAuthenticate
        var answers: [Credentials] = []
        for challenge in challenges ?? [] where !answers.contains(where: { $0.realm == challenge.realm }) {
            guard let algorithm = challenge.algorithm, realm == nil || realm == challenge.realm else { continue }
            let ha1 = Digest.ha1(user: username, realm: challenge.realm, password: password, algorithm: algorithm)
            let answer = try? Credentials.answering(
                challenge, username: username, ha1: ha1, method: request.method, uri: request.uri.description,
                cnonce: cnonce)
            if let answer = answer ?? nil { answers.append(answer) }
        }
        guard !answers.isEmpty else { return false }
        if isProxy {
            request.headers.setProxyAuthorizations(answers)
        } else {
            request.headers.setAuthorizations(answers)
        }
        return true
    }
}

extension SIPResponse {
    /// Whether it asks for credentials.
    var isChallenge: Bool { status.value == 401 || status.value == 407 }

    /// Whether our credentials were right but for an old nonce.
    var isStaleChallenge: Bool {
        let challenges = try? status.value == 407 ? headers.proxyAuthenticate : headers.wwwAuthenticate
        return challenges?.contains(where: \.isStale) ?? false
    }
}
