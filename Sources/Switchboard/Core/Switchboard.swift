import DialplanHostCalls
import SIPMessage
public import SIPStack

/// The front's pure core: registrar, authentication, B2BUA, dispatcher and call journal of one shard.
///
/// `receive` takes one input and its time and says what is to be done. It does no I/O, reads no clock and starts no
/// task, so that the whole switch runs in a simulator. Calls are classes inside; the value must stay on one event loop.
public struct Switchboard {
    private(set) var configuration: SwitchConfiguration
    let identifiers: Identifiers
    var transactions: TransactionLayer
    var acceptedInvites: SuccessRetransmitter
    var timers = TimerWheel<TimerKey>()
    var directory = Directory()
    var bindings = BindingTable()
    var authenticator: Authenticator
    var unansweredChallenges = UnansweredChallenges()
    var dispatcher = Dispatcher()
    var quarantine = Quarantine()
    /// What the pool said last of its workers.
    var workerFacts: [WorkerKey: Probe.WorkerFacts] = [:]
    /// Probes that wait for the store.
    var pendingProbes: [StoreToken: Execution] = [:]

    var calls: [UInt64: Call] = [:]
    /// Calls in which an owner has a part.
    var callsOfOwner: [String: Int] = [:]
    var callsByInvite: [ServerTransactionID: Call] = [:]
    var executions: [UInt64: Execution] = [:]
    /// Executions that no worker has.
    var waiting = WaitingExecutions()
    var legsByTransaction: [ClientTransactionID: Leg] = [:]
    /// Client transactions of a bridge: BYEs and requests passed on.
    var bridgesByTransaction: [ClientTransactionID: Bridge] = [:]
    var dialogs: [DialogID: (bridge: Bridge, side: Bridge.Side)] = [:]
    /// REGISTERs that are answered when their bindings are kept.
    var pendingRegistrations: [StoreToken: PendingRegistration] = [:]
    /// Their tokens by account, in the order in which the store takes them.
    var pendingTokens: [AccountKey: [StoreToken]] = [:]
    var pendingLookups: [ResolveToken: (leg: Leg, uri: SIPURI)] = [:]
    /// Dialogs of callees that answered too late: the ACK for their 2xx, in case it comes again.
    var strayAnswers: [ClientTransactionID: [DialogID: (ack: [UInt8], flow: Flow)]] = [:]

    var isShuttingDown = false
    /// Whether calls came since the tables were last given back.
    var hasBeenBusy = false
    var nextCall: UInt64
    var nextExecution: UInt64
    var nextTransaction: UInt64
    var nextToken: UInt64

    /// What a timer of the switchboard is for.
    enum TimerKey: Hashable, Sendable {
        case ring(execution: UInt64)
        case script(execution: UInt64)
        case workerWait(execution: UInt64)
        case legDelay(call: UInt64, leg: Int)
        case answeredLimit(call: UInt64)
        case ringing(call: UInt64)
        case sessionCheck(call: UInt64)
        case bindingExpiry
        case replay
    }

    /// - Parameter startedAt: the time of the start; call numbers begin with its wall clock, so that no number of an
    ///   earlier run comes again.
    ///   `firstCall` is a number above all that the store knows.
    public init(
        configuration: SwitchConfiguration, startedAt: SwitchTime, firstCall: UInt64 = 1,
        timers values: TimerValues = TimerValues()
    ) {
        self.configuration = configuration
        identifiers = Identifiers(secret: configuration.secret, shard: configuration.shard)
        transactions = TransactionLayer(timers: values)
        acceptedInvites = SuccessRetransmitter(timers: values)
        authenticator = Authenticator(
            identifiers: identifiers, nonceLifetime: configuration.nonceLifetime, startedAt: startedAt)
        nextCall = max(firstCall, UInt64(clamping: startedAt.wall))
        nextExecution = nextCall
        // Branches are made from these too: they must not come again after a restart.
        nextTransaction = nextCall
        nextToken = nextCall
        timers.schedule(.bindingExpiry, at: startedAt.monotonic + .seconds(3))
    }

    /// The addresses on which requests leave.
    public var listeners: [TransportAddress] { configuration.listeners }

    /// When `tick` should be sent if nothing else arrives before.
    public var nextDeadline: MonotonicTime? {
        [timers.nextDeadline, transactions.nextDeadline, acceptedInvites.nextDeadline].compactMap { $0 }.min()
    }

