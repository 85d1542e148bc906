import DialplanHostCalls

/// One execution in the worker's table.
final class Execution<Engine: ScriptEngine> {
    enum State {
        /// Its journal is still coming.
        case collectingReplay
        /// In the queue, or running now.
        case runnable
        /// Waits for the outcome whose position is this.
        case suspended(position: Int)
    }

    let number: UInt64
    /// What its run is made from; given up then, for the request and the script's text are large beside a run that waits.
    private var start: ExecutionStart?
    let key: ImageCache<Engine>.Key
    var state: State
    /// `nil` until its first turn.
    var run: Engine.Run?
    /// An outside end that is to land at the next fuel boundary.
    var pendingEnd: OutsideEnd?
    private var replay: [PositionedEntry] = []
    private var replayed = 0

    init(start: ExecutionStart, key: ImageCache<Engine>.Key, awaitingReplay: Bool) {
        number = start.execution
        self.start = start
        self.key = key
        state = awaitingReplay ? .collectingReplay : .runnable
    }

    /// What it starts with, once.
    func takeStart() -> ExecutionStart? {
        defer { start = nil }
        return start
    }

    // MARK: The journal

    /// Whether everything that came with the journal has been given to the run.
    var isReplayed: Bool { replayed == replay.count }

    private var nextReplayed: PositionedEntry? { isReplayed ? nil : replay[replayed] }

    /// Takes a part of the journal; throws when it is not one.
    func append(_ entries: [PositionedEntry]) throws(FrontViolation) {
        for item in entries {
            if let last = replay.last, item.position <= last.position {
                throw FrontViolation("replay of \(number): \(item.position) after \(last.position)")
            }
            switch item.entry {
            case .outcome, .outsideEnd: replay.append(item)
            case .effect, .call: throw FrontViolation("replay of \(number): the script's own entry at \(item.position)")
            }
        }
    }

    /// The journaled outcome of the call that the run has just made.
    func takeReplayedOutcome(at position: Int) -> Outcome? {
        guard let next = nextReplayed, Int(next.position) == position, case .outcome(let outcome) = next.entry else {
            return nil
        }
        replayed += 1
        return outcome
    }

    /// How far the run may go in this turn: never beyond a place where an outside end landed.
    func fuel(within budget: Int64, at instructions: Int64) -> Int64 {
        guard case .outsideEnd(_, let landing) = nextReplayed?.entry else { return budget }
        return min(budget, max(0, landing - instructions))
    }

    /// The outside end that lands at this fuel boundary, from the journal or a new one.
    func takeEnd(at position: Int, instructions: Int64) -> OutsideEnd? {
        if let next = nextReplayed {
            guard case .outsideEnd(let end, let landing) = next.entry, instructions >= landing else { return nil }
            replayed += 1
            // Elsewhere than in the journal, the front will find the difference; it must not be hidden here.
            return Int(next.position) == position ? end : nil
        }
        defer { pendingEnd = nil }
        return pendingEnd
    }
}

/// Something that an honest front never sends. The worker cannot go on.
struct FrontViolation: Error, Hashable, CustomStringConvertible {
    var description: String

    init(_ description: String) {
        self.description = description
    }
}
