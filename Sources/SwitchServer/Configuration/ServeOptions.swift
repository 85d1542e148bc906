import ProcessPoolChild
import SIPStack

/// How a switch is to be served.
public struct ServeOptions: Sendable {
    /// The SQLite file; created when it is not there.
    public var database: String
    /// UDP listening addresses.
    var listen: [TransportAddress]
    /// Worker processes, and warm ones that stand by.
    public var workers = 2
    public var spares = 1
    /// The weakest sandbox of a worker that is accepted: `none`, `limits`, `filter`, or `full`, which needs a kernel with
    /// Landlock.
    public var sandboxFloor = "filter"
    /// Addresses of monitors that may call the probe user.
    public var probeSources: [String] = []
    /// Where `GET /metrics` is answered, as `HOST:PORT` or a port on 127.0.0.1; nil: nowhere.
    public var metricsListen: String?
    /// Path of the admin socket; nil puts it beside the database.
    public var adminSocket: String?
    /// Host that phones reach the switch at; needed when it listens on 0.0.0.0 or [::].
    public var advertisedHost: String?

    /// - Throws: ``ServeError`` when the options do not fit each other.
    func validate() throws {
        guard Sandbox.Level(sandboxFloor) != nil else {
            throw ServeError("a sandbox \(sandboxFloor) is not known: use full, filter, limits or none")
        }
        let unspecified = listen.first { ["0.0.0.0", "::"].contains("\($0.host)") }
        if let unspecified, advertisedHost == nil {
            throw ServeError(
                "listening on \(unspecified) needs --advertise HOST: the address that phones reach the switch "
                    + "at, which it writes into its messages")
        }
    }
    /// The program that is run as `dialplanctl worker`.
    public var workerExecutable: String
    public var workerArguments = ["worker"]
    /// Make a demo user with two phones when the database has no user.
    public var makesDemo = false

    /// - Parameter listen: as `udp:HOST:PORT`.
    /// - Throws: ``ServeError`` that says how an address is written.
    public init(database: String, listen: [String], workerExecutable: String) throws {
        self.database = database
        self.workerExecutable = workerExecutable
        self.listen = try listen.map { text in
            guard text.lowercased().hasPrefix("udp:"), let address = TransportAddress(text: String(text.dropFirst(4)))
            else {
                throw ServeError("\(text): write a listening address as udp:192.0.2.1:5060 or udp:[2001:db8::1]:5060")
            }
            guard address.port != 0 else { throw ServeError("\(text): name a port, phones must know it") }
            return address
        }
    }

    public var adminSocketPath: String { adminSocket ?? Self.adminSocketPath(of: database) }

    /// Where the admin socket of a database is, unless told otherwise.
    public static func adminSocketPath(of database: String) -> String { database + ".sock" }
}

/// Why a switch cannot be served, and what to do about it.
public struct ServeError: Error, Sendable, CustomStringConvertible {
    public let description: String

    public init(_ description: String) { self.description = description }
}
