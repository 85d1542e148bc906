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

/// A script version that is not run any more because it ended two workers.
public struct QuarantinedScript: Hashable, Sendable {
    public var owner: String
    public var dialplan: String
    public var version: Int
    /// Where it was when it ended the second worker; 0 when unknown.
    public var line: Int
    /// How that worker ended.
    public var reason: String
    /// Microseconds since 1970 UTC.
    public var since: Int64
}

/// Script versions that end workers: two blames within an hour, and the version is not run any more. A new version of the
/// dialplan, the operator's release, or a restart of the switch begins anew.
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
    private var quarantined: [Key: QuarantinedScript] = [:]

    /// - Returns: whether the version is quarantined from now on (and was not before).
    mutating func blame(_ script: ScriptVersion, _ blame: Blame, at now: SwitchTime) -> Bool {
        let key = Key(owner: script.owner, digest: script.digest)
        guard quarantined[key] == nil else { return false }
        let time = now.monotonic
        if blames.count >= Self.capacity { blames = blames.filter { $0.value.contains { time - $0 < Self.window } } }
        guard blames.count < Self.capacity || blames[key] != nil else { return false }
        let recent = (blames[key] ?? []).filter { time - $0 < Self.window } + [time]
        guard recent.count > Self.blamesAllowed else {
            blames[key] = recent
            return false
        }
        blames[key] = nil
        quarantined[key] = QuarantinedScript(
            owner: script.owner, dialplan: script.name, version: script.version, line: blame.line,
            reason: blame.reason, since: now.wall)
        return true
    }

    func contains(_ script: ScriptVersion) -> Bool {
        !quarantined.isEmpty && quarantined[Key(owner: script.owner, digest: script.digest)] != nil
    }

    /// Lets versions run again, all of a user's or those of one dialplan; their blames begin anew.
    ///
    /// - Returns: what was released.
    mutating func release(owner: String, dialplan: String?) -> [QuarantinedScript] {
        let released = quarantined.filter {
            $0.value.owner == owner && (dialplan ?? $0.value.dialplan) == $0.value.dialplan
        }
        for key in released.keys { quarantined[key] = nil }
        return Self.sorted(released.values)
    }

    var count: Int { quarantined.count }

    /// By owner, dialplan and version.
    var list: [QuarantinedScript] { Self.sorted(quarantined.values) }

    private static func sorted(_ scripts: some Collection<QuarantinedScript>) -> [QuarantinedScript] {
        scripts.sorted { ($0.owner, $0.dialplan, $0.version) < ($1.owner, $1.dialplan, $1.version) }
    }
}
