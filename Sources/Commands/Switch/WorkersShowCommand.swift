import ArgumentParser
import SwitchServer

struct WorkersShowCommand: Command {
    static let configuration = CommandConfiguration(
        commandName: "show", abstract: "Show one worker, and how the processes before it ended.",
        discussion: """
            EXAMPLES:
              dialplanctl workers show 0
              dialplanctl workers show 0 --json | jq '.ends[-1].line'
            """)

    @Argument(help: ArgumentHelp("The worker's slot, as `dialplanctl workers` lists it.", valueName: "slot")) var slot:
        Int
    @OptionGroup var output: OutputOptions
    @OptionGroup var location: SwitchLocation

    private struct Details: Encodable {
        var worker: SwitchStatus.Worker
        var ends: [WorkerEnd]
    }

    func execute() throws {
        let status = try location.client.ask(StatusQuery())
        guard let worker = status.workers.first(where: { $0.slot == slot }) else {
            throw AdminError(
                AdminError.badRequest, "there is no worker \(slot): `dialplanctl workers` lists those that there are")
        }
        let ends = (status.workerEnds ?? []).filter { $0.slot == slot }
        if output.json { return try console.showJSON(Details(worker: worker, ends: ends)) }
        var sheet = Sheet()
        sheet.add("Worker", "\(worker.slot).\(worker.generation), pid \(worker.pid), \(worker.state)")
        sheet.add("Sandbox", .init(worker.sandbox + (worker.landlock > 0 ? " (Landlock \(worker.landlock))" : "")))
        sheet.add("Executions", "\(worker.executions) now, \(worker.executionsBegun) begun in its life")
        sheet.add("Memory", "\(worker.residentBytes / 1024) KiB \(Sparkline.text(worker.memory, width: 32))")
        sheet.add("Age", .init(worker.age.map { "\($0 / 1000) s" }))
        sheet.add("Last probes", .init(worker.probes.suffix(5).map(SwitchStatus.Worker.text).joined(separator: ", ")))
        console.line(sheet.text(on: console))
        for end in ends.suffix(5).reversed() { console.line("\n" + Self.text(end, on: console)) }
    }

    private static func text(_ end: WorkerEnd, on console: Console) -> String {
        var sheet = Sheet()
        sheet.add("Ended", "\(end.slot).\(end.generation), pid \(end.pid), after \(end.age / 1000) s")
        sheet.add("Reason", .init(end.reason))
        sheet.add("Held", "\(end.executionsHeld) executions of \(end.executionsBegun) begun; they went on elsewhere")
        if let owner = end.owner, let dialplan = end.dialplan {
            let place = end.line.map { ", line \($0)" } ?? ""
            let version = end.version.map { " version \($0)" } ?? ""
            sheet.add(end.isBlamed ? "Blamed" : "Ran", "dialplan \(dialplan)\(version) of \(owner)\(place)")
        }
        sheet.add(
            "Memory",
            "\(end.residentBytes / 1024) KiB \(Sparkline.text(end.samples.map(\.residentBytes), width: 32))")
        let processor = zip(end.samples, end.samples.dropFirst()).map { Int($1.processorTime - $0.processorTime) }
        sheet.add("Processor", .init(Sparkline.text(processor, width: 32)))
        return sheet.text(on: console)
    }
}

extension SwitchStatus.Worker {
    /// The last probe's latency in milliseconds.
    var probeText: String? { probes.last.map(Self.text) }

    /// A probe's microseconds as milliseconds; a negative number is a failure.
    static func text(_ probe: Int64) -> String {
        probe < 0 ? "failed" : "\(probe / 1000).\(probe % 1000 / 100)"
    }
}

/// Numbers as small bars, from zero to the highest.
enum Sparkline {
    private static let bars = Array("▁▂▃▄▅▆▇█")

    static func text(_ values: [Int], width: Int) -> String {
        guard !values.isEmpty, width > 0 else { return "" }
        let step = max(1, (values.count + width - 1) / width)
        let points = stride(from: 0, to: values.count, by: step).map { start in
            values[start..<min(start + step, values.count)].max() ?? 0
        }
        let highest = max(points.max() ?? 0, 1)
        return String(points.map { bars[min(bars.count - 1, max(0, $0) * (bars.count - 1) / highest)] })
    }
}
