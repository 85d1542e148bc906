/// The inside of strings, regular expressions, word lists and heredocs.
///
/// The bytes collect in `scratch`; each function stops where the parser has something to do.
extension Lexer {
    /// Why the reading of quoted text stopped.
    enum QuoteStop: Sendable {
        /// Behind the closing delimiter.
        case end
        /// Behind `#{`.
        case interpolation
        /// At the sigil of the variable of `#@x`, `#@@x`, `#$x`.
        case variable
        /// At the space behind a word of a word list.
        case space
        /// Behind a line end of a heredoc.
        case line
    }

    enum QuoteStyle: Sendable { case string, regex, words, heredoc }

    /// Reads quoted text up to the next stop. `nesting` counts open brackets of the kind that delimits.
    mutating func scanQuoted(
        _ quote: Quote, style: QuoteStyle, nesting: inout Int, start: Int
    ) throws(SyntaxError) -> QuoteStop {
        while position < count {
            let byte = source[position]
            if byte == quote.close, style != .heredoc {
                position += 1
                if nesting == 0 { return .end }
                nesting -= 1
                scratch.append(byte)
            } else if byte == quote.open, quote.open != 0 {
                nesting += 1
                scratch.append(byte)
                position += 1
            } else if byte == UInt8(ascii: "\\") {
                switch style {
                case .regex: scanRegexEscape(quote)
                case .string where quote.interpolates, .heredoc where quote.interpolates: try scanEscape()
                case .words where quote.interpolates && !Byte.isSpace(peek(1)): try scanEscape()
                case .heredoc:
                    scratch.append(byte)
                    position += 1
                default: scanPlainEscape(quote, style: style)
                }
            } else if byte == UInt8(ascii: "#"), quote.interpolates, let stop = scanInterpolationOpening(quote) {
                return stop
            } else if byte == 0x0A || (byte == 0x0D && peek(1) == 0x0A) {
                if style == .words { return .space }
                if byte == 0x0D { position += 1 }
                scratch.append(0x0A)
                consumeLineEnd()
                if style == .heredoc { return .line }
            } else if style == .words, Byte.isSpace(byte) {
                return .space
            } else {
                scratch.append(byte)
                position += 1
            }
        }
        throw unterminated(style, start: start)
    }

    func unterminated(_ style: QuoteStyle, start: Int) -> SyntaxError {
        switch style {
        case .regex: return error("unterminated regexp meets end of file", at: start)
        case .words: return error("unterminated list meets end of file", at: start)
        case .string: return error("unterminated string meets end of file", at: start)
        case .heredoc:
            let name = String(decoding: source[heredoc.identifier], as: UTF8.self)
            return error("can't find string \"\(name)\" anywhere before EOF", at: start)
        }
    }

    /// Steps over `#{` or the `#` of `#@x`, `#$x`; nil (and no step) where `#` is only itself.
    private mutating func scanInterpolationOpening(_ quote: Quote) -> QuoteStop? {
        let next = peek(1)
        switch next {
        case UInt8(ascii: "{"):
            position += 2
            return .interpolation
        case UInt8(ascii: "@"):
            let first = peek(2) == next ? peek(3) : peek(2)
            guard Byte.isIdentifierStart(first) else { return nil }
        case UInt8(ascii: "$"):
            let first = peek(2)
            let isName =
                Byte.isIdentifier(first) || Lexer.isSpecialGlobal(first) || first == UInt8(ascii: "&")
                || first == UInt8(ascii: "`") || first == UInt8(ascii: "'") || first == UInt8(ascii: "+")
            guard isName, first != quote.close || Byte.isIdentifier(first) else { return nil }
        default: return nil
        }
        position += 1
        return .variable
    }

    /// A backslash where only the delimiters and the backslash itself can be escaped.
    private mutating func scanPlainEscape(_ quote: Quote, style: QuoteStyle) {
        let next = peek(1)
        position += 1
        if style == .words, Byte.isSpace(next), position < count {
            // An escaped space or line end belongs to the word.
            if next == 0x0D, peek(1) == 0x0A { position += 1 }
            scratch.append(source[position])
            if source[position] == 0x0A { consumeLineEnd() } else { position += 1 }
        } else if position < count,
            next == quote.close || next == UInt8(ascii: "\\") || (next == quote.open && quote.open != 0)
        {
            scratch.append(next)
            position += 1
        } else {
            scratch.append(UInt8(ascii: "\\"))
        }
    }

