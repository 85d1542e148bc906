/// Pattern matching: `case … in`, `value => pattern`, `value in pattern`. The tree knows no patterns: each becomes a condition
/// made of calls (`===`, `[]`, `key?`), `&&`, `||` and assignments to the pattern's variables and to hidden ones.
extension Parser {
    /// The clauses of a `case` whose subject is read; the token is the first `in`.
    mutating func parsePatternCase(_ subject: NodeID, at start: Int32) throws(SyntaxError) -> NodeID {
        let value = hiddenVariable(at: start)
        let mark = work.count
        var progress = Progress()
        while token.kind == .keywordIn {
            try progress.check(self)
            // `in name: pattern`
            lexer.state = .beginLabel
            try advance()
            var condition = try parseTopPattern(of: value)
            if token.kind == .keywordIf || token.kind == .keywordUnless {
                let isNegated = token.kind == .keywordUnless
                let position = token.start
                try advance()
                let guardExpression = try parseExpression(commands: false)
                let test = isNegated ? node(.not, at: position, guardExpression.rawValue) : guardExpression
                condition = both(condition, test)
            }
            try expectThen()
            push(condition)
            push(try parseBody())
        }
        var result: NodeID
        if try accept(.keywordElse) {
            result = try parseBody()
            if !result.isPresent { result = node(.nil, at: token.start) }
        } else {
            result = helper("__no_pattern", [read(value, at: start)], at: start)
        }
        while work.count > mark {
            let body = work.removeLast()
            let condition = NodeID(work.removeLast())
            result = node(.if, at: self.start(condition), condition.rawValue, body, result.rawValue)
        }
        return sequence([set(value, to: subject, at: start), result], at: start)
    }

    /// `value => pattern` (an error when it does not match) and `value in pattern` (true or false); the token is `=>` or `in`.
    mutating func parsePatternTest(_ subject: NodeID) throws(SyntaxError) -> NodeID {
        let start = self.start(subject)
        let demands = token.kind == .arrow
        let value = hiddenVariable(at: start)
        lexer.state = .beginLabel
        try advance()
        let condition = try parseTopPattern(of: value)
        let matched = node(demands ? .nil : .true, at: start)
        let otherwise =
            demands ? helper("__no_pattern", [read(value, at: start)], at: start) : node(.false, at: start)
        let test = node(.if, at: start, condition.rawValue, matched.rawValue, otherwise.rawValue)
        return sequence([set(value, to: subject, at: start), test], at: start)
    }

    // MARK: Patterns

    /// A pattern in which the brackets or braces of the outermost list may be missing.
    private mutating func parseTopPattern(of value: VariableID) throws(SyntaxError) -> NodeID {
        let start = token.start
        if token.kind == .label || token.kind == .doubleStar {
            return try parseHashPattern(of: value, closing: nil, at: start)
        }
        if token.kind == .star { return try parseArrayPattern(of: value, closing: nil, first: nil, at: start) }
        // The first of several has its own variable, which is the value itself when there is only one.
        let element = hiddenVariable(at: start)
        let first = try parsePattern(of: element)
        if token.kind == .comma {
            return try parseArrayPattern(of: value, closing: nil, first: (element, first), at: start)
        }
        return sequence([set(element, to: read(value, at: start), at: start), first], at: start)
    }

    /// Alternatives and `=> name`.
    private mutating func parsePattern(of value: VariableID) throws(SyntaxError) -> NodeID {
        try deeper()
        defer { depth -= 1 }
        var condition = try parsePrimaryPattern(of: value)
        var progress = Progress()
        while token.kind == .pipe {
            try progress.check(self)
            let position = token.start
            try advance()
            let other = try parsePrimaryPattern(of: value)
            condition = node(.or, at: self.start(condition), position: position, condition.rawValue, other.rawValue)
        }
        while token.kind == .arrow {
            try progress.check(self)
            try advance()
            guard token.kind == .identifier else { throw unexpected(expecting: "local variable") }
            condition = both(condition, try parseBinding(of: value))
        }
        return condition
    }

