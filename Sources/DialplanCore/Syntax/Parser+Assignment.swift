/// Assignments of all kinds, and what can be assigned to.
extension Parser {
    /// Whether the node, as read so far, can be a target.
    func isAssignable(_ id: NodeID) -> Bool {
        let node = tree[id]
        switch node.kind {
        case .localVariable, .instanceVariable, .classVariable, .globalVariable, .constant, .constantPath,
            .multipleTarget:
            return true
        case .backReference: return node.a == Int32(UInt8(ascii: "~"))
        case .index: return !tree.block(node).isPresent
        case .call:
            if node.flags.contains(.variableCall) { return true }
            guard node.nodeA.isPresent, node.c == ArgumentsID.empty.rawValue, !node.flags.contains(.parentheses) else {
                return false
            }
            let name = lexer.names[node.nameB]
            guard let first = name.first, let last = name.last, Byte.isIdentifierStart(first) else { return false }
            return Byte.isIdentifier(last)
        default: return false
        }
    }

    /// The error for an assignment to something else.
    func unassignable(_ id: NodeID) -> SyntaxError {
        let node = tree[id]
        switch node.kind {
        case .nil: return error("Can't assign to nil", at: node.start)
        case .self: return error("Can't change the value of self", at: node.start)
        case .true: return error("Can't assign to true", at: node.start)
        case .false: return error("Can't assign to false", at: node.start)
        case .fileName: return error("Can't assign to __FILE__", at: node.start)
        case .nthReference: return error("Can't set variable $\(node.a)", at: node.start)
        case .backReference:
            return error(
                "Can't set variable $\(String(decoding: [UInt8(truncatingIfNeeded: node.a)], as: UTF8.self))",
                at: node.start)
        default: return unexpected()
        }
    }

    /// Makes the node, which is assignable, a target; a bare word becomes a local variable here.
    mutating func makeTarget(_ id: NodeID) throws(SyntaxError) -> NodeID {
        let index = Int(id.rawValue)
        let node = tree.nodes[index]
        switch node.kind {
        case .constant, .constantPath:
            if frame.isInMethod { throw error("dynamic constant assignment", at: node.start) }
        case .backReference:
            tree.nodes[index].kind = .globalVariable
            tree.nodes[index].a = lexer.names.intern("$~").rawValue
        case .call where node.flags.contains(.variableCall):
            let variable = declare(node.nameB, start: node.start)
            if tree.variables[Int(variable.rawValue)].scope != frame.id {
                tree.variables[Int(variable.rawValue)].isCaptured = true
            }
            tree.nodes[index] = Node(
                kind: .localVariable, flags: [], start: node.start, position: node.start, a: variable.rawValue, b: -1,
                c: -1)
        case .call:
            let writer = lexer.names.intern((lexer.names[node.nameB] + [UInt8(ascii: "=")])[...])
            tree.nodes[index].kind = .attribute
            tree.nodes[index].c = writer.rawValue
        default: break
        }
        return id
    }

    /// The assignment to a place just read, or the place itself if none follows.
    mutating func parseAssignment(to place: NodeID, commands: Bool, multiple: Bool) throws(SyntaxError) -> NodeID {
        let start = self.start(place)
        switch token.kind {
        case .assign:
            guard isAssignable(place) else { throw unassignable(place) }
            if kind(place) == .multipleTarget { return try parseMultipleAssignment(first: place, at: start) }
            let target = try makeTarget(place)
            let position = token.start
            try advance()
            let value = try parseAssignedValue(commands: commands, multiple: multiple)
            return node(.assign, at: start, position: position, target.rawValue, value.rawValue)
        case .operatorAssign, .orAssign, .andAssign:
            guard isAssignable(place), kind(place) != .multipleTarget else { throw unassignable(place) }
            let target = try makeTarget(place)
            let taken = token
            try advance()
            let value = try parseAssignedValue(commands: commands, multiple: false)
            let kind: NodeKind =
                taken.kind == .orAssign ? .orAssign : taken.kind == .andAssign ? .andAssign : .operatorAssign
            let name = kind == .operatorAssign ? taken.value : -1
            return node(kind, at: start, position: taken.start, target.rawValue, value.rawValue, name)
        case .comma where multiple && isAssignable(place):
            return try parseMultipleAssignment(first: place, at: start)
        default:
            // `(a, b)` must go on, or be nested in another one.
            if kind(place) == .multipleTarget, !(multiple && token.kind == .parenthesisEnd) {
                throw unexpected(expecting: "'='")
            }
            return place
        }
    }

