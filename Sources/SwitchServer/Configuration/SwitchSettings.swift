import DialplanHostCalls
import Logging
import ProcessPool
import ProcessPoolChild
import SIPStack
public import ServiceSupport
import Switchboard

/// Every setting of the switch: the one table from which reading, checking, `dialplanctl config` and
/// `Docs/Configuration.md` come.
public enum SwitchSettings {
    public static let prefix = "DIALPLAN"

    /// Where the configuration file is when nobody names one, the first that is there.
    public static let standardFiles = ["/etc/dialplan/dialplan.yaml", "/etc/dialplan/dialplan.json"]

    /// Names another configuration file.
    public static let fileVariable = "DIALPLAN_CONFIG"

    public static let table = SettingsTable<ServeOptions>(
        prefix: prefix, otherVariables: [fileVariable],
        settings: general + workers + calls + scripts + registration + log)

    private typealias Row = Setting<ServeOptions>

    // MARK: What and where

    private static let general: [Row] = [
        Row(
            "database", .text(longest: 4_000), .restart, flag: "database",
            "The SQLite file; beside it stand its key file and, unless named otherwise, the admin socket.",
            read: { .text($0.databasePath) }
        ) { options, value in
            if case .text(let path) = value { options.database = path } else { options.database = nil }
        },
        .text(
            "admin-socket", \.adminSocket, longest: 107, .restart, flag: "admin-socket",
            "Unix socket on which dialplanctl talks to the switch. Unset: the database's path with .sock."),
        Row(
            "listen", .list(item: "udp:HOST:PORT", longest: 16), .restart, flag: "listen",
            "Addresses on which phones reach the switch.", read: { .list($0.listenTexts) }
        ) { options, value throws(SettingKind.Failure) in
            guard case .list(let texts) = value else { return }
            guard !texts.isEmpty else { throw .init(reason: "names no address") }
            do throws(ServeError) {
                var addresses: [TransportAddress] = []
                for text in texts { addresses.append(try ServeOptions.address(text)) }
                options.listen = addresses
                options.listenTexts = texts
            } catch {
                throw .init(reason: error.description)
            }
        },
        .text(
            "advertise", \.advertisedHost, longest: 253, .restart, flag: "advertise",
            "Host that phones reach the switch at, written into its messages; needed when it listens on 0.0.0.0 or [::]."
        ),
        .text(
            "metrics", \.metricsListen, longest: 100, .restart, flag: "metrics",
            "Where GET /metrics is answered (Prometheus): a port on 127.0.0.1, or HOST:PORT."),
        Row(
            "probe-sources", .list(item: "IP address", longest: 64), .restart, flag: "probe-source",
            "Monitors that may call the probe user.", read: { .list($0.probeSources) }
        ) { options, value throws(SettingKind.Failure) in
            guard case .list(let texts) = value else { return }
            for text in texts where IPAddress(text) == nil {
                throw .init(reason: "\(text): name a probe source as an IP address, for example 192.0.2.9")
            }
            options.probeSources = texts
        },
        .flag(
            "demo", \.makesDemo, .restart, flag: "demo",
            "Make a demo user with two phones at a start on a database without users."),
    ]

    // MARK: Worker processes

