import CProcessPoolSupport
import Glibc
import ProcessPoolChild
import Testing

@testable import ProcessPool

/// The number of the call `mmap`, which Swift does not show.
#if arch(x86_64)
private let mmapNumber: UInt64 = 9
#else
private let mmapNumber: UInt64 = 222
#endif

/// What a hostile program comes up against, for each wall alone and for all of them, as root and as an ordinary user.
///
/// The rows are typed: what each deed must come to. A deed that succeeds answers `done`.
@Suite(.serialized, .timeLimit(.minutes(2)))
struct SandboxTests {
    enum Outcome: Hashable, CustomTestStringConvertible {
        /// The process is killed by SIGSYS at once.
        case killed
        /// It is refused with this error.
        case refused(String)
        /// This wall alone does not stop it.
        case done

        var testDescription: String {
            switch self {
            case .killed: "killed"
            case .refused(let error): error
            case .done: "done"
            }
        }
    }

    struct Deed: Sendable, CustomTestStringConvertible {
        var name: String
        /// With all walls and with the filter alone it must be the same.
        var filtered: Outcome
        /// With Landlock (of version 6 or newer) alone; `nil` when that says nothing about it.
        var landlocked: Outcome?
        /// Whether it needs the number of another worker.
        var hasTarget = false

        var testDescription: String { name }
    }

    static let deeds = [
        Deed(name: "open", filtered: .killed, landlocked: .refused("EACCES")),
        Deed(name: "create", filtered: .killed, landlocked: .refused("EACCES")),
        Deed(name: "read-proc", filtered: .killed, landlocked: .refused("EACCES"), hasTarget: true),
        Deed(name: "connect", filtered: .killed, landlocked: .refused("EACCES")),
        Deed(name: "datagram", filtered: .killed, landlocked: .done),
        Deed(name: "fork", filtered: .killed, landlocked: nil),
        Deed(name: "exec", filtered: .killed, landlocked: .refused("EACCES")),
        Deed(name: "ptrace", filtered: .killed, landlocked: .refused("EPERM"), hasTarget: true),
        Deed(name: "signal", filtered: .killed, landlocked: .refused("EPERM"), hasTarget: true),
        Deed(name: "signal-thread", filtered: .killed, landlocked: .refused("EPERM"), hasTarget: true),
        Deed(name: "io-uring", filtered: .killed, landlocked: nil),
        Deed(name: "memfd", filtered: .killed, landlocked: nil),
        Deed(name: "executable-memory", filtered: .refused("EPERM"), landlocked: .done),
        Deed(name: "shared-memory", filtered: .refused("EPERM"), landlocked: .done),
        Deed(name: "allocate", filtered: .refused("ENOMEM"), landlocked: .refused("ENOMEM")),
        Deed(name: "raise-limit", filtered: .refused("EPERM"), landlocked: .refused("EPERM")),
    ]

    /// Tries one deed in a fresh worker beside which another stands.
    private func outcome(of deed: Deed, walls: String, user: String) async throws -> Outcome {
        let (harness, serving) = try await PoolHarness.running(size: 2, walls: walls, user: user) {
            $0.limits.dataBytes = 256 << 20
            $0.hang.isEnabled = false
        }
        let other = await harness.snapshot().first { $0.id == serving[1] }?.pid ?? 0
        _ = await harness.send("hostile \(deed.name) \(deed.hasTarget ? other : 0)", to: serving[0])
        let outcome = await harness.next { event -> Outcome? in
            switch event {
            case .payload(serving[0], let bytes):
                let text = String(decoding: bytes, as: UTF8.self)
                return text == "done" ? .done : .refused(text)
            case .ended(serving[0], let report): return report.reason == .signalled(SIGSYS) ? .killed : .refused("?")
            default: return nil
            }
        }
        // Whatever it did, the other is well.
        _ = await harness.send("echo well", to: serving[1])
        #expect(await harness.answer() == "well")
        await harness.shutdown()
        return try #require(outcome)
    }

    static let users = geteuid() == 0 ? ["", "user"] : [""]

    @Test("all walls hold", arguments: deeds, users)
    func all(deed: Deed, user: String) async throws {
        #expect(try await outcome(of: deed, walls: "all", user: user) == deed.filtered)
    }

    @Test("the filter alone holds, as on a kernel without Landlock", arguments: deeds, users)
    func filter(deed: Deed, user: String) async throws {
        #expect(try await outcome(of: deed, walls: "seccomp", user: user) == deed.filtered)
    }

    @Test(
        "Landlock alone holds what it can", .enabled(if: landlockVersion >= 6, "the kernel's Landlock is too old"),
        arguments: deeds.filter { $0.landlocked != nil }, users)
    func landlock(deed: Deed, user: String) async throws {
        #expect(try await outcome(of: deed, walls: "landlock", user: user) == deed.landlocked)
    }

    @Test("without a sandbox the deeds do succeed, so the tests above prove something")
    func control() async throws {
        for name in ["open", "connect", "datagram", "fork", "executable-memory", "shared-memory", "signal"] {
            let deed = Deed(name: name, filtered: .done, hasTarget: name == "signal")
            #expect(try await outcome(of: deed, walls: "none", user: "") == .done, "\(name)")
        }
    }

    private static let landlockVersion = processpool_landlock_version()

    @Test("the level that is reached is reported")
    func level() async throws {
        let expected: [(String, Sandbox.Level)] = [
            ("all", Self.landlockVersion > 0 ? .full : .filter), ("seccomp", .filter), ("landlock", .limits),
            ("limits", .limits), ("none", .none),
        ]
        for (walls, level) in expected {
            let (harness, _) = try await PoolHarness.running(walls: walls)
            let sandbox = await harness.snapshot()[0].sandbox
            #expect(sandbox.level == level, "\(walls)")
            if walls == "all" { #expect(Int(sandbox.landlockVersion) == min(Int(Self.landlockVersion), 255)) }
            await harness.shutdown()
        }
    }

    @Test("a worker below the operator's floor never serves", arguments: ["none", "limits", "landlock"])
    func floor(walls: String) async throws {
        let harness = try PoolHarness(walls: walls) { $0.sandboxFloor = .filter }
        await harness.start()
        let report = await harness.end()?.1
        #expect(report?.reason == .sandboxTooWeak(walls == "none" ? .none : .limits, floor: .filter))
        #expect(report?.wasInService == false)
        await harness.shutdown()
    }

    @Test("a call that the filter refuses is told, with its number")
    func refusal() async throws {
        let (harness, serving) = try await PoolHarness.running()
        _ = await harness.send("hostile shared-memory", to: serving[0])
        let told = await harness.next { event -> (WorkerID, UInt64, UInt64)? in
            if case .callsRefused(let id, let count, let last) = event { (id, count, last) } else { nil }
        }
        #expect(told?.0 == serving[0] && told?.1 == 1 && told?.2 == mmapNumber)
        await harness.shutdown()
    }
}
