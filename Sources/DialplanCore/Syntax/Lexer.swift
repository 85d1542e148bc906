/// Splits a script into tokens, one at a time, on demand of the parser.
///
/// Ruby cannot be split without context; the context is `state` (what the token before allows to follow), which the
/// parser corrects where only it knows better (a bare word that is a local variable). Quoted text is not a token: the lexer
/// hands out its opening and the parser reads on with `scanQuoted` (Lexer+Quotes), so that the stack of strings
/// within interpolations within heredocs is the parser's own counted nesting.
struct Lexer: Sendable {
    /// What may follow the last token.
    enum State: UInt8, Sendable {
        /// An expression begins: `-` is a sign, `/` a regexp, a line end is only space.
        case begin
        /// As `begin`, and `name:` is a label.
        case beginLabel
        /// After return, break, next, rescue: as `begin`, but a line end counts.
        case middle
        /// After the name of a method: a space decides between operand and operator.
        case argument
        /// After a value.
        case end
        /// After a local variable.
        case endVariable
        /// After the name in a `def`, or `)`.
        case endFunction
        /// After `.`: any word is a name.
        case dot
        /// After `def`, `alias`, `undef`: any word or operator is a name.
        case functionName
        /// After `class`: `<<` opens no heredoc.
        case className

        var isBegin: Bool { rawValue <= State.middle.rawValue || self == .className }
        var isEnd: Bool { self == .end || self == .endVariable || self == .endFunction }
    }

    /// A number literal; valid while its token is the parser's current one.
    enum Number: Sendable {
        case integer(Int64)
        case big(digits: [UInt8])
        case float(Double)
    }

    /// The script and one 0 byte after it.
    let source: [UInt8]
    let count: Int
    var position = 0
    var state = State.begin
    /// Off while the conditions of a `when` are read: `when x: …` is Ruby 1.8's `when x then …`.
    var labelsAllowed = true
    /// Where the line goes on when its end is reached: behind the bodies of its heredocs. 0: nowhere special.
    var lineResumption = 0
    var names: NameTable
    let lineStarts: [Int32]
    let firstLine: Int

    var number = Number.integer(0)
    /// Bytes of the last character literal, or of the quoted text being read.
    var scratch: [UInt8] = []
    var quote = Quote(open: 0, close: 0, interpolates: false)
    var heredoc = Heredoc()

    init(source: [UInt8], firstLine: Int) {
        var bytes = source
        bytes.append(0)
        var starts: [Int32] = [0]
        starts.reserveCapacity(source.count / 24 + 1)
        for (index, byte) in source.enumerated() where byte == 0x0A { starts.append(Int32(index + 1)) }
        self.source = bytes
        self.count = source.count
        self.lineStarts = starts
        self.firstLine = firstLine
        self.names = NameTable()
        for keyword in Names.keywords { _ = names.intern(keyword) }
        for name in Names.operators { _ = names.intern(name) }
        if source.starts(with: [0xEF, 0xBB, 0xBF]) { position = 3 }
    }

    // MARK: Bytes

    /// The byte at an offset from the position, 0 beyond the end.
    @inline(__always)
    func peek(_ offset: Int = 0) -> UInt8 {
        let index = position + offset
        return index < count ? source[index] : 0
    }

    @inline(__always)
    func isAtLineStart(_ index: Int) -> Bool { index == 0 || source[index - 1] == 0x0A }

    func hasPrefix(_ text: StaticString, at index: Int) -> Bool {
        let length = text.utf8CodeUnitCount
        guard index >= 0, index + length <= count else { return false }
        return text.withUTF8Buffer { buffer in
            for offset in 0..<length where unsafe buffer[offset] != source[index + offset] { return false }
            return true
        }
    }

    func error(_ message: String, at offset: Int) -> SyntaxError {
        var low = 0
        var high = lineStarts.count
        while high - low > 1 {
            let middle = (low + high) / 2
            if Int(lineStarts[middle]) <= offset { low = middle } else { high = middle }
        }
        return SyntaxError(message: message, line: low + firstLine, column: offset - Int(lineStarts[low]) + 1)
    }

    // MARK: Lines

    /// Steps over the line end at the position (which must be `\n`), and over the heredoc bodies that follow the line.
    mutating func consumeLineEnd() {
        position += 1
        if lineResumption > 0 {
            position = lineResumption
            lineResumption = 0
        }
    }

    /// Steps to the line end (or the end of the script) without taking it.
    mutating func skipToLineEnd() {
        while position < count, source[position] != 0x0A { position += 1 }
    }

    /// Steps over a `=begin` … `=end` comment at the position, if there is one.
    private mutating func skipBlockComment() throws(SyntaxError) -> Bool {
        guard isAtLineStart(position), hasPrefix("=begin", at: position), Byte.isSpaceOrEnd(peek(6)) else {
            return false
        }
        let start = position
        while true {
            skipToLineEnd()
            guard position < count else { throw error("embedded document meets end of file", at: start) }
            consumeLineEnd()
            if hasPrefix("=end", at: position), Byte.isSpaceOrEnd(peek(4)) {
                skipToLineEnd()
                return true
            }
        }
    }

