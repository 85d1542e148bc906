/// Blocks, lambdas, and the parameters of blocks and methods.
extension Parser {
    /// `{ |…| … }` or `do |…| … end`.
    mutating func parseBlock() throws(SyntaxError) -> NodeID {
        try deeper()
        defer { depth -= 1 }
        let start = token.start
        let closing: TokenKind = token.kind == .braceBegin ? .braceEnd : .keywordEnd
        openScope(.block, start: start)
        let scope = frame.id
        frame.allowsNumberedParameters = true
        let outer = enclose()
        lexer.state = .begin
        try advance()
        var parameters: ListID?
        if token.kind == .logicalOr {
            noteParameterList()
            parameters = .empty
            try advance()
        } else if token.kind == .pipe {
            noteParameterList()
            pipeBlocked = true
            try advance()
            parameters = try parseParameters(.pipes)
            pipeBlocked = false
            guard token.kind == .pipe else { throw unexpected(expecting: "'|'") }
            lexer.state = .begin
            try advance()
        }
        try finishBlock(closing: closing, parameters: parameters, outer: outer)
        return node(.block, at: start, scope.rawValue)
    }

    /// `->(…) { … }`
    mutating func parseLambda() throws(SyntaxError) -> NodeID {
        let start = token.start
        openScope(.lambda, start: start)
        let scope = frame.id
        frame.allowsNumberedParameters = true
        let outer = enclose()
        try advance()
        var parameters: ListID?
        switch token.kind {
        case .parenthesisBegin, .parenthesisArgument, .parenthesisCall:
            noteParameterList()
            try advance()
            parameters = try parseParameters(.parentheses)
            try expect(.parenthesisEnd)
        case .braceBegin, .keywordDo: break
        default:
            noteParameterList()
            doBlocked = true
            parameters = try parseParameters(.bareLambda)
            doBlocked = false
        }
        guard token.kind == .braceBegin || token.kind == .keywordDo else { throw unexpected(expecting: "`do' or '{'") }
        let closing: TokenKind = token.kind == .braceBegin ? .braceEnd : .keywordEnd
        lexer.state = .begin
        try advance()
        try finishBlock(closing: closing, parameters: parameters, outer: outer)
        return node(.lambda, at: start, scope.rawValue)
    }

    private mutating func noteParameterList() {
        frame.allowsNumberedParameters = false
        tree.scopes[Int(frame.id.rawValue)].hasParameterList = true
    }

    private mutating func finishBlock(closing: TokenKind, parameters: ListID?, outer: Enclosure) throws(SyntaxError) {
        let body = closing == .braceEnd ? try parseBody() : try parseBodyWithClauses()
        guard token.kind == closing else { throw unexpected(expecting: closing.messageName) }
        try closeScope(body: body, parameters: parameters)
        restore(outer)
        try advance()
    }

    // MARK: Parameters

    /// How a parameter list is delimited.
    enum ParameterStyle {
        case parentheses, pipes
        /// Of a def, to the end of the line.
        case bareMethod
        /// Of a lambda, to its `{` or `do`.
        case bareLambda
    }

    /// The order that parameters must keep.
    private enum ParameterStage: Int {
        case required, optional, rest, post, keyword, keywordRest, block
    }

    private func endsParameters(_ style: ParameterStyle) -> Bool {
        switch style {
        case .parentheses: token.kind == .parenthesisEnd
        case .pipes: token.kind == .pipe
        case .bareMethod: token.kind == .newline || token.kind == .semicolon || token.kind == .assign
        case .bareLambda: token.kind == .braceBegin || token.kind == .keywordDo
        }
    }

    /// Parameters up to the end of the list, which is not taken.
    mutating func parseParameters(_ style: ParameterStyle) throws(SyntaxError) -> ListID {
        let mark = work.count
        var stage = ParameterStage.required
        var progress = Progress()
        while true {
            if style != .bareMethod { try skipNewlines() }
            if endsParameters(style) { break }
            try progress.check(self)
            if token.kind == .semicolon, style != .bareMethod {
                try parseBlockLocals()
                break
            }
            push(try parseParameter(style, &stage))
            if style != .bareMethod { try skipNewlines() }
            if token.kind == .semicolon, style != .bareMethod { continue }
            let comma = token.start
            guard stage != .block, try accept(.comma) else { break }
            if endsParameters(style) {
                guard style == .pipes else { throw unexpected() }
                push(node(.excessComma, at: comma))
            }
        }
        return ListID(takeList(from: mark))
    }