    /// Takes one input. Inputs must come in order of time.
    public mutating func receive(_ input: Input, at now: SwitchTime, into effects: inout Effects) {
        advance(to: now, &effects)
        switch input {
        case .received(let bytes, let flow): received(bytes, from: flow, at: now, &effects)
        case .tick: break
        case .workerReady(let worker, let version):
            dispatcher.workerReady(worker, engineVersion: version)
        case .workerMessage(let worker, let payload): workerSent(payload, from: worker, at: now, &effects)
        case .workerEnded(let worker, let blamed): workerEnded(worker, blamed: blamed, at: now, &effects)
        case .workerDraining(let worker): dispatcher.close(worker)
        case .workerLeaving(let worker, let version): dispatcher.leave(worker, engineVersion: version)
        case .quarantineReleased(let owner, let dialplan):
            releaseQuarantine(of: owner, dialplan, at: now, &effects)
        case .workersObserved(let facts): workerFacts = facts
        case .storeCompleted(let token, let succeeded):
            if let probe = pendingProbes.removeValue(forKey: token) {
                probeStoreCompleted(probe, succeeded: succeeded, at: now, &effects)
            } else {
                storeCompleted(token, succeeded, at: now, &effects)
            }
        case .directoryChanged(let directory):
            self.directory = directory
            // The store has dropped theirs with the accounts.
            bindings.retain(where: { directory.account($0) != nil })
        case .bindingsRemoved(let account, let contacts): removeBindings(of: account, contacts, at: now, &effects)
        case .configurationChanged(let new): reconfigure(new)
        case .bindingsLoaded(let loaded):
            for binding in loaded { restore(binding) }
        case .shutdown: shutDown(at: now, &effects)
        case .unreachable(let flow):
            var actions: [TransactionEffect] = []
            transactions.transportFailed(flow, at: now.monotonic, into: &actions)
            perform(actions, at: now, &effects)
        case .resolved(let token, let addresses): resolved(token, addresses, at: now, &effects)
        }
        dispatchWaiting(at: now, &effects)
        releaseMemoryIfQuiet(&effects)
    }

    /// What every identifier and socket was made with stays as it is.
    private mutating func reconfigure(_ new: SwitchConfiguration) {
        var new = new
        new.shard = configuration.shard
        new.secret = configuration.secret
        new.listeners = configuration.listeners
        new.advertisedHost = configuration.advertisedHost
        configuration = new
        // More may run at once now, or beside each other.
        dispatcher.hasNewRoom = true
        authenticator.nonceLifetime = new.nonceLifetime
    }

    private mutating func advance(to now: SwitchTime, _ effects: inout Effects) {
        var actions: [TransactionEffect] = []
        transactions.advance(to: now.monotonic, into: &actions)
        perform(actions, at: now, &effects)
        advanceAcceptedInvites(to: now, &effects)
        for key in timers.popDue(now.monotonic) {
            switch key {
            case .ring(let execution): ringTimeOver(execution, at: now, &effects)
            case .script(let execution): scriptTimeOver(execution, at: now, &effects)
            case .workerWait(let execution): workerWaitOver(execution, at: now, &effects)
            case .legDelay(let call, let leg): legDelayOver(call: call, leg: leg, at: now, &effects)
            case .answeredLimit(let call): answeredLimitOver(call, at: now, &effects)
            case .ringing(let call): ringingIsDue(call, at: now, &effects)
            case .sessionCheck(let call): checkSession(call, at: now, &effects)
            case .bindingExpiry: expireBindings(at: now, &effects)
            case .replay: replayInBackground(at: now, &effects)
            }
        }
    }

    private mutating func received(_ bytes: [UInt8], from flow: Flow, at now: SwitchTime, _ effects: inout Effects) {
        let message: SIPMessage
        do {
            message = try SIPMessage(parsing: bytes)
        } catch {
            effects.note(.messageRefused(reason: "\(error)", source: flow.remote), at: now)
            if let answer = SIPMessage.rejection(of: bytes, because: error) { effects.datagrams.append((answer, flow)) }
            return
        }
        var actions: [TransactionEffect] = []
        transactions.receive(message, from: flow, at: now.monotonic, into: &actions)
        perform(actions, at: now, &effects)
    }

    /// Acts on what the transaction layer says.
    mutating func perform(_ actions: [TransactionEffect], at now: SwitchTime, _ effects: inout Effects) {
        for action in actions {
            switch action {
            case .transmit(let bytes, let flow): effects.datagrams.append((bytes, flow))
            case .requestReceived(let request, let transaction, let flow):
                requestReceived(request, on: transaction, from: flow, at: now, &effects)
            case .mergedRequestReceived(let request, let transaction, _):
                refuse(request, .loopDetected, on: transaction, at: now, &effects)
            case .cancelReceived(let request, let transaction, let invite):
                cancelReceived(request, on: transaction, invite: invite, at: now, &effects)
            case .ackReceived(let request, let flow): ackReceived(request, from: flow, at: now, &effects)
            case .responseReceived(let response, let transaction):
                responseReceived(response, on: transaction, at: now, &effects)
            case .strayResponse: break
            case .timedOut(let transaction):
                transactionFailed(transaction, .requestTimeout, "No response", at: now, &effects)
            case .transportError(let transaction):
                transactionFailed(transaction, .serviceUnavailable, "Unreachable", at: now, &effects)
            case .serverTransactionEnded(let transaction, _):
                callsByInvite[transaction] = nil
            case .clientTransactionEnded(let transaction):
                clientTransactionEnded(transaction, at: now, &effects)
            }
        }
    }

