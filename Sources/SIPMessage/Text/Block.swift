#if arch(x86_64)
internal import _Builtin_intrinsics.intel.sse2
#endif

/// Sixteen octets that are looked at together. Every question is answered with one bit for each octet, the first octet's in the
/// lowest, and zeros above those.
///
/// On x86-64 by SSE2, which every such processor has. The compiler's own intrinsics are called because the vector types of the
/// standard library compare octet by octet.
struct Block: BitwiseCopyable {
    #if arch(x86_64)
    private let octets: __m128i

    /// The octets `index ..< index + 16`, which lie within the span.
    @inline(__always)
    init(_ bytes: Span<UInt8>, _ index: Int) { octets = Words.loadPair(bytes, index) }

    @inline(__always)
    func equal(_ byte: UInt8) -> UInt32 { Block.bits(_mm_cmpeq_epi8(octets, Block.all(byte))) }

    /// The octets below `limit`, which is 1 … 128.
    @inline(__always)
    func below(_ limit: UInt8) -> UInt32 { Block.bits(Block.isBelow(octets, limit)) }

    /// ASCII letters and digits.
    @inline(__always)
    var alphanumeric: UInt32 {
        let letters = _mm_sub_epi8(_mm_or_si128(octets, Block.all(0x20)), Block.all(UInt8(ascii: "a")))
        let digits = _mm_sub_epi8(octets, Block.all(UInt8(ascii: "0")))
        return Block.bits(_mm_or_si128(Block.isBelow(letters, 26), Block.isBelow(digits, 10)))
    }

    @inline(__always)
    var digits: UInt32 { Block.bits(Block.isBelow(_mm_sub_epi8(octets, Block.all(UInt8(ascii: "0"))), 10)) }

    @inline(__always)
    private static func all(_ byte: UInt8) -> __m128i { _mm_set1_epi8(CChar(bitPattern: byte)) }

    @inline(__always)
    private static func isBelow(_ octets: __m128i, _ limit: UInt8) -> __m128i {
        _mm_cmpeq_epi8(_mm_min_epu8(octets, all(limit &- 1)), octets)
    }

    @inline(__always)
    private static func bits(_ mask: __m128i) -> UInt32 { UInt32(truncatingIfNeeded: _mm_movemask_epi8(mask)) }
    #else
    private let words: WordPair

    /// The octets `index ..< index + 16`, which lie within the span.
    @inline(__always)
    init(_ bytes: Span<UInt8>, _ index: Int) { words = WordPair(bytes, index) }

    @inline(__always)
    func equal(_ byte: UInt8) -> UInt32 { words.equal(byte) }

    /// The octets below `limit`, which is 1 … 128.
    @inline(__always)
    func below(_ limit: UInt8) -> UInt32 { words.below(limit) }

    /// ASCII letters and digits.
    @inline(__always)
    var alphanumeric: UInt32 { words.alphanumeric }

    @inline(__always)
    var digits: UInt32 { words.digits }
    #endif
}

/// The same on every processor: two words. ``Block`` is this where there is no SSE2; on other machines it is there for `BlockTests`,
/// which compares both.
struct WordPair: BitwiseCopyable {
    private let first: UInt64
    private let second: UInt64

    @inline(__always)
    init(_ bytes: Span<UInt8>, _ index: Int) {
        first = Words.load(bytes, index)
        second = Words.load(bytes, index &+ 8)
    }

    @inline(__always)
    func equal(_ byte: UInt8) -> UInt32 { bits { WordPair.isBelow($0 ^ Words.all(byte), 1) } }

    @inline(__always)
    func below(_ limit: UInt8) -> UInt32 { bits { WordPair.isBelow($0, limit) } }

    @inline(__always)
    var alphanumeric: UInt32 {
        bits {
            WordPair.isBetween($0 | Words.all(0x20), UInt8(ascii: "a"), UInt8(ascii: "z"))
                | WordPair.isBetween($0, UInt8(ascii: "0"), UInt8(ascii: "9"))
        }
    }

    @inline(__always)
    var digits: UInt32 { bits { WordPair.isBetween($0, UInt8(ascii: "0"), UInt8(ascii: "9")) } }

    /// The top bit of each octet below `limit`; bits below it mean nothing. No octet borrows from the next.
    @inline(__always)
    private static func isBelow(_ word: UInt64, _ limit: UInt8) -> UInt64 {
        ~word & ~((word | Words.all(0x80)) &- Words.all(limit))
    }

    /// The same for `low ... high`, both ASCII. No octet carries into the next.
    @inline(__always)
    private static func isBetween(_ word: UInt64, _ low: UInt8, _ high: UInt8) -> UInt64 {
        let rest = word & Words.all(0x7F)
        return ~word & (rest &+ Words.all(0x80 &- low)) & ~(rest &+ Words.all(0x7F &- high))
    }

    /// The top bits of the octets that `marks` makes of each word.
    @inline(__always)
    private func bits(_ marks: (UInt64) -> UInt64) -> UInt32 {
        WordPair.gather(marks(first)) | WordPair.gather(marks(second)) &<< 8
    }

    @inline(__always)
    private static func gather(_ marks: UInt64) -> UInt32 {
        // The multiplication puts the top bit of octet i into bit 56 + i; no two products meet in a bit.
        UInt32(truncatingIfNeeded: (((marks &>> 7) & Words.all(1)) &* 0x0102_0408_1020_4080) &>> 56)
    }
}
