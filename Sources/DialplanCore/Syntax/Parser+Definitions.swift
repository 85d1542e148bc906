/// Methods, classes, modules, alias and undef.
extension Parser {
    mutating func parseDef() throws(SyntaxError) -> NodeID {
        let start = token.start
        let outer = enclose()
        try advance()
        let singleton = try parseDefSingleton()
        let name = token
        switch name.kind {
        case .identifier, .suffixedIdentifier, .constant, .operatorName: break
        default: throw unexpected()
        }
        // Before the name is taken: the token after it may be the first of the body.
        openScope(.method, start: start)
        let scope = frame.id
        try advance()
        let parameters = try parseDefParameters(scope)
        if try accept(.assign) {
            // `def name(…) = expression`
            let body = try parseEndlessBody()
            try closeScope(body: body, parameters: parameters)
            restore(outer)
        } else {
            let body = try parseBodyWithClauses()
            guard token.kind == .keywordEnd else { throw unexpected(expecting: "`end'") }
            try closeScope(body: body, parameters: parameters)
            try leave(outer, closing: .keywordEnd)
        }
        return node(.def, at: start, name.value, singleton.rawValue, scope.rawValue)
    }

    /// The object of `def object.name`, with its dot; absent if there is none.
    private mutating func parseDefSingleton() throws(SyntaxError) -> NodeID {
        let taken = token
        let object: NodeID
        if taken.kind == .parenthesisBegin || taken.kind == .parenthesisCall {
            object = try parseParentheses()
        } else {
            guard lexer.isReceiverNext() else { return .absent }
            switch taken.kind {
            case .identifier where taken.name == Names.keywordSelf: object = node(.self, at: taken.start)
            case .identifier:
                let variable = lookUp(taken.name)
                object =
                    variable.isPresent
                    ? variableNode(variable, at: taken.start)
                    : node(.call, at: taken.start, flags: .variableCall, -1, taken.value, ArgumentsID.empty.rawValue)
            case .constant: object = node(.constant, at: taken.start, taken.value)
            case .instanceVariable: object = node(.instanceVariable, at: taken.start, taken.value)
            case .classVariable: object = node(.classVariable, at: taken.start, taken.value)
            case .globalVariable: object = node(.globalVariable, at: taken.start, taken.value)
            default: throw unexpected()
            }
            try advance()
        }
        guard token.kind == .dot || token.kind == .scope else { throw unexpected(expecting: "'.'") }
        lexer.state = .functionName
        try advance()
        return object
    }

    private mutating func parseDefParameters(_ scope: ScopeID) throws(SyntaxError) -> ListID {
        switch token.kind {
        case .parenthesisBegin, .parenthesisCall, .parenthesisArgument:
            tree.scopes[Int(scope.rawValue)].hasParameterList = true
            try advance()
            let parameters = try parseParameters(.parentheses)
            guard token.kind == .parenthesisEnd else { throw unexpected(expecting: "')'") }
            // `def a(x) -1 end`: the body begins.
            lexer.state = .begin
            try advance()
            return parameters
        case .newline, .semicolon, .assign: return .empty
        default:
            tree.scopes[Int(scope.rawValue)].hasParameterList = true
            let parameters = try parseParameters(.bareMethod)
            guard token.kind == .newline || token.kind == .semicolon else {
                throw unexpected(expecting: "';' or '\\n'")
            }
            return parameters
        }
    }

    private mutating func parseEndlessBody() throws(SyntaxError) -> NodeID {
        let value = try parseExpression(commands: true)
        guard token.kind == .keywordRescue else { return value }
        let position = token.start
        try advance()
        let rescued = try parseExpression(commands: false)
        return node(.rescueModifier, at: start(value), position: position, value.rawValue, rescued.rawValue)
    }

    // MARK: Classes

