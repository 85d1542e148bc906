import Foundation
import Glibc
import Logging
import NIOCore
import NIOPosix

/// The Unix socket on which administrators talk to the running switch: a request line, a response line, as often as the
/// peer likes. Mode 0600; the peer must be root or the switch's own user.
struct AdminServer {
    let eventLoop: any EventLoop
    let logger: Logger
    let answer: @Sendable (AdminRequest) -> EventLoopFuture<AdminResponse>

    func bind(path: String) -> EventLoopFuture<any Channel> {
        let answer = answer
        let logger = logger
        return ServerBootstrap(group: eventLoop)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(ByteToMessageHandler(LineDecoder.requests))
                    try channel.pipeline.syncOperations.addHandler(AdminHandler(answer: answer, logger: logger))
                }
            }
            .bind(unixDomainSocketPath: path, cleanupExistingSocketFile: true)
            .flatMapThrowing { channel in
                try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: path)
                return channel
            }
    }
}

/// Cuts the stream at line ends; a line longer than the bound is refused.
struct LineDecoder: ByteToMessageDecoder {
    typealias InboundOut = ByteBuffer

    /// What the switch accepts: a dialplan's text is the longest thing that is sent.
    static let requests = LineDecoder(longestLine: 2 << 20)
    /// What a client accepts from its own switch.
    static let responses = LineDecoder(longestLine: 256 << 20)

    let longestLine: Int

    mutating func decode(context: ChannelHandlerContext, buffer: inout ByteBuffer) throws -> DecodingState {
        guard let end = buffer.readableBytesView.firstIndex(of: UInt8(ascii: "\n")) else {
            if buffer.readableBytes > longestLine { throw ServeError("a line is over \(longestLine) bytes") }
            return .needMoreData
        }
        let length = end - buffer.readerIndex
        if let line = buffer.readSlice(length: length) { context.fireChannelRead(wrapInboundOut(line)) }
        buffer.moveReaderIndex(forwardBy: 1)
        return .continue
    }

    mutating func decodeLast(context: ChannelHandlerContext, buffer: inout ByteBuffer, seenEOF: Bool) throws
        -> DecodingState
    {
        try decode(context: context, buffer: &buffer)
    }
}

/// `struct ucred` of Linux, which Swift's Glibc does not show.
private struct PeerCredentials: Sendable {
    let pid: Int32
    let uid: UInt32
    let gid: UInt32
}

private final class AdminHandler: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    private let answer: @Sendable (AdminRequest) -> EventLoopFuture<AdminResponse>
    private let logger: Logger

    init(answer: @escaping @Sendable (AdminRequest) -> EventLoopFuture<AdminResponse>, logger: Logger) {
        self.answer = answer
        self.logger = logger
    }

    /// The socket's mode keeps others out; this also holds if somebody changes it.
    func channelActive(context: ChannelHandlerContext) {
        guard let provider = context.channel as? any SocketOptionProvider else { return context.close(promise: nil) }
        // The kernel writes a ucred for SO_PEERCRED, three 32-bit fields, which is what PeerCredentials is.
        let credentials: EventLoopFuture<PeerCredentials> = provider.unsafeGetSocketOption(
            level: .socket, name: .init(rawValue: SO_PEERCRED))
        let channel = context.channel
        let logger = logger
        credentials.whenComplete { result in
            if case .success(let peer) = result, peer.uid == 0 || peer.uid == geteuid() { return }
            logger.warning("admin connection of another user refused")
            channel.close(promise: nil)
        }
        context.fireChannelActive()
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        let line = unwrapInboundIn(data)
        let channel = context.channel
        let request: AdminRequest
        do {
            request = try JSONDecoder().decode(AdminRequest.self, from: Data(line.readableBytesView))
            guard request.version == AdminRequest.currentVersion else {
                throw ServeError(
                    "this switch speaks version \(AdminRequest.currentVersion) of the admin protocol, the request is of "
                        + "version \(request.version); use the dialplanctl of the switch's own version")
            }
        } catch {
            Self.write(AdminResponse(.failed("request not understood: \(error)")), to: channel)
            return
        }
        answer(request).whenComplete { result in
            switch result {
            case .success(let response): Self.write(response, to: channel)
            case .failure(let error): Self.write(AdminResponse(.failed("\(error)")), to: channel)
            }
        }
    }

    private static func write(_ response: AdminResponse, to channel: any Channel) {
        guard var data = try? JSONEncoder().encode(response) else { return }
        data.append(UInt8(ascii: "\n"))
        channel.writeAndFlush(ByteBuffer(bytes: data), promise: nil)
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        logger.info("admin connection closed", metadata: ["error": "\(error)"])
        context.close(promise: nil)
    }
}
