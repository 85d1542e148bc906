import Foundation
import Glibc
import Logging
import NIOCore
import NIOPosix

/// The Unix socket on which administrators talk to the running switch. Mode 0600; the peer must be root or the switch's
/// own user.
struct AdminServer {
    let eventLoop: any EventLoop
    let logger: Logger
    let answer: @Sendable (AdminLine) -> AdminReply

    func bind(path: String) -> EventLoopFuture<any Channel> {
        let answer = answer
        let logger = logger
        // What a switch that was killed left behind is taken away, the socket of one that runs is not.
        guard (try? UnixSocket(path: path, timeout: .seconds(1))) == nil else {
            return eventLoop.makeFailedFuture(
                ServeError("another switch listens on \(path): stop it, or name another socket with --admin-socket"))
        }
        let socket: Int32
        do {
            socket = try PrivateSocket.bound(at: path)
        } catch {
            return eventLoop.makeFailedFuture(error)
        }
        return ServerBootstrap(group: eventLoop)
            // `echo … | nc -U` closes its side before it reads the answer.
            .childChannelOption(.allowRemoteHalfClosure, value: true)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    let decoder = LineDecoder(longestLine: AdminProtocol.longestRequest)
                    try channel.pipeline.syncOperations.addHandler(ByteToMessageHandler(decoder))
                    try channel.pipeline.syncOperations.addHandler(AdminHandler(answer: answer, logger: logger))
                }
            }
            .withBoundSocket(socket)
    }
}

/// `struct ucred` of Linux, which Swift's Glibc does not show.
private struct PeerCredentials: Sendable {
    let pid: Int32
    let uid: UInt32
    let gid: UInt32
}

/// One administrator's connection: requests are answered one after the other.
private final class AdminHandler: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    /// Requests that may wait on one connection.
    private static let waitingMax = 64

    private let answer: @Sendable (AdminLine) -> AdminReply
    private let logger: Logger
    private var isAllowed = false
    private var isBusy = false
    private var hasInputEnded = false
    private var waiting: [ByteBuffer] = []
    private var feed: AdminFeed?

    init(answer: @escaping @Sendable (AdminLine) -> AdminReply, logger: Logger) {
        self.answer = answer
        self.logger = logger
    }

    // MARK: The connection

    /// The socket's mode keeps others out; this also holds if somebody changes it.
    func channelActive(context: ChannelHandlerContext) {
        guard let provider = context.channel as? any SocketOptionProvider else { return context.close(promise: nil) }
        // The kernel writes a ucred for SO_PEERCRED, three 32-bit fields, which is what PeerCredentials is.
        let credentials: EventLoopFuture<PeerCredentials> = provider.unsafeGetSocketOption(
            level: .socket, name: .init(rawValue: SO_PEERCRED))
        let unbound = NIOLoopBound((self, context), eventLoop: context.eventLoop)
        credentials.whenComplete { result in
            let (handler, context) = unbound.value
            if case .success(let peer) = result, peer.uid == 0 || peer.uid == geteuid() {
                handler.isAllowed = true
                handler.next(context)
            } else {
                handler.logger.warning("admin connection of another user refused")
                context.close(promise: nil)
            }
        }
        context.fireChannelActive()
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        guard waiting.count < Self.waitingMax else {
            logger.warning("admin connection closed: too many requests at once")
            return context.close(promise: nil)
        }
        waiting.append(unwrapInboundIn(data))
        next(context)
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if case .inputClosed? = event as? ChannelEvent {
            hasInputEnded = true
            next(context)
        }
        context.fireUserInboundEventTriggered(event)
    }

    func channelWritabilityChanged(context: ChannelHandlerContext) {
        if context.channel.isWritable { feed?.becameWritable() }
    }

    func channelInactive(context: ChannelHandlerContext) {
        isBusy = true  // nothing more is answered
        feed?.close()
        feed = nil
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        logger.info("admin connection closed", metadata: ["error": "\(error)"])
        context.close(promise: nil)
    }

    // MARK: Requests

    private func next(_ context: ChannelHandlerContext) {
        guard isAllowed, !isBusy else { return }
        guard !waiting.isEmpty else {
            if hasInputEnded { context.close(promise: nil) }
            return
        }
        isBusy = true
        let reply: AdminReply
        do {
            reply = answer(try AdminLine(waiting.removeFirst()))
        } catch {
            reply = .one(context.eventLoop.makeFailedFuture(error))
        }
        let unbound = NIOLoopBound((self, context), eventLoop: context.eventLoop)
        switch reply {
        case .one(let line):
            line.whenComplete { result in
                let (handler, context) = unbound.value
                handler.finish(context, result.map { Optional($0) })
            }
        case .pages(let next): sendPage(next, context)
        case .feed(let open):
            let feed = AdminFeed(channel: context.channel) {
                let (handler, context) = unbound.value
                handler.feed = nil
                handler.isBusy = false
                handler.next(context)
            }
            self.feed = feed
            open(feed)
        }
    }

    /// One page, and after the reader has taken it, the next.
    private func sendPage(_ next: @escaping () -> EventLoopFuture<[UInt8]?>, _ context: ChannelHandlerContext) {
        let unbound = NIOLoopBound((self, context, next), eventLoop: context.eventLoop)
        next().whenComplete { result in
            let (handler, context, _) = unbound.value
            guard case .success(let page?) = result else {
                let end = try? ReplyLine<Nothing>(end: true).encoded()
                handler.finish(context, result.map { _ in end })
                return
            }
            context.writeAndFlush(handler.wrapOutboundOut(ByteBuffer(bytes: page))).whenSuccess {
                let (handler, context, next) = unbound.value
                handler.sendPage(next, context)
            }
            // A failed write has closed the connection: nothing is left to do.
        }
    }

    private func finish(_ context: ChannelHandlerContext, _ result: Result<[UInt8]?, any Error>) {
        let line: [UInt8]?
        switch result {
        case .success(let bytes): line = bytes
        case .failure(let error): line = try? ReplyLine<Nothing>(error: AdminError(error)).encoded()
        }
        if let line { context.writeAndFlush(wrapOutboundOut(ByteBuffer(bytes: line)), promise: nil) }
        isBusy = false
        next(context)
    }
}
