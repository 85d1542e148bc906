import SIPMessage
import SIPStack
import Testing

@testable import TestPhone

/// Two phones that talk to each other directly, under virtual time.
@Suite("The test phone")
struct PhoneCoreTests {
    /// A wire between two phones without loss or delay.
    struct Pair {
        var caller: PhoneCore
        var callee: PhoneCore
        var now = MonotonicTime.zero
        var callerEvents: [String] = []
        var calleeEvents: [String] = []
        var log: [String] = []

        init(_ plan: CallPlan) throws {
            let first = try #require(TransportAddress("192.0.2.1", port: 5060))
            let second = try #require(TransportAddress("192.0.2.2", port: 5060))
            caller = PhoneCore(
                PhoneConfiguration(flow: Flow(transport: .udp, local: first, remote: second), user: "alice", seed: 1))
            var configuration = PhoneConfiguration(
                flow: Flow(transport: .udp, local: second, remote: first), user: "bob", seed: 2)
            configuration.plan = { _ in plan }
            callee = PhoneCore(configuration)
        }

        mutating func place(talks: Duration? = .seconds(2)) throws {
            var call = OutgoingCall(
                target: try URI("sip:bob@192.0.2.2"), from: try NameAddress("<sip:alice@example.test>"))
            call.talks = talks
            var effects = PhoneEffects()
            caller.place(call, at: now, into: &effects)
            settle(effects, ofCaller: true)
        }

        mutating func act(_ body: (inout PhoneCore, MonotonicTime, inout PhoneEffects) -> Void, ofCaller: Bool) {
            var effects = PhoneEffects()
            if ofCaller { body(&caller, now, &effects) } else { body(&callee, now, &effects) }
            settle(effects, ofCaller: ofCaller)
        }

        private mutating func settle(_ effects: PhoneEffects, ofCaller: Bool) {
            note(effects.events, ofCaller: ofCaller)
            var queue = effects.datagrams.map { (ofCaller, $0.bytes) }
            while !queue.isEmpty {
                let (fromCaller, bytes) = queue.removeFirst()
                log.append((fromCaller ? "> " : "< ") + (String(decoding: bytes.prefix { $0 != 13 }, as: UTF8.self)))
                var effects = PhoneEffects()
                if fromCaller {
                    callee.receive(bytes, from: callee.configuration.flow, at: now, into: &effects)
                } else {
                    caller.receive(bytes, from: caller.configuration.flow, at: now, into: &effects)
                }
                note(effects.events, ofCaller: !fromCaller)
                queue += effects.datagrams.map { (!fromCaller, $0.bytes) }
            }
        }

        private mutating func note(_ events: [PhoneEvent], ofCaller: Bool) {
            let words = events.map { event in
                switch event {
                case .progress(let status, _): "\(status.value)"
                case .answered(let status), .refused(let status, _): "final \(status.value)"
                case .incomingEnded(let status): "ended \(status.value)"
                case .hungUp(let party): "hung up by \(party)"
                case .connected: "connected"
                case .incoming: "incoming"
                default: "\(event)"
                }
            }
            if ofCaller { callerEvents += words } else { calleeEvents += words }
        }

        mutating func run(until end: Duration) {
            while let next = [caller.nextDeadline, callee.nextDeadline].compactMap({ $0 }).min(), next <= .zero + end {
                now = max(now, next)
                act({ $0.advance(to: $1, into: &$2) }, ofCaller: true)
                act({ $0.advance(to: $1, into: &$2) }, ofCaller: false)
            }
            now = .zero + end
        }
    }

    @Test("a call rings, is answered and hung up by the caller")
    func answered() throws {
        var pair = try Pair(CallPlan(.answer, decidesAfter: .seconds(3)))
        try pair.place()
        #expect(pair.callerEvents == ["180"])
        pair.run(until: .seconds(60))
        #expect(pair.callerEvents == ["180", "final 200", "hung up by us"])
        #expect(pair.calleeEvents == ["incoming", "connected", "hung up by peer"])
        #expect(pair.caller.isQuiet && pair.callee.isQuiet)
    }

    @Test("the callee can hang up too")
    func calleeHangsUp() throws {
        var pair = try Pair(CallPlan(.answer, talks: .seconds(1)))
        try pair.place(talks: nil)
        pair.run(until: .seconds(60))
        #expect(pair.callerEvents.last == "hung up by peer")
        #expect(pair.callee.isQuiet && pair.caller.isQuiet)
    }

    @Test("a refusal comes with its status", arguments: [486, 603, 404])
    func refused(status: Int) throws {
        let code = try #require(StatusCode(status))
        var pair = try Pair(CallPlan(.refuse(code, reason: nil), ringsAfter: nil))
        try pair.place()
        #expect(pair.callerEvents == ["final \(status)"])
        pair.run(until: .seconds(60))
        #expect(pair.caller.isQuiet && pair.callee.isQuiet)
    }

    @Test("a cancelled call ends with 487 on both sides")
    func cancelled() throws {
        var pair = try Pair(CallPlan(.ring))
        try pair.place()
        pair.run(until: .seconds(2))
        pair.act({ $0.endCalls(at: $1, into: &$2) }, ofCaller: true)
        pair.run(until: .seconds(60))
        #expect(pair.callerEvents == ["180", "final 487"])
        #expect(pair.calleeEvents == ["incoming", "ended 487"])
        #expect(pair.caller.isQuiet && pair.callee.isQuiet)
    }

    @Test("a phone that says nothing is given up after 32 s; the INVITE is repeated meanwhile")
    func silent() throws {
        var pair = try Pair(CallPlan(.ignore, ringsAfter: nil))
        try pair.place()
        pair.run(until: .seconds(31))
        #expect(pair.callerEvents == [])
        #expect(pair.log.count == 6, "INVITE at 0, 0.5, 1.5, 3.5, 7.5 and 15.5 s")
        pair.run(until: .seconds(33))
        #expect(pair.callerEvents == ["final 408"])
    }

    @Test("ending everything refuses what rings here")
    func endsRinging() throws {
        var pair = try Pair(CallPlan(.ring))
        try pair.place()
        pair.act({ $0.endCalls(at: $1, into: &$2) }, ofCaller: false)
        #expect(pair.callerEvents == ["180", "final 480"])
    }
}
