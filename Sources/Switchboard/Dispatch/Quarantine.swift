import SIPStack

/// Who ran when a worker died and nothing else explains the death.
public struct Blame: Hashable, Sendable {
    public var execution: UInt64
    /// The script's line that the worker showed last; 0 when unknown.
    public var line: Int
    /// How the worker ended, in words.
    public var reason: String

    public init(execution: UInt64, line: Int, reason: String) {
        self.execution = execution
        self.line = line
        self.reason = reason
    }
}

/// Script versions that end workers: two blames within an hour, and the version is not run any more. A new version of the
/// dialplan, or a restart of the switch, begins anew.
struct Quarantine: Sendable {
    private struct Key: Hashable {
        var owner: String
        var digest: [UInt8]
    }

    /// Blames further apart than this are no pattern.
    static let window: Duration = .seconds(3_600)
    static let blamesAllowed = 1
    /// Bound of the table: more than that many versions that ended a worker within an hour are not told apart.
    private static let capacity = 10_000

    private var blames: [Key: [MonotonicTime]] = [:]
    private var quarantined: Set<Key> = []

    /// - Returns: whether the version is quarantined from now on (and was not before).
    mutating func blame(_ script: ScriptVersion, at now: MonotonicTime) -> Bool {
        let key = Key(owner: script.owner, digest: script.digest)
        guard !quarantined.contains(key) else { return false }
        if blames.count >= Self.capacity { blames = blames.filter { $0.value.contains { now - $0 < Self.window } } }
        guard blames.count < Self.capacity || blames[key] != nil else { return false }
        let recent = (blames[key] ?? []).filter { now - $0 < Self.window } + [now]
        guard recent.count > Self.blamesAllowed else {
            blames[key] = recent
            return false
        }
        blames[key] = nil
        quarantined.insert(key)
        return true
    }

    func contains(_ script: ScriptVersion) -> Bool {
        !quarantined.isEmpty && quarantined.contains(Key(owner: script.owner, digest: script.digest))
    }

    var count: Int { quarantined.count }
}
