import DialplanCore
import DialplanHostCalls
import DialplanWorker
import SIPMessage
import SIPStack
import Switchboard
import TestPhone

/// A whole switch in one process under virtual time, for one call: the switchboard that serves calls, the worker that
/// runs scripts, phones on the same stack, and between them the same messages as between processes and hosts.
///
/// Nothing waits: time jumps to the next thing that happens. Messages take no time, a script takes 1 µs for 100
/// instructions, as its own clock counts.
public struct Bench {
    private enum Delivery {
        case toSwitch([UInt8], Flow)
        case toPhone([UInt8], Flow)
        case input(Input)
    }

    static let worker = WorkerKey(slot: 0, generation: 1)

    let scenario: BenchScenario
    private var board: Switchboard
    private var worker: InProcessWorker
    private var trace = ScriptTrace()
    private var caller: PhoneCore
    private var phones: [TransportAddress: PhoneCore] = [:]
    private var hosts: [String: TransportAddress] = [:]
    /// Accounts with a registered phone.
    private var accountsWithPhone: Set<AccountKey>
    private var directory: Directory
    private var queue: [Delivery] = []
    private var now = MonotonicTime.zero
    /// When the call came.
    private var began: MonotonicTime?
    private var cancelAt: MonotonicTime?
    /// Outcomes journaled so far, and whether the script has called anything: they say which clock reading is next.
    private var outcomes = 0
    private var hasCalled = false
    private var result = BenchResult()
    private var callerIsDone = false
    private var condemned: String?
    /// What destinations of a repeated call have not done yet.
    private var recordedLegs: [RecordedLeg]
    private var plannedCalls: Set<CallID> = []

    private init(_ scenario: BenchScenario) {
        self.scenario = scenario
        worker = InProcessWorker(traces: scenario.traces)
        directory = scenario.directory
        recordedLegs = scenario.recordedLegs.filter { $0.sipCallID != nil }
        var configuration = SwitchConfiguration(secret: scenario.secret, listeners: scenario.listeners)
        configuration.scriptSeed = scenario.seed
        board = Switchboard(
            configuration: configuration, startedAt: SwitchTime(monotonic: .zero, wall: 0),
            firstCall: scenario.execution)
        accountsWithPhone = Set(scenario.bindings.map(\.account))
        let accounts = BenchAccounts(scenario)
        accounts.complete(&directory)
        caller = PhoneCore(accounts.callerPhone())
    }

    /// Runs the call to its end.
    public static func run(_ scenario: BenchScenario) throws(BenchError) -> BenchResult {
        var bench = Bench(scenario)
        bench.receive(.directoryChanged(bench.directory))
        bench.receive(.bindingsLoaded(scenario.bindings))
        bench.receive(.workerReady(worker, engineVersion: EngineVersion.current))
        bench.place()
        try bench.loop()
        return bench.finish()
    }

    private mutating func place() {
        var effects = PhoneEffects()
        caller.place(scenario.call, at: now, into: &effects)
        cancelAt = scenario.cancelsAfter.map { now + $0 }
        callerDid(effects)
    }

    // MARK: Time

    private mutating func loop() throws(BenchError) {
        while true {
            if let condemned { throw BenchError(description: "the worker was condemned: \(condemned)") }
            if !queue.isEmpty {
                try deliver(queue.removeFirst())
            } else if worker.hasWork {
                let instructions = worker.runTurn()
                now += .nanoseconds(max(0, instructions) * 10)
                try sendWorkersMessages()
            } else if isOver {
                return
            } else {
                guard let next = nextMoment, next - (began ?? .zero) <= scenario.limit else { return }
                now = max(now, next)
                advance()
            }
        }
    }

    /// The caller has his answer, and nothing of the call is left.
    private var isOver: Bool {
        guard callerIsDone, !caller.isConnected else { return false }
        let status = board.status
        return status.calls == 0 && status.executions == 0
    }

    private var nextMoment: MonotonicTime? {
        ([board.nextDeadline, caller.nextDeadline, cancelAt] + phones.values.map(\.nextDeadline)).compactMap { $0 }
            .min()
    }

    private mutating func advance() {
        var effects = PhoneEffects()
        if let cancelAt, cancelAt <= now {
            self.cancelAt = nil
            caller.endCalls(at: now, into: &effects)
        }
        caller.advance(to: now, into: &effects)
        callerDid(effects)
        for address in phones.keys.sorted(by: { $0.description < $1.description }) {
            guard let deadline = phones[address]?.nextDeadline, deadline <= now else { continue }
            var effects = PhoneEffects()
            phones[address]?.advance(to: now, into: &effects)
            enqueue(effects)
        }
        if let deadline = board.nextDeadline, deadline <= now { receive(.tick) }
    }

    /// The wall clock: virtual, or the next reading of the call that is repeated.
    private var wall: Int64 {
        if hasCalled, outcomes < scenario.clock.count { return scenario.clock[outcomes] }
        guard let began else { return scenario.startTime }
        let (time, overflow) = scenario.startTime.addingReportingOverflow((now - began).microseconds)
        return overflow ? .max : time
    }

