import SIPStack

/// Scripts that end their workers.
extension Switchboard {
    /// The owner is told which line ran; a second blame of the same script version is one too many.
    mutating func blame(
        _ execution: Execution, _ blame: Blame, at now: SwitchTime, _ effects: inout Effects
    ) {
        guard case .script(let script) = execution.program else { return }
        execution.blames += 1
        let place = blame.line > 0 ? " at line \(blame.line)" : ""
        log(
            execution, "Dialplan \(script.name) version \(script.version)\(place) ended its worker: \(blame.reason).",
            at: now, &effects)
        guard !execution.call.isProbe, quarantine.blame(script, blame, at: now) else { return }
        effects.note(
            .scriptQuarantined(dialplan: script.name, version: script.version, line: blame.line), of: execution, at: now
        )
        log(
            execution,
            "Dialplan \(script.name) version \(script.version) is quarantined: it has ended two workers, the last\(place). "
                + "Save a corrected version. Until then calls to you ring your phones, calls from you are refused.",
            at: now, &effects)
    }

    /// Whether this is the execution that was just blamed and its script is quarantined.
    func isPoisoned(_ execution: Execution, _ blame: Blame?) -> Bool {
        guard blame?.execution == execution.number, case .script(let script) = execution.program else { return false }
        return quarantine.contains(script)
    }

    mutating func releaseQuarantine(
        of owner: String, _ dialplan: String?, at now: SwitchTime, _ effects: inout Effects
    ) {
        for script in quarantine.release(owner: owner, dialplan: dialplan) {
            effects.ownerLog.append(
                OwnerLogLine(
                    owner: owner, call: "", execution: 0, time: now.wall, kind: .system,
                    text: "Dialplan \(script.dialplan) version \(script.version) was released from quarantine."))
            effects.note(
                .scriptReleased(dialplan: script.dialplan, version: script.version), owner: owner, at: now)
        }
    }

    func tellOfQuarantine(_ script: ScriptVersion, call: String, at now: SwitchTime, _ effects: inout Effects) {
        effects.ownerLog.append(
            OwnerLogLine(
                owner: script.owner, call: call, execution: 0, time: now.wall, kind: .system,
                text: "Dialplan \(script.name) version \(script.version) was not run: it is quarantined."))
    }
}
