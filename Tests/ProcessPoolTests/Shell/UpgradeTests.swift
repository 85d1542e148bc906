import Foundation
import NIOCore
import TestSupport
import Testing

@testable import ProcessPool

/// Programs that are replaced under a running pool.
@Suite(.serialized, .timeLimit(.minutes(1)))
struct UpgradeTests {
    /// A copy of the test child whose engine has this version, in a folder of its own.
    private static func program(version: Int) throws -> String {
        let folder = FileManager.default.temporaryDirectory.appending(path: "pool-\(UUID().uuidString.prefix(8))")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        let path = folder.appending(path: "child-\(version)").path
        try copyProgram(PoolHarness.childPath, to: path)
        return path
    }

    private static func remove(_ program: String) {
        try? FileManager.default.removeItem(at: URL(filePath: program).deletingLastPathComponent())
    }

    @Test("workers of a new program take over while the old ones keep what they have, until their owner lets them go")
    func upgrade() async throws {
        let program = try Self.program(version: 43)
        defer { Self.remove(program) }
        let (harness, serving) = try await PoolHarness.running(size: 2, spares: 1)
        await harness.call { try? $0.upgrade(executable: program) }
        var fresh: [WorkerID] = []
        while fresh.count < 2 {
            let next = await harness.next { event -> (WorkerID, UInt32)? in
                if case .ready(let id, _, let version) = event { (id, version) } else { nil }
            }
            let ready = try #require(next)
            #expect(ready.1 == 43)
            fresh.append(ready.0)
        }
        var left: [WorkerID] = []
        while left.count < 3, let id = await harness.next({ if case .leaving(let id, 42) = $0 { id } else { nil } }) {
            left.append(id)
        }
        #expect(Set(left).isSuperset(of: serving))
        #expect(await harness.next { if case .upgraded(let path) = $0 { path } else { nil } } == program)
        let snapshot = await harness.snapshot()
        #expect(snapshot.filter { $0.state == .leaving }.map(\.engineVersion) == [42, 42, 42])
        #expect(snapshot.filter { $0.state == .ready }.allSatisfy { $0.executable == program })
        _ = await harness.send("echo still here", to: serving[0])
        #expect(await harness.answer() == "still here")
        for id in left { await harness.call { $0.drain(id, reason: .recycled(.upgrade)) } }
        for _ in left { #expect(await harness.end()?.1.reason == .recycled(.upgrade)) }
        _ = await harness.send("echo new", to: fresh[0])
        #expect(await harness.answer() == "new")
        #expect(await harness.snapshot().count == 3)
        await harness.shutdown()
    }

    @Test("a program whose workers do not come up changes nothing, and is told")
    func broken() async throws {
        let (harness, serving) = try await PoolHarness.running(size: 1, spares: 1) {
            $0.backoff.first = .milliseconds(1)
        }
        await harness.call { try? $0.upgrade(executable: "/bin/false") }
        let reason = await harness.next { event -> EndReason? in
            if case .upgradeFailed("/bin/false", let reason) = event { reason } else { nil }
        }
        #expect(reason == .exited(code: 1))
        _ = await harness.send("echo well", to: serving[0])
        #expect(await harness.answer() == "well")
        await harness.shutdown()
    }

    @Test("what is no program is refused at once", arguments: ["/nowhere/child", "/etc/passwd"])
    func missing(path: String) async throws {
        let (harness, _) = try await PoolHarness.running()
        let problem = await harness.call { pool -> String? in
            do throws(UpgradeProblem) {
                try pool.upgrade(executable: path)
                return nil
            } catch {
                return error.description
            }
        }
        #expect(problem?.hasPrefix("exec \(path): ") == true)
        await harness.shutdown()
    }

    @Test("a file that is replaced or removed under a running pool changes nothing: it was opened once")
    func replaced() async throws {
        let program = try Self.program(version: 44)
        defer { Self.remove(program) }
        let (harness, serving) = try await PoolHarness.running { $0.executable = program }
        try FileManager.default.removeItem(atPath: program)
        try Data("no program".utf8).write(to: URL(filePath: program))
        await harness.kill(serving[0])
        let version = await harness.next { if case .ready(_, _, let version) = $0 { version } else { nil } }
        #expect(version == 44)
        await harness.shutdown()
    }
}