    private static let workers: [Row] = [
        .integer(
            "workers.count", \.workers.size, 1...64, unit: "processes", .restart, flag: "workers",
            "Worker processes in service."),
        .integer(
            "workers.spares", \.workers.warmSpares, 0...16, unit: "processes", .restart, flag: "spares",
            "Warm workers that stand by for one that dies."),
        .bytes(
            "workers.memory", \.workers.limits.residentBytes, 64 << 20...256 << 30, .restart,
            "Resident memory above which a worker is ended; its calls move to another."),
        .bytes(
            "workers.data", \.workers.limits.dataBytes, 128 << 20...512 << 30, .restart,
            "Memory that a worker can allocate at all (RLIMIT_DATA)."),
        .integer(
            "workers.descriptors", \.workers.limits.descriptors, 32...1_024, unit: "descriptors", .restart,
            "Open files that a worker may have (RLIMIT_NOFILE)."),
        .integer(
            "workers.oom-score", \.workers.limits.outOfMemoryScore, 0...1_000, .restart,
            "oom_score_adj of workers: the higher, the sooner the kernel ends one rather than the switch."),
        .bytes(
            "workers.unread", \.workers.limits.queuedBytes, 1 << 20...1 << 30, .restart,
            "Bytes that may wait to be read by a worker before it is ended."),
        .integer(
            "workers.log-lines", \.workers.limits.logLinesPerSecond, 0...10_000, unit: "lines a second", .restart,
            "Lines of a worker's standard error that go to the log; more are counted and dropped."),
        .flag(
            "workers.hang-detection", \.workers.hang.isEnabled, .restart, "Whether workers that hang are ended."),
        .duration(
            "workers.hang-interval", \.workers.hang.interval, .milliseconds(10)...(.seconds(10)), .restart,
            "How often workers are looked at, their memory too."),
        .duration(
            "workers.hang-after", \.workers.hang.stillness, .milliseconds(100)...(.seconds(60)), .restart,
            "How long a worker with work to do may make no progress."),
        .duration(
            "workers.hang-ping", \.workers.hang.pingPatience, .milliseconds(50)...(.seconds(10)), .restart,
            "How long such a worker has to answer a ping before it is ended."),
        .duration(
            "workers.hang-patience", \.workers.hang.collectivePatience, .seconds(1)...(.seconds(600)), .restart,
            "How long most workers may look sick at once before they are replaced all the same."),
        .bytes(
            "workers.soft-memory", \.workers.recycling.softResidentBytes, 0...256 << 30, .restart,
            "Resident memory above which a worker hands over its work and is replaced; 0: never."),
        .bytes(
            "workers.leak", \.workers.recycling.leakedBytes, 0...16 << 30, .restart,
            "Memory that a worker may grow by in proportion to its work before it is replaced; 0: never."),
        .duration(
            "workers.maximum-age", \.workers.recycling.maximumAge, .zero...(.seconds(31_536_000)), .restart,
            "A worker that is older is replaced; 0: never."),
        .integer(
            "workers.maximum-scripts", wide: \.workers.recycling.maximumWork, 0...1_000_000_000_000, unit: "scripts",
            .restart, "A worker that has run more is replaced; 0: never."),
        Row(
            "workers.sandbox", .choice(Sandbox.Level.allCases.map { "\($0)" }), .restart, flag: "sandbox",
            "The weakest sandbox that is accepted; a worker with less is not used.",
            read: { .text("\($0.workers.sandboxFloor)") }
        ) { options, value in
            guard case .text(let name) = value else { return }
            if let level = Sandbox.Level.allCases.first(where: { "\($0)" == name }) {
                options.workers.sandboxFloor = level
            }
        },
        .duration(
            "workers.spawn-deadline", \.workers.spawnDeadline, .milliseconds(100)...(.seconds(60)), .restart,
            "Time for a worker's process to be made."),
        .duration(
            "workers.ready-deadline", \.workers.readyDeadline, .milliseconds(500)...(.seconds(120)), .restart,
            "Time for a new worker to become ready."),
        .duration(
            "workers.drain-deadline", \.workers.drainDeadline, .milliseconds(500)...(.seconds(600)), .restart,
            "Time for a worker that is replaced to hand over its work."),
        .duration(
            "workers.exit-deadline", \.workers.exitDeadline, .milliseconds(50)...(.seconds(30)), .restart,
            "Time for a worker that was told to stop until it is killed."),
        .duration(
            "workers.restart-delay", \.workers.backoff.first, .milliseconds(10)...(.seconds(60)), .restart,
            "Wait after the second failure in a row before the next start; it doubles with each failure."),
        .duration(
            "workers.restart-delay-longest", \.workers.backoff.longest, .milliseconds(100)...(.seconds(600)), .restart,
            "The longest such wait."),
        .duration(
            "workers.stable-after", \.workers.backoff.stableAfter, .milliseconds(100)...(.seconds(600)), .restart,
            "A worker that was ready for so long begins the count of failures anew when it ends."),
    ]

    // MARK: Calls

