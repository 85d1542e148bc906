import CProcessPoolSupport
import Foundation
import NIOCore
import TestSupport
import Testing

@testable import ProcessPool

/// What a trap of the compiler's is on this machine.
#if arch(x86_64)
private let trapSignal = SIGILL
#else
private let trapSignal = SIGTRAP
#endif

/// Real processes. Nothing here waits by the clock but for what the pool itself has to do by the clock.
/// One after the other: they measure time only where the pool does, but a starved machine would look like a hung worker.
@Suite(.serialized, .timeLimit(.minutes(1)))
struct ProcessPoolTests {
    @Test("payloads go to a worker and come back in order")
    func echo() async throws {
        let (harness, serving) = try await PoolHarness.running()
        for number in 0..<200 { #expect(await harness.send("echo \(number)", to: serving[0])) }
        for number in 0..<200 { #expect(await harness.answer() == "\(number)") }
        let snapshot = await harness.snapshot()
        #expect(snapshot.count == 1)
        #expect(snapshot[0].state == .ready && snapshot[0].engineVersion == 42 && snapshot[0].pid > 0)
        #expect(snapshot[0].framesSent == 200 && snapshot[0].framesReceived == 201)
        await harness.shutdown()
    }

    @Test("a payload of the greatest length crosses whole, a longer one is refused")
    func longest() async throws {
        let (harness, serving) = try await PoolHarness.running()
        let text = String(repeating: "x", count: (1 << 20) - 2 - 5)
        #expect(await harness.send("echo \(text)", to: serving[0]))
        #expect(await harness.answer() == text)
        #expect(!(await harness.send("echo \(text)y", to: serving[0])))
        await harness.shutdown()
    }

    /// One worker with a spare: the sick one must be replaced, and its end must bear the reason.
    @Test(
        "a sick worker ends with its reason and a spare takes its place",
        arguments: [
            ("exit 7", EndReason.exited(code: 7)), ("exit 0", .exited(code: 0)), ("signal 11", .signalled(11)),
            ("signal 9", .signalled(9)), ("trap", .signalled(trapSignal)), ("close", .channelClosed),
            ("rubbish", .protocolViolation("a frame's length is 1347703880")),
            ("huge", .protocolViolation("a frame's length is 1048577")),
            ("version", .protocolViolation("a frame's version is 9")),
            ("kind", .protocolViolation("a frame's kind is 77")),
            ("ready-again", .protocolViolation("ready twice")),
            ("forged-pong", .protocolViolation("a pong that nobody asked for")), ("spin", .hang), ("doze", .hang),
        ])
    func sickness(command: String, reason: EndReason) async throws {
        let (harness, serving) = try await PoolHarness.running(spares: 1) { $0.hang.isEnabled = reason == .hang }
        #expect(await harness.send(command, to: serving[0]))
        let replacement = await harness.ready()
        #expect(replacement?.slot == 1 - serving[0].slot)
        let end = await harness.end()
        #expect(end?.0 == serving[0])
        #expect(end?.1.reason == reason)
        #expect(end?.1.wasInService == true)
        // The slot lives on: its next process stands by.
        let next = await harness.next { if case .standby(let id, _, _) = $0 { id } else { nil } }
        #expect(next == WorkerID(slot: serving[0].slot, generation: 2))
        #expect(!(await harness.send("echo", to: serving[0])), "the dead take no payloads")
        await harness.shutdown()
    }

    @Test("a worker that eats memory is killed at the limit")
    func memory() async throws {
        let (harness, serving) = try await PoolHarness.running {
            $0.limits.residentBytes = 100 << 20
            $0.hang.isEnabled = false
        }
        _ = await harness.send("eat 200", to: serving[0])
        let report = await harness.end()?.1
        guard case .memoryLimit(let bytes) = report?.reason else {
            Issue.record("ended with \(String(describing: report))")
            return
        }
        #expect(bytes > 100 << 20)
        await harness.shutdown()
    }

    @Test("a worker that does not read is killed when too much has piled up")
    func notReading() async throws {
        let (harness, serving) = try await PoolHarness.running {
            $0.limits.queuedBytes = 4 << 20
            $0.hang.isEnabled = false
        }
        _ = await harness.send("doze", to: serving[0])
        let block = String(repeating: "x", count: 1 << 19)
        for _ in 0..<20 { _ = await harness.send(block, to: serving[0]) }
        guard case .notReading(let bytes) = await harness.end()?.1.reason else {
            Issue.record("another end")
            return
        }
        #expect(bytes > 4 << 20 && bytes < 6 << 20)
        await harness.shutdown()
    }

    @Test("a worker that works without progress but answers pings is left alone")
    func answersPings() async throws {
        let (harness, serving) = try await PoolHarness.running {
            $0.hang.stillness = .milliseconds(150)
            $0.hang.interval = .milliseconds(50)
        }
        _ = await harness.send("busy-but-answering", to: serving[0])
        // Five pings later it must still be there: frames from it are pongs.
        while await harness.snapshot()[0].framesReceived < 6 {
            try Task.checkCancellation()
            await Task.yield()
        }
        #expect(await harness.snapshot()[0].state == .ready)
        await harness.shutdown()
    }

    @Test("everything a worker sent before it exited comes before its end")
    func lastWords() async throws {
        let (harness, serving) = try await PoolHarness.running()
        _ = await harness.send("last-words-and-exit", to: serving[0])
        for number in 0..<1000 { #expect(await harness.answer() == "word \(number)") }
        #expect(await harness.end()?.1.reason == .exited(code: 0))
        await harness.shutdown()
    }

    @Test("the end's report has what stood on the shared page")
    func page() async throws {
        let (harness, serving) = try await PoolHarness.running()
        _ = await harness.send("page", to: serving[0])
        _ = await harness.send("exit 1", to: serving[0])
        let page = await harness.end()?.1.page
        #expect(page?.execution == 7 && page?.position == 8 && page?.line == 9)
        #expect(page?.framesRead == 2 && page?.isBusy == true)
        await harness.shutdown()
    }

    @Test(
        "a program that never becomes a worker is tried again with back-off, each end with its reason",
        arguments: [
            ("exit-at-once", EndReason.exited(code: 3)), ("stay", .readyDeadline),
            ("rubbish-at-once", .protocolViolation("a frame's length is 1819043144")),
            ("payload-before-ready", .protocolViolation("a payload before ready")),
        ])
    func bootFailure(mode: String, reason: EndReason) async throws {
        let harness = try PoolHarness(mode) {
            $0.backoff.first = .milliseconds(10)
            $0.readyDeadline = .milliseconds(300)
        }
        await harness.start()
        for generation in 1...3 as ClosedRange<UInt64> {
            let end = await harness.end()
            #expect(end?.0 == WorkerID(slot: 0, generation: generation))
            #expect(end?.1.reason == reason)
            #expect(end?.1.wasInService == false)
        }
        await harness.shutdown()
    }

    @Test("a program that is not there is a spawn failure that names it")
    func noProgram() async throws {
        let harness = try PoolHarness { $0.executable = "/nowhere/worker" }
        await harness.start()
        #expect(await harness.end()?.1.reason == .spawnFailed("exec /nowhere/worker: No such file or directory"))
        await harness.shutdown()
    }

    @Test("a slot that crashes in a loop waits longer each time, the others notice nothing, and it comes back")
    func crashLoop() async throws {
        let (harness, serving) = try await PoolHarness.running(size: 2) {
            $0.backoff.first = .milliseconds(20)
            $0.backoff.longest = .milliseconds(80)
            $0.backoff.jitter = 0
        }
        let sick = serving[0].slot, well = serving[1]
        var waits: [Int64] = []
        for generation in 1...6 as ClosedRange<UInt64> {
            _ = await harness.send("exit 1", to: WorkerID(slot: sick, generation: generation))
            #expect(await harness.end()?.1.reason == .exited(code: 1))
            let end = NIODeadline.now()
            #expect(await harness.ready() == WorkerID(slot: sick, generation: generation + 1))
            waits.append((.now() - end).nanoseconds / 1_000_000)
            _ = await harness.send("echo \(generation)", to: well)
            #expect(await harness.answer() == "\(generation)")
        }
        // None, 20, 40, 80, 80, 80 ms, and what a spawn takes.
        for (index, least) in [0, 20, 40, 80, 80, 80].enumerated() { #expect(waits[index] >= least, "\(waits)") }
        #expect(await harness.snapshot().contains { $0.id == well && $0.state == .ready })
        // The cause is gone: it serves.
        _ = await harness.send("echo back", to: WorkerID(slot: sick, generation: 7))
        #expect(await harness.answer() == "back")
        await harness.shutdown()
    }

    @Test("when no worker can be started the pool goes on trying, and serves when the cause is gone")
    func recovery() async throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "pool-\(UUID().uuidString.prefix(8))")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let path = folder.appending(path: "child").path
        let harness = try PoolHarness(size: 2) {
            $0.executable = path
            $0.backoff.first = .milliseconds(5)
            $0.backoff.longest = .milliseconds(20)
        }
        await harness.start()
        for _ in 0..<12 {
            #expect(await harness.end()?.1.reason == .spawnFailed("exec \(path): No such file or directory"))
        }
        try copyProgram(PoolHarness.childPath, to: path)
        for _ in 0..<2 { #expect(await harness.ready() != nil) }
        await harness.shutdown()
    }

    @Test("a drained worker says goodbye, its end is no failure, a spare serves")
    func drain() async throws {
        let (harness, serving) = try await PoolHarness.running(spares: 1)
        await harness.drain(serving[0])
        #expect(await harness.next { if case .draining(let id) = $0 { id } else { nil } } == serving[0])
        #expect(await harness.ready()?.slot == 1 - serving[0].slot)
        #expect(await harness.end()?.1.reason == .drained)
        await harness.shutdown()
    }

    @Test("a stubborn worker is killed when its time to drain is over")
    func stubbornDrain() async throws {
        let (harness, serving) = try await PoolHarness.running(mode: "stubborn") {
            $0.drainDeadline = .milliseconds(200)
        }
        await harness.drain(serving[0])
        #expect(await harness.end()?.1.reason == .drainDeadline)
        await harness.shutdown()
    }

    @Test("a stubborn worker that ignores SIGTERM does not survive the pool's shutdown")
    func stubbornShutdown() async throws {
        let (harness, _) = try await PoolHarness.running(size: 2, mode: "stubborn")
        let pids = await harness.snapshot().map(\.pid)
        await harness.shutdown()
        for pid in pids { #expect(kill(pid, 0) == -1) }
        #expect(await harness.end()?.1.reason == .poolShutdown)
    }

    @Test("a worker has no descriptor, no variable and no signal setting but what it was given")
    func cleanChild() async throws {
        let (harness, serving) = try await PoolHarness.running(walls: "none") {
            $0.environment = ["LANG": "C", "A": "b=c"]
        }
        _ = await harness.send("descriptors", to: serving[0])
        // 0 and 1 are /dev/null now, 2 the log; 10 the channel, 40 the test child's own copy, and the listing itself.
        // 3 was the page and is free, so the listing has it.
        #expect(await harness.answer() == "0 1 10 2 3 40")
        _ = await harness.send("environment", to: serving[0])
        #expect(await harness.answer() == "A=b=c LANG=C")
        _ = await harness.send("signals", to: serving[0])
        #expect(await harness.answer() == "SIGPIPE default, 0 blocked")
        await harness.shutdown()
    }

    @Test("a stray print of a worker harms nothing, its standard error goes to the log")
    func prints() async throws {
        let (harness, serving) = try await PoolHarness.running()
        _ = await harness.send("print not a frame", to: serving[0])
        #expect(await harness.answer() == "printed")
        _ = await harness.send("say red \u{1B}[31m alert", to: serving[0])
        _ = await harness.send("exit 0", to: serving[0])
        _ = await harness.end()
        await harness.shutdown()
        #expect(
            harness.log.lines.contains {
                $0.hasPrefix("worker says pid=") && $0.hasSuffix(" text=red \u{FFFD}[31m alert worker=0.1")
            }
        )
    }

    @Test("a worker's own child does not survive it, whatever it does with its channel")
    func grandchild() async throws {
        let (harness, serving) = try await PoolHarness.running(walls: "none")
        _ = await harness.send("spawn-grandchild", to: serving[0])
        let pid = try #require(Int32(await harness.answer() ?? ""))
        let pidfd = processpool_pidfd_open(pid)
        #expect(pidfd >= 0)
        await harness.kill(serving[0])
        #expect(await harness.end()?.1.reason == .killedByOperator)
        #expect(Processes.waitForEnd(ofPidfd: pidfd, milliseconds: 5000))
        close(pidfd)
        await harness.shutdown()
    }

    @Test("after many ends of every kind no zombie and no descriptor is left")
    func noLeaks() async throws {
        // In a process of its own: other tests open descriptors and make processes meanwhile.
        await #expect(processExitsWith: .success) {
            // The first pool starts what stays for ever (threads, event loops).
            let (first, _) = try await PoolHarness.running()
            await first.shutdown()
            let before = Processes.descriptors()
            let (harness, _) = try await PoolHarness.running(size: 3, spares: 1) {
                $0.backoff.first = .milliseconds(1)
                $0.backoff.longest = .milliseconds(5)
            }
            var sicknesses = ["exit 1", "signal 9", "rubbish", "close", "last-words-and-exit"].makeIterator()
            for _ in 0..<40 {
                let command = sicknesses.next() ?? "signal 11"
                let victim = await harness.snapshot().first { $0.state == .ready }?.id
                if let victim, await harness.send(command, to: victim) {
                    _ = await harness.end()
                    _ = await harness.next { if case .standby = $0 { true } else { nil } }
                }
            }
            await harness.shutdown()
            #expect(Processes.children() == [])
            #expect(Processes.descriptors() == before)
            let missing = try PoolHarness { $0.executable = "/nowhere" }
            await missing.start()
            for _ in 0..<2 { _ = await missing.end() }
            await missing.shutdown()
            #expect(Processes.children() == [])
            #expect(Processes.descriptors() == before)
        }
    }
}
