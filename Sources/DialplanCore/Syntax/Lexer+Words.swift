/// Words, variables with a sigil, and symbols.
extension Lexer {
    /// Steps over identifier bytes.
    private mutating func skipIdentifier() {
        while Byte.isIdentifier(source[position]), position < count { position += 1 }
    }

    /// Steps over `?`, `!` where they end a method name.
    private mutating func skipSuffix() -> Bool {
        let byte = peek()
        guard byte == UInt8(ascii: "?") || byte == UInt8(ascii: "!"), peek(1) != UInt8(ascii: "=") else { return false }
        position += 1
        return true
    }

    /// Steps over the `=` of a setter's name (`def x=`, `:x=`), but not that of `==`, `=~`, `=>`.
    private mutating func skipSetterSuffix() -> Bool {
        guard peek() == UInt8(ascii: "=") else { return false }
        let after = peek(1)
        guard after != UInt8(ascii: "~"), after != UInt8(ascii: ">") else { return false }
        guard after != UInt8(ascii: "=") || peek(2) == UInt8(ascii: ">") else { return false }
        position += 1
        return true
    }

    /// An identifier, constant, keyword or label at the position.
    mutating func scanWord(into token: inout Token) {
        let start = position
        let first = source[start]
        skipIdentifier()
        let isSuffixed = skipSuffix()
        if isLabelPossible, peek() == UInt8(ascii: ":"), peek(1) != UInt8(ascii: ":") {
            token.kind = .label
            token.value = names.intern(source[start..<position]).rawValue
            position += 1
            state = .beginLabel
            return
        }
        let isName = state == .functionName
        if isName, !isSuffixed { _ = skipSetterSuffix() }
        let name = names.intern(source[start..<position])
        token.value = name.rawValue
        if name.rawValue <= Int32(TokenKind.keywordEncoding.rawValue), state != .dot, !isName,
            let keyword = TokenKind(rawValue: UInt8(name.rawValue))
        {
            token.kind = keyword
            state = Lexer.state(after: keyword)
            return
        }
        token.kind = isSuffixed ? .suffixedIdentifier : Byte.isUpper(first) ? .constant : .identifier
        if isName {
            state = .endFunction
        } else if state.isEnd {
            state = .end
        } else {
            state = .argument
        }
    }

    private static func state(after keyword: TokenKind) -> State {
        switch keyword {
        case .keywordAlias, .keywordDef, .keywordUndef: .functionName
        case .keywordClass: .className
        case .keywordBreak, .keywordNext, .keywordRescue, .keywordReturn: .middle
        case .keywordDefined, .keywordNot, .keywordSuper, .keywordYield: .argument
        case .keywordEnd, .keywordFalse, .keywordNil, .keywordRedo, .keywordRetry, .keywordSelf, .keywordTrue,
            .keywordFile,
            .keywordLine, .keywordEncoding, .keywordBEGIN, .keywordEND:
            .end
        default: .begin
        }
    }

    mutating func scanInstanceVariable(into token: inout Token) throws(SyntaxError) {
        let start = position
        position += 1
        let isClassVariable = peek() == UInt8(ascii: "@")
        if isClassVariable { position += 1 }
        guard Byte.isIdentifierStart(peek()) else {
            let text = isClassVariable ? "@@" : "@"
            let what = isClassVariable ? "class" : "instance"
            if Byte.isDigit(peek()) {
                skipIdentifier()
                let name = String(decoding: source[start..<position], as: UTF8.self)
                throw error(
                    "`\(name)' is not allowed as \(what == "class" ? "a class" : "an instance") variable name",
                    at: start)
            }
            throw error(
                "'\(text)' without identifiers is not allowed as \(what == "class" ? "a class" : "an instance") variable name",
                at: start)
        }
        skipIdentifier()
        token.kind = isClassVariable ? .classVariable : .instanceVariable
        token.value = names.intern(source[start..<position]).rawValue
        state = state == .functionName ? .endFunction : .end
    }

    mutating func scanGlobalVariable(into token: inout Token) throws(SyntaxError) {
        let start = position
        position += 1
        let byte = peek()
        token.kind = .globalVariable
        switch byte {
        case UInt8(ascii: "&"), UInt8(ascii: "`"), UInt8(ascii: "'"), UInt8(ascii: "+"), UInt8(ascii: "~"):
            position += 1
            // In `alias $MATCH $&` it is a name.
            if state != .functionName {
                token.kind = .backReference
                token.value = Int32(byte)
                state = .end
                return
            }
        case UInt8(ascii: "1")...UInt8(ascii: "9"):
            var number: Int32 = 0
            while Byte.isDigit(peek()) {
                number = min(number * 10 + Int32(peek() - 0x30), 100_000_000)
                position += 1
            }
            token.kind = .nthReference
            token.value = number
            state = .end
            return
        case _ where Byte.isIdentifier(byte): skipIdentifier()
        case UInt8(ascii: "-"):
            position += 1
            if Byte.isIdentifier(peek()) { position += 1 }
        case _ where Lexer.isSpecialGlobal(byte): position += 1
        default:
            if Byte.isSpaceOrEnd(byte) {
                throw error("'$' without identifiers is not allowed as a global variable name", at: start)
            }
            throw error(
                "`$\(String(decoding: [byte], as: UTF8.self))' is not allowed as a global variable name", at: start)
        }
        token.value = names.intern(source[start..<position]).rawValue
        state = state == .functionName ? .endFunction : .end
    }

