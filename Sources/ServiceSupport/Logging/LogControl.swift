public import Logging
import Synchronization

/// What is logged: the least level, for all modules and for some. May be changed while the service runs.
public final class LogControl: Sendable {
    public struct Levels: Hashable, Sendable {
        public var standard: Logger.Level
        /// By module, the last part of a logger's label.
        public var modules: [String: Logger.Level]

        public init(standard: Logger.Level = .notice, modules: [String: Logger.Level] = [:]) {
            self.standard = standard
            self.modules = modules
        }
    }

    private let levels: Mutex<Levels>

    public init(_ levels: Levels) { self.levels = Mutex(levels) }

    public var current: Levels {
        get { levels.withLock { $0 } }
        set { levels.withLock { $0 = newValue } }
    }

    func level(of module: String) -> Logger.Level {
        levels.withLock { $0.modules.isEmpty ? $0.standard : $0.modules[module] ?? $0.standard }
    }
}

/// Keeps one message that comes again and again from filling the log: so many of a kind in each period, then a count.
struct RepeatLimiter: Sendable {
    let most: Int
    let period: Duration
    /// Kinds that are told apart; further ones share an account.
    let kinds: Int
    private var accounts: [String: Account] = [:]

    private struct Account {
        var since: ContinuousClock.Instant
        var written = 0
        var dropped = 0
    }

    enum Verdict: Equatable {
        /// Write it; so many of its kind were dropped before.
        case write(droppedBefore: Int)
        case drop
    }

    init(most: Int, period: Duration, kinds: Int = 256) {
        self.most = most
        self.period = period
        self.kinds = kinds
    }

    mutating func judge(_ kind: String, at now: ContinuousClock.Instant) -> Verdict {
        let key = accounts[kind] == nil && accounts.count >= kinds ? "" : kind
        guard var account = accounts[key], now - account.since < period else {
            let dropped = accounts[key]?.dropped ?? 0
            accounts[key] = Account(since: now, written: 1)
            return .write(droppedBefore: dropped)
        }
        guard account.written < most else {
            account.dropped += 1
            accounts[key] = account
            return .drop
        }
        account.written += 1
        accounts[key] = account
        return .write(droppedBefore: 0)
    }
}
