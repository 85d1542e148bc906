import Testing

@testable import SIPStack

/// Walks a machine through every sequence of inputs up to a length and checks what must hold after each step.
private struct Walk {
    var sequences = 0
    var reached: Set<String> = []

    mutating func run<Machine: TestableMachine>(_ type: Machine.Type, isReliable: Bool, depth: Int) {
        let machine = type.init(timers: standardTimers, isReliable: isReliable, now: .zero)
        step(machine, at: .zero, depth: depth, history: [], ends: 0, finals: 0)
    }

    private mutating func step<Machine: TestableMachine>(
        _ machine: Machine, at now: MonotonicTime, depth: Int, history: [MachineInput], ends: Int, finals: Int
    ) {
        sequences += 1
        reached.insert(machine.stateName)
        runsOut(machine, at: now, ends: ends, history: history)
        guard depth > 0 else { return }
        for input in Machine.inputs {
            var copy = machine
            var time = now
            if input == .timer {
                guard let deadline = machine.nextDeadline else { continue }
                time = deadline
            }
            let before = copy.stateName
            let actions = copy.apply(input, at: time)
            let path = history + [input]
            let ended = actions.filter { $0.hasPrefix("end") }.count
            #expect(ends + ended <= 1, "ends once: \(path)")
            #expect((ends + ended == 1) == (copy.stateName == "terminated"), "end and state agree: \(path)")
            if before == "terminated" { #expect(copy.stateName == "terminated", "\(path)") }
            if let deadline = copy.nextDeadline, input == .timer, copy.stateName != before || !actions.isEmpty {
                // Only timer C may come due again at once: the layer cancels in the same step.
                #expect(deadline > time || actions == ["cancel"], "timers move on: \(path)")
            }
            let told = actions.contains("deliver") && input != .provisional ? 1 : 0
            let isInvite = Machine.name == "INVITE client"
            if told == 1, finals > 0 {
                // Only further 2xx of an INVITE come up after the first final response.
                #expect(isInvite && input == .success && before == "accepted", "\(path)")
            }
            step(copy, at: time, depth: depth - 1, history: path, ends: ends + ended, finals: finals + told)
        }
    }

    /// From wherever it is, time alone ends a machine that has nothing to wait for: within 64·T1 of its last step, an
    /// INVITE client that rings within timer C and 64·T1 more, if its user obeys.
    private func runsOut<Machine: TestableMachine>(
        _ start: Machine, at now: MonotonicTime, ends: Int, history: [MachineInput]
    ) {
        var machine = start
        var ended = ends
        var last = now
        while let deadline = machine.nextDeadline {
            last = max(deadline, last)
            let actions = machine.apply(.timer, at: last)
            if actions == ["cancel"] { _ = machine.apply(.cancelSent, at: last) }
            ended += actions.filter { $0.hasPrefix("end") }.count
        }
        let mayWait = Machine.name == "INVITE server" && ["proceeding", "answering"].contains(machine.stateName)
        #expect(machine.stateName == "terminated" || mayWait, "\(history)")
        #expect(ended == (mayWait ? 0 : 1), "\(history)")
        #expect(last - now <= .seconds(185 + 32), "\(history)")
    }
}

@Suite("Every short sequence of inputs keeps the machines' invariants")
struct ExhaustiveWalkTests {
    @Test("INVITE client", arguments: [false, true])
    func inviteClient(isReliable: Bool) {
        var walk = Walk()
        walk.run(InviteClientMachine.self, isReliable: isReliable, depth: 5)
        #expect(walk.sequences > 5000)
        #expect(
            walk.reached
                == (isReliable
                    ? ["calling", "proceeding", "cancelled", "accepted", "terminated"]
                    : ["calling", "proceeding", "cancelled", "completed", "accepted", "terminated"]))
    }

    @Test("non-INVITE client", arguments: [false, true])
    func nonInviteClient(isReliable: Bool) {
        var walk = Walk()
        walk.run(NonInviteClientMachine.self, isReliable: isReliable, depth: 5)
        #expect(walk.reached.isSuperset(of: ["trying", "proceeding", "terminated"]))
        #expect(walk.reached.contains("completed") == !isReliable)
    }

    @Test("INVITE server", arguments: [false, true])
    func inviteServer(isReliable: Bool) {
        var walk = Walk()
        walk.run(InviteServerMachine.self, isReliable: isReliable, depth: 5)
        #expect(walk.reached.isSuperset(of: ["proceeding", "answering", "completed", "accepted", "terminated"]))
        #expect(walk.reached.contains("confirmed") == !isReliable)
    }

    @Test("non-INVITE server", arguments: [false, true])
    func nonInviteServer(isReliable: Bool) {
        var walk = Walk()
        walk.run(NonInviteServerMachine.self, isReliable: isReliable, depth: 5)
        #expect(walk.reached.isSuperset(of: ["trying", "proceeding", "terminated"]))
        #expect(walk.reached.contains("completed") == !isReliable)
    }
}
