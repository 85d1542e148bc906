import Foundation
import Testing

@testable import CallStore

/// Lists by the store against lists by a plain filter over the same records in memory.
@Suite("Listing call records")
struct CallRecordQueryTests {
    /// Some thousand records of some users, made from a seed, with their owners' names.
    let records: [ListedCallRecord]
    let store: CallStore

    init() async throws {
        self.store = try CallStore.inMemory()
        let made = try await SampleRecords.fill(self.store, count: 2_000)
        self.records = made.sorted { $0.key > $1.key }
    }

    @Test("every filter finds what a plain look at each record finds, in order", arguments: SampleRecords.filters)
    func filters(filter: SampleFilter) throws {
        let expected = self.records.filter { SampleRecords.matches($0, filter.filter) }
        let found = try self.store.callRecords(filter.filter, limit: 10_000)
        #expect(found.records == expected)
        #expect(found.next == nil)
        #expect(try self.store.countCallRecords(filter.filter) == expected.count)
        #expect(expected.count < self.records.count || filter.mayFindAll, "a filter that rules nothing out")
    }

    @Test(
        "pages follow each other without a gap or a repeat, whatever their size", arguments: [1, 7, 100, 1_999, 2_000])
    func pages(size: Int) throws {
        let filter = CallRecordFilter(direction: size == 1 ? .in : nil, leastTalkSeconds: size == 1 ? 120 : nil)
        let expected = self.records.filter { SampleRecords.matches($0, filter) }
        var gathered: [ListedCallRecord] = []
        var next: CallRecordKey?
        repeat {
            let page = try self.store.callRecords(filter, limit: size, next: next)
            #expect(page.records.count <= size)
            gathered += page.records
            next = page.next
        } while next != nil
        #expect(gathered == expected)
    }

    @Test("a record that comes or goes between two pages shifts nothing")
    func movingPages() async throws {
        let first = try self.store.callRecords(limit: 10)
        var newest = sampleRecord(call: 999_999, owner: self.records[0].record.ownerID)
        newest.started = self.records[0].record.started.adding(seconds: 60)
        #expect(await self.store.submitAndWait([.insertCallRecord(newest)]).error == nil)
        let second = try self.store.callRecords(limit: 10, next: first.next)
        #expect(first.records + second.records == Array(self.records.prefix(20)))
    }

    @Test("records of one microsecond are kept apart and all listed")
    func sameMicrosecond() async throws {
        let store = try CallStore.inMemory()
        let owner = try store.addUser("alice").id
        for call in 1...100 as ClosedRange<UInt64> {
            var record = sampleRecord(call: call, owner: owner)
            record.started = monday
            #expect(await store.submitAndWait([.insertCallRecord(record)]).error == nil)
        }
        #expect(try store.callRecords().records.map(\.record.call) == Array((1...100).reversed()))
        let filter = CallRecordFilter(since: monday, before: UnixTime(microseconds: monday.microseconds + 1))
        #expect(try store.countCallRecords(filter) == 100)
    }

    @Test("a start outside the years that a key holds is refused, and a clock set back costs no record")
    func times() async throws {
        let store = try CallStore.inMemory()
        var record = sampleRecord(call: 1, owner: try store.addUser("alice").id)
        for moment in [-1, 1 << 52, .max, .min] as [Int64] {
            record.started = UnixTime(microseconds: moment)
            #expect(await store.submitAndWait([.insertCallRecord(record)]).error?.code == .invalidValue)
        }
        record.started = UnixTime(microseconds: (1 << 52) - 1)
        record.answered = monday
        record.ended = monday.adding(seconds: -5)
        #expect(await store.submitAndWait([.insertCallRecord(record)]).error == nil)
        #expect(try store.callRecords(CallRecordFilter(outcome: .answered)).records.map(\.record) == [record])
        #expect(try store.callRecords(CallRecordFilter(leastTalkSeconds: 1)).records.isEmpty)
    }

    @Test(
        "what cannot be looked for is refused in words", arguments: ["", "a\0b", String(repeating: "x", count: 1_025)])
    func badParty(party: String) {
        let error = storeError { () throws(StoreError) in
            _ = try self.store.callRecords(CallRecordFilter(party: party))
        }
        #expect(error?.code == .invalidValue)
        #expect(error?.message.contains("1 to 1,024 bytes") == true)
    }

    @Test("an export gives every record once, with progress up to the end, and stops when told")
    func export() throws {
        var gathered: [ListedCallRecord] = []
        var steps: [Int] = []
        let filter = CallRecordFilter(direction: .out)
        try self.store.exportCallRecords(filter, pageSize: 100) { done, total in
            steps.append(done)
            #expect(total == self.records.count { $0.record.direction == .out })
        } _: {
            gathered.append($0)
        }
        #expect(gathered == self.records.filter { $0.record.direction == .out })
        #expect(steps == Array(stride(from: 0, to: gathered.count, by: 100)) + [gathered.count])

        struct Enough: Error {}
        var count = 0
        #expect(throws: Enough.self) {
            try self.store.exportCallRecords { _ in
                count += 1
                if count == 250 { throw Enough() }
            }
        }
        #expect(count == 250)
    }
}