    /// Microseconds since the call came.
    private var elapsed: Int64 { began.map { (now - $0).microseconds } ?? 0 }

    // MARK: Messages

    private mutating func deliver(_ delivery: Delivery) throws(BenchError) {
        switch delivery {
        case .toSwitch(let bytes, let flow):
            receive(.received(bytes, Flow(transport: flow.transport, local: flow.remote, remote: flow.local)))
        case .toPhone(let bytes, let flow):
            if flow.remote == scenario.callerAddress {
                var effects = PhoneEffects()
                caller.receive(bytes, from: caller.configuration.flow, at: now, into: &effects)
                callerDid(effects)
            } else {
                var effects = PhoneEffects()
                var phone = phones[flow.remote] ?? makePhone(at: flow)
                planRecordedLeg(bytes, &phone)
                phone.receive(bytes, from: phone.configuration.flow, at: now, into: &effects)
                phones[flow.remote] = phone
                enqueue(effects)
            }
        case .input(let input): receive(input)
        }
    }

    private mutating func enqueue(_ effects: PhoneEffects) {
        for (bytes, flow) in effects.datagrams { queue.append(.toSwitch(bytes, flow)) }
    }

    private mutating func callerDid(_ effects: PhoneEffects) {
        enqueue(effects)
        for event in effects.events {
            switch event {
            case .progress(let status, let reason):
                tell(.caller(status: Int(status.value), reason: reason))
            case .answered(let status):
                tell(.caller(status: Int(status.value), reason: status.reasonPhrase))
                callerIsDone = true
                result.outcome = .answered(by: "")
                result.outcomeAt = elapsed
            case .refused(let status, let reason):
                tell(.caller(status: Int(status.value), reason: reason))
                callerIsDone = true
                result.outcome = .refused(status: Int(status.value), reason: reason)
                result.outcomeAt = elapsed
            default: break
            }
        }
    }

    /// In a repeated call a destination does what it did then: the first time the first thing, then the next.
    private mutating func planRecordedLeg(_ bytes: [UInt8], _ phone: inout PhoneCore) {
        guard !recordedLegs.isEmpty, case .request(let request)? = try? SIPMessage(parsing: bytes),
            request.method == .invite, request.headers.toTag == nil,
            plannedCalls.insert(request.headers.callID).inserted
        else { return }
        let to = request.headers.to.uri.sip
        let index =
            recordedLegs.firstIndex { leg in
                guard let to else { return false }
                let written = leg.destination.lowercased().hasPrefix("sip") ? leg.destination : "sip:" + leg.destination
                guard let uri = try? SIPURI(written) else { return false }
                return uri.host == to.host && (uri.user == to.user || uri.user == nil)
            } ?? 0
        phone.plan(recordedLegs.remove(at: index).plan, for: request.headers.callID)
    }

    private func makePhone(at flow: Flow) -> PhoneCore {
        let own = Flow(transport: flow.transport, local: flow.remote, remote: flow.local)
        var configuration = PhoneConfiguration(flow: own, user: "phone", seed: UInt64(phones.count + 2))
        configuration.product = nil
        let rules = scenario.rules
        configuration.plan = { request in
            let to = request.headers.to.uri.sip
            for uri in [to, request.uri.sip] {
                guard let uri else { continue }
                for rule in rules {
                    guard case .phone(let plan) = rule.behaviour,
                        rule.matches(user: uri.user, host: "\(uri.host)")
                    else { continue }
                    return plan
                }
            }
            return AnswerRule.standard
        }
        return PhoneCore(configuration)
    }

    // MARK: The switch

    private mutating func receive(_ input: Input) {
        var effects = Effects()
        board.receive(input, at: SwitchTime(monotonic: now, wall: wall), into: &effects)
        for line in effects.ownerLog where line.kind == .system { note(line) }
        for (bytes, flow) in effects.datagrams { queue.append(.toPhone(bytes, flow)) }
        for (_, payload) in effects.workerPayloads { giveToWorker(payload) }
        for (token, host, port) in effects.lookups {
            queue.append(.input(.resolved(token, address(of: host, port: port).map { [$0] } ?? [])))
        }
        for (token, writes) in effects.storeBatches {
            for write in writes { keep(write) }
            if let token { queue.append(.input(.storeCompleted(token, succeeded: true))) }
        }
        if let (_, reason) = effects.condemned.first { condemned = reason }
    }

    private mutating func note(_ line: OwnerLogLine) {
        result.steps.append(BenchStep(at: elapsed, execution: line.execution, kind: .note(line.text)))
    }

    private mutating func tell(_ kind: BenchStep.Kind, of execution: UInt64 = 0) {
        result.steps.append(BenchStep(at: elapsed, execution: execution, kind: kind))
    }

    private mutating func keep(_ write: StoreWrite) {
        switch write {
        case .callEnded(let record):
            if result.record == nil || record.owner == scenario.script.owner { result.record = record }
        case .saveJournal(_, _, _, let bytes, _):
            if let journal = try? KeptJournal(decoding: bytes) { result.journals.append(journal) }
        default: break
        }
    }

