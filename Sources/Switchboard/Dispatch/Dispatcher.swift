/// Which worker runs which execution.
///
/// Least loaded first, where an execution of the same user weighs twice: a user's calls are spread, so that one worker's
/// death (or one slow script) meets as few of them as can be. A worker works on so many scripts at once and no more, and on
/// one user's up to three quarters of that; under isolation it has one tenant at a time.
struct Dispatcher: Sendable {
    private var workers: [WorkerKey: WorkerLoad] = [:]
    private var runningOfOwner: [String: Int] = [:]
    /// What the worker that came into service last runs; new executions are begun with it.
    private(set) var newestVersion: UInt32?
    /// Whether there may be room that was not there before; whoever makes use of it sets it back.
    var hasNewRoom = false

    /// Bound of the digests remembered per worker; past it the texts are sent again.
    private static let rememberedSources = 4_096

    mutating func workerReady(_ worker: WorkerKey, engineVersion: UInt32) {
        workers[worker] = WorkerLoad(engineVersion: engineVersion)
        newestVersion = engineVersion
        hasNewRoom = true
    }

    /// Forgets a worker. Returns the executions it had, in order of their start.
    mutating func workerEnded(_ worker: WorkerKey) -> [UInt64] {
        let executions = workers[worker]?.executions ?? []
        for execution in executions { release(execution, from: worker) }
        workers[worker] = nil
        return executions
    }

    /// Gives an execution to the worker that suits it best; nil when there is none, or none has room.
    mutating func assign(_ demand: Demand, _ policy: DispatchPolicy) -> WorkerKey? {
        guard let worker = choose(demand, policy) else { return nil }
        workers[worker]?.add(demand)
        runningOfOwner.count(demand.owner, by: 1)
        return worker
    }

    private func choose(_ demand: Demand, _ policy: DispatchPolicy) -> WorkerKey? {
        if let pinned = demand.pinnedTo {
            return workers[pinned].map { isOpen($0, to: demand) } == true ? pinned : nil
        }
        let open = workers.filter { isOpen($0.value, to: demand) }
        // A worker that leaves is for those whom no other can take.
        let staying = open.filter { !$0.value.isLeaving }
        func weight(_ load: WorkerLoad) -> Int { load.count + load.count(of: demand.owner) }
        return (staying.isEmpty ? open : staying).filter { hasRoom($0.value, for: demand, policy) }
            .min { (weight($0.value), $0.key) < (weight($1.value), $1.key) }?.key
    }

    private func isOpen(_ load: WorkerLoad, to demand: Demand) -> Bool {
        load.engineVersion == demand.engineVersion && !load.isRetired && !load.isClosed
    }

    private func hasRoom(_ load: WorkerLoad, for demand: Demand, _ policy: DispatchPolicy) -> Bool {
        guard load.runningCount < policy.scriptsAtOnce, load.running(of: demand.owner) < policy.scriptsOfOneUser else {
            return false
        }
        return demand.tenant.map { load.isShared(only: $0) } ?? true
    }

    /// Under isolation: the worker whose executions all wait for something and could make way for this one.
    func whoCouldMakeWay(for demand: Demand) -> (worker: WorkerKey, executions: [UInt64])? {
        guard demand.tenant != nil, demand.pinnedTo == nil else { return nil }
        let idle = workers.filter { isOpen($0.value, to: demand) && !$0.value.isLeaving && $0.value.runningCount == 0 }
        return idle.min { ($0.value.count, $0.key) < ($1.value.count, $1.key) }.map { ($0.key, $0.value.executions) }
    }

    mutating func release(_ execution: UInt64, from worker: WorkerKey) {
        guard let share = workers[worker]?.remove(execution) else { return }
        if share.wasRunning { runningOfOwner.count(share.owner, by: -1) }
        hasNewRoom = true
    }

    /// An execution has come to wait for an outcome, or goes on.
    mutating func setRunning(_ isRunning: Bool, _ execution: UInt64, at worker: WorkerKey) {
        guard let owner = workers[worker]?.setRunning(isRunning, execution) else { return }
        runningOfOwner.count(owner, by: isRunning ? 1 : -1)
        if !isRunning { hasNewRoom = true }
    }

    /// A user's executions that run now, on all workers.
    func running(of owner: String) -> Int { runningOfOwner[owner] ?? 0 }

    /// Whether `worker` runs `execution`; what a worker says of others' executions is a violation.
    func isAssigned(_ execution: UInt64, to worker: WorkerKey) -> Bool { workers[worker]?.has(execution) ?? false }

    func isReady(_ worker: WorkerKey) -> Bool { workers[worker].map { !$0.isRetired } ?? false }

    func engineVersion(of worker: WorkerKey) -> UInt32? { workers[worker]?.engineVersion }

    mutating func close(_ worker: WorkerKey) { workers[worker]?.isClosed = true }

    mutating func retire(_ worker: WorkerKey) { workers[worker]?.isRetired = true }

    /// The worker's binary has been replaced: it is there for what others cannot go on with. It may have been a spare until
    /// now.
    mutating func leave(_ worker: WorkerKey, engineVersion: UInt32) {
        workers[worker, default: WorkerLoad(engineVersion: engineVersion)].isLeaving = true
        hasNewRoom = true
    }

    /// Workers that leave and that nobody needs any more: others run the same engine version, or no execution needs theirs.
    func dispensable(neededVersions: () -> Set<UInt32>) -> [WorkerKey] {
        let leaving = workers.filter { $0.value.isLeaving && !$0.value.isClosed }
        guard !leaving.isEmpty else { return [] }
        let staying = Set(
            workers.values.filter { !$0.isLeaving && !$0.isClosed && !$0.isRetired }.map(\.engineVersion))
        let needed = neededVersions().subtracting(staying)
        return leaving.filter { !needed.contains($0.value.engineVersion) }.keys.sorted()
    }

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

    var executionCounts: [WorkerKey: Int] { workers.mapValues(\.count) }
}
