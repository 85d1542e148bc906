extension Cursor {
    /// Passes white space and a token.
    mutating func expectToken(_ bytes: Span<UInt8>) throws(ScanError) -> Token {
        skipWhitespace(bytes)
        let range = take(.token, bytes)
        guard !range.isEmpty else { throw ScanError(position, "a token") }
        return Token(received: String(bytes, range))
    }

    /// Passes white space and a decimal number below 2^32.
    mutating func expectNumber(_ bytes: Span<UInt8>, maximum: UInt32 = .max) throws(ScanError) -> UInt32 {
        skipWhitespace(bytes)
        return UInt32(truncatingIfNeeded: try takeNumber(bytes, maximum: UInt64(maximum)))
    }

    /// Passes `;name=value …`.
    mutating func takeParameters(_ bytes: Span<UInt8>) throws(ScanError) -> Parameters {
        Parameters(.header, bytes, try ParameterLayout.scanAll(&self, bytes, .header), rules)
    }

    /// Passes a comment in parentheses, nested ones included, without recursion (RFC 3261 §25.1). The cursor stands on `(`.
    mutating func takeComment(_ bytes: Span<UInt8>) throws(ScanError) -> String {
        let start = position
        var depth = 0
        while position < end {
            switch bytes[position] {
            case UInt8(ascii: "("): depth &+= 1
            case UInt8(ascii: ")"):
                depth &-= 1
                if depth == 0 {
                    position &+= 1
                    return String(unfolding: bytes, ByteRange(start &+ 1, position &- 1))
                }
            case UInt8(ascii: "\\"):
                guard position &+ 1 < end, bytes[position &+ 1] != 0x0D, bytes[position &+ 1] != 0x0A else {
                    throw ScanError(position, "a character that can be escaped")
                }
                position &+= 1
            default: break
            }
            position &+= 1
        }
        position = min(position, end)
        throw ScanError(start, "a closing parenthesis")
    }

    /// Passes `<uri>` and gives the URI.
    mutating func expectBracketedURI(_ bytes: Span<UInt8>) throws(ScanError) -> URI {
        skipWhitespace(bytes)
        guard skip(UInt8(ascii: "<"), bytes) else { throw ScanError(position, "<") }
        let close = Words.find(UInt8(ascii: ">"), bytes, from: position, to: end)
        guard close < end else { throw ScanError(position, "a closing >") }
        let uri = try URILayout.scan(ByteRange(position, close), bytes, rules).value(bytes, rules)
        position = close &+ 1
        return uri
    }

    /// The rest of the value without white space at its ends, as text.
    mutating func takeRest(_ bytes: Span<UInt8>) -> String {
        skipWhitespace(bytes)
        var last = end
        while last > position, ByteSet.whitespace.contains(bytes[last &- 1]) { last &-= 1 }
        defer { position = end }
        return String(unfolding: bytes, ByteRange(position, last))
    }
}
