import CallStore
import Dispatch
import Foundation
import SwitchServer
import Synchronization
import Testing

@testable import Commands

@Suite("dialplanctl calls")
struct CallsCommandTests {
    @Test("list shows the newest first, as a table and as JSON")
    func list() throws {
        let run = try Workspace.withCalls()
        #expect(
            withoutTimes(try run.ok("calls list").out) == """
                CALL  STARTED              OWNER  DIR  FROM                   TO                TALKED  RESULT
                3     <time>  sam    in   eve\\x1b[31m@evil.test  bob@example.test       -  gave up
                2     <time>  sam    out  alice@example.test     100@example.test       -  486 Busy Here
                1     <time>  sam    out  alice@example.test     bob@example.test    1:00  200 OK

                """)
        let rows: [CallRow] = try run.ok("calls list --json").json()
        #expect(rows.map(\.call) == [3, 2, 1])
        #expect(rows[2].talkSeconds == 60 && rows[2].legs.count == 2 && rows[2].dialplanVersion == 2)
        #expect(rows[0].status == nil && rows[0].id == "3")
        let narrow = try run.ok("calls list", terminal: FakeTerminal(environment: ["NO_COLOR": "1"])).out
        #expect(narrow.split(separator: "\n").allSatisfy { TextWidth.of(String($0)) <= 80 }, "\(narrow)")
    }

    @Test(
        "filters choose",
        arguments: [
            ("--owner sam", [3, 2, 1]), ("--owner kim", []), ("--direction in", [3]), ("--outcome answered", [1]),
            ("--outcome failed", [3, 2]), ("--outcome 4xx", [2]), ("--party EVIL", [3]), ("--min-talk 60", [1]),
            ("--min-talk 61", []), ("--limit 2", [3, 2]), ("--account alice@example.test", [2, 1]),
            ("--sip-call-id c2@phone", [2]), ("--since 2026-02-02T02:41:00", [3, 2]), ("--since 10000d", [3, 2, 1]),
            ("--before 2026-02-02T02:41:00", [1]), ("--since 2026-02-03", []),
        ] as [(String, [UInt64])])
    func filters(options: String, calls: [UInt64]) throws {
        // The records are made for this zone.
        let run = try Workspace.withCalls()
        let rows: [CallRow] = try run.ok("calls list --json \(options)").json()
        #expect(rows.map(\.call) == calls)
    }

    @Test("show tells the story of a call")
    func show() throws {
        let run = try Workspace.withCalls()
        let text = try run.ok("calls show 1").out
        let story = text.replacing(/\d\d:\d\d:\d\d\.\d{3}/, with: "<clock>")
            .replacing(/\d{4}-\d\d-\d\d <clock> [+-]\d{4}/, with: "<time>")
        #expect(
            story == """
                Call:         1
                Owner:        sam, called
                Account:      alice@example.test
                From:         sip:alice@example.test
                To:           sip:bob@example.test
                Dialplan:     main, version 2
                Started:      <time>
                Result:       200 OK
                SIP Call-ID:  c1@phone
                Its log:      dialplanctl log --call 1

                <clock>     +0 ms  the call comes in
                <clock>    +10 ms  leg 1: sip:bob@192.0.2.9 is called
                <clock>    +20 ms  leg 1: 486 Busy Here
                <clock>    +30 ms  leg 2: sip:bob@192.0.2.10 is called
                <clock>    +1.0 s  leg 2: 180 Ringing
                <clock>    +4.0 s  leg 2: answers, 200 OK
                <clock>    +4.0 s  the caller is connected
                <clock>     +1:04  the callee hangs up, after 1:00 (Q.850;cause=16)

                """)
        #expect(try run.ok("calls show c2@phone").out.contains("the caller gets 486 Busy Here"))
        #expect(try run.ok("calls show 0000000000003").out.contains("the caller gives up"), "as the log writes it")
        #expect(try run.ok("calls show 1 --json").json([CallRow].self).count == 1)
        #expect(try run.ok("calls show last --json").json([CallRow].self).map(\.call) == [3])
        #expect(try run.ok("calls show last --owner sam").out.hasPrefix("Call:         3\n"))
    }

    @Test("export writes CSV of RFC 4180, a JSON array, or an object a line")
    func export() throws {
        let run = try Workspace.withCalls()
        let csv = try run.ok("calls export").out
        let lines = csv.split(separator: "\r\n", omittingEmptySubsequences: false)
        #expect(lines.count == 5 && lines.last == "")
        #expect(lines[0].hasPrefix("call,owner,direction,account,from,to,"))
        #expect(lines[1].hasSuffix(#",0,"c3@""Eve, the """"#), "quotes and commas are quoted: \(lines[1])")
        #expect(
            lines[3].hasPrefix(
                "1,sam,out,alice@example.test,sip:alice@example.test,sip:bob@example.test,main,2,2026-02-02T"))
        let array: [CallRow] = try run.ok("calls export --format json --outcome failed").json()
        #expect(array.map(\.call) == [3, 2])
        let objects = try run.ok("calls export --format jsonl").out.split(separator: "\n")
        #expect(objects.count == 3)
        #expect(try JSONDecoder().decode(CallRow.self, from: Data(objects[0].utf8)).call == 3)
        #expect(try run.ok("calls export --format json --owner kim").out == "[]\n")
    }

    @Test("prune removes what is old, after asking, and says before how much that is")
    func prune() throws {
        let run = try Workspace.withCalls(more: 2)
        let dry = try run.ok("calls prune --older-than 2026-02-03 --dry-run").out
        #expect(dry == "3 call records and 0 journals older than 2026-02-03 00:00:00 would be removed\n")
        let unasked = run("calls prune --older-than 2026-02-03")
        #expect(unasked.status == 64 && unasked.err.contains("Remove 3 call records and 0 journals older than"))
        var terminal = FakeTerminal()
        terminal.typed = ["n"]
        #expect(run("calls prune --older-than 2026-02-03", terminal: terminal).status == 1)
        #expect(try run.ok("calls list --json").json([CallRow].self).count == 5)
        terminal.typed = ["y"]
        let gone = try run.ok("calls prune --older-than 2026-02-03", terminal: terminal).out
        #expect(gone == "3 call records and 0 journals older than 2026-02-03 00:00:00 removed\n")
        #expect(try run.ok("calls list --json").json([CallRow].self).map(\.call) == [101, 100])
        let again = try run.ok("calls prune --older-than 2026-02-03 --yes --json").json([String: JSONValue].self)
        #expect(again["records"] == .number(0) && again["dryRun"] == .flag(false))
    }

    @Test("retention is shown and set")
    func retention() throws {
        let run = try Workspace.filled()
        #expect(try run.ok("calls retention").out == "Call records are kept for ever, journals for 7 days.\n")
        let set = try run.ok("calls retention --records 365 --journals 1d")
        #expect(set.out == "Call records are kept for 365 days, journals for 1 day.\n")
        #expect(try run.ok("calls retention --records forever --json").out == "{\"journalDays\":1}\n")
        #expect(try run.ok("calls retention").out == "Call records are kept for ever, journals for 1 day.\n")
    }

    @Test("export goes through a running switch as a stream")
    func exportFromSwitch() async throws {
        let run = try Workspace.withCalls(more: 1_300)
        let alone = try run.ok("calls export --format jsonl").out
        try await RunningSwitch.run(run) { _ in
            let streamed = try run.ok("calls export --format jsonl").out
            #expect(streamed == alone)
            let listed = try run.ok("calls list --limit 1 --json").json([CallRow].self)
            #expect(listed.map(\.call) == [1_399])
            #expect(run("calls list --owner sma").err.contains("did you mean 'sam'?"))
            #expect(run("calls export --owner sma").err.contains("did you mean 'sam'?"))
            #expect(try run.ok("calls show last --json").json([CallRow].self).map(\.call) == [1_399])
            #expect(run("calls retention").out.hasPrefix("Call records are kept for ever"))
            let pruned = try run.ok("calls prune --older-than 2026-02-03 --yes --json").json([String: JSONValue].self)
            #expect(pruned["records"] == .number(3))
            #expect(try run.ok("calls prune --older-than 1s --yes").out.hasPrefix("1300 call records and 0 journals"))
            #expect(try run.ok("calls list --json").out == "[]\n")
        }
        #expect(alone.split(separator: "\n").count == 1_303)
    }

    @Test(
        "mistakes are explained",
        arguments: [
            Mistake("calls list --owner sma", "did you mean 'sam'?"),
            Mistake("calls list --since never", "The value 'never' is invalid", status: 64),
            Mistake("calls list --since 1h --before 2h", "--since must be earlier than --before", status: 64),
            Mistake("calls list --limit 0", "--limit must be between 1 and 10000", status: 64),
            Mistake("calls list --direction up", "The value 'up' is invalid", status: 64),
            Mistake("calls show 99", "there is no record of call '99'"),
            Mistake("calls show last", "there is no call record yet"),
            Mistake("calls show -1", "the newest is `last`", status: 64),
            Mistake("replay -1", "the newest is `last`", status: 64),
            Mistake("calls show last --owner sma", "did you mean 'sam'?"),
            Mistake("calls prune", "Missing expected argument '--older-than <time>'", status: 64),
            Mistake("calls prune --older-than 5x", "The value '5x' is invalid", status: 64),
            Mistake("calls prune --older-than 2100-01-01 --yes", "must be in the past", status: 64),
            Mistake("calls prune --older-than 1d --database /nowhere/x.sqlite", "there is no database", status: 69),
            Mistake("calls retention --records 0", "The value '0' is invalid", status: 64),
            Mistake("calls retention --journals soon", "The value 'soon' is invalid", status: 64),
            Mistake("calls retention --database /nowhere/x.sqlite", "there is no database", status: 69),
            Mistake("calls show", "Missing expected argument '<call>'", status: 64),
            Mistake("calls export --format xml", "The value 'xml' is invalid", status: 64),
            Mistake("calls list --database /nowhere/x.sqlite", "there is no database", status: 69),
            Mistake("calls show 1 --database /nowhere/x.sqlite", "there is no database", status: 69),
        ])
    func mistakes(_ mistake: Mistake) throws { mistake.check(try Workspace.filled()) }
}

