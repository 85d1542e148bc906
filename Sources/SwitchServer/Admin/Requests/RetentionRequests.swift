public import CallStore

/// How much of the past is older than a moment.
public struct PruneCount: StoreRequest {
    public typealias Answer = PruneResult
    public static let name = "calls.prune-count"
    public static let isChange = false
    public var before: Timestamp

    public init(before: Timestamp) { self.before = before }

    public func perform(on store: CallStore) throws -> PruneResult {
        PruneResult(try store.countPrunable(before: before.time))
    }
}

/// Removes some of the call records and journals that are older than a moment. Asked again until nothing is left, so
/// that other changes come between.
public struct Pruning: StoreRequest {
    public typealias Answer = PruneResult
    public static let name = "calls.prune"
    /// About as many rows as take a second on a slow disk.
    static let rowsPerStep = 2_000
    public var before: Timestamp

    public init(before: Timestamp) { self.before = before }

    public func perform(on store: CallStore) throws -> PruneResult {
        PruneResult(try store.prune(before: before.time, atMost: Self.rowsPerStep))
    }
}

/// What is old, or went because it was.
public struct PruneResult: Codable, Sendable {
    public var records: Int
    public var journals: Int
    /// Whether nothing of that age is left.
    public var isComplete: Bool

    init(_ rows: PrunedRows) {
        records = rows.records
        journals = rows.journals
        isComplete = rows.isComplete
    }
}

/// How long finished calls are remembered, in days; what is left out is kept for ever.
public struct RetentionRow: Codable, Sendable {
    public var recordDays: Int?
    public var journalDays: Int?

    init(_ retention: Retention) {
        recordDays = retention.recordDays
        journalDays = retention.journalDays
    }
}

public struct RetentionQuery: StoreRequest {
    public typealias Answer = RetentionRow
    public static let name = "calls.retention"
    public static let isChange = false

    public init() {}

    public func perform(on store: CallStore) throws -> RetentionRow { RetentionRow(try store.retention()) }
}

/// Sets how long finished calls are remembered; what is nil stays as it is.
public struct RetentionChange: StoreRequest {
    public typealias Answer = RetentionRow
    public static let name = "calls.retention-change"
    /// Days; 0 is for ever.
    public var recordDays: Int?
    public var journalDays: Int?

    public init(recordDays: Int?, journalDays: Int?) {
        self.recordDays = recordDays
        self.journalDays = journalDays
    }

    public func perform(on store: CallStore) throws -> RetentionRow {
        var retention = try store.retention()
        if let recordDays { retention.recordDays = recordDays == 0 ? nil : recordDays }
        if let journalDays { retention.journalDays = journalDays == 0 ? nil : journalDays }
        try store.setRetention(retention)
        return RetentionRow(retention)
    }
}
