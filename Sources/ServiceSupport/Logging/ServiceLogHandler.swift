public import Dispatch
import Glibc
public import Logging
import Synchronization

/// The log of a service: one line per message to a descriptor, in the format that suits its reader.
public struct ServiceLogHandler: LogHandler {
    private let output: LogOutput
    private let control: LogControl
    private let module: String
    private var ownLevel: Logger.Level?
    public var metadata: Logger.Metadata = [:]
    public var metadataProvider: Logger.MetadataProvider?

    /// - Parameter label: `dialplan.pool` logs as module `pool`.
    public init(label: String, output: LogOutput, control: LogControl) {
        self.output = output
        self.control = control
        module = label.split(separator: ".").last.map(String.init) ?? label
    }

    public var logLevel: Logger.Level {
        get { ownLevel ?? control.level(of: module) }
        set { ownLevel = newValue }
    }

    public subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    public func log(event: LogEvent) {
        var all = metadata
        if let provided = metadataProvider?.get() { all.merge(provided) { _, new in new } }
        if let own = event.metadata { all.merge(own) { _, new in new } }
        let fields = all.sorted { $0.key < $1.key }.map { key, value in
            (key: Self.fieldName(key), value: LogText.masked(key, "\(value)"))
        }
        output.write(level: event.level, module: module, message: event.message.description, fields: fields)
    }

    /// A field's name cannot break the line's syntax.
    private static func fieldName(_ key: String) -> String {
        String(
            key.unicodeScalars.map {
                $0.isASCII && ($0.properties.isAlphabetic || ("0"..."9").contains($0) || $0 == "-")
                    ? Character($0) : "_"
            })
    }
}

/// Where log lines go.
public final class LogOutput: Sendable {
    public let format: LogFormat
    private let limiter: Mutex<RepeatLimiter>
    private let put: @Sendable (String) -> Void
    private let wait: @Sendable (DispatchTimeInterval) -> Void
    private let now: @Sendable () -> (monotonic: ContinuousClock.Instant, wall: Int64)

    /// At most so many messages of one kind in this time; warnings of a rarer kind are never lost to a frequent one.
    static let most = 1_000
    static let period: Duration = .seconds(10)

    /// - Parameters:
    ///   - put: takes a line without its end; must not block.
    ///   - flush: waits for what was put.
    init(
        format: LogFormat, put: @escaping @Sendable (String) -> Void,
        flush: @escaping @Sendable (DispatchTimeInterval) -> Void = { _ in },
        now: @escaping @Sendable () -> (monotonic: ContinuousClock.Instant, wall: Int64)
    ) {
        self.format = format
        self.put = put
        wait = flush
        self.now = now
        limiter = Mutex(RepeatLimiter(most: Self.most, period: Self.period))
    }

    /// Standard error, written by a thread of its own, with at most 1 MiB that waits. Without a format it looks at what is
    /// there: a terminal gets text, the journal `<N>` lines, anything else logfmt.
    public static func standardError(_ format: LogFormat?, environment: [String: String]) -> LogOutput {
        let format = format ?? suited(environment)
        let writer = LogWriter(descriptor: 2) { count in
            format.line(
                level: .error, module: "log", message: "log lines are missing here: they were not read fast enough",
                fields: [("lost", "\(count)")], time: Self.wallClock)
        }
        return LogOutput(format: format, put: { writer.put($0) }, flush: { writer.flush(within: $0) }) {
            (.now, Self.wallClock)
        }
    }

    /// Microseconds since 1970 UTC.
    private static var wallClock: Int64 {
        var time = timespec()
        unsafe clock_gettime(CLOCK_REALTIME, &time)  // C writes to the local variable only
        return Int64(time.tv_sec) * 1_000_000 + Int64(time.tv_nsec) / 1_000
    }

    /// Waits, but not longer than this, until what was logged is written: for the end of the process.
    public func flush(within limit: DispatchTimeInterval) { wait(limit) }

    private static func suited(_ environment: [String: String]) -> LogFormat {
        if isatty(2) == 1 { return environment["NO_COLOR"]?.isEmpty ?? true ? .colour : .text }
        return isJournal(environment["JOURNAL_STREAM"]) ? .journal : .logfmt
    }

    /// systemd names the device and inode of the stream that it gave us; standard error may have been redirected since.
    private static func isJournal(_ stream: String?) -> Bool {
        guard let parts = stream?.split(separator: ":"), parts.count == 2, let device = UInt(parts[0]),
            let inode = UInt(parts[1])
        else { return false }
        var status = stat()
        return unsafe fstat(2, &status) == 0 && UInt(status.st_dev) == device && UInt(status.st_ino) == inode
    }

    func write(level: Logger.Level, module: String, message: String, fields: [(key: String, value: String)]) {
        let time = now()
        let verdict = limiter.withLock { $0.judge("\(level.rawValue) \(module) \(message)", at: time.monotonic) }
        guard case .write(let dropped) = verdict else { return }
        var fields = fields
        if dropped > 0 { fields.append(("dropped-before", "\(dropped)")) }
        put(format.line(level: level, module: module, message: message, fields: fields, time: time.wall))
    }
}
