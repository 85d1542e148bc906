public import SIPMessage

extension Dialog {
    /// A new request within the dialog (§12.2.1.1), with the next CSeq number: Request-URI and Route by the route set,
    /// loose or strict. Add Contact (for target refresh requests), body and other headers to it.
    ///
    /// - Parameters:
    ///   - method: neither ACK (see ``makeAck(for:via:)``) nor CANCEL (the transaction layer makes it).
    ///   - via: our Via, with a new branch.
    public mutating func makeRequest(_ method: SIPMethod, via: Via) -> SIPRequest {
        localCSeq = min(localCSeq, CSeq.maximumNumber - 1) + 1
        return request(method, cSeq: localCSeq, via: via)
    }

    /// The ACK for a 2xx to an INVITE of ours (§13.2.2.4): a request of its own, with the INVITE's CSeq number, sent
    /// without a transaction to ``nextHop``, again for each 2xx that comes again. It must carry the credentials that the
    /// INVITE carried.
    ///
    /// - Parameters:
    ///   - response: the 2xx.
    ///   - via: our Via, with a new branch; the same for a repeated ACK.
    public func makeAck(for response: SIPResponse, via: Via) -> SIPRequest {
        request(.ack, cSeq: response.headers.cSeq.number, via: via)
    }

    private func request(_ method: SIPMethod, cSeq: UInt32, via: Via) -> SIPRequest {
        let routing = self.routing
        var request = SIPRequest(
            method: method, uri: routing.requestURI, via: via, from: localAddress, to: remoteAddress,
            callID: id.callID, cSeq: cSeq)
        request.headers.setRoutes(routing.routes)
        return request
    }

    /// Request-URI and Route (§12.2.1.1). A strict router (RFC 2543, no `lr`) wants its own URI as Request-URI and the
    /// target as the last route.
    private var routing: (requestURI: URI, routes: [NameAddress]) {
        guard case .sip(let first)? = routeSet.first?.uri, !first.isLooseRouter else {
            return (remoteTarget, routeSet)
        }
        var requestURI = first
        // Not allowed in a Request-URI (§19.1.1, table 1).
        requestURI.removeParameter("method")
        requestURI.removeHeaders()
        return (.sip(requestURI), Array(routeSet.dropFirst()) + [NameAddress(uri: remoteTarget)])
    }
}
