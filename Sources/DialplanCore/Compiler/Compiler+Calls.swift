extension Compiler {
    /// Operators with an instruction of their own.
    private func binaryOpcode(_ name: ArraySlice<UInt8>) -> Opcode? {
        switch String(decoding: name, as: UTF8.self) {
        case "+": .add
        case "-": .subtract
        case "*": .multiply
        case "/": .divide
        case "%": .modulo
        case "<": .less
        case "<=": .lessEqual
        case ">": .greater
        case ">=": .greaterEqual
        case "==": .equal
        case "!=": .notEqual
        case "<<": .shiftLeft
        default: nil
        }
    }

    /// The comparison's fused jump, with and without an immediate.
    func fusedJump(_ name: ArraySlice<UInt8>) -> (Opcode, Opcode)? {
        switch String(decoding: name, as: UTF8.self) {
        case "<": (.jumpUnlessLess, .jumpUnlessLessImmediate)
        case "<=": (.jumpUnlessLessEqual, .jumpUnlessLessEqualImmediate)
        case ">": (.jumpUnlessGreater, .jumpUnlessGreaterImmediate)
        case ">=": (.jumpUnlessGreaterEqual, .jumpUnlessGreaterEqualImmediate)
        case "==": (.jumpUnlessEqual, .jumpUnlessEqualImmediate)
        case "!=": (.jumpUnlessNotEqual, .jumpUnlessNotEqualImmediate)
        default: nil
        }
    }

    /// One plain argument, no block: the shape of an operator.
    func isOperatorCall(_ node: Node) -> Bool {
        let arguments = tree.arguments(node)
        guard node.nodeA.isPresent, arguments.count == 1, !tree.block(node).isPresent,
            !node.flags.contains(.safeNavigation)
        else { return false }
        let kind = tree[arguments[arguments.startIndex]].kind
        if kind == .hash { return !tree[arguments[arguments.startIndex]].flags.contains(.braceless) }
        return kind != .splat && kind != .blockPass
    }

    func smallInteger(_ id: NodeID, _ range: ClosedRange<Int64>) -> Int? {
        let node = tree[id]
        guard node.kind == .integer else { return nil }
        let value = tree.integerValue(node)
        return range.contains(value) ? Int(value) : nil
    }

    func compileCall(_ node: Node, into dest: Int?) throws(CompileError) {
        switch node.kind {
        case .call where preludeClass == Core.array && isBareCall(node, "length"):
            emit(.selfCount, a: dest ?? f.temporary())
        case .call:
            if isOperatorCall(node), let opcode = binaryOpcode(tree.bytes(node.nameB)) {
                return try compileOperator(node, opcode, into: dest ?? f.temporary())
            }
            let name = symbol(node.nameB)
            try compileSend(node, receiver: node.nodeA, name: name, into: dest)
        case .index:
            if preludeClass == Core.array, isOperatorCall(node), tree[node.nodeA].kind == .self {
                let position = try operand(tree.arguments(node)[tree.arguments(node).startIndex])
                mark(node)
                emit(.selfAt, a: dest ?? f.temporary(), b: position)
                return
            }
            if isOperatorCall(node) {
                return try compileOperator(node, .index, into: dest ?? f.temporary())
            }
            try compileSend(node, receiver: node.nodeA, name: symbol("[]"), into: dest)
        case .super: try compileSuper(node, into: dest)
        default:
            let base = callBase(for: dest)
            let (count, flags) = try compileArguments(node, after: base, block: false)
            mark(node)
            emit(.yieldBlock, n: count, a: base, c: Int(flags.rawValue))
            move(base, to: dest)
        }
    }

    private func compileOperator(_ node: Node, _ opcode: Opcode, into dest: Int) throws(CompileError) {
        let right = tree.arguments(node)[tree.arguments(node).startIndex]
        if let immediate = immediate(opcode), let small = smallInteger(right, 0...65_535) {
            let left = try operand(node.nodeA)
            mark(node)
            emit(immediate, a: dest, b: left, c: small)
            return
        }
        let left = try operand(node.nodeA, before: right)
        let other = try operand(right)
        mark(node)
        emit(opcode, a: dest, b: left, c: other)
    }

    /// The same operator with a small number on its right.
    func immediate(_ opcode: Opcode) -> Opcode? {
        switch opcode {
        case .add: .addImmediate
        case .subtract: .subtractImmediate
        case .multiply: .multiplyImmediate
        case .divide: .divideImmediate
        case .modulo: .moduloImmediate
        default: nil
        }
    }

    /// A bare word or call without arguments.
    func isBareCall(_ node: Node, _ name: String) -> Bool {
        node.kind == .call && !node.nodeA.isPresent && tree.arguments(node).isEmpty && !tree.block(node).isPresent
            && tree.bytes(node.nameB).elementsEqual(name.utf8)
    }

    /// Receiver at `base`, arguments above it, block above them; the result in `base`.
    func compileSend(_ node: Node, receiver: NodeID, name: Int, into dest: Int?) throws(CompileError) {
        guard name < 65_536 else { throw fail("too many different names", node) }
        let base = callBase(for: dest)
        var flags: CallFlags = []
        if receiver.isPresent {
            try compile(receiver, into: base)
            if node.flags.contains(.selfReceiver) { flags.insert(.onSelf) }
        } else {
            flags.insert(.onSelf)
        }
        var skip: Int?
        if node.flags.contains(.safeNavigation), node.kind == .call { skip = emit(.jumpIfNil, a: base, wide: 0) }
        if node.kind == .call, node.flags.contains(.variableCall), !receiver.isPresent { flags.insert(.variable) }
        let (count, more) = try compileArguments(node, after: base, block: true)
        mark(node)
        emit(
            receiver.isPresent ? .send : .sendSelf, n: count, a: base, b: name, c: Int(flags.union(more).rawValue))
        if let skip { f.patch(skip) }
        f.nextRegister = base + 1
        move(base, to: dest)
    }

    /// Arguments from `base + 1` up. With a splat they become one array.
    func compileArguments(
        _ node: Node, after base: Int, block: Bool
    ) throws(CompileError) -> (count: Int, flags: CallFlags) {
        let arguments = tree.arguments(node)
        var flags: CallFlags = []
        var count = arguments.count
        if let last = arguments.last, tree[last].kind == .hash, tree[last].flags.contains(.braceless) {
            flags.insert(.keywords)
        }
        if arguments.count > 200 || arguments.contains(where: { tree[$0].kind == .splat }) {
            let list = f.temporary()
            try compileArray(arguments, into: list)
            flags.insert(.splat)
            count = 1
        } else {
            for argument in arguments { try compile(argument, into: f.temporary()) }
        }
        guard block else { return (count, flags) }
        let blockNode = tree.block(node)
        if blockNode.isPresent {
            try compileBlock(blockNode, into: f.temporary())
            flags.insert(.block)
        }
        return (count, flags)
    }

    func compileBlock(_ id: NodeID, into register: Int) throws(CompileError) {
        let node = tree[id]
        if node.kind == .block {
            let function = try compileFunction(node.blockScope)
            mark(node)
            emit(.newProc, a: register, wide: function)
            return
        }
        // &x
        guard node.nodeA.isPresent else {
            emit(.blockParameter, a: register)
            return
        }
        try compile(node.nodeA, into: register)
        mark(node)
        let skip = emit(.jumpIfNil, a: register, wide: 0)
        try scoped { () throws(CompileError) in
            let base = f.temporary()
            move(register, to: base)
            emit(.send, n: 0, a: base, b: symbol("to_proc"), c: 0)
            move(base, to: register)
        }
        f.patch(skip)
    }

    private func compileSuper(_ node: Node, into dest: Int?) throws(CompileError) {
        let base = callBase(for: dest)
        if !node.flags.contains(.implicitArguments) {
            let (count, flags) = try compileArguments(node, after: base, block: true)
            mark(node)
            emit(.sendSuper, n: count, a: base, c: Int(flags.rawValue))
            move(base, to: dest)
            return
        }
        // The method's own arguments, as they are now.
        var method = f
        while tree[method.scope].kind.isTransparent, let outer = method.parent { method = outer }
        let parameters = tree.nodes(in: tree[method.scope].parameters)
        let list = f.temporary()
        emit(.newArray, a: list, b: list, c: 0)
        let item = f.temporary()
        var keywords: Int?
        for parameter in parameters {
            let entry = tree[parameter]
            switch entry.kind {
            case .requiredParameter, .optionalParameter:
                try readVariable(entry.variable, into: item)
                emit(.arrayPush, a: list, b: item)
            case .restParameter:
                if entry.variable.isPresent {
                    try readVariable(entry.variable, into: item)
                    emit(.arrayConcat, a: list, b: item)
                } else if let rest = method.anonymousRest, method === f {
                    emit(.arrayConcat, a: list, b: rest)
                }
            case .requiredKeywordParameter, .optionalKeywordParameter:
                let hash = keywords ?? f.temporary()
                if keywords == nil { emit(.newHash, a: hash, wide: 0) }
                keywords = hash
                let key = f.temporary()
                emit(.loadSymbol, a: key, wide: symbol(tree[entry.variable].name))
                try readVariable(entry.variable, into: item)
                emit(.hashPut, a: hash, b: key, c: item)
            default: break
            }
        }
        if let keywords { emit(.arrayPush, a: list, b: keywords) }
        f.nextRegister = list + 1
        var flags: CallFlags = .splat
        if keywords != nil { flags.insert(.keywords) }
        let blockNode = tree.block(node)
        if blockNode.isPresent {
            try compileBlock(blockNode, into: f.temporary())
            flags.insert(.block)
        }
        mark(node)
        emit(.sendSuper, n: 1, a: base, c: Int(flags.rawValue))
        move(base, to: dest)
    }

    // MARK: defined?

    func compileDefined(_ node: Node, into dest: Int) throws(CompileError) {
        var id = node.nodeA
        while id.isPresent, tree[id].kind == .beginBlock { id = tree[id].nodeA }
        guard id.isPresent else {
            emit(.loadString, a: dest, wide: literal(Array("nil".utf8)))
            return
        }
        let target = tree[id]
        func text(_ text: String) { emit(.loadString, a: dest, wide: literal(Array(text.utf8))) }
        func query(_ kind: DefinedKind, _ name: Int) { emit(.isDefined, n: Int(kind.rawValue), a: dest, wide: name) }
        switch target.kind {
        case .localVariable: text("local-variable")
        case .nil, .true, .false, .self: text(target.kind == .nil ? "expression" : "\(target.kind)")
        case .assign, .operatorAssign, .orAssign, .andAssign, .multipleAssign: text("assignment")
        case .constant: query(.constant, symbol(target.nameA))
        case .instanceVariable: query(.field, symbol(target.nameA))
        case .globalVariable: query(.global, symbol(target.nameA))
        case .classVariable: query(.classVariable, symbol(target.nameA))
        case .nthReference: query(.group, Int(target.a))
        case .yield: query(.yield, 0)
        case .super: query(.superMethod, 0)
        case .call where !target.nodeA.isPresent: query(.method, symbol(target.nameB))
        case .call, .constantPath:
            // An error on the way means: not defined.
            let region = f.openRegion()
            let caught = f.temporary()
            if target.kind == .call {
                try compile(target.nodeA, into: dest)
                emit(.isDefinedMethod, a: dest, wide: symbol(target.nameB))
            } else {
                try compile(id, into: dest)
                text("constant")
            }
            f.endRegion(region)
            let done = emit(.jump, wide: 0)
            f.finishRegion(region, target: f.position, register: caught, isEnsure: false)
            emit(.loadNil, a: dest)
            f.patch(done)
        default: text("expression")
        }
    }
}
