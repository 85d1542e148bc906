public import SIPMessage

// The client side: our requests and the responses to them.
extension TransactionLayer {
    /// Sends `request` in a new client transaction; an ACK is only sent, since it has none (§17).
    ///
    /// - Parameters:
    ///   - request: complete, its top Via with a branch that no other transaction has (§8.1.1.7).
    ///   - flow: where to. Over UDP the request is repeated, over others not.
    ///   - id: a number that was never used before.
    /// - Returns: false, and nothing happens, when the branch is missing or in use or the number is in use.
    @discardableResult
    public mutating func send(
        _ request: SIPRequest, to flow: Flow, as id: ClientTransactionID, at now: MonotonicTime,
        into effects: inout [TransactionEffect]
    ) -> Bool {
        if request.method == .ack {
            effects.append(.transmit(request.serialized(), flow))
            return true
        }
        return start(request, to: flow, key: .user(id), at: now, into: &effects)
    }

    mutating func start(
        _ request: SIPRequest, to flow: Flow, key: ClientKey, at now: MonotonicTime,
        into effects: inout [TransactionEffect]
    ) -> Bool {
        guard let fingerprint = TransactionFingerprint(sent: request), clientKeys[fingerprint] == nil,
            clients[key] == nil
        else { return false }
        let bytes = request.serialized()
        clientKeys[fingerprint] = key
        clients[key] = ClientTransaction(
            request, bytes: bytes, fingerprint: fingerprint, flow: flow, timers: timers, now: now)
        if flow.isReliable { clientsOnConnection[flow, default: []].insert(key) }
        effects.append(.transmit(bytes, flow))
        rearm(key)
        return true
    }

    /// Cancels an INVITE (§9.1): CANCEL goes out at once, or with the first provisional response if none has come
    /// yet, in a transaction of its own that the user does not see. The INVITE still ends by a final response
    /// (normally 487; 200 if the callee was faster) or by ``TransactionEffect/timedOut(_:)`` 64·T1 after the CANCEL.
    /// Nothing happens when there is no such INVITE, it has its final response, or it is cancelled already.
    ///
    /// - Parameter reason: value of a Reason header for the CANCEL (RFC 3326), such as
    ///   `SIP;cause=200;text="Call completed elsewhere"`.
    public mutating func cancel(
        _ id: ClientTransactionID, reason: FieldText? = nil, at now: MonotonicTime,
        into effects: inout [TransactionEffect]
    ) {
        let key = ClientKey.user(id)
        guard let index = clients.index(forKey: key) else { return }
        guard clients.values[index].isWaitingInvite else { return }
        guard case .none = clients.values[index].cancellation else { return }
        clients.values[index].cancellation = .wanted(reason: reason)
        sendWantedCancel(key, at: now, into: &effects)
    }

    /// Sends the CANCEL that the user wants, if the time for it has come.
    private mutating func sendWantedCancel(
        _ key: ClientKey, at now: MonotonicTime, into effects: inout [TransactionEffect]
    ) {
        guard case .user(let id) = key, let index = clients.index(forKey: key),
            case .wanted(let reason) = clients.values[index].cancellation, clients.values[index].mayCancel,
            let invite = clients.values[index].invite
        else { return }
        clients.values[index].cancelSent(now: now, timers: timers)
        let flow = clients.values[index].flow
        rearm(key)
        let cancel = DerivedRequests.cancel(for: invite, reason: reason)
        // A CANCEL that is still remembered would make this false, but an INVITE is cancelled once.
        _ = start(cancel, to: flow, key: .cancel(of: id), at: now, into: &effects)
    }

