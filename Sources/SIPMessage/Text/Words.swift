/// Eight or sixteen octets at a time: what a message is mostly made of is passed over without looking at each.
///
/// The only file of the parser with unsafe loads. `unsafeLoadUnaligned` checks its bounds; it is called unsafe because it
/// would make a value of any type out of octets, and every combination of bits is a `UInt64` or two.
enum Words {
    @inline(__always) static func all(_ byte: UInt8) -> UInt64 { UInt64(byte) &* 0x0101_0101_0101_0101 }

    /// The octets `index ..< index + 8`, the first in the lowest bits.
    @inline(__always)
    static func load(_ bytes: Span<UInt8>, _ index: Int) -> UInt64 {
        UInt64(littleEndian: unsafe bytes.bytes.unsafeLoadUnaligned(fromByteOffset: index, as: UInt64.self))
    }

    /// The octets of `range`, at most eight, the first in the lowest bits and zeros above the last.
    @inline(__always)
    static func load(_ bytes: Span<UInt8>, upTo8 range: ByteRange) -> UInt64 {
        let start = Int(range.start)
        let count = range.count
        if start &+ 8 <= bytes.count { return load(bytes, start) & mask(count) }
        return loadAtEnd(bytes, start, count)
    }

    /// Octet by octet. Never inlined: it is for the last octets of a message and would swell every caller.
    @inline(never)
    private static func loadAtEnd(_ bytes: Span<UInt8>, _ start: Int, _ count: Int) -> UInt64 {
        var word: UInt64 = 0
        for index in 0..<min(8, max(0, count)) {
            word |= UInt64(bytes[start &+ index]) &<< (8 &* UInt64(truncatingIfNeeded: index))
        }
        return word
    }

    /// Ones in the lowest `count` octets; all of them for eight and more.
    @inline(__always)
    static func mask(_ count: Int) -> UInt64 {
        count >= 8 ? .max : (1 as UInt64) &<< (8 &* UInt64(truncatingIfNeeded: count)) &- 1
    }

    /// The top bit of the first octet below `limit` (at most 128) is set; bits below it are not. Bits above it mean nothing.
    @inline(__always)
    static func below(_ limit: UInt8, _ word: UInt64) -> UInt64 {
        (word &- all(limit)) & ~word & 0x8080_8080_8080_8080
    }

    /// The same for the first octet that equals `byte`.
    @inline(__always)
    static func equal(_ byte: UInt8, _ word: UInt64) -> UInt64 { below(1, word ^ all(byte)) }

    /// The three octets before `index`, the first of them in the highest bits. `index` is at least four.
    @inline(__always)
    static func loadThree(_ bytes: Span<UInt8>, before index: Int) -> UInt32 {
        UInt32(bigEndian: unsafe bytes.bytes.unsafeLoadUnaligned(fromByteOffset: index &- 4, as: UInt32.self))
            & 0xFF_FFFF
    }

    /// The octets `index ..< index + 16`, for a ``Block``.
    @inline(__always)
    static func loadPair(_ bytes: Span<UInt8>, _ index: Int) -> SIMD2<Int64> {
        unsafe bytes.bytes.unsafeLoadUnaligned(fromByteOffset: index, as: SIMD2<Int64>.self)
    }

    /// The first octet below `limit` in `start ..< end`, else a place less than 32 before `end` from which none has been looked
    /// at. `end` is within the span.
    ///
    /// One branch for 32 octets: where in them a line ends is random, and each wrong guess of the processor costs more than
    /// the octets that were looked at in vain.
    @inline(__always)
    static func skip(below limit: UInt8, _ bytes: Span<UInt8>, from start: Int, to end: Int) -> Int {
        var index = start
        while index &+ 32 <= end {
            let marks = Block(bytes, index).below(limit) | Block(bytes, index &+ 16).below(limit) &<< 16
            if marks != 0 { return index &+ marks.trailingZeroBitCount }
            index &+= 32
        }
        return index
    }

    /// Which octet the lowest bit of `marks` stands in.
    @inline(__always)
    static func first(_ marks: UInt64) -> Int { marks.trailingZeroBitCount &>> 3 }

    /// Letters of a `token` in lower case. Not for other octets: `[` becomes `{`.
    @inline(__always)
    static func lowercased(_ word: UInt64) -> UInt64 { word | 0x2020_2020_2020_2020 }

    /// Up to eight octets of a literal, as ``load(_:upTo8:)`` gives them.
    @inline(__always)
    static func literal(_ text: StaticString) -> UInt64 {
        text.withUTF8Buffer { literal in
            var word: UInt64 = 0
            // The buffer is the literal itself; its own count bounds the loop.
            for index in 0..<min(8, literal.count) {
                word |= UInt64(unsafe literal[index]) &<< (8 &* UInt64(truncatingIfNeeded: index))
            }
            return word
        }
    }

    /// The first place of `byte` in `start ..< end`, else `end`. `end` is within the span.
    @inline(__always)
    static func find(_ byte: UInt8, _ bytes: Span<UInt8>, from start: Int, to end: Int) -> Int {
        var index = start
        // What stands behind `end` is looked at, but does not count.
        while index &+ 16 <= bytes.count, index < end {
            let marks = Block(bytes, index).equal(byte)
            if marks != 0 { return min(index &+ marks.trailingZeroBitCount, end) }
            index &+= 16
        }
        while index < end, bytes[index] != byte { index &+= 1 }
        return min(index, end)
    }
}
