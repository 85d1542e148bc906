import Switchboard

/// A line of an owner's log, as administrators see it.
public struct LogLine: Codable, Sendable {
    public var call: String
    public var execution: UInt64
    public var owner: String
    /// Its place in the call's log, from 0.
    public var position: Int
    /// Microseconds since 1970 UTC.
    public var time: Int64
    /// `script` for what the script said, `switch` for what the switch did.
    public var kind: String
    public var text: String

    static func numbered(_ lines: [OwnerLogLine]) -> [LogLine] {
        var positions: [String: Int] = [:]
        return lines.map { line in
            let position = positions[line.call, default: 0]
            positions[line.call] = position + 1
            return LogLine(
                call: line.call, execution: line.execution, owner: line.owner, position: position, time: line.time,
                kind: line.kind == .script ? "script" : "switch", text: line.text)
        }
    }
}
