import Foundation

#if canImport(Glibc)
import Glibc
#endif

/// A UDP socket of the loopback interface that talks to one port.
final class UDPSocket {
    struct Failed: Error {
        var call: String
        var number: Int32
    }

    private let descriptor: Int32

    /// - Parameter wait: how long `receive` waits, in milliseconds.
    init(to port: Int, wait: Int) throws {
        descriptor = socket(AF_INET, Int32(SOCK_DGRAM.rawValue), 0)
        guard descriptor >= 0 else { throw Failed(call: "socket", number: errno) }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = UInt16(truncatingIfNeeded: port).bigEndian
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        var limit = timeval(tv_sec: wait / 1_000, tv_usec: wait % 1_000 * 1_000)
        // Unsafe: structs on this stack, for the length of each call.
        let connected = unsafe withUnsafePointer(to: &address) { pointer in
            unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                unsafe connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        guard connected == 0,
            unsafe setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size)) == 0
        else { throw Failed(call: "connect", number: errno) }
    }

    deinit { close(descriptor) }

    /// What is not taken (nobody listens any more) is lost, as datagrams are.
    func send(_ text: String) {
        let bytes = Array(text.utf8)
        _ = unsafe Glibc.send(descriptor, bytes, bytes.count, 0)
    }

    /// The next datagram; nil when none comes in time.
    func receive() -> [UInt8]? {
        var buffer = [UInt8](repeating: 0, count: 65_536)
        let count = unsafe recv(descriptor, &buffer, buffer.count, 0)
        return count > 0 ? Array(buffer[..<count]) : nil
    }
}
