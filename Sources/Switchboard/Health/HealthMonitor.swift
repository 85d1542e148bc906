import SIPMessage
public import SIPStack

/// Probes every worker in turn and keeps what came of it, as a value: time and answers go in, probes and alarms come out.
///
/// An alarm rises after so many failures in a row and falls after so many successes, so that it does not flicker. A worker
/// that fails its own stage is to be drained, never killed, and none is when most of them fail: then it is not theirs.
public struct HealthMonitor: Sendable {
    public struct Settings: Hashable, Sendable {
        /// From one probe of a worker to its next.
        public var interval: Duration = .seconds(10)
        /// How long an answer may take.
        public var patience: Duration = .seconds(2)
        public var failuresForAlarm = 2
        public var successesForCalm = 3
        /// Results kept for each worker.
        public var historyLength = 60

        public init() {}
    }

    /// What came of one probe.
    public struct Result: Hashable, Sendable {
        /// From the INVITE's bytes to its answer; the patience when there was none.
        public var latency: Duration
        /// Where it failed; `nil` when it did not.
        public var failedStage: Probe.Stage?
    }

    public enum Effect: Hashable, Sendable {
        /// Bytes for the switchboard, on the flow of ``Probe/flow(_:)``.
        case send([UInt8])
        /// The worker is named for the stage `worker` only: the other stages are everybody's.
        case alarm(Probe.Stage, WorkerKey?)
        case calm(Probe.Stage, WorkerKey?)
        /// The worker should be replaced.
        case drain(WorkerKey)
    }

    private struct Outstanding: Sendable {
        var worker: WorkerKey
        var sentAt: MonotonicTime
        var invite: [String]
        /// It was given up, or its worker has left service: its answer is acknowledged and means nothing.
        var isConcluded = false
    }

    private struct Subject: Hashable, Sendable {
        var stage: Probe.Stage
        var worker: WorkerKey?
    }

    private struct Standing: Sendable {
        var failures = 0
        var successes = 0
        var isRaised = false
    }

    public let settings: Settings
    private var outstanding: [String: Outstanding] = [:]
    private var nextProbe: [WorkerKey: MonotonicTime] = [:]
    private var standings: [Subject: Standing] = [:]
    private var count: UInt64 = 0
    /// The last results of each worker that is in service, the oldest first.
    public private(set) var history: [WorkerKey: [Result]] = [:]
    /// Probes answered as they should be, and those that were not, by stage.
    public private(set) var succeeded: UInt64 = 0
    public private(set) var failed: [Probe.Stage: UInt64] = [:]
    public private(set) var lastSuccess: Result?

    public init(settings: Settings = Settings()) {
        self.settings = settings
    }

    /// Alarms that stand.
    public var alarms: [(stage: Probe.Stage, worker: WorkerKey?)] {
        standings.filter(\.value.isRaised).keys.map { ($0.stage, $0.worker) }
            .sorted { ($0.stage.rawValue, $0.worker?.slot ?? -1) < ($1.stage.rawValue, $1.worker?.slot ?? -1) }
    }

    /// Lets time pass.
    ///
    /// - Parameters:
    ///   - workers: those in service now.
    ///   - stage: where the probe with this Call-ID is; asked for those that have waited too long.
    public mutating func advance(
        to now: MonotonicTime, workers: [WorkerKey], stage: (String) -> Probe.Stage
    ) -> [Effect] {
        forget(except: Set(workers))
        var effects: [Effect] = []
        for (callID, probe) in outstanding.sorted(by: { $0.value.sentAt < $1.value.sentAt })
        where !probe.isConcluded && now - probe.sentAt >= settings.patience {
            outstanding[callID]?.isConcluded = true
            effects += conclude(probe.worker, Result(latency: settings.patience, failedStage: stage(callID)))
        }
        // The switchboard answers within its script time, or never.
        outstanding = outstanding.filter { now - $0.value.sentAt < .seconds(60) }
        if workers.isEmpty {
            // Nobody is there to be probed: that is the dispatcher's failure, once for each interval.
            let due = nextProbe[.nobody] ?? now + settings.interval
            nextProbe[.nobody] = due
            guard now >= due else { return effects }
            nextProbe[.nobody] = now + settings.interval
            return effects + conclude(.nobody, Result(latency: .zero, failedStage: .dispatcher))
        }
        nextProbe[.nobody] = nil
        for (index, worker) in workers.sorted().enumerated() {
            // Spread over the interval, the first at once.
            let due = nextProbe[worker] ?? now + settings.interval * index / workers.count
            nextProbe[worker] = due
            guard now >= due else { continue }
            nextProbe[worker] = now + settings.interval
            effects.append(.send(probe(worker, at: now)))
        }
        return effects
    }

