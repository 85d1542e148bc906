internal import Glibc
import NIOCore

/// The life cycle of the processes of one slot, as values: what happened goes in with the time, what is to be done comes
/// out. It neither knows the other slots nor whether its worker is in service.
///
/// ```
/// vacant ─► spawning ─► warming ─► ready ─► draining ─┐
///   ▲           └──────────┴─────────┴───────────────►├─► ending ─► (ended, reason) ─┐
///   └────────────────────────── back-off ◄────────────┴──────────────────────────────┘
/// ```
struct SlotMachine {
    enum State: Hashable {
        /// No process. The next is spawned at the time given, or never.
        case vacant(until: NIODeadline?)
        /// A process was asked for and is not there yet.
        case spawning(deadline: NIODeadline)
        /// The process has to say that it is ready.
        case warming(deadline: NIODeadline)
        case ready(since: NIODeadline)
        /// It finishes what it has; the reason is why.
        case draining(EndReason, deadline: NIODeadline)
        /// The verdict has fallen. At `killAt` patience ends; `nil`: SIGKILL is sent, or will be when the process is there.
        case ending(EndReason, killAt: NIODeadline?)
    }

    /// What happened.
    enum Input: Hashable {
        /// A worker is wanted in this slot.
        case wanted
        case spawned(pid: Int32)
        case spawnFailed(String)
        case saidReady(engineVersion: UInt32)
        case saidGoodbye
        /// It is to finish and to be replaced, for this reason.
        case drainRequested(EndReason)
        /// It is to finish, and no worker is wanted any more in this slot.
        case retired
        /// No new worker is wanted in this slot; the one that there is may finish what it has, in its own time.
        case left
        /// No worker is wanted any more.
        case stopRequested
        /// It must go at once.
        case condemned(EndReason)
        /// Its channel has ended.
        case channelClosed
        /// The process is reaped.
        case exited(ExitStatus)
        /// Time has passed: a deadline may be over.
        case timePassed
    }

    /// What is to be done.
    enum Effect: Hashable {
        case spawn
        case sendDrain
        case sendStop
        /// SIGKILL.
        case kill
        case becameReady
        case ended(EndReason)
    }

    private(set) var state = State.vacant(until: nil)
    /// Of the present process, or of the last one.
    private(set) var generation: UInt64 = 0
    private(set) var pid: Int32 = 0
    private(set) var engineVersion: UInt32 = 0
    private(set) var spawnedAt: NIODeadline?
    private(set) var lastEndReason: EndReason?
    /// Ends in a row that count against the slot.
    private(set) var failures = 0
    /// Whether a worker is to follow the present one.
    private(set) var isWanted = false
    private var readySince: NIODeadline?

    /// Whether it has a process that takes payloads.
    var takesPayloads: Bool {
        switch state {
        case .ready, .draining: true
        default: false
        }
    }

    /// Whether nothing is left of it and nothing will come.
    var isStopped: Bool { state == .vacant(until: nil) }

    /// When `timePassed` is due.
    var deadline: NIODeadline? {
        switch state {
        case .vacant(let until): until
        case .spawning(let deadline), .warming(let deadline), .draining(_, let deadline): deadline
        case .ready: nil
        case .ending(_, let killAt): killAt
        }
    }

    /// Takes one input.
    ///
    /// An input that means nothing in the present state is ignored: races between what the pool decides and what a
    /// process does are normal.
    mutating func handle(
        _ input: Input, now: NIODeadline, configuration: WorkerConfiguration, jitter: inout JitterGenerator
    ) -> [Effect] {
        switch input {
        case .wanted: wanted(now, configuration)
        case .spawned(let pid): spawned(pid, now, configuration)
        case .spawnFailed(let text): spawnFailed(text, now, configuration, &jitter)
        case .saidReady(let version): saidReady(version, now)
        case .saidGoodbye: saidGoodbye(now, configuration)
        case .drainRequested(let reason): drainRequested(reason, now, configuration)
        case .retired: retired(now, configuration)
        case .left: left()
        case .stopRequested: stopRequested(now, configuration)
        case .condemned(let reason): condemned(reason)
        case .channelClosed: channelClosed(now, configuration)
        case .exited(let status): exited(status, now, configuration, &jitter)
        case .timePassed: timePassed(now, configuration)
        }
    }

    private mutating func wanted(_ now: NIODeadline, _ configuration: WorkerConfiguration) -> [Effect] {
        isWanted = true
        guard isStopped else { return [] }
        return spawn(now, configuration)
    }

    private mutating func spawn(_ now: NIODeadline, _ configuration: WorkerConfiguration) -> [Effect] {
        generation += 1
        pid = 0
        engineVersion = 0
        spawnedAt = nil
        readySince = nil
        state = .spawning(deadline: now + TimeAmount(configuration.spawnDeadline))
        return [.spawn]
    }

    private mutating func spawned(
        _ pid: Int32, _ now: NIODeadline, _ configuration: WorkerConfiguration
    ) -> [Effect] {
        switch state {
        case .spawning:
            self.pid = pid
            spawnedAt = now
            state = .warming(deadline: now + TimeAmount(configuration.readyDeadline))
            return []
        case .ending(let reason, _):
            // Condemned before it was born.
            self.pid = pid
            spawnedAt = now
            state = .ending(reason, killAt: nil)
            return [.kill]
        case .vacant, .warming, .ready, .draining:
            return []
        }
    }

