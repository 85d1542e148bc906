import SIPMessage
import SIPStack

/// What became of one request of ours.
struct Outcome: Sendable, Equatable {
    var finals: [UInt16] = []
    var timeouts = 0
    var transportErrors = 0
    var ends = 0
    var isInvite = false

    /// Ended once, with exactly one kind of news: one final response, 2xx (of an INVITE: maybe repeated), or a failure.
    var isConsistent: Bool {
        let successes = finals.filter { $0 < 300 }.count
        let failures = finals.count - successes
        let answered = failures + (isInvite ? min(successes, 1) : successes)
        return ends == 1 && answered + timeouts + transportErrors == 1
    }
}

/// A user agent over one ``TransactionLayer``: places requests as told, answers what comes as a random plan says.
struct Agent: Sendable {
    enum Plan: Hashable, Sendable {
        case place(UInt64, SIPMethod)
        case cancel(UInt64)
        case answer(ServerTransactionID, UInt16)
    }

    let name: String
    let local: Flow
    var layer: TransactionLayer
    var successes: SuccessRetransmitter
    var plans = TimerWheel<Plan>()
    var outcomes: [UInt64: Outcome] = [:]
    var sent: [ClientTransactionID: SIPRequest] = [:]
    /// Requests received and not yet given a final response.
    var open: [ServerTransactionID: SIPRequest] = [:]
    var opened = 0
    var endedServers: [ServerTransactionID: Bool] = [:]
    var unacknowledged: Set<DialogID> = []
    var gaveUp: Set<DialogID> = []
    var merged = 0
    var strays = 0
    var tags: UInt64 = 0
    /// Highest number of live transactions seen.
    var peak = 0

    init(name: String, local: Flow, timers: TimerValues) {
        self.name = name
        self.local = local
        layer = TransactionLayer(timers: timers)
        successes = SuccessRetransmitter(timers: timers)
    }

    var nextDeadline: MonotonicTime? {
        [layer.nextDeadline, successes.nextDeadline, plans.nextDeadline].compactMap { $0 }.min()
    }

    mutating func receive(
        _ message: SIPMessage, at now: MonotonicTime, random: inout SeededRandom
    ) -> [[UInt8]] {
        var effects: [TransactionEffect] = []
        layer.receive(message, from: local, at: now, into: &effects)
        return perform(effects, at: now, random: &random)
    }

    mutating func advance(to now: MonotonicTime, random: inout SeededRandom) -> [[UInt8]] {
        var effects: [TransactionEffect] = []
        layer.advance(to: now, into: &effects)
        var repeats: [SuccessRetransmitter.Effect] = []
        successes.advance(to: now, into: &repeats)
        for effect in repeats {
            switch effect {
            case .retransmit(let response, let id): layer.respond(response, on: id, at: now, into: &effects)
            case .gaveUp(let dialog):
                gaveUp.insert(dialog)
                unacknowledged.remove(dialog)
            }
        }
        for plan in plans.popDue(now) { carryOut(plan, at: now, into: &effects) }
        return perform(effects, at: now, random: &random)
    }

    private mutating func carryOut(_ plan: Plan, at now: MonotonicTime, into effects: inout [TransactionEffect]) {
        switch plan {
        case .place(let number, let method):
            let id = ClientTransactionID(number)
            let request = Messages.request(method, number: number, from: local)
            sent[id] = request
            outcomes[number] = Outcome(isInvite: method == .invite)
            layer.send(request, to: local, as: id, at: now, into: &effects)
        case .cancel(let number):
            layer.cancel(ClientTransactionID(number), reason: "SIP;cause=487", at: now, into: &effects)
        case .answer(let id, let status):
            guard let request = open[id] else { return }
            tags += 1
            answer(request, id, status, at: now, into: &effects)
        }
    }

    private mutating func answer(
        _ request: SIPRequest, _ id: ServerTransactionID, _ status: UInt16, at now: MonotonicTime,
        into effects: inout [TransactionEffect]
    ) {
        let response = Messages.response(to: request, status: status, tag: "\(name)-\(id.value)")
        layer.respond(response, on: id, at: now, into: &effects)
        guard status >= 200 else { return }
        open[id] = nil
        if request.method == .invite, status < 300, let dialog = DialogID(sent: response) {
            successes.start(dialog, response: response, on: id, at: now)
            unacknowledged.insert(dialog)
        }
    }

    private mutating func perform(
        _ effects: [TransactionEffect], at now: MonotonicTime, random: inout SeededRandom
    ) -> [[UInt8]] {
        var packets: [[UInt8]] = []
        var further: [TransactionEffect] = []
        for effect in effects {
            switch effect {
            case .transmit(let bytes, _): packets.append(bytes)
            case .requestReceived(let request, let id, _): decide(request, id, at: now, random: &random)
            case .mergedRequestReceived(let request, let id, _):
                merged += 1
                opened += 1
                open[id] = request
                answer(request, id, 482, at: now, into: &further)
            case .cancelReceived(let request, let id, let invite):
                opened += 1
                answer(request, id, invite == nil ? 481 : 200, at: now, into: &further)
                if let invite, let request = open[invite] { answer(request, invite, 487, at: now, into: &further) }
            case .ackReceived(let ack, _):
                if let dialog = successes.acknowledged(by: ack) { unacknowledged.remove(dialog) }
            case .responseReceived(let response, let id):
                guard response.status.isFinal else { continue }
                outcomes[id.value]?.finals.append(response.status.value)
                if response.status.isSuccess, outcomes[id.value]?.isInvite == true, let request = sent[id] {
                    packets += acknowledge(response, to: request)
                }
            case .strayResponse: strays += 1
            case .timedOut(let id): outcomes[id.value]?.timeouts += 1
            case .transportError(let id): outcomes[id.value]?.transportErrors += 1
            case .serverTransactionEnded(let id, let acknowledged):
                open[id] = nil
                endedServers[id] = acknowledged
            case .clientTransactionEnded(let id):
                outcomes[id.value]?.ends += 1
                sent[id] = nil
            }
        }
        peak = max(peak, layer.count)
        return further.isEmpty ? packets : packets + perform(further, at: now, random: &random)
    }

    private func acknowledge(_ response: SIPResponse, to request: SIPRequest) -> [[UInt8]] {
        guard let dialog = try? Dialog(caller: request, response: response, over: local) else { return [] }
        let via = Messages.via(branch: "z9hG4bKack\(request.headers.cSeq.number)", from: local)
        return [dialog.makeAck(for: response, via: via).serialized()]
    }

    /// Plans the answers to a request: some provisional ones, then (nearly always) a final one.
    private mutating func decide(
        _ request: SIPRequest, _ id: ServerTransactionID, at now: MonotonicTime, random: inout SeededRandom
    ) {
        opened += 1
        open[id] = request
        let isInvite = request.method == .invite
        var time = now
        if random.chance(isInvite ? 0.8 : 0.2) {
            time += .milliseconds(Int64.random(in: 0...1500, using: &random))
            plans.schedule(.answer(id, isInvite ? 180 : 100), at: time)
        }
        let patience: Int64 = isInvite ? 40_000 : 3_000
        time += .milliseconds(random.chance(0.3) ? 0 : Int64.random(in: 0...patience, using: &random))
        plans.schedule(.answer(id, [200, 200, 302, 404, 486, 603].randomElement(using: &random) ?? 200), at: time)
    }
}
