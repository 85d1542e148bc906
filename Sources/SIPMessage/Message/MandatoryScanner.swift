/// Reads the mandatory headers row by row, and the others that decide about the message as a whole.
struct MandatoryScanner {
    struct Found: OptionSet {
        let rawValue: UInt8
        static let via = Found(rawValue: 1)
        static let from = Found(rawValue: 2)
        static let to = Found(rawValue: 4)
        static let callID = Found(rawValue: 8)
        static let cSeq = Found(rawValue: 16)
        static let maxForwards = Found(rawValue: 32)
        static let contentLength = Found(rawValue: 64)
    }

    /// What has been read; those not in `found` are not there yet.
    private(set) var layouts = MandatoryLayouts.empty
    private(set) var found: Found = []
    /// Values, not rows; commas in quotes of rows below the first count as well.
    private(set) var viaCount = 0
    /// The values of headers that may occur once, to compare a second one with.
    private var maxForwardsValue = ByteRange.empty
    private var contentLengthValue = ByteRange.empty
    private var fromValue = ByteRange.empty
    private var toValue = ByteRange.empty
    private var cSeqValue = ByteRange.empty
    var contentLength: Int?
    private let rules: ScanRules

    init(_ rules: ScanRules) { self.rules = rules }

    enum Failure: Error {
        case malformed(ScanError)
        case conflict(Int)
    }

    /// Whether ``take(_:_:)`` would read the row: our headers have the lowest numbers.
    @inline(__always)
    static func wants(_ row: HeaderRow) -> Bool { row.id <= KnownHeader.contentLength.rawValue }

    /// Reads `row` if its header is one of ours.
    mutating func take(_ row: HeaderRow, _ bytes: Span<UInt8>) throws(Failure) {
        guard MandatoryScanner.wants(row), let known = KnownHeader(rawValue: row.id) else { return }
        do throws(ScanError) {
            switch known {
            case .via:
                if found.contains(.via) {
                    viaCount &+= MandatoryScanner.count(row, bytes)
                } else {
                    layouts.via.isWritten = row.isWritten
                    try scanVias(row, bytes)
                    found.insert(.via)
                }
            case .from:
                guard try isFirst(.from, fromValue, row, bytes) else { return }
                fromValue = row.value
                layouts.from.isWritten = row.isWritten
                try MandatoryScanner.scanAddress(&layouts.from.layout, row, bytes, rules)
            case .to:
                guard try isFirst(.to, toValue, row, bytes) else { return }
                toValue = row.value
                layouts.to.isWritten = row.isWritten
                try MandatoryScanner.scanAddress(&layouts.to.layout, row, bytes, rules)
            case .callID:
                guard try isFirst(.callID, layouts.callID.layout, row, bytes) else { return }
                var cursor = Cursor(row.value, rules)
                guard !cursor.takeWord(.callID, bytes).isEmpty, cursor.isAtEnd else {
                    throw ScanError(Int(row.valueStart), "a Call-ID")
                }
                layouts.callID = .init(isWritten: row.isWritten, layout: row.value)
            case .cSeq:
                guard try isFirst(.cSeq, cSeqValue, row, bytes) else { return }
                cSeqValue = row.value
                layouts.cSeq = .init(isWritten: row.isWritten, layout: try CSeqLayout.scan(row.value, bytes))
            case .maxForwards:
                guard try isFirst(.maxForwards, maxForwardsValue, row, bytes) else { return }
                maxForwardsValue = row.value
            case .contentLength:
                guard try isFirst(.contentLength, contentLengthValue, row, bytes) else { return }
                contentLengthValue = row.value
                var cursor = Cursor(row.value)
                contentLength = Int(truncatingIfNeeded: try cursor.takeNumber(bytes, maximum: UInt64(UInt32.max)))
                try cursor.expectEnd(bytes)
            default:
                return
            }
        } catch {
            // A conflict carries no text of its own: the parser words it.
            throw error.expected.utf8CodeUnitCount == 0 ? .conflict(error.offset) : .malformed(error)
        }
    }

    /// Whether this is the first row of its header. A second one with the same value is let pass, with another it is an
    /// error: two readers of the message could take different ones.
    @inline(__always)
    private mutating func isFirst(
        _ header: Found, _ earlier: ByteRange, _ row: HeaderRow, _ bytes: Span<UInt8>
    ) throws(ScanError) -> Bool {
        if !found.contains(header) {
            found.insert(header)
            return true
        }
        guard rules.allows(.repeatedEqualHeaders), areEqual(bytes, earlier, row.value) else {
            throw ScanError(Int(row.start), "")
        }
        return false
    }

    @inline(__always)
    private static func scanAddress(
        _ layout: inout NameAddressLayout, _ row: HeaderRow, _ bytes: Span<UInt8>, _ rules: ScanRules
    ) throws(ScanError) {
        var cursor = Cursor(row.value, rules)
        try layout.read(&cursor, bytes)
        try cursor.expectEnd(bytes)
    }

    /// Reads every value of the row, so that nothing odd hides behind a good first one; keeps the first.
    @inline(__always)
    private mutating func scanVias(_ row: HeaderRow, _ bytes: Span<UInt8>) throws(ScanError) {
        var cursor = Cursor(row.value, rules)
        viaCount &+= 1
        try layouts.via.layout.read(&cursor, bytes)
        while true {
            cursor.skipWhitespace(bytes)
            if cursor.isAtEnd { return }
            guard cursor.skip(UInt8(ascii: ","), bytes) else { throw ScanError(cursor.position, "a comma or the end") }
            viaCount &+= 1
            _ = try ViaLayout.scan(&cursor, bytes)
        }
    }

    /// How many values a row below the first has, at least: commas in quotes count, too.
    private static func count(_ row: HeaderRow, _ bytes: Span<UInt8>) -> Int {
        var count = 1
        var index = Int(row.valueStart)
        while true {
            index = Words.find(UInt8(ascii: ","), bytes, from: index, to: Int(row.valueEnd))
            if index >= Int(row.valueEnd) { return count }
            count &+= 1
            index &+= 1
        }
    }

    /// The first header that is not there; nil when ``layouts`` is complete.
    var missing: HeaderName? {
        if found.isSuperset(of: [.via, .from, .to, .callID, .cSeq]) { return nil }
        if !found.contains(.via) { return .via }
        if !found.contains(.from) { return .from }
        if !found.contains(.to) { return .to }
        return found.contains(.callID) ? .cSeq : .callID
    }
}

extension MandatoryLayouts {
    /// Nothing read yet: only until the parser or the builder has filled it in.
    static let empty = MandatoryLayouts(
        via: .init(isWritten: true, layout: .empty), from: .init(isWritten: true, layout: .empty),
        to: .init(isWritten: true, layout: .empty), callID: .init(isWritten: true, layout: .empty),
        cSeq: .init(isWritten: true, layout: CSeqLayout(number: 0, method: .empty)))
}