    private mutating func parsePrimaryPattern(of value: VariableID) throws(SyntaxError) -> NodeID {
        let start = token.start
        switch token.kind {
        case .identifier: return try parseBinding(of: value)
        case .bracketBegin, .bracketIndex:
            let outer = enclose()
            try advance()
            try skipNewlines()
            let condition = try parseArrayPattern(of: value, closing: .bracketEnd, first: nil, at: start)
            try leave(outer, closing: .bracketEnd)
            return condition
        case .braceBegin:
            let outer = enclose()
            try advance()
            try skipNewlines()
            let condition = try parseHashPattern(of: value, closing: .braceEnd, at: start)
            try leave(outer, closing: .braceEnd)
            return condition
        case .parenthesisBegin, .parenthesisArgument, .parenthesisCall:
            let outer = enclose()
            try advance()
            let condition = try parsePattern(of: value)
            try leave(outer, closing: .parenthesisEnd)
            return condition
        case .caret:
            try advance()
            let known: NodeID
            if token.kind == .identifier {
                let variable = lookUp(token.name)
                guard variable.isPresent else { throw error("no such local variable", at: token.start) }
                known = variableNode(variable, at: token.start)
                try advance()
            } else {
                known = try parseOperand(commands: false)
            }
            return callNode(known, lexer.names.intern("==="), read(value, at: start), position: start)
        case .constant, .topScope: return try parseConstantPattern(of: value)
        default: return try parseValuePattern(of: value)
        }
    }

    /// A literal, a range or another value, compared by `===`.
    private mutating func parseValuePattern(of value: VariableID) throws(SyntaxError) -> NodeID {
        let start = token.start
        let outer = pipeBlocked
        pipeBlocked = true
        let operand = try parseOperand(commands: false)
        let wanted = try parseBinary(operand, .loosest)
        pipeBlocked = outer
        return callNode(wanted, lexer.names.intern("==="), read(value, at: start), position: start)
    }

    /// `Name`, `A::B`, `Name(…)`, `Name[…]`, and a range that begins with a constant.
    private mutating func parseConstantPattern(of value: VariableID) throws(SyntaxError) -> NodeID {
        let start = token.start
        var path: NodeID
        if token.kind == .topScope {
            try advance()
            guard token.kind == .constant else { throw unexpected(expecting: "constant") }
            path = node(.constantPath, at: start, -1, token.name.rawValue)
        } else {
            path = node(.constant, at: start, token.name.rawValue)
        }
        try advance()
        var progress = Progress()
        while token.kind == .scope {
            try progress.check(self)
            try advance()
            guard token.kind == .constant else { throw unexpected(expecting: "constant") }
            path = node(.constantPath, at: start, path.rawValue, token.name.rawValue)
            try advance()
        }
        let isCall = token.kind == .parenthesisCall
        guard isCall || (token.kind == .bracketIndex && !token.spaceBefore) else {
            let outer = pipeBlocked
            pipeBlocked = true
            let wanted = try parseBinary(path, .loosest)
            pipeBlocked = outer
            return callNode(wanted, lexer.names.intern("==="), read(value, at: start), position: start)
        }
        let test = callNode(path, lexer.names.intern("==="), read(value, at: start), position: start)
        let closing: TokenKind = isCall ? .parenthesisEnd : .bracketEnd
        let outer = enclose()
        lexer.state = .beginLabel
        try advance()
        try skipNewlines()
        let parts: NodeID
        if token.kind == closing {
            parts = node(.true, at: start)
        } else if token.kind == .label || token.kind == .doubleStar {
            parts = try parseHashPattern(of: value, closing: closing, at: start)
        } else {
            parts = try parseArrayPattern(of: value, closing: closing, first: nil, at: start)
        }
        try leave(outer, closing: closing)
        return both(test, parts)
    }

