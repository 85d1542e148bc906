import CHostileCalls
import CallStore
import Foundation
import GRDB
import Testing

/// What looks like sick workers and is not: none of them is ended for it, and an alarm says where the trouble is.
extension Scenarios {
    @Suite("What must not be killed")
    struct NotKilledScenarios {
        /// A switch with a call that rings while `trouble` is made; its workers are the same afterwards, and the call is
        /// answered.
        private func survive(_ trouble: (SwitchUnderTest) async throws -> Void) async throws {
            let port = try Ports.free()
            try await SwitchUnderTest.run(.alice(calling: "sys.Dial(\"sip:waits@127.0.0.1:\(port)\")")) { running in
                let far = try Phone("far", domain: "elsewhere.test", port: port, of: running)
                let callee = try await far.answering("callee_by_name")
                let caller = try Phone("alice", of: running).calling("anyone")
                try await caller.gets(180)
                let before = try await running.status()
                try await trouble(running)
                let after = try await running.status()
                #expect(after.pids == before.pids, "no worker was killed")
                try await callee.tell("NOTIFY", callID: try await callee.leg(1).callID)
                try await caller.succeeds()
                try await callee.succeeds()
                #expect(try await running.status().workers.allSatisfy { $0.restarts == 0 })
                try await running.waitUntilNoCalls()
            }
        }

        /// Waits for the alarm of the judge that withholds its judgement.
        private func alarm(_ stage: String, in running: SwitchUnderTest) async throws {
            try await eventually("the alarm that names \(stage)") {
                running.output.split(separator: "\n").contains {
                    $0.contains("ALARM: no worker is judged hung now") && $0.contains("stage=\(stage)")
                }
            }
        }

        @Test("the front itself is stopped for seconds (SIGSTOP)", .timeLimit(.minutes(1)))
        func stoppedFront() async throws {
            try await survive { running in
                let pid = try running.frontPid
                kill(pid, SIGSTOP)
                try await Task.sleep(for: Proof.isThorough ? .seconds(5) : .seconds(2))
                kill(pid, SIGCONT)
                try await alarm("front", in: running)
            }
        }

        @Test("a debugger is attached to the front", .timeLimit(.minutes(1)))
        func debuggedFront() async throws {
            try await survive { running in
                let pid = try running.frontPid
                let milliseconds: Int32 = Proof.isThorough ? 5_000 : 2_000
                // All of a tracer's requests must come from one thread, and it sleeps meanwhile.
                let threads = await withCheckedContinuation { done in
                    Thread.detachNewThread { done.resume(returning: processpool_debug_process(pid, milliseconds)) }
                }
                #expect(threads >= 4, "threads of the front that stood still")
                try await alarm("front", in: running)
            }
        }

        @Test("the machine is overloaded: far more wants to run than can", .timeLimit(.minutes(1)))
        func overloaded() async throws {
            try await survive { running in
                let count = ProcessInfo.processInfo.activeProcessorCount * 6
                let seconds = Proof.isThorough ? 20 : 4
                var hogs: [Child] = []
                for number in 0..<count {
                    hogs.append(
                        try Child(
                            "/bin/sh", ["-c", "while :; do :; done"], name: "hog-\(number)", in: running.folder,
                            limit: .seconds(seconds)))
                }
                for hog in hogs { try await hog.exitStatus(within: .seconds(seconds + 20)) }
                // Whether it is noticed at all depends on the machine; if it is, it is no worker's fault.
                let alarms = running.output.split(separator: "\n").filter { $0.contains("ALARM: no worker is judged") }
                #expect(alarms.allSatisfy { $0.contains("stage=machine") || $0.contains("stage=front") })
            }
        }

        @Test("the store is locked by another program", .timeLimit(.minutes(2)))
        func lockedStore() async throws {
            try await survive { running in
                let database = running.folder.appending(path: "switch.sqlite").path
                var configuration = Configuration()
                configuration.allowsUnsafeTransactions = true
                let other = try DatabaseQueue(path: database, configuration: configuration)
                try await other.writeWithoutTransaction { try $0.execute(sql: "BEGIN IMMEDIATE") }
                if Proof.isThorough {
                    // Probes come every 10 s to each worker, and two failures are an alarm.
                    try await eventually("the probes' alarm that names the store", within: .seconds(40)) {
                        try await running.status().health?.alarms == ["store"]
                    }
                } else {
                    try await Task.sleep(for: .seconds(3))
                }
                try await other.writeWithoutTransaction { try $0.execute(sql: "ROLLBACK") }
                try other.close()
                if Proof.isThorough {
                    try await eventually("the all-clear", within: .seconds(40)) {
                        try await running.status().health?.alarms == []
                    }
                }
            }
        }
    }
}
