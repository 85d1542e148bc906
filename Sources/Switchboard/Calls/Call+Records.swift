import DialplanHostCalls
import SIPMessage
import SIPStack

/// The call's records: one per owner that had a part, each with the legs that were placed for him.
extension Call {
    /// - Returns: the owner's record, if this is the first that the owner has to do with the call.
    func openRecord(for execution: Execution, account: String?) -> CallRecord? {
        guard !isProbe, !records.contains(where: { $0.owner == execution.owner }) else { return nil }
        var dialplan: String?
        var version: Int?
        if case .script(let script) = execution.program { (dialplan, version) = (script.name, script.version) }
        let record =
            CallRecord(
                number: number, owner: execution.owner, direction: execution.direction, account: account,
                from: invite.headers.from.uri.description, to: execution.invitation.requestURI.description,
                sipCallID: invite.headers.callID.text, dialplan: dialplan, scriptVersion: version,
                startedAt: execution.startedAt.wall, endedAt: execution.startedAt.wall)
        records.append(record)
        return record
    }

    /// A leg has been answered or has ended.
    func recordLeg(_ leg: Leg, status: Int, reason: String, answeredAt: SwitchTime?, at now: SwitchTime) {
        guard let index = records.firstIndex(where: { $0.owner == leg.execution.owner }) else { return }
        var sipCallID: String?
        if case .sip(let sip) = leg.form { sipCallID = sip.request.headers.callID.text }
        records[index].legs.append(
            CallRecord.Leg(
                destination: leg.destination, sipCallID: sipCallID, startedAt: leg.startedAt.wall,
                answeredAt: answeredAt?.wall, endedAt: now.wall, status: status, reason: reason))
    }

    /// The records as they are kept, when all is over.
    func finishedRecords(at now: SwitchTime) -> [CallRecord] {
        var answeredAt: Int64?
        var endedAt = now.wall
        var hungUpBy: String?
        if case .answered(let bridge) = phase {
            answeredAt = bridge.answeredAt.wall
            endedAt = bridge.endedAt?.wall ?? now.wall
            hungUpBy = bridge.hungUpBy.map { $0 == .caller ? "caller" : "callee" } ?? "switch"
        }
        return records.map { record in
            var record = record
            record.answeredAt = answeredAt
            record.endedAt = endedAt
            record.hungUpBy = hungUpBy
            record.status = finalStatus?.status
            record.reason = finalStatus?.reason
            for index in record.legs.indices where record.legs[index].answeredAt != nil {
                record.legs[index].endedAt = endedAt
            }
            return record
        }
    }

    /// A script is over: its journal is put by, in the form in which it is kept.
    func keepJournal(of execution: Execution, bytesMax: Int) {
        guard let start = execution.start, case .script(let script) = execution.program, let end = execution.end,
            execution.journal.byteCount <= bytesMax
        else { return }
        var parent: UInt64?
        if case .leg(let leg) = execution.parent { parent = leg.execution.number }
        let bytes = KeptJournal(
            call: number, parent: parent, owner: execution.owner, scriptVersion: script.version, start: start,
            entries: execution.journal.entries, end: end
        ).encoded
        guard bytes.count <= bytesMax else { return }
        journals.append((execution.number, start.engineVersion, bytes))
    }
}
