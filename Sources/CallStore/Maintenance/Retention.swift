internal import GRDB

/// How long finished calls are remembered. What is older goes bit by bit while the switch has nothing else to write.
public struct Retention: Hashable, Sendable {
    /// Days that journals are kept; nil keeps them for ever.
    public var journalDays: Int?
    /// Days that call records are kept; nil, the default, keeps them for ever.
    public var recordDays: Int?

    public static let standard = Retention(journalDays: 7, recordDays: nil)
    /// What may be set, in days.
    public static let range = 1...36_500

    public init(journalDays: Int?, recordDays: Int?) {
        self.journalDays = journalDays
        self.recordDays = recordDays
    }

    static let journalKey = "retention.journals.days"
    static let recordKey = "retention.records.days"
    private static let forEver = "forever"

    init(in database: Database) throws {
        self = .standard
        if let text = try database.setting(Self.journalKey) { self.journalDays = Int(text) }
        if let text = try database.setting(Self.recordKey) { self.recordDays = Int(text) }
    }

    func save(in database: Database) throws {
        try database.setSetting(Self.journalKey, self.journalDays.map(String.init) ?? Self.forEver)
        try database.setSetting(Self.recordKey, self.recordDays.map(String.init) ?? Self.forEver)
    }

    /// Removes some of what is over its time, so little that a commit waits for it for milliseconds at most.
    ///
    /// - Returns: how many rows went; 0 when nothing is left to remove.
    static func prune(at now: UnixTime, in database: Database) throws -> Int {
        let retention = try Retention(in: database)
        var removed = 0
        if let days = retention.journalDays {
            removed += try Self.removeJournals(
                before: Self.limit(days, at: now), onlyAmongFirst: true, in: database)
        }
        if let days = retention.recordDays {
            removed += try Self.removeRecords(before: Self.limit(days, at: now), in: database)
        }
        return removed
    }

    private static func limit(_ days: Int, at now: UnixTime) -> UnixTime {
        UnixTime(microseconds: now.microseconds - Int64(min(max(days, 0), Self.range.upperBound)) * 86_400_000_000)
    }
}

extension CallStore {
    public func retention() throws(StoreError) -> Retention {
        try self.reading { try Retention(in: $0) }
    }

    /// Sets how long journals and records are kept; a running switch sees it within a minute.
    ///
    /// - Throws: `invalidValue` outside `Retention.range`.
    public func setRetention(_ retention: Retention) throws(StoreError) {
        for days in [retention.journalDays, retention.recordDays] {
            guard let days, !Retention.range.contains(days) else { continue }
            throw StoreError(
                .invalidValue,
                "journals and records can be kept for \(Retention.range.lowerBound) to \(Retention.range.upperBound) days, "
                    + "or for ever; not for \(days)")
        }
        try self.writing { try retention.save(in: $0) }
    }

    /// Removes all that is over its time now, a little in each transaction. A store that serves does this by itself.
    ///
    /// - Returns: how many journals and records went.
    @discardableResult
    public func prune(at now: UnixTime = .now()) throws(StoreError) -> Int {
        var removed = 0
        while true {
            let step = try self.writing { try Retention.prune(at: now, in: $0) }
            if step == 0 { return removed }
            removed += step
        }
    }
}

extension Database {
    func setting(_ key: String) throws -> String? {
        try self.first("SELECT value FROM settings WHERE key = ?", [key]) { try $0.text("value") }
    }
}
