internal import NIOCore
internal import ProcessPoolChild

/// What the shell holds of one process, from its birth until it is put away. Bound to the pool's event loop.
final class Worker {
    let id: WorkerID
    let handle: ChildHandle
    /// The path of its program.
    let executable: String
    let page: SharedPageReader
    /// `nil` until it is registered with the event loop, and after it has closed.
    var channel: (any Channel)?
    var text: (any Channel)?
    var isChannelClosed = false
    /// Whether it has said so.
    var isReady = false
    /// How the process ended, when it has.
    var exitStatus: ExitStatus?
    /// Whether the machine knows of the exit.
    var isConcluded = false

    /// Frames of this turn of the event loop.
    var outgoing = ByteBuffer()
    var isFlushScheduled = false
    /// Bytes that the kernel has not taken yet.
    var queuedBytes = 0
    var framesSent: UInt64 = 0
    var framesReceived: UInt64 = 0
    var bytesReceived: UInt64 = 0
    var residentBytes = 0
    var sandbox = Sandbox.Reached()
    let spawnedAt: NIODeadline
    private(set) var samples: [UsageSample] = []
    /// Refused system calls that the owner knows of.
    var refusedCallsTold: UInt64 = 0

    private static let sampleCount = 64

    /// Keeps a reading for the report of its end.
    func keep(_ usage: ProcessReadings.Usage, work: UInt64, now: NIODeadline) {
        residentBytes = usage.residentBytes
        if samples.count == Self.sampleCount { samples.removeFirst() }
        samples.append(
            UsageSample(
                age: .nanoseconds((now - spawnedAt).nanoseconds), residentBytes: usage.residentBytes,
                processorTime: .nanoseconds(usage.processorTime), waitingTime: .nanoseconds(usage.waitingTime),
                work: work))
    }

    init(_ id: WorkerID, _ process: SpawnedProcess, executable: String, now: NIODeadline) {
        self.id = id
        self.executable = executable
        spawnedAt = now
        handle = process.handle
        page = process.page
    }
}
