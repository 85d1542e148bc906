@testable import SIPStack

extension MonotonicTime {
    static func milliseconds(_ count: Int64) -> MonotonicTime { MonotonicTime(nanoseconds: count * 1_000_000) }
    var inMilliseconds: Int64 { nanoseconds / 1_000_000 }
}

let standardTimers = TimerValues().intervals

/// What can be done to any of the four machines.
enum MachineInput: String, CaseIterable, Sendable {
    case provisional, success, failure
    case repeated, ack
    case timer
    case cancelSent, transportFailed
}

/// One face for the four machines, so that one walk can go through all of them.
protocol TestableMachine: Sendable {
    static var name: String { get }
    static var inputs: [MachineInput] { get }
    init(timers: TimerIntervals, isReliable: Bool, now: MonotonicTime)
    var stateName: String { get }
    var nextDeadline: MonotonicTime? { get }
    /// Names of the actions asked for, in their order.
    mutating func apply(_ input: MachineInput, at now: MonotonicTime, timers: TimerIntervals) -> [String]
}

extension TestableMachine {
    mutating func apply(_ input: MachineInput, at now: MonotonicTime) -> [String] {
        apply(input, at: now, timers: standardTimers)
    }
}

extension ClientActions {
    var names: [String] {
        let all: [(ClientActions, String)] = [
            (.transmitRequest, "transmit"), (.acknowledge, "acknowledge"), (.repeatAcknowledge, "repeatAcknowledge"),
            (.deliver, "deliver"), (.reportStray, "stray"), (.reportTimeout, "timeout"),
            (.reportTransportError, "transportError"), (.cancelByTimerC, "cancel"), (.end, "end"),
        ]
        return all.filter { contains($0.0) }.map(\.1)
    }
}

extension ServerActions {
    var names: [String] {
        let all: [(ServerActions, String)] = [
            (.transmit, "transmit"), (.repeatLast, "repeat"), (.sendTrying, "trying"), (.deliverAck, "deliverAck"),
            (.forgetResponse, "forget"), (.end, "end"), (.endUnacknowledged, "endUnacknowledged"),
        ]
        return all.filter { contains($0.0) }.map(\.1)
    }
}

extension MachineInput {
    var responseClass: ResponseClass? {
        switch self {
        case .provisional: .provisional
        case .success: .success
        case .failure: .failure
        default: nil
        }
    }
}

extension InviteClientMachine: TestableMachine {
    static var name: String { "INVITE client" }
    static var inputs: [MachineInput] { [.provisional, .success, .failure, .timer, .cancelSent, .transportFailed] }
    var stateName: String {
        switch state {
        case .calling: "calling"
        case .proceeding(_, nil): "proceeding"
        case .proceeding: "cancelled"
        case .completed: "completed"
        case .accepted: "accepted"
        case .terminated: "terminated"
        }
    }
    mutating func apply(_ input: MachineInput, at now: MonotonicTime, timers: TimerIntervals) -> [String] {
        if let response = input.responseClass { return responseReceived(response, now: now, timers: timers).names }
        switch input {
        case .timer: return timersFired(now: now, timers: timers).names
        case .transportFailed: return transportFailed().names
        case .cancelSent: cancelSent(now: now, timers: timers)
        default: break
        }
        return []
    }
}

extension NonInviteClientMachine: TestableMachine {
    static var name: String { "non-INVITE client" }
    static var inputs: [MachineInput] { [.provisional, .success, .failure, .timer, .transportFailed] }
    var stateName: String {
        switch state {
        case .trying: "trying"
        case .proceeding: "proceeding"
        case .completed: "completed"
        case .terminated: "terminated"
        }
    }
    mutating func apply(_ input: MachineInput, at now: MonotonicTime, timers: TimerIntervals) -> [String] {
        if let response = input.responseClass { return responseReceived(response, now: now, timers: timers).names }
        switch input {
        case .timer: return timersFired(now: now, timers: timers).names
        case .transportFailed: return transportFailed().names
        default: return []
        }
    }
}

extension InviteServerMachine: TestableMachine {
    static var name: String { "INVITE server" }
    static var inputs: [MachineInput] { [.provisional, .success, .failure, .repeated, .ack, .timer] }
    var stateName: String {
        switch state {
        case .proceeding(nil): "answering"
        case .proceeding: "proceeding"
        case .completed: "completed"
        case .confirmed: "confirmed"
        case .accepted: "accepted"
        case .terminated: "terminated"
        }
    }
    mutating func apply(_ input: MachineInput, at now: MonotonicTime, timers: TimerIntervals) -> [String] {
        if let response = input.responseClass { return responseGiven(response, now: now, timers: timers).names }
        switch input {
        case .timer: return timersFired(now: now, timers: timers).names
        case .repeated: return requestRepeated().names
        case .ack: return ackReceived(now: now, timers: timers).names
        default: return []
        }
    }
}

extension NonInviteServerMachine: TestableMachine {
    static var name: String { "non-INVITE server" }
    static var inputs: [MachineInput] { [.provisional, .success, .failure, .repeated, .timer] }
    var stateName: String {
        switch state {
        case .trying: "trying"
        case .proceeding: "proceeding"
        case .completed: "completed"
        case .terminated: "terminated"
        }
    }
    mutating func apply(_ input: MachineInput, at now: MonotonicTime, timers: TimerIntervals) -> [String] {
        if let response = input.responseClass { return responseGiven(response, now: now, timers: timers).names }
        switch input {
        case .timer: return timersFired(now: now, timers: timers).names
        case .repeated: return requestRepeated().names
        default: return []
        }
    }
}
