import SIPMessage
import SIPStack

/// Answered calls whose phones are gone without a BYE (power, network) must not last for ever: from time to time each
/// side is asked with OPTIONS inside the dialog (RFC 3261 §11, §12.2.1.2).
extension Switchboard {
    mutating func checkSession(_ number: UInt64, at now: SwitchTime, _ effects: inout Effects) {
        guard let call = calls[number], case .answered(let bridge) = call.phase, bridge.endedAt == nil else { return }
        timers.schedule(.sessionCheck(call: number), at: now.monotonic + configuration.sessionCheck)
        for side in [Bridge.Side.caller, .callee] {
            let flow = flow(in: bridge[side])
            let branch = identifiers.branch(number, side == .caller ? 1 : 2, 0x0B7, newToken())
            let options = bridge[side].dialog.makeRequest(.options, via: via(over: flow, branch: branch))
            bridge.checks.insert(send(options, to: side, of: bridge, over: flow, at: now, &effects))
        }
    }

    /// A side has answered: any answer shows that it lives, but for one that says that it knows no such call.
    mutating func sessionChecked(
        _ status: StatusCode, on transaction: ClientTransactionID, of bridge: Bridge, at now: SwitchTime,
        _ effects: inout Effects
    ) {
        bridge.checks.remove(transaction)
        bridge.challengeable[transaction] = nil
        bridgesByTransaction[transaction] = nil
        // 408: no answer (RFC 3261 §12.2.1.2); 503 from our own transport.
        guard status == .callDoesNotExist || status == .requestTimeout || status == .serviceUnavailable else { return }
        end(bridge, by: nil, at: now, &effects)
    }
}
