public import SIPMessage

// The server side: requests of others and our responses to them.
extension TransactionLayer {
    /// Answers the request of a server transaction. After the final response further ones are ignored, save that an
    /// INVITE's 2xx may be given again (its user repeats it until the ACK, see ``SuccessRetransmitter``).
    ///
    /// - Returns: whether it was sent; false also when the transaction is gone.
    @discardableResult
    public mutating func respond(
        _ response: SIPResponse, on id: ServerTransactionID, at now: MonotonicTime,
        into effects: inout [TransactionEffect]
    ) -> Bool {
        guard let index = servers.index(forKey: id) else { return false }
        let actions = servers.values[index].responseGiven(response, now: now, timers: timers)
        guard actions.contains(.transmit) else { return false }
        let bytes = response.serialized()
        effects.append(.transmit(bytes, servers.values[index].responseFlow))
        servers.values[index].keep(actions.contains(.forgetResponse) ? [] : bytes)
        // Some clients repeat a challenged request with credentials but without a new CSeq; that is no merged request.
        if response.status.value == 401 || response.status.value == 407 { forgetMergeKey(at: index) }
        if servers.values[index].waitsForAcknowledgement { remember(refusal: response, of: id, at: index) }
        finish(actions.subtracting(.transmit), of: id, into: &effects)
        return true
    }

    /// Where the responses of this transaction go; nil when it is gone.
    public func responseFlow(of id: ServerTransactionID) -> Flow? {
        servers[id]?.responseFlow
    }

    mutating func receive(
        _ received: SIPRequest, from flow: Flow, at now: MonotonicTime, into effects: inout [TransactionEffect]
    ) {
        if received.method == .ack {
            receiveAck(received, from: flow, at: now, into: &effects)
            return
        }
        let fingerprint = TransactionFingerprint(request: received, as: received.method)
        if let id = serverIDs[fingerprint], let index = servers.index(forKey: id) {
            let actions = servers.values[index].requestRepeated()
            if actions.contains(.repeatLast) { repeatLast(at: index, into: &effects) }
            return
        }
        let request = ResponseRouting.stamped(received, from: flow)
        // A CANCEL for a live INVITE always has room: it can only double what the INVITEs take.
        let cancelled =
            received.method == .cancel ? serverIDs[TransactionFingerprint(request: received, as: .invite)] : nil
        guard servers.count < serverCapacity || cancelled != nil else {
            refuse(request, from: flow, into: &effects)
            return
        }
        lastServerID &+= 1
        let id = ServerTransactionID(lastServerID)
        var server = ServerTransaction(
            request, fingerprint: fingerprint, responseFlow: ResponseRouting.responseFlow(for: request, from: flow),
            timers: timers, now: now)
        var isMerged = false
        if request.method != .cancel, request.headers.toTag == nil {
            let mergeKey = TransactionFingerprint(mergedWith: request)
            if mergeIDs[mergeKey] == nil {
                mergeIDs[mergeKey] = id
                server.mergeKey = mergeKey
            } else {
                isMerged = true
            }
        }
        servers[id] = server
        serverIDs[fingerprint] = id
        rearm(id)
        if request.method == .cancel {
            effects.append(.cancelReceived(request, id, invite: cancelled))
        } else if isMerged {
            effects.append(.mergedRequestReceived(request, id, flow))
        } else {
            effects.append(.requestReceived(request, id, flow))
        }
    }

    private mutating func receiveAck(
        _ ack: SIPRequest, from flow: Flow, at now: MonotonicTime, into effects: inout [TransactionEffect]
    ) {
        guard let id = inviteTransaction(of: ack), let index = servers.index(forKey: id) else {
            // A 2xx is acknowledged by a transaction of its own branch (§13.2.2.4). Our stateless refusals are not the
            // user's business.
            if ack.headers.toTag != Self.refusalTag { effects.append(.ackReceived(ack, flow)) }
            return
        }
        let actions = servers.values[index].ackReceived(now: now, timers: timers)
        if actions.contains(.deliverAck) { effects.append(.ackReceived(ack, flow)) }
        finish(actions, of: id, into: &effects)
    }

