import DialplanHostCalls
import SIPMessage
import SIPStack

@testable import Switchboard

/// The whole switch under virtual time: the real switchboard, simulated workers, phones, network and store.
///
/// Everything follows from the seed: delays, losses, repeats, when workers die.
struct SimulatedSwitch {
    struct Conditions: Sendable {
        var loss = 0.0
        var duplication = 0.0
        var delayMilliseconds = 1...5
        /// Chance that the worker dies when a message leaves it (before the message is heard).
        var death = 0.0
    }

    private enum Event {
        case toSwitch([UInt8], Flow)
        case toPhone(TransportAddress, [UInt8])
        case toWorker(WorkerKey, [UInt8])
        case fromWorker(WorkerKey, WorkerMessage)
        case workerReady(WorkerKey)
        case stored(StoreToken, Bool)
        case action(@Sendable (inout SimulatedSwitch) throws -> Void)
    }

    private struct Scheduled {
        let at: MonotonicTime
        let order: Int
        let event: Event
    }

    static let address = TransportAddress(host: .v4(IPv4Address(bits: 0x0A00_0001)), port: 5060)
    static let wallAtZero: Int64 = 1_700_000_000_000_000

    let conditions: Conditions
    private(set) var now = MonotonicTime(nanoseconds: 1_000_000_000)
    private(set) var board: Switchboard
    var phones: [TransportAddress: SimulatedPhone] = [:]
    private(set) var workers: [WorkerKey: SimulatedWorker] = [:]
    private let programs: [String: [SimulatedWorker.Step]]
    private var random: SeededRandom
    private var queue: [Scheduled] = []
    private var order = 0
    private(set) var log: [String] = []
    private(set) var records: [CallRecord] = []
    private(set) var events: [SwitchEvent] = []
    private(set) var deaths = 0
    /// What the store says to probes; `nil`: nothing.
    var storeAnswersProbes: Bool? = true
    /// Workers that take what is sent to them and do nothing.
    var deafWorkers: Set<WorkerKey> = []
    private(set) var probeAnswers: [[UInt8]] = []
    private(set) var condemned: [String] = []

    init(
        seed: UInt64, conditions: Conditions = Conditions(), workers count: Int = 2,
        programs: [String: [SimulatedWorker.Step]], accounts: [Account], providers: [Provider] = [],
        domain: String = "example.test", aliases: [String] = []
    ) {
        self.conditions = conditions
        self.programs = programs
        random = SeededRandom(seed: seed)
        let configuration = SwitchConfiguration(
            secret: Array(repeating: 7, count: 32), listeners: [Self.address])
        board = Switchboard(
            configuration: configuration, startedAt: SwitchTime(monotonic: now, wall: Self.wallAtZero))
        let owners = Set(accounts.map(\.owner)).union(["owner"]).sorted()
        let scripts = owners.flatMap { owner in
            programs.keys.sorted().map { name in
                ScriptVersion(owner: owner, name: name, version: 1, digest: Array(name.utf8), text: Array(name.utf8))
            }
        }
        receive(
            .directoryChanged(
                Directory(domains: [(domain, aliases)], accounts: accounts, scripts: scripts, providers: providers)))
        for slot in 0..<count { startWorker(WorkerKey(slot: slot, generation: 1)) }
    }

    static func phoneAddress(_ number: UInt32) -> TransportAddress {
        TransportAddress(host: .v4(IPv4Address(bits: 0x0A00_0100 + number)), port: 5060)
    }

    mutating func addPhone(_ number: UInt32, _ behaviour: SimulatedPhone.Behaviour, hangsUpAfter: Duration? = nil) {
        let address = Self.phoneAddress(number)
        phones[address] = SimulatedPhone(
            flow: Flow(transport: .udp, local: address, remote: Self.address), behaviour: behaviour,
            hangsUpAfter: hangsUpAfter, seed: random.next())
    }

