import NIOCore

/// Decides which workers hang, as a value: looks go in with the time, pings and verdicts come out.
///
/// A worker is suspect when work is due and its progress counter has stood still for the configured time. Then it is
/// pinged, and it hangs when neither a pong nor progress comes within the ping's patience.
///
/// Judgement is withheld while it could be our fault or the machine's: when our own look was late, when a suspect waits for
/// a processor more than it runs, and when most workers are suspect at once. The last two have a bound, `collectivePatience`
/// with every look on time: then the workers are replaced all the same, one after the other, because a pool whose workers
/// all hang serves nobody, and one replacement at a time costs little if the verdict is wrong.
struct HangDetector {
    /// What one look at one worker showed.
    struct Reading: Hashable {
        var id: WorkerID
        /// Its progress counter.
        var progress: UInt64
        /// Whether it has something to do: it says so, or there is something from us that it has not read.
        var isWorkDue: Bool
        /// Nanoseconds so far in which it could have run but had no processor.
        var waitingTime: Int64 = 0
    }

    enum Effect: Hashable {
        case ping(WorkerID, nonce: UInt64)
        case hung(WorkerID)
        case withheld(WithheldJudgement)
    }

    private struct Watch {
        var progress: UInt64
        /// Since when it stands still while work is due, and its waiting time then.
        var still: (since: NIODeadline, waitingTime: Int64)?
        var ping: (nonce: UInt64, sentAt: NIODeadline)?
        /// Whether the alarm about its starving was given.
        var isCalledStarved = false
    }

    let policy: WorkerConfiguration.HangPolicy
    private var watches: [WorkerID: Watch] = [:]
    private var lastNonce: UInt64 = 0
    /// Since when most workers look sick, or did and some still do.
    private var manySickSince: NIODeadline?
    /// The worker condemned last while many were sick.
    private var lastOfMany: (id: WorkerID, at: NIODeadline)?

    init(policy: WorkerConfiguration.HangPolicy) {
        self.policy = policy
    }

    /// Takes a pong. False when the number was never sent: a breach of the protocol.
    mutating func pong(_ nonce: UInt64, from id: WorkerID, now: NIODeadline) -> Bool {
        guard nonce > 0, nonce <= lastNonce else { return false }
        if watches[id]?.ping?.nonce == nonce, let watch = watches[id] {
            // It lives: the clock starts anew. If it makes no progress for ever, that is for the owner's probe to find.
            watches[id]?.ping = nil
            watches[id]?.still = (now, watch.still?.waitingTime ?? 0)
        }
        return true
    }

    /// Looks at all workers that there are.
    ///
    /// - Parameters:
    ///   - now: the time.
    ///   - due: when this look should have been.
    ///   - readings: one for each worker that has said `ready` and is not condemned.
    mutating func look(now: NIODeadline, due: NIODeadline, readings: [Reading]) -> [Effect] {
        let present = Set(readings.map(\.id))
        watches = watches.filter { present.contains($0.key) }
        let lateness = now - due
        guard lateness <= TimeAmount(policy.tolerableLateness) else {
            // While we slept, pongs may have waited unread and the whole machine may have slept: all clocks start anew.
            for reading in readings { watches[reading.id] = Watch(progress: reading.progress) }
            manySickSince = nil
            return [.withheld(.ownLateness(milliseconds: lateness.nanoseconds / 1_000_000))]
        }
        var effects: [Effect] = []
        var unanswering: [(id: WorkerID, since: NIODeadline)] = []
        var sick = 0
        for reading in readings {
            var watch = watches[reading.id] ?? Watch(progress: reading.progress)
            if reading.progress != watch.progress || !reading.isWorkDue {
                watch = Watch(progress: reading.progress)
            } else if let still = watch.still {
                if now - still.since >= TimeAmount(policy.stillness) {
                    if let ping = watch.ping {
                        sick += 1
                        if now - ping.sentAt >= TimeAmount(policy.pingPatience) {
                            if !isStarving(reading, still, now) {
                                unanswering.append((reading.id, still.since))
                            } else if !watch.isCalledStarved {
                                watch.isCalledStarved = true
                                effects.append(.withheld(.starved(reading.id)))
                            }
                        }
                    } else {
                        lastNonce += 1
                        watch.ping = (lastNonce, now)
                        effects.append(.ping(reading.id, nonce: lastNonce))
                    }
                }
            } else {
                watch.still = (now, reading.waitingTime)
            }
            watches[reading.id] = watch
        }
        return effects + judge(unanswering, sick: sick, of: readings.count, present, now)
    }

    /// Whether it had to wait for a processor at least half of the time since it stands still. (One that spins on a busy
    /// machine waits too: hence the bound.)
    private func isStarving(_ reading: Reading, _ still: (since: NIODeadline, waitingTime: Int64), _ now: NIODeadline)
        -> Bool
    {
        let elapsed = (now - still.since).nanoseconds
        return elapsed < TimeAmount(policy.collectivePatience).nanoseconds
            && (reading.waitingTime - still.waitingTime) * 2 >= elapsed
    }

    private mutating func judge(
        _ unanswering: [(id: WorkerID, since: NIODeadline)], sick: Int, of count: Int, _ present: Set<WorkerID>,
        _ now: NIODeadline
    ) -> [Effect] {
        // A verdict against many is a verdict against us. One alone is never many.
        let areMany = sick >= 2 && sick * 2 > count && !unanswering.isEmpty
        guard let since = manySickSince else {
            guard areMany else { return unanswering.map { .hung($0.id) } }
            manySickSince = now
            lastOfMany = nil
            return [.withheld(.mostLookSick(sick: sick, of: count))]
        }
        guard sick > 0 else {
            manySickSince = nil
            return []
        }
        guard now - since >= TimeAmount(policy.collectivePatience) else { return [] }
        if let last = lastOfMany {
            // The next only when the last is gone and its successor had time to come on.
            guard !present.contains(last.id), now - last.at >= TimeAmount(policy.stillness) else { return [] }
        }
        guard let victim = unanswering.min(by: { $0.since < $1.since }) else { return [] }
        lastOfMany = (victim.id, now)
        return [.hung(victim.id)]
    }
}
