extension HeaderFields {
    // MARK: Always there

    /// The topmost Via.
    public var via: Via {
        let found = storage.value.mandatory.via
        return read(found.isWritten) { Via(found.layout, $0, storage.value.rules) }
    }

    /// Who sends the request (RFC 3261 §20.20).
    public var from: NameAddress {
        let found = storage.value.mandatory.from
        return read(found.isWritten) { NameAddress(found.layout, $0, storage.value.rules) }
    }

    /// Whom it is for (RFC 3261 §20.39).
    public var to: NameAddress {
        let found = storage.value.mandatory.to
        return read(found.isWritten) { NameAddress(found.layout, $0, storage.value.rules) }
    }

    /// RFC 3261 §20.8.
    public var callID: CallID {
        let found = storage.value.mandatory.callID
        return read(found.isWritten) { CallID(received: String($0, found.layout)) }
    }

    /// RFC 3261 §20.16.
    public var cSeq: CSeq {
        let found = storage.value.mandatory.cSeq
        return read(found.isWritten) { CSeq(found.layout.number, SIPMethod($0, found.layout.method)) }
    }

    /// The tag of From without the rest of it; nil in messages of RFC 2543.
    public var fromTag: Token? {
        let found = storage.value.mandatory.from
        return found.layout.tag.map { tag in
            read(found.isWritten) { Token(received: String(unfolding: $0, tag)) }
        }
    }

    /// The tag of To without the rest of it; nil outside a dialog.
    public var toTag: Token? {
        let found = storage.value.mandatory.to
        return found.layout.tag.map { tag in
            read(found.isWritten) { Token(received: String(unfolding: $0, tag)) }
        }
    }

    // MARK: Addresses

    /// All Via values, topmost first. Rows below the first are checked here.
    public var vias: [Via] {
        get throws(SIPParseError) {
            try elements(.via) { cursor, bytes throws(ScanError) in try Via.scan(&cursor, bytes) }
        }
    }

    /// The addresses of Contact; empty for `*`, see ``hasWildcardContact``.
    public var contacts: [NameAddress] {
        get throws(SIPParseError) {
            if hasWildcardContact { return [] }
            return try addresses(.contact)
        }
    }

    /// Whether Contact is `*` and nothing else (RFC 3261 §10.2.2).
    public var hasWildcardContact: Bool { list(named: .contact) == ["*"] }

    /// RFC 3261 §20.34.
    public var routes: [NameAddress] { get throws(SIPParseError) { try addresses(.route) } }
    /// RFC 3261 §20.30.
    public var recordRoutes: [NameAddress] { get throws(SIPParseError) { try addresses(.recordRoute) } }
    /// RFC 3327.
    public var paths: [NameAddress] { get throws(SIPParseError) { try addresses(.path) } }
    /// RFC 3608.
    public var serviceRoutes: [NameAddress] { get throws(SIPParseError) { try addresses(.serviceRoute) } }
    /// RFC 3325.
    public var assertedIdentities: [NameAddress] { get throws(SIPParseError) { try addresses(.pAssertedIdentity) } }
    /// RFC 3515.
    public var referTo: NameAddress? { get throws(SIPParseError) { try addresses(.referTo).first } }

    /// The values of any header that is made of addresses.
    public func addresses(_ name: HeaderName) throws(SIPParseError) -> [NameAddress] {
        try elements(name) { cursor, bytes throws(ScanError) in try NameAddress.scan(&cursor, bytes) }
    }