    /// Where the next line that is neither blank nor a comment goes on with `.name` or `&.name`, if it does.
    /// The position is behind a line end.
    private func leadingDot() -> Int? {
        var index = position
        while index < count {
            switch source[index] {
            case 0x20, 0x09, 0x0B, 0x0C, 0x0D, 0x0A: index += 1
            case UInt8(ascii: "#"):
                while index < count, source[index] != 0x0A { index += 1 }
            case UInt8(ascii: "."): return index + 1 < count && source[index + 1] != UInt8(ascii: ".") ? index : nil
            case UInt8(ascii: "&"): return index + 1 < count && source[index + 1] == UInt8(ascii: ".") ? index : nil
            default: return nil
            }
        }
        return nil
    }

    // MARK: Tokens

    mutating func next() throws(SyntaxError) -> Token {
        var space = false
        while true {
            let byte = source[position]
            switch byte {
            case 0x20, 0x09, 0x0B, 0x0C:
                position += 1
                space = true
            case 0x0D:
                position += 1
                space = true
            case UInt8(ascii: "\\"):
                if peek(1) == 0x0A {
                    position += 1
                } else if peek(1) == 0x0D, peek(2) == 0x0A {
                    position += 2
                } else {
                    throw error("syntax error, unexpected backslash", at: position)
                }
                consumeLineEnd()
                space = true
            case UInt8(ascii: "#"):
                skipToLineEnd()
                space = true
            case 0x0A:
                let start = position
                consumeLineEnd()
                switch state {
                case .begin, .beginLabel, .dot, .functionName, .className:
                    space = true
                default:
                    if let dot = leadingDot() {
                        position = dot
                        space = true
                        continue
                    }
                    state = .begin
                    return Token(
                        kind: .newline, spaceBefore: space, start: Int32(start), end: Int32(position), value: 0)
                }
            case UInt8(ascii: "="):
                if try skipBlockComment() { continue }
                return try scanToken(byte, space: space)
            case 0, 0x04, 0x1A:
                return endOfInput(space: space)
            case UInt8(ascii: "_"):
                if isAtLineStart(position), hasPrefix("__END__", at: position),
                    peek(7) == 0 || peek(7) == 0x0A || (peek(7) == 0x0D && peek(8) == 0x0A)
                {
                    return endOfInput(space: space)
                }
                return try scanToken(byte, space: space)
            default:
                return try scanToken(byte, space: space)
            }
        }
    }

    private func endOfInput(space: Bool) -> Token {
        Token(kind: .endOfInput, spaceBefore: space, start: Int32(position), end: Int32(position), value: 0)
    }

    private mutating func scanToken(_ byte: UInt8, space: Bool) throws(SyntaxError) -> Token {
        let start = position
        var token = Token(kind: .endOfInput, spaceBefore: space, start: Int32(start), end: 0, value: 0)
        if Byte.isIdentifierStart(byte) {
            scanWord(into: &token)
        } else if Byte.isDigit(byte) {
            try scanNumber(into: &token)
        } else {
            switch byte {
            case UInt8(ascii: "\""), UInt8(ascii: "'"):
                position += 1
                quote = Quote(
                    open: 0, close: byte, interpolates: byte == UInt8(ascii: "\""), mayBeLabel: isLabelPossible)
                token.kind = .stringBegin
            case UInt8(ascii: "@"): try scanInstanceVariable(into: &token)
            case UInt8(ascii: "$"): try scanGlobalVariable(into: &token)
            default: try scanPunctuation(byte, into: &token)
            }
        }
        token.end = Int32(position)
        return token
    }

    /// Whether `word:` is a label here.
    var isLabelPossible: Bool {
        labelsAllowed && (state == .beginLabel || state == .argument || state == .endFunction)
    }
}

/// Classes of bytes. Bytes ≥ 0x80 belong to words, whatever they spell.
enum Byte {
    @inline(__always)
    static func isDigit(_ byte: UInt8) -> Bool { byte &- 0x30 < 10 }
    @inline(__always)
    static func isIdentifierStart(_ byte: UInt8) -> Bool {
        (byte | 0x20) &- 0x61 < 26 || byte == 0x5F || byte >= 0x80
    }
    @inline(__always)
    static func isIdentifier(_ byte: UInt8) -> Bool { isIdentifierStart(byte) || isDigit(byte) }
    @inline(__always)
    static func isUpper(_ byte: UInt8) -> Bool { byte &- 0x41 < 26 }
    @inline(__always)
    static func isSpace(_ byte: UInt8) -> Bool { byte == 0x20 || byte &- 0x09 < 5 }
    @inline(__always)
    static func isSpaceOrEnd(_ byte: UInt8) -> Bool { isSpace(byte) || byte == 0 }
    /// The value of a hexadecimal digit.
    static func hexadecimalValue(_ byte: UInt8) -> UInt32? {
        switch byte {
        case 0x30...0x39: UInt32(byte - 0x30)
        case 0x41...0x46: UInt32(byte - 0x41 + 10)
        case 0x61...0x66: UInt32(byte - 0x61 + 10)
        default: nil
        }
    }
}
