/// Number and character literals.
extension Lexer {
    /// Longer literals are refused: converting digits to a big integer takes quadratic time.
    static let numberDigitsMax = 20_000

    mutating func scanNumber(into token: inout Token) throws(SyntaxError) {
        let start = position
        state = .end
        token.kind = .integer
        if peek() == UInt8(ascii: "0") {
            switch peek(1) | 0x20 {
            case UInt8(ascii: "x"): return try scanRadix(16, skipping: 2, start: start, into: &token)
            case UInt8(ascii: "b"): return try scanRadix(2, skipping: 2, start: start, into: &token)
            case UInt8(ascii: "o"): return try scanRadix(8, skipping: 2, start: start, into: &token)
            case UInt8(ascii: "d"): return try scanRadix(10, skipping: 2, start: start, into: &token)
            default:
                if Byte.isDigit(peek(1)) || peek(1) == UInt8(ascii: "_") {
                    return try scanRadix(8, skipping: 1, start: start, into: &token)
                }
            }
        }
        scratch.removeAll(keepingCapacity: true)
        try scanDigits(radix: 10, start: start)
        var isFloat = false
        if peek() == UInt8(ascii: "."), Byte.isDigit(peek(1)) {
            isFloat = true
            position += 1
            scratch.append(UInt8(ascii: "."))
            try scanDigits(radix: 10, start: start)
        }
        if peek() | 0x20 == UInt8(ascii: "e") {
            let sign = peek(1) == UInt8(ascii: "-") || peek(1) == UInt8(ascii: "+")
            if Byte.isDigit(peek(sign ? 2 : 1)) {
                isFloat = true
                scratch.append(UInt8(ascii: "e"))
                if sign { scratch.append(peek(1)) }
                position += sign ? 2 : 1
                try scanDigits(radix: 10, start: start)
            }
        }
        if isFloat {
            token.kind = .float
            // `strtod` of the standard library: no locale, correctly rounded.
            guard let value = Double(String(decoding: scratch, as: UTF8.self)) else {
                throw error("numeric literal without digits", at: start)
            }
            number = .float(value)
        } else {
            setInteger(radix: 10, into: &token)
        }
        try refuseNumberSuffix(start: start)
    }

    private mutating func scanRadix(_ radix: UInt32, skipping prefix: Int, start: Int, into token: inout Token)
        throws(SyntaxError)
    {
        position += prefix
        scratch.removeAll(keepingCapacity: true)
        if prefix == 1, peek() == UInt8(ascii: "_") { position += 1 }
        try scanDigits(radix: radix, start: start)
        setInteger(radix: radix, into: &token)
        try refuseNumberSuffix(start: start)
    }

    /// Appends digits to `scratch`, leaving out single underscores between them.
    private mutating func scanDigits(radix: UInt32, start: Int) throws(SyntaxError) {
        let before = scratch.count
        while true {
            let byte = peek()
            if byte == UInt8(ascii: "_") {
                guard scratch.count > before, Byte.hexadecimalValue(peek(1)).map({ $0 < radix }) ?? false else {
                    throw error("trailing '_' in number", at: position)
                }
                position += 1
                continue
            }
            guard let digit = Byte.hexadecimalValue(byte), digit < max(radix, 10) else { break }
            guard digit < radix else {
                if radix == 8 { throw error("Invalid octal digit", at: position) }
                throw error("numeric literal without digits", at: position)
            }
            scratch.append(byte)
            position += 1
        }
        guard scratch.count > before else { throw error("numeric literal without digits", at: start) }
        guard scratch.count <= Lexer.numberDigitsMax else { throw error("numeric literal is too long", at: start) }
    }

    private func refuseNumberSuffix(start: Int) throws(SyntaxError) {
        let byte = peek()
        if byte == UInt8(ascii: "r") || byte == UInt8(ascii: "i"), !Byte.isIdentifier(peek(1)) {
            let kind = byte == UInt8(ascii: "r") ? "Rational" : "Complex"
            throw error("\(kind) literals are not supported", at: start)
        }
    }

    /// Takes the digits in `scratch` as the value of the token.
    private mutating func setInteger(radix: UInt32, into token: inout Token) {
        var value: Int64 = 0
        for byte in scratch {
            let digit = Int64(Byte.hexadecimalValue(byte) ?? 0)
            let (product, overflow) = value.multipliedReportingOverflow(by: Int64(radix))
            let (sum, carry) = product.addingReportingOverflow(digit)
            if overflow || carry {
                token.kind = .bigInteger
                number = .big(digits: decimalDigits(radix: radix))
                return
            }
            value = sum
        }
        number = .integer(value)
    }

    /// The digits in `scratch` as decimal digits, without leading zeros.
    private func decimalDigits(radix: UInt32) -> [UInt8] {
        if radix == 10 { return Array(scratch.drop { $0 == UInt8(ascii: "0") }) }
        // Little-endian limbs of nine decimal digits; seven digits (at most 28 bits) are taken at a time.
        var limbs: [UInt64] = [0]
        var rest = scratch[...]
        while !rest.isEmpty {
            var carry: UInt64 = 0
            var factor: UInt64 = 1
            for byte in rest.prefix(7) {
                carry = carry * UInt64(radix) + UInt64(Byte.hexadecimalValue(byte) ?? 0)
                factor *= UInt64(radix)
            }
            rest = rest.dropFirst(7)
            for index in limbs.indices {
                let value = limbs[index] * factor + carry
                limbs[index] = value % 1_000_000_000
                carry = value / 1_000_000_000
            }
            if carry > 0 { limbs.append(carry) }
        }
        var digits: [UInt8] = []
        for limb in limbs.reversed() {
            let text = Array(String(limb).utf8)
            if !digits.isEmpty { digits.append(contentsOf: repeatElement(UInt8(ascii: "0"), count: 9 - text.count)) }
            digits.append(contentsOf: text)
        }
        return digits
    }

    /// `?` at the position: a character literal, or the operator of a condition.
    mutating func scanQuestion(into token: inout Token) throws(SyntaxError) {
        position += 1
        token.kind = .question
        let byte = peek()
        if state.isEnd {
            state = .begin
            return
        }
        guard position < count else { throw error("incomplete character syntax", at: position - 1) }
        let isWord = Byte.isIdentifier(byte)
        if Byte.isSpace(byte) || (isWord && byte < 0x80 && Byte.isIdentifier(peek(1))) {
            state = .begin
            return
        }
        token.kind = .character
        state = .end
        scratch.removeAll(keepingCapacity: true)
        if byte == UInt8(ascii: "\\") {
            try scanEscape()
        } else if byte < 0x80 {
            scratch.append(byte)
            position += 1
        } else {
            // One character of UTF-8, or one stray byte.
            let length = byte >= 0xF0 ? 4 : byte >= 0xE0 ? 3 : byte >= 0xC0 ? 2 : 1
            repeat {
                scratch.append(peek())
                position += 1
            } while scratch.count < length && peek() & 0xC0 == 0x80
        }
    }
}
