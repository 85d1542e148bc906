public import SIPMessage
public import SIPStack

/// A SIP phone without a microphone, as a pure machine: datagrams, wishes and time go in, ``PhoneEffects`` come out.
///
/// It registers, places one call at a time, takes any number, answers challenges, and ends everything politely. Its SDP
/// says `inactive`: no media is sent and none is wanted.
public struct PhoneCore: Sendable {
    enum Timer: Hashable, Sendable {
        case ring(ServerTransactionID)
        case decide(ServerTransactionID)
        case hangUp(DialogID)
        case register
    }

    /// A call that rings here.
    struct IncomingCall: Sendable {
        let request: SIPRequest
        let plan: CallPlan
        let tag: Token
    }

    /// A call that was answered.
    struct Connection: Sendable {
        var dialog: Dialog
        let flow: Flow
        /// Our INVITE's ACK, for a 2xx that comes again.
        var ack: [UInt8]?
    }

    public let configuration: PhoneConfiguration
    var layer: TransactionLayer
    var accepted: SuccessRetransmitter
    var timers = TimerWheel<Timer>()
    var random: TokenSource
    var nextTransaction: UInt64 = 1

    var calling: CallAttempt?
    var ringing: [ServerTransactionID: IncomingCall] = [:]
    var connections: [DialogID: Connection] = [:]
    var registration: Registration?
    /// Plans for single calls, in place of the configuration's.
    private var plans: [CallID: CallPlan] = [:]
    /// Calls that this phone pretends not to hear.
    private var unheard: Set<CallID> = []

    public init(_ configuration: PhoneConfiguration, timers values: TimerValues = TimerValues()) {
        self.configuration = configuration
        layer = TransactionLayer(timers: values)
        accepted = SuccessRetransmitter(timers: values)
        random = TokenSource(seed: configuration.seed)
    }

    /// When ``advance(to:into:)`` must be called next.
    public var nextDeadline: MonotonicTime? {
        [layer.nextDeadline, accepted.nextDeadline, timers.nextDeadline].compactMap { $0 }.min()
    }

    /// No call rings, is placed or is up. Ended transactions may still be remembered.
    public var isIdle: Bool { calling == nil && ringing.isEmpty && connections.isEmpty }

    /// Whether a call is answered and not over.
    public var isConnected: Bool { !connections.isEmpty }

    /// Not even an ended transaction is remembered.
    public var isQuiet: Bool { isIdle && layer.isIdle && accepted.count == 0 }

    /// Whether a request of ours waits for its final response.
    public var awaitsResponse: Bool {
        let counts = layer.counts
        return counts.inviteClients.calling + counts.inviteClients.proceeding + counts.nonInviteClients.trying
            + counts.nonInviteClients.proceeding > 0
    }

    // MARK: Input

    public mutating func receive(
        _ bytes: [UInt8], from flow: Flow, at now: MonotonicTime, into effects: inout PhoneEffects
    ) {
        advance(to: now, into: &effects)
        let message: SIPMessage
        do {
            message = try SIPMessage(parsing: bytes)
        } catch {
            effects.events.append(.unreadable("\(error)"))
            return
        }
        if configuration.tellsMessages { effects.events.append(.message(.received, message)) }
        if case .request(let request) = message, isUnheard(request) { return }
        var actions: [TransactionEffect] = []
        layer.receive(message, from: flow, at: now, into: &actions)
        perform(actions, at: now, &effects)
    }

    /// How one call that will come is to be met, whatever the configuration says.
    public mutating func plan(_ plan: CallPlan, for call: CallID) { plans[call] = plan }

    func plan(for request: SIPRequest) -> CallPlan {
        plans[request.headers.callID] ?? configuration.plan(request)
    }

    /// A phone that is switched off does not even say 100 Trying, as the transaction layer would.
    private mutating func isUnheard(_ request: SIPRequest) -> Bool {
        if unheard.contains(request.headers.callID) { return true }
        guard request.method == .invite, request.headers.toTag == nil,
            plan(for: request).decision == .ignore
        else { return false }
        unheard.insert(request.headers.callID)
        return true
    }

    public mutating func advance(to now: MonotonicTime, into effects: inout PhoneEffects) {
        var actions: [TransactionEffect] = []
        layer.advance(to: now, into: &actions)
        perform(actions, at: now, &effects)
        var repeats: [SuccessRetransmitter.Effect] = []
        accepted.advance(to: now, into: &repeats)
        for effect in repeats {
            switch effect {
            case .retransmit(let response, let id): respond(response, on: id, at: now, &effects)
            case .gaveUp(let dialog): hangUp(dialog, at: now, &effects)
            }
        }
        for timer in timers.popDue(now) {
            switch timer {
            case .ring(let id): ring(id, at: now, &effects)
            case .decide(let id): decide(id, at: now, &effects)
            case .hangUp(let dialog): hangUp(dialog, at: now, &effects)
            case .register: refreshRegistration(at: now, &effects)
            }
        }
    }

    /// Ends whatever is up: cancels the call that is placed, refuses calls that ring (480), hangs up answered ones.
    public mutating func endCalls(at now: MonotonicTime, into effects: inout PhoneEffects) {
        cancelCall(at: now, &effects)
        for id in ringing.keys.sorted() { refuse(id, .temporarilyUnavailable, nil, at: now, &effects) }
        for dialog in connections.keys.sorted(by: { $0.description < $1.description }) {
            hangUp(dialog, at: now, &effects)
        }
    }