    private static let calls: [Row] = [
        .duration(
            "calls.ring-time", \.calls.ringTime, .seconds(1)...(.seconds(180)), .reload,
            "Ring time of a Dial that names none, and the longest."),
        .integer(
            "calls.concurrent", \.calls.executions, 1...1_000_000, unit: "scripts", .reload,
            "Scripts under way at once; further calls are refused with 503."),
        .integer(
            "calls.legs", \.calls.legsPerCall, 1...1_000, unit: "legs", .reload,
            "Legs of one call, over all its scripts."),
        .integer(
            "calls.legs-per-script", \.calls.legsPerRun, 1...1_000, unit: "legs", .reload, "Legs of one script."),
        .integer(
            "calls.redirections", \.calls.redirections, 0...70, unit: "responses", .reload,
            "Redirections (3xx) that are followed one after the other."),
        .integer(
            "calls.scripts", \.calls.executionsPerCall, 1...100, unit: "scripts", .reload,
            "Scripts of one call: dialling an account with a dialplan runs that one, too."),
        .integer(
            "calls.script-depth", \.calls.executionDepth, 1...20, unit: "scripts", .reload,
            "Scripts that dial accounts with scripts, one inside the other."),
        Row(
            "calls.isolation", .choice(DispatchPolicy.Isolation.allCases.map(\.rawValue)), .reload,
            "Whose scripts a worker may run beside each other: anybody's (none), or those of one user or one dialplan.",
            read: { .text($0.calls.dispatch.isolation.rawValue) }
        ) { options, value in
            guard case .text(let name) = value, let isolation = DispatchPolicy.Isolation(rawValue: name) else { return }
            options.calls.dispatch.isolation = isolation
        },
        .integer(
            "calls.scripts-at-once", \.calls.dispatch.scriptsAtOnce, 1...10_000, unit: "scripts", .reload,
            "Scripts that a worker works on at once, without those that wait; more wait in line, users taking turns."),
        .integer(
            "calls.replays-at-once", \.calls.dispatch.replaysAtOnce, 1...1_000, unit: "scripts", .reload,
            "Waiting scripts of a worker that died which are replayed every 5 ms, over all workers."),
        .duration(
            "calls.worker-wait", \.calls.workerWait, .seconds(1)...(.seconds(300)), .reload,
            "How long a call waits for a worker when there is none, before it gets 503."),
        .duration(
            "calls.session-check", \.calls.sessionCheck, .seconds(60)...(.seconds(86_400)), .reload,
            "How often an answered call's phones are asked whether they still have it."),
        .integer(
            "calls.moves", \.calls.movesPerRun, 0...1_000, unit: "moves", .reload,
            "How often a script is moved to another worker because its own has ended."),
    ]

    // MARK: Scripts

    private static let scripts: [Row] = [
        .duration(
            "scripts.time", \.calls.scriptTime, .milliseconds(100)...(.seconds(300)), .reload,
            "What a script may take without waiting for a Dial."),
        .duration(
            "scripts.time-total", \.calls.scriptTimeTotal, .seconds(1)...(.seconds(3_600)), .reload,
            "What a script may take in all, ringing included."),
        .integer(
            "scripts.instructions", wide: \.calls.scriptLimits.instructions, 10_000...100_000_000_000,
            unit: "instructions", .reload, "What a script may execute."),
        .bytes(
            "scripts.heap", wide: \.calls.scriptLimits.heapBytes, 256 << 10...1 << 30, .reload,
            "Memory of one script."),
        .integer(
            "scripts.call-depth", wide: \.calls.scriptLimits.callDepth, 16...100_000, unit: "calls", .reload,
            "Method calls inside each other."),
        .bytes(
            "scripts.string", wide: \.calls.scriptLimits.stringBytes, 1 << 10...256 << 20, .reload,
            "Size of one string."
        ),
        .integer(
            "scripts.log-lines", wide: \.calls.scriptLimits.logLines, 0...1_000_000, unit: "lines", .reload,
            "Lines that one script may log."),
        .bytes(
            "scripts.log-bytes", wide: \.calls.scriptLimits.logBytes, 0...64 << 20, .reload,
            "Bytes that one script may log."),
        .bytes(
            "scripts.log-line", \.calls.logMessageBytes, 64...1 << 20, .reload,
            "Bytes of one line of an owner's log; the rest is cut off."),
        .integer(
            "scripts.host-calls", wide: \.calls.scriptLimits.hostCalls, 1...100_000, unit: "calls", .reload,
            "What one script may ask of the switch (Dial, Respond, look-ups)."),
        .integer(
            "scripts.regex-work", wide: \.calls.scriptLimits.regexWork, 10_000...100_000_000_000, unit: "instructions",
            .reload, "What one script may spend on regular expressions."),
        .integer(
            "scripts.journal-entries", \.calls.entriesPerRun, 100...1_000_000, unit: "entries", .reload,
            "Entries of one script's journal."),
        .bytes(
            "scripts.journal-bytes", \.calls.entryBytesPerRun, 64 << 10...64 << 20, .reload,
            "Size of one script's journal."),
        .bytes(
            "scripts.dial-string", \.calls.dialStringBytes, 64...64 << 10, .reload, "Size of one dial string."),
    ]

