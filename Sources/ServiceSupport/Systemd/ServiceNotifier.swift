import Glibc

/// Tells the service manager how the service is (sd_notify(3)): one datagram per message to the socket that it names.
public struct ServiceNotifier: Sendable {
    private let address: [UInt8]

    /// Nil when no manager wants to be told.
    ///
    /// - Parameter environment: `NOTIFY_SOCKET`: a path, or `@name` for Linux's abstract namespace.
    public init?(environment: [String: String]) {
        guard let name = environment["NOTIFY_SOCKET"], name.hasPrefix("/") || name.hasPrefix("@") else { return nil }
        var bytes = Array(name.utf8)
        guard bytes.count > 1, bytes.count < 108, !bytes.contains(0) else { return nil }
        if bytes[0] == UInt8(ascii: "@") { bytes[0] = 0 }
        address = bytes
    }

    /// How often the manager wants to hear `WATCHDOG=1`, at the latest; nil when it does not watch this process.
    public static func watchdogInterval(environment: [String: String], pid: Int32) -> Duration? {
        guard let text = environment["WATCHDOG_USEC"], let microseconds = Int64(text), microseconds > 0 else {
            return nil
        }
        if let watched = environment["WATCHDOG_PID"], Int32(watched) != pid { return nil }
        return .microseconds(microseconds)
    }

    /// What can be said.
    public enum Message: Hashable, Sendable {
        case ready
        case reloading(monotonicMicroseconds: Int64)
        case stopping
        case watchdog
        case status(String)

        var text: String {
            switch self {
            case .ready: "READY=1"
            case .reloading(let time): "RELOADING=1\nMONOTONIC_USEC=\(time)"
            case .stopping: "STOPPING=1"
            case .watchdog: "WATCHDOG=1"
            // A line end would begin another message.
            case .status(let text): "STATUS=\(LogText.escaped(text))"
            }
        }
    }

    /// Sends the messages in one datagram. Never waits.
    ///
    /// - Returns: whether the manager's socket took it.
    @discardableResult
    public func send(_ messages: Message...) -> Bool {
        let bytes = Array(messages.map(\.text).joined(separator: "\n").utf8)
        let descriptor = socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        guard descriptor >= 0 else { return false }
        defer { close(descriptor) }
        var target = sockaddr_un()
        target.sun_family = sa_family_t(AF_UNIX)
        // Unsafe: `address` is shorter than sun_path (checked when it was made), and the kernel is told the exact length.
        unsafe withUnsafeMutableBytes(of: &target.sun_path) { unsafe $0.copyBytes(from: address) }
        let length = socklen_t(MemoryLayout<sa_family_t>.size + address.count)
        let sent = unsafe withUnsafePointer(to: &target) { pointer in
            unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
                unsafe sendto(
                    descriptor, bytes, bytes.count, Int32(MSG_NOSIGNAL) | Int32(MSG_DONTWAIT), address,
                    length)
            }
        }
        return sent == bytes.count
    }
}
