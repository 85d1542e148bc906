import SIPMessage

/// What makes messages belong to one transaction, reduced to 128 bits, so that an ended transaction keeps no text.
///
/// Two SipHashes with a per-process random key: equal by accident never, and unforgeable from outside. The role is not
/// part of it: clients and servers have tables of their own.
struct TransactionFingerprint: Hashable, Sendable, BitwiseCopyable {
    private let high: Int
    private let low: Int

    private init(_ feed: (inout Hasher) -> Void) {
        var first = Hasher()
        first.combine(0x48 as UInt8)
        feed(&first)
        var second = Hasher()
        second.combine(0x4C as UInt8)
        feed(&second)
        high = first.finalize()
        low = second.finalize()
    }

    /// The server transaction of a request (RFC 3261 §17.2.3).
    ///
    /// With the magic cookie: branch, sent-by and method. Call-ID and CSeq number are added beyond the RFC: a true
    /// repeat always has the same, so a peer that reuses a branch opens a second transaction instead of being taken
    /// for the first. Without the cookie (RFC 2543): the fields that §17.2.3 lists.
    ///
    /// - Parameter method: ACK and CANCEL are looked up as INVITE to find what they are for.
    init(request: SIPRequest, as method: SIPMethod) {
        let via = request.headers.via
        let callID = request.headers.callID
        let number = request.headers.cSeq.number
        if via.hasUniqueBranch, let branch = via.branch {
            self.init { hasher in
                hasher.combine(branch)
                hasher.combine(via.sentBy)
                hasher.combine(method)
                hasher.combine(callID)
                hasher.combine(number)
            }
        } else {
            let uri = request.uri
            let fromTag = request.headers.fromTag
            // An ACK carries the To tag of the response, its INVITE none: compared apart, see `legacyToTag`.
            let toTag = method == .invite ? nil : request.headers.toTag
            self.init { hasher in
                hasher.combine("RFC 2543")
                hasher.combine(via)
                hasher.combine(uri)
                hasher.combine(method)
                hasher.combine(callID)
                hasher.combine(number)
                hasher.combine(fromTag)
                hasher.combine(toTag)
            }
        }
    }

    /// The client transaction that sent `request`.
    init?(sent request: SIPRequest) {
        self.init(
            branch: request.headers.via.branch, method: request.method, callID: request.headers.callID,
            number: request.headers.cSeq.number)
    }

    /// The client transaction of a response (§17.1.3): branch and CSeq method; Call-ID and CSeq number must fit too.
    /// The sent-by is not compared: some address translators spoil it, and the branch is our own and unique.
    init?(response: SIPResponse) {
        let cSeq = response.headers.cSeq
        self.init(
            branch: response.headers.via.branch, method: cSeq.method, callID: response.headers.callID,
            number: cSeq.number)
    }

    private init?(branch: Token?, method: SIPMethod, callID: CallID, number: UInt32) {
        guard let branch else { return nil }
        self.init { hasher in
            hasher.combine(branch)
            hasher.combine(method)
            hasher.combine(callID)
            hasher.combine(number)
        }
    }

    /// The ACK of a refused INVITE by all but its branch: Call-ID, CSeq number and both tags, the To tag being ours.
    init?(refusal headers: HeaderFields) {
        let callID = headers.callID
        let number = headers.cSeq.number
        let fromTag = headers.fromTag
        guard let toTag = headers.toTag else { return nil }
        self.init { hasher in
            hasher.combine("refusal")
            hasher.combine(callID)
            hasher.combine(number)
            hasher.combine(fromTag)
            hasher.combine(toTag)
        }
    }

    /// The same request on whatever path (§8.2.2.2): From tag, Call-ID and CSeq.
    init(mergedWith request: SIPRequest) {
        let fromTag = request.headers.fromTag
        let callID = request.headers.callID
        let cSeq = request.headers.cSeq
        self.init { hasher in
            hasher.combine(fromTag)
            hasher.combine(callID)
            hasher.combine(cSeq.number)
            hasher.combine(cSeq.method)
        }
    }
}
