/// Where one header field stands: offsets, no text. A row lies either in the octets that were received or in those that
/// have been written since; either way it includes its CRLF, so that serialising is copying.
struct HeaderRow: Sendable, BitwiseCopyable {
    /// A ``KnownHeader`` number or ``HeaderNameTable/unknownID``.
    var id: UInt8
    /// In ``HeaderFields/Storage/written`` instead of the received octets.
    var isWritten: Bool
    var nameLength: UInt16
    var start: UInt32
    var valueStart: UInt32
    var valueEnd: UInt32
    /// After the CRLF.
    var end: UInt32

    @inline(__always) var name: ByteRange { ByteRange(Int(start), Int(start) &+ Int(nameLength)) }
    @inline(__always) var value: ByteRange { ByteRange(Int(valueStart), Int(valueEnd)) }
    @inline(__always) var whole: ByteRange { ByteRange(Int(start), Int(end)) }
}

/// Which row is the first of each of the fifteen lowest ``KnownHeader``s, noted while the rows are read so that nobody has to
/// look for them. Row numbers have eight bits: of a message with more rows than that the index says nothing.
struct RowIndex: Sendable, BitwiseCopyable {
    /// A row number for each header; the highest place is for all other headers.
    private var places: UInt128 = 0
    /// A bit for each header that has a row, and one for each that has several.
    private var present: UInt32 = 0
    private var repeated: UInt32 = 0

    /// More rows than this can not be numbered.
    static let maximumCount = 255

    @inline(__always)
    mutating func note(_ id: UInt8, at place: Int) {
        // Without a branch: which header comes next can not be guessed.
        let slot = UInt32(min(id, 15))
        let bit = (1 as UInt32) &<< slot
        let isFirst = (present & bit) == 0
        repeated |= present & bit
        present |= bit
        places |= UInt128(isFirst ? UInt8(truncatingIfNeeded: place) : 0) &<< UInt128(truncatingIfNeeded: slot &* 8)
    }

    /// The number of the header's first row; nil without one.
    @inline(__always)
    func place(_ header: KnownHeader) -> Int? {
        let slot = UInt32(header.rawValue)
        guard slot < 15, present &>> slot & 1 != 0 else { return nil }
        return Int(UInt8(truncatingIfNeeded: places &>> UInt128(truncatingIfNeeded: slot &* 8)))
    }

    @inline(__always)
    func isRepeated(_ header: KnownHeader) -> Bool { repeated &>> UInt32(header.rawValue) & 1 != 0 }
}

/// The headers without which there is no message, read once. Offsets go with ``HeaderRow/isWritten`` of their row.
struct MandatoryLayouts: Sendable, BitwiseCopyable {
    struct Located<Layout: Sendable & BitwiseCopyable>: Sendable, BitwiseCopyable {
        var isWritten: Bool
        var layout: Layout
    }

    var via: Located<ViaLayout>
    var from: Located<NameAddressLayout>
    var to: Located<NameAddressLayout>
    var callID: Located<ByteRange>
    var cSeq: Located<CSeqLayout>
}

/// A value on the heap that is copied when it is changed while shared.
///
/// An array of one element does that with the standard library's own guarantees; a class of ours would need
/// `@unchecked Sendable` and pay for exclusivity checks at every access.
struct CopyOnWrite<Value: Sendable>: Sendable {
    private var element: [Value]

    @inline(__always)
    init(_ value: Value) { element = [value] }

    var value: Value {
        _read { yield element[0] }
        _modify { yield &element[0] }
    }
}
