import Foundation
import Testing

/// The built-in phone against the real switch, and what the switch keeps of the call against `test-dialplan` and `replay`.
extension Scenarios {
    @Suite("Built-in phones, kept journals")
    struct TestPhoneScenarios {
        /// A line of `dialplanctl call --json`.
        struct PhoneLine: Decodable {
            var direction: String?
            var method: String?
            var status: Int?
            var answers: String?
            var result: String?
        }

        static func lines(_ child: Child) throws -> [PhoneLine] {
            try child.output.split(separator: "\n").map {
                try JSONDecoder().decode(PhoneLine.self, from: Data($0.utf8))
            }
        }

        static func phone(_ arguments: [String], name: String, in folder: URL, input: String? = nil) throws -> Child {
            try Child(
                SwitchUnderTest.dialplanctl, ["call", "--json"] + arguments, name: name, in: folder,
                limit: .seconds(60),
                input: input)
        }

        /// Waits for the phone's registration.
        static func registered(_ child: Child) async throws {
            try await eventually("\(child.name)'s registration") {
                try lines(child).contains { $0.status == 200 && $0.answers == "REGISTER" }
            }
        }

        @Test("two built-in phones call each other through the demo dialplan", .timeLimit(.minutes(1)))
        func demo() async throws {
            let folder = FileManager.default.temporaryDirectory.appending(path: "dp-\(UUID().uuidString.prefix(8))")
            try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
            let server = "127.0.0.1:\(try Ports.free())"
            let front = try Child(
                SwitchUnderTest.dialplanctl,
                ["serve", "--demo", "--database", "demo.sqlite", "--listen", "udp:\(server)"], name: "switch",
                in: folder, limit: .seconds(60))
            do {
                try await eventually("the switch's ready line") {
                    front.output.split(separator: "\n").contains { $0.hasPrefix("ready") }
                }
                let common = ["--demo", "--database", "demo.sqlite", "--server", server]
                let bob = try Self.phone(
                    ["--answer", "--calls", "1", "--ring", "0.2"] + common, name: "bob", in: folder)
                try await Self.registered(bob)
                let alice = try Self.phone(["bob", "--duration", "0.2"] + common, name: "alice", in: folder)
                #expect(try await alice.exitStatus(within: .seconds(20)) == 0)
                #expect(try await bob.exitStatus(within: .seconds(20)) == 0)
                let heard = try Self.lines(alice)
                #expect(heard.compactMap { $0.answers == "INVITE" ? $0.status : nil } == [401, 100, 180, 200])
                #expect(heard.contains { $0.direction == "sent" && $0.method == "BYE" })
                #expect(heard.last?.result == "answered")
                #expect(try Self.lines(bob).last?.result == "done")
            } catch {
                print(front.output)
                await front.stop()
                throw error
            }
            #expect(await front.stop() == 0)
            try? FileManager.default.removeItem(at: folder)
        }

        @Test(
            "a busy built-in phone refuses with its status, and the caller's exit code says so", .timeLimit(.minutes(1))
        )
        func busy() async throws {
            let script = #"sys.Dial("bob@example.test", 10)"#
            try await SwitchUnderTest.run(.alice(calling: script)) { running in
                let server = ["--server", "127.0.0.1:\(running.port)"]
                let bob = try Self.phone(
                    [
                        "--answer", "--calls", "1", "--status", "486", "--ring", "0", "--user", "bob@example.test",
                        "--password-stdin",
                    ] + server, name: "bob", in: running.folder,
                    input: SwitchSetup.password(of: "bob") + "\n")
                try await Self.registered(bob)
                let alice = try Self.phone(
                    ["anyone", "--user", "alice@example.test", "--local", "--database", running.database] + server,
                    name: "alice", in: running.folder)
                #expect(try await alice.exitStatus(within: .seconds(20)) == 1)
                let last = try #require(try Self.lines(alice).last)
                #expect(last.result == "refused" && last.status == 486)
                try await bob.exitStatus(within: .seconds(20))
            }
        }

