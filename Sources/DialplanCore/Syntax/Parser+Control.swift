/// Conditions, loops, case, begin, jumps.
extension Parser {
    /// `then`, a line end, `;`, or the colon of Ruby 1.8 between a condition and its body.
    mutating func expectThen() throws(SyntaxError) {
        switch token.kind {
        case .newline, .semicolon:
            try skipTerminators()
            _ = try accept(.keywordThen)
        case .keywordThen, .colon: try advance()
        default: throw unexpected(expecting: "`then' or ';' or '\\n'")
        }
    }

    /// `if` / `unless` with its branches. Branches of `elsif` are collected in a loop and joined from the last.
    mutating func parseIf() throws(SyntaxError) -> NodeID {
        let isNegated = token.kind == .keywordUnless
        let outer = enclose()
        let mark = work.count
        var progress = Progress()
        repeat {
            try progress.check(self)
            work.append(token.start)
            try advance()
            let condition = try parseCondition()
            try expectThen()
            let body = try parseBody()
            push(condition)
            push(body)
        } while token.kind == .keywordElsif && !isNegated
        var otherwise = NodeID.absent
        if try accept(.keywordElse) { otherwise = try parseBody() }
        try leave(outer, closing: .keywordEnd)
        while work.count > mark {
            let body = work.removeLast()
            let condition = work.removeLast()
            let position = work.removeLast()
            let branches = isNegated ? (otherwise.rawValue, body) : (body, otherwise.rawValue)
            otherwise = node(.if, at: position, condition, branches.0, branches.1)
        }
        return otherwise
    }

    mutating func parseWhile() throws(SyntaxError) -> NodeID {
        let start = token.start
        let flags: NodeFlags = token.kind == .keywordUntil ? .negated : []
        let outer = enclose()
        doBlocked = true
        frame.loops += 1
        try advance()
        let condition = try parseCondition()
        doBlocked = false
        try expectDo()
        let body = try parseBody()
        frame.loops -= 1
        try leave(outer, closing: .keywordEnd)
        return node(.while, at: start, flags: flags, condition.rawValue, body.rawValue)
    }

    /// `do` or a line end, or both, between the head of a loop and its body.
    private mutating func expectDo() throws(SyntaxError) {
        switch token.kind {
        case .newline, .semicolon: try advance()
        case .keywordDo: try advance()
        // Ruby 1.8 took a colon for `do`.
        case .colon: try advance()
        default: throw unexpected(expecting: "`do' or ';' or '\\n'")
        }
    }

    mutating func parseFor() throws(SyntaxError) -> NodeID {
        let start = token.start
        let outer = enclose()
        try advance()
        let first = token.start
        openScope(.forBody, start: start)
        let scope = frame.id
        var target = try parseTargets(first: nil, at: first)
        let isSingle = tree.nodes(in: tree[target].listA).count == 1 && tree[target].flags.isEmpty
        if isSingle, let only = tree.nodes(in: tree[target].listA).first, kind(only) != .splatTarget { target = only }
        guard token.kind == .keywordIn else { throw unexpected(expecting: "`in'") }
        doBlocked = true
        try advance()
        let list = try parseExpressionStatement(multiple: false)
        doBlocked = false
        try expectDo()
        let body = try parseBody()
        guard token.kind == .keywordEnd else { throw unexpected(expecting: "`end'") }
        try closeScope(body: body)
        let block = node(.block, at: start, scope.rawValue)
        try leave(outer, closing: .keywordEnd)
        return node(.for, at: start, target.rawValue, list.rawValue, block.rawValue)
    }

    // MARK: case

