internal import NIOCore
internal import ProcessPoolChild

/// Turns what a worker's channel does into calls of the pool's shell. No decisions.
final class WorkerChannelHandler: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer

    private let id: WorkerID
    private let shell: PoolShell
    private var decoder = FrameDecoder()
    /// After a violation everything else is discarded.
    private var isDeaf = false

    init(_ id: WorkerID, _ shell: PoolShell) {
        self.id = id
        self.shell = shell
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        guard !isDeaf else { return }
        let bytes = unwrapInboundIn(data)
        shell.received(bytes: bytes.readableBytes, from: id)
        decoder.append(bytes)
        do {
            while let frame = try decoder.next() { try shell.received(frame, from: id) }
        } catch {
            isDeaf = true
            shell.violated(error, by: id)
        }
    }

    func channelInactive(context: ChannelHandlerContext) {
        shell.channelClosed(of: id)
        context.fireChannelInactive()
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        // A reset when the worker died: its end is reported by who reaps it.
        context.close(promise: nil)
    }
}

/// Brings a worker's standard error to the log, line by line, bounded in length and rate.
final class TextHandler: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer

    private let write: (String) -> Void
    private var lines: LineCutter
    private var budget: LineBudget

    init(limits: WorkerConfiguration.Limits, write: @escaping (String) -> Void) {
        self.write = write
        lines = LineCutter(longest: limits.logLineBytes)
        budget = LineBudget(perSecond: limits.logLinesPerSecond)
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        let now = NIODeadline.now()
        for line in lines.cut(unwrapInboundIn(data).readableBytesView) { log(line, now) }
    }

    func channelInactive(context: ChannelHandlerContext) {
        let now = NIODeadline.now()
        if let line = lines.rest() { log(line, now) }
        if let dropped = budget.takeDropped() { write("(\(dropped) lines dropped)") }
        context.fireChannelInactive()
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        context.close(promise: nil)
    }

    private func log(_ line: String, _ now: NIODeadline) {
        guard budget.spend(now: now) else { return }
        if let dropped = budget.takeDropped() { write("(\(dropped) lines dropped)") }
        write(line)
    }
}
