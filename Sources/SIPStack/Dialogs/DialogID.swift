public import SIPMessage

/// What identifies a dialog (RFC 3261 §12): Call-ID and the tags of both sides, seen from ours.
public struct DialogID: Hashable, Sendable {
    public let callID: CallID
    public let localTag: Token
    /// Nil for a peer of RFC 2543's time, which sends no tag (§12.1.1).
    public let remoteTag: Token?

    public init(callID: CallID, localTag: Token, remoteTag: Token?) {
        self.callID = callID
        self.localTag = localTag
        self.remoteTag = remoteTag
    }

    /// The dialog that a received request belongs to; nil when its To carries no tag, so that it belongs to none.
    public init?(received request: SIPRequest) {
        guard let localTag = request.headers.toTag else { return nil }
        self.init(callID: request.headers.callID, localTag: localTag, remoteTag: request.headers.fromTag)
    }

    /// The dialog that a received response belongs to or makes; nil when its From has lost our tag.
    public init?(received response: SIPResponse) {
        guard let localTag = response.headers.fromTag else { return nil }
        self.init(callID: response.headers.callID, localTag: localTag, remoteTag: response.headers.toTag)
    }

    /// The dialog that a response of ours makes; nil when it has no To tag.
    public init?(sent response: SIPResponse) {
        guard let localTag = response.headers.toTag else { return nil }
        self.init(callID: response.headers.callID, localTag: localTag, remoteTag: response.headers.fromTag)
    }
}

extension DialogID: CustomStringConvertible {
    public var description: String { "\(callID);local=\(localTag);remote=\(remoteTag?.text ?? "")" }
}
