/// The number and method of a request within its dialog (RFC 3261 §20.16).
public struct CSeq: Hashable, Sendable, CustomStringConvertible {
    /// Has to be below 2^31 (RFC 3261 §8.1.1.5). The parser refuses others; who counts up sees to it for his own.
    public let number: UInt32
    /// The request's method.
    public let method: SIPMethod

    /// The highest number that a message may have.
    public static let maximumNumber: UInt32 = 0x7FFF_FFFF

    /// A number and a method; see ``number`` for its range.
    public init(_ number: UInt32, _ method: SIPMethod) {
        self.number = number
        self.method = method
    }

    /// As it stands in the header.
    public var description: String { "\(number) \(method)" }
}

/// Where the parts of CSeq stand, with the number read.
struct CSeqLayout: Sendable, BitwiseCopyable {
    var number: UInt32
    var method: ByteRange

    /// `1*DIGIT LWS Method`, all of `range`.
    static func scan(_ range: ByteRange, _ bytes: Span<UInt8>) throws(ScanError) -> CSeqLayout {
        var cursor = Cursor(range)
        let number = try cursor.takeNumber(bytes, maximum: UInt64(CSeq.maximumNumber))
        let gap = cursor.position
        cursor.skipWhitespace(bytes)
        guard cursor.position > gap else { throw ScanError(gap, "white space") }
        let method = cursor.take(.token, bytes)
        guard !method.isEmpty else { throw ScanError(cursor.position, "a method") }
        try cursor.expectEnd(bytes)
        return CSeqLayout(number: UInt32(truncatingIfNeeded: number), method: method)
    }
}