    mutating func parseClass() throws(SyntaxError) -> NodeID {
        let start = token.start
        let outer = enclose()
        try advance()
        if token.kind == .shiftLeft {
            try advance()
            let object = try parseExpressionStatement(multiple: false)
            let scope = try parseClassBody(.singletonClassBody, start: start, outer: outer)
            return node(.singletonClass, at: start, object.rawValue, -1, scope.rawValue)
        }
        guard !frame.isInMethod else { throw error("class definition in method body", at: start) }
        let path = try parseClassPath()
        var superclass = NodeID.absent
        if token.kind == .less {
            try advance()
            superclass = try parseExpressionStatement(multiple: false)
        }
        let scope = try parseClassBody(.classBody, start: start, outer: outer)
        return node(.class, at: start, path.rawValue, superclass.rawValue, scope.rawValue)
    }

    mutating func parseModule() throws(SyntaxError) -> NodeID {
        let start = token.start
        let outer = enclose()
        guard !frame.isInMethod else { throw error("module definition in method body", at: start) }
        try advance()
        let path = try parseClassPath()
        let scope = try parseClassBody(.moduleBody, start: start, outer: outer)
        return node(.module, at: start, path.rawValue, -1, scope.rawValue)
    }

    private mutating func parseClassPath() throws(SyntaxError) -> NodeID {
        let path = try parsePrimaryWithCalls(commands: false)
        guard kind(path) == .constant || kind(path) == .constantPath else {
            throw error("class/module name must be CONSTANT", at: start(path))
        }
        return path
    }

    private mutating func parseClassBody(_ kind: Scope.Kind, start: Int32, outer: Enclosure) throws(SyntaxError)
        -> ScopeID
    {
        openScope(kind, start: start)
        let scope = frame.id
        let body = try parseBodyWithClauses()
        guard token.kind == .keywordEnd else { throw unexpected(expecting: "`end'") }
        try closeScope(body: body)
        try leave(outer, closing: .keywordEnd)
        return scope
    }

    // MARK: alias, undef

    mutating func parseAlias() throws(SyntaxError) -> NodeID {
        let start = token.start
        try advance()
        if token.kind == .globalVariable {
            let new = token.name
            lexer.state = .functionName
            try advance()
            guard token.kind == .globalVariable || token.kind == .nthReference else {
                throw unexpected(expecting: "global variable")
            }
            guard token.kind == .globalVariable else {
                throw error("can't make alias for the number variables", at: token.start)
            }
            let old = token.name
            lexer.state = .end
            try advance()
            return node(.globalAlias, at: start, new.rawValue, old.rawValue)
        }
        let new = try parseMethodName(isLast: false)
        let old = try parseMethodName(isLast: true)
        return node(.alias, at: start, new.rawValue, old.rawValue)
    }

    mutating func parseUndef() throws(SyntaxError) -> NodeID {
        let start = token.start
        try advance()
        let mark = work.count
        var progress = Progress()
        while true {
            try progress.check(self)
            work.append(try parseMethodName(isLast: true).rawValue)
            guard token.kind == .comma else { break }
            lexer.state = .functionName
            try advance()
        }
        return node(.undef, at: start, takeList(from: mark))
    }

    /// A method name or symbol of alias or undef.
    private mutating func parseMethodName(isLast: Bool) throws(SyntaxError) -> NameID {
        let name = token.name
        switch token.kind {
        case .identifier, .suffixedIdentifier, .constant, .operatorName, .symbol:
            lexer.state = isLast ? .end : .functionName
            try advance()
            return name
        case .symbolBegin:
            let symbol = try parseQuotedSymbol(followedBy: isLast ? .end : .functionName)
            guard kind(symbol) == .symbol else {
                throw error("interpolated symbols are not supported here", at: start(symbol))
            }
            return tree[symbol].nameA
        default: throw unexpected()
        }
    }
}

extension Lexer {
    /// Whether `.` or `::` comes next on the line: the word just read is the object of a `def`.
    func isReceiverNext() -> Bool {
        var index = position
        while index < count, source[index] == 0x20 || source[index] == 0x09 { index += 1 }
        guard index + 1 < count else { return false }
        let isDot = source[index] == UInt8(ascii: ".") && source[index + 1] != UInt8(ascii: ".")
        return isDot || (source[index] == UInt8(ascii: ":") && source[index + 1] == UInt8(ascii: ":"))
    }
}
