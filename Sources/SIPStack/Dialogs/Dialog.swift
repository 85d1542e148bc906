public import SIPMessage

/// A SIP dialog (RFC 3261 §12): what both sides must remember so that requests within it find each other.
///
/// It is a value without timers or I/O. Make one for each To tag that comes back (a forked INVITE has several), feed it
/// the requests and responses that belong to it, and take requests from it.
public struct Dialog: Sendable {
    /// Which side sent the request that made the dialog.
    public enum Role: Hashable, Sendable { case caller, callee }

    public enum State: Hashable, Sendable {
        /// Only provisional responses so far.
        case early
        /// A 2xx has been seen or sent.
        case confirmed
    }

    public let id: DialogID
    public let role: Role
    public internal(set) var state: State
    /// Our address with our tag: the From of our requests.
    public let localAddress: NameAddress
    /// The peer's address with its tag: the To of our requests.
    public let remoteAddress: NameAddress
    /// CSeq number of our last request; 0 before the first.
    public internal(set) var localCSeq: UInt32
    /// CSeq number of the peer's last request; nil before the first.
    public internal(set) var remoteCSeq: UInt32?
    /// Where the peer wants requests: its last Contact.
    public internal(set) var remoteTarget: URI
    /// The proxies that requests pass, in our order.
    public internal(set) var routeSet: [NameAddress]
    /// Whether it was made over TLS for a `sips` URI (§12.1).
    public let isSecure: Bool

    /// The dialog that our response to a received INVITE (or SUBSCRIBE, REFER) makes (§12.1.1).
    ///
    /// - Parameters:
    ///   - request: as received.
    ///   - response: as sent: 101–199 for an early dialog, 2xx for a confirmed one; with a To tag.
    ///   - flow: where the request came from.
    /// - Throws: ``DialogError`` when the response has no To tag or a status that makes no dialog, or the request has no
    ///   usable Contact or Record-Route.
    public init(callee request: SIPRequest, response: SIPResponse, over flow: Flow) throws(DialogError) {
        guard let id = DialogID(sent: response) else { throw .missingTag }
        guard let state = Dialog.state(after: response.status) else { throw .statusMakesNoDialog }
        guard let contact = try Dialog.contact(of: request.headers) else { throw .missingContact }
        self.id = id
        self.state = state
        role = .callee
        localAddress = response.headers.to
        remoteAddress = request.headers.from
        localCSeq = 0
        remoteCSeq = request.headers.cSeq.number
        remoteTarget = contact
        routeSet = try Dialog.recordRoutes(of: request.headers)
        isSecure = flow.isSecure && request.uri.isSIPS
    }

    /// The dialog that a received response to our INVITE (or SUBSCRIBE, REFER) makes (§12.1.2).
    ///
    /// A response without Contact is common in 180 and wrong in 2xx; the Request-URI then stands in for it, so that the
    /// call can still be acknowledged and ended.
    ///
    /// - Throws: ``DialogError`` when there is no tag of ours or the status makes no dialog, or Contact or Record-Route is
    ///   malformed.
    public init(caller request: SIPRequest, response: SIPResponse, over flow: Flow) throws(DialogError) {
        guard let localTag = request.headers.fromTag else { throw .missingTag }
        guard let state = Dialog.state(after: response.status) else { throw .statusMakesNoDialog }
        id = DialogID(
            callID: request.headers.callID, localTag: localTag, remoteTag: response.headers.toTag)
        self.state = state
        role = .caller
        localAddress = request.headers.from
        remoteAddress = response.headers.to
        localCSeq = request.headers.cSeq.number
        remoteCSeq = nil
        remoteTarget = try Dialog.contact(of: response.headers) ?? request.uri
        routeSet = try Dialog.recordRoutes(of: response.headers).reversed()
        isSecure = flow.isSecure && request.uri.isSIPS
    }

    /// A dialog that was stored and is taken up again.
    public init(
        restoring id: DialogID, role: Role, state: State, localAddress: NameAddress, remoteAddress: NameAddress,
        localCSeq: UInt32, remoteCSeq: UInt32?, remoteTarget: URI, routeSet: [NameAddress], isSecure: Bool
    ) {
        self.id = id
        self.role = role
        self.state = state
        self.localAddress = localAddress
        self.remoteAddress = remoteAddress
        self.localCSeq = localCSeq
        self.remoteCSeq = remoteCSeq
        self.remoteTarget = remoteTarget
        self.routeSet = routeSet
        self.isSecure = isSecure
    }

    /// Where the next request of ours must be sent: the first route or, without routes, the remote target (§12.2.1.1).
    public var nextHop: URI { routeSet.first?.uri ?? remoteTarget }

    // MARK: Reading what makes a dialog

    private static func state(after status: StatusCode) -> State? {
        if status.isSuccess { return .confirmed }
        // 100 makes no dialog, it is the next hop's (§12.1).
        return status.isProvisional && status != .trying ? .early : nil
    }

    static func contact(of headers: HeaderFields) throws(DialogError) -> URI? {
        do {
            return try headers.contacts.first?.uri
        } catch {
            throw .malformedContact
        }
    }

    static func recordRoutes(of headers: HeaderFields) throws(DialogError) -> [NameAddress] {
        do {
            return try headers.recordRoutes
        } catch {
            throw .malformedRecordRoute
        }
    }
}

/// Why messages make no dialog.
public enum DialogError: Error, Hashable, Sendable {
    /// No tag on our side of the dialog.
    case missingTag
    /// 100, or a final response that is no 2xx.
    case statusMakesNoDialog
    /// A request without Contact: answer it with 400.
    case missingContact
    case malformedContact
    case malformedRecordRoute
}
