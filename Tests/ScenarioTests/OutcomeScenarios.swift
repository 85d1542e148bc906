import Testing

/// What the caller gets when there is nobody to talk to (the table of Docs: "what the caller gets").
extension Scenarios {
    @Suite("Outcomes")
    struct OutcomeScenarios {
        struct Outcome: Sendable, CustomTestStringConvertible {
            var testDescription: String
            var script: String
            var status: Int
            var reason: String?
        }

        static let outcomes: [Outcome] = [
            Outcome(
                testDescription: "a syntax error", script: "if true\n  sys.Log(", status: 500,
                reason: "Dial plan syntax error"),
            Outcome(
                testDescription: "a method that does not exist", script: "sys.Log(\"x\")\nnil.frobnicate", status: 500,
                reason: "Dial plan missing method"),
            Outcome(
                testDescription: "an exception of the script", script: "raise \"out of luck\"", status: 500,
                reason: "Dial plan exception"),
            Outcome(testDescription: "a script that does nothing", script: "sys.Log(\"nothing\")", status: 480),
            Outcome(testDescription: "an empty script", script: "", status: 500, reason: "Dial plan script was empty"),
            Outcome(
                testDescription: "a Dial of an account without phones, then the end",
                script: "sys.Dial(\"bob@example.test\")", status: 480),
            Outcome(
                testDescription: "the script's own response", script: "sys.Respond(603, \"Not today\")", status: 603,
                reason: "Not today"),
        ]

        @Test("the caller gets what the table says", .timeLimit(.minutes(1)), arguments: outcomes)
        func outcome(_ outcome: Outcome) async throws {
            try await SwitchUnderTest.run(.alice(calling: outcome.script)) { running in
                let caller = try Phone("alice", of: running).calling("anyone", as: "caller_refused")
                try await caller.succeeds()
                let last = try #require(caller.trace.received.last)
                #expect(last.status == outcome.status)
                if let reason = outcome.reason { #expect(last.reason == reason) }
                try await running.waitUntilNoCalls()
            }
        }

        @Test("the last failure is what the caller gets", .timeLimit(.minutes(1)))
        func lastFailure() async throws {
            let plan = { (port: Int) in
                """
                sys.Dial("sip:busy@127.0.0.1:\(port)")
                sys.Dial("sip:missing@127.0.0.1:\(port)")
                """
            }
            let port = try Ports.free()
            try await SwitchUnderTest.run(.alice(calling: plan(port))) { running in
                let far = try Phone("far", domain: "elsewhere.test", port: port, of: running)
                let callee = try await far.answering("callee_by_name", calls: 2)
                let caller = try Phone("alice", of: running).calling("anyone", as: "caller_refused")
                try await caller.succeeds()
                try await callee.succeeds()
                #expect(caller.trace.received.last?.status == 404)
            }
        }

        @Test("a wrong password in a call is challenged again, and no script runs", .timeLimit(.minutes(1)))
        func wrongPassword() async throws {
            try await SwitchUnderTest.run(.alice(calling: "sys.Log(\"ran\")")) { running in
                let caller = try Phone("alice", of: running).calling(
                    "anyone", as: "caller_wrong_password", password: "not-hers")
                try await caller.succeeds()
                #expect(try await running.log().allSatisfy { $0.kind != "script" })
            }
        }

        @Test("an account that does not exist cannot call", .timeLimit(.minutes(1)))
        func unknownCaller() async throws {
            try await SwitchUnderTest.run(.alice(calling: "sys.Log(\"ran\")")) { running in
                let caller = try Phone("mallory", of: running).calling(
                    "anyone", as: "caller_wrong_password", password: "x")
                try await caller.succeeds()
            }
        }

        @Test(
            "a stranger gets 404 for an account that does not exist and for a domain that is not served",
            .timeLimit(.minutes(1)), arguments: [("nobody", "example.test"), ("bob", "not-served.test")])
        func strangers(dialled: String, domain: String) async throws {
            try await SwitchUnderTest.run(.alice(calling: "")) { running in
                let caller = try Phone("stranger", domain: "elsewhere.test", of: running).calling(
                    dialled, at: domain, as: "trunk_refused")
                try await caller.succeeds()
                #expect(caller.trace.received.last?.status == 404)
            }
        }

        @Test("a stranger gets 480 for an account without phones", .timeLimit(.minutes(1)))
        func noPhones() async throws {
            try await SwitchUnderTest.run(.alice(calling: "")) { running in
                let caller = try Phone("stranger", domain: "elsewhere.test", of: running).calling(
                    "bob", as: "trunk_refused")
                try await caller.succeeds()
                #expect(caller.trace.received.last?.status == 480)
            }
        }
    }
}
