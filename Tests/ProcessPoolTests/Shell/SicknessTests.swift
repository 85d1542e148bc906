import Glibc
import NIOCore
import Testing

@testable import ProcessPool

/// Each sickness of a worker, what finds it and within what time, and the reason that is recorded. The same rows stand in
/// `Docs/Operations.md`.
///
/// Bounds are those of the configuration used here; a starved machine is given more by its own detectors, so the tests wait
/// for the event, not for the clock.
@Suite(.serialized, .timeLimit(.minutes(2)))
struct SicknessTests {
    struct Sickness: Sendable, CustomTestStringConvertible {
        var name: String
        /// How the child starts, and what it is told then.
        var mode = "normal"
        var command: String?
        /// Sent again and again, for what grows with the work.
        var isRepeated = false
        /// What is done to it from outside.
        var signal: Int32?
        var configure: @Sendable (inout WorkerConfiguration) -> Void = { _ in }
        var isReason: @Sendable (EndReason) -> Bool
        var wasInService = true

        var testDescription: String { name }
    }

    static let table = [
        Sickness(
            name: "leaks 1 MB per call", command: "leak-per-call", isRepeated: true,
            configure: { $0.recycling.leakedBytes = 24 << 20 },
            isReason: {
                guard case .recycled(.leak(let bytes)) = $0 else { return false }
                return (900_000...1_300_000).contains(bytes)
            }),
        Sickness(
            name: "leaks 100 MB/s: drained at the soft limit, and if it does not go", command: "leak-fast",
            configure: {
                $0.recycling.softResidentBytes = 60 << 20
                $0.drainDeadline = .milliseconds(300)
            }, isReason: { $0 == .drainDeadline }),
        Sickness(
            name: "leaks 100 MB/s: killed at the hard limit", command: "leak-fast",
            configure: {
                $0.recycling.softResidentBytes = 0
                $0.limits.residentBytes = 80 << 20
            },
            isReason: {
                guard case .memoryLimit(let bytes) = $0 else { return false }
                return bytes > 80 << 20
            }),
        Sickness(
            name: "allocates beyond RLIMIT_DATA", command: "allocate 400",
            configure: { $0.limits.dataBytes = 200 << 20 },
            isReason: {
                guard case .signalled(let number) = $0 else { return false }
                return [SIGABRT, SIGILL, SIGTRAP, SIGSEGV].contains(number)
            }),
        Sickness(
            name: "never says ready", mode: "stay", configure: { $0.readyDeadline = .milliseconds(300) },
            isReason: { $0 == .readyDeadline }, wasInService: false),
        Sickness(name: "spins in native code", command: "spin", isReason: { $0 == .hang }),
        Sickness(name: "deadlocks", command: "deadlock", isReason: { $0 == .hang }),
        Sickness(
            name: "ignores SIGTERM and every request", mode: "stubborn", command: "doze",
            isReason: { $0 == .hang }),
        Sickness(
            name: "exits at once", mode: "exit-at-once", isReason: { $0 == .exited(code: 3) }, wasInService: false),
        Sickness(name: "exits after ready", mode: "exit-after-ready", isReason: { $0 == .exited(code: 5) }),
        Sickness(
            name: "writes rubbish frames", command: "rubbish",
            isReason: { $0 == .protocolViolation("a frame's length is 1347703880") }),
        Sickness(
            name: "writes huge frames", command: "huge",
            isReason: { $0 == .protocolViolation("a frame's length is 1048577") }),
        Sickness(
            name: "stops reading", command: "not-reading", isRepeated: true,
            configure: { $0.limits.queuedBytes = 2 << 20 },
            isReason: {
                guard case .notReading(let bytes) = $0 else { return false }
                return bytes > 2 << 20
            }),
        Sickness(name: "fork bomb", command: "fork-bomb", isReason: { $0 == .signalled(SIGSYS) }),
        Sickness(name: "closes its channel", command: "close", isReason: { $0 == .channelClosed }),
        Sickness(name: "SIGSTOPped from outside", command: "echo", signal: SIGSTOP, isReason: { $0 == .hang }),
        Sickness(
            name: "SIGKILLed from outside", command: "echo", signal: SIGKILL, isReason: { $0 == .signalled(SIGKILL) }),
    ]

