import SIPMessage
public import SIPStack

/// The call that the phone places.
struct CallAttempt: Sendable {
    let call: OutgoingCall
    /// The INVITE under way.
    var request: SIPRequest
    var transaction: ClientTransactionID
    /// Challenges answered; a second one for the same password means that it is wrong.
    var answeredChallenges = 0
    var isCancelled = false
}

extension PhoneCore {
    /// Places a call. Ignored while another one is being placed.
    public mutating func place(_ call: OutgoingCall, at now: MonotonicTime, into effects: inout PhoneEffects) {
        guard calling == nil else { return }
        advance(to: now, into: &effects)
        var from = call.from
        if from.tag == nil { from.tag = random.token() }
        var request = SIPRequest(
            method: .invite, uri: call.target, via: newVia(), from: from, to: call.to,
            callID: call.callID ?? CallID(random.token()), cSeq: call.firstCSeq, maxForwards: call.maxForwards,
            contact: call.contact ?? contact, contentType: call.contentType,
            body: call.body ?? PhoneMedia.description(of: configuration.contactHost.host, version: 0))
        request.headers.setAllow(PhoneCore.methods)
        if let product { request.headers.setUserAgent(product) }
        for (name, value) in call.headers { try? request.headers.append(name, value) }
        calling = CallAttempt(call: call, request: request, transaction: ClientTransactionID(0))
        let transaction = send(request, at: now, &effects)
        calling?.transaction = transaction
    }

    /// Gives up the call that is being placed. It ends with a ``PhoneEvent/refused(status:reason:)`` of 487, or is
    /// answered after all and hung up at once.
    mutating func cancelCall(at now: MonotonicTime, _ effects: inout PhoneEffects) {
        guard let attempt = calling, !attempt.isCancelled else { return }
        calling?.isCancelled = true
        var actions: [TransactionEffect] = []
        layer.cancel(attempt.transaction, at: now, into: &actions)
        perform(actions, at: now, &effects)
    }

    /// A response to an INVITE or a BYE of ours.
    mutating func callAnswered(
        _ response: SIPResponse, on id: ClientTransactionID, at now: MonotonicTime, _ effects: inout PhoneEffects
    ) {
        guard response.headers.cSeq.method == .invite else { return }
        if response.status.isSuccess {
            succeeded(response, on: id, at: now, &effects)
            return
        }
        guard let attempt = calling, attempt.transaction == id else { return }
        switch response.status {
        case .trying: break
        case let status where status.isProvisional:
            effects.events.append(.progress(status: status, reason: response.reasonPhrase))
        case .unauthorized, .proxyAuthenticationRequired:
            challenged(attempt, response, at: now, &effects)
        case let status: ended(status, response.reasonPhrase, &effects)
        }
    }

    private mutating func ended(_ status: StatusCode, _ reason: String, _ effects: inout PhoneEffects) {
        calling = nil
        effects.events.append(.refused(status: status, reason: reason))
    }

    private mutating func challenged(
        _ attempt: CallAttempt, _ response: SIPResponse, at now: MonotonicTime, _ effects: inout PhoneEffects
    ) {
        let isStale = (try? response.headers.wwwAuthenticate.first?.isStale) ?? false
        guard !attempt.isCancelled, attempt.answeredChallenges < (isStale ? 3 : 1),
            let (row, isProxy) = credentials(answering: response, for: attempt.request, cnonce: random.token())
        else {
            ended(response.status, response.reasonPhrase, &effects)
            return
        }
        var attempt = attempt
        attempt.answeredChallenges += 1
        attempt.request.setCSeqNumber(attempt.request.headers.cSeq.number + 1)
        attempt.request.headers.replaceTopVia(newVia())
        if isProxy {
            attempt.request.headers.setProxyAuthorizations([row])
        } else {
            attempt.request.headers.setAuthorizations([row])
        }
        calling = attempt
        let transaction = send(attempt.request, at: now, &effects)
        calling?.transaction = transaction
    }

    private mutating func succeeded(
        _ response: SIPResponse, on id: ClientTransactionID, at now: MonotonicTime, _ effects: inout PhoneEffects
    ) {
        if let dialog = DialogID(received: response), let ack = connections[dialog]?.ack {
            transmit(ack, to: configuration.flow, &effects)
            return
        }
        guard let attempt = calling, attempt.transaction == id,
            let dialog = try? Dialog(caller: attempt.request, response: response, over: configuration.flow)
        else { return }
        var ack = dialog.makeAck(for: response, via: newVia())
        // It carries what the INVITE carried (RFC 3261 §13.2.2.4).
        if let rows = try? attempt.request.headers.authorizations { ack.headers.setAuthorizations(rows) }
        if let rows = try? attempt.request.headers.proxyAuthorizations { ack.headers.setProxyAuthorizations(rows) }
        let bytes = ack.serialized()
        calling = nil
        connections[dialog.id] = Connection(dialog: dialog, flow: configuration.flow, ack: bytes)
        effects.events.append(.answered(status: response.status))
        transmit(bytes, to: configuration.flow, &effects)
        if attempt.isCancelled {
            // The callee was faster than our CANCEL.
            hangUp(dialog.id, at: now, &effects)
        } else if let talks = attempt.call.talks {
            timers.schedule(.hangUp(dialog.id), at: now + talks)
        }
    }
}

/// What the phone says about media: that there is none.
enum PhoneMedia {
    /// One audio stream that is `inactive` (RFC 3264 §5.1), at the discard port.
    static func description(of host: Host, version: UInt64) -> [UInt8] {
        let (family, address) =
            switch host {
            case .ipv6(let address): ("IP6", "\(address)")
            case .ipv4(let address): ("IP4", "\(address)")
            case .name: ("IP4", "0.0.0.0")
            }
        return Array(
            """
            v=0\r
            o=phone 1 \(version) IN \(family) \(address)\r
            s=-\r
            c=IN \(family) \(address)\r
            t=0 0\r
            m=audio 9 RTP/AVP 0 8\r
            a=inactive\r

            """.utf8)
    }
}
