import SwitchServer

/// Comma-separated values as RFC 4180 has them: CRLF, and quotes where a field needs them.
enum CSV {
    static let heading = [
        "call", "owner", "direction", "account", "from", "to", "dialplan", "dialplan_version", "started", "answered",
        "ended", "talk_seconds", "status", "reason", "hung_up_by", "hang_up_reason", "legs", "sip_call_id",
    ]

    static func fields(_ call: CallRow) -> [String] {
        [
            "\(call.call)", call.owner, call.direction, call.account ?? "", call.from, call.to, call.dialplan ?? "",
            call.dialplanVersion.map { "\($0)" } ?? "", call.started.description, call.answered?.description ?? "",
            call.ended.description, call.talkSeconds.map { "\($0)" } ?? "", call.status.map { "\($0)" } ?? "",
            call.reason ?? "", call.hungUpBy ?? "", call.hangUpReason ?? "", "\(call.legs.count)", call.sipCallID,
        ]
    }

    static func line(_ fields: [String]) -> String { fields.map(quoted).joined(separator: ",") + "\r\n" }

    /// By UTF-8 bytes: a CR and an LF are one Character in Swift.
    private static func quoted(_ field: String) -> String {
        let special = [UInt8(ascii: ","), UInt8(ascii: "\""), 0x0D, 0x0A]
        guard field.utf8.contains(where: { special.contains($0) }) else { return field }
        return "\"" + field.replacing("\"", with: "\"\"") + "\""
    }
}
