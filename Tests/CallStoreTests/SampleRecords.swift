import Foundation
import Testing

@testable import CallStore

/// A filter with a name for the test's report.
struct SampleFilter: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let filter: CallRecordFilter
    /// Whether it may be one that rules nothing out.
    var mayFindAll = false

    init(_ name: String, _ filter: CallRecordFilter, mayFindAll: Bool = false) {
        self.testDescription = name
        self.filter = filter
        self.mayFindAll = mayFindAll
    }
}

/// A busy switch's call records, made from a seed: few owners with many calls, many with few; numbers that come once
/// beside colleagues who call each other; answered and failed calls of every kind.
enum SampleRecords {
    static let owners = 40
    /// The first call's start; calls are one second apart.
    static let start = UnixTime(microseconds: 1_770_000_000_000_000)

    /// Adds records in batches, each as it will be listed.
    ///
    /// - Parameter keep: false returns none, for counts that memory should not hold.
    @discardableResult
    static func fill(_ store: CallStore, count: Int, keep: Bool = true) async throws -> [ListedCallRecord] {
        var users: [User] = []
        for number in 0..<Self.owners { users.append(try store.addUser("user\(number)", at: monday)) }
        let plan = try store.setDialplan(owner: "user0", name: "default", text: "x", author: "user0", at: monday)
        var random = SampleRandom(state: 7)
        var listed: [ListedCallRecord] = []
        var number = 0
        while number < count {
            let batch = (number..<min(number + 500, count)).map { Self.record($0, users, plan, &random) }
            let result = await store.submitAndWait(batch.map { .insertCallRecord($0) })
            if let error = result.error { throw error }
            if keep {
                for record in batch {
                    let hasPlan = record.dialplanVersion != nil
                    listed.append(
                        ListedCallRecord(
                            key: CallRecordKey(rawValue: record.started.microseconds * 2_048), record: record,
                            owner: users[Int(record.ownerID.rawValue) - 1].name, dialplan: hasPlan ? "default" : nil,
                            dialplanVersionNumber: hasPlan ? 1 : nil))
                }
            }
            number += batch.count
        }
        return listed
    }

    private static func record(
        _ number: Int, _ users: [User], _ plan: DialplanVersion, _ random: inout SampleRandom
    ) -> CallRecord {
        // User 0 has about half of all calls, user 1 a quarter, …
        let owner = min(Int(random.next().trailingZeroBitCount), users.count - 1)
        let isOut = random.below(10) < 6
        let outside = "+\(["49", "44", "1", "353"][random.below(4)])\(100_000_000 + random.below(900_000_000))"
        let mine = "sip:Phone\(random.below(3)).user\(owner)@example.org"
        let other =
            random.below(4) == 0 ? "sip:user\(random.below(users.count))@example.org" : "sip:\(outside)@gw.provider.net"
        let started = Self.start.adding(seconds: Int64(number))
        let status = [200, 200, 200, 200, 200, 486, 480, 404, 503, 603, nil][random.below(11)]
        let answered = status == 200 ? started.adding(seconds: Int64(random.below(20))) : nil
        let ended = (answered ?? started).adding(seconds: Int64(random.below(600)))
        return CallRecord(
            call: UInt64(number + 1), ownerID: users[owner].id, direction: isOut ? .out : .in,
            account: "phone\(random.below(3)).user\(owner)@example.org", from: isOut ? mine : other,
            to: isOut ? other : mine, sipCallID: "\(String(random.next(), radix: 16))@192.0.2.\(owner)",
            dialplanVersion: owner == 0 ? plan.id : nil, engineVersion: 1, started: started, answered: answered,
            ended: ended, status: status, reason: status == 200 ? "OK" : status.map { "Refused \($0)" },
            hungUpBy: answered == nil ? nil : .caller,
            legs: [
                CallLeg(
                    destination: isOut ? other : mine, sipCallID: "leg-\(number)", started: started,
                    progressed: started, progressStatus: 180, progressReason: "Ringing", answered: answered,
                    ended: ended, status: status ?? 487, reason: "x")
            ])
    }

    /// The plain look at one record.
    static func matches(_ listed: ListedCallRecord, _ filter: CallRecordFilter) -> Bool {
        let record = listed.record
        let talk = record.answered.map { record.ended.microseconds - $0.microseconds }
        let party = filter.party?.lowercased()
        let isOutcome =
            switch filter.outcome {
            case nil: true
            case .answered: record.answered != nil
            case .failed: record.answered == nil
            case .statusClass(let hundred): record.status.map { $0 / 100 } == hundred
            }
        return isOutcome
            && [
                filter.owner.map { $0 == listed.owner }, filter.account.map { $0 == record.account },
                filter.direction.map { $0 == record.direction }, filter.since.map { record.started >= $0 },
                filter.before.map { record.started < $0 },
                party.map { record.from.lowercased().contains($0) || record.to.lowercased().contains($0) },
                filter.leastTalkSeconds.map { least in talk.map { $0 / 1_000_000 >= least } ?? false },
                filter.call.map { $0 == record.call },
                filter.sipCallID.map { $0 == record.sipCallID },
            ].allSatisfy { $0 ?? true }
    }

