internal import Glibc
internal import SIPStack

/// Why a listener could not be opened. `message` says what to do.
public struct TransportError: Error, Hashable, Sendable, CustomStringConvertible {
    /// Static members rather than enum cases, so that new ones break nobody.
    public struct Code: Hashable, Sendable, CustomStringConvertible {
        public let description: String

        /// Another program has the port.
        public static let addressInUse = Code(description: "addressInUse")
        /// The address is none of this machine's.
        public static let addressNotAvailable = Code(description: "addressNotAvailable")
        /// The process may not have this port.
        public static let forbidden = Code(description: "forbidden")
        /// The process or the system has no more descriptors or memory for sockets.
        public static let noResources = Code(description: "noResources")
        /// The system has no such protocol, IPv6 mostly.
        public static let notSupported = Code(description: "notSupported")
        public static let other = Code(description: "other")
    }

    public let code: Code
    public let message: String
    /// The system's errno.
    public let errorNumber: Int32

    public var description: String { self.message }

    init(binding address: TransportAddress, errorNumber: Int32) {
        self.errorNumber = errorNumber
        let detail = unsafe String(cString: strerror(errorNumber))
        switch errorNumber {
        case EADDRINUSE:
            self.code = .addressInUse
            self.message =
                "UDP \(address) is in use by another program; end it ('ss -ulpn' shows it) or choose another port"
        case EADDRNOTAVAIL:
            self.code = .addressNotAvailable
            self.message = "\(address.host) is no address of this machine; choose one that 'ip address' shows"
        case EACCES, EPERM:
            self.code = .forbidden
            self.message = """
                UDP port \(address.port) may not be opened by this user; \
                choose one from 1024 up, or give the program CAP_NET_BIND_SERVICE
                """
        case EMFILE, ENFILE, ENOBUFS, ENOMEM:
            self.code = .noResources
            self.message = "no socket for UDP \(address) (\(detail)); raise the limit of open files"
        case EAFNOSUPPORT, EPROTONOSUPPORT:
            self.code = .notSupported
            self.message = "this system cannot open UDP \(address) (\(detail)); is IPv6 switched off?"
        default:
            self.code = .other
            self.message = "UDP \(address) cannot be opened (\(detail))"
        }
    }
}
