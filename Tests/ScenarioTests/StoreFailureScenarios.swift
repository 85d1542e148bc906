import CallStore
import Foundation
import GRDB
import TestSupport
import Testing

extension Scenarios {
    @Suite("The store fails")
    struct StoreFailureScenarios {
        @Test(
            "while another program locks the database calls go on; their records are written when it lets go",
            .timeLimit(.minutes(1)))
        func locked() async throws {
            try await SwitchUnderTest.run(.alice(calling: "sys.Dial(\"bob@example.test\")")) { running in
                let alice = try Phone("alice", of: running), bob = try Phone("bob", of: running)
                try await alice.register()
                try await bob.register()
                let database = running.folder.appending(path: "switch.sqlite").path
                var configuration = Configuration()
                configuration.allowsUnsafeTransactions = true
                let other = try DatabaseQueue(path: database, configuration: configuration)
                try await other.writeWithoutTransaction { try $0.execute(sql: "BEGIN IMMEDIATE") }

                for _ in 0..<2 {
                    let callee = try await bob.answering("callee_answers")
                    let caller = try alice.calling("bob")
                    try await caller.succeeds()
                    try await callee.succeeds()
                }
                try await running.waitUntilNoCalls()
                try await eventually("the alarm", within: .seconds(15)) { Self.alarms(in: running) == 1 }
                #expect(try Self.records(in: database) == 0)

                try await other.writeWithoutTransaction { try $0.execute(sql: "ROLLBACK") }
                try other.close()
                try await eventually("the records", within: .seconds(15)) { try Self.records(in: database) == 2 }
                try await eventually("the all-clear") { running.output.contains("the store works again") }
                #expect(Self.alarms(in: running) == 1, "one alarm for both calls")
            }
        }

        @Test(
            "on a full disk calls go on and the switch says so; their records are written when there is room",
            .timeLimit(.minutes(1)), .enabled(if: SmallDisk.isPossible, "a file system cannot be mounted here"))
        func fullDisk() async throws {
            let disk = try SmallDisk(size: "6m")
            let setup = SwitchSetup.alice(calling: "sys.Respond(603, \"Not today\")")
            try await SwitchUnderTest.run(setup, database: disk.database) { running in
                let alice = try Phone("alice", of: running)
                try disk.fill()
                // The log of the database has some room of its own left; a hundred calls need more.
                let callers = try alice.calling("anyone", as: "caller_refused", calls: 100, rate: 50)
                try await callers.succeeds()
                try await running.waitUntilNoCalls()
                try await eventually("the alarm") { Self.alarms(in: running) >= 1 }
                #expect(running.output.contains("free some space"))
                // Larger than the room that a write that failed may have left in the log.
                let script = running.folder.appending(path: "large.rb")
                try Data(String(repeating: "# nothing\n", count: 10_000).utf8).write(to: script)
                let refused = try await Self.failure {
                    try await running.command("dialplan set large \(script.path) --owner \(SwitchSetup.owner)")
                }
                #expect(refused.output.contains("free some space") && refused.status == 1, "\(refused.output)")
                let doctor = try await Self.failure { try await running.command("doctor --database \(disk.database)") }
                #expect(doctor.output.contains("call records and registrations are soon lost"))
                #expect(try Self.records(in: disk.database) < 100)

                try disk.makeRoom()
                try await eventually("the records", within: .seconds(15)) {
                    try Self.records(in: disk.database) == 100
                }
                try await eventually("the all-clear") { running.output.contains("the store works again") }
                #expect(running.output.contains("lost=0"))
                try await alice.register()
                try await running.command("user add kim")
            }
            #expect(CallStore.check(disk.database).filter { $0.subject != "disk" && $0.verdict == .problem } == [])
        }

        /// How a command fails that must.
        private static func failure(of command: () async throws -> String) async throws -> CommandFailed {
            do {
                let output = try await command()
                return CommandFailed(command: "it", status: 0, output: output)
            } catch let error as CommandFailed {
                return error
            }
        }

        private static func alarms(in running: SwitchUnderTest) -> Int {
            running.output.split(separator: "\n").count { $0.contains("the store takes no writes") }
        }

        private static func records(in database: String) throws -> Int {
            let store = try CallStore.open(database, role: .inspecting)
            defer { store.close() }
            return try store.countCallRecords()
        }
    }
}
