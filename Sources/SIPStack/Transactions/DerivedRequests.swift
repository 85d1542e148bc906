internal import SIPMessage

/// The two requests that a client transaction makes of its INVITE.
enum DerivedRequests {
    /// The ACK for a non-2xx final response (RFC 3261 §17.1.1.3): the INVITE's Request-URI, top Via, From, Call-ID, CSeq
    /// number and Routes, and the response's To.
    static func acknowledgement(of response: SIPResponse, to invite: SIPRequest) -> SIPRequest {
        request(.ack, like: invite, to: response.headers.to)
    }

    /// The CANCEL of an INVITE (§9.1): the same with the INVITE's own To, since no dialog is meant.
    ///
    /// - Parameter reason: value of a Reason header (RFC 3326).
    static func cancel(for invite: SIPRequest, reason: FieldText?) -> SIPRequest {
        var cancel = request(.cancel, like: invite, to: invite.headers.to)
        if let reason { append(.reason, reason, to: &cancel) }
        return cancel
    }

    private static func request(_ method: SIPMethod, like invite: SIPRequest, to: NameAddress) -> SIPRequest {
        let headers = invite.headers
        var request = SIPRequest(
            method: method, uri: invite.uri, via: headers.via, from: headers.from, to: to, callID: headers.callID,
            cSeq: headers.cSeq.number)
        for route in headers.values(named: .route) {
            guard let text = try? FieldText(route) else { continue }
            append(.route, text, to: &request)
        }
        return request
    }

    private static func append(_ name: HeaderName, _ value: FieldText, to request: inout SIPRequest) {
        // Only fields that the message manages itself are refused; these are none.
        try? request.headers.append(name, value)
    }
}
