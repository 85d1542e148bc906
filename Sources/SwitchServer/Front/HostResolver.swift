import NIOCore
import NIOPosix
import SIPMessage
import SIPStack
import Switchboard

/// Looks host names up away from the event loop. A and AAAA records now; NAPTR and SRV (RFC 3263) come with the DNS
/// library.
struct HostResolver {
    let eventLoop: any EventLoop
    let threads: NIOThreadPool
    let onResult: @Sendable (ResolveToken, [TransportAddress]) -> Void

    func resolve(_ host: String, port: UInt16?, token: ResolveToken) {
        let onResult = onResult
        let port = port ?? 5060
        let result = threads.runIfActive(eventLoop: eventLoop) { () -> TransportAddress? in
            let address = try SocketAddress.makeAddressResolvingHost(host, port: Int(port))
            return address.ipAddress.flatMap { TransportAddress($0, port: port) }
        }
        result.whenComplete { result in
            onResult(token, (try? result.get()).flatMap { $0 }.map { [$0] } ?? [])
        }
    }
}
