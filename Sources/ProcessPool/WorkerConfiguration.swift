public import ProcessPoolChild

/// What kind of workers a pool keeps, how many, and what it does when one is sick.
///
/// Every value has a safe default but the executable. A configuration is checked by ``validate()`` before anything starts.
public struct WorkerConfiguration: Sendable {
    /// Absolute path of the worker's program (no script). It is opened once: whatever stands under its name later, all
    /// workers run the same until ``ProcessPool/upgrade(executable:)`` names another. `/proc/self/exe` is the running
    /// program itself, even when its file has been replaced since.
    public var executable: String
    /// The program's name as the worker is told it (`argv[0]`), if not the path.
    public var processName: String?
    /// Arguments after the program's name.
    public var arguments: [String]
    /// The whole environment of a worker: nothing is inherited. The default turns off the Swift runtime's own crash
    /// handler, which would start another program in the dying worker and delay its end.
    public var environment = ["SWIFT_BACKTRACE": "enable=no"]

    /// Workers in service, 1 to 1,000.
    public var size = 2
    /// Ready workers that stand by and take the place of one that leaves at once, 0 to 100.
    public var warmSpares = 1

    /// From the decision to spawn until the process exists.
    public var spawnDeadline: Duration = .seconds(5)
    /// From the process's existence until it says `ready`.
    public var readyDeadline: Duration = .seconds(10)
    /// From `drain` until the worker's goodbye; then it is killed.
    public var drainDeadline: Duration = .seconds(30)
    /// From `stop`, goodbye or the end of its channel until the process is gone; then it is killed.
    public var exitDeadline: Duration = .milliseconds(500)

    /// How soon a slot spawns again.
    public var backoff = Backoff()
    /// When a worker that does not come on counts as hung.
    public var hang = HangPolicy()
    /// What a worker may use.
    public var limits = Limits()
    /// When a worker that is not sick is replaced.
    public var recycling = Recycling()
    /// The weakest sandbox that is accepted; a worker that says `ready` with less is killed. The default can be had on every
    /// kernel with seccomp; ``ProcessPoolChild/Sandbox/Level/full`` needs Landlock too.
    public var sandboxFloor = Sandbox.Level.filter

    /// A configuration with the defaults.
    public init(executable: String, arguments: [String] = []) {
        self.executable = executable
        self.arguments = arguments
    }

    /// The wait between the end of a worker and the next spawn in its slot: none after the first failure, then growing
    /// exponentially, never a permanent stop. A worker that was ready for long enough starts the count anew.
    public struct Backoff: Hashable, Sendable {
        /// The wait after the second failure in a row.
        public var first: Duration = .milliseconds(100)
        /// The longest wait, before jitter.
        public var longest: Duration = .seconds(10)
        /// Each wait is multiplied by a random factor between 1 − jitter and 1 + jitter. 0 to 1.
        public var jitter = 0.25
        /// How long a worker has to be ready for its end to count as the first failure again.
        public var stableAfter: Duration = .seconds(5)

        public init() {}
    }

    /// A worker hangs when work is due and its progress counter stands still, and it does not answer a ping either.
    ///
    /// The judgement is withheld, with an alarm, while the pool's own event loop is late or more than half of the workers
    /// look sick: then it is us, not them.
    public struct HangPolicy: Hashable, Sendable {
        /// Whether hung workers are killed at all.
        public var isEnabled = true
        /// How often workers are looked at. Also the interval of memory readings.
        public var interval: Duration = .milliseconds(125)
        /// How long the counter may stand still.
        public var stillness: Duration = .seconds(1)
        /// How long the ping that confirms may stay unanswered.
        public var pingPatience: Duration = .milliseconds(250)
        /// How late our own look may be to be trusted.
        public var tolerableLateness: Duration = .milliseconds(100)
        /// When most workers look sick: how long that must last, with every look of ours on time, until they are replaced
        /// all the same, one after the other. Also how long a worker may starve for a processor.
        public var collectivePatience: Duration = .seconds(10)

        public init() {}
    }

