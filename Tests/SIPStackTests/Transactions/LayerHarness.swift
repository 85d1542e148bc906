import SIPMessage
import Testing

@testable import SIPStack

/// A layer under virtual time with everything it did, for tests that look at single steps.
final class LayerHarness {
    var layer: TransactionLayer
    var now = MonotonicTime.milliseconds(5_000)
    /// Effects of the last step.
    var effects: [TransactionEffect] = []

    init(timers: TimerValues = TimerValues(), serverCapacity: Int = 1000) {
        layer = TransactionLayer(timers: timers, serverCapacity: serverCapacity)
    }

    @discardableResult
    func receive(_ request: SIPRequest, from flow: Flow = Messages.flow()) -> [TransactionEffect] {
        effects = []
        layer.receive(.request(request), from: flow, at: now, into: &effects)
        return effects
    }

    @discardableResult
    func receive(_ response: SIPResponse, from flow: Flow = Messages.flow()) -> [TransactionEffect] {
        effects = []
        layer.receive(.response(response), from: flow, at: now, into: &effects)
        return effects
    }

    @discardableResult
    func send(_ request: SIPRequest, as id: UInt64 = 1, to flow: Flow = Messages.flow()) -> Bool {
        effects = []
        return layer.send(request, to: flow, as: ClientTransactionID(id), at: now, into: &effects)
    }

    @discardableResult
    func respond(_ response: SIPResponse, on id: ServerTransactionID) -> Bool {
        effects = []
        return layer.respond(response, on: id, at: now, into: &effects)
    }

    func cancel(_ id: UInt64 = 1, reason: FieldText? = nil) {
        effects = []
        layer.cancel(ClientTransactionID(id), reason: reason, at: now, into: &effects)
    }

    /// Lets time pass in one go, deadline by deadline; collects everything that happens.
    @discardableResult
    func pass(_ interval: Duration) -> [TransactionEffect] {
        effects = []
        let end = now + interval
        while let next = layer.nextDeadline, next <= end {
            now = max(now, next)
            layer.advance(to: now, into: &effects)
        }
        now = end
        layer.advance(to: now, into: &effects)
        return effects
    }

    /// Opens a server transaction and returns its number.
    func open(_ request: SIPRequest, from flow: Flow = Messages.flow()) throws -> ServerTransactionID {
        receive(request, from: flow)
        return try #require(effects.opened.first)
    }

    var isEmpty: Bool {
        let counts = layer.counts
        return layer.isIdle && counts.total == 0 && counts.timers == 0 && counts.indexEntries == 0
    }
}

extension [TransactionEffect] {
    /// Messages sent, parsed again.
    var sent: [SIPMessage] {
        compactMap { if case .transmit(let bytes, _) = $0 { try? SIPMessage(parsing: bytes) } else { nil } }
    }
    var sentBytes: [[UInt8]] { compactMap { if case .transmit(let bytes, _) = $0 { bytes } else { nil } } }
    var sentRequests: [SIPRequest] { sent.compactMap(\.request) }
    var sentResponses: [SIPResponse] { sent.compactMap(\.response) }
    var sentMethods: [SIPMethod] { sentRequests.map(\.method) }
    var sentStatuses: [UInt16] { sentResponses.map(\.status.value) }
    var opened: [ServerTransactionID] {
        compactMap {
            switch $0 {
            case .requestReceived(_, let id, _), .mergedRequestReceived(_, let id, _), .cancelReceived(_, let id, _): id
            default: nil
            }
        }
    }
    var delivered: [UInt16] {
        compactMap { if case .responseReceived(let response, _) = $0 { response.status.value } else { nil } }
    }
    /// Names of all effects in order.
    var names: [String] {
        map {
            switch $0 {
            case .transmit: "transmit"
            case .requestReceived: "request"
            case .mergedRequestReceived: "merged"
            case .cancelReceived(_, _, let invite): invite == nil ? "cancel for nothing" : "cancel"
            case .ackReceived: "ack"
            case .responseReceived(let response, _): "response \(response.status.value)"
            case .strayResponse(let response, _): "stray \(response.status.value)"
            case .timedOut: "timed out"
            case .transportError: "transport error"
            case .serverTransactionEnded(_, let acknowledged): acknowledged ? "server ended" : "server unacknowledged"
            case .clientTransactionEnded: "client ended"
            }
        }
    }
}

extension SIPRequest {
    /// The ACK that a peer's transaction makes for our non-2xx response.
    func acknowledgement(of response: SIPResponse) -> SIPRequest {
        DerivedRequests.acknowledgement(of: response, to: self)
    }
    /// The CANCEL that a peer's transaction makes of this INVITE.
    var cancellation: SIPRequest { DerivedRequests.cancel(for: self, reason: nil) }
}
