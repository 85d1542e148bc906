import SIPMessage

/// The argument of `sys.Dial`: groups tried in turn (`|`), in each group legs rung together (`&`), each leg a destination
/// with options in brackets: `bob@local[dt=5,fu=100]&provider | sip:100@example.net`.
///
/// As in the ancestor, blank legs and spaces are ignored, option order and unknown keys do not matter, a URI that stands
/// twice is rung once, and separators inside brackets are not protected.
public struct DialString: Hashable, Sendable {
    /// One leg as written.
    public struct Target: Hashable, Sendable {
        public var destination: String
        public var options: Options
    }

    /// What stands in a leg's brackets.
    public struct Options: Hashable, Sendable {
        /// `dt`: seconds after the start of the group at which the leg is rung, at most 120.
        public var delaySeconds = 0
        /// `cd`: seconds after which an answered call is ended; 0 for no limit.
        public var answeredLimitSeconds = 0
        /// `fd`, `fu`, `fh`: display name, user and host of the leg's From.
        public var fromDisplayName: String?
        public var fromUser: String?
        public var fromHost: String?
        /// `rm`: whether a redirection is followed, which is so unless it is given.
        public var followsRedirections = true
        /// `ma`: whether private addresses in session descriptions are replaced, which is so unless it is `false`.
        public var manglesAddresses = true
        /// Those of the form `username,password,destination`.
        public var credentials: CalleeCredentials?

        public init() {}
    }

    public enum Failure: Error, Hashable, Sendable, CustomStringConvertible {
        case unclosedBracket(leg: String)

        public var description: String {
            switch self {
            case .unclosedBracket(let leg): "[ without ] in \(leg)"
            }
        }
    }

    /// What `${…}` stands for.
    public struct Substitutions: Sendable {
        /// Escaped as in a URI, so that it stays the user part wherever it is put.
        public var dialledUser: String
        public var fromName: String
        public var fromUser: String

        public init(dialledUser: String, fromName: String, fromUser: String) {
            self.dialledUser = dialledUser
            self.fromName = fromName
            self.fromUser = fromUser
        }
    }

    /// Groups in order; none is empty.
    public var groups: [[Target]]

    public init(parsing text: String, substituting values: Substitutions) throws(Failure) {
        groups = []
        if let target = Target(singleLeg: text, substituting: values) {
            groups = [[target]]
            return
        }
        var seen: Set<String> = []
        for group in text.split(separator: "|") {
            var targets: [Target] = []
            for leg in group.split(separator: "&") {
                let target = try Target(parsing: leg, substituting: values)
                guard !target.destination.isEmpty, seen.insert(target.destination).inserted else { continue }
                targets.append(target)
            }
            if !targets.isEmpty { groups.append(targets) }
        }
    }
}

extension DialString.Target {
    /// The ancestor's other form, one leg with credentials: `username,password,destination[,From…]`; nil if it is not.
    init?(singleLeg text: String, substituting values: DialString.Substitutions) {
        guard !text.contains("[") else { return nil }
        let fields = text.split(separator: ",", omittingEmptySubsequences: false).map { $0.trimmingSpaces() }
        guard fields.count >= 3, !fields[2].isEmpty else { return nil }
        destination = values.expand(fields[2])
        options = DialString.Options()
        if !["anonymous.invalid", "anonymous", "anon", ""].contains(fields[0].lowercased()) {
            options.credentials = CalleeCredentials(username: fields[0], password: fields[1])
        }
        guard fields.count > 3, let from = try? SIPURI("sip:" + values.expand(fields[3]).withoutScheme) else { return }
        options.fromUser = from.user
        options.fromHost = from.host.description
    }

    init(parsing leg: Substring, substituting values: DialString.Substitutions) throws(DialString.Failure) {
        options = DialString.Options()
        // Brackets are the script's; what is substituted comes from the caller and must not bring any.
        guard let open = leg.lastIndex(of: "[") else {
            destination = values.expand(leg.trimmingSpaces())
            return
        }
        guard let close = leg.lastIndex(of: "]"), close > open else {
            throw .unclosedBracket(leg: String(leg))
        }
        let inside = leg[leg.index(after: open)..<close]
        // The last brackets of `sip:bob@[::1]` are no options.
        guard inside.contains("=") || !inside.contains(":") else {
            destination = values.expand(leg.trimmingSpaces())
            return
        }
        destination = values.expand(leg[..<open].trimmingSpaces())
        options = DialString.Options(parsing: inside, substituting: values)
    }
}

extension DialString.Options {
    init(parsing text: Substring, substituting values: DialString.Substitutions) {
        self.init()
        for pair in text.split(separator: ",") {
            guard let equals = pair.firstIndex(of: "=") else { continue }
            let value = values.expand(pair[pair.index(after: equals)...].trimmingSpaces())
            switch String(pair[..<equals]).trimmingSpaces().lowercased() {
            case "dt": delaySeconds = min(120, max(0, Int(value) ?? 0))
            case "cd": answeredLimitSeconds = max(0, Int(value) ?? 0)
            case "fd": fromDisplayName = value
            case "fu": fromUser = value
            case "fh": fromHost = value
            case "ma": manglesAddresses = value.lowercased() != "false"
            case "rm": followsRedirections = ["a", "r"].contains(value.lowercased())
            default: break
            }
        }
    }
}

extension DialString.Substitutions {
    /// Replaces `${dst}`, `${dst:n}`, `${exten…}`, `${fromname}`, `${fromuriuser}`, in any letter case; others stay.
    func expand(_ text: String) -> String {
        guard text.contains("${") else { return text }
        var result = ""
        var rest = text[...]
        while let open = rest.firstRange(of: "${"), let close = rest[open.upperBound...].firstIndex(of: "}") {
            result += rest[..<open.lowerBound]
            let name = rest[open.upperBound..<close]
            result += value(of: String(name).lowercased()) ?? "${\(name)}"
            rest = rest[rest.index(after: close)...]
        }
        return result + rest
    }

    private func value(of name: String) -> String? {
        let parts = name.split(separator: ":", maxSplits: 1)
        switch parts.first {
        case "dst", "exten":
            guard parts.count == 2, let count = Int(parts[1]), count > 0, count < dialledUser.count else {
                return dialledUser
            }
            return String(dialledUser.dropFirst(count))
        case "fromname": return fromName
        case "fromuriuser": return fromUser
        default: return nil
        }
    }
}

extension StringProtocol {
    func trimmingSpaces() -> String {
        guard let first = firstIndex(where: { !$0.isWhitespace }), let last = lastIndex(where: { !$0.isWhitespace })
        else { return "" }
        return String(self[first...last])
    }
}

extension String {
    /// `sip:bob@host` and `<sip:bob@host>` as `bob@host`.
    fileprivate var withoutScheme: String {
        let bare = drop { $0 == "<" }.prefix { $0 != ">" }
        return String(bare.lowercased().hasPrefix("sip:") ? bare.dropFirst(4) : bare)
    }
}
