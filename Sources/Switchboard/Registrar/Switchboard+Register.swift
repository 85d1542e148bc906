import SIPMessage
import SIPStack

/// A REGISTER that takes effect, and is answered, when the store has its bindings.
struct PendingRegistration {
    let request: SIPRequest
    let transaction: ServerTransactionID
    let account: AccountKey
    let changes: [BindingChange]
    /// Contacts whose rows the store was asked to remove with it.
    let displaced: Set<String>
}

/// The registrar (RFC 3261 §10.3).
extension Switchboard {
    mutating func registerReceived(
        _ request: SIPRequest, on transaction: ServerTransactionID, from flow: Flow, at now: SwitchTime,
        _ effects: inout Effects
    ) {
        guard let host = request.headers.to.uri.sip?.host, let domain = directory.calledDomain(host.description)
        else {
            refuse(request, .notFound, "Domain not serviced", on: transaction, at: now, &effects)
            return
        }
        switch authenticate(request, domain: domain, from: flow, at: now, &effects) {
        case .refused(let response): respond(response, on: transaction, at: now, &effects)
        case .account(let account):
            register(request, account.key, on: transaction, from: flow, at: now, &effects)
        }
    }

    private mutating func register(
        _ request: SIPRequest, _ account: AccountKey, on transaction: ServerTransactionID, from flow: Flow,
        at now: SwitchTime, _ effects: inout Effects
    ) {
        let changes: [BindingChange]
        // As the table will be when the store has what is on its way to it.
        var expected = expectedBindings(of: account)
        switch changesAsked(
            by: request, account, from: flow, live: expected.bindings(of: account, at: now.wall), at: now)
        {
        case .failure(let refusal):
            var response = SIPResponse(
                to: request, status: refusal.status, reasonPhrase: refusal.reason, toTag: tag(transaction))
            if refusal.status == .intervalTooBrief { response.headers.minExpires = configuration.minimumExpires }
            respond(response, on: transaction, at: now, &effects)
            return
        case .success(let asked): changes = asked
        }
        var writes: [StoreWrite] = []
        var displaced: Set<String> = []
        for change in changes {
            for other in expected.apply(change, limit: configuration.bindingsPerAccount) {
                displaced.insert(other.contact.description)
                writes.append(.removeBinding(account: account, contact: other.contact.description))
            }
            switch change {
            case .add(let binding): writes.append(.upsertBinding(binding))
            case .remove(let binding):
                writes.append(.removeBinding(account: account, contact: binding.contact.description))
            }
        }
        guard !writes.isEmpty else {
            confirmRegistration(request, account, on: transaction, at: now, &effects)
            return
        }
        // It counts, and the phone hears of it, when it would survive a restart. Until then nothing is changed here, so
        // that a write that fails leaves no binding that is not stored (RFC 3261 §10.3: all or nothing).
        let token = StoreToken(value: newToken())
        pendingRegistrations[token] = PendingRegistration(
            request: request, transaction: transaction, account: account, changes: changes, displaced: displaced)
        pendingTokens[account, default: []].append(token)
        effects.storeBatches.append((token, writes))
    }

    /// An account's bindings as the store will have them: it takes writes in order.
    private func expectedBindings(of account: AccountKey) -> BindingTable {
        var table = bindings.only(account)
        for token in pendingTokens[account] ?? [] {
            for change in pendingRegistrations[token]?.changes ?? [] {
                _ = table.apply(change, limit: configuration.bindingsPerAccount)
            }
        }
        return table
    }

    private struct Refusal: Error {
        let status: StatusCode
        let reason: FieldText?
    }

