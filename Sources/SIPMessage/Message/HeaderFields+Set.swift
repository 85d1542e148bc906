extension HeaderFields {
    // MARK: Via

    /// Puts a Via above all others.
    public mutating func prependVia(_ via: Via) {
        let index = storage.value.rows.firstIndex { $0.id == KnownHeader.via.rawValue } ?? 0
        storage.value.insert(.via, via.description, at: index)
        noteVia(at: index)
    }

    /// Replaces the topmost Via, such as to add `received` and `rport` (RFC 3261 §18.2.1); those below stay.
    public mutating func replaceTopVia(_ via: Via) {
        guard let index = storage.value.rows.firstIndex(where: { $0.id == KnownHeader.via.rawValue }) else { return }
        let row = storage.value.rows[index]
        // Others may follow in the same row.
        let rest: String? = read(row.isWritten) { bytes in
            var cursor = Cursor(row.value, storage.value.rules)
            guard cursor.nextListElement(bytes) != nil, !cursor.isAtEnd else { return nil }
            cursor.skipWhitespace(bytes)
            return String(unfolding: bytes, ByteRange(cursor.position, cursor.end))
        }
        storage.value.rows.remove(at: index)
        if let rest { storage.value.insert(.via, rest, at: index) }
        storage.value.insert(.via, via.description, at: index)
        noteVia(at: index)
    }

    private mutating func noteVia(at index: Int) {
        let row = storage.value.rows[index]
        var cursor = Cursor(row.value, storage.value.rules)
        if let layout = read(true, { try? ViaLayout.scan(&cursor, $0) }) {
            storage.value.mandatory.via = .init(isWritten: true, layout: layout)
        } else {
            assertionFailure("a Via printed what is no Via")
        }
    }

    // MARK: The other mandatory headers

    /// RFC 3261 §20.20.
    public mutating func setFrom(_ from: NameAddress) {
        replaceAll(.from, with: [from.description])
        if let layout = addressLayout(.from) { storage.value.mandatory.from = layout }
    }

    /// RFC 3261 §20.39.
    public mutating func setTo(_ to: NameAddress) {
        replaceAll(.to, with: [to.description])
        if let layout = addressLayout(.to) { storage.value.mandatory.to = layout }
    }

    private func addressLayout(_ name: HeaderName) -> MandatoryLayouts.Located<NameAddressLayout>? {
        guard let row = firstRow(name) else { return nil }
        var cursor = Cursor(row.value, storage.value.rules)
        guard let layout = read(true, { try? NameAddressLayout.scan(&cursor, $0) }) else {
            assertionFailure("a NameAddress printed what is none")
            return nil
        }
        return .init(isWritten: true, layout: layout)
    }

    /// RFC 3261 §20.8.
    public mutating func setCallID(_ callID: CallID) {
        replaceAll(.callID, with: [callID.text])
        guard let row = firstRow(.callID) else { return }
        storage.value.mandatory.callID = .init(isWritten: true, layout: row.value)
    }

    mutating func setCSeq(_ cSeq: CSeq) {
        replaceAll(.cSeq, with: [cSeq.description])
        guard let row = firstRow(.cSeq) else { return }
        let digits = String(cSeq.number).utf8.count
        storage.value.mandatory.cSeq = .init(
            isWritten: true,
            layout: CSeqLayout(
                number: cSeq.number, method: ByteRange(Int(row.valueStart) + digits + 1, Int(row.valueEnd))))
    }

    mutating func setContentLength(_ length: Int) {
        if contentLength == length { return }
        replaceAll(.contentLength, with: [String(length)])
    }

    // MARK: Addresses

    /// Replaces all of Contact; none removes it.
    public mutating func setContacts(_ contacts: [NameAddress]) {
        replaceAll(.contact, with: contacts.map(\.description))
    }

    /// `Contact: *` (RFC 3261 §10.2.2).
    public mutating func setWildcardContact() { replaceAll(.contact, with: ["*"]) }

    /// Replaces all of Route; none removes it.
    public mutating func setRoutes(_ routes: [NameAddress]) {
        replaceAll(.route, with: routes.map(\.description))
    }

    /// Replaces all of Record-Route; none removes it.
    public mutating func setRecordRoutes(_ routes: [NameAddress]) {
        replaceAll(.recordRoute, with: routes.map(\.description))
    }

    /// Puts a row of addresses in the place of all of this name; for headers such as P-Asserted-Identity and Refer-To.
    /// - Throws: ``SIPValueError`` with code `managedField` for From, To and Via.
    public mutating func setAddresses(_ name: HeaderName, _ values: [NameAddress]) throws(SIPValueError) {
        if name.isManaged { throw SIPValueError(.managedField, "\(name) has a setter of its own") }
        replaceAll(name, with: values.map(\.description))
    }

    // MARK: Text and lists

    /// nil removes the header.
    public mutating func setContentType(_ type: FieldText?) {
        replaceAll(.contentType, with: type.map { [$0.text] } ?? [])
    }

    /// nil removes the header.
    public mutating func setUserAgent(_ text: FieldText?) { replaceAll(.userAgent, with: text.map { [$0.text] } ?? []) }

    /// nil removes the header.
    public mutating func setServer(_ text: FieldText?) { replaceAll(.server, with: text.map { [$0.text] } ?? []) }

    /// None removes the header (RFC 3261 §20.5).
    public mutating func setAllow(_ methods: [SIPMethod]) { setList(.allow, methods.map(\.name)) }
    /// None removes the header (RFC 3261 §20.32).
    public mutating func setRequire(_ tags: [Token]) { setList(.require, tags.map(\.text)) }
    /// None removes the header (RFC 3261 §20.37).
    public mutating func setSupported(_ tags: [Token]) { setList(.supported, tags.map(\.text)) }
    /// None removes the header (RFC 3261 §20.40).
    public mutating func setUnsupported(_ tags: [Token]) { setList(.unsupported, tags.map(\.text)) }

    /// One row, comma-joined; none removes the header.
    private mutating func setList(_ name: HeaderName, _ values: [String]) {
        replaceAll(name, with: values.isEmpty ? [] : [values.joined(separator: ", ")])
    }
}
