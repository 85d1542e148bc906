/// Why bytes of a frame or a journal could not be read.
public struct CodecError: Error, Hashable, Sendable {
    public enum Reason: String, Sendable {
        case truncated, unknownTag, countOutOfBounds, nestedTooDeep, trailingBytes, badText
    }

    public let reason: Reason
    /// Offset of the byte at which reading stopped.
    public let offset: Int
}

/// Bounds of what one frame may hold, checked before anything is allocated.
public enum CodecLimits {
    /// Bytes of one payload.
    public static let payloadBytes = 1 << 20
    public static let nesting = 16
}

/// Reads the codec's primitive forms. Never reads past the end; never allocates more than the input holds.
public struct ByteReader: Sendable {
    private let bytes: [UInt8]
    private var offset: Int
    private let end: Int
    var depth = 0

    public init(_ bytes: [UInt8]) {
        self.bytes = bytes
        offset = 0
        end = bytes.count
    }

    /// Reads from `offset` on, which may lie anywhere.
    init(_ bytes: [UInt8], from offset: Int) {
        self.bytes = bytes
        self.offset = min(max(0, offset), bytes.count)
        end = bytes.count
    }

    public var isAtEnd: Bool { offset >= end }

    /// Offset of the next byte.
    var position: Int { offset }

    /// What was read since `start`.
    func bytes(since start: Int) -> [UInt8] { Array(bytes[min(start, offset)..<offset]) }

    func failure(_ reason: CodecError.Reason) -> CodecError { CodecError(reason: reason, offset: offset) }

    mutating func byte() throws(CodecError) -> UInt8 {
        guard offset < end else { throw failure(.truncated) }
        defer { offset += 1 }
        return bytes[offset]
    }

    /// LEB128, at most ten bytes.
    mutating func unsigned() throws(CodecError) -> UInt64 {
        let first = try byte()
        // Most are small.
        if first < 0x80 { return UInt64(first) }
        var result = UInt64(first & 0x7F)
        var shift: UInt64 = 7
        var at = offset
        while at < end {
            let next = bytes[at]
            at += 1
            if shift == 63, next > 1 {
                offset = at
                throw failure(.countOutOfBounds)
            }
            result |= UInt64(next & 0x7F) &<< shift
            if next < 0x80 {
                offset = at
                return result
            }
            shift += 7
        }
        offset = at
        throw failure(.truncated)
    }

    /// Zigzag LEB128.
    mutating func signed() throws(CodecError) -> Int64 {
        let raw = try unsigned()
        return Int64(bitPattern: (raw >> 1) ^ (0 &- (raw & 1)))
    }

    mutating func unsigned32() throws(CodecError) -> UInt32 {
        guard let value = UInt32(exactly: try unsigned()) else { throw failure(.countOutOfBounds) }
        return value
    }

    mutating func signed32() throws(CodecError) -> Int32 {
        guard let value = Int32(exactly: try signed()) else { throw failure(.countOutOfBounds) }
        return value
    }

    /// A count of things that take at least one byte each.
    mutating func count() throws(CodecError) -> Int {
        guard let value = Int(exactly: try unsigned()), value <= end - offset else { throw failure(.countOutOfBounds) }
        return value
    }

    mutating func blob() throws(CodecError) -> [UInt8] {
        let length = try count()
        defer { offset += length }
        return Array(bytes[offset..<offset + length])
    }

    mutating func skipBlob() throws(CodecError) { offset += try count() }

    mutating func text() throws(CodecError) -> String {
        guard let text = String(validating: try blob(), as: UTF8.self) else { throw failure(.badText) }
        return text
    }

    /// Runs `body` one level deeper, refusing what is nested too deep to be honest.
    mutating func nested<T>(_ body: (inout ByteReader) throws(CodecError) -> T) throws(CodecError) -> T {
        guard depth < CodecLimits.nesting else { throw failure(.nestedTooDeep) }
        depth += 1
        defer { depth -= 1 }
        return try body(&self)
    }
}

/// Writes the codec's primitive forms.
public enum ByteWriter {
    public static func unsigned(_ value: UInt64, into bytes: inout [UInt8]) {
        var rest = value
        while rest >= 0x80 {
            bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
            rest >>= 7
        }
        bytes.append(UInt8(truncatingIfNeeded: rest))
    }

    public static func signed(_ value: Int64, into bytes: inout [UInt8]) {
        unsigned(UInt64(bitPattern: (value << 1) ^ (value >> 63)), into: &bytes)
    }

    public static func blob(_ value: some Collection<UInt8>, into bytes: inout [UInt8]) {
        unsigned(UInt64(value.count), into: &bytes)
        bytes.append(contentsOf: value)
    }
}
