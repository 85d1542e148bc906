import Testing

/// How a call goes when nothing breaks: who decides, who rings, who hangs up.
extension Scenarios {
    @Suite("Calls")
    struct CallScenarios {
        /// Chooses by regex as real dialplans do: `0049…` and `1xx` go to bob, all others are refused.
        static let byNumber = #"""
            sys.Log("call from #{req.Header.From} to #{req.URI.User}")
            case req.URI.User
            when /^00(49)(\d+)$/ then
              sys.Log("country #{$1}, number #{$2}")
              sys.Dial("bob@example.test")
            when /^1\d\d$/ then
              sys.Dial("bob@example.test")
            else
              sys.Respond(404, "No such number")
            end
            """#

        @Test("a script chooses by regex; the phone rings and answers; the caller hangs up", .timeLimit(.minutes(1)))
        func callerHangsUp() async throws {
            try await SwitchUnderTest.run(.alice(calling: Self.byNumber)) { running in
                let alice = try Phone("alice", of: running), bob = try Phone("bob", of: running)
                try await alice.register()
                try await bob.register()
                let callee = try await bob.answering("callee_answers")
                let caller = try alice.calling("00493012345")
                try await caller.succeeds()
                try await callee.succeeds()
                #expect(caller.trace.statuses(of: "INVITE").filter { $0 != 100 } == [401, 180, 200])
                #expect(callee.trace.requests("INVITE").count == 1)
                #expect(callee.trace.requests("BYE").count == 1)
                let log = try await running.scriptLogOfLastCall()
                #expect(log.contains("country 49, number 3012345"))
                try await running.waitUntilNoCalls()
            }
        }

        @Test("the callee hangs up and the caller gets the BYE", .timeLimit(.minutes(1)))
        func calleeHangsUp() async throws {
            try await SwitchUnderTest.run(.alice(calling: Self.byNumber)) { running in
                let alice = try Phone("alice", of: running), bob = try Phone("bob", of: running)
                try await bob.register()
                let callee = try await bob.answering("callee_hangs_up")
                let caller = try alice.calling("123", as: "caller_waits_for_bye")
                try await caller.succeeds()
                try await callee.succeeds()
                #expect(caller.trace.requests("BYE").count == 1)
                try await running.waitUntilNoCalls()
            }
        }

        @Test("a script refuses a number that it does not know", .timeLimit(.minutes(1)))
        func refusedByScript() async throws {
            try await SwitchUnderTest.run(.alice(calling: Self.byNumber)) { running in
                let caller = try Phone("alice", of: running).calling("nobody", as: "caller_refused")
                try await caller.succeeds()
                let last = try #require(caller.trace.received.last)
                #expect(last.status == 404)
                #expect(last.reason == "No such number")
            }
        }

        @Test("a busy callee: the caller gets 486", .timeLimit(.minutes(1)))
        func busy() async throws {
            try await SwitchUnderTest.run(.alice(calling: Self.byNumber)) { running in
                let alice = try Phone("alice", of: running), bob = try Phone("bob", of: running)
                try await bob.register()
                let callee = try await bob.answering("callee_busy")
                let caller = try alice.calling("123", as: "caller_refused")
                try await caller.succeeds()
                try await callee.succeeds()
                #expect(caller.trace.received.last?.status == 486)
            }
        }

        @Test(
            "no answer: after the ring time the next Dial of the script rings the next phone", .timeLimit(.minutes(1)))
        func failoverOnTime() async throws {
            let script = #"""
                sys.Dial("bob@example.test", 2)
                sys.Log("bob does not answer")
                sys.Dial("carol@example.test", 20)
                """#
            try await SwitchUnderTest.run(.alice(calling: script, others: ["bob", "carol"])) { running in
                let alice = try Phone("alice", of: running)
                let bob = try Phone("bob", of: running), carol = try Phone("carol", of: running)
                try await bob.register()
                try await carol.register()
                let first = try await bob.answering("callee_rings_until_cancelled")
                let second = try await carol.answering("callee_answers")
                let caller = try alice.calling("anyone")
                try await caller.succeeds()
                try await first.succeeds()
                try await second.succeeds()
                #expect(first.trace.requests("CANCEL").count == 1)
            }
        }

        @Test("serial |: a busy first leg hands over to the second", .timeLimit(.minutes(1)))
        func serial() async throws {
            let script = #"sys.Dial("bob@example.test|carol@example.test")"#
            try await SwitchUnderTest.run(.alice(calling: script, others: ["bob", "carol"])) { running in
                let alice = try Phone("alice", of: running)
                let bob = try Phone("bob", of: running), carol = try Phone("carol", of: running)
                try await bob.register()
                try await carol.register()
                let first = try await bob.answering("callee_busy")
                let second = try await carol.answering("callee_answers")
                let caller = try alice.calling("anyone")
                try await caller.succeeds()
                try await first.succeeds()
                try await second.succeeds()
                let busy = try #require(first.trace.sent.first { $0.status == 486 })
                #expect(busy.callID != second.trace.received.first?.callID, "each leg has a Call-ID of its own")
            }
        }

        @Test("parallel &: both ring, one answers, the other is cancelled", .timeLimit(.minutes(1)))
        func parallel() async throws {
            let script = #"sys.Dial("bob@example.test&carol@example.test")"#
            try await SwitchUnderTest.run(.alice(calling: script, others: ["bob", "carol"])) { running in
                let alice = try Phone("alice", of: running)
                let bob = try Phone("bob", of: running), carol = try Phone("carol", of: running)
                try await bob.register()
                try await carol.register()
                let loser = try await bob.answering("callee_rings_until_cancelled")
                let winner = try await carol.answering("callee_answers", pauseMilliseconds: 800)
                let caller = try alice.calling("anyone")
                try await caller.succeeds()
                try await winner.succeeds()
                try await loser.succeeds()
                #expect(loser.trace.requests("CANCEL").count == 1)
                #expect(loser.trace.requests("INVITE").count == 1)
                try await running.waitUntilNoCalls()
            }
        }

        @Test("the caller cancels while it rings: 487, and the leg is cancelled", .timeLimit(.minutes(1)))
        func cancel() async throws {
            let script = #"""
                begin
                  sys.Dial("bob@example.test")
                  sys.Log("never")
                rescue => e
                  sys.Log("ended: #{e.message}")
                end
                """#
            try await SwitchUnderTest.run(.alice(calling: script)) { running in
                let alice = try Phone("alice", of: running), bob = try Phone("bob", of: running)
                try await bob.register()
                let callee = try await bob.answering("callee_rings_until_cancelled")
                let caller = try alice.calling("anyone", as: "caller_cancels", pauseMilliseconds: 300)
                try await caller.succeeds()
                try await callee.succeeds()
                #expect(caller.trace.statuses(of: "INVITE").last == 487)
                try await running.waitUntilNoCalls()
                let log = try await running.scriptLogOfLastCall()
                #expect(log == ["ended: Thread was being aborted."])
            }
        }

        @Test("an answer that crosses the CANCEL: the caller gets 487, the callee ACK and BYE", .timeLimit(.minutes(1)))
        func answerCrossesCancel() async throws {
            try await SwitchUnderTest.run(.alice(calling: #"sys.Dial("bob@example.test")"#)) { running in
                let alice = try Phone("alice", of: running), bob = try Phone("bob", of: running)
                try await bob.register()
                let callee = try await bob.answering("callee_answers_when_cancelled")
                let caller = try alice.calling("anyone", as: "caller_cancels", pauseMilliseconds: 300)
                try await caller.succeeds()
                try await callee.succeeds()
                try await running.waitUntilNoCalls()
            }
        }

        @Test("a CANCEL that crosses the answer has no effect: the call stands until the BYE", .timeLimit(.minutes(1)))
        func cancelCrossesAnswer() async throws {
            try await SwitchUnderTest.run(.alice(calling: #"sys.Dial("bob@example.test")"#)) { running in
                let alice = try Phone("alice", of: running), bob = try Phone("bob", of: running)
                try await bob.register()
                let callee = try await bob.answering("callee_answers")
                let caller = try alice.calling("anyone", as: "caller_cancel_crosses_answer")
                try await caller.succeeds()
                try await callee.succeeds()
                try await running.waitUntilNoCalls()
            }
        }

        @Test("a stranger's call to a served account runs the callee's in-dialplan", .timeLimit(.minutes(1)))
        func inbound() async throws {
            let setup = SwitchSetup(
                dialplans: [
                    "in": #"""
                    sys.Log("in #{sys.In} out #{sys.Out} owner #{sys.Username}")
                    sys.Dial("carol@example.test")
                    """#
                ],
                accounts: [SwitchSetup.Account(user: "bob", inDialplan: "in"), SwitchSetup.Account(user: "carol")])
            try await SwitchUnderTest.run(setup) { running in
                let carol = try Phone("carol", of: running)
                try await carol.register()
                let callee = try await carol.answering("callee_answers")
                let stranger = try Phone("stranger", domain: "elsewhere.test", of: running)
                let caller = try stranger.calling("bob", as: "trunk_hangs_up")
                try await caller.succeeds()
                try await callee.succeeds()
                let log = try await running.scriptLogOfLastCall()
                #expect(log.first == "in true out false owner sam")
            }
        }

        @Test("a stranger's call to an account without a dialplan rings its phone", .timeLimit(.minutes(1)))
        func inboundWithoutDialplan() async throws {
            try await SwitchUnderTest.run(.alice(calling: "")) { running in
                let bob = try Phone("bob", of: running)
                try await bob.register()
                let callee = try await bob.answering("callee_answers")
                let stranger = try Phone("stranger", domain: "elsewhere.test", of: running)
                let caller = try stranger.calling("bob", as: "trunk_hangs_up")
                try await caller.succeeds()
                try await callee.succeeds()
            }
        }
    }
}
