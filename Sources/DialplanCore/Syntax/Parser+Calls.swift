/// Calls: names with arguments, receivers, indexes, blocks.
extension Parser {
    // MARK: Names

    /// A bare name: variable, constant or call with its arguments; and whether a block may follow.
    mutating func parseName(commands: Bool) throws(SyntaxError) -> (NodeID, mayTakeBlock: Bool) {
        let taken = token
        let name = taken.name
        var variable = VariableID.absent
        if taken.kind == .identifier {
            variable = lookUp(name)
            if !variable.isPresent, let number = numberedParameter(name) {
                declareNumberedParameters(upTo: number, start: taken.start)
                variable = lookUp(name)
            }
        }
        try advance()
        if let arguments = try parseCallArguments(commands: commands) {
            noteReach(name)
            let flags: NodeFlags = arguments.inParentheses ? .parentheses : []
            return (node(.call, at: taken.start, flags: flags, -1, name.rawValue, arguments.record), true)
        }
        // With a block it is a call, whatever the name is otherwise.
        let takesBlock = token.kind == .braceBegin || (token.kind == .keywordDo && !doBlocked)
        if variable.isPresent, !takesBlock { return (variableNode(variable, at: taken.start), false) }
        if taken.kind == .constant, !takesBlock { return (node(.constant, at: taken.start, name.rawValue), false) }
        noteReach(name)
        let flags: NodeFlags = taken.kind == .identifier && !takesBlock ? .variableCall : []
        return (node(.call, at: taken.start, flags: flags, -1, name.rawValue, ArgumentsID.empty.rawValue), true)
    }

    /// Arguments behind a method name: in parentheses, or, with `commands`, without. Nil if there are none.
    mutating func parseCallArguments(commands: Bool) throws(SyntaxError) -> (record: Int32, inParentheses: Bool)? {
        if token.kind == .parenthesisCall { return (try parseParenthesizedArguments(), true) }
        if token.kind == .parenthesisArgument { return try parseSpacedParentheses(commands: commands) }
        guard commands, token.kind.beginsCommandArgument else { return nil }
        return (try parseCommandArguments(first: nil), false)
    }

    /// `foo (…)`: the beginning of an argument, or, as in Ruby 1.8, the arguments (`foo (1, 2)`, `x + foo (1)`).
    private mutating func parseSpacedParentheses(commands: Bool) throws(SyntaxError) -> (
        record: Int32, inParentheses: Bool
    )? {
        let start = token.start
        let outer = enclose()
        try advance()
        switch token.kind {
        case .star, .doubleStar, .ampersand, .label, .parenthesisEnd:
            let record = try parseArguments(first: nil, closing: .parenthesisEnd, allowsBlock: true)
            try leave(outer, closing: .parenthesisEnd)
            return (record, true)
        default: break
        }
        let mark = work.count
        let first = try parseStatement(multiple: false)
        if token.kind == .comma || token.kind == .arrow {
            let record = try parseArguments(first: first, closing: .parenthesisEnd, allowsBlock: true)
            try leave(outer, closing: .parenthesisEnd)
            return (record, true)
        }
        // Statements in parentheses.
        var inner = first
        if token.kind != .parenthesisEnd {
            guard token.kind == .newline || token.kind == .semicolon else { throw unexpected(expecting: "')'") }
            let rest = try parseBody()
            if rest.isPresent {
                push(first)
                push(rest)
                inner = node(.statements, at: start, takeList(from: mark))
            }
        }
        try leave(outer, closing: .parenthesisEnd)
        if !commands {
            push(inner)
            return (takeArguments(from: mark), true)
        }
        // The parentheses are only the beginning of the first argument: `puts (1 + 2) * 3, 4`.
        doBlocked = true
        let operand = try parseCalls(on: inner, commands: false, mayTakeBlock: false)
        let argument = try parseExpression(after: operand)
        doBlocked = outer.doBlocked
        return (try parseCommandArguments(first: argument), false)
    }

    /// Arguments without parentheses. A `do` block behind them is not theirs.
    mutating func parseCommandArguments(first: NodeID?) throws(SyntaxError) -> Int32 {
        let outer = doBlocked
        doBlocked = true
        let record = try parseArguments(first: first, closing: nil, allowsBlock: true)
        doBlocked = outer
        return record
    }

    mutating func parseParenthesizedArguments() throws(SyntaxError) -> Int32 {
        let outer = enclose()
        try advance()
        let record = try parseArguments(first: nil, closing: .parenthesisEnd, allowsBlock: true)
        try leave(outer, closing: .parenthesisEnd)
        return record
    }

