import Switchboard

/// A script version that is not run any more because it ended two workers.
public struct QuarantineRow: Codable, Hashable, Sendable {
    public var owner: String
    public var dialplan: String
    public var version: Int
    /// Where it was when it ended the second worker; 0 when unknown.
    public var line: Int
    /// How that worker ended.
    public var reason: String
    public var since: Timestamp

    init(_ script: QuarantinedScript) {
        owner = script.owner
        dialplan = script.dialplan
        version = script.version
        line = script.line
        reason = script.reason
        since = Timestamp(microseconds: script.since)
    }
}
