import CallStore
import Testing

@testable import SwitchServer

@Suite("Rows kept while the store does not work")
struct RecordBacklogTests {
    private var backlog = RecordBacklog(capacity: 5)
    private var effects: [RecordBacklog.Effect] = []
    private static let diskFull = StoreError(.diskFull, "no room")

    private func row(_ number: Int) -> StoreWrite { .setSetting(key: "\(number)", value: "v") }
    private func rows(_ numbers: Int...) -> [StoreWrite] { numbers.map { self.row($0) } }

    /// Performs a change and returns what it asked for.
    private mutating func after(
        _ change: (inout RecordBacklog, inout [RecordBacklog.Effect]) -> Void
    ) -> [RecordBacklog.Effect] {
        effects = []
        change(&backlog, &effects)
        return effects
    }

    private mutating func add(_ numbers: Int...) -> [RecordBacklog.Effect] {
        let rows = numbers.map { self.row($0) }
        return after { $0.add(rows, into: &$1) }
    }

    private mutating func completed(
        _ numbers: [Int], isProbe: Bool = false, _ error: StoreError? = nil
    ) -> [RecordBacklog.Effect] {
        let rows = numbers.map { self.row($0) }
        return after {
            $0.completed(rows, isProbe: isProbe, error.map { .failure($0) } ?? .success(()), into: &$1)
        }
    }

    private mutating func retry() -> [RecordBacklog.Effect] { after { $0.retry(into: &$1) } }

    @Test("while the store works rows go through")
    mutating func working() {
        #expect(add(1, 2) == [.submit(rows(1, 2), isProbe: false)])
        #expect(completed([1, 2]) == [])
        #expect(!backlog.wantsRetry)
        #expect(retry() == [])
        #expect(add() == [])
    }

    @Test("one alarm when it stops, one line when it works again, and every row is written, in order")
    mutating func recovery() {
        _ = add(1)
        _ = add(2, 3)
        #expect(completed([1], Self.diskFull) == [.storeFailed(Self.diskFull)])
        #expect(completed([2, 3], Self.diskFull) == [])
        #expect(add(4) == [])
        #expect(backlog.waitingRows == 4)
        #expect(backlog.wantsRetry)
        // It still does not work.
        #expect(retry() == [.submit(rows(1), isProbe: true)])
        #expect(retry() == [], "one probe at a time")
        #expect(completed([1], isProbe: true, Self.diskFull) == [])
        // It works.
        #expect(retry() == [.submit(rows(2, 3), isProbe: true)])
        #expect(
            completed([2, 3], isProbe: true) == [
                .storeRecovered(kept: 4, lost: 0), .submit(rows(4), isProbe: false), .submit(rows(1), isProbe: false),
            ])
        #expect(!backlog.wantsRetry)
        #expect(backlog.waitingRows == 0)
        #expect(add(5) == [.submit(rows(5), isProbe: false)])
        #expect(completed([5], Self.diskFull) == [.storeFailed(Self.diskFull)], "a second time is told again")
    }

    @Test("what does not fit is counted and told, and what fits is kept")
    mutating func bound() {
        _ = completed([1, 2, 3], Self.diskFull)
        #expect(add(4, 5, 6) == [])
        #expect(add(7, 8) == [])
        #expect((backlog.waitingRows, backlog.lostRows) == (5, 3))
        _ = retry()
        #expect(
            completed([1, 2, 3], isProbe: true) == [
                .storeRecovered(kept: 5, lost: 3), .submit(rows(7, 8), isProbe: false),
            ])
        #expect(backlog.lostRows == 0)
    }

    @Test("when nothing could be kept an empty write finds out whether the store works again")
    mutating func nothingKept() {
        _ = completed([1, 2, 3, 4, 5, 6], Self.diskFull)
        #expect(backlog.waitingRows == 0)
        #expect(retry() == [.submit([], isProbe: true)])
        #expect(completed([], isProbe: true, Self.diskFull) == [])
        _ = retry()
        #expect(completed([], isProbe: true) == [.storeRecovered(kept: 0, lost: 6)])
    }

    @Test(
        "a row that the store refuses takes no other with it", arguments: [StoreError.Code.unknownUser, .invalidValue])
    mutating func refused(code: StoreError.Code) {
        let error = StoreError(code, "no")
        #expect(
            completed([1, 2, 3], error) == [
                .submit(rows(1), isProbe: false), .submit(rows(2), isProbe: false), .submit(rows(3), isProbe: false),
            ])
        #expect(completed([1]) == [])
        #expect(completed([2], error) == [.refused(row(2), error)])
        #expect(!backlog.isFailing)
    }

    @Test("a record that is there already was written by the try before")
    mutating func twice() {
        #expect(completed([1], StoreError(.alreadyExists, "there")) == [])
    }

    @Test("a probe that is refused for its own sake shows that the store works")
    mutating func refusedProbe() {
        _ = completed([1], Self.diskFull)
        _ = add(2)
        _ = retry()
        let error = StoreError(.unknownUser, "no")
        #expect(
            completed([1], isProbe: true, error) == [
                .storeRecovered(kept: 1, lost: 0), .submit(rows(2), isProbe: false), .refused(row(1), error),
            ])
    }

    @Test("at the end everything is given a last time")
    mutating func finish() {
        _ = completed([1], Self.diskFull)
        _ = add(2)
        #expect(
            after { $0.finish(into: &$1) } == [.submit(rows(1), isProbe: false), .submit(rows(2), isProbe: false)])
        #expect(after { $0.finish(into: &$1) } == [])
    }
}
