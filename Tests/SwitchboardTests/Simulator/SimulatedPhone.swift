import SIPMessage
import SIPStack

/// A phone on the same pure stack: registers nothing, answers or places calls as it is told, and counts what it sees.
struct SimulatedPhone {
    enum Behaviour: Sendable {
        case answers(after: Duration)
        case refuses(StatusCode, after: Duration)
        /// Rings until it is cancelled.
        case ringsOnly
    }

    /// Asks for credentials before it takes an INVITE or a BYE, as providers do.
    struct Doorkeeper: Sendable {
        var status = StatusCode.proxyAuthenticationRequired
        var username: String
        var password: String
        /// How often right credentials are refused as stale first.
        var staleAnswers = 0
    }

    enum Timer: Hashable, Sendable {
        case ring(ServerTransactionID)
        case decide(ServerTransactionID)
        case hangUp
        case acknowledge(DialogID)
    }

    let flow: Flow
    var behaviour: Behaviour
    /// How long an answered call lasts before this phone hangs up; nil never hangs up.
    var hangsUpAfter: Duration?
    private(set) var layer = TransactionLayer()
    private(set) var accepted = SuccessRetransmitter()
    private(set) var timers = TimerWheel<Timer>()
    private var ringing: [ServerTransactionID: SIPRequest] = [:]
    private var dialogs: [DialogID: Dialog] = [:]
    private var lastAcks: [DialogID: [UInt8]] = [:]
    private var nextTransaction: UInt64 = 1
    private var random: SeededRandom
    private var invite: SIPRequest?
    var doorkeeper: Doorkeeper?
    /// How long it waits with the ACK of a 2xx.
    var acknowledgesAfter: Duration = .zero
    /// Where a caller is sent instead (302).
    var redirection: SIPURI?
    private var callTransaction: ClientTransactionID?

    // What it saw.
    /// Call-IDs of INVITEs that opened a call here, one each.
    private(set) var invited: [String] = []
    /// The From and Request-URI of the INVITEs that were let in.
    private(set) var letIn: [String] = []
    private(set) var lastInvite: SIPRequest?
    private(set) var challenged = 0
    private(set) var cancelled = 0
    private(set) var answered = 0
    private(set) var ended = 0
    private(set) var provisionals: [Int] = []
    private(set) var finals: [Int] = []

    init(flow: Flow, behaviour: Behaviour, hangsUpAfter: Duration? = nil, seed: UInt64) {
        self.flow = flow
        self.behaviour = behaviour
        self.hangsUpAfter = hangsUpAfter
        random = SeededRandom(seed: seed)
    }

    var nextDeadline: MonotonicTime? {
        [layer.nextDeadline, accepted.nextDeadline, timers.nextDeadline].compactMap { $0 }.min()
    }

    var isQuiet: Bool { layer.isIdle && ringing.isEmpty && dialogs.isEmpty && accepted.count == 0 }

    private mutating func token() -> Token { Token(String(random.next(), radix: 36)) ?? "t" }

    private mutating func via() -> Via {
        Via(transport: .udp, sentBy: flow.local.hostPort, branch: Token(Via.magicCookie + token().text) ?? "z9hG4bK0")
    }

    private var contact: NameAddress {
        NameAddress(uri: SIPURI(user: "phone", host: flow.local.host.host, port: flow.local.port))
    }

    // MARK: Input

    mutating func receive(_ bytes: [UInt8], at now: MonotonicTime) throws -> [[UInt8]] {
        var out: [[UInt8]] = []
        let message = try SIPMessage(parsing: bytes)
        var effects: [TransactionEffect] = []
        layer.receive(message, from: flow, at: now, into: &effects)
        try perform(effects, at: now, &out)
        return out
    }

    mutating func advance(to now: MonotonicTime) throws -> [[UInt8]] {
        var out: [[UInt8]] = []
        var effects: [TransactionEffect] = []
        layer.advance(to: now, into: &effects)
        try perform(effects, at: now, &out)
        var repeats: [SuccessRetransmitter.Effect] = []
        accepted.advance(to: now, into: &repeats)
        for effect in repeats {
            if case .retransmit(let response, let id) = effect { try respond(response, on: id, at: now, &out) }
        }
        for timer in timers.popDue(now) {
            switch timer {
            case .ring(let id):
                if let request = ringing[id] {
                    try respond(answer(to: request, .ringing, id), on: id, at: now, &out)
                }
            case .decide(let id): try decide(id, at: now, &out)
            case .hangUp: try hangUpAll(at: now, &out)
            case .acknowledge(let dialog): if let ack = lastAcks[dialog] { out.append(ack) }
            }
        }
        return out
    }

