internal import NIOCore

/// Hands what NIO reads to the listener's core, and the socket's end as well. Writes do not pass through the pipeline.
final class UDPInboundHandler: ChannelInboundHandler {
    typealias InboundIn = AddressedEnvelope<ByteBuffer>

    private let core: UDPListenerCore

    init(_ core: UDPListenerCore) {
        self.core = core
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        let envelope = self.unwrapInboundIn(data)
        self.core.received(envelope.data, from: envelope.remoteAddress)
    }

    func channelReadComplete(context: ChannelHandlerContext) {
        self.core.readCompleted()
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        // NIO closes the channel by itself where an error is fatal.
        self.core.readFailed()
    }

    func channelInactive(context: ChannelHandlerContext) {
        self.core.close()
    }
}
