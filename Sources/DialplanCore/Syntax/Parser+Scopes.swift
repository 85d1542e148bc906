/// Local variables: which names mean one, and in which scope it lies.
extension Parser {
    /// A scope being parsed.
    struct ScopeFrame {
        let id: ScopeID
        /// The outermost frame whose variables are visible from here.
        let barrier: Int
        /// Where in `undo` the names that this scope declares begin.
        let undoMark: Int
        /// In order of declaration.
        var variables: [VariableID] = []
        /// Inside a def (and not in a class body within): constants must not be set.
        var isInMethod = false
        /// Inside a method: yield has a meaning.
        var allowsYield = false
        /// Directly inside a class or module body: no return.
        var isInClassBody = false
        /// Loops around the current place in this scope; break, next and redo need one, or a block.
        var loops = 0
        /// break, next and redo outside a loop, so far: `begin; break; end while x` shows its loop only at the end.
        var stray: [Token] = []
        /// Rescue bodies around the current place in this scope.
        var rescues = 0
        /// Parameters `_1` … `_n` of a block without a list: n.
        var numberedParameters: UInt8 = 0
        /// Whether `_1` may stand for a parameter.
        var allowsNumberedParameters = false
    }

    var frame: ScopeFrame {
        _read { yield frames[frames.count - 1] }
        _modify { yield &frames[frames.count - 1] }
    }

    mutating func openScope(_ kind: Scope.Kind, start: Int32) {
        let id = ScopeID(Int32(tree.scopes.count))
        let parent = frames.last
        tree.scopes.append(Scope(kind: kind, parent: parent?.id ?? .absent, start: start))
        var frame = ScopeFrame(
            id: id, barrier: kind.isTransparent ? parent?.barrier ?? 0 : frames.count, undoMark: undo.count)
        switch kind {
        case .program: break
        case .method:
            frame.isInMethod = true
            frame.allowsYield = true
        case .classBody, .moduleBody, .singletonClassBody: frame.isInClassBody = true
        case .block, .lambda, .forBody:
            frame.isInMethod = parent?.isInMethod ?? false
            frame.allowsYield = parent?.allowsYield ?? false
            frame.loops = 1
        }
        frames.append(frame)
    }

    /// Ends the innermost scope. Call it while the token that closes it is not yet taken, so that the token after it is
    /// read among the outer variables.
    mutating func closeScope(body: NodeID, parameters: ListID? = nil) throws(SyntaxError) {
        var frame = frames.removeLast()
        if let jump = frame.stray.first {
            let word = String(decoding: lexer.source[Int(jump.start)..<Int(jump.end)], as: UTF8.self)
            throw error("Invalid \(word)", at: jump.start)
        }
        let index = Int(frame.id.rawValue)
        if tree.scopes[index].kind != .forBody {
            while undo.count > frame.undoMark {
                let entry = undo.removeLast()
                bindings[Int(entry.name)] = entry.previous
            }
        }
        if frame.numberedParameters > 0 { orderNumberedParameters(&frame) }
        tree.scopes[index].body = body
        tree.scopes[index].end = token.end
        tree.scopes[index].firstVariable = Int32(tree.scopeVariables.count)
        tree.scopes[index].variableCount = Int32(frame.variables.count)
        for (slot, variable) in frame.variables.enumerated() {
            tree.variables[Int(variable.rawValue)].slot = Int32(slot)
            tree.scopeVariables.append(variable)
        }
        if let parameters { tree.scopes[index].parameters = parameters }
    }

    // MARK: Jumps

    /// Notes a break, next or redo.
    mutating func noteLoopJump(_ jump: Token) {
        if frame.loops == 0 { frame.stray.append(jump) }
    }

    /// Makes those since the offset good: a loop modifier follows their statement.
    mutating func allowLoopJumps(since start: Int32) {
        while let jump = frame.stray.last, jump.start >= start { frame.stray.removeLast() }
    }

    // MARK: Names

