public import SIPMessage

/// What a phone is told to do from its start to its end: place one call, or answer those that come. Pure: events in,
/// actions out.
public struct PhoneSession: Sendable {
    public enum Purpose: Sendable {
        case call(OutgoingCall)
        /// Answer as the phone's plan says; after so many calls it is done, with nil never.
        case answer(calls: Int?)
    }

    public enum Action: Sendable {
        case register
        case unregister
        case place(OutgoingCall)
        case endCalls
        case finish(Result)
    }

    /// How it ended.
    public enum Result: Hashable, Sendable {
        /// The call was answered, and later hung up by one side.
        case answered
        case refused(status: StatusCode, reason: String)
        case notRegistered(status: StatusCode, reason: String)
        /// The calls that were to be answered have come and gone.
        case done(calls: Int)
        /// Ended by the person at the phone, before anything was answered.
        case interrupted
    }

    private enum Stage { case registering, busy, ending(Result) }

    private let purpose: Purpose
    private let registers: Bool
    private var stage: Stage
    private var isRegistered = false
    private var wasAnswered = false
    private var isInterrupted = false
    private var calls = 0

    /// - Parameter registers: before placing a call; answering always registers.
    public init(_ purpose: Purpose, registers: Bool) {
        self.purpose = purpose
        if case .answer = purpose { self.registers = true } else { self.registers = registers }
        stage = self.registers ? .registering : .busy
    }

    public mutating func start() -> [Action] {
        if registers { return [.register] }
        return begin()
    }

    private func begin() -> [Action] {
        if case .call(let call) = purpose { [.place(call)] } else { [] }
    }

    public mutating func handle(_ event: PhoneEvent) -> [Action] {
        switch event {
        case .registered:
            isRegistered = true
            guard case .registering = stage else { return [] }
            stage = .busy
            return begin()
        case .registrationFailed(let status, let reason):
            isRegistered = false
            // A refresh that fails does not end a call that is up.
            if case .ending(let result) = stage { return [.finish(result)] }
            guard case .registering = stage else { return [] }
            return [.finish(.notRegistered(status: status, reason: reason))]
        case .unregistered:
            isRegistered = false
            if case .ending(let result) = stage { return [.finish(result)] }
            return []
        case .answered:
            wasAnswered = true
            return []
        case .refused(let status, let reason):
            return end(isInterrupted ? .interrupted : .refused(status: status, reason: reason))
        case .hungUp, .incomingEnded: return callEnded(event)
        case .message, .progress, .incoming, .connected, .unreadable: return []
        }
    }

    private mutating func callEnded(_ event: PhoneEvent) -> [Action] {
        switch purpose {
        case .call:
            guard wasAnswered, case .hungUp = event else { return [] }
            return end(.answered)
        case .answer(let wanted):
            calls += 1
            guard isInterrupted || wanted.map({ calls >= $0 }) ?? false else { return [] }
            return end(.done(calls: calls))
        }
    }

    /// Ctrl-C: what is up is ended politely.
    public mutating func interrupt(isIdle: Bool) -> [Action] {
        isInterrupted = true
        if case .ending = stage { return [] }
        guard isIdle else { return [.endCalls] }
        if case .answer = purpose { return end(.done(calls: calls)) }
        return end(.interrupted)
    }

    private mutating func end(_ result: Result) -> [Action] {
        stage = .ending(result)
        return isRegistered ? [.unregister] : [.finish(result)]
    }
}
