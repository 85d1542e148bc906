/// Primaries: literals, names, brackets, and the keywords that begin an expression.
extension Parser {
    /// A primary and the calls, indexes and blocks that follow it.
    mutating func parsePrimaryWithCalls(commands: Bool) throws(SyntaxError) -> NodeID {
        switch token.kind {
        case .identifier, .suffixedIdentifier, .constant:
            let (name, mayTakeBlock) = try parseName(commands: commands)
            return try parseCalls(on: name, commands: commands, mayTakeBlock: mayTakeBlock)
        case .keywordSuper:
            let call = try parseSuper(commands: commands)
            return try parseCalls(on: call, commands: commands, mayTakeBlock: true)
        default:
            let primary = try parsePrimary(commands: commands)
            return try parseCalls(on: primary, commands: commands, mayTakeBlock: false)
        }
    }

    private mutating func parsePrimary(commands: Bool) throws(SyntaxError) -> NodeID {
        let start = token.start
        switch token.kind {
        case .integer, .bigInteger, .float:
            let number = lexer.number
            try advance()
            return numberNode(number, at: start)
        case .stringBegin, .heredocBegin:
            let string = try parseString()
            if stringWasLabel {
                stringWasLabel = false
                throw error("syntax error, unexpected label", at: start)
            }
            return string
        case .character:
            let text = literal(lexer.scratch)
            try advance()
            return node(.character, at: start, text.rawValue)
        case .symbol:
            let name = token.name
            noteReach(name)
            try advance()
            return node(.symbol, at: start, name.rawValue)
        case .symbolBegin: return try parseQuotedSymbol()
        case .regexBegin: return try parseRegex()
        case .commandBegin: return try parseCommandString()
        case .wordsBegin, .symbolsBegin: return try parseWords()
        case .instanceVariable: return try parseLeaf(.instanceVariable)
        case .classVariable: return try parseLeaf(.classVariable)
        case .globalVariable: return try parseLeaf(.globalVariable)
        case .nthReference: return try parseLeaf(.nthReference)
        case .backReference: return try parseLeaf(.backReference)
        case .topScope:
            try advance()
            guard token.kind == .constant else { throw unexpected(expecting: "constant") }
            let name = token.name
            try advance()
            return node(.constantPath, at: start, -1, name.rawValue)
        case .bracketBegin:
            let items = try parseBracketed(closing: .bracketEnd)
            return node(.array, at: start, items)
        case .braceBegin: return try parseHash()
        case .parenthesisBegin, .parenthesisArgument, .parenthesisCall: return try parseParentheses()
        case .lambda: return try parseLambda()
        default: return try parseKeyword(commands: commands)
        }
    }

    private mutating func parseKeyword(commands: Bool) throws(SyntaxError) -> NodeID {
        let start = token.start
        switch token.kind {
        case .keywordNil: return try parseLeaf(.nil)
        case .keywordTrue: return try parseLeaf(.true)
        case .keywordFalse: return try parseLeaf(.false)
        case .keywordSelf: return try parseLeaf(.self)
        case .keywordFile: return try parseLeaf(.fileName)
        case .keywordLine:
            try advance()
            let line = lexer.error("", at: Int(start)).line
            return numberNode(.integer(Int64(line)), at: start)
        case .keywordEncoding:
            try advance()
            let scope = node(.constant, at: start, Names.encoding.rawValue)
            return node(.constantPath, at: start, scope.rawValue, Names.utf8.rawValue)
        case .keywordNot:
            try advance()
            let isCall = token.kind == .parenthesisCall
            let operand = isCall ? try parseParentheses() : try parseExpression(commands: true)
            return node(.not, at: start, operand.rawValue)
        case .keywordDefined:
            try advance()
            try skipNewlines()
            let isCall = token.kind == .parenthesisCall
            let operand = isCall ? try parseParentheses() : try parseExpression(commands: commands)
            return node(.defined, at: start, operand.rawValue)
        case .keywordIf, .keywordUnless: return try parseIf()
        case .keywordWhile, .keywordUntil: return try parseWhile()
        case .keywordFor: return try parseFor()
        case .keywordCase: return try parseCase()
        case .keywordBegin: return try parseBegin()
        case .keywordDef: return try parseDef()
        case .keywordClass: return try parseClass()
        case .keywordModule: return try parseModule()
        case .keywordReturn, .keywordBreak, .keywordNext: return try parseJump(commands: commands)
        case .keywordRedo:
            noteLoopJump(token)
            return try parseLeaf(.redo)
        case .keywordRetry:
            guard frame.rescues > 0 else { throw error("Invalid retry", at: start) }
            return try parseLeaf(.retry)
        case .keywordYield: return try parseYield(commands: commands)
        case .keywordAlias: return try parseAlias()
        case .keywordUndef: return try parseUndef()
        case .keywordBEGIN, .keywordEND:
            throw error("\(token.kind == .keywordBEGIN ? "BEGIN" : "END") blocks are not supported", at: start)
        default: throw unexpected()
        }
    }