    private func changesAsked(
        by request: SIPRequest, _ account: AccountKey, from flow: Flow, live: [Binding], at now: SwitchTime
    ) -> Result<[BindingChange], Refusal> {
        let callID = request.headers.callID.text
        let cSeq = request.headers.cSeq.number
        if request.headers.hasWildcardContact {
            guard request.headers.expires == 0 else {
                return .failure(Refusal(status: .badRequest, reason: "Contact * needs Expires: 0"))
            }
            guard !live.contains(where: { $0.callID == callID && cSeq <= $0.cSeq }) else {
                return .failure(Refusal(status: .serverInternalError, reason: "CSeq Out Of Order"))
            }
            return .success(live.map { .remove($0) })
        }
        guard let contacts = try? request.headers.contacts else {
            return .failure(Refusal(status: .badRequest, reason: "Bad Contact"))
        }
        var changes: [BindingChange] = []
        for address in contacts {
            guard let contact = address.uri.sip else {
                return .failure(Refusal(status: .badRequest, reason: "Contact is not a SIP URI"))
            }
            let known = live.first { $0.contact.isEquivalent(to: contact) }
            // RFC 3261 §10.3 step 7: an older request of the same phone changes nothing.
            if let known, known.callID == callID, cSeq <= known.cSeq {
                return .failure(Refusal(status: .serverInternalError, reason: "CSeq Out Of Order"))
            }
            let asked = address.expires ?? request.headers.expires ?? configuration.defaultExpires
            if asked == 0 {
                if let known { changes.append(.remove(known)) }
                continue
            }
            guard asked >= configuration.minimumExpires else {
                return .failure(Refusal(status: .intervalTooBrief, reason: nil))
            }
            let granted = min(asked, configuration.maximumExpires)
            changes.append(
                .add(
                    Binding(
                        account: account, contact: contact, flow: flow, callID: callID, cSeq: cSeq,
                        userAgent: request.headers.userAgent, expiresAt: now.wall + Int64(granted) * 1_000_000)))
        }
        return .success(changes)
    }

    mutating func storeCompleted(
        _ token: StoreToken, _ succeeded: Bool, at now: SwitchTime, _ effects: inout Effects
    ) {
        guard let pending = pendingRegistrations.removeValue(forKey: token) else { return }
        pendingTokens[pending.account]?.removeAll { $0 == token }
        if pendingTokens[pending.account]?.isEmpty ?? false { pendingTokens[pending.account] = nil }
        if succeeded {
            perform(pending, at: now, &effects)
            confirmRegistration(pending.request, pending.account, on: pending.transaction, at: now, &effects)
        } else {
            var response = SIPResponse(
                to: pending.request, status: .serviceUnavailable, toTag: tag(pending.transaction))
            response.headers.retryAfter = 10
            respond(response, on: pending.transaction, at: now, &effects)
        }
    }

    private mutating func perform(_ pending: PendingRegistration, at now: SwitchTime, _ effects: inout Effects) {
        let account = pending.account
        for change in pending.changes {
            // Those that the store does not know of come from REGISTERs that overtook each other.
            for other in bindings.apply(change, limit: configuration.bindingsPerAccount)
            where !pending.displaced.contains(other.contact.description) {
                effects.storeBatches.append(
                    (nil, [.removeBinding(account: account, contact: other.contact.description)]))
            }
            switch change {
            case .add(let binding):
                effects.note(
                    .registered(account: account.text, contact: binding.contact.description),
                    owner: directory.account(account)?.owner, at: now)
            case .remove(let binding):
                effects.note(
                    .unregistered(account: account.text, contact: binding.contact.description),
                    owner: directory.account(account)?.owner, at: now)
            }
        }
    }

    private mutating func confirmRegistration(
        _ request: SIPRequest, _ account: AccountKey, on transaction: ServerTransactionID, at now: SwitchTime,
        _ effects: inout Effects
    ) {
        var response = SIPResponse(to: request, status: .ok, toTag: tag(transaction))
        let asked = (try? request.headers.contacts) ?? []
        response.headers.setContacts(
            bindings.bindings(of: account, at: now.wall).map { binding in
                // A phone finds its own again by the parameters that it gave (+sip.instance, reg-id, q).
                var address =
                    asked.first { $0.uri.sip?.isEquivalent(to: binding.contact) ?? false }
                    ?? NameAddress(uri: binding.contact)
                let left = max(0, (binding.expiresAt - now.wall + 999_999) / 1_000_000)
                if let seconds = Token(String(left)) { address.setParameter("expires", to: seconds) }
                return address
            })
        response.headers.setServer(FieldText(cleaning: configuration.product))
        respond(response, on: transaction, at: now, &effects)
    }

    mutating func expireBindings(at now: SwitchTime, _ effects: inout Effects) {
        for binding in bindings.removeExpired(at: now.wall) {
            effects.storeBatches.append(
                (nil, [.removeBinding(account: binding.account, contact: binding.contact.description)]))
            effects.note(
                .unregistered(account: binding.account.text, contact: binding.contact.description),
                owner: directory.account(binding.account)?.owner, at: now)
        }
        timers.schedule(.bindingExpiry, at: now.monotonic + .seconds(3))
    }
}
