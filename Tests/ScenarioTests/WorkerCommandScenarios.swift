import Foundation
import TestSupport
import Testing

/// What operators do to workers while calls are up.
extension Scenarios {
    @Suite("Commands for workers")
    struct WorkerCommandScenarios {
        /// A call that rings while `body` runs, and is answered afterwards: one INVITE, as if nothing had been.
        private func whileRinging(
            workers: Int = 2, _ body: (SwitchUnderTest) async throws -> Void
        ) async throws {
            let port = try Ports.free()
            let script = "sys.Log(\"before\")\nsys.Dial(\"sip:waits@127.0.0.1:\(port)\")"
            try await SwitchUnderTest.run(.alice(calling: script), workers: workers) { running in
                let far = try Phone("far", domain: "elsewhere.test", port: port, of: running)
                for round in 0..<2 {
                    let callee = try await far.answering("callee_by_name")
                    let caller = try Phone("alice", of: running).calling("anyone")
                    try await caller.gets(180)
                    // The second call shows that the new workers serve.
                    if round == 0 { try await body(running) }
                    try await callee.tell("NOTIFY", callID: try await callee.leg(1).callID)
                    try await caller.succeeds()
                    try await callee.succeeds()
                    #expect(callee.trace.requests("INVITE").count == 1)
                }
                try await running.waitUntilNoCalls()
            }
        }

        @Test("upgrade: workers of a new program take over while a call rings", .timeLimit(.minutes(1)))
        func upgrade() async throws {
            try await whileRinging { running in
                let before = try await running.status()
                let program = running.folder.appending(path: "dialplanctl-new").path
                try copyProgram(SwitchUnderTest.dialplanctl, to: program)
                #expect(try await running.command("workers upgrade --program \(program)").contains("are coming"))
                let after = try await eventually("only workers of the new program") {
                    let status = try await running.status()
                    let isDone = status.workers.allSatisfy { $0.program == program }
                    return isDone && status.workers.count { $0.state == "ready" } == 2 ? status : nil
                }
                #expect(after.pids.isDisjoint(with: before.pids))
                for worker in after.workers {
                    let file = try FileManager.default.destinationOfSymbolicLink(atPath: "/proc/\(worker.pid)/exe")
                    #expect(file == program)
                }
                // The call has moved to one of them (the engine is the same).
                try await eventually("the call in a new worker") {
                    try await running.status().workers.contains { $0.executions > 0 }
                }
                // A program that is none changes nothing.
                await #expect(throws: CommandFailed.self) {
                    try await running.command("workers upgrade --program /nowhere/dialplanctl")
                }
                try await running.command("workers upgrade --program /bin/false")
                try await eventually("news of the failure") { running.output.contains("do not become ready") }
                #expect(try await running.status().pids == after.pids)
            }
        }

        @Test("restart and resize while a call rings", .timeLimit(.minutes(1)))
        func restartAndResize() async throws {
            try await whileRinging { running in
                let before = try await running.status()
                try await running.command("workers restart")
                try await eventually("all workers replaced") {
                    let status = try await running.status()
                    return status.pids.isDisjoint(with: before.pids) && Self.serving(status) == 2
                }
                try await running.command("workers resize 4 --spares 2")
                try await eventually("four workers and two spares") {
                    let status = try await running.status()
                    return Self.serving(status) == 4 && status.workers.count { $0.state == "standby" } == 2
                }
                try await running.command("workers resize 1 --spares 0")
                try await eventually("one worker") { try await running.status().workers.map(\.state) == ["ready"] }
            }
        }

        private static func serving(_ status: SwitchStatus) -> Int { status.workers.count { $0.state == "ready" } }

