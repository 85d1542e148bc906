import ArgumentParser
import Dispatch
import Foundation
import Glibc
import Logging
import ServiceSupport
import SwitchServer

struct Serve: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Serve calls until SIGTERM or SIGINT. SIGHUP reads the configuration again.",
        discussion: """
            EXAMPLES:
              dialplanctl serve
              dialplanctl serve --database /var/lib/dialplan/switch.sqlite --listen udp:192.0.2.1:5060 --workers 4
              dialplanctl serve --listen udp:0.0.0.0:5060 --advertise sip.example.org
              dialplanctl serve --config my.yaml --set calls.ring-time=60s

            Every option can also stand in the configuration file or the environment: see `dialplanctl config`.
            """)

    @OptionGroup var settings: SettingsOptions

    @Option(help: ArgumentHelp("The SQLite file.", valueName: "file"), completion: .file())
    var database: String?

    @Option(
        help: ArgumentHelp(
            "Where the admin socket is to be (default: the database's path with .sock).", valueName: "path"),
        completion: .file())
    var adminSocket: String?

    @Option(
        name: .long,
        help: ArgumentHelp("Address to listen on, as udp:HOST:PORT; may be given again.", valueName: "address"))
    var listen: [String] = []

    @Option(
        help: ArgumentHelp(
            "Host that phones reach the switch at, when it listens on 0.0.0.0 or [::].", valueName: "host"))
    var advertise: String?

    @Option(help: ArgumentHelp("Worker processes (1 to 64).", valueName: "n"))
    var workers: String?

    @Option(help: ArgumentHelp("Warm workers that stand by for one that dies (0 to 16).", valueName: "n"))
    var spares: String?

    @Option(
        help: ArgumentHelp(
            "The weakest sandbox of a worker that is accepted: full (with Landlock), filter, limits or none.",
            valueName: "level"))
    var sandbox: String?

    @Option(
        help: ArgumentHelp(
            "Answer GET /metrics (Prometheus) there: a port on 127.0.0.1, or HOST:PORT.", valueName: "address"))
    var metrics: String?

    @Option(
        help: ArgumentHelp(
            "IP address of a monitor that may call the probe user; may be given again.", valueName: "address"))
    var probeSource: [String] = []

    @Flag(help: "Make a demo user with two phones when the database has no users.")
    var demo = false

    @Option(
        help: ArgumentHelp("Least level of what is logged: debug, info, notice, warning, error.", valueName: "level"))
    var logLevel: String?

    @Option(help: ArgumentHelp("Log lines as text, json, logfmt or journal.", valueName: "format"))
    var logFormat: String?

    /// The options of this command as settings.
    private var flags: [String: [String]] {
        var flags: [String: [String]] = [:]
        let single = [
            // A configured socket belongs to the configured database; commands look for another's beside it.
            "database": database, "admin-socket": adminSocket ?? database.map { ServeOptions.adminSocketPath(of: $0) },
            "advertise": advertise, "workers.count": workers,
            "workers.spares": spares, "workers.sandbox": sandbox, "metrics": metrics, "log.level": logLevel,
            "log.format": logFormat,
        ]
        for (key, value) in single { flags[key] = value.map { [$0] } }
        if !listen.isEmpty { flags["listen"] = listen }
        if !probeSource.isEmpty { flags["probe-sources"] = probeSource }
        if demo { flags["demo"] = ["true"] }
        return flags
    }

    func run() throws {
        try reporting {
            let environment = ProcessInfo.processInfo.environment
            let reading = try settings.read(flags: flags, environment: environment)
            let options = reading.target
            try options.validate()
            let control = LogControl(options.logLevels)
            let output = LogOutput.standardError(LogFormat(rawValue: options.logFormat), environment: environment)
            // The last lines tell why it ended.
            defer { output.flush(within: .seconds(2)) }
            LoggingSystem.bootstrap { ServiceLogHandler(label: $0, output: output, control: control) }
            let logger = Logger(label: "dialplan.switch")
            for name in reading.unknownVariables {
                logger.warning(
                    "an environment variable is no setting: dialplanctl config lists them",
                    metadata: ["name": "\(name)"])
            }
            try Self.makeFolder(of: options.databasePath)
            // A worker or an administrator that goes away must not take the switch along.
            signal(SIGPIPE, SIG_IGN)
            let server = SwitchServer(options: options, environment: environment)
            let ended = DispatchSemaphore(value: 0)
            let endings = [SIGTERM, SIGINT].map { Self.on($0) { ended.signal() } }
            let again = Self.on(SIGHUP) { self.readAgain(server, control, logger) }
            let addresses = options.listenTexts.joined(separator: " ")
            try server.start { demo in
                if let demo { Self.welcome(demo, addresses: addresses) }
                print("ready \(addresses) admin:\(options.adminSocketPath)")
                fflush(nil)
            }
            ended.wait()
            withExtendedLifetime((endings, again)) { server.stop() }
        }
    }

    private static func on(_ number: Int32, _ body: @escaping @Sendable () -> Void) -> any DispatchSourceSignal {
        signal(number, SIG_IGN)
        let source = DispatchSource.makeSignalSource(signal: number, queue: .global())
        source.setEventHandler(handler: body)
        source.resume()
        return source
    }

    /// SIGHUP: what may change while the switch runs is taken over. With a mistake in the file nothing changes.
    private func readAgain(_ server: SwitchServer, _ control: LogControl, _ logger: Logger) {
        do {
            let new = try settings.read(flags: flags).target
            let (changed, waiting) = try server.reload(new)
            control.current = new.logLevels
            logger.notice(
                "configuration read again",
                metadata: [
                    "changed": "\(changed.joined(separator: " "))",
                    "at-next-start": "\(waiting.joined(separator: " "))",
                ])
        } catch {
            logger.error("configuration not taken over", metadata: ["why": "\(error)"])
        }
    }

    private static func makeFolder(of database: String) throws {
        guard !FileManager.default.fileExists(atPath: database) else { return }
        let folder = URL(fileURLWithPath: database).deletingLastPathComponent()
        do {
            try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        } catch {
            throw ServeError("the folder \(folder.path) of the database cannot be made: \(error.localizedDescription)")
        }
    }

    private static func welcome(_ demo: DemoSetup, addresses: String) {
        print("First start: made user \(DemoSetup.user), domain \(DemoSetup.domain) and two phones.")
        for phone in demo.phones {
            print("  phone \(phone.username)@\(DemoSetup.domain)  password \(phone.password)  server \(addresses)")
        }
        print(
            "The passwords are not kept anywhere: note them now. The dialplan is \(DemoSetup.dialplan) of \(DemoSetup.user)."
        )
        print("Try it without a phone, in two other terminals:")
        print("  \(CommandLine.arguments[0]) call --answer --demo      # bob waits and answers")
        print("  \(CommandLine.arguments[0]) call bob --demo           # alice calls him")
    }
}

extension ServeOptions {
    var logLevels: LogControl.Levels { LogControl.Levels(standard: logLevel, modules: logModules) }
}
