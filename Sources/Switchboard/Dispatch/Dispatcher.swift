/// A worker process as the switchboard names it: a slot keeps its number, each process in it has a generation.
public struct WorkerKey: Hashable, Sendable, Comparable {
    public let slot: Int
    public let generation: UInt64

    public init(slot: Int, generation: UInt64) {
        self.slot = slot
        self.generation = generation
    }

    public static func < (left: WorkerKey, right: WorkerKey) -> Bool {
        (left.slot, left.generation) < (right.slot, right.generation)
    }
}

/// Which worker runs which execution: least loaded first.
struct Dispatcher: Sendable {
    private struct Load: Sendable {
        var engineVersion: UInt32
        /// Gets nothing new and is not listened to any more: it broke the protocol and is about to be killed.
        var isRetired = false
        /// Gets nothing new, but what it says counts: it drains.
        var isClosed = false
        var executions: Set<UInt64> = []
        /// Digests of scripts that this worker was sent. It may have dropped one; then it asks.
        var sources: Set<[UInt8]> = []
    }

    private var workers: [WorkerKey: Load] = [:]

    /// Bound of the digests remembered per worker; past it the texts are sent again.
    private static let rememberedSources = 4_096

    mutating func workerReady(_ worker: WorkerKey, engineVersion: UInt32) {
        workers[worker] = Load(engineVersion: engineVersion)
    }

    /// Forgets a worker. Returns the executions it had, in order of their start.
    mutating func workerEnded(_ worker: WorkerKey) -> [UInt64] {
        workers.removeValue(forKey: worker)?.executions.sorted() ?? []
    }

    /// Gives an execution to the least loaded worker of its engine version, or to the one worker that it is for; nil when
    /// there is none.
    mutating func assign(_ execution: UInt64, engineVersion: UInt32, only pinned: WorkerKey? = nil) -> WorkerKey? {
        let candidates = workers.filter {
            $0.value.engineVersion == engineVersion && !$0.value.isRetired && !$0.value.isClosed
                && (pinned == nil || pinned == $0.key)
        }
        guard
            let choice = candidates.min(by: {
                ($0.value.executions.count, $0.key) < ($1.value.executions.count, $1.key)
            })
        else { return nil }
        workers[choice.key]?.executions.insert(execution)
        return choice.key
    }

    mutating func release(_ execution: UInt64, from worker: WorkerKey) {
        workers[worker]?.executions.remove(execution)
    }

    /// Whether `worker` runs `execution`; what a worker says of others' executions is a violation.
    func isAssigned(_ execution: UInt64, to worker: WorkerKey) -> Bool {
        workers[worker]?.executions.contains(execution) ?? false
    }

    func isReady(_ worker: WorkerKey) -> Bool { workers[worker].map { !$0.isRetired } ?? false }

    mutating func close(_ worker: WorkerKey) { workers[worker]?.isClosed = true }

    mutating func retire(_ worker: WorkerKey) { workers[worker]?.isRetired = true }

    /// Whether the script's text must travel with `start`; remembers that it did.
    mutating func mustSendSource(_ digest: [UInt8], to worker: WorkerKey) -> Bool {
        guard workers[worker] != nil else { return true }
        if workers[worker]?.sources.count ?? 0 >= Self.rememberedSources { workers[worker]?.sources.removeAll() }
        return workers[worker]?.sources.insert(digest).inserted ?? true
    }

    /// The worker has dropped a script's text.
    mutating func forgetSource(of digest: [UInt8], at worker: WorkerKey) {
        workers[worker]?.sources.remove(digest)
    }

    var executionCounts: [WorkerKey: Int] { workers.mapValues(\.executions.count) }
}
