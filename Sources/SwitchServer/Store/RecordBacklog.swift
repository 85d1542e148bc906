import CallStore

/// Rows that must be kept though nobody waits for them (call records, journals): given to the store, kept here while that
/// does not work, and written when it works again. A pure machine; `RecordKeeper` is its shell.
///
/// A refused row does not take others with it: rows that fail together are given again one by one.
struct RecordBacklog {
    enum Effect: Hashable {
        /// Give these rows to the store, all or nothing, and tell `completed`. A success needs to be told only of a probe.
        case submit([CallStore::StoreWrite], isProbe: Bool)
        /// The store has stopped working. Once, however many rows fail.
        case storeFailed(StoreError)
        /// It works again. `kept` rows are written late, `lost` ones were too many to keep.
        case storeRecovered(kept: Int, lost: Int)
        /// The store works but refuses this row for good.
        case refused(CallStore::StoreWrite, StoreError)
    }

    /// Most rows kept while the store does not work.
    let capacity: Int

    private var waiting: [[CallStore::StoreWrite]] = []
    private(set) var waitingRows = 0
    private(set) var lostRows = 0
    private(set) var isFailing = false
    private var isProbing = false

    init(capacity: Int) { self.capacity = max(1, capacity) }

    /// Takes rows that belong together.
    mutating func add(_ rows: [CallStore::StoreWrite], into effects: inout [Effect]) {
        guard !rows.isEmpty else { return }
        if isFailing { keep(rows) } else { effects.append(.submit(rows, isProbe: false)) }
    }

    mutating func completed(
        _ rows: [CallStore::StoreWrite], isProbe: Bool, _ result: Result<Void, StoreError>,
        into effects: inout [Effect]
    ) {
        if isProbe { isProbing = false }
        switch result {
        case .success:
            if isProbe { recover(late: rows.count, into: &effects) }
        case .failure(let error) where error.isAboutTheRows:
            // The store works; these rows do not.
            if isProbe { recover(late: 0, into: &effects) }
            if rows.count > 1 {
                for row in rows { effects.append(.submit([row], isProbe: false)) }
            } else if let row = rows.first, error.code != .alreadyExists {
                effects.append(.refused(row, error))
            }
        case .failure(let error):
            failed(error, into: &effects)
            keep(rows)
        }
    }

    /// A write of others failed, who were told: the store is tried from now on as for rows of its own.
    mutating func failed(_ error: StoreError, into effects: inout [Effect]) {
        guard !error.isAboutTheRows, !isFailing else { return }
        isFailing = true
        effects.append(.storeFailed(error))
    }

    /// Whether `retry` should be called some seconds from now.
    var wantsRetry: Bool { isFailing && !isProbing }

    /// Tries some of the waiting rows; when they are taken the others follow.
    mutating func retry(into effects: inout [Effect]) {
        guard wantsRetry else { return }
        isProbing = true
        // When all were too many to keep, an empty submission finds out.
        let rows = waiting.isEmpty ? [] : waiting.removeFirst()
        waitingRows -= rows.count
        effects.append(.submit(rows, isProbe: true))
    }

    /// The end: gives everything to the store a last time.
    mutating func finish(into effects: inout [Effect]) {
        for rows in waiting { effects.append(.submit(rows, isProbe: false)) }
        waiting = []
        waitingRows = 0
    }

    private mutating func keep(_ rows: [CallStore::StoreWrite]) {
        guard waitingRows + rows.count <= capacity else {
            lostRows += rows.count
            return
        }
        guard !rows.isEmpty else { return }
        waiting.append(rows)
        waitingRows += rows.count
    }

    private mutating func recover(late: Int, into effects: inout [Effect]) {
        guard isFailing else { return }
        isFailing = false
        effects.append(.storeRecovered(kept: late + waitingRows, lost: lostRows))
        lostRows = 0
        finish(into: &effects)
    }
}

extension StoreError {
    /// Whether the same rows would fail at another time too.
    fileprivate var isAboutTheRows: Bool {
        [.unknownUser, .unknownAccount, .invalidValue, .alreadyExists].contains(code)
    }
}