    /// A phone's binding, as if it had registered.
    mutating func bind(_ account: AccountKey, toPhone number: UInt32) {
        let address = Self.phoneAddress(number)
        receive(
            .bindingsLoaded([
                Binding(
                    account: account,
                    contact: SIPURI(user: account.user, host: address.host.host, port: address.port),
                    flow: Flow(transport: .udp, local: Self.address, remote: address), callID: "reg", cSeq: 1,
                    userAgent: nil, expiresAt: .max)
            ]))
    }

    mutating func at(_ delay: Duration, _ action: @escaping @Sendable (inout SimulatedSwitch) throws -> Void) {
        schedule(.action(action), after: delay)
    }

    /// Something a phone does by itself now; what it sends goes out.
    mutating func act(_ number: UInt32, _ body: (inout SimulatedPhone, MonotonicTime) throws -> [[UInt8]]) throws {
        let address = Self.phoneAddress(number)
        guard var phone = phones[address] else { return }
        let out = try body(&phone, now)
        phones[address] = phone
        deliver(out, from: address)
    }

    // MARK: Running

    /// Runs until nothing is left to happen, or until `limit` of virtual time has passed.
    mutating func run(for limit: Duration = .seconds(600)) throws {
        let end = now + limit
        while let next = nextMoment(), next <= end {
            now = max(now, next)
            while let index = queue.firstIndex(where: { $0.at <= now }) {
                try happen(queue.remove(at: index).event)
            }
            for address in phones.keys.sorted(by: { $0.description < $1.description }) {
                guard var phone = phones[address], let deadline = phone.nextDeadline, deadline <= now else { continue }
                let out = try phone.advance(to: now)
                phones[address] = phone
                deliver(out, from: address)
            }
            if let deadline = board.nextDeadline, deadline <= now { receive(.tick) }
            // Only the look for expired bindings is left.
            if queue.isEmpty, board.trackedEntries == 0, board.transactions.isIdle, phones.values.allSatisfy(\.isQuiet)
            {
                return
            }
        }
    }

    private func nextMoment() -> MonotonicTime? {
        ([queue.first?.at, board.nextDeadline] + phones.values.map(\.nextDeadline)).compactMap { $0 }.min()
    }

    private mutating func schedule(_ event: Event, after delay: Duration) {
        order += 1
        let item = Scheduled(at: now + delay, order: order, event: event)
        let index = queue.firstIndex { ($0.at, $0.order) > (item.at, item.order) } ?? queue.endIndex
        queue.insert(item, at: index)
    }

    private mutating func happen(_ event: Event) throws {
        switch event {
        case .toSwitch(let bytes, let flow): receive(.received(bytes, flow))
        case .toPhone(let address, let bytes):
            guard var phone = phones[address] else { return }
            let out = try phone.receive(bytes, at: now)
            phones[address] = phone
            deliver(out, from: address)
        case .toWorker(let key, let payload):
            guard !deafWorkers.contains(key), let sent = try workers[key]?.receive(payload) else { return }
            for (index, message) in sent.enumerated() {
                schedule(.fromWorker(key, message), after: .microseconds(20 * (index + 1)))
            }
        case .fromWorker(let key, let message):
            guard workers[key] != nil else { return }
            if random.chance(conditions.death) {
                kill(key)
                return
            }
            var payload: [UInt8] = []
            message.encode(into: &payload)
            receive(.workerMessage(key, payload))
        case .workerReady(let key): startWorker(key)
        case .stored(let token, let succeeded): receive(.storeCompleted(token, succeeded: succeeded))
        case .action(let action): try action(&self)
        }
    }

    /// A worker dies; another takes its slot a little later.
    mutating func kill(_ key: WorkerKey, blaming blame: Blame? = nil) {
        guard workers.removeValue(forKey: key) != nil else { return }
        deaths += 1
        schedule(.workerReady(WorkerKey(slot: key.slot, generation: key.generation + 1)), after: .milliseconds(3))
        receive(.workerEnded(key, blamed: blame))
    }

