import DialplanHostCalls
import Testing

@testable import DialplanCore

@Suite("The corpus of dialplans runs")
struct CorpusTests {
    @Test("every dialplan runs to an end that a switch can use", arguments: DialplanCorpus.all)
    func runs(_ script: DialplanCorpus.Script) throws {
        let image = try DialplanCompiler.compile(source: script.bytes, name: script.name)
        let report = try Trial().run(image)
        switch report.result {
        case .finished: break
        case .failed(let failure):
            // What the table of host calls does not have yet, and what the classic library had from gems.
            #expect(Self.missing.contains { failure.message.contains($0) }, "\(failure)")
            #expect(failure.line > 0)
        default: Issue.record("ended \(report.result)")
        }
        #expect(try Trial(slice: 1).run(image) == report)
        #expect(try Trial(slice: 5, collectsAlways: true).run(image).bytes == report.bytes)
    }

    @Test("an answered first Dial ends every dialplan", arguments: DialplanCorpus.all)
    func answered(_ script: DialplanCorpus.Script) throws {
        let image = try DialplanCompiler.compile(source: script.bytes, name: script.name)
        let trial = Trial(answer: { _, _ in Outcome(.ended(.answered), time: Trial.startTime) })
        let report = try trial.run(image)
        let calls = report.entries.count { if case .call = $0 { true } else { false } }
        if calls > 0 { #expect(report.result == .ended(.answered)) }
        #expect(calls <= 1)
    }

    /// Parts of messages that only say: not there yet.
    static let missing = [
        "undefined method `", "undefined local variable or method `", "uninitialized constant", "not supported",
        "is not allowed",
    ]
}