    static func isSpecialGlobal(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "_"), UInt8(ascii: "~"), UInt8(ascii: "*"), UInt8(ascii: "$"), UInt8(ascii: "?"),
            UInt8(ascii: "!"), UInt8(ascii: "@"), UInt8(ascii: "/"), UInt8(ascii: "\\"), UInt8(ascii: ";"),
            UInt8(ascii: ","), UInt8(ascii: "."), UInt8(ascii: "="), UInt8(ascii: ":"), UInt8(ascii: "<"),
            UInt8(ascii: ">"), UInt8(ascii: "\""):
            true
        default: false
        }
    }

    /// A symbol; the position is behind its colon.
    mutating func scanSymbol(into token: inout Token) throws(SyntaxError) {
        let start = position
        let byte = peek()
        token.kind = .symbol
        if byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "'") {
            position += 1
            quote = Quote(open: 0, close: byte, interpolates: byte == UInt8(ascii: "\""))
            token.kind = .symbolBegin
            return
        }
        if Byte.isIdentifierStart(byte) {
            skipIdentifier()
            if !skipSuffix() { _ = skipSetterSuffix() }
            token.value = names.intern(source[start..<position]).rawValue
        } else if byte == UInt8(ascii: "@") || byte == UInt8(ascii: "$") {
            state = .functionName
            if byte == UInt8(ascii: "@") {
                try scanInstanceVariable(into: &token)
            } else {
                try scanGlobalVariable(into: &token)
            }
            if token.kind == .nthReference { token.value = names.intern(source[start..<position]).rawValue }
            token.kind = .symbol
        } else if let name = scanOperatorName() {
            token.value = name.rawValue
        } else {
            let character = String(decoding: source[position..<min(position + 1, count)], as: UTF8.self)
            throw error("syntax error, unexpected '\(character)' after ':'", at: position)
        }
        state = .end
    }

    /// An operator that can name a method, longest first; nil (and no step) if there is none.
    mutating func scanOperatorName() -> NameID? {
        let (a, b, c) = (peek(), peek(1), peek(2))
        let found: (NameID, Int)?
        switch a {
        case UInt8(ascii: "["):
            if b != UInt8(ascii: "]") {
                found = nil
            } else if c == UInt8(ascii: "="), peek(3) != UInt8(ascii: "="), peek(3) != UInt8(ascii: ">"),
                peek(3) != UInt8(ascii: "~")
            {
                found = (Names.indexAssign, 3)
            } else {
                found = (Names.index, 2)
            }
        case UInt8(ascii: "*"): found = b == a ? (Names.power, 2) : (Names.multiply, 1)
        case UInt8(ascii: "/"): found = (Names.divide, 1)
        case UInt8(ascii: "%"): found = (Names.modulo, 1)
        case UInt8(ascii: "+"): found = b == UInt8(ascii: "@") ? (Names.unaryPlus, 2) : (Names.plus, 1)
        case UInt8(ascii: "-"): found = b == UInt8(ascii: "@") ? (Names.unaryMinus, 2) : (Names.minus, 1)
        case UInt8(ascii: "<"):
            if b == UInt8(ascii: "="), c == UInt8(ascii: ">") {
                found = (Names.compare, 3)
            } else {
                found = b == a ? (Names.shiftLeft, 2) : b == UInt8(ascii: "=") ? (Names.lessEqual, 2) : (Names.less, 1)
            }
        case UInt8(ascii: ">"):
            found =
                b == a ? (Names.shiftRight, 2) : b == UInt8(ascii: "=") ? (Names.greaterEqual, 2) : (Names.greater, 1)
        case UInt8(ascii: "="):
            if b == a {
                found = c == a ? (Names.caseEqual, 3) : (Names.equal, 2)
            } else {
                found = b == UInt8(ascii: "~") ? (Names.match, 2) : nil
            }
        case UInt8(ascii: "!"):
            if b == UInt8(ascii: "=") {
                found = (Names.notEqual, 2)
            } else if b == UInt8(ascii: "~") {
                found = (Names.notMatch, 2)
            } else {
                found = (Names.not, b == UInt8(ascii: "@") ? 2 : 1)
            }
        case UInt8(ascii: "~"): found = (Names.tilde, b == UInt8(ascii: "@") ? 2 : 1)
        case UInt8(ascii: "&"): found = (Names.and, 1)
        case UInt8(ascii: "|"): found = (Names.pipe, 1)
        case UInt8(ascii: "^"): found = (Names.caret, 1)
        case UInt8(ascii: "`"): found = (Names.backtick, 1)
        default: found = nil
        }
        guard let (name, length) = found else { return nil }
        position += length
        return name
    }
}
