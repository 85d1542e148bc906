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
