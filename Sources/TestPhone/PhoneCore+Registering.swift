public import SIPMessage
public import SIPStack

/// The phone's registration.
struct Registration: Sendable {
    let account: NameAddress
    let registrar: URI
    let callID: CallID
    let fromTag: Token
    /// Seconds asked for; 0 takes the binding back.
    var expires: UInt32
    var cSeq: UInt32 = 0
    var transaction: ClientTransactionID?
    var request: SIPRequest?
    var answeredChallenges = 0
}

extension PhoneCore {
    /// Registers, and again before the binding ends.
    ///
    /// - Parameters:
    ///   - account: the address of record.
    ///   - registrar: the account's domain.
    ///   - expires: seconds.
    public mutating func register(
        _ account: NameAddress, at registrar: URI, expires: UInt32 = 300, now: MonotonicTime,
        into effects: inout PhoneEffects
    ) {
        registration = Registration(
            account: account, registrar: registrar, callID: CallID(random.token()), fromTag: random.token(),
            expires: expires)
        sendRegister(at: now, &effects)
    }

    /// Takes the binding back; ``PhoneEvent/unregistered`` follows.
    public mutating func unregister(at now: MonotonicTime, into effects: inout PhoneEffects) {
        guard registration != nil else { return }
        timers.cancel(.register)
        registration?.expires = 0
        registration?.answeredChallenges = 0
        sendRegister(at: now, &effects)
    }

    mutating func refreshRegistration(at now: MonotonicTime, _ effects: inout PhoneEffects) {
        registration?.answeredChallenges = 0
        sendRegister(at: now, &effects)
    }

    private mutating func sendRegister(
        with credentials: (row: Credentials, isProxy: Bool)? = nil, at now: MonotonicTime,
        _ effects: inout PhoneEffects
    ) {
        guard var current = registration else { return }
        current.cSeq += 1
        var from = current.account
        from.tag = current.fromTag
        var own = contact
        own.setParameter("expires", to: Token("\(current.expires)"))
        var request = SIPRequest(
            method: .register, uri: current.registrar, via: newVia(), from: from, to: current.account,
            callID: current.callID, cSeq: current.cSeq, contact: own)
        if let product { request.headers.setUserAgent(product) }
        if let credentials {
            if credentials.isProxy {
                request.headers.setProxyAuthorizations([credentials.row])
            } else {
                request.headers.setAuthorizations([credentials.row])
            }
        }
        current.request = request
        registration = current
        let transaction = send(request, at: now, &effects)
        registration?.transaction = transaction
    }

    mutating func registrationAnswered(
        _ response: SIPResponse, at now: MonotonicTime, _ effects: inout PhoneEffects
    ) {
        guard let current = registration, let request = current.request, response.status.isFinal else { return }
        switch response.status {
        case .unauthorized, .proxyAuthenticationRequired:
            let isStale = (try? response.headers.wwwAuthenticate.first?.isStale) ?? false
            guard current.answeredChallenges < (isStale ? 3 : 1),
                let answer = credentials(answering: response, for: request, cnonce: random.token())
            else {
                registrationFailed(response.status, response.reasonPhrase, at: now, &effects)
                return
            }
            registration?.answeredChallenges += 1
            sendRegister(with: answer, at: now, &effects)
        case .intervalTooBrief:
            guard let least = response.headers.minExpires, least > current.expires, current.expires > 0,
                least <= 86_400
            else {
                registrationFailed(response.status, response.reasonPhrase, at: now, &effects)
                return
            }
            registration?.expires = least
            registration?.answeredChallenges = 0
            sendRegister(at: now, &effects)
        case let status where status.isSuccess:
            guard current.expires > 0 else {
                registration = nil
                effects.events.append(.unregistered)
                return
            }
            let granted = grantedExpires(response) ?? current.expires
            effects.events.append(.registered(expires: granted))
            timers.schedule(.register, at: now + .seconds(max(5, Int64(granted) * 4 / 5)))
        case let status: registrationFailed(status, response.reasonPhrase, at: now, &effects)
        }
    }

    /// Of our own Contact among those that the registrar lists.
    private func grantedExpires(_ response: SIPResponse) -> UInt32? {
        let own = contact.uri
        let listed = (try? response.headers.contacts) ?? []
        return listed.first { $0.uri.isEquivalent(to: own) }?.expires ?? response.headers.expires
    }

    mutating func registrationFailed(
        _ status: StatusCode, _ reason: String, at now: MonotonicTime, _ effects: inout PhoneEffects
    ) {
        registration = nil
        timers.cancel(.register)
        effects.events.append(.registrationFailed(status: status, reason: reason))
    }
}
