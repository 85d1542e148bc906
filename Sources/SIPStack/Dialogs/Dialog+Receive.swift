public import SIPMessage

extension Dialog {
    /// What to do with a request that came within a dialog.
    public enum RequestVerdict: Hashable, Sendable {
        /// Go on with it.
        case accept
        /// Its CSeq number was used already: answer 500 (Server Internal Error), or nothing if it is an ACK (§12.2.2).
        case outOfOrder
    }

    /// A request within this dialog has arrived (§12.2.2): its CSeq is checked, and a target refresh request (INVITE,
    /// UPDATE, and those of RFC 6665 and 3515) moves the remote target to its Contact. A malformed Contact is ignored.
    public mutating func receive(_ request: SIPRequest) -> RequestVerdict {
        // ACK and CANCEL carry the number of the INVITE that they are for.
        guard request.method != .ack, request.method != .cancel else { return .accept }
        let number = request.headers.cSeq.number
        if let remoteCSeq, number <= remoteCSeq { return .outOfOrder }
        remoteCSeq = number
        if Dialog.refreshesTarget(request.method), let contact = try? Dialog.contact(of: request.headers) {
            remoteTarget = contact
        }
        return .accept
    }

    /// A response to a request of ours within this dialog, or a further response to the one that made it.
    ///
    /// A 2xx confirms an early dialog, whose route set is then the 2xx's (§13.2.2.4); a 2xx to a target refresh
    /// request moves the remote target (§12.2.1.2), and so does a provisional response while the dialog is early.
    /// Malformed Contact and Record-Route are ignored.
    public mutating func receive(_ response: SIPResponse) {
        let method = response.headers.cSeq.method
        guard Dialog.refreshesTarget(method), response.status != .trying else { return }
        guard response.status.isSuccess || (response.status.isProvisional && state == .early) else { return }
        if let contact = try? Dialog.contact(of: response.headers) { remoteTarget = contact }
        guard response.status.isSuccess, state == .early, method == .invite else { return }
        if role == .caller, let routes = try? Dialog.recordRoutes(of: response.headers) { routeSet = routes.reversed() }
        state = .confirmed
    }

    /// We have sent a 2xx to the INVITE that made this dialog: it is confirmed.
    public mutating func confirm() {
        state = .confirmed
    }

    private static func refreshesTarget(_ method: SIPMethod) -> Bool {
        method == .invite || method == .update || method == .subscribe || method == .notify || method == .refer
    }
}