    /// Reads the comma-joined values of all rows of this name with `scan`, each to its end.
    func elements<Value>(
        _ name: HeaderName, _ scan: (inout Cursor, Span<UInt8>) throws(ScanError) -> Value
    ) throws(SIPParseError) -> [Value] {
        var values: [Value] = []
        for row in storage.value.rows where matches(row, name) {
            if row.valueStart == row.valueEnd, HeaderSyntax.mayBeEmpty(row.id) { continue }
            let octets = octets(row.isWritten)
            let bytes = octets.span
            do throws(ScanError) {
                var cursor = Cursor(row.value, storage.value.rules)
                repeat {
                    values.append(try scan(&cursor, bytes))
                    cursor.skipWhitespace(bytes)
                } while cursor.skip(UInt8(ascii: ","), bytes)
                try cursor.expectEnd(bytes)
            } catch {
                throw SIPParseError(.malformedHeader, error, header: name)
            }
        }
        return values
    }

    // MARK: Numbers. A malformed one reads as nil, which RFC 3261 allows for each of them (RFC 4475 §3.1.2.4).

    /// Hops left, 0 … 255 (RFC 3261 §20.22).
    public var maxForwards: UInt8? {
        get { number(.maxForwards).flatMap { UInt8(exactly: $0) } }
        set { replaceAll(.maxForwards, with: newValue.map { [String($0)] } ?? []) }
    }

    /// Seconds.
    public var expires: UInt32? {
        get { number(.expires) }
        set { replaceAll(.expires, with: newValue.map { [String($0)] } ?? []) }
    }

    /// Seconds.
    public var minExpires: UInt32? {
        get { number(.minExpires) }
        set { replaceAll(.minExpires, with: newValue.map { [String($0)] } ?? []) }
    }

    /// Seconds; comment and duration of the header are passed over (RFC 3261 §20.33).
    public var retryAfter: UInt32? {
        get {
            value(named: .retryAfter).flatMap { text in
                UInt32(
                    digits: text.utf8.prefix { ByteSet.digit.contains($0) }.reduce(into: "") {
                        $0.append(Character(UnicodeScalar($1)))
                    })
            }
        }
        set { replaceAll(.retryAfter, with: newValue.map { [String($0)] } ?? []) }
    }

    /// What the message says; the body's own count is what it was held to.
    public var contentLength: Int? { number(.contentLength).map { Int($0) } }

    private func number(_ name: HeaderName) -> UInt32? {
        guard let row = firstRow(name) else { return nil }
        return read(row.isWritten) { bytes in
            var cursor = Cursor(row.value)
            guard let value = try? cursor.takeNumber(bytes, maximum: UInt64(UInt32.max)), cursor.isAtEnd else {
                return nil
            }
            return UInt32(truncatingIfNeeded: value)
        }
    }

    // MARK: Text and lists

    /// Media type without parameters, in lower case, such as `application/sdp`.
    public var mediaType: String? {
        guard let text = value(named: .contentType) else { return nil }
        let type = text.prefix { $0 != ";" && $0 != " " && $0 != "\t" }
        return String(type).asciiLowercased
    }

    /// The whole value (RFC 3261 §20.15).
    public var contentType: String? { value(named: .contentType) }
    /// RFC 3261 §20.41.
    public var userAgent: String? { value(named: .userAgent) }
    /// RFC 3261 §20.35.
    public var server: String? { value(named: .server) }
    /// RFC 3261 §20.36.
    public var subject: String? { value(named: .subject) }

    /// Methods that the sender understands; empty without the header.
    public var allow: [SIPMethod] { list(named: .allow).compactMap { SIPMethod($0) } }
    /// Option tags that the server has to understand (RFC 3261 §20.32).
    public var require: [Token] { tokens(.require) }
    /// Option tags that proxies have to understand (RFC 3261 §20.29).
    public var proxyRequire: [Token] { tokens(.proxyRequire) }
    /// Option tags that the sender understands (RFC 3261 §20.37).
    public var supported: [Token] { tokens(.supported) }
    /// Option tags that the server does not understand (RFC 3261 §20.40).
    public var unsupported: [Token] { tokens(.unsupported) }

    /// The elements that are tokens of a comma-joined header.
    public func tokens(_ name: HeaderName) -> [Token] { list(named: name).compactMap { Token($0) } }
}