        @Test(
            "a script that ends its worker twice is quarantined, its owner is told the line, another's call goes on; a release lifts it",
            .timeLimit(.minutes(1)))
        func quarantine() async throws {
            let port = try Ports.free()
            let setup = SwitchSetup(
                dialplans: [
                    "sick": "sys.Log(\"begun\")\nwhile true\n  1 + 1\nend",
                    "well": "sys.Dial(\"sip:waits@127.0.0.1:\(port)\")",
                ], accounts: [.init(user: "alice", outDialplan: "sick"), .init(user: "bob", outDialplan: "well")])
            try await SwitchUnderTest.run(setup) { running in
                let far = try Phone("far", domain: "elsewhere.test", port: port, of: running)
                let callee = try await far.answering("callee_by_name")
                let well = try Phone("bob", of: running).calling("anyone")
                try await well.gets(180)

                let sick = try Phone("alice", of: running).calling("anyone", as: "caller_refused")
                for _ in 0..<2 { try await faultInBusyWorker(running) }
                try await sick.succeeds()
                #expect(sick.trace.received.last?.status == 500)

                let listed = try await running.command("quarantine list")
                #expect(listed.contains("sam") && listed.contains("sick") && listed.contains("killed by signal 11"))
                let log = try await running.log().map(\.text)
                #expect(log.contains { $0.contains("sick version 1 at line") && $0.contains("ended its worker") })
                #expect(log.contains { $0.contains("is quarantined") && $0.contains("the last at line") })
                let refused = try Phone("alice", of: running).calling("anyone", as: "caller_refused")
                try await refused.succeeds()
                #expect(refused.trace.received.last?.status == 503)

                // All others go on.
                try await callee.tell("NOTIFY", callID: try await callee.leg(1).callID)
                try await well.succeeds()
                try await callee.succeeds()

                try await running.command("quarantine release sick --owner sam")
                #expect(try await running.status().health?.quarantinedScripts == 0)
                await #expect(throws: CommandFailed.self) {
                    try await running.command("quarantine release --owner sam")
                }
                let again = try Phone("alice", of: running).calling("anyone", as: "caller_refused")
                try await faultInBusyWorker(running)
                #expect(try await running.status().health?.quarantinedScripts == 0, "one blame is none too many")
                try await faultInBusyWorker(running)
                try await again.succeeds()
                try await running.waitUntilNoCalls()
            }
        }

        /// A fault (SIGSEGV) in the worker that runs a script in this moment, as a bug of the interpreter would be.
        private func faultInBusyWorker(_ running: SwitchUnderTest) async throws {
            let worker = try await eventually("a worker that runs a script", every: .milliseconds(5)) {
                try await running.status().workers.first { $0.running != 0 && $0.executions > 0 }
            }
            kill(worker.pid, SIGSEGV)
            try await eventually("its end") { !ProcessReading.exists(worker.pid) }
        }

        @Test(
            "calls that wait in a Dial when their worker is killed twice: none is quarantined, all are answered",
            .timeLimit(.minutes(2)))
        func innocent() async throws {
            let count = Proof.isThorough ? 300 : 100
            let port = try Ports.free()
            try await SwitchUnderTest.run(.alice(calling: "sys.Dial(\"sip:bob@127.0.0.1:\(port)\")"), workers: 1) {
                running in
                let far = try Phone("far", domain: "elsewhere.test", port: port, of: running)
                let callee = try await far.answering("callee_answers", calls: count, pauseMilliseconds: 6_000)
                let caller = try Phone("alice", of: running).calling("anyone", calls: count, rate: 100)
                _ = try await callee.leg(count, within: .seconds(20))
                for round in 1...2 {
                    let worker = try await eventually("all calls in one worker") {
                        try await running.status().workers.first { $0.executions == count }
                    }
                    kill(worker.pid, SIGSEGV)
                    try await eventually("end \(round) of the worker") { !ProcessReading.exists(worker.pid) }
                }
                #expect(try await running.status().health?.quarantinedScripts == 0)
                try await caller.succeeds()
                try await callee.succeeds()
                #expect(callee.trace.requests("INVITE").count == count)
                #expect(try await running.command("quarantine list").contains("No script"))
                try await running.waitUntilNoCalls()
            }
        }
    }
}
