import SIPMessage
import Testing

@testable import TestPhone

/// What the phone does next, event by event.
@Suite("A session of the test phone")
struct PhoneSessionTests {
    static func words(_ actions: [PhoneSession.Action]) -> [String] {
        actions.map { action in
            switch action {
            case .register: "register"
            case .unregister: "unregister"
            case .place: "place"
            case .endCalls: "end calls"
            case .finish(let result): "finish \(result)"
            }
        }
    }

    static func call() throws -> PhoneSession.Purpose {
        .call(OutgoingCall(target: try URI("sip:bob@example.test"), from: try NameAddress("<sip:a@example.test>")))
    }

    @Test("a call is placed, answered, hung up")
    func answered() throws {
        var session = PhoneSession(try Self.call(), registers: false)
        #expect(Self.words(session.start()) == ["place"])
        #expect(session.handle(.progress(status: .ringing, reason: "")).isEmpty)
        #expect(session.handle(.answered(status: .ok)).isEmpty)
        #expect(Self.words(session.handle(.hungUp(by: .us))) == ["finish answered"])
    }

    @Test("a phone that has registered for its call takes the registration back")
    func registers() throws {
        var session = PhoneSession(try Self.call(), registers: true)
        #expect(Self.words(session.start()) == ["register"])
        #expect(Self.words(session.handle(.registered(expires: 60))) == ["place"])
        #expect(session.handle(.registered(expires: 60)).isEmpty, "a refresh places no second call")
        #expect(Self.words(session.handle(.refused(status: .busyHere, reason: "Busy"))) == ["unregister"])
        #expect(Self.words(session.handle(.unregistered)).first?.hasPrefix("finish refused") ?? false)
    }

    @Test("a refused registration is the end")
    func notRegistered() throws {
        var session = PhoneSession(.answer(calls: nil), registers: false)
        #expect(Self.words(session.start()) == ["register"])
        let actions = session.handle(.registrationFailed(status: .forbidden, reason: "No"))
        #expect(Self.words(actions).first?.hasPrefix("finish notRegistered") ?? false)
    }

    @Test("a phone that answers is done after so many calls, however they end")
    func answers() throws {
        var session = PhoneSession(.answer(calls: 2), registers: false)
        _ = session.start()
        _ = session.handle(.registered(expires: 60))
        #expect(session.handle(.hungUp(by: .peer)).isEmpty)
        #expect(Self.words(session.handle(.incomingEnded(status: .busyHere))) == ["unregister"])
        #expect(Self.words(session.handle(.unregistered)) == ["finish done(calls: 2)"])
    }

    @Test("an interrupt ends what is up, then the session")
    func interrupted() throws {
        var session = PhoneSession(try Self.call(), registers: false)
        _ = session.start()
        #expect(Self.words(session.interrupt(isIdle: false)) == ["end calls"])
        #expect(Self.words(session.handle(.refused(status: .requestTerminated, reason: ""))) == ["finish interrupted"])

        var waiting = PhoneSession(.answer(calls: nil), registers: false)
        _ = waiting.start()
        _ = waiting.handle(.registered(expires: 60))
        #expect(Self.words(waiting.interrupt(isIdle: true)) == ["unregister"])
        #expect(Self.words(waiting.handle(.unregistered)) == ["finish done(calls: 0)"])
    }

    @Test("an interrupt while the switch does not answer the REGISTER ends at once")
    func interruptedRegistering() throws {
        var session = PhoneSession(.answer(calls: nil), registers: false)
        _ = session.start()
        #expect(Self.words(session.interrupt(isIdle: true)) == ["finish done(calls: 0)"])
    }
}
