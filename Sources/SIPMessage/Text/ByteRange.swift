/// A half-open range of offsets into a message's bytes. Plain data: rows and layouts are made of these.
///
/// Offsets fit 32 bits because ``MessageLimits`` never allows a message of 2 GiB.
struct ByteRange: Hashable, Sendable, BitwiseCopyable {
    var start: UInt32
    var end: UInt32

    /// `start <= end`, both within `0 ... Int32.max`; every caller has taken them from a scan over such bytes.
    @inline(__always)
    init(_ start: Int, _ end: Int) {
        self.start = UInt32(truncatingIfNeeded: start)
        self.end = UInt32(truncatingIfNeeded: end)
    }

    static let empty = ByteRange(0, 0)

    @inline(__always) var count: Int { Int(end) &- Int(start) }
    @inline(__always) var isEmpty: Bool { start >= end }
    @inline(__always) var range: Range<Int> { start < end ? Int(start)..<Int(end) : Int(start)..<Int(start) }
}

/// A ``ByteRange`` that may be absent, in the same eight octets: no message has an offset of `UInt32.max`.
@propertyWrapper
struct MaybeRange: Sendable, BitwiseCopyable {
    private var range: ByteRange

    @inline(__always)
    init(wrappedValue: ByteRange?) { range = wrappedValue ?? MaybeRange.absent }

    @inline(__always)
    var wrappedValue: ByteRange? {
        get { range.start == .max ? nil : range }
        set { range = newValue ?? MaybeRange.absent }
    }

    private static var absent: ByteRange { ByteRange(-1, -1) }
}
