import Glibc
import Logging
import NIOCore
import NIOPosix
import ProcessPoolChild
import Synchronization

@testable import ProcessPool

/// A real pool of `ProcessPoolTestChild` processes and its events, one after the other.
final class PoolHarness {
    let pool: ProcessPool
    let log: CapturedLog
    private var events: AsyncStream<PoolEvent>.Iterator

    /// - Parameters:
    ///   - mode: how the child starts.
    ///   - walls: its sandbox: `all`, `seccomp`, `landlock`, `limits`, `none`.
    ///   - user: `user` for a child that gives up being root first.
    init(
        _ mode: String = "normal", size: Int = 1, spares: Int = 0, walls: String = "all", user: String = "",
        change: (inout WorkerConfiguration) -> Void = { _ in }
    )
        throws
    {
        var configuration = WorkerConfiguration(executable: Self.childPath, arguments: [mode, walls, user])
        configuration.sandboxFloor =
            Sandbox.Level(["seccomp": "filter", "landlock": "limits", "all": "filter"][walls] ?? walls) ?? .full
        configuration.size = size
        configuration.warmSpares = spares
        change(&configuration)
        let (stream, continuation) = AsyncStream.makeStream(of: PoolEvent.self)
        let log = CapturedLog()
        self.log = log
        pool = try ProcessPool(
            configuration: configuration, on: MultiThreadedEventLoopGroup.singleton.next(),
            logger: Logger(label: "test") { _ in log }
        ) { continuation.yield($0) }
        events = stream.makeAsyncIterator()
    }

    /// A pool whose workers in service and spares are all there, and its workers in service.
    static func running(
        size: Int = 1, spares: Int = 0, mode: String = "normal", walls: String = "all", user: String = "",
        change: (inout WorkerConfiguration) -> Void = { _ in },
        isolation: isolated (any Actor)? = #isolation
    ) async throws -> (PoolHarness, [WorkerID]) {
        let harness = try PoolHarness(mode, size: size, spares: spares, walls: walls, user: user, change: change)
        await harness.start()
        var serving: [WorkerID] = []
        for _ in 0..<(size + spares) {
            _ = await harness.next { event in
                switch event {
                case .ready(let id, _, _): serving.append(id)
                case .standby: break
                default: return nil as Bool?
                }
                return true
            }
        }
        return (harness, serving)
    }

    func start(isolation: isolated (any Actor)? = #isolation) async {
        await onLoop { $0.start() }
    }

    func send(_ text: String, to id: WorkerID, isolation: isolated (any Actor)? = #isolation) async -> Bool {
        await onLoop { $0.send(Array(text.utf8), to: id) }
    }

    func kill(_ id: WorkerID, isolation: isolated (any Actor)? = #isolation) async {
        await onLoop { $0.kill(id) }
    }

    func drain(_ id: WorkerID, isolation: isolated (any Actor)? = #isolation) async {
        await onLoop { $0.drain(id) }
    }

    /// Does something with the pool on its event loop.
    func call<Result: Sendable>(
        isolation: isolated (any Actor)? = #isolation, _ body: @escaping @Sendable (ProcessPool) -> Result
    ) async -> Result {
        await onLoop(body)
    }

    func snapshot(isolation: isolated (any Actor)? = #isolation) async -> [WorkerSnapshot] {
        await onLoop { $0.snapshot }
    }

    func shutdown(isolation: isolated (any Actor)? = #isolation) async {
        let pool = pool
        // Never fails; a failure here would show as a hang of the test otherwise.
        try? await pool.eventLoop.flatSubmit { pool.shutdown() }.get()
    }

    /// The next event that the match takes; others are passed over.
    func next<Result>(
        isolation: isolated (any Actor)? = #isolation, _ match: (PoolEvent) -> Result?
    ) async -> Result? {
        while let event = await events.next(isolation: isolation) {
            if let result = match(event) { return result }
        }
        return nil
    }

    /// The next payload, as text.
    func answer(isolation: isolated (any Actor)? = #isolation) async -> String? {
        await next { if case .payload(_, let bytes) = $0 { String(decoding: bytes, as: UTF8.self) } else { nil } }
    }

    /// The next end of a worker.
    func end(isolation: isolated (any Actor)? = #isolation) async -> (WorkerID, EndReport)? {
        await next { if case .ended(let id, let report) = $0 { (id, report) } else { nil } }
    }

    /// The next worker to come into service.
    func ready(isolation: isolated (any Actor)? = #isolation) async -> WorkerID? {
        await next { if case .ready(let id, _, _) = $0 { id } else { nil } }
    }

    private func onLoop<Result: Sendable>(
        isolation: isolated (any Actor)? = #isolation, _ body: @escaping @Sendable (ProcessPool) -> Result
    ) async -> Result {
        let pool = pool
        return await withCheckedContinuation { continuation in
            pool.eventLoop.execute { continuation.resume(returning: body(pool)) }
        }
    }

    /// The test child stands beside the test program.
    static let childPath: String = {
        var buffer = [CChar](repeating: 0, count: 4096)
        let count = unsafe readlink("/proc/self/exe", &buffer, buffer.count - 1)
        let path = String(decoding: buffer[..<max(count, 0)].map(UInt8.init(bitPattern:)), as: UTF8.self)
        return path.split(separator: "/", omittingEmptySubsequences: false).dropLast().joined(separator: "/")
            + "/ProcessPoolTestChild"
    }()
}

/// Log lines, for looking at.
final class CapturedLog: LogHandler, Sendable {
    private let captured = Mutex<[String]>([])

    var lines: [String] { captured.withLock { $0 } }

    func log(event: LogEvent) {
        let fields = (event.metadata ?? [:]).sorted { $0.key < $1.key }.map { " \($0.key)=\($0.value)" }.joined()
        captured.withLock { $0.append("\(event.message)\(fields)") }
    }

    subscript(metadataKey _: String) -> Logger.Metadata.Value? {
        get { nil }
        set {}
    }

    var metadata: Logger.Metadata {
        get { [:] }
        set {}
    }

    var logLevel: Logger.Level {
        get { .trace }
        set {}
    }
}
