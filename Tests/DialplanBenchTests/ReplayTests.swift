import DialplanHostCalls
import SIPMessage
import Switchboard
import TestPhone
import Testing

@testable import DialplanBench

/// A kept journal run again, and a kept call repeated.
@Suite("Replays of kept journals")
struct ReplayTests {
    static let script = ##"""
        sys.Log "#{Time.now.to_f} #{rand(1_000_000)}"
        result = sys.Dial "bob@demo.test", 5
        sys.Log "#{result} #{sys.LastFailureStatus} #{sys.LastDialled.length} #{Time.now.to_f}"
        begin
          sys.Dial "carol@demo.test|sip:out@outside.example"
        rescue
          sys.Log "end #{Time.now.to_f}"
        end
        """##

    static func kept(answers: [String] = ["bob=busy after 700ms", "carol=no-answer", "out=after 1s"]) throws
        -> BenchResult
    {
        var scenario = try BenchTests.scenario(script, answers: answers)
        scenario.cancelsAfter = .seconds(60)
        return try Bench.run(scenario)
    }

    @Test(
        "the same text does the same, to the instruction",
        arguments: [
            [], ["bob=busy"], ["bob=no-answer"], ["*=404 Not there after 1.234567s"],
            ["bob=unknown-host", "carol=off"],
            ["bob=no-answer", "carol=no-answer", "out=no-answer"],
        ])
    func same(answers: [String]) throws {
        let result = try Self.kept(answers: answers)
        let journal = try #require(result.journal)
        let replay = try JournalReplay(journal, source: Array(Self.script.utf8))
        #expect(replay.divergence == nil)
        #expect(replay.end == journal.end)
        #expect(replay.otherEngine == nil)
        let original = StepLine.lines(of: result.steps, journals: result.journals)
        let again = StepLine.lines(of: replay.steps, journals: result.journals)
        let kinds: Set<StepLine.Kind> = [.call, .log, .outcome, .ended]
        #expect(
            again.filter { kinds.contains($0.kind) }.map(\.text)
                == original.filter { kinds.contains($0.kind) }.map(\.text))
        #expect(
            again.filter { kinds.contains($0.kind) }.map(\.line)
                == original.filter { kinds.contains($0.kind) }.map(\.line))
    }

    @Test("another text diverges where it first does something else")
    func different() throws {
        let journal = try #require(try Self.kept().journal)
        let other = Self.script.replacing("bob@demo.test", with: "eve@demo.test")
        let divergence = try #require(try JournalReplay(journal, source: Array(other.utf8)).divergence)
        #expect(divergence.position == 1)
        #expect(divergence.journaled == #"sys.Dial "bob@demo.test", 5"#)
        #expect(divergence.replayed == #"sys.Dial "eve@demo.test", 5"#)
    }

    @Test("a text that ends earlier, fails or goes on diverges at that place")
    func shorter() throws {
        let journal = try #require(try Self.kept().journal)
        let lines = Self.script.split(separator: "\n")
        let shorter = try JournalReplay(journal, source: Array(lines.prefix(2).joined(separator: "\n").utf8))
        #expect(shorter.divergence?.position == 3)
        #expect(shorter.divergence?.replayed?.hasPrefix("the end") ?? false)
        let failing = try JournalReplay(journal, source: Array("sys.Log(".utf8))
        #expect(failing.divergence?.position == 0)
        let longer = try JournalReplay(journal, source: Array((Self.script + "\nsys.Log 1").utf8))
        #expect(longer.divergence == nil, "what stands behind an answered Dial never runs")
        let replaced = Self.script.replacing("sys.Log \"end", with: "sys.Log 1; sys.Log \"end")
        #expect(try JournalReplay(journal, source: Array(replaced.utf8)).divergence != nil)
    }

    @Test("a journal of another engine says so")
    func otherEngine() throws {
        var journal = try #require(try Self.kept().journal)
        journal.start.engineVersion = 77
        let replay = try JournalReplay(journal, source: Array(Self.script.utf8))
        #expect(replay.otherEngine == 77)
        #expect(replay.divergence == nil)
    }

    @Test("a run that the switch gave up is replayed as far as it went")
    func abandoned() throws {
        var journal = try #require(try Self.kept().journal)
        journal.entries = Array(journal.entries.prefix(2))
        journal.end = .abandoned("no worker was ready")
        let replay = try JournalReplay(journal, source: Array(Self.script.utf8))
        #expect(replay.divergence == nil)
        #expect(replay.end == journal.end)
    }

    static func recorded(_ record: CallRecord) -> [RecordedLeg] {
        record.legs.map {
            RecordedLeg(
                destination: $0.destination, sipCallID: $0.sipCallID, startedAt: $0.startedAt,
                answeredAt: $0.answeredAt,
                endedAt: $0.endedAt, status: $0.status, reason: $0.reason)
        }
    }

    @Test(
        "a call that is repeated from its journal and record leaves the same journal",
        arguments: [
            [], ["bob=busy after 250ms"], ["bob=no-answer", "carol=486"], ["*=no-answer"],
            ["bob=503 Later", "carol=404", "out=603"],
        ])
    func repeated(answers: [String]) throws {
        let result = try Self.kept(answers: answers)
        let journal = try #require(result.journal)
        let record = try #require(result.record)
        var scenario = try BenchScenario(
            repeating: journal, legs: Self.recorded(record).sorted { $0.startedAt < $1.startedAt },
            script: try BenchTests.scenario(Self.script).script, directory: Directory())
        if record.status == 487 { scenario.cancelsAfter = .seconds(60) }
        let again = try Bench.run(scenario)
        #expect(again.journal?.encoded == journal.encoded)
        #expect(again.record?.legs.map(\.status) == record.legs.map(\.status))
    }

    @Test("a call to an account is repeated as one")
    func repeatedInbound() throws {
        let script = ##"sys.Log "#{req.Header.From} #{req.Header.To} #{sys.In}"; sys.Dial "carol@demo.test""##
        let result = try BenchTests.run(script, answers: ["carol=busy after 1s"], inbound: true)
        let journal = try #require(result.journal)
        let scenario = try BenchScenario(
            repeating: journal, legs: Self.recorded(try #require(result.record)),
            script: try BenchTests.scenario(script).script, directory: Directory())
        #expect(scenario.direction == .inbound)
        #expect(try Bench.run(scenario).journal?.encoded == journal.encoded)
    }

    @Test("the trace shows each statement before what it did")
    func trace() throws {
        var scenario = try BenchTests.scenario("a = 1\nb = a + 1\nsys.Log b\nsys.Respond 404 if b == 2\n")
        scenario.traces = true
        let result = try Bench.run(scenario)
        let lines = StepLine.lines(of: result.steps, journals: result.journals)
        let script = lines.filter { [.statement, .log, .call].contains($0.kind) }
        #expect(script.compactMap(\.line).filter { $0 > 0 } == script.compactMap(\.line).filter { $0 > 0 }.sorted())
        #expect(Set(script.filter { $0.kind == .statement }.compactMap(\.line)) == [1, 2, 3, 4])
        #expect(script.contains { $0.kind == .statement && $0.text.contains("b = 2") }, "variables are shown")
        scenario.traces = false
        #expect(try Bench.run(scenario).journals == result.journals, "the trace changes nothing")
    }
}
