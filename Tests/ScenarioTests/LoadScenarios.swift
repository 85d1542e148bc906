import Foundation
import Testing

extension Scenarios {
    @Suite("Load")
    struct LoadScenarios {
        /// Seconds of load; `make prove` takes 300 or more.
        static let seconds =
            ProcessInfo.processInfo.environment["DIALPLAN_LOAD_SECONDS"].flatMap { Int($0) } ?? 60
        static let callsPerSecond = 100

        /// How much more memory a process may hold after the load than before it: SQLite's page cache grows to 2 MB a
        /// connection, and allocators keep some pages. A leak of 1.4 KiB per call would be 8 MiB at 6,000 calls; `make
        /// prove`, with 30,000, finds one of 280 bytes.
        static let toleratedKiB = 8 * 1024

        @Test("100 calls a second through a script: none fails, and nothing of them stays", .timeLimit(.minutes(15)))
        func load() async throws {
            let port = try Ports.free()
            let script = """
                case req.URI.User
                when /^00(\\d+)$/ then
                  sys.Log("number #{$1}")
                  sys.Dial("sip:#{$1}@127.0.0.1:\(port)")
                else
                  sys.Respond(404, "No such number")
                end
                """
            try await SwitchUnderTest.run(.alice(calling: script)) { running in
                let far = try Phone("far", domain: "elsewhere.test", port: port, of: running)
                let alice = try Phone("alice", of: running)
                func pass(calls: Int) async throws {
                    let callee = try await far.answering(
                        "callee_answers", calls: calls, pauseMilliseconds: 10, tracing: false)
                    let caller = try alice.calling(
                        "00493012345", calls: calls, rate: Self.callsPerSecond, pauseMilliseconds: 10, tracing: false)
                    try await caller.succeeds()
                    try await callee.succeeds()
                }
                // The first calls fill caches and grow tables to their size at this rate; what comes after must not add.
                try await pass(calls: 10 * Self.callsPerSecond)
                try await running.waitUntilIdle(within: .seconds(40))
                let before = try await readings(running)

                try await pass(calls: Self.seconds * Self.callsPerSecond)
                try await running.waitUntilIdle(within: .seconds(40))
                let after = try await readings(running)

                #expect(after.keys == before.keys, "no worker was replaced")
                for (pid, reading) in before {
                    let now = try #require(after[pid])
                    print("process \(pid): before \(reading); after \(now)")
                    #expect(now.descriptors == reading.descriptors)
                    #expect(now.residentKiB <= reading.residentKiB + Self.toleratedKiB)
                }
            }
        }

        /// The front and all workers, from outside.
        func readings(_ running: SwitchUnderTest) async throws -> [Int32: ProcessReading] {
            let pids = try await running.status().pids.union([try running.frontPid])
            return Dictionary(uniqueKeysWithValues: try pids.map { ($0, try #require(ProcessReading(pid: $0))) })
        }
    }
}
