import SIPMessage
public import TestPhone

/// How the destinations behave that a script under test dials: `bob=busy`, `*@provider.example=404 after 3s`.
public struct AnswerRule: Hashable, Sendable {
    public enum Behaviour: Hashable, Sendable {
        case phone(CallPlan)
        /// The destination's host name has no address.
        case unknownHost
    }

    /// Why a rule cannot be read, and how one is written.
    public struct Failure: Error, Hashable, Sendable, CustomStringConvertible {
        public let description: String
    }

    /// `*` and `?` stand for any text and any character; compared without case with the user, the host and
    /// `user@host` of the destination.
    public var pattern: String
    public var behaviour: Behaviour

    public init(pattern: String, _ behaviour: Behaviour) {
        self.pattern = pattern
        self.behaviour = behaviour
    }

    /// What a destination does that no rule names: it rings at once and answers after three seconds.
    public static let standard = CallPlan(.answer, decidesAfter: .seconds(3))

    static let help = """
        write PATTERN, or PATTERN= and one of: answer, busy, decline, no-answer, off, unknown-host, or a status such as \
        404 or "503 Try later"; with "after 5s" for when (ring time), for example bob=answer after 5s
        """

    /// `PATTERN`, `PATTERN=BEHAVIOUR`, `PATTERN=BEHAVIOUR after 5s`, `PATTERN=after 5s`.
    public init(parsing text: String) throws(Failure) {
        let parts = text.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
        pattern = String(parts.first ?? "").trimmed
        guard !pattern.isEmpty else { throw Failure(description: "\(text): \(Self.help)") }
        guard parts.count == 2 else {
            behaviour = .phone(Self.standard)
            return
        }
        behaviour = try Self.behaviour(String(parts[1]).trimmed, in: text)
    }

    private static func behaviour(_ written: String, in text: String) throws(Failure) -> Behaviour {
        var words = written.split(separator: " ").map(String.init)
        var delay: Duration?
        if let index = words.firstIndex(where: { $0.lowercased() == "after" }) {
            guard index + 2 == words.count, let duration = Duration(written: words[index + 1]) else {
                throw Failure(description: "\(text): after what is written like 5s, 1.5s or 200ms, at the end")
            }
            delay = duration
            words.removeSubrange(index...)
        }
        let reason = words.dropFirst().joined(separator: " ")
        func refusal(_ status: StatusCode) -> Behaviour {
            let phrase = reason.isEmpty ? nil : try? FieldText(reason)
            return .phone(
                CallPlan(
                    .refuse(status, reason: phrase), ringsAfter: delay == nil ? nil : .zero,
                    decidesAfter: delay ?? .zero))
        }
        switch words.first?.lowercased() {
        case nil, "answer"?, "answers"?: return .phone(CallPlan(.answer, decidesAfter: delay ?? .seconds(3)))
        case "busy"?: return refusal(.busyHere)
        case "decline"?, "declines"?: return refusal(.decline)
        case "no-answer"?, "rings"?: return .phone(CallPlan(.ring, ringsAfter: delay ?? .zero))
        case "off"?: return .phone(CallPlan(.ignore, ringsAfter: nil))
        case "unknown-host"?: return .unknownHost
        case let word?:
            guard let code = Int(word), (300...699).contains(code), let status = StatusCode(code) else {
                throw Failure(description: "\(text): \(Self.help)")
            }
            return refusal(status)
        }
    }

    /// Whether the rule is about a destination.
    func matches(user: String?, host: String) -> Bool {
        let candidates = [user, host, user.map { "\($0)@\(host)" }].compactMap { $0 }
        return candidates.contains { Self.matches(pattern, $0) }
    }

    /// Whether a text fits a pattern with `*` and `?`, without regard to case.
    public static func matches(_ pattern: String, _ text: String) -> Bool {
        matches(Array(pattern.lowercased())[...], Array(text.lowercased())[...])
    }

    /// Glob with one place to come back to, so that it takes at most pattern × text steps.
    private static func matches(_ pattern: ArraySlice<Character>, _ text: ArraySlice<Character>) -> Bool {
        var (at, from) = (pattern.startIndex, text.startIndex)
        var retry: (pattern: Int, text: Int)?
        while from < text.endIndex {
            if at < pattern.endIndex, pattern[at] == "*" {
                retry = (at, from)
                at += 1
            } else if at < pattern.endIndex, pattern[at] == "?" || pattern[at] == text[from] {
                at += 1
                from += 1
            } else if let place = retry {
                retry = (place.pattern, place.text + 1)
                (at, from) = (place.pattern + 1, place.text + 1)
            } else {
                return false
            }
        }
        return pattern[at...].allSatisfy { $0 == "*" }
    }
}

extension Duration {
    /// `5`, `5s`, `1.5s`, `200ms`, `2m`; nil for anything else, and for more than a day.
    public init?(written text: some StringProtocol) {
        let text = text.lowercased()
        let units: [(String, Double)] = [("ms", 0.001), ("s", 1), ("m", 60), ("", 1)]
        guard let (suffix, factor) = units.first(where: { text.hasSuffix($0.0) }),
            let number = Double(text.dropLast(suffix.count)), number >= 0, number * factor <= 86_400
        else { return nil }
        self = .microseconds(Int64((number * factor * 1_000_000).rounded()))
    }

    /// Whole microseconds.
    public var microseconds: Int64 {
        let (seconds, attoseconds) = components
        let (whole, overflow) = seconds.multipliedReportingOverflow(by: 1_000_000)
        return overflow ? (seconds > 0 ? .max : .min) : whole &+ attoseconds / 1_000_000_000_000
    }
}

extension String {
    var trimmed: String {
        guard let first = firstIndex(where: { !$0.isWhitespace }), let last = lastIndex(where: { !$0.isWhitespace })
        else { return "" }
        return String(self[first...last])
    }
}
