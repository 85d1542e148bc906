import DialplanHostCalls
import Testing

@testable import Switchboard

@Suite("The journal of an execution")
struct JournalTests {
    static let log = HostCallTable.Name.log
    static let dial = HostCallTable.Name.dial

    static func said(_ text: String) -> Entry { .effect(log, [.text(text)]) }
    static func dialled(_ text: String) -> Entry { .call(dial, [.text(text), .integer(0), .integer(0)]) }
    static func outcome(_ number: Int64) -> Outcome { Outcome(.value(.integer(number)), time: number) }

    /// What happens to a journal, in order.
    static func fresh(_ reception: Journal.Reception) -> [Entry]? {
        if case .fresh(let entries) = reception { entries.map(\.entry) } else { nil }
    }

    @Test("new entries come up once, in order, with their positions")
    func entriesAreFresh() {
        var journal = Journal()
        #expect(
            Self.fresh(journal.receive([Self.said("a"), Self.said("b")], from: 0)) == [Self.said("a"), Self.said("b")])
        #expect(Self.fresh(journal.receive([Self.dialled("x")], from: 2)) == [Self.dialled("x")])
        #expect(journal.awaitsOutcome)
        #expect(journal.append(Self.outcome(3)) == 3)
        #expect(journal.takeDueOutcome()?.position == 3)
        #expect(journal.takeDueOutcome() == nil, "an outcome is sent once")
        #expect(Self.fresh(journal.receive([Self.said("c")], from: 4)) == [Self.said("c")])
        #expect(journal.isEnd(5))
    }

    @Test("a second worker's entries are dropped until it has caught up, wherever the first one died")
    func replayAtEveryPosition() {
        let story: [Entry] = [
            Self.said("a"), Self.dialled("x"), .outcome(Self.outcome(1)), Self.said("b"), Self.said("c"),
            Self.dialled("y"), .outcome(Self.outcome(2)), Self.said("d"),
        ]
        for death in 0...story.count {
            var journal = Journal()
            Self.play(story[..<death], into: &journal)
            #expect(journal.entries == Array(story[..<death]))
            let given = journal.beginReplay().map(\.entry)
            #expect(given == story[..<death].filter { if case .outcome = $0 { true } else { false } })
            // The new worker says everything again; only what is new comes up.
            var new: [Entry] = []
            for (position, entry) in story.enumerated() {
                if case .outcome(let outcome) = entry {
                    if position >= death {
                        #expect(journal.append(outcome) == position)
                        #expect(journal.takeDueOutcome()?.entry == entry)
                    }
                    continue
                }
                guard let fresh = Self.fresh(journal.receive([entry], from: position)) else {
                    Issue.record("position \(position) after a death at \(death) was refused")
                    return
                }
                new += fresh
            }
            #expect(new == story[death...].filter(\.isFromWorker), "death at \(death)")
            #expect(journal.entries == story)
            #expect(journal.isEnd(story.count))
        }
    }

    static func play(_ story: ArraySlice<Entry>, into journal: inout Journal) {
        for (position, entry) in story.enumerated() {
            if case .outcome(let outcome) = entry {
                _ = journal.append(outcome)
                _ = journal.takeDueOutcome()
            } else {
                _ = journal.receive([entry], from: position)
            }
        }
    }

    @Test("an outcome that comes while a worker replays is sent when it has come to the call")
    func outcomeDuringReplay() {
        var journal = Journal()
        Self.play([Self.said("a"), Self.dialled("x")], into: &journal)
        _ = journal.beginReplay()
        #expect(journal.append(Self.outcome(9)) == 2)
        #expect(journal.takeDueOutcome() == nil, "the worker has not come to the call")
        _ = journal.receive([Self.said("a")], from: 0)
        #expect(journal.takeDueOutcome() == nil)
        _ = journal.receive([Self.dialled("x")], from: 1)
        #expect(journal.takeDueOutcome()?.entry == .outcome(Self.outcome(9)))
    }

    @Test("another entry than the first worker's is a divergence")
    func divergence() {
        var journal = Journal()
        Self.play([Self.said("a"), Self.dialled("x")], into: &journal)
        _ = journal.beginReplay()
        guard case .divergence(let position) = journal.receive([Self.said("a"), Self.dialled("z")], from: 0) else {
            Issue.record("no divergence")
            return
        }
        #expect(position == 1)
        #expect(journal.entries == [Self.said("a"), Self.dialled("x")])
    }

    @Test("what no honest worker sends is a violation and leaves the journal as it was")
    func violations() {
        let cases: [(entries: [Entry], position: Int)] = [
            ([Self.said("b")], 2), ([Self.said("b")], 4), ([.outcome(Self.outcome(1))], 3),
            ([Self.said("b"), .outcome(Self.outcome(1))], 3), ([Self.dialled("y"), Self.said("z")], 3),
        ]
        for (entries, position) in cases {
            var journal = Journal()
            Self.play([Self.said("a"), Self.dialled("x"), .outcome(Self.outcome(1))], into: &journal)
            let before = journal.entries
            guard case .violation = journal.receive(entries, from: position) else {
                Issue.record("\(entries) at \(position) was taken")
                continue
            }
            #expect(journal.entries == before)
        }
        var waiting = Journal()
        Self.play([Self.dialled("x")], into: &waiting)
        guard case .violation = waiting.receive([Self.said("too early")], from: 1) else {
            Issue.record("an entry before the outcome was taken")
            return
        }
    }

    @Test("only a waiting call takes an outcome")
    func outcomesNeedACall() {
        var journal = Journal()
        #expect(journal.append(Self.outcome(1)) == nil)
        Self.play([Self.said("a")], into: &journal)
        #expect(journal.append(Self.outcome(1)) == nil)
    }
}
