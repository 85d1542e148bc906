/// The header fields of one message, in order.
///
/// A value of this type is always complete: Via, From, To, Call-ID and CSeq are there and well-formed, because only the
/// parser and the builders make one. They are read without `throws`; other headers are parsed when they are asked for.
/// Fields that are not changed keep their octets, spelling, folds and order.
public struct HeaderFields: Sendable {
    struct Storage: Sendable {
        /// The message as it came, or empty.
        var received: [UInt8]
        /// Rows of our own making; only ever appended to, until too much of it is out of use.
        var written: [UInt8] = []
        var rows: [HeaderRow]
        var mandatory: MandatoryLayouts
        /// What the rows that are read on demand are held to.
        var rules = ScanRules.standard
        var isEdited = false
        /// Of the rows as they came: it is not looked at when they have been edited.
        var index: RowIndex?

        /// The first row of a header.
        @inline(__always)
        func firstRow(_ header: KnownHeader) -> HeaderRow? {
            if let index, !isEdited, header.rawValue < 15 { return index.place(header).map { rows[$0] } }
            return searchRow(header)
        }

        private func searchRow(_ header: KnownHeader) -> HeaderRow? {
            for row in rows where row.id == header.rawValue { return row }
            return nil
        }
    }

    var storage: CopyOnWrite<Storage>

    @inline(__always)
    init(_ storage: Storage) { self.storage = CopyOnWrite(storage) }

    /// Number of rows.
    public var count: Int { storage.value.rows.count }

    /// One field as it stands in the message.
    public struct Field: Hashable, Sendable, CustomStringConvertible {
        /// Compared without case, compact forms equal their long ones.
        public let name: HeaderName
        /// The name as spelled in the message.
        public let spelledName: String
        /// The row's value: white space round it removed, each fold read as one space. Commas are not split.
        public let value: String

        /// The row without its line end.
        public var description: String { "\(spelledName): \(value)" }
    }

    /// All fields in order.
    public var fields: [Field] {
        storage.value.rows.map { row in
            read(row.isWritten) { bytes in
                Field(
                    name: HeaderName(bytes, row.name, id: row.id), spelledName: String(bytes, row.name),
                    value: String(unfolding: bytes, row.value))
            }
        }
    }

    /// The fields whose names the library does not know, in order.
    public var unknownFields: [Field] {
        var fields: [Field] = []
        for row in storage.value.rows where row.id == HeaderNameTable.unknownID {
            read(row.isWritten) { bytes in
                fields.append(
                    Field(
                        name: HeaderName(bytes, row.name, id: row.id), spelledName: String(bytes, row.name),
                        value: String(unfolding: bytes, row.value)))
            }
        }
        return fields
    }

    /// The value of the first row of this name, folds read as spaces; nil without one.
    public func value(named name: HeaderName) -> String? {
        firstRow(name).map { row in read(row.isWritten) { String(unfolding: $0, row.value) } }
    }

    /// The values of all rows of this name, in order. Commas are not split, see ``list(named:)``.
    public func values(named name: HeaderName) -> [String] {
        rows(name).map { row in read(row.isWritten) { String(unfolding: $0, row.value) } }
    }

    /// Whether there is a row of this name.
    public func contains(_ name: HeaderName) -> Bool { firstRow(name) != nil }

    /// The elements of a comma-joined header over all its rows (RFC 3261 §7.3.1), white space removed, empty ones left
    /// out. Commas in quotes or angle brackets do not split.
    public func list(named name: HeaderName) -> [String] {
        var result: [String] = []
        for row in rows(name) {
            read(row.isWritten) { bytes in
                var cursor = Cursor(row.value, storage.value.rules)
                while let element = cursor.nextListElement(bytes) {
                    if !element.isEmpty { result.append(String(unfolding: bytes, element)) }
                }
            }
        }
        return result
    }

    // MARK: Rows

    /// Runs `body` on the octets that a row or layout refers to.
    @inline(__always)
    func read<Result>(_ isWritten: Bool, _ body: (Span<UInt8>) -> Result) -> Result {
        body(octets(isWritten).span)
    }

    /// The octets that a row or layout refers to.
    @inline(__always)
    func octets(_ isWritten: Bool) -> [UInt8] { isWritten ? storage.value.written : storage.value.received }

    func rows(_ name: HeaderName) -> [HeaderRow] { storage.value.rows.filter { matches($0, name) } }

    func firstRow(_ name: HeaderName) -> HeaderRow? {
        if let known = name.known { return firstRow(known: known) }
        return storage.value.rows.first { matches($0, name) }
    }

    /// The first row of a header, found by its number.
    @inline(__always)
    func firstRow(known header: KnownHeader) -> HeaderRow? { storage.value.firstRow(header) }

    func matches(_ row: HeaderRow, _ name: HeaderName) -> Bool {
        if let known = name.known { return row.id == known.rawValue }
        guard row.id == HeaderNameTable.unknownID else { return false }
        return read(row.isWritten) { HeaderName($0, row.name, id: row.id) == name }
    }
}

extension Cursor {
    /// The next element of a comma-joined list, without white space round it; nil at the end. Commas in quoted strings and
    /// angle brackets belong to the element. One pass over the value in all.
    mutating func nextListElement(_ bytes: Span<UInt8>) -> ByteRange? {
        guard !isAtEnd else { return nil }
        skipWhitespace(bytes)
        let start = position
        var isQuoted = false
        var isBracketed = false
        scan: while position < end {
            switch bytes[position] {
            case UInt8(ascii: "\\") where isQuoted: position &+= 1
            case UInt8(ascii: "\"") where !isBracketed: isQuoted.toggle()
            case UInt8(ascii: "<") where !isQuoted: isBracketed = true
            case UInt8(ascii: ">") where !isQuoted: isBracketed = false
            case UInt8(ascii: ",") where !isQuoted && !isBracketed: break scan
            default: break
            }
            position &+= 1
        }
        position = min(position, end)
        var elementEnd = position
        while elementEnd > start, ByteSet.whitespace.contains(bytes[elementEnd &- 1]) { elementEnd &-= 1 }
        if position < end { position &+= 1 }
        return ByteRange(start, elementEnd)
    }
}
