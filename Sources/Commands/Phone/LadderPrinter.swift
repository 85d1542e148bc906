import Dispatch
import Foundation
import Glibc
import SIPMessage
import Synchronization
import TestPhone

/// Prints what the test phone sends, receives and understands, as it happens.
final class LadderPrinter: Sendable {
    private struct State {
        var ladder = Ladder()
        var began: ContinuousClock.Instant?
        var hasHeard = false
    }

    private let json: Bool
    private let colours: Bool
    private let state = Mutex(State())

    init(json: Bool) {
        self.json = json
        colours = !json && isatty(STDOUT_FILENO) == 1 && ProcessInfo.processInfo.environment["NO_COLOR"] == nil
    }

    func begin(account: String, server: String, answering: Bool) {
        guard !json else { return }
        DispatchQueue.global().asyncAfter(deadline: .now() + 2) { [weak self] in
            guard let self, !self.state.withLock({ $0.hasHeard }) else { return }
            self.say("nothing has answered yet: does a switch listen at \(server)?")
        }
        put(answering ? "\(account) waits for calls at \(server); Ctrl-C ends" : "\(account) calls through \(server)")
    }

    func show(_ event: PhoneEvent) {
        switch event {
        case .message(let direction, let message): show(direction, message)
        case .registered(let expires): say("registered for \(expires) s")
        case .unregistered: say("no longer registered")
        case .incoming(let from, _): say("\(from.displayName ?? from.uri.description) is calling")
        case .progress(let status, _) where status == .ringing: say("it rings")
        case .answered: say("answered")
        case .connected: say("connected")
        case .hungUp(let party): say(party == .us ? "hung up" : "the other side hung up")
        case .incomingEnded(let status):
            say(status == .requestTerminated ? "the caller gave up" : "refused with \(status)")
        case .unreadable(let why): say("received what is no SIP message: \(why)")
        case .progress, .refused, .registrationFailed: break
        }
    }

    private func show(_ direction: PhoneEvent.Direction, _ message: SIPMessage) {
        let line = state.withLock { state in
            let now = ContinuousClock.now
            let began = state.began ?? now
            state.began = began
            if direction == .received { state.hasHeard = true }
            return state.ladder.line(direction, message, at: Self.microseconds(now - began))
        }
        if json {
            encode(line)
        } else {
            // What others wrote must not steer the terminal.
            var shown = line
            shown.text = Escaping.line(line.text)
            put(shown.formatted(colours: colours))
        }
    }

    private struct Result: Encodable {
        var result: String
        var status: Int?
        var reason: String?
        var calls: Int?
    }

    func end(_ result: PhoneSession.Result) {
        switch result {
        case .answered: json ? encode(Result(result: "answered", status: 200)) : put("The call was answered.")
        case .refused(let status, let reason):
            json
                ? encode(Result(result: "refused", status: Int(status.value), reason: reason))
                : put("Refused: \(status.value) \(reason) (\(StatusWords.meaning(of: status))).")
        case .notRegistered(let status, let reason):
            json
                ? encode(Result(result: "notRegistered", status: Int(status.value), reason: reason))
                : put("Not registered: \(status.value) \(reason) (\(StatusWords.meaning(of: status))).")
        case .done(let calls):
            json ? encode(Result(result: "done", calls: calls)) : put(calls == 1 ? "1 call." : "\(calls) calls.")
        case .interrupted: json ? encode(Result(result: "interrupted")) : put("Cancelled.")
        }
    }

    private func say(_ text: String) {
        if !json { put("               \(Escaping.line(text))") }
    }

    private func encode(_ value: some Encodable) {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        if let data = try? encoder.encode(value) { put(String(decoding: data, as: UTF8.self)) }
    }

    /// Live: a pipe's reader sees each line at once.
    private func put(_ text: String) {
        FileHandle.standardOutput.write(Data((text + "\n").utf8))
    }

    private static func microseconds(_ duration: Duration) -> Int64 {
        let (seconds, attoseconds) = duration.components
        return seconds * 1_000_000 + attoseconds / 1_000_000_000_000
    }
}
