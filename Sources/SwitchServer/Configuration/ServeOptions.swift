public import Logging
public import ProcessPool
public import SIPStack
import ServiceSupport
public import Switchboard

/// How a switch is to be served: what ``SwitchSettings`` reads into. A fresh one holds every default.
public struct ServeOptions: Sendable {
    /// The SQLite file; created when it is not there.
    public var database: String?
    /// Listening addresses as `udp:HOST:PORT`.
    public internal(set) var listenTexts = ["udp:127.0.0.1:5060"]
    public internal(set) var listen: [TransportAddress] = []
    /// Addresses of monitors that may call the probe user.
    public var probeSources: [String] = []
    /// Where `GET /metrics` is answered, as `HOST:PORT` or a port on 127.0.0.1; nil: nowhere.
    public var metricsListen: String?
    /// Path of the admin socket; nil puts it beside the database.
    public var adminSocket: String?
    /// Host that phones reach the switch at; needed when it listens on 0.0.0.0 or [::].
    public var advertisedHost: String?
    /// Make a demo user with two phones when the database has no user.
    public var makesDemo = false

    /// Which workers and how many. They run this very program, as `worker`, even if its file has been replaced since:
    /// front and workers are always of one version.
    public var workers = {
        var configuration = WorkerConfiguration(executable: "/proc/self/exe", arguments: ["worker"])
        configuration.processName = "dialplanctl"
        // A worker says goodbye at once: what it runs goes on elsewhere. One that does not has something wrong.
        configuration.drainDeadline = .seconds(2)
        return configuration
    }()
    /// Limits and times of calls, scripts, registrations. Its secret and its listeners are filled in at the start.
    public var calls = SwitchConfiguration(secret: [], listeners: [])

    public var logLevel = Logger.Level.notice
    public var logModules: [String: Logger.Level] = [:]
    /// Nil: what suits the reader of standard error.
    public var logFormat: String = "auto"

    /// Lines of all owners' logs that are kept for `dialplanctl log`.
    public var ownerLogLines = 5_000
    /// Events that are kept for `dialplanctl events --last`.
    public var recentEvents = 4_096

    public init() {
        listen = listenTexts.compactMap { try? Self.address($0) }
    }

    public static let defaultDatabase = "var/dialplan.sqlite"

    public var databasePath: String { database ?? Self.defaultDatabase }
    public var adminSocketPath: String { adminSocket ?? Self.adminSocketPath(of: databasePath) }

    /// Where the admin socket of a database is, unless told otherwise.
    public static func adminSocketPath(of database: String) -> String { database + ".sock" }

    /// - Throws: ``ServeError`` that says how an address is written.
    static func address(_ text: String) throws(ServeError) -> TransportAddress {
        guard text.lowercased().hasPrefix("udp:"), let address = TransportAddress(text: String(text.dropFirst(4)))
        else {
            throw ServeError("\(text): write a listening address as udp:192.0.2.1:5060 or udp:[2001:db8::1]:5060")
        }
        guard address.port != 0 else { throw ServeError("\(text): name a port, phones must know it") }
        return address
    }

    /// What no setting can see alone.
    ///
    /// - Throws: ``ServeError`` when the options do not fit each other.
    public func validate() throws(ServeError) {
        let unspecified = listen.first { ["0.0.0.0", "::"].contains("\($0.host)") }
        if let unspecified, advertisedHost == nil {
            throw ServeError(
                "listening on \(unspecified) needs --advertise HOST (setting advertise): the address that phones "
                    + "reach the switch at, which it writes into its messages")
        }
        guard Set(listen).count == listen.count else { throw ServeError("listen: an address stands there twice") }
        guard calls.minimumExpires <= calls.defaultExpires, calls.defaultExpires <= calls.maximumExpires else {
            throw ServeError(
                "registration: minimum (\(calls.minimumExpires) s), default (\(calls.defaultExpires) s) and maximum "
                    + "(\(calls.maximumExpires) s) must be in this order")
        }
        guard calls.scriptTime <= calls.scriptTimeTotal else {
            throw ServeError("scripts: time must not be longer than time-total")
        }
        guard workers.backoff.first <= workers.backoff.longest else {
            throw ServeError("workers: restart-delay must not be longer than restart-delay-longest")
        }
        do {
            try workers.validate()
        } catch {
            throw ServeError("workers: \(error)")
        }
    }
}

/// Why a switch cannot be served, and what to do about it.
public struct ServeError: Error, Sendable, CustomStringConvertible {
    public let description: String

    public init(_ description: String) { self.description = description }
}
