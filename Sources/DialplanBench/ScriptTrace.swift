import DialplanCore
import DialplanHostCalls
import DialplanWorker

/// The statements of all scripts of a run, put between what the scripts did.
struct ScriptTrace {
    /// Statements shown of one run; what comes after is counted only.
    static let statementsMax = 20_000

    private var listings: [UInt64: TraceListing] = [:]
    private var waiting: [UInt64: [TraceEvent]] = [:]
    private var shown = 0

    /// By digest: a text travels with the first start that names it only.
    private var sources: [[UInt8]: [UInt8]] = [:]

    /// A script begins.
    mutating func begin(_ start: ExecutionStart) {
        if let source = start.source { sources[start.sourceDigest] = source }
        listings[start.execution] = TraceListing(source: sources[start.sourceDigest] ?? [])
    }

    /// What an execution began before an instruction count, which a host call raises; all with nil.
    mutating func take(
        from worker: InProcessWorker, of execution: UInt64, upTo instructions: Int64?
    ) -> [(line: Int, text: String)] {
        guard listings[execution] != nil else { return [] }
        var events = waiting.removeValue(forKey: execution) ?? []
        events += worker.takeTrace(of: execution)
        let count = instructions.map { limit in events.prefix { $0.instructions < limit }.count } ?? events.count
        waiting[execution] = Array(events[count...])
        var lines: [(line: Int, text: String)] = []
        for event in events[..<count] {
            shown += 1
            guard shown <= Self.statementsMax else { break }
            let text = listings[execution]?.text(of: event) ?? ""
            // The listing's own line numbers have a column of their own here.
            lines.append((event.line, String(text.drop { $0 == " " }.drop { $0.isNumber }.dropFirst(2))))
        }
        if count > 0, shown > Self.statementsMax, shown - count <= Self.statementsMax {
            lines.append((0, "… more than \(Self.statementsMax) statements: the trace ends here"))
        }
        return lines
    }
}