    /// One of each, and pairs and triples that few or no records fit.
    static let filters: [SampleFilter] = [
        SampleFilter("none", CallRecordFilter(), mayFindAll: true),
        SampleFilter("an owner of half", CallRecordFilter(owner: "user0")),
        SampleFilter("an owner of few", CallRecordFilter(owner: "user5")),
        SampleFilter("an owner without records", CallRecordFilter(owner: "user39")),
        SampleFilter("an account", CallRecordFilter(account: "phone1.user1@example.org")),
        SampleFilter("an account that never was", CallRecordFilter(account: "nobody@example.org")),
        SampleFilter("a direction", CallRecordFilter(direction: .in)),
        SampleFilter("since", CallRecordFilter(since: Self.start.adding(seconds: 1_500))),
        SampleFilter("before", CallRecordFilter(before: Self.start.adding(seconds: 500))),
        SampleFilter(
            "a minute", CallRecordFilter(since: Self.start.adding(seconds: 60), before: Self.start.adding(seconds: 120))
        ),
        SampleFilter("a time with no record", CallRecordFilter(before: Self.start)),
        SampleFilter("a name in many", CallRecordFilter(party: "PHONE1.user1@")),
        SampleFilter("a prefix of numbers", CallRecordFilter(party: "+353")),
        SampleFilter("digits", CallRecordFilter(party: "1234")),
        SampleFilter("two digits", CallRecordFilter(party: "77")),
        SampleFilter("a text in none", CallRecordFilter(party: "nowhere")),
        SampleFilter("a text in all", CallRecordFilter(party: "sip:"), mayFindAll: true),
        SampleFilter("a text with a wildcard of SQL", CallRecordFilter(party: "user%")),
        SampleFilter("a text with the other wildcard of SQL", CallRecordFilter(party: "user_")),
        SampleFilter("a text that is nearly in all", CallRecordFilter(party: "example.com")),
        SampleFilter("answered", CallRecordFilter(outcome: .answered)),
        SampleFilter("failed", CallRecordFilter(outcome: .failed)),
        SampleFilter("4xx", CallRecordFilter(outcome: .statusClass(4))),
        SampleFilter("6xx", CallRecordFilter(outcome: .statusClass(6))),
        SampleFilter("3xx: none", CallRecordFilter(outcome: .statusClass(3))),
        SampleFilter("talked ten minutes less a little", CallRecordFilter(leastTalkSeconds: 590)),
        SampleFilter("talked for ever", CallRecordFilter(leastTalkSeconds: .max)),
        SampleFilter("a call's number", CallRecordFilter(call: 1_234)),
        SampleFilter("a number that is no call's", CallRecordFilter(call: .max)),
        SampleFilter("a Call-ID that is none's", CallRecordFilter(sipCallID: "x@192.0.2.1")),
        SampleFilter(
            "owner, direction, 6xx", CallRecordFilter(owner: "user0", direction: .in, outcome: .statusClass(6))),
        SampleFilter(
            "owner, text, failed, talked: none",
            CallRecordFilter(owner: "user0", party: "user0", outcome: .failed, leastTalkSeconds: 1)),
        SampleFilter(
            "direction, text, long", CallRecordFilter(direction: .out, party: "+44", leastTalkSeconds: 500)),
        SampleFilter(
            "account of another owner: none",
            CallRecordFilter(owner: "user1", account: "phone1.user2@example.org")),
        SampleFilter(
            "text, hour, 5xx",
            CallRecordFilter(
                since: Self.start, before: Self.start.adding(seconds: 3_600), party: "example.org",
                outcome: .statusClass(5))),
        SampleFilter(
            "owner of few, direction, text", CallRecordFilter(owner: "user6", direction: .out, party: "provider")),
        SampleFilter("call and owner that do not fit", CallRecordFilter(owner: "user39", call: 5)),
    ]
}

/// SplitMix64: the same numbers for the same seed everywhere.
struct SampleRandom {
    var state: UInt64

    mutating func next() -> UInt64 {
        self.state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = self.state
        mixed = (mixed ^ mixed >> 30) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ mixed >> 27) &* 0x94D0_49BB_1331_11EB
        return mixed ^ mixed >> 31
    }

    mutating func below(_ bound: Int) -> Int { Int(self.next() % UInt64(bound)) }
}
