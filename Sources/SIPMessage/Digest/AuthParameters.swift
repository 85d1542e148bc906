/// The comma-joined `name=value` list of a digest header (RFC 7235 §2.1).
struct AuthParameters {
    private(set) var elements: [(name: String, value: String)] = []

    /// nil when the scheme is not `Digest`: the value then has a syntax that we know nothing about.
    ///
    /// - Throws: ``ScanError`` when it is and the rest is no list of parameters, or a name stands twice.
    static func digest(_ bytes: Span<UInt8>, _ range: ByteRange) throws(ScanError) -> AuthParameters? {
        var cursor = Cursor(range)
        cursor.skipWhitespace(bytes)
        let scheme = cursor.take(.token, bytes)
        guard !scheme.isEmpty else { throw ScanError(cursor.position, "a scheme") }
        guard equalsIgnoringCase(bytes, scheme, "digest") else { return nil }
        let gap = cursor.position
        cursor.skipWhitespace(bytes)
        guard cursor.position > gap else { throw ScanError(gap, "white space") }
        return try list(&cursor, bytes)
    }

    /// The parameters alone, to the end.
    static func list(_ cursor: inout Cursor, _ bytes: Span<UInt8>) throws(ScanError) -> AuthParameters {
        var result = AuthParameters()
        result.elements.reserveCapacity(12)
        cursor.skipWhitespace(bytes)
        while true {
            // Empty elements are allowed (RFC 7230 §7).
            while cursor.skip(UInt8(ascii: ","), bytes) { cursor.skipWhitespace(bytes) }
            if cursor.isAtEnd { return result }
            try result.takeParameter(&cursor, bytes)
            cursor.skipWhitespace(bytes)
            guard cursor.isAtEnd || cursor.peek(bytes) == UInt8(ascii: ",") else {
                throw ScanError(cursor.position, "a comma")
            }
        }
    }

    private mutating func takeParameter(_ cursor: inout Cursor, _ bytes: Span<UInt8>) throws(ScanError) {
        let name = cursor.take(.token, bytes)
        guard !name.isEmpty else { throw ScanError(cursor.position, "a parameter") }
        cursor.skipWhitespace(bytes)
        guard cursor.skip(UInt8(ascii: "="), bytes) else { throw ScanError(cursor.position, "=") }
        cursor.skipWhitespace(bytes)
        let value: String
        if cursor.peek(bytes) == UInt8(ascii: "\"") {
            value = unquoted(bytes, try cursor.takeQuotedString(bytes))
        } else {
            // Without quotes: wider than a token, as some phones leave them out round URIs.
            let range = cursor.take(.parameterValue, bytes)
            guard !range.isEmpty else { throw ScanError(cursor.position, "a value") }
            value = String(bytes, range)
        }
        guard elements.count < 32 else { throw ScanError(Int(name.start), "fewer parameters") }
        let text = String(bytes, name).asciiLowercased
        guard self[text] == nil else { throw ScanError(Int(name.start), "each parameter once") }
        elements.append((text, value))
    }

    /// `name` in lower case.
    subscript(name: String) -> String? { elements.first { $0.name == name }?.value }

    func required(_ name: String, at offset: Int) throws(ScanError) -> String {
        guard let value = self[name] else { throw ScanError(offset, "realm, nonce and what else the scheme requires") }
        return value
    }
}

/// Text that can stand between quotes in a header: no CR, LF, NUL.
func checkQuotable(_ texts: [String?]) throws(SIPValueError) {
    for text in texts {
        if let text { _ = try FieldText(text) }
    }
}
