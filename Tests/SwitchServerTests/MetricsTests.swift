import CoreMetrics
import Foundation
import ProcessPool
import ProcessPoolChild
import Switchboard
import Testing

@testable import SwitchServer

struct MetricsTests {
    @Test("what is recorded through swift-metrics stands in the text format, with help and type, labels escaped")
    func exposition() {
        let registry = PrometheusRegistry(help: ["a_total": "Counts.", "b": "Measures."])
        Counter(label: "a_total", dimensions: [("x", "1")], factory: registry).increment()
        // Made anew, it goes on.
        Counter(label: "a_total", dimensions: [("x", "1")], factory: registry).increment(by: 2)
        Counter(label: "a_total", dimensions: [("x", "q\"\\\n")], factory: registry).increment()
        Meter(label: "b", factory: registry).set(1.5)
        #expect(
            registry.exposition == """
                # HELP a_total Counts.
                # TYPE a_total counter
                a_total{x="1"} 3
                a_total{x="q\\"\\\\\\n"} 1
                # HELP b Measures.
                # TYPE b gauge
                b 1.5

                """)
        registry.remove("a_total", [("x", "1")])
        #expect(!registry.exposition.contains("x=\"1\""))
    }

    @Test("a timer becomes a histogram in seconds with buckets that add up")
    func histogram() {
        let registry = PrometheusRegistry(help: [:])
        for milliseconds in [1, 3, 30, 9_000] as [Int64] {
            CoreMetrics.Timer(label: "t_seconds", factory: registry).recordNanoseconds(milliseconds * 1_000_000)
        }
        let lines = registry.exposition.split(separator: "\n").map(String.init)
        #expect(lines.first == "# TYPE t_seconds histogram")
        #expect(lines.contains("t_seconds_bucket{le=\"0.001\"} 1"))
        #expect(lines.contains("t_seconds_bucket{le=\"0.005\"} 2"))
        #expect(lines.contains("t_seconds_bucket{le=\"2.5\"} 3"))
        #expect(lines.contains("t_seconds_bucket{le=\"+Inf\"} 4"))
        #expect(lines.contains("t_seconds_count 4"))
    }

    @Test("the names in Docs/Metrics.md are the names that there are")
    func documented() throws {
        let docs = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().appending(path: "Docs/Metrics.md")
        let text = try String(contentsOf: docs, encoding: .utf8)
        let rows = text.split(separator: "\n").filter { $0.hasPrefix("| `") }.compactMap {
            $0.split(separator: "`").dropFirst().first.map(String.init)
        }
        #expect(Set(rows) == Set(SwitchMetrics.help.keys))
    }
}

struct BlameTests {
    private func report(_ reason: EndReason, execution: UInt64 = 7, busy: Bool = true) -> EndReport {
        EndReport(
            pid: 1, reason: reason, wasInService: true,
            page: SharedPageReading(
                execution: execution, position: 0, line: 12, progress: 0, isBusy: busy, framesRead: 0, work: 0,
                refusedCalls: 0, lastRefusedCall: 0), residentBytes: 0, age: .zero, samples: [])
    }

    @Test(
        "ends by the worker's own fault blame what ran",
        arguments: [EndReason.hang, .exited(code: 1), .signalled(11), .signalled(31), .protocolViolation("x")])
    func blames(reason: EndReason) {
        #expect(report(reason).blame == Blame(execution: 7, line: 12, reason: reason.description))
        #expect(report(reason, execution: 0).blame == nil, "nothing ran")
        #expect(report(reason, busy: false).blame == nil, "it waited for input")
    }

    @Test(
        "ends from outside, by order or by limits of the whole worker blame nobody",
        arguments: [
            EndReason.signalled(9), .signalled(15), .drained, .recycled(.restart), .recycled(.leak(bytesPerWork: 1)),
            .memoryLimit(residentBytes: 1), .notReading(queuedBytes: 1), .killedByOperator, .requested("x"),
            .poolShutdown, .drainDeadline, .readyDeadline, .sandboxTooWeak(.none, floor: .full),
        ])
    func spares(reason: EndReason) {
        #expect(report(reason).blame == nil)
    }
}