@Suite("Moments that people type")
struct MomentTests {
    private let now = Timestamp(microseconds: 1_795_976_018_123_456)

    @Test("how long ago", arguments: [("45s", 45), ("30m", 1_800), ("2h", 7_200), ("7d", 604_800), ("1w", 604_800)])
    func ago(text: String, seconds: Int64) {
        #expect(Moment(text, now: now)?.timestamp.microseconds == now.microseconds - seconds * 1_000_000)
    }

    @Test("dates and times are local and read back as they were written")
    func calendar() throws {
        let moment = try #require(Moment("2026-03-05T07:08:09", now: now)).timestamp
        #expect(LocalTime.text(moment) == "2026-03-05 07:08:09")
        #expect(LocalTime.text(try #require(Moment("2026-03-05", now: now)).timestamp) == "2026-03-05 00:00:00")
        #expect(LocalTime.text(try #require(Moment("today", now: now)).timestamp).hasSuffix(" 00:00:00"))
        #expect(LocalTime.text(try #require(Moment("07:08", now: now)).timestamp).hasSuffix(" 07:08:00"))
        #expect(Moment("2026-03-05T07:08:09.000000Z", now: now)?.timestamp.description == "2026-03-05T07:08:09.000000Z")
    }

    @Test(
        "other words are none", arguments: ["", "soon", "2026", "2026-13-01", "2026-02-30", "25:00", "-3h", "h", "1y"])
    func nonsense(text: String) {
        #expect(Moment(text, now: now) == nil)
    }
}

