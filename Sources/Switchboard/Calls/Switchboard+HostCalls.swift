import DialplanHostCalls
import SIPMessage
import SIPStack

/// What the host calls of a script do. Every entry here is journaled already.
extension Switchboard {
    /// Results of `sys.Dial` as the ancestor numbered them.
    enum DialResult: Int64 {
        case failed = 3
        case timedOut = 6
        case error = 7
        case alreadyAnswered = 8
    }

    /// Acts on a new entry. Returns what is wrong with it, if it is none that an honest worker sends.
    mutating func perform(
        _ entry: Entry, of execution: Execution, at now: SwitchTime, _ effects: inout Effects
    ) -> String? {
        switch entry {
        case .effect(HostCallTable.Name.log, let arguments):
            log(execution, arguments.first?.displayText ?? "", kind: .script, at: now, &effects)
        case .effect(HostCallTable.Name.extendScriptTimeout, let arguments):
            guard case .integer(let seconds)? = arguments.first else { return "ExtendScriptTimeout without a number" }
            let extra = Duration.seconds(min(300, max(0, seconds)))
            allowScriptTime(configuration.scriptTime + extra, for: execution, at: now)
        case .call(let id, let arguments):
            if let end = execution.pendingEnd {
                execution.pendingEnd = nil
                resume(execution, .ended(end), at: now, &effects)
                return nil
            }
            switch id {
            case HostCallTable.Name.dial: return dial(arguments, of: execution, at: now, &effects)
            case HostCallTable.Name.respond: return respond(arguments, of: execution, at: now, &effects)
            default:
                guard let value = answer(id, arguments, of: execution, at: now) else {
                    return "an unknown host call \(id.rawValue)"
                }
                resume(execution, .value(value), at: now, &effects)
            }
        case .outsideEnd(let end, let instructions):
            let most = execution.start?.limits.instructions ?? 0
            guard execution.pendingEnd == end, instructions >= 0, instructions <= most else {
                return "an outside end that nobody ordered"
            }
            execution.pendingEnd = nil
        case .effect(let id, let arguments):
            guard changeSettings(id, arguments, of: execution, at: now, &effects) else {
                return "an unknown effect \(id.rawValue)"
            }
        case .outcome: return "an outcome from a worker"
        }
        return nil
    }

    // MARK: Dial

    private mutating func dial(
        _ arguments: [HostValue], of execution: Execution, at now: SwitchTime, _ effects: inout Effects
    ) -> String? {
        guard arguments.count == 3, case .integer(let ring) = arguments[1], case .integer(let limit) = arguments[2]
        else { return "Dial with \(arguments.count) arguments" }
        let text = arguments[0].displayText
        log(execution, "Dial \(text)", at: now, &effects)
        guard text.utf8.count <= configuration.dialStringBytes else {
            log(
                execution, "Dial refused: a dial string has at most \(configuration.dialStringBytes) bytes.", at: now,
                &effects)
            finishDial(of: execution, .error, at: now, &effects)
            return nil
        }
        let call = execution.call
        guard call.isSettingUp, !execution.hasAnswered else {
            log(execution, "Dial refused: the call is answered already.", at: now, &effects)
            finishDial(of: execution, .alreadyAnswered, at: now, &effects)
            return nil
        }
        let groups: [[DialString.Target]]
        do throws(DialString.Failure) {
            groups = try DialString(
                parsing: text,
                substituting: .init(
                    dialledUser: execution.invitation.requestURI.rawUser ?? "",
                    fromName: execution.invitation.from.displayName ?? "",
                    fromUser: execution.invitation.from.uri.sip?.rawUser ?? "")
            ).groups
        } catch {
            log(execution, "Dial string error: \(error)", at: now, &effects)
            finishDial(of: execution, .error, at: now, &effects)
            return nil
        }
        guard !groups.isEmpty else {
            log(execution, "Dial string is empty.", at: now, &effects)
            execution.lastFailure = (500, "Call list was empty")
            finishDial(of: execution, .error, at: now, &effects)
            return nil
        }
        let wanted = Duration.seconds(min(max(ring, 0), 180))
        let ringTime = wanted == .zero || ring > 180 ? configuration.ringTime : min(wanted, configuration.ringTime)
        beginDial(
            of: execution, groups: groups, ringTime: ringTime, answeredLimitSeconds: Int(min(max(limit, 0), 86_400)),
            at: now, &effects)
        return nil
    }

