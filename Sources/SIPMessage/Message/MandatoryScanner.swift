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

    /// Reads the first row of each of our headers, which `index` says of `rows`; false when a row is not as it should be or the
    /// index does not say enough. Then the rows have to be taken one by one, which finds the first error.
    ///
    /// The same headers in the same order, whatever their order in the message: the processor guesses right.
    mutating func takeFirst(_ rows: [HeaderRow], _ index: RowIndex, _ bytes: Span<UInt8>) -> Bool {
        guard rows.count <= RowIndex.maximumCount else { return false }
        do throws(ScanError) {
            if let row = try MandatoryScanner.only(.contentLength, rows, index) { try readContentLength(row, bytes) }
            if let place = index.place(.via) {
                try readVia(rows[place], bytes)
                if index.isRepeated(.via) {
                    for row in rows[(place &+ 1)...] where row.id == KnownHeader.via.rawValue {
                        viaCount &+= MandatoryScanner.count(row, bytes)
                    }
                }
            }
            if let row = try MandatoryScanner.only(.from, rows, index) { try readFrom(row, bytes) }
            if let row = try MandatoryScanner.only(.to, rows, index) { try readTo(row, bytes) }
            if let row = try MandatoryScanner.only(.callID, rows, index) { try readCallID(row, bytes) }
            if let row = try MandatoryScanner.only(.cSeq, rows, index) { try readCSeq(row, bytes) }
            _ = try MandatoryScanner.only(.maxForwards, rows, index)
            return true
        } catch {
            return false
        }
    }

    @inline(__always)
    private static func only(
        _ header: KnownHeader, _ rows: [HeaderRow], _ index: RowIndex
    ) throws(ScanError) -> HeaderRow? {
        guard let place = index.place(header) else { return nil }
        guard !index.isRepeated(header) else { throw ScanError(0, "") }
        return rows[place]
    }

    /// Reads `row` if its header is one of ours.
    mutating func take(_ row: HeaderRow, _ bytes: Span<UInt8>) throws(Failure) {
        guard MandatoryScanner.wants(row), let known = KnownHeader(rawValue: row.id) else { return }
        do throws(ScanError) {
            switch known {
            case .via:
                if found.contains(.via) {
                    viaCount &+= MandatoryScanner.count(row, bytes)
                } else {
                    try readVia(row, bytes)
                }
            case .from: if try isFirst(.from, fromValue, row, bytes) { try readFrom(row, bytes) }
            case .to: if try isFirst(.to, toValue, row, bytes) { try readTo(row, bytes) }
            case .callID:
                if try isFirst(.callID, layouts.callID.layout, row, bytes) { try readCallID(row, bytes) }
            case .cSeq: if try isFirst(.cSeq, cSeqValue, row, bytes) { try readCSeq(row, bytes) }
            case .maxForwards:
                if try isFirst(.maxForwards, maxForwardsValue, row, bytes) {
                    found.insert(.maxForwards)
                    maxForwardsValue = row.value
                }
            case .contentLength:
                if try isFirst(.contentLength, contentLengthValue, row, bytes) { try readContentLength(row, bytes) }
            default: return
            }
        } catch {
            // A conflict carries no text of its own: the parser words it.
            throw error.expected.utf8CodeUnitCount == 0 ? .conflict(error.offset) : .malformed(error)
        }
    }

    // MARK: One header each

    /// Reads every value of the row, so that nothing odd hides behind a good first one; keeps the first.
    private mutating func readVia(_ row: HeaderRow, _ bytes: Span<UInt8>) throws(ScanError) {
        layouts.via.isWritten = row.isWritten
        var cursor = Cursor(row.value, rules)
        viaCount &+= 1
        try layouts.via.layout.read(&cursor, bytes)
        while true {
            cursor.skipWhitespace(bytes)
            if cursor.isAtEnd { break }
            guard cursor.skip(UInt8(ascii: ","), bytes) else { throw ScanError(cursor.position, "a comma or the end") }
            viaCount &+= 1
            _ = try ViaLayout.scan(&cursor, bytes)
        }
        found.insert(.via)
    }

    private mutating func readFrom(_ row: HeaderRow, _ bytes: Span<UInt8>) throws(ScanError) {
        found.insert(.from)
        fromValue = row.value
        layouts.from.isWritten = row.isWritten
        try MandatoryScanner.scanAddress(&layouts.from.layout, row, bytes, rules)
    }

    private mutating func readTo(_ row: HeaderRow, _ bytes: Span<UInt8>) throws(ScanError) {
        found.insert(.to)
        toValue = row.value
        layouts.to.isWritten = row.isWritten
        try MandatoryScanner.scanAddress(&layouts.to.layout, row, bytes, rules)
    }

    private mutating func readCallID(_ row: HeaderRow, _ bytes: Span<UInt8>) throws(ScanError) {
        found.insert(.callID)
        var cursor = Cursor(row.value, rules)
        guard !cursor.takeWord(.callID, bytes).isEmpty, cursor.isAtEnd else {
            throw ScanError(Int(row.valueStart), "a Call-ID")
        }
        layouts.callID = .init(isWritten: row.isWritten, layout: row.value)
    }

    private mutating func readCSeq(_ row: HeaderRow, _ bytes: Span<UInt8>) throws(ScanError) {
        found.insert(.cSeq)
        cSeqValue = row.value
        layouts.cSeq = .init(isWritten: row.isWritten, layout: try CSeqLayout.scan(row.value, bytes))
    }

    private mutating func readContentLength(_ row: HeaderRow, _ bytes: Span<UInt8>) throws(ScanError) {
        found.insert(.contentLength)
        contentLengthValue = row.value
        var cursor = Cursor(row.value)
        contentLength = Int(truncatingIfNeeded: try cursor.takeNumber(bytes, maximum: UInt64(UInt32.max)))
        try cursor.expectEnd(bytes)
    }

    // MARK: Parts of these

    /// Whether this is the first row of its header. A second one with the same value is let pass, with another it is an
    /// error: two readers of the message could take different ones.
    @inline(__always)
    private func isFirst(
        _ header: Found, _ earlier: ByteRange, _ row: HeaderRow, _ bytes: Span<UInt8>
    ) throws(ScanError) -> Bool {
        if !found.contains(header) { return true }
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