    /// A node that is one token; its operand is the token's value.
    private mutating func parseLeaf(_ kind: NodeKind) throws(SyntaxError) -> NodeID {
        let taken = token
        try advance()
        return node(kind, at: taken.start, taken.kind.isKeyword ? -1 : taken.value)
    }

    // MARK: Brackets

    /// What `do`, `|` and labels meant outside the brackets; between brackets they mean what they usually do.
    struct Enclosure {
        let doBlocked: Bool
        let pipeBlocked: Bool
        let labelsAllowed: Bool
    }

    mutating func enclose() -> Enclosure {
        let outer = Enclosure(doBlocked: doBlocked, pipeBlocked: pipeBlocked, labelsAllowed: lexer.labelsAllowed)
        doBlocked = false
        pipeBlocked = false
        lexer.labelsAllowed = true
        return outer
    }

    /// Takes the closing token; the token after it is read with the outer meaning.
    mutating func leave(_ outer: Enclosure, closing kind: TokenKind) throws(SyntaxError) {
        guard token.kind == kind else { throw unexpected(expecting: kind.messageName) }
        restore(outer)
        try advance()
    }

    mutating func restore(_ outer: Enclosure) {
        doBlocked = outer.doBlocked
        pipeBlocked = outer.pipeBlocked
        lexer.labelsAllowed = outer.labelsAllowed
    }

    /// `( statements )`; `()` is nil.
    mutating func parseParentheses() throws(SyntaxError) -> NodeID {
        let start = token.start
        let outer = enclose()
        // Inside, a statement begins.
        lexer.state = .begin
        try advance()
        let body = try parseBody()
        try leave(outer, closing: .parenthesisEnd)
        return body.isPresent ? body : node(.nil, at: start)
    }

    /// `{ key => value, key: value, **other }`
    private mutating func parseHash() throws(SyntaxError) -> NodeID {
        let start = token.start
        let outer = enclose()
        try advance()
        let mark = work.count
        var progress = Progress()
        try skipNewlines()
        while token.kind != .braceEnd {
            try progress.check(self)
            if token.kind == .doubleStar {
                try advance()
                let other = try parseExpression(commands: false)
                work.append(-1)
                push(other)
            } else if try !parseLabelledPair() {
                var key = try parseArgumentValue(commands: false)
                if stringWasLabel {
                    stringWasLabel = false
                    key = symbolFromString(key)
                } else {
                    try expect(.arrow)
                }
                let value = try parseExpression(commands: false)
                push(key)
                push(value)
            }
            let isMore = try accept(.comma)
            try skipNewlines()
            if !isMore { break }
        }
        let pairs = takeList(from: mark)
        try leave(outer, closing: .braceEnd)
        return node(.hash, at: start, pairs)
    }

    /// `name: value`, `name:`: pushes key and value. False (and nothing taken) if no label stands here.
    mutating func parseLabelledPair() throws(SyntaxError) -> Bool {
        let start = token.start
        guard token.kind == .label else { return false }
        let name = token.name
        try advance()
        let key = node(.symbol, at: start, name.rawValue)
        let value: NodeID
        switch token.kind {
        case .comma, .braceEnd, .parenthesisEnd, .newline, .semicolon, .endOfInput, .bracketEnd:
            value = try parseOmittedValue(name, at: start)
        default: value = try parseExpression(commands: false)
        }
        push(key)
        push(value)
        return true
    }

    /// The value of `name:` alone: the variable or method of that name.
    private mutating func parseOmittedValue(_ name: NameID, at start: Int32) throws(SyntaxError) -> NodeID {
        let variable = lookUp(name)
        if variable.isPresent { return variableNode(variable, at: start) }
        guard let first = lexer.names[name].first, let last = lexer.names[name].last, Byte.isIdentifier(last) else {
            throw unexpected()
        }
        if Byte.isUpper(first) { return node(.constant, at: start, name.rawValue) }
        return node(.call, at: start, flags: .variableCall, -1, name.rawValue, ArgumentsID.empty.rawValue)
    }
}
