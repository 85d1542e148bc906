import Foundation
import NIOCore
import Testing

@testable import ProcessPool

/// Times of a real pool, for Docs/Benchmarks.md. Not a test: run with
///
///     DIALPLAN_BENCH=1 swift test -c release … --filter PoolBench
@Suite(.serialized, .enabled(if: ProcessInfo.processInfo.environment["DIALPLAN_BENCH"] != nil))
struct PoolBench {
    private func report(_ name: String, _ micros: [Double]) {
        let sorted = micros.sorted()
        func at(_ share: Double) -> String {
            String(format: "%.0f", sorted[min(sorted.count - 1, Int(Double(sorted.count) * share))])
        }
        print("BENCH \(name): p50 \(at(0.5)) us, p99 \(at(0.99)) us, worst \(at(1)) us (\(sorted.count))")
    }

    private func micros(since start: NIODeadline) -> Double {
        Double((NIODeadline.now() - start).nanoseconds) / 1_000
    }

    @Test("spawn to ready, one after another")
    func spawnToReady() async throws {
        var times: [Double] = []
        for _ in 0..<100 {
            let harness = try PoolHarness()
            let start = NIODeadline.now()
            await harness.start()
            _ = await harness.ready()
            times.append(micros(since: start))
            await harness.shutdown()
        }
        report("spawn to ready", times)
    }

    @Test("verdict to the spare in service")
    func verdictToServing() async throws {
        let (harness, serving) = try await PoolHarness.running(spares: 1) { $0.backoff.first = .milliseconds(1) }
        var times: [Double] = []
        var current = serving[0]
        for _ in 0..<100 {
            let victim = current
            let start = NIODeadline.now()
            await harness.kill(victim)
            guard let next = await harness.ready() else { return }
            times.append(micros(since: start))
            current = next
            _ = await harness.next { if case .standby = $0 { true } else { nil } }
        }
        report("verdict to serving", times)
        await harness.shutdown()
    }

    @Test("round trip between the processes", arguments: [1, 800])
    func roundTrip(perSecond: Int) async throws {
        let (harness, serving) = try await PoolHarness.running()
        let interval = 1_000_000 / perSecond
        var times: [Double] = []
        for _ in 0..<(perSecond == 1 ? 10 : 4_000) {
            let start = NIODeadline.now()
            _ = await harness.send("echo 0123456789012345678901234567890123456789012345678901234567", to: serving[0])
            _ = await harness.answer()
            times.append(micros(since: start))
            let spent = micros(since: start)
            if spent < Double(interval) { try await Task.sleep(for: .microseconds(interval - Int(spent))) }
        }
        report("round trip at \(perSecond)/s (with two hops between test and event loop)", times)
        await harness.shutdown()
    }
}
