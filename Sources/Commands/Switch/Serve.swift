import ArgumentParser
import Dispatch
import Foundation
import Glibc
import Logging
import SwitchServer

struct Serve: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Serve calls until SIGTERM or SIGINT.",
        discussion: """
            EXAMPLES:
              dialplanctl serve
              dialplanctl serve --database /var/lib/dialplan/switch.sqlite --listen udp:192.0.2.1:5060 --workers 4
              dialplanctl serve --listen udp:0.0.0.0:5060 --advertise sip.example.org
            """)

    @OptionGroup var location: SwitchLocation

    @Option(
        name: .long,
        help: ArgumentHelp("Address to listen on, as udp:HOST:PORT; may be given again.", valueName: "address"))
    var listen: [String] = ["udp:127.0.0.1:5060"]

    @Option(
        help: ArgumentHelp(
            "Host that phones reach the switch at, when it listens on 0.0.0.0 or [::].", valueName: "host"))
    var advertise: String?

    @Option(help: ArgumentHelp("Worker processes (1 to 64).", valueName: "n"))
    var workers = 2

    @Option(help: ArgumentHelp("Warm workers that stand by for one that dies (0 to 16).", valueName: "n"))
    var spares = 1

    @Option(
        help: ArgumentHelp(
            "The weakest sandbox of a worker that is accepted: full (with Landlock), filter, limits or none.",
            valueName: "level"))
    var sandbox = "filter"

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
    var logLevel = "notice"

    func validate() throws {
        guard (1...64).contains(workers) else { throw ValidationError("--workers must be between 1 and 64") }
        guard (0...16).contains(spares) else { throw ValidationError("--spares must be between 0 and 16") }
        guard Logger.Level(rawValue: logLevel) != nil else {
            throw ValidationError("--log-level \(logLevel): use debug, info, notice, warning or error")
        }
    }

    func run() throws {
        try reporting {
            let level = Logger.Level(rawValue: logLevel) ?? .notice
            LoggingSystem.bootstrap { label in
                var handler = StreamLogHandler.standardError(label: label)
                handler.logLevel = level
                return handler
            }
            if !FileManager.default.fileExists(atPath: location.database) {
                let folder = URL(fileURLWithPath: location.database).deletingLastPathComponent()
                try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
            }
            var options = try ServeOptions(
                database: location.database, listen: listen, workerExecutable: try Self.ownExecutable())
            options.adminSocket = location.adminSocket
            options.workers = workers
            options.spares = spares
            options.advertisedHost = advertise
            options.makesDemo = demo
            options.sandboxFloor = sandbox
            options.metricsListen = metrics
            options.probeSources = probeSource
            // A worker or an administrator that goes away must not take the switch along.
            signal(SIGPIPE, SIG_IGN)
            let server = SwitchServer(options: options, logger: Logger(label: "dialplan"))
            let ended = DispatchSemaphore(value: 0)
            let signals = [SIGTERM, SIGINT].map { number in
                signal(number, SIG_IGN)
                let source = DispatchSource.makeSignalSource(signal: number, queue: .global())
                source.setEventHandler { ended.signal() }
                source.resume()
                return source
            }
            let addresses = listen.joined(separator: " ")
            let socket = location.socketPath
            let database = location.database
            try server.start { demo in
                if let demo { Self.welcome(demo, database: database, addresses: addresses) }
                print("ready \(addresses) admin:\(socket)")
                fflush(nil)
            }
            ended.wait()
            withExtendedLifetime(signals) { server.stop() }
        }
    }

    private static func welcome(_ demo: DemoSetup, database: String, addresses: String) {
        print("First start: made user \(DemoSetup.user), domain \(DemoSetup.domain) and two phones.")
        for phone in demo.phones {
            print("  phone \(phone.username)@\(DemoSetup.domain)  password \(phone.password)  server \(addresses)")
        }
        print(
            "The passwords are not kept anywhere: note them now. The dialplan is \(DemoSetup.dialplan) of \(DemoSetup.user)."
        )
    }

    /// The path of this very program, for the workers.
    private static func ownExecutable() throws -> String {
        try FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")
    }
}
