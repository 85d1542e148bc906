import Foundation
import TestSupport
import Testing

@testable import CallStore

private let recordsToProve = ProcessInfo.processInfo.environment["DIALPLAN_PROVE_RECORDS"].flatMap { Int($0) }

/// Measures a store with a million records: DIALPLAN_PROVE_RECORDS=1000000. Figures: Docs/Benchmarks.md.
@Suite("A million call records", .enabled(if: recordsToProve != nil, "set DIALPLAN_PROVE_RECORDS=1000000"))
struct RecordProof {
    /// The bound for a listing of 100, in milliseconds.
    private static let limit = 200.0

    /// The ordinary ones, and the worst: nothing fits, but only the last term of the filter shows it.
    private static let filters: [SampleFilter] =
        SampleRecords.filters + [
            SampleFilter(
                "worst: half of all, then an account that never was",
                CallRecordFilter(owner: "user0", account: "nobody@example.org", direction: .out, outcome: .answered)),
            SampleFilter(
                "worst: a text nearly in all, answered, out",
                CallRecordFilter(direction: .out, party: "example.com", outcome: .answered)),
            SampleFilter("worst: a text nearly in all", CallRecordFilter(party: "sip:+4x")),
            SampleFilter("worst: two characters in none", CallRecordFilter(party: "qx")),
            SampleFilter("worst: one character in none", CallRecordFilter(party: "#")),
            SampleFilter(
                "worst: an owner's text with another's account",
                CallRecordFilter(owner: "user0", account: "phone1.user1@example.org", party: "user0@example.org")),
            SampleFilter("worst: two frequent characters in none", CallRecordFilter(party: "ee")),
            SampleFilter("worst: the most frequent twice", CallRecordFilter(party: "ss")),
            SampleFilter("worst: trigrams of all, twice", CallRecordFilter(party: "sip:sip:")),
            SampleFilter(
                "worst: a long text of frequent characters", CallRecordFilter(party: "example.org.example.org")),
            SampleFilter(
                "worst: a text in nearly all, of an account that never was",
                CallRecordFilter(account: "nobody@example.org", party: "@example.org")),
            SampleFilter(
                "worst: short text in none, out, answered, long",
                CallRecordFilter(direction: .out, party: "ee", outcome: .answered, leastTalkSeconds: 30)),
            SampleFilter(
                "worst: short text in none of a time",
                CallRecordFilter(
                    since: SampleRecords.start, before: SampleRecords.start.adding(seconds: 100_000_000), party: "zz",
                    outcome: .statusClass(2))),
            SampleFilter(
                "worst: short text in none of an owner of half", CallRecordFilter(owner: "user0", party: "zz")),
            SampleFilter("worst: beyond ASCII", CallRecordFilter(party: "ü")),
        ]

    @Test("any filter, alone or with others, within 200 ms; writing and exporting", .timeLimit(.minutes(10)))
    func proof() async throws {
        let count = try #require(recordsToProve)
        let folder = try TemporaryFolder()
        let store = try CallStore.open(folder.database, role: .serving)
        var clock = ContinuousClock.now
        try await SampleRecords.fill(store, count: count, keep: false)
        let written = clock.duration(to: .now)
        print("written: \(count) records, \(Int(Double(count) / written.seconds)) a second, 500 a batch")
        let size = try FileManager.default.attributesOfItem(atPath: folder.database)[.size] as? Int64 ?? 0
        print("file: \(size >> 20) MiB")

        var slowest = 0.0
        for filter in Self.filters {
            var best = Double.infinity
            var leastProcessor = Double.infinity
            var found = 0
            for _ in 0..<5 {
                clock = .now
                let processor = Self.processorSeconds
                found = try store.callRecords(filter.filter).records.count
                best = min(best, clock.duration(to: .now).seconds * 1_000)
                leastProcessor = min(leastProcessor, (Self.processorSeconds - processor) * 1_000)
            }
            slowest = max(slowest, best)
            let times = String(format: "%8.1f ms  %8.1f ms of processor", best, leastProcessor)
            print("\(times)  \(found) records  \(filter.testDescription)")
            #expect(best < Self.limit, "\(filter.testDescription)")
        }
        print("slowest: \(String(format: "%.1f", slowest)) ms")

        let before = Self.residentMiB
        clock = .now
        var exported = 0
        var highest = before
        try store.exportCallRecords { done, _ in
            if done % 50_000 == 0 { highest = max(highest, Self.residentMiB) }
        } _: { _ in
            exported += 1
        }
        let export = clock.duration(to: .now)
        print(
            "exported: \(exported) records in \(String(format: "%.1f", export.seconds)) s, RSS +\(highest - before) MiB"
        )
        #expect(exported == count)
        #expect(highest - before < 32)
        store.close()
    }

    /// Of all threads; the store's others do nothing meanwhile. Tells a slow listing from a busy machine.
    private static var processorSeconds: Double { Double(clock()) / Double(CLOCKS_PER_SEC) }

    private static var residentMiB: Int {
        let fields = FileManager.default.contents(atPath: "/proc/self/statm").map {
            String(decoding: $0, as: UTF8.self)
        }
        return (fields?.split(separator: " ").dropFirst().first.flatMap { Int($0) } ?? 0) * 4_096 >> 20
    }
}

extension Duration {
    fileprivate var seconds: Double {
        Double(self.components.seconds) + Double(self.components.attoseconds) / 1e18
    }
}
