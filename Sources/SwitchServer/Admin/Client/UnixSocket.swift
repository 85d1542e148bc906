import Foundation
import Glibc

/// A blocking connection to a Unix socket, with time-outs: what a command line needs, without threads.
///
/// Unsafe: the address structure and the buffers of the socket calls, each for the length of one call.
final class UnixSocket {
    /// Bytes that a path may have: `sun_path` holds 108 with its NUL.
    static let longestPath = 107

    static func tooLong(_ path: String) -> String {
        "the admin socket's path has \(path.utf8.count) bytes, at most \(longestPath) are possible: name a shorter one "
            + "with --admin-socket"
    }

    private let descriptor: Int32
    private var buffer: [UInt8] = []
    /// Where in the buffer what has not been handed out begins.
    private var start = 0

    /// - Parameter timeout: for each write and each wait for something to read.
    /// - Throws: ``AdminError``: `noServer` when nobody listens there, `notAllowed`.
    init(path: String, timeout: Duration) throws {
        guard path.utf8.count <= Self.longestPath else {
            throw AdminError(AdminError.noServer, Self.tooLong(path))
        }
        descriptor = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        guard descriptor >= 0 else { throw AdminError(AdminError.failed, "no socket: \(Self.words(errno))") }
        setTimeout(timeout, SO_SNDTIMEO)
        setTimeout(timeout, SO_RCVTIMEO)
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        unsafe withUnsafeMutableBytes(of: &address.sun_path) { unsafe $0.copyBytes(from: path.utf8) }
        let result = unsafe withUnsafePointer(to: &address) {
            unsafe $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                unsafe connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
            }
        }
        guard result == 0 else { throw Self.refusal(errno, path) }
    }

    deinit { close(descriptor) }

    private static func refusal(_ number: Int32, _ path: String) -> AdminError {
        switch number {
        case EACCES, EPERM:
            AdminError(
                AdminError.notAllowed,
                "\(path) belongs to another user: run the command as the switch's own user or as root (sudo)")
        case EAGAIN:
            AdminError(
                AdminError.noAnswer, "the switch on \(path) takes no more connections: it is stuck or overloaded")
        default:
            AdminError(
                AdminError.noServer,
                "no switch listens on \(path): start one with `dialplanctl serve`, or name its socket with "
                    + "--admin-socket")
        }
    }

    private func setTimeout(_ timeout: Duration, _ option: Int32) {
        let parts = timeout.components
        var value = timeval(
            tv_sec: Int(clamping: parts.seconds), tv_usec: Int(parts.attoseconds / 1_000_000_000_000))
        _ = unsafe setsockopt(descriptor, SOL_SOCKET, option, &value, socklen_t(MemoryLayout<timeval>.size))
    }

    /// Waits for things to read without a limit from now on: for streams that may be silent for long.
    func waitForEver() { setTimeout(.zero, SO_RCVTIMEO) }

    /// Sends all of it.
    ///
    /// - Throws: ``TimedOut``, or ``AdminError`` when the peer has gone.
    func write(_ bytes: [UInt8]) throws {
        var sent = 0
        while sent < bytes.count {
            let count = unsafe bytes.withUnsafeBytes {
                unsafe send(
                    descriptor, $0.baseAddress.map { unsafe $0 + sent }, bytes.count - sent,
                    Int32(MSG_NOSIGNAL))
            }
            if count < 0 {
                if errno == EINTR { continue }
                throw Self.failure(errno)
            }
            sent += count
        }
    }

    /// The next line, without its end; nil when the peer has closed the connection.
    ///
    /// - Throws: ``TimedOut``, or ``AdminError``.
    func readLine(longest: Int) throws -> ArraySlice<UInt8>? {
        var searched = start
        while true {
            if let end = buffer[searched...].firstIndex(of: UInt8(ascii: "\n")) {
                defer { start = end + 1 }
                return buffer[start..<end]
            }
            guard buffer.count - start <= longest else {
                throw AdminError(AdminError.failed, "the switch sent a line of over \(longest) bytes")
            }
            buffer.removeFirst(start)
            start = 0
            searched = buffer.count
            var chunk = [UInt8](repeating: 0, count: 65_536)
            let count = unsafe recv(descriptor, &chunk, chunk.count, 0)
            if count == 0 { return nil }
            if count < 0 {
                if errno == EINTR { continue }
                throw Self.failure(errno)
            }
            buffer.append(contentsOf: chunk[..<count])
        }
    }

    struct TimedOut: Error {}

    private static func failure(_ number: Int32) -> any Error {
        if number == EAGAIN || number == EWOULDBLOCK { return TimedOut() }
        return AdminError(AdminError.noAnswer, "the connection to the switch broke: \(words(number))")
    }

    private static func words(_ number: Int32) -> String { unsafe String(cString: strerror(number)) }
}