    /// The sick one ends with its row's reason, a spare serves, and a healthy neighbour never notices.
    @Test("a sickness is found as its row says", arguments: table)
    func row(sickness: Sickness) async throws {
        let (harness, serving) = try await PoolHarness.running(size: 1, spares: 1)
        // The sick one lives in a pool of its own: the modes are the program's. Its neighbour is in the same process.
        let sick = try PoolHarness(sickness.mode, size: 1, spares: 1) {
            $0.hang.interval = .milliseconds(50)
            $0.hang.stillness = .milliseconds(400)
            sickness.configure(&$0)
        }
        await sick.start()
        var victim: WorkerID?
        if sickness.wasInService { victim = await sick.ready() }
        if sickness.mode == "normal" { _ = await sick.next { if case .standby = $0 { true } else { nil } } }
        if let victim {
            if let signal = sickness.signal {
                let pid = await sick.snapshot().first { $0.id == victim }?.pid ?? 0
                try #require(pid > 1)
                kill(pid, signal)
            }
            if let command = sickness.command { _ = await sick.send(command, to: victim) }
        }
        let pool = sick.pool
        let target = victim
        let feeding = Task {
            guard sickness.isRepeated, let command = sickness.command, let target else { return }
            // As fast as it takes the work, or as it does not.
            let filler = command == "not-reading" ? String(repeating: " ", count: 100_000) : ""
            while !Task.isCancelled {
                let accepted = try? await pool.eventLoop.submit {
                    pool.send(Array((command + filler).utf8), to: target)
                }
                .get()
                guard accepted == true else { return }
                try? await Task.sleep(for: .milliseconds(5))
            }
        }
        var end: (WorkerID, EndReport)?
        repeat { end = await sick.end() } while victim != nil && end?.0 != victim && end != nil
        feeding.cancel()
        let reason = try #require(end?.1.reason)
        #expect(sickness.isReason(reason), "\(reason)")
        #expect(end?.1.wasInService == sickness.wasInService)
        if sickness.mode == "normal" {
            #expect(await sick.snapshot().contains { $0.state == .ready && $0.id != victim }, "the spare serves")
        }
        _ = await harness.send("echo well", to: serving[0])
        #expect(await harness.answer() == "well")
        await sick.shutdown()
        await harness.shutdown()
    }

    @Test(
        "one that answers pings but makes no progress is its owner's to find; drained then, and killed when it does not go"
    )
    func stalls() async throws {
        let (harness, serving) = try await PoolHarness.running(spares: 1) {
            $0.hang.interval = .milliseconds(50)
            $0.hang.stillness = .milliseconds(150)
            $0.drainDeadline = .milliseconds(200)
        }
        _ = await harness.send("busy-but-answering", to: serving[0])
        await harness.call { $0.drain(serving[0], reason: .recycled(.requested("its probe calls failed"))) }
        #expect(await harness.ready() != serving[0])
        #expect(await harness.end()?.1.reason == .drainDeadline)
        await harness.shutdown()
    }

    @Test("a worker that begins its allotted work is replaced, with the others in turn and never two at once")
    func recycling() async throws {
        let (harness, serving) = try await PoolHarness.running(size: 2, spares: 1) {
            $0.recycling.maximumWork = 100
            $0.hang.interval = .milliseconds(20)
        }
        for id in serving { _ = await harness.send("work 120", to: id) }
        for _ in 0..<2 {
            let end = await harness.end()
            guard case .recycled(.work(120)) = end?.1.reason else {
                Issue.record("\(String(describing: end))")
                return
            }
            #expect(end?.1.page?.work == 120)
            #expect(await harness.snapshot().count { $0.state == .ready } == 2)
        }
        await harness.shutdown()
    }

    @Test("a rolling restart replaces every worker while as many as before serve")
    func restart() async throws {
        let (harness, _) = try await PoolHarness.running(size: 3, spares: 1)
        let old = await harness.snapshot().map(\.id)
        #expect(await harness.call { $0.restart() } == 4)
        var ended: [WorkerID] = []
        while ended.count < 4, let end = await harness.end() {
            #expect(end.1.reason == .recycled(.restart))
            ended.append(end.0)
            #expect(await harness.snapshot().count { $0.state == .ready } == 3)
        }
        #expect(Set(ended) == Set(old))
        await harness.shutdown()
    }

    @Test("a pool grows and shrinks while it runs")
    func resize() async throws {
        let (harness, _) = try await PoolHarness.running(size: 1, spares: 1)
        await harness.call { try? $0.resize(size: 3, warmSpares: 0) }
        for _ in 0..<2 { _ = await harness.ready() }
        #expect(await harness.snapshot().count { $0.state == .ready } == 3)
        await harness.call { try? $0.resize(size: 1, warmSpares: 0) }
        for _ in 0..<2 { #expect(await harness.end()?.1.reason == .recycled(.resize)) }
        #expect(await harness.snapshot().count == 1)
        await harness.call { try? $0.resize(size: 2, warmSpares: 0) }
        // The slot goes on with its numbers: a name is never given twice.
        #expect(await harness.ready()?.generation == 2)
        #expect(await harness.call { (try? $0.resize(size: 0, warmSpares: 0)) == nil })
        await harness.shutdown()
    }

    @Test("the report of an end has the curve of its memory and its age")
    func report() async throws {
        let (harness, serving) = try await PoolHarness.running {
            $0.limits.residentBytes = 100 << 20
            $0.hang.interval = .milliseconds(20)
        }
        _ = await harness.send("leak-fast", to: serving[0])
        let report = try #require(await harness.end()?.1)
        #expect(report.samples.count >= 3)
        #expect(report.samples.map(\.residentBytes).max() == report.residentBytes)
        #expect((report.samples.first?.residentBytes ?? .max) < report.residentBytes)
        #expect(zip(report.samples, report.samples.dropFirst()).allSatisfy { $0.age < $1.age })
        #expect(report.age >= report.samples.last?.age ?? .zero)
        #expect(await harness.call { $0.lastEnds.map(\.id) } == [serving[0]])
        await harness.shutdown()
    }
}
