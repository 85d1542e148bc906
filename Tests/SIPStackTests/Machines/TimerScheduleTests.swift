import Testing

@testable import SIPStack

/// One lettered timer: a machine brought into a state, and when (ms since the last input) it then does what.
struct TimerRow: Sendable, CustomStringConvertible {
    let letter: String
    let isReliable: Bool
    let make: @Sendable (TimerIntervals, Bool) -> any TestableMachine
    let path: [MachineInput]
    let schedule: [(Int64, String)]

    var description: String { "\(letter) over \(isReliable ? "TCP" : "UDP")" }
}

private let inviteClient: @Sendable (TimerIntervals, Bool) -> any TestableMachine = {
    InviteClientMachine(timers: $0, isReliable: $1, now: .zero)
}
private let nonInviteClient: @Sendable (TimerIntervals, Bool) -> any TestableMachine = {
    NonInviteClientMachine(timers: $0, isReliable: $1, now: .zero)
}
private let inviteServer: @Sendable (TimerIntervals, Bool) -> any TestableMachine = {
    InviteServerMachine(timers: $0, isReliable: $1, now: .zero)
}
private let nonInviteServer: @Sendable (TimerIntervals, Bool) -> any TestableMachine = {
    NonInviteServerMachine(timers: $0, isReliable: $1, now: .zero)
}

private let doublingToT2: [Int64] = [500, 1500, 3500, 7500, 11500, 15500, 19500, 23500, 27500, 31500]

/// RFC 3261 annex A, table 4, with RFC 6026's L and M. Timer K, J, D and I of zero are in `TransitionTests`.
private let timerRows: [TimerRow] = [
    TimerRow(
        letter: "A and B", isReliable: false, make: inviteClient, path: [],
        schedule: [500, 1500, 3500, 7500, 15500, 31500].map { ($0, "transmit") } + [(32000, "timeout"), (32000, "end")]),
    TimerRow(
        letter: "B", isReliable: true, make: inviteClient, path: [], schedule: [(32000, "timeout"), (32000, "end")]),
    TimerRow(
        letter: "C", isReliable: false, make: inviteClient, path: [.provisional], schedule: [(185_000, "cancel")]),
    TimerRow(
        letter: "C after CANCEL", isReliable: true, make: inviteClient, path: [.provisional, .cancelSent],
        schedule: [(32000, "timeout"), (32000, "end")]),
    TimerRow(letter: "D", isReliable: false, make: inviteClient, path: [.failure], schedule: [(32000, "end")]),
    TimerRow(
        letter: "E and F in trying", isReliable: false, make: nonInviteClient, path: [],
        schedule: doublingToT2.map { ($0, "transmit") } + [(32000, "timeout"), (32000, "end")]),
    TimerRow(
        letter: "E and F in proceeding", isReliable: false, make: nonInviteClient, path: [.provisional],
        schedule: [500, 4500, 8500, 12500, 16500, 20500, 24500, 28500].map { ($0, "transmit") }
            + [(32000, "timeout"), (32000, "end")]),
    TimerRow(
        letter: "F", isReliable: true, make: nonInviteClient, path: [.provisional],
        schedule: [(32000, "timeout"), (32000, "end")]),
    TimerRow(letter: "K", isReliable: false, make: nonInviteClient, path: [.success], schedule: [(5000, "end")]),
    TimerRow(letter: "100", isReliable: false, make: inviteServer, path: [], schedule: [(200, "trying")]),
    TimerRow(letter: "100", isReliable: true, make: inviteServer, path: [], schedule: [(200, "trying")]),
    TimerRow(
        letter: "G and H", isReliable: false, make: inviteServer, path: [.failure],
        schedule: doublingToT2.map { ($0, "repeat") } + [(32000, "endUnacknowledged")]),
    TimerRow(
        letter: "H", isReliable: true, make: inviteServer, path: [.failure], schedule: [(32000, "endUnacknowledged")]),
    TimerRow(letter: "I", isReliable: false, make: inviteServer, path: [.failure, .ack], schedule: [(5000, "end")]),
    TimerRow(letter: "J", isReliable: false, make: nonInviteServer, path: [.success], schedule: [(32000, "end")]),
    TimerRow(letter: "L", isReliable: false, make: inviteServer, path: [.success], schedule: [(32000, "end")]),
    TimerRow(letter: "L", isReliable: true, make: inviteServer, path: [.success], schedule: [(32000, "end")]),
    TimerRow(letter: "M", isReliable: false, make: inviteClient, path: [.success], schedule: [(32000, "end")]),
    TimerRow(letter: "M", isReliable: true, make: inviteClient, path: [.success], schedule: [(32000, "end")]),
    TimerRow(
        letter: "no answer", isReliable: true, make: nonInviteServer, path: [.provisional],
        schedule: [(32000, "endUnacknowledged")]),
]

@Suite("Timers A to M fire when RFC 3261 and RFC 6026 say")
struct TimerScheduleTests {
    @Test("each timer", arguments: timerRows)
    func schedule(row: TimerRow) {
        var machine = row.make(standardTimers, row.isReliable)
        for input in row.path { _ = machine.apply(input, at: .zero) }
        var seen: [(Int64, String)] = []
        while let deadline = machine.nextDeadline, seen.count <= row.schedule.count {
            // Just before the deadline nothing happens.
            let early = MonotonicTime(nanoseconds: deadline.nanoseconds - 1)
            #expect(machine.apply(.timer, at: early).isEmpty)
            let actions = machine.apply(.timer, at: deadline)
            #expect(!actions.isEmpty)
            seen += actions.map { (deadline.inMilliseconds, $0) }
            if actions == ["cancel"] { break }  // timer C: the layer answers by cancelling
        }
        #expect(seen.map(\.0) == row.schedule.map(\.0))
        #expect(seen.map(\.1) == row.schedule.map(\.1))
    }

    @Test("each provisional response starts timer C anew")
    func timerC() {
        var machine = InviteClientMachine(timers: standardTimers, isReliable: false, now: .zero)
        _ = machine.apply(.provisional, at: .milliseconds(100))
        _ = machine.apply(.provisional, at: .milliseconds(60_000))
        #expect(machine.nextDeadline?.inMilliseconds == 245_000)
    }

    @Test("without timer C a ringing INVITE waits for ever")
    func noTimerC() {
        let timers = TimerValues(timerC: nil).intervals
        var machine = InviteClientMachine(timers: timers, isReliable: false, now: .zero)
        _ = machine.apply(.provisional, at: .zero, timers: timers)
        #expect(machine.nextDeadline == nil)
    }

    @Test("extreme timer values neither trap nor wrap", arguments: [Duration.seconds(Int64.max), .seconds(-5), .zero])
    func extremes(value: Duration) {
        let timers = TimerValues(t1: value, t2: value, t4: value, timerC: value, tryingDelay: value).intervals
        let start = MonotonicTime(nanoseconds: .max - 10)
        var machine = NonInviteClientMachine(timers: timers, isReliable: false, now: start)
        #expect(machine.nextDeadline.map { $0 >= start } == true)
        var steps = 0
        while let deadline = machine.nextDeadline, steps < 10 {
            _ = machine.apply(.timer, at: deadline, timers: timers)
            steps += 1
        }
        #expect(machine.stateName == "terminated")
    }
}
