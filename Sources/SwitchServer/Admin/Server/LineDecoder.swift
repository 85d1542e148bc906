import NIOCore

/// Cuts a stream at line ends; a line longer than the bound is refused.
struct LineDecoder: ByteToMessageDecoder {
    typealias InboundOut = ByteBuffer

    let longestLine: Int
    /// How much of the buffer has been searched without finding an end.
    private var searched = 0

    init(longestLine: Int) { self.longestLine = longestLine }

    mutating func decode(context: ChannelHandlerContext, buffer: inout ByteBuffer) throws -> DecodingState {
        let view = buffer.readableBytesView.dropFirst(searched)
        guard let end = view.firstIndex(of: UInt8(ascii: "\n")) else {
            searched = buffer.readableBytes
            if searched > longestLine { throw ServeError("a line is over \(longestLine) bytes") }
            return .needMoreData
        }
        searched = 0
        if let line = buffer.readSlice(length: end - buffer.readerIndex) {
            buffer.moveReaderIndex(forwardBy: 1)
            context.fireChannelRead(wrapInboundOut(line))
        }
        return .continue
    }

    mutating func decodeLast(context: ChannelHandlerContext, buffer: inout ByteBuffer, seenEOF: Bool) throws
        -> DecodingState
    {
        try decode(context: context, buffer: &buffer)
    }
}