    /// The variable that a name means here, if any.
    func lookUp(_ name: NameID) -> VariableID {
        let index = Int(name.rawValue)
        guard index < bindings.count, bindings[index].isPresent else { return .absent }
        let variable = bindings[index]
        // Scopes opened before the barrier are not visible; scope numbers grow in order of opening.
        let scope = tree.variables[Int(variable.rawValue)].scope
        return scope.rawValue >= frames[frame.barrier].id.rawValue ? variable : .absent
    }

    /// Whether the parser would read the name as a variable.
    func resolves(_ name: NameID) -> Bool { lookUp(name).isPresent || numberedParameter(name) != nil }

    /// A node for the variable, noting a use from another scope.
    mutating func variableNode(_ variable: VariableID, at start: Int32) -> NodeID {
        let index = Int(variable.rawValue)
        if tree.variables[index].scope != frame.id { tree.variables[index].isCaptured = true }
        return node(.localVariable, at: start, variable.rawValue)
    }

    @discardableResult
    mutating func declare(_ name: NameID, kind: Variable.Kind = .local, start: Int32) -> VariableID {
        // The body of a `for` declares nothing itself.
        var index = frames.count - 1
        while tree.scopes[Int(frames[index].id.rawValue)].kind == .forBody { index -= 1 }
        let variable = VariableID(Int32(tree.variables.count))
        tree.variables.append(Variable(name: name, scope: frames[index].id, slot: 0, kind: kind, start: start))
        frames[index].variables.append(variable)
        if kind != .hidden {
            let slot = Int(name.rawValue)
            while bindings.count <= slot { bindings.append(.absent) }
            undo.append((name.rawValue, bindings[slot]))
            bindings[slot] = variable
        }
        return variable
    }

    /// Declares a parameter; names that begin with `_` may repeat.
    mutating func declareParameter(_ name: NameID, start: Int32) throws(SyntaxError) -> VariableID {
        let existing = lookUp(name)
        if existing.isPresent, tree.variables[Int(existing.rawValue)].scope == frame.id {
            guard lexer.names[name].first == UInt8(ascii: "_") else {
                throw error("duplicated argument name", at: start)
            }
            return declare(name, kind: .hidden, start: start)
        }
        return declare(name, kind: .parameter, start: start)
    }

    /// Notes that the scopes visible from here must keep all their variables in reach.
    mutating func noteReach(_ name: NameID) {
        guard Names.reachingLocals.contains(name.rawValue) else { return }
        for index in frame.barrier..<frames.count { tree.scopes[Int(frames[index].id.rawValue)].seesEverything = true }
    }

    // MARK: _1, _2 …

    /// The number of `_1` … `_9` where it can be a parameter of the innermost block.
    func numberedParameter(_ name: NameID) -> UInt8? {
        guard frame.allowsNumberedParameters else { return nil }
        let bytes = lexer.names[name]
        guard bytes.count == 2, bytes.first == UInt8(ascii: "_"), let digit = bytes.last, digit >= 0x31, digit <= 0x39
        else { return nil }
        return digit - 0x30
    }

    /// Makes `_1` … `_number` parameters of the innermost block.
    mutating func declareNumberedParameters(upTo number: UInt8, start: Int32) {
        while frame.numberedParameters < number {
            frame.numberedParameters += 1
            let name = lexer.names.intern([UInt8(ascii: "_"), 0x30 + frame.numberedParameters][...])
            declare(name, kind: .parameter, start: start)
        }
    }

    /// Puts them before the other variables and makes the parameter list.
    private mutating func orderNumberedParameters(_ frame: inout ScopeFrame) {
        let isParameter = { (tree: SyntaxTree, id: VariableID) in tree.variables[Int(id.rawValue)].kind == .parameter }
        let parameters = frame.variables.filter { isParameter(tree, $0) }
        frame.variables = parameters + frame.variables.filter { !isParameter(tree, $0) }
        let mark = work.count
        for variable in parameters {
            push(node(.requiredParameter, at: tree.variables[Int(variable.rawValue)].start, variable.rawValue))
        }
        let list = takeList(from: mark)
        tree.scopes[Int(frame.id.rawValue)].parameters = ListID(list)
        tree.scopes[Int(frame.id.rawValue)].numberedParameters = frame.numberedParameters
    }
}
