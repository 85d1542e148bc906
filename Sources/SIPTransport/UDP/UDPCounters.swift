/// What a UDP listener has done since it was opened.
public struct UDPCounters: Hashable, Sendable {
    /// Datagrams handed to the callback, and the callbacks they came in.
    public var received: UInt64 = 0
    public var receivedBatches: UInt64 = 0
    public var receivedBytes: UInt64 = 0
    /// Datagrams dropped as keep-alive.
    public var keepAlives: UInt64 = 0
    /// Datagrams that the kernel took, and the system calls it took for them.
    public var sent: UInt64 = 0
    public var sendCalls: UInt64 = 0
    public var sendFailures: UInt64 = 0
    /// How often the socket's send buffer was full.
    public var sendBlocked: UInt64 = 0
    /// Errors while reading; the listener went on.
    public var readErrors: UInt64 = 0
}
