import Foundation
import Testing

/// `kill -9` of the worker that runs a call's script, at every kind of place where a script can stand. The phones must
/// not notice, and the owner's log must be that of a call without a kill.
extension Scenarios {
    @Suite("Kill tests")
    struct KillScenarios {
        @Test("the call survives the death of its worker", .timeLimit(.minutes(2)), arguments: KillCase.all)
        func survives(_ scenario: KillCase) async throws {
            let port = try Ports.free()
            let script = scenario.script.replacing("CALLEE", with: "127.0.0.1:\(port)")
            try await SwitchUnderTest.run(.alice(calling: script)) { running in
                let undisturbed = try await play(scenario, calleePort: port, killing: false, running)
                let killed = try await play(scenario, calleePort: port, killing: true, running)
                #expect(!undisturbed.maskedLog.isEmpty)
                #expect(killed.maskedLog == undisturbed.maskedLog)
                #expect(killed.maskedUsers == undisturbed.maskedUsers)
                try await running.waitUntilNoCalls()
            }
        }

        @Test("a CANCEL that crosses the answer just after the worker's death", .timeLimit(.minutes(2)))
        func cancelCrossesAnswer() async throws {
            let port = try Ports.free()
            let script = """
                begin
                  sys.Dial("sip:crosses@127.0.0.1:\(port)")
                rescue => error
                  sys.Log("ended: #{error.message}")
                ensure
                  sys.Log("ensured")
                end
                """
            try await SwitchUnderTest.run(.alice(calling: script)) { running in
                var logs: [[String]] = []
                for killing in [false, true] {
                    let far = try Phone("far", domain: "elsewhere.test", port: port, of: running)
                    let callee = try await far.answering("callee_by_name")
                    let caller = try Phone("alice", of: running).calling("anyone", as: "caller_cancels_when_told")
                    try await caller.gets(180)
                    let before = try await running.status()
                    if killing { try await killWorker(of: before) }
                    try await caller.tell("NOTIFY", callID: caller.callID)
                    try await caller.succeeds()
                    try await callee.succeeds()
                    #expect(caller.trace.statuses(of: "INVITE").last == 487)
                    #expect(callee.trace.requests("INVITE").count == 1)
                    try await running.waitUntilNoCalls()
                    logs.append(try await running.logOfLastCall().map { "\($0.kind) \($0.text)" })
                }
                #expect(logs[0] == logs[1])
                #expect(logs[0].contains("script ended: Thread was being aborted."))
            }
        }

        @Test("an answer just after the worker's death that a CANCEL crosses: the call stands", .timeLimit(.minutes(2)))
        func answerCrossesCancel() async throws {
            let port = try Ports.free()
            let script = "sys.Dial(\"sip:waits@127.0.0.1:\(port)\")"
            try await SwitchUnderTest.run(.alice(calling: script)) { running in
                let far = try Phone("far", domain: "elsewhere.test", port: port, of: running)
                let callee = try await far.answering("callee_by_name")
                let caller = try Phone("alice", of: running).calling("anyone", as: "caller_cancel_crosses_answer")
                try await caller.gets(180)
                try await killWorker(of: try await running.status())
                try await callee.tell("NOTIFY", callID: try await callee.leg(1).callID)
                try await caller.succeeds()
                try await callee.succeeds()
                #expect(callee.trace.requests("INVITE").count == 1)
                try await running.waitUntilNoCalls()
            }
        }

        @Test(
            "forty calls ring when one of two workers dies: all are answered, each leg was sent once",
            .timeLimit(.minutes(2)))
        func manyCalls() async throws {
            let port = try Ports.free()
            let script = "sys.Log(\"#{rand(1000)}\")\nsys.Dial(\"sip:bob@127.0.0.1:\(port)\")"
            try await SwitchUnderTest.run(.alice(calling: script)) { running in
                let far = try Phone("far", domain: "elsewhere.test", port: port, of: running)
                let callee = try await far.answering("callee_answers", calls: 40, pauseMilliseconds: 4000)
                let caller = try Phone("alice", of: running).calling("anyone", calls: 40, rate: 40)
                _ = try await callee.leg(40)
                let before = try await running.status()
                let victim = try #require(before.workers.max { $0.executions < $1.executions })
                #expect(victim.executions > 0)
                kill(victim.pid, SIGKILL)
                try await caller.succeeds()
                try await callee.succeeds()
                let invites = callee.trace.requests("INVITE")
                #expect(invites.count == 40)
                #expect(Set(invites.map(\.callID)).count == 40)
                let after = try await recovered(running, workers: before.workers.count)
                #expect(after.pids.isSuperset(of: before.pids.subtracting([victim.pid])))
                try await running.waitUntilNoCalls()
            }
        }

