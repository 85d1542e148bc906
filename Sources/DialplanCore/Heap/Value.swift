/// What a `Value` is. Tags below `firstHeap` are immediate; the others carry a handle into the region.
struct Tag: RawRepresentable, Equatable, BitwiseCopyable, Sendable {
    var rawValue: UInt32

    @inline(__always) init(rawValue: UInt32) { self.rawValue = rawValue }

    static var null: Tag { Tag(rawValue: 0) }
    static var isFalse: Tag { Tag(rawValue: 1) }
    static var isTrue: Tag { Tag(rawValue: 2) }
    /// Never seen by a script: an argument not given, a deleted hash entry, a free slot.
    static var undefined: Tag { Tag(rawValue: 3) }
    static var integer: Tag { Tag(rawValue: 4) }
    static var float: Tag { Tag(rawValue: 5) }
    static var symbol: Tag { Tag(rawValue: 6) }
    /// A class or module; the payload is its number in the class table.
    static var classReference: Tag { Tag(rawValue: 7) }
    /// `sys`.
    static var host: Tag { Tag(rawValue: 8) }
    /// A regular expression literal; the payload is its number in the image.
    static var regexLiteral: Tag { Tag(rawValue: 9) }
    /// An entry of a method table (never in a register of a script).
    static var method: Tag { Tag(rawValue: 10) }

    static let firstHeap: UInt32 = 16
    static var object: Tag { Tag(rawValue: 16) }
    static var string: Tag { Tag(rawValue: 17) }
    static var array: Tag { Tag(rawValue: 18) }
    static var hash: Tag { Tag(rawValue: 19) }
    static var range: Tag { Tag(rawValue: 20) }
    static var proc: Tag { Tag(rawValue: 21) }
    static var regex: Tag { Tag(rawValue: 22) }
    static var match: Tag { Tag(rawValue: 23) }
    static var time: Tag { Tag(rawValue: 24) }
    static var record: Tag { Tag(rawValue: 25) }
    /// A break, return or throw on its way to its frame (only in registers of `ensure`).
    static var jump: Tag { Tag(rawValue: 26) }
    static var environment: Tag { Tag(rawValue: 27) }
    /// What `binding` gives: laid out as a proc, never called as one.
    static var binding: Tag { Tag(rawValue: 28) }
    /// An Integer beyond 64 bits.
    static var bigInteger: Tag { Tag(rawValue: 29) }
}

/// A 32-bit byte offset into the region; with `Handle.shared` set, into the image's immortal memory. 0 is no object.
typealias Handle = UInt32

extension Handle {
    static let shared: UInt32 = 0x8000_0000
    /// With `shared`: the memory of the prelude's image instead of the script's.
    static let prelude: UInt32 = 0x4000_0000
}

/// One Ruby value: 16 bytes of plain data, free of reference counting.
///
///     0        4        8                16
///     | tag    | extra  | payload        |
struct Value: BitwiseCopyable, Sendable {
    /// tag | extra << 32: one word, so that a value is two words and can be written at once (`wide`).
    private var head: UInt64
    var bits: UInt64

    @inline(__always) init(tag: Tag, bits: UInt64, extra: UInt32 = 0) {
        head = UInt64(extra) << 32 | UInt64(tag.rawValue)
        self.bits = bits
    }

    @inline(__always) var tag: Tag { Tag(rawValue: UInt32(truncatingIfNeeded: head)) }
    /// Only used by `Tag.method` (visibility).
    @inline(__always) var extra: UInt32 {
        get { UInt32(truncatingIfNeeded: head >> 32) }
        set { head = UInt64(newValue) << 32 | head & 0xFFFF_FFFF }
    }

    /// Both words. Stores go through this: a value written in halves and read as a whole, as a copy does, stalls the
    /// processor's store forwarding.
    @inline(__always) var wide: SIMD2<UInt64> { SIMD2(head, bits) }

    @inline(__always) init(_ tag: Tag, _ handle: Handle) { self.init(tag: tag, bits: UInt64(handle)) }

    static var null: Value { Value(tag: .null, bits: 0) }
    static var undefined: Value { Value(tag: .undefined, bits: 0) }
    static var `true`: Value { Value(tag: .isTrue, bits: 0) }
    static var `false`: Value { Value(tag: .isFalse, bits: 0) }
    @inline(__always) static func bool(_ value: Bool) -> Value { Value(tag: value ? .isTrue : .isFalse, bits: 0) }
    @inline(__always) static func integer(_ value: Int64) -> Value {
        Value(tag: .integer, bits: UInt64(bitPattern: value))
    }
    @inline(__always) static func integer(_ value: Int) -> Value { .integer(Int64(value)) }
    @inline(__always) static func float(_ value: Double) -> Value { Value(tag: .float, bits: value.bitPattern) }
    @inline(__always) static func symbol(_ value: Symbol) -> Value {
        Value(tag: .symbol, bits: UInt64(value.rawValue))
    }
    static func classReference(_ id: ClassID) -> Value { Value(tag: .classReference, bits: UInt64(id.rawValue)) }
    static func string(_ handle: Handle) -> Value { Value(.string, handle) }
    static func array(_ handle: Handle) -> Value { Value(.array, handle) }
    static func hash(_ handle: Handle) -> Value { Value(.hash, handle) }

    @inline(__always) var isTruthy: Bool { tag.rawValue > 1 }
    @inline(__always) var isNil: Bool { tag == .null }
    @inline(__always) var isHeap: Bool { tag.rawValue >= Tag.firstHeap }
    @inline(__always) var handle: Handle { UInt32(truncatingIfNeeded: bits) }
    @inline(__always) var integer: Int64 { Int64(bitPattern: bits) }
    @inline(__always) var double: Double { Double(bitPattern: bits) }
    @inline(__always) var symbol: Symbol { Symbol(rawValue: UInt32(truncatingIfNeeded: bits)) }
    @inline(__always) var classID: ClassID { ClassID(rawValue: UInt32(truncatingIfNeeded: bits)) }

    /// The same object (`equal?`); immediates compare by value.
    @inline(__always) func isIdentical(to other: Value) -> Bool { tag == other.tag && bits == other.bits }
}

/// A name's number: core names first, then the image's, then (`Machine.dynamicStart` up) those made by this execution.
struct Symbol: RawRepresentable, Hashable, BitwiseCopyable, Sendable {
    var rawValue: UInt32
    @inline(__always) init(rawValue: UInt32) { self.rawValue = rawValue }
    static var none: Symbol { Symbol(rawValue: 0) }
}

/// A class's number in the execution's class table. Core classes have the same numbers in every execution.
struct ClassID: RawRepresentable, Hashable, BitwiseCopyable, Sendable {
    var rawValue: UInt32
    @inline(__always) init(rawValue: UInt32) { self.rawValue = rawValue }
    static var none: ClassID { ClassID(rawValue: 0) }
}
