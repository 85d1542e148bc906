import CallStore
import Foundation
import GRDB
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
