import ProcessPool
import SIPStack
import Switchboard
import Testing

@testable import SwitchServer

@Suite("Events")
struct EventHubTests {
    private static func call(_ number: Int, owner: String) -> EventSource {
        .board(
            SwitchEvent(
                time: Int64(number) * 1_000_000, owner: owner, call: "c\(number)",
                .callStarted(direction: .inbound, from: "sip:a@b", to: "sip:c@d", account: nil, dialplan: "main")))
    }

    private static let stranger = TransportAddress("192.0.2.7", port: 5060)

    private static func refusal(atSecond second: Int64) throws -> EventSource {
        .board(
            SwitchEvent(
                time: second * 1_000_000, .messageRefused(reason: "garbage", source: try #require(stranger))))
    }

    @Test("the last events are kept, numbered without gaps, oldest first")
    func ring() {
        var hub = EventHub(capacity: 3)
        for number in 1...5 { _ = hub.add(Self.call(number, owner: "sam")) }
        #expect(hub.recent(EventFilter(), last: nil, since: nil).map(\.number) == [3, 4, 5])
        #expect(hub.recent(EventFilter(), last: 2, since: nil).map(\.number) == [4, 5])
        #expect(hub.recent(EventFilter(), last: 0, since: nil).isEmpty)
        #expect(hub.recent(EventFilter(), last: nil, since: 5_000_000).map(\.number) == [5])
    }

    @Test("a filter for a user lets through what is that user's, nothing of another and nothing of the operator's")
    func owners() throws {
        var hub = EventHub(capacity: 100)
        _ = hub.add(Self.call(1, owner: "sam"))
        _ = hub.add(Self.call(2, owner: "olga"))
        _ = hub.add(try Self.refusal(atSecond: 3))
        _ = hub.add(.other(EventDraft(kind: .workerReady, time: 4, text: "worker 0.1")))
        #expect(hub.recent(EventFilter(owner: "sam"), last: nil, since: nil).map(\.row.owner) == ["sam"])
        #expect(hub.recent(EventFilter(owner: "nobody"), last: nil, since: nil).isEmpty)
        #expect(hub.recent(EventFilter(call: "c2"), last: nil, since: nil).map(\.row.owner) == ["olga"])
        let kinds = EventFilter(kinds: ["worker-ready", "message-refused"])
        #expect(hub.recent(kinds, last: nil, since: nil).map(\.row.kind) == ["message-refused", "worker-ready"])
    }

    @Test("what strangers cause at will is shown so many times a second, then counted")
    func noise() throws {
        var hub = EventHub(capacity: 1_000)
        var shown: [EventRow] = []
        for _ in 0..<500 { shown += hub.add(try Self.refusal(atSecond: 1)).map(\.row) }
        #expect(shown.count == EventHub.noisyPerSecond)
        // Other kinds are not held back by it.
        #expect(hub.add(Self.call(1, owner: "sam")).count == 1)
        let next = hub.add(try Self.refusal(atSecond: 2)).map(\.row)
        #expect(next.map(\.kind) == ["suppressed", "message-refused"])
        #expect(next.first?.fields == ["count": "490", "kind": "message-refused"])
        #expect(next.first?.text == "490 more message-refused")
    }

    @Test("an answered call's end says how long it was and who hung up, a refused one's what the caller got")
    func ends() {
        func text(_ status: Int?, _ reason: String?, _ by: String?, _ seconds: Double?) -> String {
            EventDraft(
                SwitchEvent(
                    time: 0, .callEnded(status: status, reason: reason, hungUpBy: by, answeredSeconds: seconds))
            ).text
        }
        #expect(text(200, "OK", "caller", 2.04) == "after 2.0 s, caller hung up")
        #expect(text(486, "Busy Here", nil, nil) == "486 Busy Here")
        #expect(text(nil, nil, nil, nil) == "left")
    }

    @Test("what happens to workers is told, what they send is not")
    func workers() throws {
        let id = WorkerID(slot: 0, generation: 1)
        let draft = try #require(EventDraft(.ready(id, pid: 7, engineVersion: 1), at: 1))
        #expect(draft.kind == .workerReady)
        #expect(draft.text == "worker 0.1, pid 7")
        #expect(draft.owner == nil)
        #expect(EventDraft(.draining(id), at: 1)?.kind == .workerDraining)
        #expect(EventDraft(.payload(id, []), at: 1) == nil)
    }
}