    private mutating func parseBlockLocals() throws(SyntaxError) {
        repeat {
            try advance()
            try skipNewlines()
            let start = token.start
            let name = try takeParameterName()
            let variable = try declareParameter(name, start: start)
            push(node(.blockLocalParameter, at: start, variable.rawValue))
            try skipNewlines()
        } while token.kind == .comma
    }

    private mutating func parseParameter(_ style: ParameterStyle, _ stage: inout ParameterStage) throws(SyntaxError)
        -> NodeID
    {
        let start = token.start
        switch token.kind {
        case .star, .multiply:
            try enter(.rest, after: .optional, &stage)
            try advance()
            let variable = try parseOptionalName()
            return node(.restParameter, at: start, variable.rawValue)
        case .doubleStar, .power:
            try enter(.keywordRest, after: .keyword, &stage)
            try advance()
            if try accept(.keywordNil) { return node(.keywordRestParameter, at: start, flags: .noKeywords, -1) }
            let variable = try parseOptionalName()
            return node(.keywordRestParameter, at: start, variable.rawValue)
        case .ampersand, .and:
            try enter(.block, after: .keywordRest, &stage)
            try advance()
            let variable = try parseOptionalName()
            return node(.blockParameter, at: start, variable.rawValue)
        case .parenthesisBegin, .parenthesisArgument, .parenthesisCall:
            try enterRequired(&stage)
            return try parseDestructuring()
        case .label:
            try enter(.keyword, after: .keyword, &stage)
            let variable = try declareParameter(token.name, start: start)
            // `def a b:` may end with the line.
            if style == .bareMethod { lexer.state = .middle }
            try advance()
            let isRequired =
                token.kind == .comma || token.kind == .newline || token.kind == .semicolon || endsParameters(style)
            if isRequired { return node(.requiredKeywordParameter, at: start, variable.rawValue) }
            let value = try parseExpression(commands: false)
            return node(.optionalKeywordParameter, at: start, variable.rawValue, value.rawValue)
        case .rangeExclusive: throw error("argument forwarding (...) is not supported", at: start)
        default:
            let name = try takeParameterName()
            let variable = try declareParameter(name, start: start)
            guard token.kind == .assign else {
                try enterRequired(&stage)
                return node(.requiredParameter, at: start, variable.rawValue)
            }
            try enter(.optional, after: .optional, &stage)
            try advance()
            let value = try parseExpression(commands: false)
            return node(.optionalParameter, at: start, variable.rawValue, value.rawValue)
        }
    }

    private mutating func enter(_ next: ParameterStage, after last: ParameterStage, _ stage: inout ParameterStage)
        throws(SyntaxError)
    {
        guard stage.rawValue <= last.rawValue else { throw unexpected() }
        stage = next
    }

    private mutating func enterRequired(_ stage: inout ParameterStage) throws(SyntaxError) {
        guard stage.rawValue <= ParameterStage.post.rawValue else { throw unexpected() }
        if stage != .required { stage = .post }
    }

    private mutating func parseOptionalName() throws(SyntaxError) -> VariableID {
        guard token.kind == .identifier else { return .absent }
        let start = token.start
        let name = try takeParameterName()
        return try declareParameter(name, start: start)
    }

    private mutating func takeParameterName() throws(SyntaxError) -> NameID {
        switch token.kind {
        case .identifier:
            let name = token.name
            try advance()
            return name
        case .constant: throw error("formal argument cannot be a constant", at: token.start)
        case .instanceVariable: throw error("formal argument cannot be an instance variable", at: token.start)
        case .globalVariable: throw error("formal argument cannot be a global variable", at: token.start)
        case .classVariable: throw error("formal argument cannot be a class variable", at: token.start)
        default: throw unexpected()
        }
    }

    /// `(a, (b, *c))`
    private mutating func parseDestructuring() throws(SyntaxError) -> NodeID {
        try deeper()
        defer { depth -= 1 }
        let start = token.start
        try advance()
        let mark = work.count
        var splats = 0
        var progress = Progress()
        repeat {
            try progress.check(self)
            try skipNewlines()
            let position = token.start
            switch token.kind {
            case .star, .multiply:
                splats += 1
                guard splats < 2 else { throw unexpected() }
                try advance()
                let variable = try parseOptionalName()
                push(node(.restParameter, at: position, variable.rawValue))
            case .parenthesisBegin, .parenthesisArgument, .parenthesisCall: push(try parseDestructuring())
            case .parenthesisEnd where work.count > mark: break
            default:
                let name = try takeParameterName()
                let variable = try declareParameter(name, start: position)
                push(node(.requiredParameter, at: position, variable.rawValue))
            }
        } while try accept(.comma)
        try skipNewlines()
        let list = takeList(from: mark)
        try expect(.parenthesisEnd)
        return node(.destructuringParameter, at: start, list)
    }
}
