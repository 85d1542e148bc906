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

    init(_ value: consuming Value) { element = [value] }

    var value: Value {
        _read { yield element[0] }
        _modify { yield &element[0] }
    }
}
