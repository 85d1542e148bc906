import NIOCore

/// Decides which workers hang, as a value: looks go in with the time, pings and verdicts come out.
///
/// A worker is suspect when work is due and its progress counter has stood still for the configured time. Then it is
/// pinged, and it hangs when neither a pong nor progress comes within the ping's patience.
struct HangDetector {
    /// What one look at one worker showed.
    struct Reading: Hashable {
        var id: WorkerID
        /// Its progress counter.
        var progress: UInt64
        /// Whether it has something to do: it says so, or there is something from us that it has not read.
        var isWorkDue: Bool
    }

    enum Effect: Hashable {
        case ping(WorkerID, nonce: UInt64)
        case hung(WorkerID)
        case withheld(WithheldJudgement)
    }

    private struct Watch {
        var progress: UInt64
        /// Since when it stands still while work is due.
        var stillSince: NIODeadline?
        var ping: (nonce: UInt64, sentAt: NIODeadline)?
    }

    let policy: WorkerConfiguration.HangPolicy
    private var watches: [WorkerID: Watch] = [:]
    private var lastNonce: UInt64 = 0
    /// Whether the alarm about many sick workers was given and still holds.
    private var manyLookSick = false

    init(policy: WorkerConfiguration.HangPolicy) {
        self.policy = policy
    }

    /// Takes a pong. False when the number was never sent: a breach of the protocol.
    mutating func pong(_ nonce: UInt64, from id: WorkerID, now: NIODeadline) -> Bool {
        guard nonce > 0, nonce <= lastNonce else { return false }
        if watches[id]?.ping?.nonce == nonce {
            // It lives: the clock starts anew. If it makes no progress for ever, that is for the owner's probe to find.
            watches[id]?.ping = nil
            watches[id]?.stillSince = now
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
            return [.withheld(.ownLateness(milliseconds: lateness.nanoseconds / 1_000_000))]
        }
        var pings: [Effect] = []
        var hung: [Effect] = []
        var sick = 0
        for reading in readings {
            var watch = watches[reading.id] ?? Watch(progress: reading.progress)
            if reading.progress != watch.progress || !reading.isWorkDue {
                watch = Watch(progress: reading.progress)
            } else if let since = watch.stillSince {
                if now - since >= TimeAmount(policy.stillness) {
                    if let ping = watch.ping {
                        sick += 1
                        if now - ping.sentAt >= TimeAmount(policy.pingPatience) { hung.append(.hung(reading.id)) }
                    } else {
                        lastNonce += 1
                        watch.ping = (lastNonce, now)
                        pings.append(.ping(reading.id, nonce: lastNonce))
                    }
                }
            } else {
                watch.stillSince = now
            }
            watches[reading.id] = watch
        }
        // A verdict against many is a verdict against us. One alone is never many.
        guard !hung.isEmpty, sick >= 2, sick * 2 > readings.count else {
            manyLookSick = false
            return pings + hung
        }
        // One alarm, not one for each look.
        defer { manyLookSick = true }
        return manyLookSick ? pings : pings + [.withheld(.mostLookSick(sick: sick, of: readings.count))]
    }
}