    mutating func call(_ target: SIPURI, from: SIPURI, body: [UInt8], at now: MonotonicTime) throws -> [[UInt8]] {
        var out: [[UInt8]] = []
        let request = SIPRequest(
            method: .invite, uri: .sip(target), via: via(), from: NameAddress(uri: from, tag: token()),
            to: NameAddress(uri: target), callID: CallID(token()), cSeq: 1, contact: contact,
            contentType: "application/sdp", body: body)
        invite = request
        let id = ClientTransactionID(nextTransaction)
        nextTransaction += 1
        callTransaction = id
        try send(request, as: id, at: now, &out)
        return out
    }

    mutating func cancelCall(at now: MonotonicTime) throws -> [[UInt8]] {
        var out: [[UInt8]] = []
        guard let callTransaction else { return [] }
        var effects: [TransactionEffect] = []
        layer.cancel(callTransaction, at: now, into: &effects)
        try perform(effects, at: now, &out)
        return out
    }

    // MARK: Effects

    private mutating func perform(_ effects: [TransactionEffect], at now: MonotonicTime, _ out: inout [[UInt8]]) throws
    {
        for effect in effects {
            switch effect {
            case .transmit(let bytes, _): out.append(bytes)
            case .requestReceived(let request, let id, _), .mergedRequestReceived(let request, let id, _):
                try requestReceived(request, id, at: now, &out)
            case .cancelReceived(let request, let id, let invite):
                try respond(SIPResponse(to: request, status: .ok, toTag: "c"), on: id, at: now, &out)
                if let invite, let ringingRequest = ringing.removeValue(forKey: invite) {
                    cancelled += 1
                    try respond(answer(to: ringingRequest, .requestTerminated, invite), on: invite, at: now, &out)
                }
            case .ackReceived(let ack, _): _ = accepted.acknowledged(by: ack)
            case .responseReceived(let response, let id): try responseReceived(response, id, at: now, &out)
            case .timedOut, .transportError, .strayResponse, .serverTransactionEnded, .clientTransactionEnded: break
            }
        }
    }

    private mutating func requestReceived(
        _ request: SIPRequest, _ id: ServerTransactionID, at now: MonotonicTime, _ out: inout [[UInt8]]
    ) throws {
        if request.method == .bye || request.method == .invite, let challenge = try challenge(to: request, id) {
            challenged += 1
            return try respond(challenge, on: id, at: now, &out)
        }
        if request.method == .bye {
            if let dialog = DialogID(received: request), dialogs.removeValue(forKey: dialog) != nil {
                ended += 1
                accepted.stop(dialog)
            }
            try respond(SIPResponse(to: request, status: .ok), on: id, at: now, &out)
            return
        }
        guard request.method == .invite else {
            try respond(SIPResponse(to: request, status: .ok, toTag: "o"), on: id, at: now, &out)
            return
        }
        invited.append(request.headers.callID.text)
        lastInvite = request
        letIn.append("\(request.headers.from.uri) -> \(request.uri)")
        if let redirection {
            var response = answer(to: request, .movedTemporarily, id)
            response.headers.setContacts([NameAddress(uri: redirection)])
            return try respond(response, on: id, at: now, &out)
        }
        ringing[id] = request
        timers.schedule(.ring(id), at: now + .milliseconds(10))
        switch behaviour {
        case .answers(let delay), .refuses(_, let delay): timers.schedule(.decide(id), at: now + delay)
        case .ringsOnly: break
        }
    }

