@testable import SIPStack

/// One arrow of a figure of RFC 3261 §17 or RFC 6026: in `state`, `input` leads to `next` and asks for `actions`.
/// A `timer` input fires when the state's next deadline comes.
struct Arrow: Sendable, CustomStringConvertible {
    let path: [MachineInput]
    let state: String
    let input: MachineInput
    let actions: [String]
    let next: String

    var description: String { "\(state) + \(input.rawValue)" }
}

/// Rows of one state: how it is reached, then each input with actions and next state (nil: stays).
private func rows(
    _ state: String, by path: [MachineInput], _ inputs: [(MachineInput, [String], String?)]
) -> [Arrow] {
    inputs.map { Arrow(path: path, state: state, input: $0.0, actions: $0.1, next: $0.2 ?? state) }
}

/// RFC 3261 figure 5 with RFC 6026 figure 3, unreliable transport.
let inviteClientArrows: [Arrow] =
    rows(
        "calling", by: [],
        [
            (.provisional, ["deliver"], "proceeding"), (.success, ["deliver"], "accepted"),
            (.failure, ["acknowledge", "deliver"], "completed"), (.timer, ["transmit"], nil),
            (.cancelSent, [], nil), (.transportFailed, ["transportError", "end"], "terminated"),
        ])
    + rows(
        "proceeding", by: [.provisional],
        [
            (.provisional, ["deliver"], nil), (.success, ["deliver"], "accepted"),
            (.failure, ["acknowledge", "deliver"], "completed"), (.timer, ["cancel"], nil),
            (.cancelSent, [], "cancelled"), (.transportFailed, ["transportError", "end"], "terminated"),
        ])
    + rows(
        "cancelled", by: [.provisional, .cancelSent],
        [
            (.provisional, ["deliver"], nil), (.success, ["deliver"], "accepted"),
            (.failure, ["acknowledge", "deliver"], "completed"), (.timer, ["timeout", "end"], "terminated"),
            (.cancelSent, [], nil), (.transportFailed, ["transportError", "end"], "terminated"),
        ])
    + rows(
        "completed", by: [.failure],
        [
            (.provisional, [], nil), (.success, ["stray"], nil), (.failure, ["repeatAcknowledge"], nil),
            (.timer, ["end"], "terminated"), (.cancelSent, [], nil), (.transportFailed, ["end"], "terminated"),
        ])
    + rows(
        "accepted", by: [.success],
        [
            (.provisional, [], nil), (.success, ["deliver"], nil), (.failure, [], nil),
            (.timer, ["end"], "terminated"), (.cancelSent, [], nil), (.transportFailed, [], nil),
        ])

/// RFC 3261 figure 6, unreliable transport.
let nonInviteClientArrows: [Arrow] =
    rows(
        "trying", by: [],
        [
            (.provisional, ["deliver"], "proceeding"), (.success, ["deliver"], "completed"),
            (.failure, ["deliver"], "completed"), (.timer, ["transmit"], nil),
            (.transportFailed, ["transportError", "end"], "terminated"),
        ])
    + rows(
        "proceeding", by: [.provisional],
        [
            (.provisional, ["deliver"], nil), (.success, ["deliver"], "completed"),
            (.failure, ["deliver"], "completed"), (.timer, ["transmit"], nil),
            (.transportFailed, ["transportError", "end"], "terminated"),
        ])
    + rows(
        "completed", by: [.failure],
        [
            (.provisional, [], nil), (.success, [], nil), (.failure, [], nil), (.timer, ["end"], "terminated"),
            (.transportFailed, [], nil),
        ])

/// RFC 3261 figure 7 with RFC 6026 figure 5, unreliable transport. "answering": some provisional response is out.
let inviteServerArrows: [Arrow] =
    rows(
        "proceeding", by: [],
        [
            (.provisional, ["transmit"], "answering"), (.success, ["transmit", "forget"], "accepted"),
            (.failure, ["transmit"], "completed"), (.repeated, [], nil), (.ack, [], nil),
            (.timer, ["trying"], "answering"),
        ])
    + rows(
        "answering", by: [.provisional],
        [
            (.provisional, ["transmit"], nil), (.success, ["transmit", "forget"], "accepted"),
            (.failure, ["transmit"], "completed"), (.repeated, ["repeat"], nil), (.ack, [], nil),
        ])
    + rows(
        "completed", by: [.failure],
        [
            (.provisional, [], nil), (.success, [], nil), (.failure, [], nil), (.repeated, ["repeat"], nil),
            (.ack, ["forget"], "confirmed"), (.timer, ["repeat"], nil),
        ])
    + rows(
        "confirmed", by: [.failure, .ack],
        [
            (.provisional, [], nil), (.success, [], nil), (.failure, [], nil), (.repeated, [], nil), (.ack, [], nil),
            (.timer, ["end"], "terminated"),
        ])
    + rows(
        "accepted", by: [.success],
        [
            (.provisional, [], nil), (.success, ["transmit", "forget"], nil), (.failure, [], nil),
            (.repeated, [], nil), (.ack, ["deliverAck"], nil), (.timer, ["end"], "terminated"),
        ])

/// RFC 3261 figure 8, unreliable transport; the timer in the first two states is ours (RFC 4320).
let nonInviteServerArrows: [Arrow] =
    rows(
        "trying", by: [],
        [
            (.provisional, ["transmit"], "proceeding"), (.success, ["transmit"], "completed"),
            (.failure, ["transmit"], "completed"), (.repeated, [], nil), (.timer, ["endUnacknowledged"], "terminated"),
        ])
    + rows(
        "proceeding", by: [.provisional],
        [
            (.provisional, ["transmit"], nil), (.success, ["transmit"], "completed"),
            (.failure, ["transmit"], "completed"), (.repeated, ["repeat"], nil),
            (.timer, ["endUnacknowledged"], "terminated"),
        ])
    + rows(
        "completed", by: [.success],
        [
            (.provisional, [], nil), (.success, [], nil), (.failure, [], nil), (.repeated, ["repeat"], nil),
            (.timer, ["end"], "terminated"),
        ])