    /// The elements of an array or index as a list; takes both brackets.
    mutating func parseBracketed(closing: TokenKind) throws(SyntaxError) -> Int32 {
        let outer = enclose()
        try advance()
        let mark = work.count
        let record = try parseArguments(first: nil, closing: closing, allowsBlock: false)
        for index in 0..<Int(tree.extra[Int(record) + 1]) { work.append(tree.extra[Int(record) + 2 + index]) }
        let list = takeList(from: mark)
        try leave(outer, closing: closing)
        return list
    }

    /// Arguments up to `closing` (not taken), or, if that is nil, to the end of the command. `first` may be read already.
    mutating func parseArguments(first: NodeID?, closing: TokenKind?, allowsBlock: Bool) throws(SyntaxError) -> Int32 {
        let mark = work.count
        var pairs: [Int32] = []
        var pairsStart: Int32 = 0
        var block = NodeID.absent
        var pending = first
        var isFirst = true
        var progress = Progress()
        try skipNewlines(before: closing)
        while token.kind != closing || pending != nil {
            if pending == nil { try progress.check(self) }
            let start = token.start
            if pending == nil, token.kind == .star {
                guard pairs.isEmpty else { throw unexpected() }
                try advance()
                let isAnonymous = token.kind == .comma || token.kind == closing
                let list = isAnonymous ? .absent : try parseExpression(commands: false)
                push(node(.splat, at: start, list.rawValue))
            } else if pending == nil, token.kind == .doubleStar {
                if pairs.isEmpty { pairsStart = start }
                try advance()
                let other = try parseExpression(commands: false)
                pairs.append(contentsOf: [-1, other.rawValue])
            } else if pending == nil, token.kind == .ampersand, allowsBlock {
                try advance()
                let isAnonymous = token.kind == closing || token.kind == .newline
                let value = isAnonymous ? .absent : try parseExpression(commands: false)
                block = node(.blockPass, at: start, value.rawValue)
                break
            } else if pending == nil, token.kind == .label {
                if pairs.isEmpty { pairsStart = start }
                let pairMark = work.count
                _ = try parseLabelledPair()
                pairs.append(contentsOf: work[pairMark...])
                work.removeSubrange(pairMark...)
            } else {
                let value: NodeID
                if let pending {
                    value = pending
                } else {
                    value = try parseArgumentValue(commands: isFirst && closing != .bracketEnd)
                }
                pending = nil
                if stringWasLabel || token.kind == .arrow {
                    if pairs.isEmpty { pairsStart = self.start(value) }
                    var key = value
                    if stringWasLabel { key = symbolFromString(value) } else { try advance() }
                    stringWasLabel = false
                    let mapped = try parseExpression(commands: false)
                    pairs.append(contentsOf: [key.rawValue, mapped.rawValue])
                } else {
                    guard pairs.isEmpty else { throw unexpected(expecting: "=>") }
                    push(value)
                }
            }
            isFirst = false
            if token.kind == .newline, closing != nil { break }
            guard try accept(.comma) else { break }
            // A comma may stand before the closing bracket; a command must go on.
            try skipNewlines(before: closing)
        }
        try skipNewlines(before: closing)
        if !pairs.isEmpty {
            let pairMark = work.count
            work.append(contentsOf: pairs)
            let list = takeList(from: pairMark)
            push(node(.hash, at: pairsStart, flags: .braceless, list))
        }
        return takeArguments(from: mark, block: block)
    }

    private mutating func skipNewlines(before closing: TokenKind?) throws(SyntaxError) {
        if closing != nil { try skipNewlines() }
    }

    /// One argument; sets `stringWasLabel` for `"text":`.
    mutating func parseArgumentValue(commands: Bool) throws(SyntaxError) -> NodeID {
        guard token.kind == .stringBegin, lexer.quote.mayBeLabel else { return try parseExpression(commands: commands) }
        try deeper()
        defer { depth -= 1 }
        let string = try parseString()
        if stringWasLabel { return string }
        let operand = try parseCalls(on: string, commands: commands, mayTakeBlock: false)
        return try parseExpression(after: operand)
    }

    // MARK: What follows a value

