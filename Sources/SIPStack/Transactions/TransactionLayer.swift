public import SIPMessage

/// All SIP transactions of one shard: the four machines of RFC 3261 §17 (with RFC 6026) and what matches messages to
/// them. Pure: messages and time go in, ``TransactionEffect``s come out; it opens no socket and reads no clock.
///
/// How to drive it: give it every parsed message with ``receive(_:from:at:into:)``, perform the effects in order, and
/// call ``advance(to:into:)`` when ``nextDeadline`` has come. Time must not run backwards.
///
/// A peer's messages cost memory only by opening server transactions, each of which ends by itself once the user
/// answers it; above ``serverCapacity`` new requests are refused without keeping anything.
public struct TransactionLayer: Sendable {
    enum TimerKey: Hashable, Sendable {
        case client(ClientKey)
        case server(ServerTransactionID)
    }

    let timers: TimerIntervals
    /// At most this many server transactions live together. A request that would exceed it is answered with a
    /// stateless 503 (never an ACK, nor a CANCEL for an INVITE that we have).
    public var serverCapacity: Int

    var clients: [ClientKey: ClientTransaction] = [:]
    var clientKeys: [TransactionFingerprint: ClientKey] = [:]
    /// Clients on connections, so that the end of a connection need not search all transactions.
    var clientsOnConnection: [Flow: Set<ClientKey>] = [:]
    var servers: [ServerTransactionID: ServerTransaction] = [:]
    var serverIDs: [TransactionFingerprint: ServerTransactionID] = [:]
    var mergeIDs: [TransactionFingerprint: ServerTransactionID] = [:]
    /// Refused INVITEs, for the ACKs that come with a branch of their own.
    var refusalIDs: [TransactionFingerprint: ServerTransactionID] = [:]
    var wheel = TimerWheel<TimerKey>()
    var lastServerID: UInt64 = 0

    public init(timers: TimerValues = TimerValues(), serverCapacity: Int = 1_000_000) {
        self.timers = timers.intervals
        self.serverCapacity = serverCapacity
    }

    /// A message has arrived on `flow`.
    public mutating func receive(
        _ message: SIPMessage, from flow: Flow, at now: MonotonicTime, into effects: inout [TransactionEffect]
    ) {
        switch message {
        case .request(let request): receive(request, from: flow, at: now, into: &effects)
        case .response(let response): receive(response, from: flow, at: now, into: &effects)
        }
    }

    /// Fires the timers that are due at `now`.
    public mutating func advance(to now: MonotonicTime, into effects: inout [TransactionEffect]) {
        for key in wheel.popDue(now) {
            switch key {
            case .client(let key): clientTimerFired(key, at: now, into: &effects)
            case .server(let id): serverTimerFired(id, at: now, into: &effects)
            }
        }
    }

    /// When ``advance(to:into:)`` must be called next; nil when no timer is set. Never later than the first timer, at
    /// times earlier (see ``TimerWheel/nextDeadline``).
    public var nextDeadline: MonotonicTime? { wheel.nextDeadline }

    /// Sets the one timer of a transaction to its machine's next deadline.
    mutating func set(_ key: TimerKey, to deadline: MonotonicTime?) {
        if let deadline {
            wheel.schedule(key, at: deadline)
        } else {
            wheel.cancel(key)
        }
    }

    /// Whether nothing is remembered at all.
    public var isIdle: Bool { clients.isEmpty && servers.isEmpty }

    /// Number of transactions, ended but remembered ones included. Constant time.
    public var count: Int { clients.count + servers.count }

    /// Transactions by state. Looks at each of them: for status pages and tests, not for every message.
    public var counts: TransactionCounts {
        var counts = TransactionCounts()
        for client in clients.values { counts.add(client) }
        for server in servers.values { counts.add(server) }
        counts.timers = wheel.count
        counts.indexEntries =
            clientKeys.count + serverIDs.count + mergeIDs.count + refusalIDs.count + clientsOnConnection.count
        return counts
    }
}

extension TransactionCounts {
    mutating func add(_ client: ClientTransaction) {
        switch client.machine {
        case .invite(let machine):
            switch machine.state {
            case .calling: inviteClients.calling += 1
            case .proceeding: inviteClients.proceeding += 1
            case .completed: inviteClients.completed += 1
            case .accepted: inviteClients.accepted += 1
            case .terminated: break
            }
        case .nonInvite(let machine):
            switch machine.state {
            case .trying: nonInviteClients.trying += 1
            case .proceeding: nonInviteClients.proceeding += 1
            case .completed: nonInviteClients.completed += 1
            case .terminated: break
            }
        }
    }

    mutating func add(_ server: ServerTransaction) {
        switch server.machine {
        case .invite(let machine):
            switch machine.state {
            case .proceeding: inviteServers.proceeding += 1
            case .completed: inviteServers.completed += 1
            case .confirmed: inviteServers.confirmed += 1
            case .accepted: inviteServers.accepted += 1
            case .terminated: break
            }
        case .nonInvite(let machine):
            switch machine.state {
            case .trying: nonInviteServers.trying += 1
            case .proceeding: nonInviteServers.proceeding += 1
            case .completed: nonInviteServers.completed += 1
            case .terminated: break
            }
        }
    }
}