    /// The challenge for a request without the credentials that the doorkeeper wants.
    private mutating func challenge(to request: SIPRequest, _ id: ServerTransactionID) throws -> SIPResponse? {
        guard var keeper = doorkeeper else { return nil }
        let isProxy = keeper.status == .proxyAuthenticationRequired
        let shown = try isProxy ? request.headers.proxyAuthorizations : request.headers.authorizations
        var isRight = false
        for credentials in shown {
            let ha1 = Digest.ha1(
                user: keeper.username, realm: "provider", password: keeper.password,
                algorithm: credentials.algorithm ?? .md5)
            isRight =
                isRight
                || credentials.username == keeper.username
                    && credentials.uri == request.uri.description
                    && credentials.isValid(ha1: ha1, method: request.method, body: request.body)
        }
        if isRight, keeper.staleAnswers == 0 { return nil }
        var response = answer(to: request, keeper.status, id)
        let challenges = try [DigestAlgorithm.sha256, .md5].map {
            try Challenge(realm: "provider", nonce: token().text, algorithm: $0, isStale: isRight)
        }
        if isRight { keeper.staleAnswers -= 1 }
        doorkeeper = keeper
        if isProxy {
            response.headers.setProxyAuthenticate(challenges)
        } else {
            response.headers.setWWWAuthenticate(challenges)
        }
        return response
    }

    private mutating func decide(_ id: ServerTransactionID, at now: MonotonicTime, _ out: inout [[UInt8]]) throws {
        guard let request = ringing.removeValue(forKey: id) else { return }
        switch behaviour {
        case .refuses(let status, _): try respond(answer(to: request, status, id), on: id, at: now, &out)
        case .ringsOnly: break
        case .answers:
            var success = answer(to: request, .ok, id)
            success.headers.setContacts([contact])
            success.headers.setContentType("application/sdp")
            success.body = Array("v=0 answer".utf8)
            let dialog = try Dialog(callee: request, response: success, over: flow)
            dialogs[dialog.id] = dialog
            answered += 1
            try respond(success, on: id, at: now, &out)
            accepted.start(dialog.id, response: success, on: id, at: now)
            if let hangsUpAfter { timers.schedule(.hangUp, at: now + hangsUpAfter) }
        }
    }

    private func answer(to request: SIPRequest, _ status: StatusCode, _ id: ServerTransactionID) -> SIPResponse {
        SIPResponse(to: request, status: status, toTag: Token("phone-\(id.value)"))
    }

    private mutating func responseReceived(
        _ response: SIPResponse, _ id: ClientTransactionID, at now: MonotonicTime, _ out: inout [[UInt8]]
    ) throws {
        guard id == callTransaction, let invite else { return }
        guard response.status.isFinal else {
            if response.status != .trying { provisionals.append(Int(response.status.value)) }
            return
        }
        guard response.status.isSuccess else {
            finals.append(Int(response.status.value))
            return
        }
        let dialog = try Dialog(caller: invite, response: response, over: flow)
        if let ack = lastAcks[dialog.id] {
            if acknowledgesAfter == .zero { out.append(ack) }
            return
        }
        finals.append(200)
        dialogs[dialog.id] = dialog
        let ack = dialog.makeAck(for: response, via: via()).serialized()
        lastAcks[dialog.id] = ack
        if acknowledgesAfter == .zero {
            out.append(ack)
        } else {
            timers.schedule(.acknowledge(dialog.id), at: now + acknowledgesAfter)
        }
        if let hangsUpAfter { timers.schedule(.hangUp, at: now + hangsUpAfter) }
    }

    private mutating func hangUpAll(at now: MonotonicTime, _ out: inout [[UInt8]]) throws {
        for (id, var dialog) in dialogs {
            dialogs[id] = nil
            accepted.stop(id)
            let bye = dialog.makeRequest(.bye, via: via())
            let transaction = ClientTransactionID(nextTransaction)
            nextTransaction += 1
            ended += 1
            try send(bye, as: transaction, at: now, &out)
        }
    }

    private mutating func send(
        _ request: SIPRequest, as id: ClientTransactionID, at now: MonotonicTime, _ out: inout [[UInt8]]
    ) throws {
        var effects: [TransactionEffect] = []
        layer.send(request, to: flow, as: id, at: now, into: &effects)
        try perform(effects, at: now, &out)
    }

    private mutating func respond(
        _ response: SIPResponse, on id: ServerTransactionID, at now: MonotonicTime, _ out: inout [[UInt8]]
    ) throws {
        var effects: [TransactionEffect] = []
        layer.respond(response, on: id, at: now, into: &effects)
        try perform(effects, at: now, &out)
    }
}