    /// Kills every worker that has an execution.
    mutating func killBusyWorkers() {
        for (key, count) in board.status.workerExecutions.sorted(by: { $0.key < $1.key }) where count > 0 { kill(key) }
    }

    /// All workers die and none takes their places.
    mutating func killForGood() {
        for key in workers.keys.sorted() {
            workers[key] = nil
            deaths += 1
            receive(.workerEnded(key, blamed: nil))
        }
    }

    mutating func startWorker(_ key: WorkerKey, engineVersion: UInt32 = EngineVersion.current) {
        workers[key] = SimulatedWorker(programs: programs)
        receive(.workerReady(key, engineVersion: engineVersion))
    }

    /// A worker dies for good.
    mutating func remove(_ key: WorkerKey) {
        workers[key] = nil
        deaths += 1
        receive(.workerEnded(key, blamed: nil))
    }

    /// An operator changes the configuration.
    mutating func set(_ change: (inout SwitchConfiguration) -> Void) {
        var configuration = board.configuration
        change(&configuration)
        receive(.configurationChanged(configuration))
    }

    /// A stranger's INVITE from an address where nobody answers; many phones would only slow the simulation down.
    mutating func invite(_ user: String, _ number: Int, method: String = "INVITE") {
        let flow = Flow(transport: .udp, local: Self.address, remote: Self.phoneAddress(50))
        let lines = [
            "\(method) sip:\(user)@example.test SIP/2.0", "Via: SIP/2.0/UDP \(flow.remote);branch=z9hG4bK\(number)",
            "Max-Forwards: 70", "From: <sip:\(number)@elsewhere.test>;tag=\(number)",
            "To: <sip:\(user)@example.test>", "Call-ID: many-\(number)", "CSeq: 1 \(method)",
            "Contact: <sip:\(flow.remote)>", "Content-Length: 0", "", "",
        ]
        receive(.received(Array(lines.joined(separator: "\r\n").utf8), flow))
    }

    mutating func receive(_ input: Input) {
        var effects = Effects()
        let elapsed = (now - .zero).components
        let wall = Self.wallAtZero + elapsed.seconds * 1_000_000 + elapsed.attoseconds / 1_000_000_000_000
        board.receive(input, at: SwitchTime(monotonic: now, wall: wall), into: &effects)
        for token in effects.storeProbes {
            if let succeeded = storeAnswersProbes { schedule(.stored(token, succeeded), after: .milliseconds(1)) }
        }
        for (bytes, flow) in effects.datagrams {
            if flow == Probe.flow([Self.address]) {
                probeAnswers.append(bytes)
                continue
            }
            transmit(bytes) { .toPhone(flow.remote, $0) }
        }
        for (worker, payload) in effects.workerPayloads {
            schedule(.toWorker(worker, payload), after: .microseconds(30))
        }
        for (worker, reason) in effects.condemned {
            condemned.append("\(worker): \(reason)")
            kill(worker)
        }
        for (token, writes) in effects.storeBatches {
            for case .callEnded(let record) in writes { records.append(record) }
            if let token { schedule(.stored(token, true), after: .milliseconds(1)) }
        }
        log += effects.ownerLog.map { "\($0.kind.rawValue) \($0.text)" }
        events += effects.events
    }

    private mutating func deliver(_ messages: [[UInt8]], from address: TransportAddress) {
        let flow = Flow(transport: .udp, local: Self.address, remote: address)
        for message in messages { transmit(message) { .toSwitch($0, flow) } }
    }

    private mutating func transmit(_ bytes: [UInt8], _ event: ([UInt8]) -> Event) {
        if random.chance(conditions.loss) { return }
        let copies = random.chance(conditions.duplication) ? 2 : 1
        for _ in 0..<copies { schedule(event(bytes), after: random.milliseconds(conditions.delayMilliseconds)) }
    }
}