    private mutating func responseReceived(
        _ response: SIPResponse, on transaction: ClientTransactionID, at now: SwitchTime, _ effects: inout Effects
    ) {
        if let bridge = bridgesByTransaction[transaction] {
            bridgeResponse(response, on: transaction, of: bridge, at: now, &effects)
        } else if let leg = legsByTransaction[transaction] {
            legResponse(response, on: leg, at: now, &effects)
        } else if let id = DialogID(received: response), let stray = strayAnswers[transaction]?[id] {
            effects.datagrams.append((stray.ack, stray.flow))
        }
    }

    private mutating func transactionFailed(
        _ transaction: ClientTransactionID, _ status: StatusCode, _ reason: String, at now: SwitchTime,
        _ effects: inout Effects
    ) {
        if let bridge = bridgesByTransaction[transaction] {
            bridgeTransactionFailed(transaction, status, of: bridge, at: now, &effects)
        } else if let leg = legsByTransaction[transaction] {
            legEnded(leg, status: Int(status.value), reason: reason, at: now, &effects)
        }
    }

    private mutating func clientTransactionEnded(
        _ transaction: ClientTransactionID, at now: SwitchTime, _ effects: inout Effects
    ) {
        if let leg = legsByTransaction.removeValue(forKey: transaction), leg.state == .cancelled {
            // A callee that never answered its CANCEL: the layer has given up.
            legEnded(leg, status: 487, reason: "Request Terminated", at: now, &effects)
        }
        bridgesByTransaction[transaction] = nil
        strayAnswers[transaction] = nil
    }

    /// Tables keep the size of the busiest moment; when nothing is in them any more they are given back.
    private mutating func releaseMemoryIfQuiet(_ effects: inout Effects) {
        guard hasBeenBusy, trackedEntries == 0, transactions.isIdle else { return }
        hasBeenBusy = false
        effects.hasBecomeQuiet = true
        transactions.releaseMemory()
        calls = [:]
        callsByInvite = [:]
        executions = [:]
        legsByTransaction = [:]
        bridgesByTransaction = [:]
        dialogs = [:]
        strayAnswers = [:]
    }

    /// Ends every call politely, so that no phone is left ringing or talking to nobody.
    private mutating func shutDown(at now: SwitchTime, _ effects: inout Effects) {
        isShuttingDown = true
        for call in calls.values.sorted(by: { $0.number < $1.number }) {
            switch call.phase {
            case .answered(let bridge): end(bridge, by: nil, at: now, &effects)
            case .settingUp, .over:
                refuse(call, status: 503, reason: StatusCode.serviceUnavailable.reasonPhrase, at: now, &effects)
                for execution in call.executions.values.sorted(by: { $0.number < $1.number }) {
                    execution.hasAnswered = true
                    end(execution, .operatorStop, at: now, &effects)
                }
            }
        }
    }

    /// A binding of the time before the restart; a listener that is no more is replaced by one that is.
    private mutating func restore(_ binding: Binding) {
        var binding = binding
        if !configuration.listeners.contains(binding.flow.local) {
            guard let flow = flow(to: binding.flow.remote) else { return }
            binding.flow = flow
        }
        _ = bindings.insert(binding, limit: configuration.bindingsPerAccount)
    }

    // MARK: Sending

    mutating func send(_ request: SIPRequest, to flow: Flow, at now: SwitchTime, _ effects: inout Effects)
        -> ClientTransactionID
    {
        let id = newTransaction()
        send(request, to: flow, as: id, at: now, &effects)
        return id
    }

    mutating func newTransaction() -> ClientTransactionID {
        defer { nextTransaction += 1 }
        return ClientTransactionID(nextTransaction)
    }

    mutating func send(
        _ request: SIPRequest, to flow: Flow, as id: ClientTransactionID, at now: SwitchTime, _ effects: inout Effects
    ) {
        var actions: [TransactionEffect] = []
        transactions.send(request, to: flow, as: id, at: now.monotonic, into: &actions)
        perform(actions, at: now, &effects)
    }

    mutating func respond(
        _ response: SIPResponse, on id: ServerTransactionID, at now: SwitchTime, _ effects: inout Effects
    ) {
        var actions: [TransactionEffect] = []
        transactions.respond(response, on: id, at: now.monotonic, into: &actions)
        perform(actions, at: now, &effects)
    }

    mutating func newToken() -> UInt64 {
        defer { nextToken += 1 }
        return nextToken
    }
}
