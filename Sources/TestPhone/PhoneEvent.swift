public import SIPMessage
public import SIPStack

/// Something that happened to a phone.
public enum PhoneEvent: Sendable {
    public enum Direction: String, Sendable { case sent, received }

    public enum Party: String, Sendable { case us, peer }

    /// Only with ``PhoneConfiguration/tellsMessages``.
    case message(Direction, SIPMessage)
    /// Seconds for which the binding holds.
    case registered(expires: UInt32)
    case unregistered
    case registrationFailed(status: StatusCode, reason: String)
    /// A provisional response to our INVITE, 100 excepted.
    case progress(status: StatusCode, reason: String)
    case answered(status: StatusCode)
    /// The final response to our INVITE was none of 2xx; 487 also after we cancelled. 408 when none came.
    case refused(status: StatusCode, reason: String)
    /// A call for us, and who says he is calling.
    case incoming(from: NameAddress, requestURI: URI)
    /// We have answered it and the caller has acknowledged.
    case connected
    /// The caller gave up, or we refused.
    case incomingEnded(status: StatusCode)
    /// An answered call is over.
    case hungUp(by: Party)
    /// A datagram that is no SIP message.
    case unreadable(String)
}

/// What a phone wants done, in order.
public struct PhoneEffects: Sendable {
    public var datagrams: [(bytes: [UInt8], flow: Flow)] = []
    public var events: [PhoneEvent] = []

    public init() {}

    public mutating func removeAll() {
        datagrams.removeAll(keepingCapacity: true)
        events.removeAll(keepingCapacity: true)
    }
}