    /// A name takes the value.
    private mutating func parseBinding(of value: VariableID) throws(SyntaxError) -> NodeID {
        let position = token.start
        let target = try parseVariable()
        let given = node(.assign, at: position, target.rawValue, read(value, at: position).rawValue)
        return sequence([given, node(.true, at: position)], at: position)
    }

    private mutating func parseVariable() throws(SyntaxError) -> NodeID {
        guard token.kind == .identifier else { throw unexpected(expecting: "local variable") }
        let (name, position) = (token.name, token.start)
        let known = lookUp(name)
        let variable = known.isPresent ? known : declare(name, start: position)
        try advance()
        return variableNode(variable, at: position)
    }

    /// `a, *b, c` up to the closing token (not taken), or to the end of a pattern without brackets.
    private mutating func parseArrayPattern(
        of value: VariableID, closing: TokenKind?, first: (VariableID, NodeID)?, at start: Int32
    ) throws(SyntaxError) -> NodeID {
        let list = hiddenVariable(at: start)
        var before: [(VariableID, NodeID)] = []
        var after: [(VariableID, NodeID)] = []
        var hasRest = false
        var rest: NodeID?
        var isOpen = first == nil
        if let first { before.append(first) }
        var progress = Progress()
        while true {
            if !isOpen {
                guard token.kind == .comma else { break }
                try advance()
                if closing != nil { try skipNewlines() }
                // `a,` has any number after it.
                if token.kind == closing || token.kind == .keywordThen || token.kind == .newline {
                    hasRest = hasRest || closing == nil
                    break
                }
            }
            isOpen = false
            if token.kind == closing { break }
            try progress.check(self)
            if token.kind == .star || token.kind == .multiply {
                guard !hasRest else { throw error("find patterns ([*, x, *]) are not supported", at: token.start) }
                hasRest = true
                try advance()
                if token.kind == .identifier { rest = try parseVariable() }
            } else {
                let element = hiddenVariable(at: token.start)
                let condition = try parsePattern(of: element)
                if hasRest { after.append((element, condition)) } else { before.append((element, condition)) }
            }
            if closing != nil { try skipNewlines() }
        }
        let count = before.count + after.count
        let taken = helper("__deconstruct", [read(value, at: start)], at: start)
        var condition = set(list, to: taken, at: start)
        let length = callNode(read(list, at: start), lexer.names.intern("length"), position: start)
        let wanted = numberNode(.integer(Int64(count)), at: start)
        condition = both(
            condition, callNode(length, lexer.names.intern(hasRest ? ">=" : "=="), wanted, position: start))
        func element(_ index: Int, _ part: (VariableID, NodeID), _ parser: inout Parser) {
            let place = parser.numberNode(.integer(Int64(index)), at: start)
            let item = parser.callNode(
                parser.read(list, at: start), parser.lexer.names.intern("[]"), place, position: start)
            condition = parser.both(
                condition, parser.sequence([parser.set(part.0, to: item, at: start), part.1], at: start))
        }
        for (index, part) in before.enumerated() { element(index, part, &self) }
        if let rest {
            let size = callNode(read(list, at: start), lexer.names.intern("length"), position: start)
            let many = callNode(
                size, lexer.names.intern("-"), numberNode(.integer(Int64(count)), at: start), position: start)
            let items = call(
                read(list, at: start), "slice", [numberNode(.integer(Int64(before.count)), at: start), many], at: start)
            let given = node(.assign, at: start, rest.rawValue, items.rawValue)
            condition = both(condition, sequence([given, node(.true, at: start)], at: start))
        }
        for (index, part) in after.enumerated() { element(index - after.count, part, &self) }
        return condition
    }

