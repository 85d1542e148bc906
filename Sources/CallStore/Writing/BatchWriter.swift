internal import Dispatch
internal import Foundation
internal import GRDB
internal import Synchronization

/// Counters of the batch writer, all since the store was opened.
public struct WriteStatistics: Hashable, Sendable {
    /// Transactions committed.
    public var commits: UInt64 = 0
    /// Submissions committed, and those that failed (refused ones included).
    public var submissionsCommitted: UInt64 = 0
    public var submissionsFailed: UInt64 = 0
    /// Writes waiting now, and the most that ever waited.
    public var queuedWrites = 0
    public var queuedWritesHighest = 0
    /// Journals and records removed because they were over their time.
    public var rowsPruned: UInt64 = 0
}

/// One thread that commits submissions in the order they came, as many in one transaction as have gathered.
///
/// There is no timer that collects: while one commit runs the next batch gathers by itself, so that a lone write waits
/// for nothing and a flood costs few commits.
final class BatchWriter: Sendable {
    struct Submission: Sendable {
        let writes: [StoreWrite]
        let completion: @Sendable (Result<Void, StoreError>) -> Void
        /// What it takes of the queue; an empty submission counts too, or they could pile up without bound.
        var weight: Int { max(1, self.writes.count) }
    }

    private struct State {
        var queue: [Submission] = []
        var isWaiting = false
        var isStopping = false
        var statistics = WriteStatistics()
    }

    private let state = Mutex(State())
    private let wakeUp = DispatchSemaphore(value: 0)
    private let stopped = DispatchSemaphore(value: 0)
    private let database: any DatabaseWriter
    private let path: String?
    private let queuedWritesMax: Int
    private let batchWritesMax: Int
    /// nil never prunes.
    private let pruneIntervalMilliseconds: Int?

    init(database: any DatabaseWriter, path: String?, options: CallStore.Options, prunes: Bool) {
        self.database = database
        self.path = path
        self.queuedWritesMax = max(1, options.queuedWritesMax)
        self.batchWritesMax = max(1, options.batchWritesMax)
        self.pruneIntervalMilliseconds = prunes ? max(1, options.pruneIntervalMilliseconds) : nil
        let thread = Thread { self.run() }
        thread.name = "store-writer"
        thread.start()
    }

    var statistics: WriteStatistics {
        self.state.withLock { $0.statistics }
    }

    func submit(_ writes: [StoreWrite], completion: @escaping @Sendable (Result<Void, StoreError>) -> Void) {
        let submission = Submission(writes: writes, completion: completion)
        let (refusal, mustWake): (StoreError?, Bool) = self.state.withLock { state in
            if state.isStopping {
                state.statistics.submissionsFailed += 1
                return (Self.closedError, false)
            }
            let waiting = state.statistics.queuedWrites + submission.weight
            // A submission larger than the whole queue is taken when the queue is empty: refusing it for ever helps
            // nobody.
            guard waiting <= self.queuedWritesMax || state.queue.isEmpty else {
                state.statistics.submissionsFailed += 1
                return (
                    StoreError(
                        .queueFull,
                        """
                        \(state.statistics.queuedWrites) writes are waiting for the disk, the most allowed; \
                        this one was dropped. Check the disk's speed, or raise the limit
                        """), false
                )
            }
            state.queue.append(submission)
            state.statistics.queuedWrites = waiting
            state.statistics.queuedWritesHighest = max(state.statistics.queuedWritesHighest, waiting)
            defer { state.isWaiting = false }
            return (nil, state.isWaiting)
        }
        if let refusal {
            completion(.failure(refusal))
        } else if mustWake {
            self.wakeUp.signal()
        }
    }

    func checkOpen() throws {
        if self.state.withLock({ $0.isStopping }) {
            throw Self.closedError
        }
    }

    /// Takes nothing more; what is queued is still committed, then the thread ends.
    func stop() {
        let mustWake = self.state.withLock { state in
            state.isStopping = true
            defer { state.isWaiting = false }
            return state.isWaiting
        }
        if mustWake {
            self.wakeUp.signal()
        }
    }

    func waitUntilStopped() {
        self.stopped.wait()
        // For whoever else waits, now or later.
        self.stopped.signal()
    }

    private static var closedError: StoreError {
        StoreError(.closed, "the store has been closed; open it again")
    }

    private func run() {
        var pruneAt = self.nextPruning
        while let batch = self.nextBatch(until: pruneAt) {
            if !batch.isEmpty { self.commit(batch) }
            // A little after each batch, as long as there is something to remove: nobody waits long behind it.
            if pruneAt <= .now() { pruneAt = self.pruneSome() ? .now() : self.nextPruning }
        }
        self.stopped.signal()
    }

    private var nextPruning: DispatchTime {
        self.pruneIntervalMilliseconds.map { .now() + .milliseconds($0) } ?? .distantFuture
    }

    private func pruneSome() -> Bool {
        // A store that cannot be written now is pruned later; whoever writes is told why.
        guard let removed = try? self.database.write({ try Retention.prune(at: .now(), in: $0) }), removed > 0 else {
            return false
        }
        self.state.withLock { $0.statistics.rowsPruned += UInt64(removed) }
        return true
    }

    /// Empty when the time has come; nil at the end.
    private func nextBatch(until deadline: DispatchTime) -> [Submission]? {
        while true {
            let (batch, isOver): ([Submission], Bool) = self.state.withLock { state in
                if state.queue.isEmpty {
                    state.isWaiting = !state.isStopping
                    return ([], state.isStopping)
                }
                return (self.takeBatch(from: &state), false)
            }
            if !batch.isEmpty { return batch }
            if isOver { return nil }
            if self.wakeUp.wait(timeout: deadline) == .timedOut { return [] }
        }
    }

    private func takeBatch(from state: inout State) -> [Submission] {
        var count = 0
        var weight = 0
        for submission in state.queue {
            if count > 0, weight + submission.weight > self.batchWritesMax { break }
            count += 1
            weight += submission.weight
        }
        state.statistics.queuedWrites -= weight
        if count == state.queue.count {
            defer { state.queue = [] }
            return state.queue
        }
        let batch = Array(state.queue.prefix(count))
        state.queue.removeFirst(count)
        return batch
    }

    private func commit(_ batch: [Submission]) {
        var results: [Result<Void, StoreError>] = []
        do {
            results = try self.database.write { database in
                try batch.map { try self.perform($0, in: database) }
            }
        } catch {
            // Nothing of this batch is in the file: the transaction itself did not begin, went on or end.
            let reason = StoreError(error, path: self.path)
            results = batch.map { _ in .failure(reason) }
        }
        let failures = results.count { if case .failure = $0 { true } else { false } }
        self.state.withLock { state in
            state.statistics.commits += failures < results.count ? 1 : 0
            state.statistics.submissionsCommitted += UInt64(results.count - failures)
            state.statistics.submissionsFailed += UInt64(failures)
        }
        for (submission, result) in zip(batch, results) {
            submission.completion(result)
        }
    }

    /// Performs one submission in a savepoint, so that its failure undoes it alone.
    private func perform(_ submission: Submission, in database: Database) throws -> Result<Void, StoreError> {
        do {
            try database.inSavepoint {
                for write in submission.writes {
                    try write.apply(to: database)
                }
                return .commit
            }
            return .success(())
        } catch {
            // A full disk or a failing one makes SQLite roll back the whole transaction: then all have failed.
            guard database.isInsideTransaction else { throw error }
            return .failure(StoreError(error, path: self.path))
        }
    }
}
