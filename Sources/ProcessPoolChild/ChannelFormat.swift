/// The frames that travel on the stream between a pool and its worker: the one place that says how they look.
///
/// A frame is a length (32 bits, little-endian, of what follows it), the format's version (8 bits), its kind (8 bits) and
/// its payload. Payloads of kind `payload` are opaque to the pool; all other kinds are the pool's own.
public enum ChannelFormat {
    /// The version of this format, in each frame.
    public static let version: UInt8 = 1
    /// The greatest value of a frame's length field: version, kind and payload together are at most 1 MiB.
    public static let maximumLength = 1 << 20
    /// The longest payload in bytes.
    public static let maximumPayload = maximumLength - overhead
    /// Bytes of a frame before its payload.
    package static let headerLength = 4 + overhead
    /// What the length field counts beside the payload: version and kind.
    package static let overhead = 2

    /// What a pool sends to its worker.
    package enum ParentKind: UInt8, CaseIterable, Sendable {
        /// Bytes for the worker's program.
        case payload = 1
        /// 64-bit number, little-endian, to be sent back at once as a pong.
        case ping = 2
        /// No payload. Finish what is under way, say goodbye, exit.
        case drain = 3
        /// No payload. Exit now.
        case stop = 4
    }

    /// What a worker sends to its pool.
    package enum ChildKind: UInt8, CaseIterable, Sendable {
        /// Bytes for the pool's owner.
        case payload = 1
        /// 32-bit engine version, little-endian, then what of the sandbox is in force: a byte of ``Sandbox/Parts``, a byte
        /// for Landlock's version. The worker can take payloads. Its first frame, once.
        case ready = 2
        /// 64-bit number of the ping.
        case pong = 3
        /// No payload. The last frame; the worker exits.
        case goodbye = 4
    }

    /// Appends a frame.
    ///
    /// - Precondition: the payload is not longer than ``maximumPayload``.
    package static func append(kind: UInt8, payload: some Collection<UInt8>, to bytes: inout [UInt8]) {
        precondition(payload.count <= maximumPayload, "a frame's payload is at most \(maximumPayload) bytes")
        append(littleEndian: UInt32(payload.count + overhead), to: &bytes)
        bytes.append(version)
        bytes.append(kind)
        bytes.append(contentsOf: payload)
    }

    /// Appends a number, lowest byte first.
    package static func append(littleEndian number: some FixedWidthInteger, to bytes: inout [UInt8]) {
        for shift in stride(from: 0, to: number.bitWidth, by: 8) {
            bytes.append(UInt8(truncatingIfNeeded: number >> shift))
        }
    }

    /// The number in all of the bytes, lowest first; `nil` when there are more or fewer bytes than it has.
    package static func number<Number: FixedWidthInteger>(
        _ type: Number.Type, littleEndian bytes: some Collection<UInt8>
    ) -> Number? {
        guard bytes.count * 8 == Number.bitWidth else { return nil }
        return bytes.reversed().reduce(0) { ($0 << 8) | Number(truncatingIfNeeded: $1) }
    }
}

/// A breach of ``ChannelFormat`` by the other side.
public struct ChannelViolation: Error, Hashable, Sendable, CustomStringConvertible {
    /// What is wrong, for the log.
    public var description: String

    package init(_ description: String) {
        self.description = description
    }

    /// Checks a frame's first two fields.
    package static func check(length: Int, version: UInt8) throws(ChannelViolation) {
        guard length >= ChannelFormat.overhead, length <= ChannelFormat.maximumLength else {
            throw ChannelViolation("a frame's length is \(length)")
        }
        guard version == ChannelFormat.version else {
            throw ChannelViolation("a frame's version is \(version)")
        }
    }
}