    /// `.name`, `&.name`, `::Name`, `[…]` and blocks behind a value, as many as there are.
    mutating func parseCalls(on first: NodeID, commands: Bool, mayTakeBlock: Bool) throws(SyntaxError) -> NodeID {
        var value = first
        var mayTakeBlock = mayTakeBlock
        var progress = Progress()
        while true {
            try progress.check(self)
            switch token.kind {
            case .dot, .safeDot:
                value = try parseMethodCall(on: value, commands: commands)
                mayTakeBlock = true
            case .scope:
                (value, mayTakeBlock) = try parseScopeCall(on: value, commands: commands)
            case .bracketIndex:
                let start = self.start(value)
                let position = token.start
                let outer = enclose()
                try advance()
                let record = try parseArguments(first: nil, closing: .bracketEnd, allowsBlock: true)
                try leave(outer, closing: .bracketEnd)
                let flags: NodeFlags = kind(value) == .self ? .selfReceiver : []
                value = node(.index, at: start, position: position, flags: flags, value.rawValue, -1, record)
                mayTakeBlock = false
            case .braceBegin where mayTakeBlock:
                try attachBlock(to: value)
                mayTakeBlock = false
            case .keywordDo where mayTakeBlock && !doBlocked:
                try attachBlock(to: value)
                mayTakeBlock = false
            default:
                return value
            }
        }
    }

    private mutating func parseMethodCall(on receiver: NodeID, commands: Bool) throws(SyntaxError) -> NodeID {
        var flags: NodeFlags = token.kind == .safeDot ? .safeNavigation : []
        if kind(receiver) == .self { flags.insert(.selfReceiver) }
        try advance()
        let position = token.start
        let name: NameID
        switch token.kind {
        case .identifier, .suffixedIdentifier, .constant, .operatorName:
            name = token.name
            try advance()
        case .parenthesisBegin, .parenthesisCall, .parenthesisArgument:
            // `f.(x)`
            let record = try parseParenthesizedArguments()
            return node(
                .call, at: start(receiver), position: position, flags: flags.union(.parentheses), receiver.rawValue,
                Names.call.rawValue, record)
        default: throw unexpected()
        }
        return try parseNamedCall(on: receiver, name, flags: flags, position: position, commands: commands)
    }

    private mutating func parseNamedCall(
        on receiver: NodeID, _ name: NameID, flags: NodeFlags, position: Int32, commands: Bool
    ) throws(SyntaxError) -> NodeID {
        noteReach(name)
        let start = self.start(receiver)
        guard let arguments = try parseCallArguments(commands: commands) else {
            return node(
                .call, at: start, position: position, flags: flags, receiver.rawValue, name.rawValue,
                ArgumentsID.empty.rawValue)
        }
        let flags = arguments.inParentheses ? flags.union(.parentheses) : flags
        return node(
            .call, at: start, position: position, flags: flags, receiver.rawValue, name.rawValue, arguments.record)
    }

    /// `A::B`, `a::b`, `A::B(x)`.
    private mutating func parseScopeCall(on value: NodeID, commands: Bool) throws(SyntaxError) -> (
        NodeID, mayTakeBlock: Bool
    ) {
        try advance()
        let position = token.start
        guard token.kind == .constant else {
            guard
                token.kind == .identifier || token.kind == .suffixedIdentifier || token.kind == .operatorName
                    || token.kind == .parenthesisCall || token.kind == .parenthesisBegin
            else { throw unexpected() }
            if token.kind == .parenthesisCall || token.kind == .parenthesisBegin {
                let record = try parseParenthesizedArguments()
                let call = node(
                    .call, at: start(value), position: position, flags: .parentheses, value.rawValue,
                    Names.call.rawValue, record)
                return (call, true)
            }
            let name = token.name
            try advance()
            return (try parseNamedCall(on: value, name, flags: [], position: position, commands: commands), true)
        }
        let name = token.name
        try advance()
        let isCommand = commands && token.kind.beginsCommandArgument && token.spaceBefore
        if token.kind == .parenthesisCall || isCommand {
            return (try parseNamedCall(on: value, name, flags: [], position: position, commands: commands), true)
        }
        return (node(.constantPath, at: start(value), position: position, value.rawValue, name.rawValue), false)
    }

    /// Reads a block and gives it to the call, which must not have one.
    private mutating func attachBlock(to call: NodeID) throws(SyntaxError) {
        let index = Int(call.rawValue)
        let record = Int(tree.nodes[index].c)
        guard tree.extra[record] < 0 else { throw error("both block arg and actual block given", at: token.start) }
        let block = try parseBlock()
        if tree.nodes[index].kind == .call { tree.nodes[index].flags.remove(.variableCall) }
        if record == Int(ArgumentsID.empty.rawValue) {
            // The empty record is shared.
            tree.nodes[index].c = Int32(tree.extra.count)
            tree.extra.append(contentsOf: [block.rawValue, 0])
        } else {
            tree.extra[record] = block.rawValue
        }
    }
}
