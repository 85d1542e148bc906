/// Operators, brackets and the openings of quoted text.
extension Lexer {
    /// Whether an operator that stands before this byte is taken as a prefix: after a method name, with a space
    /// before and none behind (`foo -1`, `foo *list`, `foo /x/`).
    private func isSpacedArgument(_ next: UInt8, _ token: Token) -> Bool {
        state == .argument && token.spaceBefore && !Byte.isSpaceOrEnd(next)
    }

    private func isPrefix(_ next: UInt8, _ token: Token) -> Bool {
        state.isBegin || isSpacedArgument(next, token)
    }

    private mutating func take(
        _ kind: TokenKind, _ length: Int, _ next: State = .begin, name: NameID = NameID(0), into token: inout Token
    ) {
        position += length
        state = next
        token.kind = kind
        token.value = name.rawValue
    }

    /// A binary operator of `length` bytes, or its assignment.
    private mutating func takeOperator(_ kind: TokenKind, _ length: Int, _ name: NameID, into token: inout Token) {
        if peek(length) == UInt8(ascii: "=") {
            take(.operatorAssign, length + 1, name: name, into: &token)
        } else {
            take(kind, length, name: name, into: &token)
        }
    }

    mutating func scanPunctuation(_ byte: UInt8, into token: inout Token) throws(SyntaxError) {
        if state == .functionName || state == .dot, let name = scanOperatorName() {
            token.kind = .operatorName
            token.value = name.rawValue
            state = .argument
            return
        }
        let next = peek(1)
        switch byte {
        case UInt8(ascii: "("):
            let isFirst = state.isBegin
            let kind: TokenKind =
                isFirst
                ? .parenthesisBegin
                : token.spaceBefore && (state == .argument || state == .endVariable)
                    ? .parenthesisArgument : .parenthesisCall
            take(kind, 1, .beginLabel, into: &token)
        case UInt8(ascii: ")"): take(.parenthesisEnd, 1, .endFunction, into: &token)
        case UInt8(ascii: "["):
            let isArray = state.isBegin || (state == .argument && token.spaceBefore)
            take(isArray ? .bracketBegin : .bracketIndex, 1, .beginLabel, into: &token)
        case UInt8(ascii: "]"): take(.bracketEnd, 1, .end, into: &token)
        case UInt8(ascii: "{"): take(.braceBegin, 1, .beginLabel, into: &token)
        case UInt8(ascii: "}"): take(.braceEnd, 1, .end, into: &token)
        case UInt8(ascii: ","): take(.comma, 1, .beginLabel, into: &token)
        case UInt8(ascii: ";"): take(.semicolon, 1, into: &token)
        case UInt8(ascii: "."): try scanDot(next, into: &token)
        case UInt8(ascii: ":"): try scanColon(next, into: &token)
        case UInt8(ascii: "?"): try scanQuestion(into: &token)
        case UInt8(ascii: "*"):
            if next == byte {
                if isPrefix(peek(2), token) {
                    take(.doubleStar, 2, into: &token)
                } else {
                    takeOperator(.power, 2, Names.power, into: &token)
                }
            } else if next != UInt8(ascii: "="), isPrefix(next, token) {
                take(.star, 1, into: &token)
            } else {
                takeOperator(.multiply, 1, Names.multiply, into: &token)
            }
        case UInt8(ascii: "/"):
            if state.isBegin || (next != UInt8(ascii: "=") && isSpacedArgument(next, token)) {
                quote = Quote(open: 0, close: byte, interpolates: true)
                take(.regexBegin, 1, into: &token)
            } else {
                takeOperator(.divide, 1, Names.divide, into: &token)
            }
        case UInt8(ascii: "%"):
            if state.isBegin || (next != UInt8(ascii: "=") && isSpacedArgument(next, token)) {
                try scanPercent(into: &token)
            } else {
                takeOperator(.modulo, 1, Names.modulo, into: &token)
            }
        case UInt8(ascii: "+"): try scanSign(.unaryPlus, .plus, Names.plus, into: &token)
        case UInt8(ascii: "-"):
            if next == UInt8(ascii: ">") {
                take(.lambda, 2, .endFunction, into: &token)
            } else {
                try scanSign(.unaryMinus, .minus, Names.minus, into: &token)
            }
        case UInt8(ascii: "<"): try scanLess(next, into: &token)
        case UInt8(ascii: ">"):
            if next == byte {
                takeOperator(.shiftRight, 2, Names.shiftRight, into: &token)
            } else if next == UInt8(ascii: "=") {
                take(.greaterEqual, 2, name: Names.greaterEqual, into: &token)
            } else {
                take(.greater, 1, name: Names.greater, into: &token)
            }
        case UInt8(ascii: "="): scanEqual(next, into: &token)
        case UInt8(ascii: "!"):
            if next == UInt8(ascii: "=") {
                take(.notEqual, 2, name: Names.notEqual, into: &token)
            } else if next == UInt8(ascii: "~") {
                take(.notMatch, 2, name: Names.notMatch, into: &token)
            } else {
                take(.bang, 1, into: &token)
            }
        case UInt8(ascii: "~"): take(.tilde, 1, into: &token)
        case UInt8(ascii: "&"):
            if next == byte {
                if peek(2) == UInt8(ascii: "=") {
                    take(.andAssign, 3, into: &token)
                } else {
                    take(.logicalAnd, 2, into: &token)
                }
            } else if next == UInt8(ascii: ".") {
                take(.safeDot, 2, .dot, into: &token)
            } else if next != UInt8(ascii: "="), isPrefix(next, token) {
                take(.ampersand, 1, into: &token)
            } else {
                takeOperator(.and, 1, Names.and, into: &token)
            }
        case UInt8(ascii: "|"):
            if next == byte {
                if peek(2) == UInt8(ascii: "=") {
                    take(.orAssign, 3, into: &token)
                } else {
                    take(.logicalOr, 2, into: &token)
                }
            } else if next == UInt8(ascii: "=") {
                take(.operatorAssign, 2, name: Names.pipe, into: &token)
            } else {
                take(.pipe, 1, .beginLabel, name: Names.pipe, into: &token)
            }
        case UInt8(ascii: "^"): takeOperator(.caret, 1, Names.caret, into: &token)
        case UInt8(ascii: "`"):
            quote = Quote(open: 0, close: byte, interpolates: true)
            take(.commandBegin, 1, into: &token)
        default:
            let code = String(byte, radix: 16, uppercase: true)
            throw error("Invalid char `\\x\(code.count < 2 ? "0" : "")\(code)' in expression", at: position)
        }
    }

