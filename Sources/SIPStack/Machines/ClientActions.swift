/// What a client transaction machine asks for. One step can ask for several things; the layer does them in the order
/// in which they stand here, so a message is on its way before anyone is told and an end always comes last.
struct ClientActions: OptionSet, Sendable {
    let rawValue: UInt16

    /// Send the request, for the first time or again.
    static let transmitRequest = ClientActions(rawValue: 1 << 0)
    /// Send the ACK for the non-2xx final response just received, built from it (§17.1.1.3).
    static let acknowledge = ClientActions(rawValue: 1 << 1)
    /// Send the same ACK again.
    static let repeatAcknowledge = ClientActions(rawValue: 1 << 2)
    /// Pass the response to the user of the layer.
    static let deliver = ClientActions(rawValue: 1 << 3)
    /// The response belongs to no state of this transaction: report it as stray.
    static let reportStray = ClientActions(rawValue: 1 << 4)
    /// Nothing final came in time.
    static let reportTimeout = ClientActions(rawValue: 1 << 5)
    /// The request could not be sent.
    static let reportTransportError = ClientActions(rawValue: 1 << 6)
    /// Timer C: the user let it ring too long, cancel it.
    static let cancelByTimerC = ClientActions(rawValue: 1 << 7)
    /// The transaction is over.
    static let end = ClientActions(rawValue: 1 << 8)
}

/// The part of a response that the machines look at.
enum ResponseClass: Sendable {
    /// 100…199
    case provisional
    /// 200…299
    case success
    /// 300…699
    case failure

    init(statusCode: UInt16) {
        switch statusCode {
        case ..<200: self = .provisional
        case 200..<300: self = .success
        default: self = .failure
        }
    }
}
