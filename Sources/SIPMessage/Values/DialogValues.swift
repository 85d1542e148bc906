/// A dialog named from outside: Replaces (RFC 3891 §6.1), Join (RFC 3911 §7.1), Target-Dialog (RFC 4538 §7).
public struct DialogReference: Hashable, Sendable, CustomStringConvertible {
    /// Of the dialog.
    public var callID: CallID
    /// After the value, in the order of the message (RFC 3261 §7.3.1).
    public var parameters: Parameters

    /// - Parameters:
    ///   - localTag, remoteTag: as the receiver of the header sees them: its own tag is `to-tag` in Replaces and Join, and
    ///     `local-tag` in Target-Dialog.
    ///   - isEarlyOnly: `early-only` of Replaces.
    public static func replaces(
        callID: CallID, toTag: Token, fromTag: Token, isEarlyOnly: Bool = false
    ) -> DialogReference {
        var reference = DialogReference(callID: callID, parameters: Parameters(.header))
        reference.parameters.set("to-tag", to: toTag)
        reference.parameters.set("from-tag", to: fromTag)
        if isEarlyOnly { reference.parameters.set("early-only") }
        return reference
    }

    /// For Target-Dialog.
    public static func target(callID: CallID, localTag: Token, remoteTag: Token) -> DialogReference {
        var reference = DialogReference(callID: callID, parameters: Parameters(.header))
        reference.parameters.set("local-tag", to: localTag)
        reference.parameters.set("remote-tag", to: remoteTag)
        return reference
    }

    /// The `to-tag` parameter.
    public var toTag: Token? { token("to-tag") }
    /// The `from-tag` parameter.
    public var fromTag: Token? { token("from-tag") }
    /// The `local-tag` parameter.
    public var localTag: Token? { token("local-tag") }
    /// The `remote-tag` parameter.
    public var remoteTag: Token? { token("remote-tag") }
    /// Whether only an early dialog may be replaced (RFC 3891 §3).
    public var isEarlyOnly: Bool { parameters.contains("early-only") }

    private func token(_ name: String) -> Token? { parameters.rawValue(name).flatMap { Token(lenient: $0) } }

    /// The value of the header.
    public var description: String { "\(callID)\(parameters)" }
}

extension DialogReference: ScannedValue {
    static func scan(_ cursor: inout Cursor, _ bytes: Span<UInt8>) throws(ScanError) -> DialogReference {
        cursor.skipWhitespace(bytes)
        // A semicolon is no character of a Call-ID.
        let range = cursor.take(.callID, bytes)
        guard !range.isEmpty else { throw ScanError(cursor.position, "a Call-ID") }
        return DialogReference(
            callID: CallID(received: String(bytes, range)), parameters: try cursor.takeParameters(bytes))
    }
}

/// Which response a PRACK acknowledges (RFC 3262 §7.2).
public struct RAck: Hashable, Sendable, CustomStringConvertible {
    /// Of the response's RSeq.
    public var responseNumber: UInt32
    /// Of the response's request.
    public var cSeq: CSeq

    /// The response of this number to the request of this CSeq.
    public init(responseNumber: UInt32, cSeq: CSeq) {
        self.responseNumber = responseNumber
        self.cSeq = cSeq
    }

    /// The value of the header.
    public var description: String { "\(responseNumber) \(cSeq)" }
}

extension RAck: ScannedValue {
    static func scan(_ cursor: inout Cursor, _ bytes: Span<UInt8>) throws(ScanError) -> RAck {
        let response = try cursor.expectNumber(bytes)
        let gap = cursor.position
        cursor.skipWhitespace(bytes)
        guard cursor.position > gap else { throw ScanError(gap, "white space") }
        let layout = try CSeqLayout.scan(ByteRange(cursor.position, cursor.end), bytes)
        cursor.position = cursor.end
        return RAck(responseNumber: response, cSeq: CSeq(layout.number, SIPMethod(bytes, layout.method)))
    }
}

/// Why a request was sent (RFC 3326 §2): `Q.850;cause=16;text="…"`.
public struct Reason: Hashable, Sendable, CustomStringConvertible {
    /// `SIP`, `Q.850` or another; compared without case.
    public var protocolName: Token
    /// After the value, in the order of the message (RFC 3261 §7.3.1).
    public var parameters: Parameters

    /// A cause of a protocol, with text for people.
    public init(protocolName: Token, cause: UInt16? = nil, text: FieldText? = nil) {
        self.protocolName = protocolName
        parameters = Parameters(.header)
        if let cause { parameters.set("cause", to: cause) }
        if let text { parameters.setQuoted("text", to: text) }
    }

    /// A status of SIP, with its usual phrase or another.
    public init(_ status: StatusCode, text: FieldText? = nil) {
        self.init(protocolName: "SIP", cause: status.value, text: text ?? (try? FieldText(status.reasonPhrase)))
    }

    /// A cause of the telephone network (ITU-T Q.850).
    public init(q850 cause: UInt16, text: FieldText? = nil) {
        self.init(protocolName: "Q.850", cause: cause, text: text)
    }

    /// nil without one and when it is no number below 65,536.
    public var cause: UInt16? {
        parameters["cause"].flatMap { UInt32(digits: $0) }.flatMap { UInt16(exactly: $0) }
    }

    /// The `text` parameter without its quotes.
    public var text: String? { parameters["text"] }

    /// The value of the header.
    public var description: String { "\(protocolName)\(parameters)" }
}

extension Reason: ScannedValue {
    static func scan(_ cursor: inout Cursor, _ bytes: Span<UInt8>) throws(ScanError) -> Reason {
        var reason = Reason(protocolName: try cursor.expectToken(bytes))
        reason.parameters = try cursor.takeParameters(bytes)
        return reason
    }
}

/// The state of a subscription (RFC 6665 §8.2.3).
public struct SubscriptionState: Hashable, Sendable, CustomStringConvertible {
    /// `active`, `pending`, `terminated` or another.
    public var state: Token
    /// After the value, in the order of the message (RFC 3261 §7.3.1).
    public var parameters: Parameters

    /// A state with how long it lasts and why, if given.
    public init(_ state: Token, expires: UInt32? = nil, reason: Token? = nil) {
        self.state = state
        parameters = Parameters(.header)
        if let expires { parameters.set("expires", to: expires) }
        if let reason { parameters.set("reason", to: reason) }
    }

    /// Seconds.
    public var expires: UInt32? { parameters["expires"].flatMap { UInt32(digits: $0) } }
    /// Why the subscription has ended (RFC 6665 §4.1.3).
    public var reason: String? { parameters["reason"] }
    /// Seconds.
    public var retryAfter: UInt32? { parameters["retry-after"].flatMap { UInt32(digits: $0) } }
    /// Whether the subscription is over.
    public var isTerminated: Bool { equalsIgnoringCase(state.text, "terminated") }

    /// The value of the header.
    public var description: String { "\(state)\(parameters)" }
}

extension SubscriptionState: ScannedValue {
    static func scan(_ cursor: inout Cursor, _ bytes: Span<UInt8>) throws(ScanError) -> SubscriptionState {
        var value = SubscriptionState(try cursor.expectToken(bytes))
        value.parameters = try cursor.takeParameters(bytes)
        return value
    }
}
