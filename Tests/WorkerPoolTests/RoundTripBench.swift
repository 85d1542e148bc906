import DialplanHostCalls
import Foundation
import Logging
import NIOCore
import NIOPosix
import ProcessPool
import Switchboard
import Testing

/// Host calls of real scripts in real, sandboxed workers, with the front's journal between: for Docs/Benchmarks.md. Not a
/// test: run with
///
///     DIALPLAN_BENCH=1 swift test -c release … --filter RoundTripBench
///
/// A sample is the time from one host call's arrival in the front to the next one's from the same script: the outcome is
/// journaled, written, read by the worker, the Machine runs on, the next call is written by the worker and read by the
/// front. From the worker's write to the Machine running again it is the same way, less the Machine's few microseconds.
@Suite(.serialized, .enabled(if: ProcessInfo.processInfo.environment["DIALPLAN_BENCH"] != nil))
struct RoundTripBench {
    @Test("host calls that read, at so many calls a second", arguments: [1, 800])
    func hostCalls(perSecond: Int) async throws {
        let seconds = perSecond == 1 ? 30 : 15
        let loop = MultiThreadedEventLoopGroup.singleton.next()
        let finished = loop.makePromise(of: Void.self)
        let front = NIOLoopBoundBox<ReadingFront?>.makeEmptyBox(valueType: ReadingFront.self, eventLoop: loop)
        var configuration = WorkerConfiguration(executable: ManyExecutionsTests.dialplanctl, arguments: ["worker"])
        configuration.size = 2
        configuration.warmSpares = 0
        let pool = try ProcessPool(
            configuration: configuration, on: loop, logger: Logger(label: "bench") { _ in SwiftLogNoOpLogHandler() }
        ) { front.value?.handle($0) }
        try await loop.submit {
            front.value = ReadingFront(pool, calls: perSecond * seconds, perSecond: perSecond, finished)
            pool.start()
        }.get()
        try await finished.futureResult.get()
        let samples = try await loop.submit { front.value?.samples ?? [] }.get().sorted()
        try await loop.flatSubmit { pool.shutdown() }.get()
        try await loop.submit { front.value = nil }.get()
        func at(_ share: Double) -> Int {
            Int(samples[min(samples.count - 1, Int(Double(samples.count) * share))] / 1_000)
        }
        print(
            "BENCH host call to host call at \(perSecond) calls/s: p50 \(at(0.5)) us, p99 \(at(0.99)) us, "
                + "worst \(at(1)) us (\(samples.count))")
        #expect(samples.count == perSecond * seconds * (ReadingFront.readsPerCall - 1))
    }
}

/// Starts scripts at a steady rate and answers what they ask.
private final class ReadingFront {
    static let readsPerCall = 5
    private static let script = Array(
        (0..<readsPerCall).map { "a\($0) = sys.GetCanonicalDomain(\"example\($0).test\")\n" }.joined().utf8)

    private struct Run {
        var journal = Journal()
        var worker: WorkerID
        var lastCall: NIODeadline?
    }

    private let pool: ProcessPool
    private var left: Int
    private let interval: TimeAmount
    private let finished: EventLoopPromise<Void>
    private var runs: [UInt64: Run] = [:]
    private var serving: [WorkerID] = []
    private var knowing: Set<WorkerID> = []
    private var next: UInt64 = 1
    private(set) var samples: [Int64] = []

    init(_ pool: ProcessPool, calls: Int, perSecond: Int, _ finished: EventLoopPromise<Void>) {
        self.pool = pool
        left = calls
        interval = .nanoseconds(Int64(1_000_000_000 / perSecond))
        self.finished = finished
    }

    func handle(_ event: PoolEvent) {
        switch event {
        case .ready(let id, _, _):
            serving.append(id)
            if serving.count == 2 { begin(at: .now()) }
        case .payload(let id, let bytes):
            for message in (try? WorkerMessage.decodeAll(bytes)) ?? [] { take(message, from: id, at: .now()) }
        default: break
        }
    }

    private func begin(at due: NIODeadline) {
        guard left > 0 else { return }
        left -= 1
        let number = next
        next += 1
        let worker = serving[Int(number % 2)]
        runs[number] = Run(worker: worker)
        var payload: [UInt8] = []
        FrontMessage.start(
            ExecutionStart(
                execution: number, sourceDigest: [UInt8](repeating: 9, count: 32), sourceName: "reads",
                source: knowing.insert(worker).inserted ? Self.script : nil,
                request: HostRecord(typeName: "", text: [], fields: []), startTime: 0, seed: number),
            awaitingReplay: false
        ).encode(into: &payload)
        pool.send(payload, to: worker)
        let bound = NIOLoopBound(self, eventLoop: pool.eventLoop)
        let nextDue = due + interval
        pool.eventLoop.scheduleTask(deadline: nextDue) { bound.value.begin(at: nextDue) }
    }

    private func take(_ message: WorkerMessage, from id: WorkerID, at now: NIODeadline) {
        switch message {
        case .entries(let number, let position, let entries):
            guard var run = runs[number], case .fresh = run.journal.receive(entries, from: Int(position)) else {
                return
            }
            if let last = run.lastCall { samples.append((now - last).nanoseconds) }
            run.lastCall = now
            if run.journal.append(Outcome(.value(.text("example.test")), time: 0)) != nil,
                let due = run.journal.takeDueOutcome(), case .outcome(let outcome) = due.entry
            {
                var payload: [UInt8] = []
                FrontMessage.resume(execution: number, position: due.position, outcome).encode(into: &payload)
                pool.send(payload, to: id)
            }
            runs[number] = run
        case .finished(let number, _, _), .failed(let number, _, _, _):
            runs[number] = nil
            if left == 0, runs.isEmpty { finished.succeed() }
        case .sourceNeeded: break
        }
    }
}