    /// Takes a message that the switchboard sent on the probes' flow.
    public mutating func receive(_ bytes: [UInt8], at now: MonotonicTime) -> [Effect] {
        guard case .response(let response)? = try? SIPMessage(parsing: bytes), response.status.value >= 200,
            let probe = outstanding.removeValue(forKey: response.headers.callID.text)
        else { return [] }
        let ack = Effect.send(Self.ack(of: probe.invite, tag: response.headers.toTag?.text))
        guard !probe.isConcluded else { return [ack] }
        func text(_ name: String) -> String? {
            HeaderName(name).flatMap { response.headers.value(named: $0) }
        }
        var result = Result(latency: now - probe.sentAt)
        if Int(response.status.value) != Probe.healthyStatus || text("X-Worker-Id") != "\(probe.worker)" {
            result.failedStage = text("X-Probe-Stage").flatMap { Probe.Stage(rawValue: $0) } ?? .front
        }
        return [ack] + conclude(probe.worker, result)
    }

    // MARK: Judging

    private mutating func conclude(_ worker: WorkerKey, _ result: Result) -> [Effect] {
        if worker != .nobody {
            history[worker, default: []].append(result)
            if history[worker]?.count ?? 0 > settings.historyLength { history[worker]?.removeFirst() }
        }
        guard let failedStage = result.failedStage else {
            succeeded += 1
            lastSuccess = result
            return Probe.Stage.allCases.flatMap { note(success: true, $0, worker) }
        }
        failed[failedStage, default: 0] += 1
        var effects: [Effect] = []
        for stage in Probe.Stage.allCases {
            // What lies before the failure has worked, of what lies behind it nothing is known.
            if stage == failedStage {
                effects += note(success: false, stage, worker)
                break
            }
            effects += note(success: true, stage, worker)
        }
        return effects
    }

    private mutating func note(success: Bool, _ stage: Probe.Stage, _ worker: WorkerKey) -> [Effect] {
        let subject = Subject(stage: stage, worker: stage == .worker ? worker : nil)
        var standing = standings[subject] ?? Standing()
        defer { standings[subject] = standing }
        if success {
            standing.failures = 0
            standing.successes += 1
            guard standing.isRaised, standing.successes >= settings.successesForCalm else { return [] }
            standing.isRaised = false
            return [.calm(stage, subject.worker)]
        }
        standing.successes = 0
        standing.failures += 1
        guard !standing.isRaised, standing.failures >= settings.failuresForAlarm else { return [] }
        standing.isRaised = true
        var effects: [Effect] = [.alarm(stage, subject.worker)]
        if stage == .worker, !mostFail(and: subject) { effects.append(.drain(worker)) }
        return effects
    }

    /// Whether more than half of the workers fail at their own stage. One alone is never most.
    private func mostFail(and subject: Subject) -> Bool {
        let failing = Set(
            standings.filter { $0.key.stage == .worker && $0.value.failures > 0 }.compactMap(\.key.worker)
                + [subject.worker].compactMap { $0 })
        return failing.count >= 2 && failing.count * 2 > nextProbe.count
    }

    private mutating func forget(except present: Set<WorkerKey>) {
        nextProbe = nextProbe.filter { present.contains($0.key) || $0.key == .nobody }
        history = history.filter { present.contains($0.key) }
        // A probe of a worker that has left service meanwhile says nothing.
        for (callID, probe) in outstanding where !present.contains(probe.worker) {
            outstanding[callID]?.isConcluded = true
        }
        standings = standings.filter { $0.key.worker.map { present.contains($0) } ?? true }
    }

    // MARK: Messages

    private mutating func probe(_ worker: WorkerKey, at now: MonotonicTime) -> [UInt8] {
        count += 1
        let callID = "probe-\(now.nanoseconds)-\(count)"
        let lines = [
            "INVITE sip:\(Probe.user)@probe.invalid SIP/2.0",
            "Via: SIP/2.0/TCP probe.invalid;branch=z9hG4bK-\(callID)", "Max-Forwards: 2",
            "From: <sip:monitor@probe.invalid>;tag=\(callID)", "To: <sip:\(Probe.user)@probe.invalid>",
            "Call-ID: \(callID)", "CSeq: 1 INVITE", "Contact: <sip:monitor@probe.invalid>",
            "X-Probe-Worker: \(worker)", "Content-Length: 0",
        ]
        outstanding[callID] = Outstanding(worker: worker, sentAt: now, invite: lines)
        return Self.bytes(lines)
    }

    private static func ack(of invite: [String], tag: String?) -> [UInt8] {
        bytes(
            invite.map { line in
                if line.hasPrefix("INVITE ") { return "ACK " + line.dropFirst(7) }
                if line.hasPrefix("To: ") { return line + (tag.map { ";tag=\($0)" } ?? "") }
                return line.hasPrefix("CSeq: ") ? "CSeq: 1 ACK" : line
            })
    }

    private static func bytes(_ lines: [String]) -> [UInt8] {
        Array((lines.joined(separator: "\r\n") + "\r\n\r\n").utf8)
    }
}

extension WorkerKey {
    /// Stands for no worker.
    fileprivate static let nobody = WorkerKey(slot: -1, generation: 0)
}
