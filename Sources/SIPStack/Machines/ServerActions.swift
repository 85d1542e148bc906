/// What a server transaction machine asks for; done in the order in which they stand here.
struct ServerActions: OptionSet, Sendable {
    let rawValue: UInt8

    /// Send the response just given by the user, and keep it as the last one.
    static let transmit = ServerActions(rawValue: 1 << 0)
    /// Send the last response again.
    static let repeatLast = ServerActions(rawValue: 1 << 1)
    /// Build 100 (Trying) and send it.
    static let sendTrying = ServerActions(rawValue: 1 << 2)
    /// Pass the ACK to the user (it is for a 2xx).
    static let deliverAck = ServerActions(rawValue: 1 << 3)
    /// No response will be sent again: forget the bytes of the last one.
    static let forgetResponse = ServerActions(rawValue: 1 << 4)
    /// The transaction is over and the other side is known (or taken) to have the final response.
    static let end = ServerActions(rawValue: 1 << 5)
    /// The transaction is over without that: no ACK came (timer H), or the user never answered.
    static let endUnacknowledged = ServerActions(rawValue: 1 << 6)
}
