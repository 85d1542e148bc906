import Testing

extension Scenarios {
    @Suite("Registration")
    struct RegistrationScenarios {
        @Test("two phones register with digest and are counted", .timeLimit(.minutes(1)))
        func register() async throws {
            try await SwitchUnderTest.run(.alice(calling: "")) { running in
                try await Phone("alice", of: running).register()
                try await Phone("bob", of: running).register()
                #expect(try await running.status().registrations == 2)
            }
        }

        @Test(
            "a registration that an administrator removes is gone at once, until the phone registers again",
            .timeLimit(.minutes(1)))
        func removed() async throws {
            try await SwitchUnderTest.run(.alice(calling: "sys.Dial(\"bob@example.test\")")) { running in
                let alice = try Phone("alice", of: running), bob = try Phone("bob", of: running)
                try await alice.register()
                try await bob.register()
                #expect(try await running.command("bindings list --json").contains("sip:bob@"))

                let done = try await running.command("bindings remove bob@example.test")
                #expect(done == "1 of bob@example.test removed\n")
                #expect(try await running.status().registrations == 1)
                #expect(try await !running.command("bindings list --json").contains("sip:bob@"))
                let unreachable = try alice.calling("bob", as: "caller_refused")
                try await unreachable.succeeds()
                #expect(unreachable.trace.statuses(of: "INVITE").last == 480)

                try await bob.register()
                let callee = try await bob.answering("callee_answers")
                let caller = try alice.calling("bob")
                try await caller.succeeds()
                try await callee.succeeds()
            }
        }

        @Test("a wrong password is challenged again and binds nothing", .timeLimit(.minutes(1)))
        func wrongPassword() async throws {
            try await SwitchUnderTest.run(.alice(calling: "")) { running in
                let alice = try Phone("alice", of: running)
                let sipp = try alice.play("register_refused", password: "not-hers")
                try await sipp.succeeds()
                #expect(!sipp.trace.statuses(of: "REGISTER").contains(200))
                #expect(try await running.status().registrations == 0)
            }
        }

        @Test("a user that does not exist gets the answers of a wrong password", .timeLimit(.minutes(1)))
        func unknownUser() async throws {
            try await SwitchUnderTest.run(.alice(calling: "")) { running in
                let unknown = try Phone("mallory", of: running).play("register_refused", password: "x")
                try await unknown.succeeds()
                let wrong = try Phone("alice", of: running).play("register_refused", password: "x")
                try await wrong.succeeds()
                #expect(unknown.trace.statuses(of: "REGISTER") == wrong.trace.statuses(of: "REGISTER"))
                #expect(try await running.status().registrations == 0)
            }
        }
    }
}