    mutating func receive(
        _ response: SIPResponse, from flow: Flow, at now: MonotonicTime, into effects: inout [TransactionEffect]
    ) {
        guard let fingerprint = TransactionFingerprint(response: response), let key = clientKeys[fingerprint],
            let index = clients.index(forKey: key)
        else {
            effects.append(.strayResponse(response, flow))
            return
        }
        let responseClass = ResponseClass(statusCode: response.status.value)
        let actions = clients.values[index].responseReceived(responseClass, now: now, timers: timers)
        if actions.contains(.acknowledge), let invite = clients.values[index].invite {
            let bytes = DerivedRequests.acknowledgement(of: response, to: invite).serialized()
            clients.values[index].shrink(keeping: bytes)
        } else if actions.contains(.deliver), responseClass != .provisional {
            clients.values[index].shrink()
        }
        if actions.contains(.reportStray) { effects.append(.strayResponse(response, flow)) }
        perform(actions, of: key, response: response, into: &effects)
        guard !actions.contains(.end) else { return }
        sendWantedCancel(key, at: now, into: &effects)
        rearm(key)
    }

    mutating func clientTimerFired(_ key: ClientKey, at now: MonotonicTime, into effects: inout [TransactionEffect]) {
        guard let index = clients.index(forKey: key) else { return }
        let actions = clients.values[index].timersFired(now: now, timers: timers)
        perform(actions, of: key, response: nil, into: &effects)
        if actions.contains(.cancelByTimerC), let id = key.userID { cancel(id, at: now, into: &effects) }
        rearm(key)
    }

    private mutating func perform(
        _ actions: ClientActions, of key: ClientKey, response: SIPResponse?, into effects: inout [TransactionEffect]
    ) {
        guard !actions.isEmpty, let index = clients.index(forKey: key) else { return }
        if !actions.isDisjoint(with: [.transmitRequest, .acknowledge, .repeatAcknowledge]) {
            let bytes = clients.values[index].bytes
            if !bytes.isEmpty { effects.append(.transmit(bytes, clients.values[index].flow)) }
        }
        if let id = key.userID {
            if actions.contains(.deliver), let response { effects.append(.responseReceived(response, id)) }
            if actions.contains(.reportTimeout) { effects.append(.timedOut(id)) }
            if actions.contains(.reportTransportError) { effects.append(.transportError(id)) }
        }
        if actions.contains(.end) { endClient(key, into: &effects) }
    }

    /// The request of this transaction could not be sent. The user is told unless it has a final response already.
    public mutating func transportFailed(
        _ id: ClientTransactionID, at now: MonotonicTime, into effects: inout [TransactionEffect]
    ) {
        transportFailed(.user(id), into: &effects)
    }

    /// A flow is gone: a connection was closed, or a peer cannot be reached. Every request that waits for a final
    /// response there fails. Server transactions stay; their responses go where the peer shows up again, or nowhere.
    /// Over UDP this looks at every client transaction.
    public mutating func transportFailed(
        _ flow: Flow, at now: MonotonicTime, into effects: inout [TransactionEffect]
    ) {
        let keys: [ClientKey]
        if flow.isReliable {
            keys = clientsOnConnection[flow].map(Array.init) ?? []
        } else {
            keys = clients.filter { $0.value.flow == flow }.map(\.key)
        }
        for key in keys.sorted(by: ClientKey.comesBefore) { transportFailed(key, into: &effects) }
    }

    private mutating func transportFailed(_ key: ClientKey, into effects: inout [TransactionEffect]) {
        guard let index = clients.index(forKey: key) else { return }
        let actions = clients.values[index].transportFailed()
        perform(actions, of: key, response: nil, into: &effects)
    }

    private mutating func endClient(_ key: ClientKey, into effects: inout [TransactionEffect]) {
        guard let ended = clients.removeValue(forKey: key) else { return }
        clientKeys[ended.fingerprint] = nil
        if ended.flow.isReliable {
            clientsOnConnection[ended.flow]?.remove(key)
            if clientsOnConnection[ended.flow]?.isEmpty == true { clientsOnConnection[ended.flow] = nil }
        }
        wheel.cancel(.client(key))
        if let id = key.userID { effects.append(.clientTransactionEnded(id)) }
    }

    /// Sets the transaction's one timer to its machine's next deadline.
    private mutating func rearm(_ key: ClientKey) {
        guard let index = clients.index(forKey: key) else { return }
        set(.client(key), to: clients.values[index].nextDeadline)
    }
}
