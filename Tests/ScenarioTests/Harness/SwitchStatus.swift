/// What `dialplanctl status --json` says, as far as the scenarios look at it.
struct SwitchStatus: Decodable, Sendable {
    struct Worker: Decodable, Sendable {
        var slot: Int
        var generation: Int
        var pid: Int32
        var state: String
        var executions: Int
        /// The execution that it works on right now; 0 for none.
        var running: UInt64
        var restarts: Int
        var lastEndReason: String?
        var program: String
    }

    struct Health: Decodable, Sendable {
        var alarms: [String]
        var quarantinedScripts: Int
    }

    var calls: Int
    var executions: Int
    var waitingExecutions: Int
    var legs: Int
    var dialogs: Int
    var unacknowledgedAnswers: Int
    var pendingRegistrations: Int
    var timers: Int
    var transactions: [String: Int]
    var registrations: Int
    var workers: [Worker]
    var health: Health?

    /// What stands while a call is up.
    var callCounters: [String: Int] {
        [
            "calls": calls, "executions": executions, "waitingExecutions": waitingExecutions, "legs": legs,
            "dialogs": dialogs, "unacknowledgedAnswers": unacknowledgedAnswers,
        ]
    }

    /// Everything that a call brings up, with the transactions that outlive it by up to 32 s (64 T1).
    var allCounters: [String: Int] {
        callCounters
            .merging(["pendingRegistrations": pendingRegistrations, "timers": timers]) { first, _ in first }
            .merging(transactions.map { ("transactions.\($0.key)", $0.value) }) { first, _ in first }
    }

    var pids: Set<Int32> { Set(workers.map(\.pid)) }
}

/// One line of `dialplanctl log --json`.
struct LogLine: Decodable, Sendable, Equatable {
    var call: String
    var position: Int
    var kind: String
    var text: String
}
