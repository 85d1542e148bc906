/// Cuts a stream of bytes into frames.
///
/// Bytes go in with ``append(_:)`` in any portions, frames come out of ``next()``. It holds at most one unfinished frame
/// and what was appended after it.
package struct FrameReader: Sendable {
    /// One frame as it came.
    package struct Frame: Hashable, Sendable {
        package var kind: UInt8
        package var payload: [UInt8]

        package init(kind: UInt8, payload: [UInt8]) {
            self.kind = kind
            self.payload = payload
        }
    }

    private var bytes: [UInt8] = []
    private var start = 0

    package init() {}

    /// Bytes that belong to a frame which is not whole yet.
    package var unfinished: Int { bytes.count - start }

    package mutating func append(_ more: some Collection<UInt8>) {
        if start == bytes.count {
            bytes.removeAll(keepingCapacity: bytes.capacity <= 1 << 16)
            start = 0
        } else if start > 1 << 16 {
            bytes.removeFirst(start)
            start = 0
        }
        bytes.append(contentsOf: more)
    }

    /// The next whole frame, `nil` when more bytes are needed.
    ///
    /// After a violation the stream has no meaning any more: the reader must not be used again.
    package mutating func next() throws(ChannelViolation) -> Frame? {
        guard unfinished >= 4 else { return nil }
        let length =
            Int(bytes[start]) | Int(bytes[start + 1]) << 8 | Int(bytes[start + 2]) << 16
            | Int(bytes[start + 3]) << 24
        // A bad length is known before the rest of the frame is there, and must not wait for it.
        try ChannelViolation.check(length: length, version: unfinished > 4 ? bytes[start + 4] : ChannelFormat.version)
        guard unfinished >= 4 + length else { return nil }
        let frame = Frame(
            kind: bytes[start + 5],
            payload: Array(bytes[(start + ChannelFormat.headerLength)..<(start + 4 + length)])
        )
        start += 4 + length
        return frame
    }
}