/// What a small JSON report may hold.
private enum JSONValue: Decodable, Equatable {
    case number(Int)
    case flag(Bool)
    case text(String)

    init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        if let flag = try? container.decode(Bool.self) {
            self = .flag(flag)
        } else if let number = try? container.decode(Int.self) {
            self = .number(number)
        } else {
            self = .text(try container.decode(String.self))
        }
    }
}

extension Workspace {
    /// With three calls of sam's on 2026-02-02 from 02:40 local time on, and more on the day after.
    fileprivate static func withCalls(more: Int = 0) throws -> Workspace {
        let workspace = try filled()
        let store = try CallStore.open(workspace.database, role: .administering)
        defer { store.close() }
        let user = try store.user("sam")
        let version = try store.dialplan(owner: "sam", name: "main").current.id
        let start = try #require(Moment("2026-02-02T02:40:00")).timestamp.microseconds
        func at(_ milliseconds: Int64) -> UnixTime { UnixTime(microseconds: start + milliseconds * 1_000) }
        var records = [
            CallRecord(
                call: 1, ownerID: user.id, direction: .out, account: "alice@example.test",
                from: "sip:alice@example.test", to: "sip:bob@example.test", sipCallID: "c1@phone",
                dialplanVersion: version, started: at(0), answered: at(4_000), ended: at(64_000), status: 200,
                reason: "OK", hungUpBy: .callee, hangUpReason: "Q.850;cause=16",
                legs: [
                    CallLeg(
                        destination: "sip:bob@192.0.2.9", started: at(10), ended: at(20), status: 486,
                        reason: "Busy Here"),
                    CallLeg(
                        destination: "sip:bob@192.0.2.10", started: at(30), progressed: at(1_000), progressStatus: 180,
                        progressReason: "Ringing", answered: at(4_000), ended: at(64_000), status: 200, reason: "OK"),
                ]),
            CallRecord(
                call: 2, ownerID: user.id, direction: .out, account: "alice@example.test",
                from: "sip:alice@example.test", to: "sip:100@example.test", sipCallID: "c2@phone",
                started: at(70_000), ended: at(71_000), status: 486, reason: "Busy Here"),
            CallRecord(
                call: 3, ownerID: user.id, direction: .in, account: "bob@example.test",
                from: "sip:eve\u{1B}[31m@evil.test", to: "sip:bob@example.test", sipCallID: "c3@\"Eve, the \"",
                started: at(80_000), ended: at(81_000)),
        ]
        for number in 0..<more {
            records.append(
                CallRecord(
                    call: UInt64(100 + number), ownerID: user.id, direction: .in, from: "sip:x@example.test",
                    to: "sip:bob@example.test", sipCallID: "m\(number)", started: at(86_400_000 + Int64(number)),
                    ended: at(86_500_000), status: 404, reason: "Not Found"))
        }
        let done = DispatchSemaphore(value: 0)
        let outcome = Mutex<Result<Void, StoreError>>(.success(()))
        store.submit(records.map { .insertCallRecord($0) }) { result in
            outcome.withLock { $0 = result }
            done.signal()
        }
        done.wait()
        try outcome.withLock { $0 }.get()
        return workspace
    }
}

extension Moment {
    fileprivate init?(_ text: String) { self.init(argument: text) }
}
