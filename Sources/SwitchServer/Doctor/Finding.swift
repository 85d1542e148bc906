/// One thing that the doctor looked at.
public struct Finding: Codable, Hashable, Sendable {
    public enum Severity: String, Codable, CaseIterable, Comparable, Sendable {
        case ok
        /// It works, but something will be wrong one day, or is less safe than it could be.
        case warning
        /// Calls fail, or the switch does not start.
        case problem

        public static func < (left: Severity, right: Severity) -> Bool {
            left.rank < right.rank
        }

        private var rank: Int {
            switch self {
            case .ok: 0
            case .warning: 1
            case .problem: 2
            }
        }
    }

    /// What was looked at: `port`, `kernel`, `dns`, `clock`, `files`, `store`, `limits`, `network`, `disk`, `zone-data`,
    /// `security`, `switch`, `configuration`.
    public var area: String
    public var severity: Severity
    public var text: String
    /// What to do; nil when all is well.
    public var advice: String?

    init(_ area: String, ok text: String) {
        self.area = area
        severity = .ok
        self.text = text
    }

    init(_ area: String, warning text: String, advice: String) {
        self.area = area
        severity = .warning
        self.text = text
        self.advice = advice
    }

    init(_ area: String, problem text: String, advice: String) {
        self.area = area
        severity = .problem
        self.text = text
        self.advice = advice
    }
}