    /// Gives the script the result of its Dial.
    mutating func finishDial(
        of execution: Execution, _ result: DialResult, completed: [LegResult] = [], at now: SwitchTime,
        _ effects: inout Effects
    ) {
        execution.dial = nil
        timers.cancel(.ring(execution: execution.number))
        guard case .script = execution.program else {
            // No script decides what comes next: the result of the ringing is the answer.
            if execution.lastFailure == nil { execution.lastFailure = (480, StatusCode(480)?.reasonPhrase ?? "") }
            answerFailure(of: execution, at: now, &effects)
            executionOver(execution, at: now, &effects)
            return
        }
        var updates = [
            Outcome.Update(HostCallTable.Name.lastDialled, .array(completed.map(DialResultFacade.transaction)))
        ]
        if let failure = execution.lastFailure {
            updates.append(.init(HostCallTable.Name.lastFailureStatus, .integer(Int64(failure.status))))
            updates.append(.init(HostCallTable.Name.lastFailureReason, .text(failure.reason)))
        }
        resume(
            execution, .value(DialResultFacade.result(result.rawValue, name: "\(result)")), updates: updates, at: now,
            &effects)
    }

    // MARK: Respond

    private mutating func respond(
        _ arguments: [HostValue], of execution: Execution, at now: SwitchTime, _ effects: inout Effects
    ) -> String? {
        guard arguments.count == 3, case .integer(let code) = arguments[0] else {
            return "Respond with \(arguments.count) arguments"
        }
        guard let status = Int(exactly: code).flatMap({ StatusCode($0) }) else {
            log(execution, "Respond refused: \(code) is not a SIP status (100 to 699).", at: now, &effects)
            resume(execution, .value(.null), at: now, &effects)
            return nil
        }
        let given = arguments[1].displayText
        let reason = given.isEmpty ? status.reasonPhrase : FieldText(cleaning: given).text
        guard execution.call.isSettingUp, !execution.hasAnswered else {
            log(execution, "Respond \(status.value) ignored: the call has its answer.", at: now, &effects)
            resume(execution, .value(.null), at: now, &effects)
            return nil
        }
        switch status.value {
        case 100..<200:
            if status.value > 100 {
                log(execution, "Respond \(status.value) \(reason)", at: now, &effects)
                progress(
                    of: execution,
                    Progress(
                        status: Int(status.value), reason: reason, contentType: nil, body: [],
                        headers: headers(arguments[2], execution, at: now, &effects), tag: nil), at: now, &effects)
            }
            resume(execution, .value(.null), at: now, &effects)
        case 200..<300:
            log(
                execution, "Respond refused: a dialplan cannot answer a call with \(status.value); dial a destination.",
                at: now, &effects)
            resume(execution, .value(.null), at: now, &effects)
        default:
            log(execution, "Respond \(status.value) \(reason)", at: now, &effects)
            answer(
                execution, status: Int(status.value), reason: reason,
                headers: headers(arguments[2], execution, at: now, &effects), at: now, &effects)
            resume(execution, .ended(.finalResponse), at: now, &effects)
        }
        return nil
    }

    /// `Name: value|Name: value`; what would break the message is left out, with a log line.
    private func headers(
        _ value: HostValue, _ execution: Execution, at now: SwitchTime, _ effects: inout Effects
    ) -> [CustomHeader] {
        var result: [CustomHeader] = []
        for part in value.displayText.utf8.prefix(2_048).split(separator: UInt8(ascii: "|")).prefix(20).map({
            String(decoding: $0, as: UTF8.self)
        }) {
            if let header = CustomHeader(parsing: part) {
                result.append(header)
            } else {
                log(execution, "Header refused: \(part)", at: now, &effects)
            }
        }
        return result
    }
}
