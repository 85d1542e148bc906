internal import NIOCore
internal import ProcessPoolChild

/// Cuts the bytes from a worker into frames. It copies nothing but a frame that came in several reads.
struct FrameDecoder {
    /// One frame as it came.
    struct Frame: Hashable {
        var kind: UInt8
        var payload: ByteBuffer
    }

    private var buffer = ByteBuffer()

    mutating func append(_ more: ByteBuffer) {
        if buffer.readableBytes == 0 {
            buffer = more
        } else {
            var more = more
            buffer.discardReadBytes()
            buffer.writeBuffer(&more)
        }
    }

    /// The next whole frame, `nil` when more bytes are needed. After a violation the stream has no meaning any more.
    mutating func next() throws(ChannelViolation) -> Frame? {
        guard let length = buffer.getInteger(at: buffer.readerIndex, endianness: .little, as: UInt32.self).map(Int.init)
        else { return nil }
        let version = buffer.getInteger(at: buffer.readerIndex + 4, as: UInt8.self) ?? ChannelFormat.version
        try ChannelViolation.check(length: length, version: version)
        guard buffer.readableBytes >= 4 + length else { return nil }
        buffer.moveReaderIndex(forwardBy: 5)
        guard let kind = buffer.readInteger(as: UInt8.self),
            let payload = buffer.readSlice(length: length - ChannelFormat.overhead)
        else { return nil }
        return Frame(kind: kind, payload: payload)
    }
}