    private mutating func spawnFailed(
        _ text: String, _ now: NIODeadline, _ configuration: WorkerConfiguration, _ jitter: inout JitterGenerator
    ) -> [Effect] {
        switch state {
        case .spawning: end(.spawnFailed(text), now, configuration, &jitter)
        case .ending(let reason, _): end(reason, now, configuration, &jitter)
        case .vacant, .warming, .ready, .draining: []
        }
    }

    private mutating func saidReady(_ version: UInt32, _ now: NIODeadline) -> [Effect] {
        switch state {
        case .warming:
            engineVersion = version
            readySince = now
            state = .ready(since: now)
            return [.becameReady]
        case .ready, .draining:
            return condemned(.protocolViolation("ready twice"))
        case .vacant, .spawning, .ending:
            return []
        }
    }

    private mutating func saidGoodbye(_ now: NIODeadline, _ configuration: WorkerConfiguration) -> [Effect] {
        switch state {
        case .draining(let reason, _):
            state = .ending(reason, killAt: now + TimeAmount(configuration.exitDeadline))
        case .warming, .ready:
            state = .ending(.drained, killAt: now + TimeAmount(configuration.exitDeadline))
        case .vacant, .spawning, .ending:
            break
        }
        return []
    }

    private mutating func drainRequested(
        _ reason: EndReason, _ now: NIODeadline, _ configuration: WorkerConfiguration
    ) -> [Effect] {
        switch state {
        case .ready:
            state = .draining(reason, deadline: now + TimeAmount(configuration.drainDeadline))
            return [.sendDrain]
        case .spawning, .warming:
            // It has nothing to finish.
            return condemned(reason)
        case .vacant, .draining, .ending:
            return []
        }
    }

    private mutating func retired(_ now: NIODeadline, _ configuration: WorkerConfiguration) -> [Effect] {
        isWanted = false
        if case .vacant = state {
            state = .vacant(until: nil)
            return []
        }
        return drainRequested(.recycled(.resize), now, configuration)
    }

    private mutating func left() -> [Effect] {
        isWanted = false
        switch state {
        case .vacant:
            state = .vacant(until: nil)
            return []
        case .spawning, .warming:
            return condemned(.recycled(.upgrade))
        case .ready, .draining, .ending:
            return []
        }
    }

    private mutating func stopRequested(_ now: NIODeadline, _ configuration: WorkerConfiguration) -> [Effect] {
        isWanted = false
        switch state {
        case .vacant:
            state = .vacant(until: nil)
            return []
        case .spawning:
            state = .ending(.poolShutdown, killAt: nil)
            return []
        case .warming, .ready, .draining:
            state = .ending(.poolShutdown, killAt: now + TimeAmount(configuration.exitDeadline))
            return [.sendStop]
        case .ending:
            return []
        }
    }

    private mutating func condemned(_ reason: EndReason) -> [Effect] {
        switch state {
        case .vacant:
            return []
        case .spawning:
            state = .ending(reason, killAt: nil)
            return []
        case .warming, .ready, .draining:
            state = .ending(reason, killAt: nil)
            return [.kill]
        case .ending(let first, killAt: .some):
            // The first verdict stands, but patience is over. A mere end of its channel was no verdict.
            state = .ending(first == .channelClosed ? reason : first, killAt: nil)
            return [.kill]
        case .ending(_, killAt: nil):
            return []
        }
    }

    private mutating func channelClosed(_ now: NIODeadline, _ configuration: WorkerConfiguration) -> [Effect] {
        switch state {
        case .warming, .ready, .draining:
            // Most often the first sign of its death: how it died comes within a moment.
            state = .ending(.channelClosed, killAt: now + TimeAmount(configuration.exitDeadline))
        case .vacant, .spawning, .ending:
            break
        }
        return []
    }

    private mutating func exited(
        _ status: ExitStatus, _ now: NIODeadline, _ configuration: WorkerConfiguration,
        _ jitter: inout JitterGenerator
    ) -> [Effect] {
        switch state {
        case .vacant, .spawning: []
        case .warming, .ready, .draining: end(EndReason(status), now, configuration, &jitter)
        case .ending(.channelClosed, let killAt) where killAt != nil || status != .signalled(SIGKILL):
            // It closed its channel by dying, not by choice; even if the news came after our patience had ended.
            end(EndReason(status), now, configuration, &jitter)
        case .ending(let reason, _): end(reason, now, configuration, &jitter)
        }
    }

    private mutating func timePassed(_ now: NIODeadline, _ configuration: WorkerConfiguration) -> [Effect] {
        guard let deadline, deadline <= now else { return [] }
        switch state {
        case .vacant: return spawn(now, configuration)
        case .spawning: return condemned(.spawnDeadline)
        case .warming: return condemned(.readyDeadline)
        case .draining: return condemned(.drainDeadline)
        case .ready: return []
        case .ending(let reason, _):
            state = .ending(reason, killAt: nil)
            return [.kill]
        }
    }

    private mutating func end(
        _ reason: EndReason, _ now: NIODeadline, _ configuration: WorkerConfiguration,
        _ jitter: inout JitterGenerator
    ) -> [Effect] {
        if let readySince, now - readySince >= TimeAmount(configuration.backoff.stableAfter) { failures = 0 }
        if reason.isFailure { failures += 1 }
        lastEndReason = reason
        let wait = reason.isFailure ? configuration.backoff.wait(afterFailures: failures, jitter: &jitter) : .zero
        state = .vacant(until: isWanted ? now + wait : nil)
        return [.ended(reason)]
    }
}