    // MARK: Effects of the transaction layer

    mutating func perform(_ actions: [TransactionEffect], at now: MonotonicTime, _ effects: inout PhoneEffects) {
        for action in actions {
            switch action {
            case .transmit(let bytes, let flow): transmit(bytes, to: flow, &effects)
            case .requestReceived(let request, let id, let flow):
                requestReceived(request, on: id, from: flow, at: now, &effects)
            case .mergedRequestReceived(let request, let id, _):
                respond(
                    SIPResponse(to: request, status: .loopDetected, toTag: random.token()), on: id, at: now, &effects)
            case .cancelReceived(let request, let id, let invite):
                cancelReceived(request, on: id, invite: invite, at: now, &effects)
            case .ackReceived(let ack, _):
                if accepted.acknowledged(by: ack) != nil { effects.events.append(.connected) }
            case .responseReceived(let response, let id): responseReceived(response, on: id, at: now, &effects)
            case .timedOut(let id): transactionFailed(id, .requestTimeout, "No response", at: now, &effects)
            case .transportError(let id):
                transactionFailed(id, .serviceUnavailable, "Unreachable", at: now, &effects)
            case .strayResponse, .serverTransactionEnded, .clientTransactionEnded: break
            }
        }
    }

    /// A datagram could not be sent: whoever waits for an answer from there need not wait on.
    public mutating func transportFailed(
        to flow: Flow, at now: MonotonicTime, into effects: inout PhoneEffects
    ) {
        var actions: [TransactionEffect] = []
        layer.transportFailed(flow, at: now, into: &actions)
        perform(actions, at: now, &effects)
    }

    func transmit(_ bytes: [UInt8], to flow: Flow, _ effects: inout PhoneEffects) {
        if configuration.tellsMessages, let message = try? SIPMessage(parsing: bytes) {
            effects.events.append(.message(.sent, message))
        }
        effects.datagrams.append((bytes, flow))
    }

    private mutating func responseReceived(
        _ response: SIPResponse, on id: ClientTransactionID, at now: MonotonicTime, _ effects: inout PhoneEffects
    ) {
        if registration?.transaction == id {
            registrationAnswered(response, at: now, &effects)
        } else {
            callAnswered(response, on: id, at: now, &effects)
        }
    }

    private mutating func transactionFailed(
        _ id: ClientTransactionID, _ status: StatusCode, _ reason: String, at now: MonotonicTime,
        _ effects: inout PhoneEffects
    ) {
        if registration?.transaction == id {
            registrationFailed(status, reason, at: now, &effects)
        } else if calling?.transaction == id {
            calling = nil
            effects.events.append(.refused(status: status, reason: reason))
        }
    }

    // MARK: Sending

    func via(_ branch: Token) -> Via {
        Via(transport: configuration.flow.transport, sentBy: configuration.contactHost, branch: branch)
    }

    mutating func newVia() -> Via { via(random.branch()) }

    var contact: NameAddress {
        NameAddress(
            uri: SIPURI(
                user: configuration.user, host: configuration.contactHost.host, port: configuration.contactHost.port))
    }

    mutating func send(_ request: SIPRequest, at now: MonotonicTime, _ effects: inout PhoneEffects)
        -> ClientTransactionID
    {
        let id = ClientTransactionID(nextTransaction)
        nextTransaction += 1
        var actions: [TransactionEffect] = []
        layer.send(request, to: configuration.flow, as: id, at: now, into: &actions)
        perform(actions, at: now, &effects)
        return id
    }

    mutating func respond(
        _ response: SIPResponse, on id: ServerTransactionID, at now: MonotonicTime, _ effects: inout PhoneEffects
    ) {
        var actions: [TransactionEffect] = []
        layer.respond(response, on: id, at: now, into: &actions)
        perform(actions, at: now, &effects)
    }

    var product: FieldText? { configuration.product.flatMap { try? FieldText($0) } }

    /// The credentials that answer a challenge: the first that we have a password and an algorithm for.
    func credentials(
        answering response: SIPResponse, for request: SIPRequest, cnonce: Token
    ) -> (row: Credentials, isProxy: Bool)? {
        let isProxy = response.status == .proxyAuthenticationRequired
        let challenges =
            (isProxy ? try? response.headers.proxyAuthenticate : try? response.headers.wwwAuthenticate) ?? []
        for challenge in challenges {
            guard let algorithm = challenge.algorithm, let ha1 = configuration.ha1(challenge.realm, algorithm),
                let row = try? Credentials.answering(
                    challenge, username: configuration.authenticationUser, ha1: ha1, method: request.method,
                    uri: request.uri.description, cnonce: cnonce.text)
            else { continue }
            return (row, isProxy)
        }
        return nil
    }

    /// Ends an answered call.
    mutating func hangUp(_ id: DialogID, at now: MonotonicTime, _ effects: inout PhoneEffects) {
        guard var connection = connections.removeValue(forKey: id) else { return }
        accepted.stop(id)
        timers.cancel(.hangUp(id))
        let bye = connection.dialog.makeRequest(.bye, via: newVia())
        _ = send(bye, at: now, &effects)
        effects.events.append(.hungUp(by: .us))
    }
}

/// Tags, branches and Call-IDs from a seed (SplitMix64).
struct TokenSource: Sendable {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    private mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }

    mutating func token() -> Token { Token(String(next(), radix: 36)) ?? "0" }

    mutating func branch() -> Token { Token(Via.magicCookie + String(next(), radix: 36)) ?? "z9hG4bK0" }
}
