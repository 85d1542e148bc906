/// Eight octets at a time: what a message is mostly made of is passed over without looking at each.
///
/// The only file of the parser with unsafe loads. `unsafeLoadUnaligned` checks its bounds; it is called unsafe because it
/// would make a value of any type out of octets, and every combination of bits is a `UInt64`.
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

    /// The top bit of each octet that is no ASCII letter or digit.
    @inline(__always)
    static func notAlphanumeric(_ word: UInt64) -> UInt64 {
        // Octets of 128 and more may carry into their neighbours: those are found, and what is above them means nothing.
        let digits = (word &+ all(0x50)) & ~(word &+ all(0x46))
        let lower = lowercased(word)
        let letters = (lower &+ all(0x1F)) & ~(lower &+ all(0x05))
        return ~((digits | letters) & ~word) & 0x8080_8080_8080_8080
    }

    /// The three octets before `index`, the first of them in the highest bits. `index` is at least four.
    @inline(__always)
    static func loadThree(_ bytes: Span<UInt8>, before index: Int) -> UInt32 {
        UInt32(bigEndian: unsafe bytes.bytes.unsafeLoadUnaligned(fromByteOffset: index &- 4, as: UInt32.self))
            & 0xFF_FFFF
    }

    /// One bit for each octet that is no decimal digit, the first octet's in the lowest.
    @inline(__always)
    static func notDigits(_ word: UInt64) -> UInt32 {
        // Digits become 0 … 9; those and no others stay below 128 when 118 is added. No octet carries into the next.
        let value = word ^ all(0x30)
        let marks = ((value & all(0x7F)) &+ all(0x76)) | value
        // The multiplication puts the top bit of octet i into bit 56 + i; no two products meet in a bit.
        return UInt32(
            truncatingIfNeeded: (((marks &>> 7) & all(1)) &* 0x0102_0408_1020_4080) &>> 56)
    }

    /// The first octet below `limit` in `start ..< end`, else a place less than 32 before `end` from which none has been looked
    /// at. `end` is within the span.
    ///
    /// One branch for 32 octets: where in them a line ends is random, and each wrong guess of the processor costs more than
    /// the words that were looked at in vain.
    @inline(__always)
    static func skip(below limit: UInt8, _ bytes: Span<UInt8>, from start: Int, to end: Int) -> Int {
        var index = start
        while index &+ 32 <= end {
            let first = pair(below(limit, load(bytes, index)), below(limit, load(bytes, index &+ 8)))
            let second = pair(below(limit, load(bytes, index &+ 16)), below(limit, load(bytes, index &+ 24)))
            if first | second != 0 {
                let low = first.trailingZeroBitCount &>> 3
                let high = second.trailingZeroBitCount &>> 3
                // Sixteen when there is no mark in the first.
                return index &+ low &+ (low == 16 ? high : 0)
            }
            index &+= 32
        }
        return index
    }

    /// The marks of sixteen octets.
    @inline(__always)
    static func pair(_ first: UInt64, _ second: UInt64) -> UInt128 {
        UInt128(truncatingIfNeeded: second) &<< 64 | UInt128(truncatingIfNeeded: first)
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
        while index &+ 8 <= end {
            let marks = equal(byte, load(bytes, index))
            if marks != 0 { return index &+ first(marks) }
            index &+= 8
        }
        while index < end, bytes[index] != byte { index &+= 1 }
        return index
    }
}