    mutating func parseCase() throws(SyntaxError) -> NodeID {
        let start = token.start
        let outer = enclose()
        try advance()
        var subject = NodeID.absent
        if token.kind != .newline, token.kind != .semicolon, token.kind != .keywordWhen {
            subject = try parseExpressionStatement(multiple: false)
        }
        try skipTerminators()
        if token.kind == .keywordIn, subject.isPresent {
            let test = try parsePatternCase(subject, at: start)
            try leave(outer, closing: .keywordEnd)
            return test
        }
        guard token.kind == .keywordWhen else { throw unexpected(expecting: "`when'") }
        let mark = work.count
        var progress = Progress()
        while token.kind == .keywordWhen {
            try progress.check(self)
            push(try parseWhen())
        }
        let clauses = takeList(from: mark)
        let otherwise = try accept(.keywordElse) ? try parseBody() : .absent
        try leave(outer, closing: .keywordEnd)
        return node(.case, at: start, subject.rawValue, clauses, otherwise.rawValue)
    }

    private mutating func parseWhen() throws(SyntaxError) -> NodeID {
        let start = token.start
        let mark = work.count
        lexer.labelsAllowed = false
        try advance()
        var progress = Progress()
        while true {
            try progress.check(self)
            if token.kind == .star {
                let position = token.start
                try advance()
                let list = try parseExpression(commands: false)
                push(node(.splat, at: position, list.rawValue))
            } else {
                push(try parseExpression(commands: false))
            }
            guard token.kind == .comma else { break }
            try advance()
        }
        let values = takeList(from: mark)
        // What stands behind `then` or the colon is ordinary again.
        lexer.labelsAllowed = true
        try expectThen()
        let body = try parseBody()
        return node(.when, at: start, values, body.rawValue)
    }

    // MARK: begin

    mutating func parseBegin() throws(SyntaxError) -> NodeID {
        let start = token.start
        let outer = enclose()
        try advance()
        let body = try parseBodyWithClauses()
        try leave(outer, closing: .keywordEnd)
        // With clauses of its own it is the `begin` node already; but `begin; begin … rescue … end; end` nests.
        if body.isPresent, kind(body) == .begin, !tree[body].flags.contains(.parentheses) {
            tree.nodes[Int(body.rawValue)].start = start
            tree.nodes[Int(body.rawValue)].flags.insert(.parentheses)
            return body
        }
        return node(.beginBlock, at: start, body.rawValue)
    }

    // MARK: Jumps

    /// return, break, next with their values.
    mutating func parseJump(commands: Bool) throws(SyntaxError) -> NodeID {
        let taken = token
        let kind: NodeKind
        switch taken.kind {
        case .keywordReturn:
            guard !frame.isInClassBody else { throw error("Invalid return in class/module body", at: taken.start) }
            kind = .return
        case .keywordBreak:
            noteLoopJump(taken)
            kind = .break
        default:
            noteLoopJump(taken)
            kind = .next
        }
        try advance()
        guard commands, token.kind.beginsCommandArgument || token.kind == .braceBegin else {
            return node(kind, at: taken.start, -1)
        }
        let start = token.start
        let record = Int(try parseArguments(first: nil, closing: nil, allowsBlock: false))
        let count = Int(tree.extra[record + 1])
        let value: NodeID
        if count == 1, self.kind(NodeID(tree.extra[record + 2])) != .splat {
            value = NodeID(tree.extra[record + 2])
        } else {
            let mark = work.count
            for index in 0..<count { work.append(tree.extra[record + 2 + index]) }
            let list = takeList(from: mark)
            value = node(.array, at: start, flags: .implicit, list)
        }
        return node(kind, at: taken.start, value.rawValue)
    }

    mutating func parseYield(commands: Bool) throws(SyntaxError) -> NodeID {
        let start = token.start
        guard frame.allowsYield else { throw error("Invalid yield", at: start) }
        try advance()
        let arguments = try parseCallArguments(commands: commands)
        let record = arguments?.record ?? ArgumentsID.empty.rawValue
        guard tree.extra[Int(record)] < 0 else { throw error("block argument should not be given", at: start) }
        return node(.yield, at: start, -1, -1, record)
    }

    mutating func parseSuper(commands: Bool) throws(SyntaxError) -> NodeID {
        let start = token.start
        try advance()
        guard let arguments = try parseCallArguments(commands: commands) else {
            return node(.super, at: start, flags: .implicitArguments, -1, -1, ArgumentsID.empty.rawValue)
        }
        return node(.super, at: start, -1, -1, arguments.record)
    }
}
