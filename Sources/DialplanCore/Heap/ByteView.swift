internal import COniguruma

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#elseif canImport(Darwin)
import Darwin
#endif

/// Bytes that somebody else owns, read-only and bounds-checked. Valid until the owner's next allocation.
@safe struct ByteView: BitwiseCopyable, @unchecked Sendable {
    // @unchecked Sendable: only views of immortal image memory are kept; all others stay within one call.
    @unsafe let start: UnsafePointer<UInt8>
    let count: Int

    @unsafe @inline(__always) init(start: UnsafePointer<UInt8>, count: Int) {
        unsafe self.start = unsafe start
        self.count = count
    }

    /// Static text lives as long as the program.
    @inline(__always) init(_ text: StaticString) {
        unsafe self.init(start: text.utf8Start, count: text.utf8CodeUnitCount)
    }

    @inline(__always) subscript(_ index: Int) -> UInt8 {
        precondition(UInt(bitPattern: index) < UInt(bitPattern: count), "byte out of bounds")
        return unsafe start[index]
    }

    @inline(__always) func slice(_ from: Int, _ to: Int) -> ByteView {
        precondition(from >= 0 && from <= to && to <= count, "slice out of bounds")
        return unsafe ByteView(start: start + from, count: to - from)
    }

    func isEqual(_ other: ByteView) -> Bool {
        unsafe count == other.count && (count == 0 || memcmp(start, other.start, count) == 0)
    }

    /// -1, 0 or 1, by bytes.
    func compare(_ other: ByteView) -> Int {
        let shared = min(count, other.count)
        let order = unsafe shared == 0 ? 0 : Int(memcmp(start, other.start, shared))
        if order != 0 { return order < 0 ? -1 : 1 }
        return count == other.count ? 0 : (count < other.count ? -1 : 1)
    }

    /// Offset of the first occurrence at or after `from`, or -1.
    func find(_ needle: ByteView, from: Int) -> Int {
        guard from >= 0, from <= count, needle.count <= count - from else { return -1 }
        guard needle.count > 0 else { return from }
        guard let hit = unsafe memmem(start + from, count - from, needle.start, needle.count) else { return -1 }
        return unsafe UnsafeRawPointer(start).distance(to: UnsafeRawPointer(hit))
    }

    /// Offset of the last occurrence that begins at or before `limit`, or -1.
    func findLast(_ needle: ByteView, from limit: Int = .max) -> Int {
        let length = needle.count
        var position = min(limit, count - length)
        guard position >= 0 else { return -1 }
        guard length > 16 else {
            while position >= 0 {
                if slice(position, position + length).isEqual(needle) { return position }
                position -= 1
            }
            return -1
        }
        // By a rolling hash (Rabin and Karp), or a text of one letter would be compared almost whole at every place.
        let base: UInt64 = 0x0123_4567_89AB_CDEF
        var (wanted, here, top) = (UInt64(0), UInt64(0), UInt64(1))
        for index in stride(from: length - 1, through: 0, by: -1) {
            wanted = ByteView.product(wanted, base, plus: UInt64(needle[index]))
            here = ByteView.product(here, base, plus: UInt64(self[position + index]))
            if index > 0 { top = ByteView.product(top, base, plus: 0) }
        }
        while true {
            if here == wanted, slice(position, position + length).isEqual(needle) { return position }
            guard position > 0 else { return -1 }
            let dropped = ByteView.product(UInt64(self[position + length - 1]), top, plus: 0)
            position -= 1
            let rest = here >= dropped ? here - dropped : here + ByteView.prime - dropped
            here = ByteView.product(rest, base, plus: UInt64(self[position]))
        }
    }

    /// 2^61 - 1, and a · b + c modulo it.
    private static let prime: UInt64 = (1 << 61) - 1
    @inline(__always) private static func product(_ a: UInt64, _ b: UInt64, plus c: UInt64) -> UInt64 {
        let (high, low) = a.multipliedFullWidth(by: b)
        // a, b < 2^61: the high word is below 2^58.
        let folded = (low & prime) &+ (high << 3 | low >> 61) &+ c
        let once = (folded & prime) &+ (folded >> 61)
        return once >= prime ? once - prime : once
    }

    /// Runs C code on the bytes.
    @unsafe func withPointer<R>(_ body: (UnsafePointer<UInt8>, Int) -> R) -> R { unsafe body(start, count) }

    var array: [UInt8] { unsafe Array(UnsafeBufferPointer(start: start, count: count)) }

    /// A multiplicative hash over eight bytes at a time.
    func hash(seed: UInt64) -> UInt64 {
        var state = seed ^ UInt64(count) &* 0x9E37_79B9_7F4A_7C15
        var index = 0
        while index &+ 8 <= count {
            let word = unsafe UnsafeRawPointer(start + index).loadUnaligned(as: UInt64.self)
            state = (state ^ word) &* 0xFF51_AFD7_ED55_8CCD
            state ^= state >> 32
            index &+= 8
        }
        var tail: UInt64 = 0
        while index < count {
            tail = tail << 8 | UInt64(unsafe start[index])
            index &+= 1
        }
        state = (state ^ tail) &* 0xC4CE_B9FE_1A85_EC53
        return state ^ (state >> 29)
    }
}
