public import Logging
public import NIOCore

/// Supervised worker processes for any program.
///
/// The pool keeps ``WorkerConfiguration/size`` workers in service and some warm spares beside them. It spawns each with a
/// channel (payloads are opaque bytes), a shared page and nothing else, sees at once when one ends, puts a spare in its
/// place and spawns the next, with back-off when a slot keeps failing. Every end has a recorded reason. Workers do not
/// outlive the pool's process, whatever kills it.
///
/// A pool belongs to one event loop: all calls except ``init(configuration:on:logger:onEvent:)`` must be made there, and
/// events come there. Linux only.
///
/// ```swift
/// let pool = try ProcessPool(configuration: configuration, on: loop, logger: logger) { event in … }
/// pool.start()
/// ```
public final class ProcessPool: Sendable {
    /// What the pool was made with; ``resize(size:warmSpares:)`` changes the numbers, not this.
    public let configuration: WorkerConfiguration
    /// Where the pool lives.
    public let eventLoop: any EventLoop
    private let shell: NIOLoopBoundBox<PoolShell>

    /// Makes a pool without any process yet; from any thread.
    ///
    /// - Parameters:
    ///   - configuration: what workers and how many.
    ///   - eventLoop: where the pool lives. It must not end before ``shutdown()`` is done.
    ///   - logger: for the ends of workers and for what they write to standard error.
    ///   - onEvent: called on the event loop, never while another event is being handled. It may call the pool.
    /// - Throws: ``WorkerConfiguration/Problem``.
    public init(
        configuration: WorkerConfiguration, on eventLoop: any EventLoop, logger: Logger,
        onEvent: @escaping @Sendable (PoolEvent) -> Void
    ) throws(WorkerConfiguration.Problem) {
        try configuration.validate()
        self.configuration = configuration
        self.eventLoop = eventLoop
        shell = .makeBoxSendingValue(
            PoolShell(configuration: configuration, on: eventLoop, logger: logger, onEvent: onEvent),
            eventLoop: eventLoop)
    }

    /// Spawns the workers. Once; after ``shutdown()`` it does nothing.
    public func start() {
        shell.value.start()
    }

    /// Sends a payload to a worker, together with all others of this turn of the event loop.
    ///
    /// - Parameter payload: at most ``ProcessPoolChild/ChannelFormat/maximumPayload`` bytes (1 MiB − 2).
    /// - Returns: false, and nothing is sent, when the worker is not (or no longer) one that takes payloads, or when the
    ///   payload is too long. True is no promise that it arrives: the worker's `ended` tells otherwise.
    @discardableResult
    public func send(_ payload: [UInt8], to id: WorkerID) -> Bool {
        shell.value.send(payload, to: id)
    }

    /// As the other `send`.
    @discardableResult
    public func send(_ payload: ByteBuffer, to id: WorkerID) -> Bool {
        shell.value.send(payload.readableBytesView, to: id)
    }

    /// Kills a worker (SIGKILL) and records why. A spare takes its place at once. What it sent before may still come; then
    /// its `ended` does.
    public func kill(_ id: WorkerID, reason: EndReason = .killedByOperator) {
        shell.value.handle(.condemned(reason), for: id)
    }

    /// Takes a worker out of service at once and asks it to finish; it is killed at the
    /// ``WorkerConfiguration/drainDeadline``. A spare takes its place.
    public func drain(_ id: WorkerID, reason: EndReason = .drained) {
        shell.value.handle(.drainRequested(reason), for: id)
    }

    /// Has a worker drained and replaced as soon as a spare stands by, after those for which this was wanted before.
    public func recycle(_ id: WorkerID, because text: String) {
        shell.value.recycle(id, .requested(text))
    }

    /// Has all present workers drained and replaced, one after the other, each when a spare stands by.
    ///
    /// - Returns: how many will be replaced.
    @discardableResult
    public func restart() -> Int {
        shell.value.restart()
    }

    /// Makes the pool larger or smaller while it runs; what becomes too much is drained.
    ///
    /// - Throws: ``WorkerConfiguration/Problem`` for numbers out of range; then nothing has changed.
    public func resize(size: Int, warmSpares: Int) throws(WorkerConfiguration.Problem) {
        var wanted = configuration
        wanted.size = size
        wanted.warmSpares = warmSpares
        try wanted.validate()
        shell.value.resize(size: size, warmSpares: warmSpares)
    }

    /// Replaces the workers by workers of another program, without a gap.
    ///
    /// The new ones are spawned beside those that serve, with the same arguments. When as many as are to serve are ready
    /// they take over, and the former are `leaving`: their owner has each drained when it needs it no more. When three of
    /// them fail before that, they go (`upgradeFailed`) and the former go on.
    ///
    /// - Parameter executable: absolute path of the program; it is opened once, at this call.
    /// - Throws: ``UpgradeProblem`` when there is no such program, or another upgrade is under way.
    public func upgrade(executable: String) throws(UpgradeProblem) {
        try shell.value.upgrade(executable)
    }

    /// Warm spares that are wanted now.
    public var warmSpares: Int { shell.value.machine.configuration.warmSpares }

    /// The last ends of workers, the oldest first; at most 64.
    public var lastEnds: [(id: WorkerID, report: EndReport)] {
        shell.value.lastEnds
    }

    /// Ends all workers: politely, then by force. Done when all are reaped and every descriptor is closed.
    public func shutdown() -> EventLoopFuture<Void> {
        shell.value.shutDown()
    }

    /// All slots as they are now, in order.
    public var snapshot: [WorkerSnapshot] {
        shell.value.snapshot()
    }
}

/// Why workers cannot be replaced by those of another program.
public struct UpgradeProblem: Error, Hashable, Sendable, CustomStringConvertible {
    public let description: String

    init(_ description: String) { self.description = description }
}