        // MARK: - One call

        /// What one call left behind, with the random number, the time and the Call-IDs taken out.
        struct Record {
            var maskedLog: [String]
            var maskedUsers: [String]
        }

        /// Places the call of `scenario`, plays the callee, kills where the scenario says (when `killing`), and checks
        /// all that must hold for a single call.
        func play(
            _ scenario: KillCase, calleePort: Int, killing: Bool, _ running: SwitchUnderTest
        ) async throws -> Record {
            let far = try Phone("far", domain: "elsewhere.test", port: calleePort, of: running)
            let callee = try await far.answering("callee_by_name", calls: scenario.legs.count)
            let before = try await recovered(running, workers: running.workerCount)
            var killed: Set<Int32> = []
            let caller = try Phone("alice", of: running).calling("00493012345")
            if killing && scenario.killedBeforeFirstCall {
                killed.insert(try await killWorker(running))
                #expect(callee.trace.requests("INVITE").isEmpty, "the worker died before the first leg")
            }
            for (index, behaviour) in scenario.legs.enumerated() {
                let leg = try await callee.leg(index + 1)
                guard let word = behaviour.word else { continue }
                try await caller.gets(180)
                if killing && behaviour.kills { killed.insert(try await killWorker(running)) }
                try await callee.tell(word, callID: leg.callID)
            }
            try await caller.succeeds()
            try await callee.succeeds()

            #expect(caller.trace.statuses(of: "INVITE").filter { $0 != 100 } == [401, 180, 200])
            let invites = callee.trace.requests("INVITE")
            #expect(invites.count == scenario.legs.count, "exactly one INVITE per leg")
            #expect(Set(invites.map(\.callID)).count == scenario.legs.count)

            #expect(killed.count == (killing ? scenario.kills : 0))
            let after = try await recovered(running, workers: before.workers.count)
            #expect(after.pids.isSuperset(of: before.pids.subtracting(killed)), "nothing else restarts")
            #expect(after.pids.isDisjoint(with: killed))

            let log = try await running.logOfLastCall()
            let tokenLine = try #require(log.first { $0.text.hasPrefix("token ") })
            let token = String(tokenLine.text.dropFirst("token ".count))
            let users = invites.compactMap(\.requestUser)
            #expect(users.last?.hasSuffix(token) == true, "the last leg carries the rand and Time.now of the log line")
            return Record(
                maskedLog: log.map { "\($0.position) \($0.kind) \(mask($0.text, token, caller, invites))" },
                maskedUsers: users.map { mask($0, token, caller, invites) })
        }

        /// What differs between two calls of the same script: the token, random numbers in lines, the Call-IDs.
        func mask(_ text: String, _ token: String, _ caller: Sipp, _ legs: [MessageTrace.Message]) -> String {
            var text = text.replacing(token, with: "TOKEN").replacing(caller.callID, with: "CALL")
            for (index, leg) in legs.enumerated() { text = text.replacing(leg.callID, with: "LEG\(index + 1)") }
            return text.replacing(/\br\d+/, with: "rN")
        }

        /// Kills the worker that runs the one execution there is, and waits until it is gone.
        @discardableResult
        func killWorker(_ running: SwitchUnderTest) async throws -> Int32 {
            let status = try await eventually("an execution in a worker", every: .milliseconds(5)) {
                let status = try await running.status()
                return status.workers.contains { $0.executions > 0 } ? status : nil
            }
            return try await killWorker(of: status)
        }

        @discardableResult
        func killWorker(of status: SwitchStatus) async throws -> Int32 {
            let busy = status.workers.filter { $0.executions > 0 }
            #expect(busy.count == 1, "one call, one worker")
            let pid = try #require(busy.first).pid
            kill(pid, SIGKILL)
            try await eventually("end of worker \(pid)") { !ProcessReading.exists(pid) }
            return pid
        }

        /// The status once all workers are there again.
        func recovered(_ running: SwitchUnderTest, workers: Int) async throws -> SwitchStatus {
            try await eventually("\(workers) ready workers") {
                let status = try await running.status()
                return status.workers.filter { ["ready", "standby"].contains($0.state) }.count >= workers ? status : nil
            }
        }
    }
}
