// What only a running switch can answer.

public struct StatusQuery: AdminRequest {
    public typealias Answer = SwitchStatus
    public static let name = "status"

    public init() {}
}

/// The owners' log lines, of one owner or call if given, in order.
public struct LogQuery: AdminRequest {
    public typealias Answer = [LogLine]
    public static let name = "log"
    public var owner: String?
    public var call: String?

    public init(owner: String?, call: String?) {
        self.owner = owner
        self.call = call
    }
}

/// Drain and replace all workers, one after the other; no call is lost.
public struct WorkersRestart: AdminRequest {
    public typealias Answer = Done
    public static let name = "workers.restart"

    public init() {}
}

/// Workers in service and, if given, warm spares from now on (until the switch ends).
public struct WorkersResize: AdminRequest {
    public typealias Answer = Done
    public static let name = "workers.resize"
    public var size: Int
    public var spares: Int?

    public init(size: Int, spares: Int?) {
        self.size = size
        self.spares = spares
    }
}