    private mutating func scanSign(
        _ prefix: TokenKind, _ infix: TokenKind, _ name: NameID, into token: inout Token
    ) throws(SyntaxError) {
        let next = peek(1)
        if next != UInt8(ascii: "=") || state.isBegin, isPrefix(next, token) {
            if prefix == .unaryPlus, Byte.isDigit(next) {
                // `+1` is a literal, not a call.
                position += 1
                return try scanNumber(into: &token)
            }
            let isNumber = prefix == .unaryMinus && Byte.isDigit(next)
            take(isNumber ? .unaryMinusNumber : prefix, 1, into: &token)
        } else {
            takeOperator(infix, 1, name, into: &token)
        }
    }

    private mutating func scanDot(_ next: UInt8, into token: inout Token) throws(SyntaxError) {
        if next == UInt8(ascii: ".") {
            if peek(2) == UInt8(ascii: ".") {
                take(.rangeExclusive, 3, into: &token)
            } else {
                take(.rangeInclusive, 2, into: &token)
            }
        } else if Byte.isDigit(next) {
            throw error("no .<digit> floating literal anymore; put 0 before dot", at: position)
        } else {
            take(.dot, 1, .dot, into: &token)
        }
    }

    private mutating func scanColon(_ next: UInt8, into token: inout Token) throws(SyntaxError) {
        if next == UInt8(ascii: ":") {
            if state.isBegin || isSpacedArgument(peek(2), token) {
                take(.topScope, 2, into: &token)
            } else {
                take(.scope, 2, .dot, into: &token)
            }
        } else if state.isEnd || Byte.isSpaceOrEnd(next) || next == UInt8(ascii: "#") {
            take(.colon, 1, into: &token)
        } else {
            position += 1
            try scanSymbol(into: &token)
        }
    }

    private mutating func scanLess(_ next: UInt8, into token: inout Token) throws(SyntaxError) {
        if next == UInt8(ascii: "<") {
            if state != .className, !state.isEnd, state.isBegin || token.spaceBefore,
                try scanHeredocOpening(into: &token)
            {
                return
            }
            takeOperator(.shiftLeft, 2, Names.shiftLeft, into: &token)
        } else if next == UInt8(ascii: "=") {
            if peek(2) == UInt8(ascii: ">") {
                take(.compare, 3, name: Names.compare, into: &token)
            } else {
                take(.lessEqual, 2, name: Names.lessEqual, into: &token)
            }
        } else {
            take(.less, 1, name: Names.less, into: &token)
        }
    }