    /// The INVITE that an ACK is for: by its branch; else, since many clients and test scripts give the ACK of a refusal
    /// a branch of its own against §17.1.1.3, by Call-ID, CSeq number, From tag and the To tag of our refusal.
    private func inviteTransaction(of ack: SIPRequest) -> ServerTransactionID? {
        if let id = serverIDs[TransactionFingerprint(request: ack, as: .invite)],
            servers[id]?.accepts(ackToTag: ack.headers.toTag) == true
        {
            return id
        }
        return TransactionFingerprint(refusal: ack.headers).flatMap { refusalIDs[$0] }
    }

    private mutating func remember(
        refusal: SIPResponse, of id: ServerTransactionID,
        at index: Dictionary<ServerTransactionID, ServerTransaction>.Index
    ) {
        guard let key = TransactionFingerprint(refusal: refusal.headers), refusalIDs[key] == nil else { return }
        refusalIDs[key] = id
        servers.values[index].refusalKey = key
    }

    mutating func serverTimerFired(
        _ id: ServerTransactionID, at now: MonotonicTime, into effects: inout [TransactionEffect]
    ) {
        guard let index = servers.index(forKey: id) else { return }
        let invite = servers.values[index].invite
        let actions = servers.values[index].timersFired(now: now, timers: timers)
        if actions.contains(.sendTrying), let invite {
            let trying = SIPResponse(to: invite, status: .trying)
            servers.values[index].keep(trying.serialized())
            repeatLast(at: index, into: &effects)
        }
        if actions.contains(.repeatLast) { repeatLast(at: index, into: &effects) }
        finish(actions, of: id, into: &effects)
    }

    private func repeatLast(
        at index: Dictionary<ServerTransactionID, ServerTransaction>.Index, into effects: inout [TransactionEffect]
    ) {
        let bytes = servers.values[index].lastResponse
        if !bytes.isEmpty { effects.append(.transmit(bytes, servers.values[index].responseFlow)) }
    }

    /// The tail of every step: forget what will not be sent again, end or set the timer.
    private mutating func finish(
        _ actions: ServerActions, of id: ServerTransactionID, into effects: inout [TransactionEffect]
    ) {
        guard let index = servers.index(forKey: id) else { return }
        if actions.contains(.forgetResponse) { servers.values[index].forgetResponse() }
        if actions.isDisjoint(with: [.end, .endUnacknowledged]) {
            rearm(id)
            return
        }
        forgetMergeKey(at: index)
        if let refusalKey = servers.values[index].refusalKey { refusalIDs[refusalKey] = nil }
        serverIDs[servers.values[index].fingerprint] = nil
        servers[id] = nil
        wheel.cancel(.server(id))
        effects.append(.serverTransactionEnded(id, acknowledged: actions.contains(.end)))
    }

    private mutating func forgetMergeKey(at index: Dictionary<ServerTransactionID, ServerTransaction>.Index) {
        guard let mergeKey = servers.values[index].mergeKey else { return }
        servers.values[index].mergeKey = nil
        mergeIDs[mergeKey] = nil
    }

    private mutating func rearm(_ id: ServerTransactionID) {
        guard let index = servers.index(forKey: id) else { return }
        set(.server(id), to: servers.values[index].nextDeadline)
    }

    // MARK: Refusing without state

    /// To tag of the refusals that are sent without a transaction: their ACKs are known by it and dropped.
    private static var refusalTag: Token { "no-room" }

    private func refuse(_ request: SIPRequest, from flow: Flow, into effects: inout [TransactionEffect]) {
        var response = SIPResponse(to: request, status: .serviceUnavailable, toTag: Self.refusalTag)
        response.headers.retryAfter = 10
        effects.append(.transmit(response.serialized(), ResponseRouting.responseFlow(for: request, from: flow)))
    }
}