    // MARK: Registrations

    private static let registration: [Row] =
        [
            .seconds(
                "registration.default", \.calls.defaultExpires, 30...86_400, .reload,
                "How long a registration lasts when the phone names no time."),
            .seconds(
                "registration.minimum", \.calls.minimumExpires, 30...86_400, .reload,
                "The shortest that a phone may ask for; less is answered with 423."),
            .seconds(
                "registration.maximum", \.calls.maximumExpires, 30...604_800, .reload,
                "The longest that a phone gets."),
            .integer(
                "registration.contacts", \.calls.bindingsPerAccount, 1...100, unit: "contacts", .reload,
                "Contacts of one account; a further one takes the place of the oldest."),
            .duration(
                "registration.nonce-lifetime", \.calls.nonceLifetime, .seconds(10)...(.seconds(86_400)), .reload,
                "How long a nonce of digest authentication is good."),
        ] + digest

    // MARK: Log and events

    private static let levelNames = Logger.Level.allCases.map(\.rawValue)

    private static let log: [Row] = [
        Row(
            "log.level", .choice(levelNames), .reload, flag: "log-level", "Least level of what is logged.",
            read: { .text($0.logLevel.rawValue) }
        ) { options, value in
            if case .text(let name) = value, let level = Logger.Level(rawValue: name) { options.logLevel = level }
        },
        Row(
            "log.modules", .list(item: "MODULE=LEVEL", longest: 32), .reload,
            "Levels of single modules (switch, pool, store, admin), as `pool=debug`.",
            read: { .list($0.logModules.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }) }
        ) { options, value throws(SettingKind.Failure) in
            guard case .list(let items) = value else { return }
            var levels: [String: Logger.Level] = [:]
            for item in items {
                let parts = item.split(separator: "=", omittingEmptySubsequences: false).map(String.init)
                guard parts.count == 2, SwitchLog.modules.contains(parts[0]),
                    let level = Logger.Level(rawValue: parts[1])
                else {
                    throw .init(
                        reason: "\(item): write MODULE=LEVEL, with a module of "
                            + "\(SwitchLog.modules.joined(separator: ", ")) and a level of "
                            + levelNames.joined(separator: ", "))
                }
                levels[parts[0]] = level
            }
            options.logModules = levels
        },
        Row(
            "log.format", .choice(["auto"] + LogFormat.allCases.map(\.rawValue)), .restart, flag: "log-format",
            "How log lines look; auto: text on a terminal, `<N>` lines for the journal, else logfmt.",
            read: { .text($0.logFormat) }
        ) { options, value in
            if case .text(let name) = value { options.logFormat = name }
        },
        .integer(
            "log.owner-lines", \.ownerLogLines, 100...1_000_000, unit: "lines", .restart,
            "Lines of all owners' logs that are kept in memory for `dialplanctl log`."),
        .integer(
            "log.events", \.recentEvents, 100...1_000_000, unit: "events", .restart,
            "Events that are kept in memory for `dialplanctl events --last`."),
    ]
}

/// The modules of the switch's log.
public enum SwitchLog {
    public static let modules = ["switch", "pool", "store", "admin"]

    static func logger(_ module: String) -> Logger { Logger(label: "dialplan.\(module)") }
}
