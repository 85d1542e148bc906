import DialplanCore
import DialplanHostCalls

@testable import DialplanWorker

/// A language of a few words whose every instruction the test knows: words separated by spaces.
///
/// `log:x` an effect, `call:x` a host call, `answer` an effect with the last outcome, `spin:n` n instructions,
/// `big:n` an effect of n bytes, `fail:x`, `bad` (does not compile). Every word costs 10 instructions; an outside end logs
/// `aborted` and then ends the run.
struct FakeEngine: ScriptEngine {
    /// Sources that were compiled.
    final class Count {
        var compiled = 0
    }

    let count = Count()

    struct Image {
        var words: [String]
        var bytes: Int
    }

    func compile(source: [UInt8], name: String) throws(ScriptFailure) -> Image {
        count.compiled += 1
        let words = String(decoding: source, as: UTF8.self).split(separator: " ").map(String.init)
        if let line = words.firstIndex(of: "bad") {
            throw ScriptFailure(.syntaxError, message: "\(name): bad", line: Int32(line + 1))
        }
        return Image(words: words, bytes: source.count)
    }

    func byteCount(of image: Image) -> Int { image.bytes }

    func makeRun(of image: Image, start: ExecutionStart) -> FakeRun { FakeRun(words: image.words) }
}

final class FakeRun: ScriptRun {
    private let words: [String]
    private var next = 0
    private var spun = 0
    private var entries: [Entry] = []
    private var isAwaiting = false
    private var end: OutsideEnd?
    private var last = HostValue.null
    private(set) var position = 0
    private(set) var instructions: Int64 = 0
    var currentLine: Int { next + 1 }
    let regionBytes = 2048

    init(words: [String]) {
        self.words = words
    }

    func run(fuel: Int64) -> RunResult {
        if isAwaiting { return .awaiting(HostCallTable.Name.dial) }
        let limit = instructions + fuel
        while true {
            if let end {
                append(.effect(HostCallTable.Name.log, [.text("aborted")]))
                instructions += 10
                return .ended(end)
            }
            guard instructions < limit else { return .outOfSlice }
            guard next < words.count else { return .finished }
            let parts = words[next].split(separator: ":", maxSplits: 1).map(String.init)
            let argument = parts.count > 1 ? parts[1] : ""
            if parts[0] == "spin", spun < Int(argument) ?? 0 {
                // In steps that fit no slice evenly.
                spun += 7
                instructions += 7
                continue
            }
            spun = 0
            next += 1
            instructions += 10
            switch parts[0] {
            case "log": append(.effect(HostCallTable.Name.log, [.text(argument)]))
            case "big":
                append(.effect(HostCallTable.Name.log, [.string([UInt8](repeating: 65, count: Int(argument) ?? 0))]))
            case "answer": append(.effect(HostCallTable.Name.log, [last]))
            case "call":
                append(.call(HostCallTable.Name.dial, [.text(argument)]))
                isAwaiting = true
                return .awaiting(HostCallTable.Name.dial)
            case "fail": return .failed(ScriptFailure(.exception, message: argument, line: Int32(next)))
            default: break
            }
        }
    }

    func resume(with outcome: Outcome) {
        guard isAwaiting else { return }
        isAwaiting = false
        position += 1
        switch outcome.result {
        case .value(let value): last = value
        case .ended(let end): self.end = end
        }
    }

    func deliver(_ end: OutsideEnd) {
        guard !isAwaiting, self.end == nil else { return }
        append(.outsideEnd(end, instructions: instructions))
        self.end = end
    }

    func takeEntries(into bytes: inout [UInt8]) -> Int {
        for entry in entries { entry.encode(into: &bytes) }
        defer { entries = [] }
        return entries.count
    }

    private func append(_ entry: Entry) {
        entries.append(entry)
        position += 1
    }
}