    /// The right side of `=`: a value, perhaps with a rescue modifier; with `multiple` also a list.
    private mutating func parseAssignedValue(commands: Bool, multiple: Bool) throws(SyntaxError) -> NodeID {
        let start = token.start
        let value: NodeID
        if multiple, token.kind == .star {
            value = try parseValueList(first: nil, at: start)
        } else {
            let first = try parseExpression(commands: commands)
            value = multiple && token.kind == .comma ? try parseValueList(first: first, at: start) : first
        }
        guard token.kind == .keywordRescue else { return value }
        let position = token.start
        try advance()
        let rescued = try parseExpression(commands: commands)
        return node(.rescueModifier, at: start, position: position, value.rawValue, rescued.rawValue)
    }

    /// `a, *b, c` on the right side.
    private mutating func parseValueList(first: NodeID?, at start: Int32) throws(SyntaxError) -> NodeID {
        let mark = work.count
        var progress = Progress()
        var isMore = true
        if let first {
            push(first)
            isMore = try accept(.comma)
        }
        while isMore {
            try progress.check(self)
            if token.kind == .star {
                let position = token.start
                try advance()
                let list = try parseExpression(commands: false)
                push(node(.splat, at: position, list.rawValue))
            } else {
                push(try parseExpression(commands: false))
            }
            isMore = try accept(.comma)
        }
        let list = takeList(from: mark)
        return node(.array, at: start, flags: .implicit, list)
    }

    // MARK: Several targets

    /// `a, (b, *c) = …` from its first comma or star on. Before `)` it returns the targets alone.
    mutating func parseMultipleAssignment(first: NodeID?, at start: Int32) throws(SyntaxError) -> NodeID {
        let targets = try parseTargets(first: first, at: start)
        let position = token.start
        if token.kind == .parenthesisEnd { return targets }
        try expect(.assign)
        let value = try parseAssignedValue(commands: true, multiple: true)
        return node(.multipleAssign, at: start, position: position, targets.rawValue, value.rawValue)
    }

    /// Targets separated by commas, up to `=`, `)` or `in`; the first may be read already.
    mutating func parseTargets(first: NodeID?, at start: Int32) throws(SyntaxError) -> NodeID {
        let mark = work.count
        var flags: NodeFlags = []
        var splats = 0
        if let first {
            push(try makeTarget(first))
        } else {
            push(try parseTarget())
        }
        if let last = work.last, kind(NodeID(last)) == .splatTarget { splats += 1 }
        var progress = Progress()
        while try accept(.comma) {
            try progress.check(self)
            if token.kind == .assign || token.kind == .parenthesisEnd || token.kind == .keywordIn {
                flags = .trailingComma
                break
            }
            let position = token.start
            let target = try parseTarget()
            if kind(target) == .splatTarget { splats += 1 }
            guard splats < 2 else { throw error("syntax error, unexpected *", at: position) }
            push(target)
        }
        let list = takeList(from: mark)
        return node(.multipleTarget, at: start, flags: flags, list)
    }

    /// One target: a place, `*place`, or a list in parentheses.
    mutating func parseTarget() throws(SyntaxError) -> NodeID {
        try deeper()
        defer { depth -= 1 }
        let start = token.start
        switch token.kind {
        case .star, .multiply:
            try advance()
            switch token.kind {
            case .comma, .assign, .parenthesisEnd, .keywordIn: return node(.splatTarget, at: start, -1)
            default: break
            }
            let place = try parsePrimaryWithCalls(commands: false)
            guard isAssignable(place), kind(place) != .multipleTarget else { throw unassignable(place) }
            let target = try makeTarget(place)
            return node(.splatTarget, at: start, target.rawValue)
        case .parenthesisBegin, .parenthesisArgument:
            try advance()
            let targets = try parseTargets(first: nil, at: start)
            try expect(.parenthesisEnd)
            return targets
        default:
            let place = try parsePrimaryWithCalls(commands: false)
            guard isAssignable(place), kind(place) != .multipleTarget else { throw unassignable(place) }
            return try makeTarget(place)
        }
    }
}