    private mutating func address(of host: String, port: UInt16?) -> TransportAddress? {
        let isUnknown = scenario.rules.contains { rule in
            rule.behaviour == .unknownHost && rule.matches(user: nil, host: host)
        }
        if isUnknown { return nil }
        let known = hosts[host.lowercased()]
        var address = known ?? BenchAddresses.host(hosts.count)
        hosts[host.lowercased()] = address
        address.port = port ?? 5060
        return address
    }

    // MARK: The worker

    private mutating func giveToWorker(_ payload: [UInt8]) {
        let messages = (try? FrontMessage.decodeAll(payload)) ?? []
        for message in messages {
            switch message {
            case .start(let start, _):
                if began == nil { began = now }
                let owner = start.properties.first { $0.property == HostCallTable.Name.username }?.value.displayText
                tell(.started(dialplan: start.sourceName, owner: owner ?? ""), of: start.execution)
                if scenario.traces { trace.begin(start) }
            case .resume(let execution, _, let outcome):
                outcomes += 1
                tell(.outcome(outcome), of: execution)
            case .replay, .go, .cancel, .stop: break
            }
        }
        do {
            try worker.receive(payload)
        } catch {
            condemned = error.description
        }
    }

    /// One entry at a time, so that what the switch does for it stands behind it in the list of steps.
    private mutating func sendWorkersMessages() throws(BenchError) {
        for payload in worker.takePayloads() {
            let messages: [WorkerMessage]
            do {
                messages = try WorkerMessage.decodeAll(payload)
            } catch {
                throw BenchError(description: "the worker sent what cannot be read: \(error.reason)")
            }
            for message in messages { send(message) }
        }
    }

    private mutating func send(_ message: WorkerMessage) {
        switch message {
        case .entries(let execution, let position, let entries):
            for (index, entry) in entries.enumerated() {
                let place = Int(position) + index
                let origin = worker.place(ofEntry: place, in: execution)
                tellTrace(of: execution, upTo: origin?.instructions)
                tell(.entry(entry, line: origin?.line ?? 0), of: execution)
                if case .call(let id, let arguments) = entry {
                    hasCalled = true
                    if id == HostCallTable.Name.dial { inventAccounts(dialled: arguments.first?.displayText ?? "") }
                }
                pass(.entries(execution: execution, position: UInt32(clamping: place), [entry]))
            }
        case .finished(let execution, _, let statistics):
            tellTrace(of: execution, upTo: nil)
            tell(.ended(.finished(statistics)), of: execution)
            pass(message)
        case .failed(let execution, _, let failure, let statistics):
            tellTrace(of: execution, upTo: nil)
            tell(.ended(.failed(failure, statistics)), of: execution)
            pass(message)
        case .sourceNeeded: pass(message)
        }
    }

    private mutating func tellTrace(of execution: UInt64, upTo instructions: Int64?) {
        guard scenario.traces else { return }
        for (line, text) in trace.take(from: worker, of: execution, upTo: instructions) {
            tell(.statement(line: line, text: text), of: execution)
        }
    }

    private mutating func pass(_ message: WorkerMessage) {
        var payload: [UInt8] = []
        message.encode(into: &payload)
        receive(.workerMessage(Self.worker, payload))
    }

    /// Makes what is missing of the accounts of served domains that a dial string names: the account, its phone.
    private mutating func inventAccounts(dialled text: String) {
        guard scenario.inventsAccounts else { return }
        let uri = scenario.call.target.sip
        let values = DialString.Substitutions(
            dialledUser: uri?.rawUser ?? "", fromName: scenario.call.from.displayName ?? "",
            fromUser: scenario.call.from.uri.sip?.rawUser ?? "")
        guard let dialled = try? DialString(parsing: text, substituting: values) else { return }
        var hasChanged = false
        for target in dialled.groups.joined() {
            let written =
                target.destination.lowercased().hasPrefix("sip") ? target.destination : "sip:" + target.destination
            guard let uri = try? SIPURI(written), let user = uri.user,
                let domain = directory.canonicalDomain(uri.host.description)
            else { continue }
            let known = directory.calledAccount(user: user, domain: domain)
            let key = known?.key ?? AccountKey(user: user, domain: domain)
            guard accountsWithPhone.insert(key).inserted else { continue }
            if known == nil {
                directory.insert(BenchAccounts.account(key, owner: scenario.script.owner))
                hasChanged = true
            }
            receive(.bindingsLoaded([BenchAccounts.binding(of: key, number: accountsWithPhone.count, scenario)]))
        }
        if hasChanged { receive(.directoryChanged(directory)) }
    }

    private mutating func finish() -> BenchResult {
        if case .answered = result.outcome {
            let leg = result.record?.legs.first { $0.answeredAt != nil }
            result.outcome = .answered(by: leg?.destination ?? "")
        }
        result.journals.sort { $0.start.execution < $1.start.execution }
        return result
    }
}