    private mutating func scanEqual(_ next: UInt8, into token: inout Token) {
        switch next {
        case UInt8(ascii: "="):
            if peek(2) == UInt8(ascii: "=") {
                take(.caseEqual, 3, name: Names.caseEqual, into: &token)
            } else {
                take(.equal, 2, name: Names.equal, into: &token)
            }
        case UInt8(ascii: "~"): take(.match, 2, name: Names.match, into: &token)
        case UInt8(ascii: ">"): take(.arrow, 2, into: &token)
        default: take(.assign, 1, into: &token)
        }
    }

    /// `%w(`, `%q{`, `%(` …; the position is at the `%`.
    private mutating func scanPercent(into token: inout Token) throws(SyntaxError) {
        let start = position
        var index = position + 1
        var type = UInt8(ascii: "Q")
        guard index < count else { throw error("unterminated quoted string meets end of file", at: start) }
        if Byte.isIdentifierStart(source[index]) || Byte.isDigit(source[index]) {
            type = source[index]
            index += 1
        }
        guard index < count else { throw error("unterminated quoted string meets end of file", at: start) }
        let open = source[index]
        guard !Byte.isIdentifier(open), open != UInt8(ascii: "_") || index == start + 1 else {
            throw error("unknown type of %string", at: start)
        }
        let close: UInt8? =
            switch open {
            case UInt8(ascii: "("): UInt8(ascii: ")")
            case UInt8(ascii: "["): UInt8(ascii: "]")
            case UInt8(ascii: "{"): UInt8(ascii: "}")
            case UInt8(ascii: "<"): UInt8(ascii: ">")
            default: nil
            }
        var interpolates = true
        switch type {
        case UInt8(ascii: "Q"): token.kind = .stringBegin
        case UInt8(ascii: "q"): (token.kind, interpolates) = (.stringBegin, false)
        case UInt8(ascii: "W"): token.kind = .wordsBegin
        case UInt8(ascii: "w"): (token.kind, interpolates) = (.wordsBegin, false)
        case UInt8(ascii: "I"): token.kind = .symbolsBegin
        case UInt8(ascii: "i"): (token.kind, interpolates) = (.symbolsBegin, false)
        case UInt8(ascii: "r"): token.kind = .regexBegin
        case UInt8(ascii: "s"): (token.kind, interpolates) = (.symbolBegin, false)
        case UInt8(ascii: "x"): token.kind = .commandBegin
        default: throw error("unknown type of %string", at: start)
        }
        quote = Quote(open: close == nil ? 0 : open, close: close ?? open, interpolates: interpolates)
        position = index
        // A line end as delimiter would have to step over heredoc bodies; nobody writes it.
        guard open != 0x0A, open != 0x0D else { throw error("unknown type of %string", at: start) }
        position += 1
    }

    /// `<<ID`, `<<-ID`, `<<~ID`, also with quotes, at the position; no step if it is none.
    private mutating func scanHeredocOpening(into token: inout Token) throws(SyntaxError) -> Bool {
        var index = position + 2
        var opening = Heredoc()
        if peek(2) == UInt8(ascii: "-") || peek(2) == UInt8(ascii: "~") {
            opening.mayIndent = true
            opening.isSquiggly = peek(2) == UInt8(ascii: "~")
            index += 1
        }
        guard index < count else { return false }
        let first = source[index]
        if first == UInt8(ascii: "'") || first == UInt8(ascii: "\"") || first == UInt8(ascii: "`") {
            let start = index + 1
            index = start
            while index < count, source[index] != first, source[index] != 0x0A { index += 1 }
            guard index < count, source[index] == first else {
                throw error("unterminated here document identifier", at: position)
            }
            opening.identifier = start..<index
            opening.interpolates = first != UInt8(ascii: "'")
            opening.isCommand = first == UInt8(ascii: "`")
            index += 1
        } else if Byte.isIdentifier(first) {
            // `foo <<1` shifts; Ruby takes a digit for an identifier only after `<<-` and `<<~`.
            guard Byte.isIdentifierStart(first) || opening.mayIndent else { return false }
            let start = index
            while index < count, Byte.isIdentifier(source[index]) { index += 1 }
            opening.identifier = start..<index
        } else {
            return false
        }
        heredoc = opening
        take(.heredocBegin, index - position, .end, into: &token)
        return true
    }
}

/// How a quoted text goes on and ends.
struct Quote: Sendable {
    /// The opening bracket, which nests; 0 if the delimiter is no bracket.
    var open: UInt8
    var close: UInt8
    var interpolates: Bool
    /// Whether `"text":` would be a label.
    var mayBeLabel = false
}

/// The opening of a heredoc.
struct Heredoc: Sendable {
    /// Where the identifier stands in the source.
    var identifier = 0..<0
    var interpolates = true
    /// Whether the closing identifier may be indented.
    var mayIndent = false
    /// `<<~`: the indentation that all lines have is taken off.
    var isSquiggly = false
    var isCommand = false
}