        @Test("Ctrl-C cancels a call that rings, and the called phone hears of it", .timeLimit(.minutes(1)))
        func interrupted() async throws {
            let script = #"sys.Dial("bob@example.test", 30)"#
            try await SwitchUnderTest.run(.alice(calling: script)) { running in
                let common = ["--local", "--database", running.database, "--server", "127.0.0.1:\(running.port)"]
                let bob = try Self.phone(
                    ["--answer", "--calls", "1", "--ring", "60", "--user", "bob@example.test"] + common, name: "bob",
                    in: running.folder)
                try await Self.registered(bob)
                let alice = try Self.phone(
                    ["bob", "--user", "alice@example.test"] + common, name: "alice", in: running.folder)
                try await eventually("ringing") { try Self.lines(alice).contains { $0.status == 180 } }
                kill(try #require(alice.pid), SIGINT)
                #expect(try await alice.exitStatus(within: .seconds(10)) == 130)
                #expect(try Self.lines(alice).contains { $0.status == 487 })
                try await bob.exitStatus(within: .seconds(10))
                #expect(try Self.lines(bob).contains { $0.direction == "received" && $0.method == "CANCEL" })
                try await running.waitUntilNoCalls()
            }
        }

        // MARK: Journals

        struct ReplayOutput: Decodable {
            struct Script: Decodable {
                var journal: String
                var owner: String
                var divergence: Divergence?
            }

            struct Divergence: Decodable { var position: Int }

            var call: String
            var scripts: [Script]
        }

        struct TestOutput: Decodable {
            struct Outcome: Decodable {
                var kind: String
                var status: Int?
            }

            var journal: String?
            var outcome: Outcome
        }

        static func replay(_ call: String, _ running: SwitchUnderTest) async throws -> ReplayOutput {
            let text = try await ScenarioTests.run(
                SwitchUnderTest.dialplanctl, ["replay", call, "--json", "--database", running.database],
                in: running.folder)
            return try JSONDecoder().decode(ReplayOutput.self, from: Data(text.utf8))
        }

        static func tryOut(_ file: String, _ running: SwitchUnderTest) async throws -> TestOutput {
            let text = try await ScenarioTests.run(
                SwitchUnderTest.dialplanctl,
                ["test-dialplan", file, "--like", "last", "--json", "--database", running.database], in: running.folder)
            return try JSONDecoder().decode(TestOutput.self, from: Data(text.utf8))
        }

        /// Everything that a script can be told is in it: the request, time, random numbers, a busy phone, a ring time that
        /// ran out, a failed look-up, the answer.
        static let eventful = ##"""
            sys.Log "#{req.Header.From} to #{req.URI} at #{Time.now.to_f} with #{rand(1_000_000)}"
            sys.Log "#{req.Header.CallId} #{req.Header.CSeq} #{req.LocalSIPEndPoint} #{req.RemoteSIPEndPoint}"
            result = sys.Dial("busy@example.test", 10)
            sys.Log "#{result} #{sys.LastFailureStatus} #{sys.LastDialled[0].TransactionFinalResponse} #{Time.now.to_f}"
            result = sys.Dial("silent@example.test", 1)
            sys.Log "#{result} #{sys.LastDialled.inspect} #{Time.now.to_f}"
            sys.Dial("nobody@example.test[")
            begin
              sys.Dial("busy@example.test|bob@example.test", 10)
            rescue
              sys.Log "end: #{$!} #{Time.now.to_f} #{rand(1_000_000)}"
            end
            """##

        @Test(
            "the journal that serve keeps of a call is, byte for byte, the one that test-dialplan makes of it",
            .timeLimit(.minutes(1)))
        func sameJournals() async throws {
            let setup = SwitchSetup.alice(calling: Self.eventful, others: ["bob", "busy", "silent"])
            try await SwitchUnderTest.run(setup) { running in
                let common = ["--local", "--database", running.database, "--server", "127.0.0.1:\(running.port)"]
                func callee(_ user: String, _ arguments: [String]) async throws -> Child {
                    let child = try Self.phone(
                        ["--answer", "--user", "\(user)@example.test"] + arguments + common, name: user,
                        in: running.folder)
                    try await Self.registered(child)
                    return child
                }
                let busy = try await callee("busy", ["--calls", "2", "--status", "486", "--ring", "0.1"])
                let silent = try await callee("silent", ["--calls", "1", "--ring", "50"])
                let bob = try await callee("bob", ["--calls", "1", "--ring", "0.3"])
                let alice = try Self.phone(
                    ["anyone", "--user", "alice@example.test", "--duration", "0.2"] + common, name: "alice",
                    in: running.folder)
                #expect(try await alice.exitStatus(within: .seconds(30)) == 0)
                for phone in [busy, silent, bob] { try await phone.exitStatus(within: .seconds(10)) }
                try await running.waitUntilNoCalls()
                try await eventually("the journal in the file") {
                    (try? await Self.replay("last", running)) != nil
                }
                let kept = try await Self.replay("last", running)
                let served = try #require(kept.scripts.first)
                #expect(kept.scripts.count == 1)
                #expect(served.divergence == nil)
                let tried = try await Self.tryOut("main.rb", running)
                #expect(tried.outcome.kind == "answered")
                #expect(tried.journal == served.journal, "replay and test-dialplan print both in words")

                // Another script makes another journal: the comparison can fail.
                try Data(Self.eventful.replacing("end: ", with: "END: ").utf8)
                    .write(to: running.folder.appending(path: "other.rb"))
                #expect(try await Self.tryOut("other.rb", running).journal != served.journal)
            }
        }
    }
}
