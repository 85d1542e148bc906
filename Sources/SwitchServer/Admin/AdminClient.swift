import Foundation
import NIOCore
import NIOPosix

/// Asks the running switch one thing and waits for the answer.
public struct AdminClient {
    private let path: String

    /// - Parameter path: the admin socket.
    public init(path: String) { self.path = path }

    /// Whether a switch listens on the socket.
    public var isReachable: Bool { (try? ask(.status)) != nil }

    /// - Throws: ``ServeError`` when no switch listens there, or when it refuses.
    public func ask(_ command: AdminRequest.Command) throws -> AdminResponse.Answer {
        let loop = MultiThreadedEventLoopGroup.singleton.next()
        let promise = loop.makePromise(of: AdminResponse.self)
        let channel: any Channel
        do {
            channel = try ClientBootstrap(group: loop)
                .channelInitializer { channel in
                    channel.eventLoop.makeCompletedFuture {
                        try channel.pipeline.syncOperations.addHandler(
                            ByteToMessageHandler(LineDecoder.responses))
                        try channel.pipeline.syncOperations.addHandler(ResponseHandler(promise))
                    }
                }
                .connect(unixDomainSocketPath: path).wait()
        } catch {
            promise.fail(error)
            throw ServeError(
                "no switch listens on \(path): start one with `dialplanctl serve`, or name its socket with "
                    + "--admin-socket")
        }
        var data = try JSONEncoder().encode(AdminRequest(command))
        data.append(UInt8(ascii: "\n"))
        channel.writeAndFlush(ByteBuffer(bytes: data), promise: nil)
        defer { channel.close(promise: nil) }
        let answer = try promise.futureResult.wait().answer
        if case .failed(let reason) = answer { throw ServeError(reason) }
        return answer
    }
}

private final class ResponseHandler: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer

    private let promise: EventLoopPromise<AdminResponse>
    private var isDone = false

    init(_ promise: EventLoopPromise<AdminResponse>) { self.promise = promise }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        guard !isDone else { return }
        isDone = true
        promise.completeWith(
            Result { try JSONDecoder().decode(AdminResponse.self, from: Data(unwrapInboundIn(data).readableBytesView)) }
        )
    }

    func channelInactive(context: ChannelHandlerContext) {
        guard !isDone else { return }
        isDone = true
        promise.fail(ServeError("the switch closed the admin connection without an answer"))
    }
}
