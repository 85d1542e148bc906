import DialplanCore
import DialplanHostCalls

/// The real language.
struct DialplanEngine: ScriptEngine {
    /// Told at which lines scripts make their entries; nil for serving.
    var lines: LineRecorder?

    func compile(source: [UInt8], name: String) throws(ScriptFailure) -> DialplanImage {
        do {
            return try DialplanCompiler.compile(source: source, name: name)
        } catch {
            throw ScriptFailure(
                .syntaxError, message: error.message, line: Int32(clamping: error.line),
                column: Int32(clamping: error.column))
        }
    }

    /// Builds what all scripts share (the core library), so that the first call does not wait for it.
    func warmUp() {
        let start = ExecutionStart(
            execution: 0, sourceDigest: [], sourceName: "warm-up", source: nil,
            request: HostRecord(typeName: "", text: [], fields: []), startTime: 0, seed: 0)
        guard let image = try? compile(source: Array("[1].map { |x| x.to_s }".utf8), name: "warm-up") else { return }
        _ = makeRun(of: image, start: start).run(fuel: 10_000)
    }

    func byteCount(of image: DialplanImage) -> Int { image.byteCount }

    func makeRun(of image: DialplanImage, start: ExecutionStart) -> MachineBox {
        MachineBox(image: image, start: start, lines: lines)
    }
}

/// A Machine in a place of its own: it cannot be copied, and tables need a reference.
final class MachineBox: ScriptRun {
    private var machine: Machine
    private let execution: UInt64
    private let lines: LineRecorder?

    init(image: DialplanImage, start: ExecutionStart, lines: LineRecorder?) {
        machine = Machine(image: image, start: start)
        machine.recordsLines = lines != nil
        if lines?.traces ?? false { machine.startTrace() }
        execution = start.execution
        self.lines = lines
    }

    var position: Int { machine.position }
    var instructions: Int64 { machine.instructions }
    var currentLine: Int { machine.currentLine }
    var regionBytes: Int { machine.regionBytes }

    func run(fuel: Int64) -> RunResult { machine.run(fuel: fuel) }
    func resume(with outcome: Outcome) { machine.resume(with: outcome) }
    func deliver(_ end: OutsideEnd) { machine.deliver(end) }
    func takeEntries(into bytes: inout [UInt8]) -> Int {
        if let lines {
            lines.append(machine.takeEntryLines(), of: execution)
            if lines.traces { lines.append(machine.takeTrace(), of: execution) }
        }
        return machine.takeEntries(into: &bytes)
    }
}
