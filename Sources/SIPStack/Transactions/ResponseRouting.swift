internal import SIPMessage

/// How responses find their way back (RFC 3261 §18.2, RFC 3581).
enum ResponseRouting {
    /// The request with our remarks in its top Via (§18.2.1, RFC 3581 §4): `received` when the source is not what the
    /// peer says of itself or it asked for `rport`, and the value of `rport` then. What the peer put there itself
    /// means nothing and is written over.
    static func stamped(_ request: SIPRequest, from flow: Flow) -> SIPRequest {
        var via = request.headers.via
        let source = flow.remote.host.host
        guard via.hasRPort || via.sentBy.host != source || via.received != nil else { return request }
        via.received = source
        if via.hasRPort { via.rport = flow.remote.port }
        var stamped = request
        stamped.headers.replaceTopVia(via)
        return stamped
    }

    /// Where the responses to a stamped request go.
    ///
    /// Over a connection: back on it. Over UDP: to where it came from. The RFC would have a request without `rport`
    /// answered at the port of its sent-by; that is done only when the peer's own address is the one that we see, so
    /// no address translator is between us, because behind one that port leads nowhere. The address is always the
    /// source's: neither `maddr` nor a host name in the Via can turn our responses on a third party.
    static func responseFlow(for request: SIPRequest, from flow: Flow) -> Flow {
        let via = request.headers.via
        guard !flow.isReliable, !via.hasRPort, via.sentBy.host == flow.remote.host.host else { return flow }
        var answer = flow
        let port = via.sentBy.port ?? flow.transport.defaultPort
        if port != 0 { answer.remote.port = port }
        return answer
    }
}
