public import DialplanHostCalls

/// An execution's stream of entries, and how far its present worker has (re)written it.
///
/// A worker that takes an execution over runs the script from the beginning and sends its entries again; the journal drops
/// what it has, after comparing, and says when the worker has caught up.
public struct Journal: Sendable {
    /// What a worker's entries led to.
    public enum Reception: Sendable {
        /// These are new and are to be acted upon, the first at the given position.
        case fresh([PositionedEntry])
        /// The worker did something else than its predecessor did.
        case divergence(position: Int)
        /// Not an honest worker: a position out of turn, or an entry that only the front writes.
        case violation(String)
    }

    public private(set) var entries: [Entry] = []
    /// Bytes of text and structure in the entries, about what they take in a frame.
    public private(set) var byteCount = 0
    /// The position up to which the present worker has sent its entries (outcomes it was given count as sent).
    public private(set) var cursor = 0
    /// Entries before this were given to the present worker in `replay`; a later outcome must be sent by `resume`.
    public private(set) var replayedCount = 0

    public init() {}

    /// Whether the script waits for an outcome.
    public var awaitsOutcome: Bool {
        if case .call = entries.last { true } else { false }
    }

    /// Whether the present worker has come to the journal's end.
    public var isCaughtUp: Bool { skippingOutcomes(cursor) >= entries.count }

    /// A worker starts from the beginning. Returns what it must be given to come to the same point.
    public mutating func beginReplay() -> [PositionedEntry] {
        cursor = 0
        replayedCount = entries.count
        return entries.enumerated().compactMap { position, entry in
            switch entry {
            case .outcome, .outsideEnd:
                UInt32(exactly: position).map { PositionedEntry(position: $0, entry: entry) }
            case .effect, .call: nil
            }
        }
    }

    /// Takes entries from the worker. Either all of a frame's entries are taken or none.
    public mutating func receive(_ sent: [Entry], from position: Int) -> Reception {
        var next = skippingOutcomes(cursor)
        guard position == next else { return .violation("entries at \(position), expected \(next)") }
        var fresh: [PositionedEntry] = []
        var waits = next >= entries.count && awaitsOutcome
        for entry in sent {
            guard entry.isFromWorker else { return .violation("an outcome from a worker at \(next)") }
            next = skippingOutcomes(next)
            if next < entries.count {
                guard entries[next] == entry else { return .divergence(position: next) }
            } else {
                guard !waits else { return .violation("an entry at \(next) after an unanswered call") }
                guard let number = UInt32(exactly: next) else { return .violation("too many entries") }
                fresh.append(PositionedEntry(position: number, entry: entry))
                if case .call = entry { waits = true }
            }
            next += 1
        }
        entries.append(contentsOf: fresh.map(\.entry))
        byteCount = fresh.reduce(byteCount) { $0 + $1.entry.byteCount }
        cursor = next
        return .fresh(fresh)
    }

    /// Journals the front's answer to the pending call. Returns its position, or nil when no call waits.
    public mutating func append(_ outcome: Outcome) -> Int? {
        guard awaitsOutcome else { return nil }
        entries.append(.outcome(outcome))
        byteCount += Entry.outcome(outcome).byteCount
        return entries.count - 1
    }

    /// The outcome that the present worker still has to be sent: it has reached the call, and `replay` did not hold it.
    public mutating func takeDueOutcome() -> PositionedEntry? {
        guard cursor < entries.count, cursor >= replayedCount, cursor > 0, case .call = entries[cursor - 1],
            case .outcome = entries[cursor], let position = UInt32(exactly: cursor)
        else { return nil }
        let due = PositionedEntry(position: position, entry: entries[cursor])
        cursor += 1
        return due
    }

    /// Whether a worker that says it ended at `position` has sent all that is known of the execution.
    public func isEnd(_ position: Int) -> Bool {
        position == entries.count && skippingOutcomes(cursor) == entries.count
    }

    private func skippingOutcomes(_ position: Int) -> Int {
        var position = position
        while position < entries.count, position < replayedCount, case .outcome = entries[position] { position += 1 }
        return position
    }
}
