extension HeaderFields {
    /// Appends a row.
    /// - Throws: ``SIPValueError`` with code `managedField` for Via, From, To, Call-ID, CSeq and Content-Length, which
    ///   have setters of their own types.
    public mutating func append(_ name: HeaderName, _ value: FieldText) throws(SIPValueError) {
        try refuseManaged(name)
        append(name, value.text)
    }

    /// Appends a row with a name and a value from outside.
    /// - Throws: ``SIPValueError``: `malformed` if `name` is no token, `forbiddenCharacter` for CR, LF or NUL in `value`,
    ///   `managedField` as above.
    public mutating func append(name: some StringProtocol, value: some StringProtocol) throws(SIPValueError) {
        guard let name = HeaderName(name) else { throw SIPValueError(.malformed, "a header name is a token") }
        try append(name, try FieldText(value))
    }

    /// Puts one row in the place of all of this name, or at the end.
    /// - Throws: ``SIPValueError`` with code `managedField`, see ``append(_:_:)``.
    public mutating func set(_ name: HeaderName, _ value: FieldText) throws(SIPValueError) {
        try refuseManaged(name)
        replaceAll(name, with: [value.text])
    }

    /// Removes all rows of this name.
    /// - Throws: ``SIPValueError`` with code `managedField`, see ``append(_:_:)``.
    public mutating func removeAll(_ name: HeaderName) throws(SIPValueError) {
        try refuseManaged(name)
        replaceAll(name, with: [])
    }

    private func refuseManaged(_ name: HeaderName) throws(SIPValueError) {
        if name.isManaged { throw SIPValueError(.managedField, "\(name) has a setter of its own") }
    }

    // MARK: Rows. `value` comes from a typed value, which can not hold CR, LF or (outside a quoted pair) NUL.

    mutating func append(_ name: HeaderName, _ value: String) {
        storage.value.insert(name, value, at: storage.value.rows.count)
    }

    /// Puts rows with `values` in the place of all rows of this name, or at the end if there is none.
    mutating func replaceAll(_ name: HeaderName, with values: [String]) {
        var place = storage.value.rows.firstIndex { matches($0, name) }
        if place == nil, values.isEmpty { return }
        let kept = storage.value.rows.filter { !matches($0, name) }
        storage.value.rows = kept
        storage.value.isEdited = true
        for value in values {
            let index = place ?? storage.value.rows.count
            storage.value.insert(name, value, at: index)
            place = index + 1
        }
    }

    /// Puts a row in the place of the first of this name. The name is there: it is a mandatory one.
    mutating func replaceFirst(_ name: HeaderName, with value: String) -> HeaderRow? {
        guard let index = storage.value.rows.firstIndex(where: { matches($0, name) }) else { return nil }
        storage.value.rows.remove(at: index)
        storage.value.insert(name, value, at: index)
        return storage.value.rows[index]
    }
}

extension HeaderFields.Storage {
    /// Writes a row before the row at `index`, which is within `0 ... rows.count`.
    mutating func insert(_ name: HeaderName, _ value: String, at index: Int) {
        dropUnused()
        isEdited = true
        let start = written.count
        written.append(contentsOf: name.text.utf8)
        let nameLength = written.count - start
        written.append(UInt8(ascii: ":"))
        written.append(UInt8(ascii: " "))
        let valueStart = written.count
        // Typed values print no line ends. Should one ever do so, the line must not end here: the value is cut.
        written.append(contentsOf: value.utf8.prefix { $0 != 0x0D && $0 != 0x0A })
        assert(written.count - valueStart == value.utf8.count, "a typed value printed a line end")
        let valueEnd = written.count
        written.append(0x0D)
        written.append(0x0A)
        let row = HeaderRow(
            id: name.known?.rawValue ?? HeaderNameTable.unknownID, isWritten: true,
            nameLength: UInt16(truncatingIfNeeded: nameLength), start: UInt32(truncatingIfNeeded: start),
            valueStart: UInt32(truncatingIfNeeded: valueStart), valueEnd: UInt32(truncatingIfNeeded: valueEnd),
            end: UInt32(truncatingIfNeeded: written.count))
        rows.insert(row, at: index)
    }

    /// Rewrites the written rows without those that have been replaced, when they are most of it: a message that is edited
    /// again and again must not grow.
    private mutating func dropUnused() {
        guard written.count > 8_192 else { return }
        let live = rows.reduce(0) { $0 + ($1.isWritten ? $1.whole.count : 0) }
        guard written.count > 2 * live + 4_096 else { return }
        var fresh: [UInt8] = []
        fresh.reserveCapacity(2 * live)
        for index in rows.indices where rows[index].isWritten {
            let shift = Int(rows[index].start) - fresh.count
            fresh.append(contentsOf: written[rows[index].whole.range])
            rows[index].move(by: shift)
        }
        written = fresh
        rescanMandatory()
    }

    /// Reads the mandatory rows that have been written again, after their octets have moved.
    private mutating func rescanMandatory() {
        var found = mandatory
        let octets = written
        let span = octets.span
        var scanner = MandatoryScanner(rules)
        for row in rows where row.isWritten { try? scanner.take(row, span) }
        if scanner.found.contains(.via), found.via.isWritten { found.via = scanner.layouts.via }
        if scanner.found.contains(.from), found.from.isWritten { found.from = scanner.layouts.from }
        if scanner.found.contains(.to), found.to.isWritten { found.to = scanner.layouts.to }
        if scanner.found.contains(.callID), found.callID.isWritten { found.callID = scanner.layouts.callID }
        if scanner.found.contains(.cSeq), found.cSeq.isWritten { found.cSeq = scanner.layouts.cSeq }
        mandatory = found
    }
}

extension HeaderRow {
    fileprivate mutating func move(by shift: Int) {
        let shift = UInt32(truncatingIfNeeded: shift)
        start &-= shift
        valueStart &-= shift
        valueEnd &-= shift
        end &-= shift
    }
}
