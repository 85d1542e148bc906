/// Reads the mandatory headers row by row, and the others that decide about the message as a whole.
struct MandatoryScanner {
    typealias Located = MandatoryLayouts.Located

    var via: Located<ViaLayout>?
    var from: Located<NameAddressLayout>?
    var to: Located<NameAddressLayout>?
    var callID: Located<ByteRange>?
    var cSeq: Located<CSeqLayout>?
    var viaCount = 0
    /// Rows of headers that may occur once, to compare a second one with.
    private var fromRow, toRow, callIDRow, cSeqRow, maxForwardsRow, contentLengthRow: HeaderRow?
    var contentLength: Int?

    enum Failure: Error {
        case malformed(ScanError)
        case conflict(Int)
    }

    /// Reads `row` if its header is one of ours.
    mutating func take(_ row: HeaderRow, _ bytes: Span<UInt8>) throws(Failure) {
        guard let known = KnownHeader(rawValue: row.id) else { return }
        do throws(ScanError) {
            switch known {
            case .via:
                viaCount += 1
                guard via == nil else { return }
                via = Located(isWritten: row.isWritten, layout: try scanVias(row, bytes))
            case .from:
                guard try MandatoryScanner.isFirst(&fromRow, row, bytes) else { return }
                from = Located(isWritten: row.isWritten, layout: try scanAddress(row, bytes))
            case .to:
                guard try MandatoryScanner.isFirst(&toRow, row, bytes) else { return }
                to = Located(isWritten: row.isWritten, layout: try scanAddress(row, bytes))
            case .callID:
                guard try MandatoryScanner.isFirst(&callIDRow, row, bytes) else { return }
                guard !row.value.isEmpty, ByteSet.callID.containsAll(bytes, row.value) else {
                    throw ScanError(Int(row.valueStart), "a Call-ID")
                }
                callID = Located(isWritten: row.isWritten, layout: row.value)
            case .cSeq:
                guard try MandatoryScanner.isFirst(&cSeqRow, row, bytes) else { return }
                cSeq = Located(isWritten: row.isWritten, layout: try CSeqLayout.scan(row.value, bytes))
            case .maxForwards:
                _ = try MandatoryScanner.isFirst(&maxForwardsRow, row, bytes)
            case .contentLength:
                guard try MandatoryScanner.isFirst(&contentLengthRow, row, bytes) else { return }
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
    private static func isFirst(
        _ first: inout HeaderRow?, _ row: HeaderRow, _ bytes: Span<UInt8>
    ) throws(ScanError) -> Bool {
        guard let earlier = first else {
            first = row
            return true
        }
        guard earlier.value.count == row.value.count else { throw ScanError(Int(row.start), "") }
        for index in 0..<row.value.count
        where bytes[Int(earlier.valueStart) &+ index] != bytes[Int(row.valueStart) &+ index] {
            throw ScanError(Int(row.start), "")
        }
        return false
    }

    private func scanAddress(_ row: HeaderRow, _ bytes: Span<UInt8>) throws(ScanError) -> NameAddressLayout {
        var cursor = Cursor(row.value)
        let layout = try NameAddressLayout.scan(&cursor, bytes)
        try cursor.expectEnd(bytes)
        return layout
    }

    /// Reads every value of the row, so that nothing odd hides behind a good first one; returns the first.
    private func scanVias(_ row: HeaderRow, _ bytes: Span<UInt8>) throws(ScanError) -> ViaLayout {
        var cursor = Cursor(row.value)
        let first = try ViaLayout.scan(&cursor, bytes)
        while true {
            cursor.skipWhitespace(bytes)
            if cursor.isAtEnd { return first }
            guard cursor.skip(UInt8(ascii: ","), bytes) else { throw ScanError(cursor.position, "a comma or the end") }
            _ = try ViaLayout.scan(&cursor, bytes)
        }
    }

    /// What was found, or the name of the first header that is missing.
    func result() -> Result<MandatoryLayouts, MissingHeader> {
        guard let via else { return .failure(MissingHeader(name: .via)) }
        guard let from else { return .failure(MissingHeader(name: .from)) }
        guard let to else { return .failure(MissingHeader(name: .to)) }
        guard let callID else { return .failure(MissingHeader(name: .callID)) }
        guard let cSeq else { return .failure(MissingHeader(name: .cSeq)) }
        return .success(MandatoryLayouts(via: via, from: from, to: to, callID: callID, cSeq: cSeq))
    }

    struct MissingHeader: Error { let name: HeaderName }
}
