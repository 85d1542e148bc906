import Testing

@testable import SIPStack

@Suite("The four machines follow the figures of RFC 3261 and RFC 6026")
struct TransitionTests {
    private func check<Machine: TestableMachine>(_ arrow: Arrow, of type: Machine.Type) throws {
        var now = MonotonicTime.milliseconds(1000)
        var machine = type.init(timers: standardTimers, isReliable: false, now: now)
        for input in arrow.path { _ = machine.apply(input, at: now) }
        #expect(machine.stateName == arrow.state)
        if arrow.input == .timer { now = try #require(machine.nextDeadline) }
        #expect(machine.apply(arrow.input, at: now) == arrow.actions)
        #expect(machine.stateName == arrow.next)
    }

    @Test("INVITE client: each input in each state", arguments: inviteClientArrows)
    func inviteClient(arrow: Arrow) throws { try check(arrow, of: InviteClientMachine.self) }

    @Test("non-INVITE client: each input in each state", arguments: nonInviteClientArrows)
    func nonInviteClient(arrow: Arrow) throws { try check(arrow, of: NonInviteClientMachine.self) }

    @Test("INVITE server: each input in each state", arguments: inviteServerArrows)
    func inviteServer(arrow: Arrow) throws { try check(arrow, of: InviteServerMachine.self) }

    @Test("non-INVITE server: each input in each state", arguments: nonInviteServerArrows)
    func nonInviteServer(arrow: Arrow) throws { try check(arrow, of: NonInviteServerMachine.self) }

    @Test("over a reliable transport the timers that wait for repeats are zero")
    func reliable() {
        let now = MonotonicTime.zero
        var inviteClient = InviteClientMachine(timers: standardTimers, isReliable: true, now: now)
        #expect(inviteClient.apply(.failure, at: now) == ["acknowledge", "deliver", "end"])  // D
        var client = NonInviteClientMachine(timers: standardTimers, isReliable: true, now: now)
        #expect(client.apply(.success, at: now) == ["deliver", "end"])  // K
        var server = NonInviteServerMachine(timers: standardTimers, isReliable: true, now: now)
        #expect(server.apply(.success, at: now) == ["transmit", "end"])  // J
        var inviteServer = InviteServerMachine(timers: standardTimers, isReliable: true, now: now)
        #expect(inviteServer.apply(.failure, at: now) == ["transmit"])
        #expect(inviteServer.nextDeadline?.inMilliseconds == 32_000)  // H, and no G
        #expect(inviteServer.apply(.ack, at: now) == ["end"])  // I
    }

    @Test("a terminated machine does nothing and sets no timer")
    func terminated() {
        func check<Machine: TestableMachine>(_ type: Machine.Type, endedBy path: [MachineInput]) {
            for isReliable in [false, true] {
                var machine = type.init(timers: standardTimers, isReliable: isReliable, now: .zero)
                for input in path { _ = machine.apply(input, at: .zero) }
                while let deadline = machine.nextDeadline { _ = machine.apply(.timer, at: deadline) }
                #expect(machine.stateName == "terminated", "\(type.name)")
                for input in type.inputs {
                    let actions = machine.apply(input, at: .milliseconds(100_000))
                    // A 2xx for an INVITE that failed already means that somebody waits for an ACK.
                    #expect(actions == (type.name == "INVITE client" && input == .success ? ["stray"] : []))
                    #expect(machine.nextDeadline == nil)
                }
            }
        }
        check(InviteClientMachine.self, endedBy: [.failure])
        check(NonInviteClientMachine.self, endedBy: [.failure])
        check(InviteServerMachine.self, endedBy: [.failure])
        check(NonInviteServerMachine.self, endedBy: [.failure])
    }
}
