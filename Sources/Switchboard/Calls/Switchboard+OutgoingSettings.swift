import DialplanHostCalls
import SIPMessage
import SIPStack

/// Host calls that change what a script's later Dials send.
extension Switchboard {
    /// - Returns: whether the call is one of these.
    mutating func changeSettings(
        _ id: HostCallID, _ arguments: [HostValue], of execution: Execution, at now: SwitchTime,
        _ effects: inout Effects
    ) -> Bool {
        func text(_ index: Int) -> String? {
            guard arguments.indices.contains(index), arguments[index] != .null else { return nil }
            return arguments[index].displayText
        }
        switch id {
        case HostCallTable.Name.setCustomSIPHeader:
            setHeader("\(text(0) ?? ""): \(text(1) ?? "")", of: execution, at: now, &effects)
        case HostCallTable.Name.removeCustomSIPHeader:
            if let name = HeaderName((text(0) ?? "").trimmingSpaces()) { execution.outgoing.removeHeaders(named: name) }
        case HostCallTable.Name.clearCustomSIPHeaders: execution.outgoing.removeAllHeaders()
        case HostCallTable.Name.printCustomSIPHeaders:
            for header in execution.outgoing.headers {
                log(execution, "Custom header: \(header.name.text): \(header.value)", at: now, &effects)
            }
        case HostCallTable.Name.setFromHeader:
            execution.outgoing.from = OutgoingSettings.From(displayName: text(0), user: text(1), host: text(2))
        case HostCallTable.Name.clearFromHeader: execution.outgoing.from = nil
        case HostCallTable.Name.setCustomContent:
            let type = text(1) == nil ? execution.invitation.contentType ?? "application/sdp" : text(0) ?? ""
            let body = Array((text(1) ?? text(0) ?? "").utf8)
            guard body.count <= OutgoingSettings.largestBody else {
                log(
                    execution, "Content refused: a body has at most \(OutgoingSettings.largestBody) bytes.", at: now,
                    &effects)
                break
            }
            execution.outgoing.content = (type, body)
        case HostCallTable.Name.clearCustomBody: execution.outgoing.content = nil
        default: return false
        }
        return true
    }

    private mutating func setHeader(
        _ row: String, of execution: Execution, at now: SwitchTime, _ effects: inout Effects
    ) {
        guard row.utf8.count <= 1_024, let header = CustomHeader(parsing: row) else {
            log(execution, "Header refused: \(row.prefix(200))", at: now, &effects)
            return
        }
        guard execution.outgoing.set(header) else {
            log(
                execution, "Header refused: a run may set \(OutgoingSettings.mostHeaders) of them.", at: now, &effects)
            return
        }
    }
}
