public import CallStore

/// Which calls; what is nil does not matter.
public struct CallSelection: Codable, Sendable {
    public var owner: String?
    public var account: String?
    /// `in` or `out`.
    public var direction: String?
    /// Calls that started at or after this moment.
    public var since: Timestamp?
    /// Calls that started before this moment.
    public var before: Timestamp?
    /// A part of the caller's or the callee's URI.
    public var party: String?
    /// `answered`, `failed`, or `2xx` to `6xx`.
    public var outcome: String?
    public var minTalkSeconds: Int64?
    public var call: UInt64?
    public var sipCallID: String?

    public init() {}

    /// - Throws: ``AdminError`` for a word that means nothing.
    func filter() throws -> CallRecordFilter {
        CallRecordFilter(
            owner: owner, account: account,
            direction: try direction.map { word in
                guard let direction = CallRecord.Direction(rawValue: word) else {
                    throw AdminError(.invalidValue, "direction '\(word)' must be in or out")
                }
                return direction
            }, since: since?.time, before: before?.time, party: party,
            outcome: try outcome.map { try Self.outcome($0) }, leastTalkSeconds: minTalkSeconds, call: call,
            sipCallID: sipCallID)
    }

    private static func outcome(_ word: String) throws -> CallRecordFilter.Outcome {
        switch word {
        case "answered": return .answered
        case "failed": return .failed
        default:
            guard let digit = word.first?.wholeNumberValue, (2...6).contains(digit), word.dropFirst() == "xx" else {
                throw AdminError(.invalidValue, "outcome '\(word)' must be answered, failed, 2xx, 3xx, 4xx, 5xx or 6xx")
            }
            return .statusClass(digit)
        }
    }

    var mentions: Mentions { Mentions(user: owner) }
}

/// The newest calls that fit.
public struct CallList: StoreRequest {
    public typealias Answer = [CallRow]
    public static let name = "calls.list"
    public static let isChange = false
    public static let limitMax = CallStore.listedRecordsMax
    public var selection: CallSelection
    public var limit: Int

    public init(_ selection: CallSelection, limit: Int) {
        self.selection = selection
        self.limit = limit
    }

    public var mentions: Mentions { selection.mentions }

    public func perform(on store: CallStore) throws -> [CallRow] {
        try store.callRecords(try selection.filter(), limit: limit).records.map { CallRow($0) }
    }
}

/// How many calls fit.
public struct CallCount: StoreRequest {
    public typealias Answer = Int
    public static let name = "calls.count"
    public static let isChange = false
    public var selection: CallSelection

    public init(_ selection: CallSelection) { self.selection = selection }

    public var mentions: Mentions { selection.mentions }

    public func perform(on store: CallStore) throws -> Int {
        try store.countCallRecords(try selection.filter())
    }
}

/// All calls that fit, the newest first, page by page.
public struct CallExport: StoreStream {
    public typealias Item = CallRow
    public static let name = "calls.export"
    static let pageSize = 500
    public var selection: CallSelection

    public init(_ selection: CallSelection) { self.selection = selection }

    public var mentions: Mentions { selection.mentions }

    public func page(
        after cursor: CallRecordKey?, of store: CallStore
    ) throws -> (items: [CallRow], next: CallRecordKey?) {
        let page = try store.callRecords(try selection.filter(), limit: Self.pageSize, next: cursor)
        return (page.records.map { CallRow($0) }, page.next)
    }
}
