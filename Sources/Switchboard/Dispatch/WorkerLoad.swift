/// What one worker has in hand.
struct WorkerLoad: Sendable {
    private struct Share: Sendable {
        var owner: String
        var tenant: String?
        var isRunning: Bool
    }

    let engineVersion: UInt32
    /// Gets nothing new and is not listened to any more: it broke the protocol and is about to be killed.
    var isRetired = false
    /// Gets nothing new, but what it says counts: it drains.
    var isClosed = false
    /// Gets nothing new but what no other worker can go on with: its binary has been replaced.
    var isLeaving = false
    /// Digests of scripts that this worker was sent. It may have dropped one; then it asks.
    var sources: Set<[UInt8]> = []

    private var shares: [UInt64: Share] = [:]
    /// Executions that run (and do not wait for an outcome).
    private(set) var runningCount = 0
    private var countOfOwner: [String: Int] = [:]
    private var runningOfOwner: [String: Int] = [:]
    private var countOfTenant: [String: Int] = [:]

    init(engineVersion: UInt32) {
        self.engineVersion = engineVersion
    }

    var count: Int { shares.count }
    var executions: [UInt64] { shares.keys.sorted() }

    func has(_ execution: UInt64) -> Bool { shares[execution] != nil }
    func count(of owner: String) -> Int { countOfOwner[owner] ?? 0 }
    func running(of owner: String) -> Int { runningOfOwner[owner] ?? 0 }

    /// Whether every execution here is one that this tenant's may stand beside.
    func isShared(only tenant: String) -> Bool {
        countOfTenant.isEmpty || (countOfTenant.count == 1 && countOfTenant[tenant] != nil)
    }

    /// Takes an execution, which runs from now on.
    mutating func add(_ demand: Demand) {
        guard shares[demand.execution] == nil else { return }
        shares[demand.execution] = Share(owner: demand.owner, tenant: demand.tenant, isRunning: true)
        runningCount += 1
        countOfOwner.count(demand.owner, by: 1)
        runningOfOwner.count(demand.owner, by: 1)
        if let tenant = demand.tenant { countOfTenant.count(tenant, by: 1) }
    }

    /// - Returns: whose it was and whether it ran; nil when it is not here.
    mutating func remove(_ execution: UInt64) -> (owner: String, wasRunning: Bool)? {
        guard let share = shares.removeValue(forKey: execution) else { return nil }
        countOfOwner.count(share.owner, by: -1)
        if let tenant = share.tenant { countOfTenant.count(tenant, by: -1) }
        if share.isRunning {
            runningCount -= 1
            runningOfOwner.count(share.owner, by: -1)
        }
        return (share.owner, share.isRunning)
    }

    /// - Returns: whose it is, if that changed anything.
    mutating func setRunning(_ isRunning: Bool, _ execution: UInt64) -> String? {
        guard let share = shares[execution], share.isRunning != isRunning else { return nil }
        shares[execution]?.isRunning = isRunning
        runningCount += isRunning ? 1 : -1
        runningOfOwner.count(share.owner, by: isRunning ? 1 : -1)
        return share.owner
    }
}

extension [String: Int] {
    /// Counts up or down; what has come to zero is forgotten.
    mutating func count(_ key: String, by change: Int) {
        let sum = self[key, default: 0] + change
        self[key] = sum == 0 ? nil : sum
    }
}
