import Foundation
import Glibc

/// A listening Unix socket that only its owner can connect to, from the first moment on.
///
/// Linux gives the file of a socket the mode that the socket had when it was bound: set before, there is no moment in
/// which others could slip in, whatever the umask. Unsafe: the address structure of the socket calls, for one call each.
enum PrivateSocket {
    /// - Parameter path: a socket file that a switch which did not end well left there is replaced.
    /// - Returns: a bound socket that does not listen yet.
    /// - Throws: ``ServeError`` with what to do.
    static func bound(at path: String) throws(ServeError) -> Int32 {
        guard path.utf8.count <= UnixSocket.longestPath else { throw ServeError(UnixSocket.tooLong(path)) }
        try removeLeftover(path)
        let descriptor = socket(
            AF_UNIX, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue) | Int32(SOCK_NONBLOCK.rawValue), 0)
        guard descriptor >= 0, fchmod(descriptor, 0o600) == 0 else {
            throw failure(path, closing: descriptor)
        }
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        unsafe withUnsafeMutableBytes(of: &address.sun_path) { unsafe $0.copyBytes(from: path.utf8) }
        let result = unsafe withUnsafePointer(to: &address) {
            unsafe $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                unsafe bind(descriptor, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
            }
        }
        guard result == 0 else { throw failure(path, closing: descriptor) }
        return descriptor
    }

    /// The caller has made sure that nobody answers there any more.
    private static func removeLeftover(_ path: String) throws(ServeError) {
        var status = stat()
        guard unsafe lstat(path, &status) == 0 else { return }
        guard status.st_mode & S_IFMT == S_IFSOCK else {
            throw ServeError("\(path) is there and is no socket: remove it, or name another with --admin-socket")
        }
        _ = unsafe unlink(path)
    }

    private static func failure(_ path: String, closing descriptor: Int32) -> ServeError {
        let reason = unsafe String(cString: strerror(errno))
        if descriptor >= 0 { close(descriptor) }
        return ServeError(
            "the admin socket \(path) cannot be made: \(reason). Check that its folder exists and can be written, or name "
                + "another with --admin-socket")
    }
}