    /// In a regexp escapes stay as they are; only that of the delimiter falls, unless it then means something.
    private mutating func scanRegexEscape(_ quote: Quote) {
        let next = peek(1)
        position += 1
        guard position < count else { return }
        if next == 0x0A || (next == 0x0D && peek(1) == 0x0A) {
            if next == 0x0D { position += 1 }
            consumeLineEnd()
            return
        }
        if next != quote.close || Lexer.isRegexOperator(next) { scratch.append(UInt8(ascii: "\\")) }
        scratch.append(next)
        position += 1
    }

    private static func isRegexOperator(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "$"), UInt8(ascii: "*"), UInt8(ascii: "+"), UInt8(ascii: "."), UInt8(ascii: "?"),
            UInt8(ascii: "^"), UInt8(ascii: "|"), UInt8(ascii: ")"), UInt8(ascii: "]"), UInt8(ascii: "}"),
            UInt8(ascii: ">"):
            true
        default: false
        }
    }

    // MARK: Escapes

    /// An escape of double-quoted text; the position is at the backslash.
    mutating func scanEscape() throws(SyntaxError) {
        let start = position
        position += 1
        guard position < count else { throw error("unterminated string meets end of file", at: start) }
        let byte = source[position]
        switch byte {
        case 0x0A: consumeLineEnd()
        case 0x0D where peek(1) == 0x0A:
            position += 1
            consumeLineEnd()
        case UInt8(ascii: "u"): try scanUnicodeEscape(start: start)
        case UInt8(ascii: "x"), UInt8(ascii: "0")...UInt8(ascii: "7"), UInt8(ascii: "c"), UInt8(ascii: "C"),
            UInt8(ascii: "M"):
            scratch.append(try scanByteEscape(start: start, depth: 0))
        default:
            scratch.append(Lexer.simpleEscape(byte) ?? byte)
            position += 1
        }
    }

    private static func simpleEscape(_ byte: UInt8) -> UInt8? {
        switch byte {
        case UInt8(ascii: "n"): 0x0A
        case UInt8(ascii: "t"): 0x09
        case UInt8(ascii: "s"): 0x20
        case UInt8(ascii: "r"): 0x0D
        case UInt8(ascii: "e"): 0x1B
        case UInt8(ascii: "a"): 0x07
        case UInt8(ascii: "b"): 0x08
        case UInt8(ascii: "v"): 0x0B
        case UInt8(ascii: "f"): 0x0C
        default: nil
        }
    }

    /// `\x41`, `\101`, `\cA`, `\C-a`, `\M-a`; the position is behind the backslash.
    private mutating func scanByteEscape(start: Int, depth: Int) throws(SyntaxError) -> UInt8 {
        let byte = peek()
        switch byte {
        case UInt8(ascii: "x"):
            position += 1
            var value: UInt32 = 0
            var digits = 0
            while digits < 2, let digit = Byte.hexadecimalValue(peek()) {
                value = value * 16 + digit
                digits += 1
                position += 1
            }
            guard digits > 0 else { throw error("invalid hex escape", at: start) }
            return UInt8(truncatingIfNeeded: value)
        case UInt8(ascii: "0")...UInt8(ascii: "7"):
            var value: UInt32 = 0
            var digits = 0
            while digits < 3, peek() >= 0x30, peek() <= 0x37 {
                value = value * 8 + UInt32(peek() - 0x30)
                digits += 1
                position += 1
            }
            return UInt8(truncatingIfNeeded: value)
        case UInt8(ascii: "c"):
            position += 1
            return try control(scanEscapedOperand(start: start, depth: depth))
        case UInt8(ascii: "C"), UInt8(ascii: "M"):
            guard peek(1) == UInt8(ascii: "-") else { throw error("Invalid escape character syntax", at: start) }
            position += 2
            let operand = try scanEscapedOperand(start: start, depth: depth)
            return byte == UInt8(ascii: "C") ? control(operand) : operand | 0x80
        default:
            guard position < count else { throw error("Invalid escape character syntax", at: start) }
            position += 1
            return Lexer.simpleEscape(byte) ?? byte
        }
    }

    private mutating func scanEscapedOperand(start: Int, depth: Int) throws(SyntaxError) -> UInt8 {
        // `\C-\M-a` is the longest that means something.
        guard position < count, depth < 2 else { throw error("Invalid escape character syntax", at: start) }
        let byte = source[position]
        guard byte < 0x80, byte != 0x0A else { throw error("Invalid escape character syntax", at: start) }
        position += 1
        return byte == UInt8(ascii: "\\") ? try scanByteEscape(start: start, depth: depth + 1) : byte
    }

    private func control(_ byte: UInt8) -> UInt8 { byte == UInt8(ascii: "?") ? 0x7F : byte & 0x9F }

    /// `\u00e4`, `\u{e4 1F600}`; the position is at the `u`.
    private mutating func scanUnicodeEscape(start: Int) throws(SyntaxError) {
        position += 1
        if peek() == UInt8(ascii: "{") {
            position += 1
            var characters = 0
            while true {
                while peek() == 0x20 || peek() == 0x09 { position += 1 }
                if peek() == UInt8(ascii: "}") { break }
                try appendScalar(digitsMax: 6, exact: false, start: start)
                characters += 1
            }
            guard characters > 0 else { throw error("invalid Unicode escape", at: start) }
            position += 1
        } else {
            try appendScalar(digitsMax: 4, exact: true, start: start)
        }
    }

    private mutating func appendScalar(digitsMax: Int, exact: Bool, start: Int) throws(SyntaxError) {
        var value: UInt32 = 0
        var digits = 0
        while digits < digitsMax, let digit = Byte.hexadecimalValue(peek()) {
            value = value * 16 + digit
            digits += 1
            position += 1
        }
        guard digits > 0, !exact || digits == digitsMax else {
            throw error(position < count ? "invalid Unicode escape" : "unterminated Unicode escape", at: start)
        }
        guard value <= 0x10FFFF else { throw error("invalid Unicode codepoint (too large)", at: start) }
        guard let scalar = Unicode.Scalar(value) else { throw error("invalid Unicode codepoint", at: start) }
        if let encoded = UTF8.encode(scalar) { scratch.append(contentsOf: encoded) }
    }

    // MARK: Word lists and heredocs

    /// Steps over the space between words of a list.
    mutating func skipWordSpace() {
        while position < count, Byte.isSpace(source[position]) {
            if source[position] == 0x0A { consumeLineEnd() } else { position += 1 }
        }
    }

    /// If the line at the position closes the heredoc, the position behind that line.
    func heredocEnd(_ heredoc: Heredoc) -> Int? {
        var index = position
        if heredoc.mayIndent {
            while index < count, source[index] == 0x20 || source[index] == 0x09 { index += 1 }
        }
        for offset in heredoc.identifier {
            guard index < count, source[index] == source[offset] else { return nil }
            index += 1
        }
        if index < count, source[index] == 0x0D { index += 1 }
        guard index < count else { return index }
        return source[index] == 0x0A ? index + 1 : nil
    }

    /// Letters behind the closing delimiter of a regexp.
    mutating func scanRegexFlags() throws(SyntaxError) -> RegexFlags {
        var flags: RegexFlags = []
        let start = position
        var unknown: [UInt8] = []
        while Byte.isIdentifierStart(peek()), peek() < 0x80, peek() != UInt8(ascii: "_") {
            switch peek() {
            case UInt8(ascii: "i"): flags.insert(.ignoreCase)
            case UInt8(ascii: "x"): flags.insert(.extended)
            case UInt8(ascii: "m"): flags.insert(.multiline)
            case UInt8(ascii: "o"): flags.insert(.once)
            case UInt8(ascii: "n"): flags.insert(.binary)
            case UInt8(ascii: "u"): flags.insert(.utf8)
            default: unknown.append(peek())
            }
            position += 1
        }
        if !unknown.isEmpty {
            let letters = String(decoding: unknown.prefix(16), as: UTF8.self)
            throw error("unknown regexp option\(unknown.count > 1 ? "s" : "") - \(letters)", at: start)
        }
        return flags
    }
}
