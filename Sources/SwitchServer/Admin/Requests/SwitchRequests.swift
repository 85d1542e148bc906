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

/// Replace all workers by those of another program: new calls go to them, what runs stays where it is.
public struct WorkersUpgrade: AdminRequest {
    public typealias Answer = Done
    public static let name = "workers.upgrade"
    /// Absolute path; nil: the file from which the switch was started.
    public var program: String?

    public init(program: String?) { self.program = program }
}

/// Script versions that are not run any more because they ended workers.
public struct QuarantineList: AdminRequest {
    public typealias Answer = [QuarantineRow]
    public static let name = "quarantine.list"

    public init() {}
}

/// Let them run again: those of one dialplan, or all of a user.
public struct QuarantineRelease: AdminRequest {
    public typealias Answer = Done
    public static let name = "quarantine.release"
    public var owner: String
    public var dialplan: String?

    public init(owner: String, dialplan: String?) {
        self.owner = owner
        self.dialplan = dialplan
    }
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