    /// `name:, other: pattern, **rest` up to the closing token (not taken), or to the end of a pattern without braces.
    private mutating func parseHashPattern(
        of value: VariableID, closing: TokenKind?, at start: Int32
    ) throws(SyntaxError) -> NodeID {
        let pairs = hiddenVariable(at: start)
        let taken = helper("__deconstruct_keys", [read(value, at: start)], at: start)
        var condition = set(pairs, to: taken, at: start)
        var keys: [NameID] = []
        var isExact = token.kind == closing
        var rest: NodeID?
        var progress = Progress()
        while token.kind != closing {
            try progress.check(self)
            if token.kind == .doubleStar || token.kind == .power {
                try advance()
                if try accept(.keywordNil) { isExact = true } else { rest = try parseVariable() }
            } else {
                guard token.kind == .label else { throw unexpected(expecting: "label") }
                let (name, position) = (token.name, token.start)
                keys.append(name)
                try advance()
                let key = node(.symbol, at: position, name.rawValue)
                condition = both(condition, call(read(pairs, at: position), "key?", [key], at: position))
                let again = node(.symbol, at: position, name.rawValue)
                let item = call(read(pairs, at: position), "[]", [again], at: position)
                let isAlone =
                    token.kind == .comma || token.kind == closing || token.kind == .newline || token.kind == .semicolon
                    || token.kind == .keywordThen || token.kind == .keywordIf || token.kind == .keywordUnless
                    || token.kind == .endOfInput || token.kind == .keywordAnd || token.kind == .parenthesisEnd
                if isAlone {
                    let known = lookUp(name)
                    let variable = known.isPresent ? known : declare(name, start: position)
                    let target = variableNode(variable, at: position)
                    let given = node(.assign, at: position, target.rawValue, item.rawValue)
                    condition = both(condition, sequence([given, node(.true, at: position)], at: position))
                } else {
                    let element = hiddenVariable(at: position)
                    let inner = try parsePattern(of: element)
                    condition = both(
                        condition, sequence([set(element, to: item, at: position), inner], at: position))
                }
            }
            if closing != nil { try skipNewlines() }
            guard try accept(.comma) else { break }
            if closing != nil { try skipNewlines() }
        }
        if let rest {
            let names = keys.map { node(.symbol, at: start, $0.rawValue) }
            let others = call(read(pairs, at: start), "except", names, at: start)
            let given = node(.assign, at: start, rest.rawValue, others.rawValue)
            condition = both(condition, sequence([given, node(.true, at: start)], at: start))
        }
        if isExact {
            let size = callNode(read(pairs, at: start), lexer.names.intern("length"), position: start)
            let count = numberNode(.integer(Int64(keys.count)), at: start)
            condition = both(condition, callNode(size, lexer.names.intern("=="), count, position: start))
        }
        return condition
    }

    // MARK: Nodes

    private mutating func hiddenVariable(at start: Int32) -> VariableID {
        declare(lexer.names.intern("*pattern"), kind: .hidden, start: start)
    }

    private mutating func read(_ variable: VariableID, at start: Int32) -> NodeID { variableNode(variable, at: start) }

    private mutating func set(_ variable: VariableID, to value: NodeID, at start: Int32) -> NodeID {
        let target = variableNode(variable, at: start)
        return node(.assign, at: start, target.rawValue, value.rawValue)
    }

    private mutating func both(_ left: NodeID, _ right: NodeID) -> NodeID {
        node(.and, at: start(left), left.rawValue, right.rawValue)
    }

    private mutating func sequence(_ items: [NodeID], at start: Int32) -> NodeID {
        let mark = work.count
        for item in items { push(item) }
        return node(.statements, at: start, takeList(from: mark))
    }

    private mutating func call(_ receiver: NodeID, _ name: StaticString, _ values: [NodeID], at start: Int32) -> NodeID
    {
        let mark = work.count
        for value in values { push(value) }
        let arguments = takeArguments(from: mark)
        return node(.call, at: start, receiver.rawValue, lexer.names.intern(name).rawValue, arguments)
    }

    /// A method of the prelude.
    private mutating func helper(_ name: StaticString, _ values: [NodeID], at start: Int32) -> NodeID {
        call(.absent, name, values, at: start)
    }
}