    /// When a worker that is not sick is drained and replaced: one at a time, and only when a spare stands by (or when the
    /// pool has none). Each worker has its own random factor between 1 − jitter and 1 + jitter for age and work, so that
    /// workers that began together do not end together.
    public struct Recycling: Hashable, Sendable {
        /// Resident memory in bytes; 0 means never.
        public var softResidentBytes = 512 << 20
        /// Since the spawn; zero means never.
        public var maximumAge: Duration = .seconds(86_400)
        /// Pieces of work (as the worker counts them with ``ProcessPoolChild/SharedPage/countWork()``); 0 means never.
        public var maximumWork: UInt64 = 1_000_000
        /// Growth in bytes, in proportion to the work done, that counts as a leak; 0 means never.
        public var leakedBytes = 64 << 20
        /// 0 to 0.5.
        public var jitter = 0.1

        public init() {}
    }

    /// Bounds of one worker.
    public struct Limits: Hashable, Sendable {
        /// Resident memory in bytes above which a worker is killed at the next look; 0 means no limit.
        public var residentBytes = 1 << 30
        /// RLIMIT_DATA in bytes: allocations beyond fail inside the worker; 0 means none.
        public var dataBytes = 2 << 30
        /// RLIMIT_NOFILE of the worker, at least 32; 0 leaves it as it is.
        public var descriptors = 64
        /// oom_score_adj, 0 to 1000: a worker goes before its parent when the machine has no memory left.
        public var outOfMemoryScore = 500
        /// Bytes that may wait to be read by a worker; one that lets more pile up is killed.
        public var queuedBytes = 16 << 20
        /// Lines of a worker's standard error that go to the log each second; more are counted and dropped.
        public var logLinesPerSecond = 100
        /// The longest line of standard error in bytes; the rest of it is cut off.
        public var logLineBytes = 2048

        public init() {}
    }

    /// Why a configuration cannot be used.
    public struct Problem: Error, Hashable, Sendable, CustomStringConvertible {
        /// The value and what is wrong with it.
        public var description: String
    }

    /// Checks ranges.
    public func validate() throws(Problem) {
        func require(_ condition: Bool, _ text: String) throws(Problem) {
            guard condition else { throw Problem(description: text) }
        }
        try require(executable.hasPrefix("/"), "executable: not an absolute path: \(executable)")
        try require(!executable.utf8.contains(0), "executable: contains a NUL")
        try require(!(processName ?? "").utf8.contains(0), "processName: contains a NUL")
        try require(!arguments.contains { $0.utf8.contains(0) }, "arguments: one contains a NUL")
        try require(
            !environment.contains { $0.key.isEmpty || $0.key.contains("=") || ($0.key + $0.value).utf8.contains(0) },
            "environment: a name is empty or contains '=', or a NUL is in it")
        try require((1...1000).contains(size), "size: \(size) is not in 1...1000")
        try require((0...100).contains(warmSpares), "warmSpares: \(warmSpares) is not in 0...100")
        try require((0...1).contains(backoff.jitter), "backoff.jitter: \(backoff.jitter) is not in 0...1")
        for (name, value) in [
            ("spawnDeadline", spawnDeadline), ("readyDeadline", readyDeadline), ("drainDeadline", drainDeadline),
            ("exitDeadline", exitDeadline), ("backoff.first", backoff.first), ("backoff.longest", backoff.longest),
            ("hang.interval", hang.interval), ("hang.stillness", hang.stillness),
            ("hang.pingPatience", hang.pingPatience), ("hang.collectivePatience", hang.collectivePatience),
        ] {
            try require(value > .zero && value <= .seconds(86_400), "\(name): \(value) is not in 0 to 1 day")
        }
        try require(limits.descriptors == 0 || limits.descriptors >= 32, "limits.descriptors: below 32")
        try require((0...1000).contains(limits.outOfMemoryScore), "limits.outOfMemoryScore: not in 0...1000")
        try require(
            min(limits.residentBytes, limits.dataBytes, limits.logLinesPerSecond) >= 0 && limits.logLineBytes > 0,
            "limits: a value is negative")
        try require((0...0.5).contains(recycling.jitter), "recycling.jitter: \(recycling.jitter) is not in 0...0.5")
        try require(
            min(recycling.softResidentBytes, recycling.leakedBytes) >= 0 && recycling.maximumAge >= .zero,
            "recycling: a value is negative")
        try require(limits.queuedBytes >= 1 << 20, "limits.queuedBytes: below 1 MiB")
    }
}
