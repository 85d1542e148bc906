extension Token: ScannedValue {
    static func scan(_ cursor: inout Cursor, _ bytes: Span<UInt8>) throws(ScanError) -> Token {
        try cursor.expectToken(bytes)
    }
}

extension SIPMethod: ScannedValue {
    static func scan(_ cursor: inout Cursor, _ bytes: Span<UInt8>) throws(ScanError) -> SIPMethod {
        cursor.skipWhitespace(bytes)
        let range = cursor.take(.token, bytes)
        guard !range.isEmpty else { throw ScanError(cursor.position, "a method") }
        return SIPMethod(bytes, range)
    }
}

extension CallID: ScannedValue {
    static func scan(_ cursor: inout Cursor, _ bytes: Span<UInt8>) throws(ScanError) -> CallID {
        cursor.skipWhitespace(bytes)
        let range = cursor.take(.callID, bytes)
        guard !range.isEmpty else { throw ScanError(cursor.position, "a Call-ID") }
        return CallID(received: String(bytes, range))
    }
}

extension Via: ScannedValue {
    static func scan(_ cursor: inout Cursor, _ bytes: Span<UInt8>) throws(ScanError) -> Via {
        Via(try ViaLayout.scan(&cursor, bytes), bytes, cursor.rules)
    }
}

extension URI {
    /// A URI without angle brackets, to white space or a comma.
    static func scanBare(_ cursor: inout Cursor, _ bytes: Span<UInt8>) throws(ScanError) -> URI {
        cursor.skipWhitespace(bytes)
        let start = cursor.position
        while let byte = cursor.peek(bytes), byte > 0x20, byte != UInt8(ascii: ",") { cursor.position &+= 1 }
        return try URILayout.scan(ByteRange(start, cursor.position), bytes, cursor.rules).value(bytes, cursor.rules)
    }
}

extension ValueCodec where Value == UInt32 {
    /// Decimal digits, at most `maximum`.
    static func number(maximum: UInt32 = .max) -> ValueCodec {
        ValueCodec(
            { cursor, bytes throws(ScanError) in try cursor.expectNumber(bytes, maximum: maximum) }, { String($0) })
    }
}

extension ValueCodec where Value == FieldText {
    /// Any text to the end.
    static let text = ValueCodec(
        { cursor, bytes throws(ScanError) in
            let start = cursor.position
            let text = cursor.takeRest(bytes)
            guard let value = try? FieldText(text) else { throw ScanError(start, "text without NUL") }
            return value
        }, { $0.text })
}

extension ValueCodec where Value == URI {
    static let bare = ValueCodec(
        { cursor, bytes throws(ScanError) in try URI.scanBare(&cursor, bytes) }, { $0.description })
}
