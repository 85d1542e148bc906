/// Statements, modifiers, `and` / `or`, and bodies with rescue clauses.
extension Parser {
    /// Statements up to a token that closes them (which is not taken).
    mutating func parseBody() throws(SyntaxError) -> NodeID {
        try skipTerminators()
        let start = token.start
        let mark = work.count
        var progress = Progress()
        while !token.kind.closesStatements {
            try progress.check(self)
            let statement = try parseStatement()
            // `(a, b)` is only half a statement: the target of an assignment that goes on behind the parenthesis.
            if kind(statement) == .multipleTarget, work.count > mark { throw unexpected(expecting: "'='") }
            push(statement)
            if token.kind == .newline || token.kind == .semicolon {
                try skipTerminators()
            } else if !token.kind.closesStatements {
                throw unexpected(expecting: frames.count == 1 && depth == 0 ? "end-of-input" : nil)
            }
        }
        if work.count == mark { return .absent }
        if work.count == mark + 1 { return NodeID(work.removeLast()) }
        return node(.statements, at: start, takeList(from: mark))
    }

    /// A statement with its modifiers. `multiple`: whether `a, b = …` may begin here.
    mutating func parseStatement(multiple: Bool = true) throws(SyntaxError) -> NodeID {
        var first = try parseExpressionStatement(multiple: multiple)
        if token.kind == .arrow || token.kind == .keywordIn { first = try parsePatternTest(first) }
        return try parseModifiers(first)
    }

    mutating func parseModifiers(_ first: NodeID) throws(SyntaxError) -> NodeID {
        var statement = first
        var progress = Progress()
        while true {
            try progress.check(self)
            let start = self.start(statement)
            let position = token.start
            switch token.kind {
            case .keywordIf:
                try advance()
                let condition = try parseCondition()
                statement = node(.if, at: start, position: position, condition.rawValue, statement.rawValue, -1)
            case .keywordUnless:
                try advance()
                let condition = try parseCondition()
                statement = node(.if, at: start, position: position, condition.rawValue, -1, statement.rawValue)
            case .keywordWhile, .keywordUntil:
                var flags: NodeFlags = token.kind == .keywordUntil ? .negated : []
                if kind(statement) == .beginBlock || kind(statement) == .begin { flags.insert(.testedAfter) }
                try advance()
                let condition = try parseCondition()
                allowLoopJumps(since: start)
                statement = node(
                    .while, at: start, position: position, flags: flags, condition.rawValue, statement.rawValue)
            case .keywordRescue:
                try advance()
                let value = try parseExpressionStatement(multiple: false)
                statement = node(.rescueModifier, at: start, position: position, statement.rawValue, value.rawValue)
            default:
                return statement
            }
        }
    }

    /// Expressions joined by `and`, `or`.
    mutating func parseExpressionStatement(multiple: Bool) throws(SyntaxError) -> NodeID {
        var left = try parseExpression(commands: true, multiple: multiple)
        while token.kind == .keywordAnd || token.kind == .keywordOr {
            let kind: NodeKind = token.kind == .keywordAnd ? .and : .or
            let position = token.start
            try advance()
            let right = try parseExpression(commands: true)
            left = node(kind, at: start(left), position: position, left.rawValue, right.rawValue)
        }
        return left
    }

    /// A condition; a range there would be a flip-flop.
    mutating func parseCondition() throws(SyntaxError) -> NodeID {
        let condition = try parseExpressionStatement(multiple: false)
        if token.kind == .keywordIn { return try parsePatternTest(condition) }
        try refuseFlipFlop(condition)
        return condition
    }

    func refuseFlipFlop(_ condition: NodeID) throws(SyntaxError) {
        var pending = [condition]
        while let id = pending.popLast() {
            let node = tree[id]
            switch node.kind {
            case .range: throw error("flip-flop is not supported", at: node.position)
            case .and, .or: pending.append(contentsOf: [node.nodeA, node.nodeB])
            case .not: pending.append(node.nodeA)
            default: break
            }
        }
    }

    // MARK: Bodies with clauses

    /// Statements, then rescue, else and ensure clauses, up to `end` (not taken). Without clauses, the plain body.
    mutating func parseBodyWithClauses() throws(SyntaxError) -> NodeID {
        let start = token.start
        let body = try parseBody()
        guard token.kind == .keywordRescue || token.kind == .keywordEnsure || token.kind == .keywordElse else {
            return body
        }
        let mark = work.count
        var progress = Progress()
        while token.kind == .keywordRescue {
            try progress.check(self)
            push(try parseRescueClause())
        }
        let isRescued = work.count > mark
        let clauses = takeList(from: mark)
        var otherwise = NodeID.absent
        if token.kind == .keywordElse {
            guard isRescued else { throw error("else without rescue is useless", at: token.start) }
            otherwise = try parseClauseBody()
        }
        var ensure = NodeID.absent
        if token.kind == .keywordEnsure { ensure = try parseClauseBody() }
        let handlers = Int32(tree.extra.count)
        tree.extra.append(contentsOf: [otherwise.rawValue, ensure.rawValue])
        return node(.begin, at: start, body.rawValue, clauses, handlers)
    }

    /// The body of an `else` or `ensure`; a `nil` node if it is empty.
    mutating func parseClauseBody() throws(SyntaxError) -> NodeID {
        let start = token.start
        try advance()
        let body = try parseBody()
        return body.isPresent ? body : node(.nil, at: start)
    }

    private mutating func parseRescueClause() throws(SyntaxError) -> NodeID {
        let start = token.start
        try advance()
        let mark = work.count
        var progress = Progress()
        if token.kind != .arrow, token.kind != .keywordThen, token.kind != .newline, token.kind != .semicolon,
            token.kind != .keywordEnd
        {
            repeat {
                try progress.check(self)
                if token.kind == .star {
                    let position = token.start
                    try advance()
                    let list = try parseExpression(commands: false)
                    push(node(.splat, at: position, list.rawValue))
                } else {
                    push(try parseExpression(commands: false))
                }
            } while try accept(.comma)
        }
        let classes = takeList(from: mark)
        var target = NodeID.absent
        if try accept(.arrow) {
            let place = try parsePrimaryWithCalls(commands: false)
            guard isAssignable(place), kind(place) != .multipleTarget else { throw unassignable(place) }
            target = try makeTarget(place)
        }
        switch token.kind {
        case .newline, .semicolon, .keywordThen, .keywordEnd, .keywordRescue, .keywordElse, .keywordEnsure: break
        default: throw unexpected(expecting: "`then' or ';' or '\\n'")
        }
        try skipTerminators()
        _ = try accept(.keywordThen)
        frame.rescues += 1
        let body = try parseBody()
        frame.rescues -= 1
        return node(.rescueClause, at: start, classes, target.rawValue, body.rawValue)
    }
}
