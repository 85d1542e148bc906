internal import Glibc
public import SIPStack

/// A datagram that the kernel did not take. The listener goes on.
///
/// SIP over UDP does not count on delivery, so most datagrams that get lost are never reported: this is about those
/// that could not even be sent (RFC 3261 §18.4: the transport tells the transaction, which fails at once).
public struct SendFailure: Hashable, Sendable, CustomStringConvertible {
    public enum Reason: Hashable, Sendable {
        /// More bytes than a datagram to there can have (EMSGSIZE).
        case messageTooLarge
        /// No way there: no route, the network or host is down or refused (ENETUNREACH, EHOSTUNREACH, ECONNREFUSED, …).
        case unreachable
        /// The system forbids it: a firewall rule, a broadcast address (EPERM, EACCES).
        case forbidden
        /// No datagram can go there from this listener: port 0, the other address family, an address out of its scope.
        case invalidDestination
        /// More is waiting to be sent than the listener may hold; this one was dropped.
        case queueFull
        /// The listener is closed.
        case closed
        /// Something else; see `errorNumber`.
        case other
    }

    public var reason: Reason
    /// The system's errno, 0 where the listener itself refused.
    public var errorNumber: Int32
    public var remote: TransportAddress
    /// The datagram's length in bytes.
    public var byteCount: Int

    init(_ reason: Reason, remote: TransportAddress, byteCount: Int) {
        self.reason = reason
        self.errorNumber = 0
        self.remote = remote
        self.byteCount = byteCount
    }

    init(errorNumber: Int32, remote: TransportAddress, byteCount: Int) {
        self.reason =
            switch errorNumber {
            case EMSGSIZE: .messageTooLarge
            case ENETUNREACH, EHOSTUNREACH, ENETDOWN, EHOSTDOWN, ECONNREFUSED: .unreachable
            case EPERM, EACCES: .forbidden
            case EINVAL, EADDRNOTAVAIL, EAFNOSUPPORT, EDESTADDRREQ: .invalidDestination
            case EBADF, ENOTSOCK: .closed
            default: .other
            }
        self.errorNumber = errorNumber
        self.remote = remote
        self.byteCount = byteCount
    }

    public var description: String {
        let system = self.errorNumber == 0 ? "" : " (errno \(self.errorNumber))"
        return "\(self.byteCount) bytes to \(self.remote) not sent: \(self.reason)\(system)"
    }
}
