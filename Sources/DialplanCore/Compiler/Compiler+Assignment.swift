extension Compiler {
    func compileAssignment(_ node: Node, into dest: Int?) throws(CompileError) {
        switch node.kind {
        case .assign: try compileAssign(node, into: dest)
        case .operatorAssign, .orAssign, .andAssign: try compileUpdate(node, into: dest)
        case .multipleAssign: try compileMultiple(node, into: dest)
        default:
            // /(?<x>.)/ =~ s
            let result = dest ?? f.temporary()
            try compile(node.nodeA, into: result)
            let match = f.temporary()
            emit(.backReference, a: match, wide: 0x7E)
            for variable in tree.variables(in: node.listB) {
                try scoped { () throws(CompileError) in
                    let base = f.temporary()
                    let key = f.temporary()
                    move(match, to: base)
                    let skip = emit(.jumpIfNil, a: base, wide: 0)
                    emit(.loadSymbol, a: key, wide: symbol(tree[variable].name))
                    emit(.send, n: 1, a: base, b: symbol("[]"), c: 0)
                    f.patch(skip)
                    try writeVariable(variable, from: base)
                }
            }
        }
    }

    /// Whether the node writes its register only at its end, so that it may be a variable that the node reads.
    private func writesLast(_ id: NodeID) -> Bool {
        guard id.isPresent else { return true }
        switch tree[id].kind {
        case .nil, .true, .false, .self, .integer, .float, .string, .character, .symbol, .regex, .localVariable,
            .instanceVariable, .globalVariable, .constant, .call, .index, .array, .hash, .range, .yield, .super,
            .lambda,
            .not, .nthReference, .backReference:
            return true
        default: return false
        }
    }

    private func compileAssign(_ node: Node, into dest: Int?) throws(CompileError) {
        let target = tree[node.nodeA]
        switch target.kind {
        case .localVariable:
            if let register = register(of: target.variable) {
                if writesLast(node.nodeB) {
                    try compile(node.nodeB, into: register)
                } else {
                    let value = f.temporary()
                    try compile(node.nodeB, into: value)
                    move(value, to: register)
                }
                move(register, to: dest)
                return
            }
            let value = dest ?? f.temporary()
            try compile(node.nodeB, into: value)
            try writeVariable(target.variable, from: value)
        case .index, .attribute:
            try compileElementAssign(target, node.nodeB, into: dest)
        default:
            // A variable that is not captured is stored from where it is.
            let variable = tree[node.nodeB].kind == .localVariable ? register(of: tree[node.nodeB].variable) : nil
            let value = variable ?? f.temporary()
            if variable == nil { try compile(node.nodeB, into: value) }
            mark(node)
            try store(node.nodeA, from: value)
            move(value, to: dest)
        }
    }

    /// `x[i] = v`, `x.y = v`; the value of the expression is v.
    private func compileElementAssign(_ target: Node, _ value: NodeID, into dest: Int?) throws(CompileError) {
        let base = f.temporary()
        try compile(target.nodeA, into: base)
        if target.kind == .attribute {
            var skip: Int?
            if target.flags.contains(.safeNavigation) { skip = emit(.jumpIfNil, a: base, wide: 0) }
            let argument = f.temporary()
            try compile(value, into: argument)
            let kept = dest == nil ? nil : f.temporary()
            move(argument, to: kept)
            mark(target)
            let flags: CallFlags = target.flags.contains(.selfReceiver) ? .onSelf : []
            emit(.send, n: 1, a: base, b: symbol(target.nameC), c: Int(flags.rawValue))
            if let kept { move(kept, to: dest) }
            if let skip { f.patch(skip) }
            return
        }
        let (count, flags) = try compileArguments(target, after: base, block: false)
        let argument = f.temporary()
        try compile(value, into: argument)
        mark(target)
        if count == 1, flags.isEmpty {
            emit(.setIndex, a: base, b: base + 1, c: argument)
            move(argument, to: dest)
            return
        }
        let kept = f.temporary()
        move(argument, to: kept)
        if flags.contains(.splat) {
            emit(.arrayPush, a: base + 1, b: argument)
            emit(.send, n: 1, a: base, b: symbol("[]="), c: Int(flags.rawValue))
        } else {
            emit(.send, n: count + 1, a: base, b: symbol("[]="), c: Int(flags.rawValue))
        }
        move(kept, to: dest)
    }

    /// Stores a register in any target.
    func store(_ id: NodeID, from source: Int) throws(CompileError) {
        let target = tree[id]
        switch target.kind {
        case .localVariable: try writeVariable(target.variable, from: source)
        case .instanceVariable: emit(.setField, a: source, wide: symbol(target.nameA))
        case .globalVariable: emit(.setGlobal, a: source, wide: symbol(target.nameA))
        case .classVariable: emit(.setClassVariable, a: source, wide: symbol(target.nameA))
        case .constant: emit(.setConstant, a: source, wide: symbol(target.nameA))
        case .constantPath:
            try scoped { () throws(CompileError) in
                let scope = f.temporary()
                let value = f.temporary()
                try constantScope(target.nodeA, into: scope)
                move(source, to: value)
                emit(.setConstantIn, a: scope, wide: symbol(target.nameB))
            }
        case .index, .attribute:
            try scoped { () throws(CompileError) in
                let base = f.temporary()
                try compile(target.nodeA, into: base)
                var count = 0
                var flags: CallFlags = []
                if target.kind == .index { (count, flags) = try compileArguments(target, after: base, block: false) }
                let argument = f.temporary()
                move(source, to: argument)
                mark(target)
                let name = target.kind == .index ? symbol("[]=") : symbol(target.nameC)
                if target.flags.contains(.selfReceiver), target.kind == .attribute { flags.insert(.onSelf) }
                if flags.contains(.splat) {
                    emit(.arrayPush, a: base + 1, b: argument)
                    emit(.send, n: 1, a: base, b: name, c: Int(flags.rawValue))
                } else {
                    emit(.send, n: count + 1, a: base, b: name, c: Int(flags.rawValue))
                }
            }
        case .multipleTarget:
            try scoped { () throws(CompileError) in
                let list = f.temporary()
                try toTuple(source, into: list)
                try destructure(id, from: list)
            }
        case .splatTarget: if target.nodeA.isPresent { try store(target.nodeA, from: source) }
        default: throw fail("cannot assign to \(target.kind)", target)
        }
    }

    func toTuple(_ source: Int, into dest: Int) throws(CompileError) { emit(.toTuple, a: dest, b: source) }

    /// `a, (b, *c), d` from the array in a register.
    func destructure(_ id: NodeID, from list: Int) throws(CompileError) {
        try destructure(Array(tree.nodes(in: tree[id].listA)), from: list)
    }

    func destructure(_ targets: [NodeID], from list: Int) throws(CompileError) {
        let splat = targets.firstIndex { tree[$0].kind == .splatTarget || tree[$0].kind == .restParameter }
        let after = splat.map { targets.count - $0 - 1 } ?? 0
        guard (splat ?? 0) < 16, after < 16 else { throw fail("too many targets around a splat") }
        for (index, target) in targets.enumerated() {
            try scoped { () throws(CompileError) in
                let value = f.temporary()
                if let splat, index == splat {
                    emit(.arrayRest, n: after, a: value, b: list, c: splat)
                } else if let splat, index > splat {
                    emit(.arrayPost, n: splat << 4 | (index - splat - 1), a: value, b: list, c: after)
                } else {
                    emit(.arrayAt, a: value, b: list, c: index)
                }
                try bind(target, from: value)
            }
        }
    }

    /// A target of an assignment or a parameter.
    private func bind(_ id: NodeID, from value: Int) throws(CompileError) {
        let node = tree[id]
        switch node.kind {
        case .requiredParameter, .restParameter:
            if node.variable.isPresent { try writeVariable(node.variable, from: value) }
        case .destructuringParameter:
            let list = f.temporary()
            try toTuple(value, into: list)
            try destructure(Array(tree.nodes(in: node.listA)), from: list)
        default: try store(id, from: value)
        }
    }

    private func compileMultiple(_ node: Node, into dest: Int?) throws(CompileError) {
        let targets = Array(tree.nodes(in: tree[node.nodeA].listA))
        let value = tree[node.nodeB]
        if value.kind == .array, value.flags.contains(.implicit), dest == nil {
            let items = Array(tree.nodes(in: value.listA))
            let isPlain =
                items.count == targets.count && items.count <= 16 && !items.contains { tree[$0].kind == .splat }
                && targets.allSatisfy { tree[$0].kind != .splatTarget && tree[$0].kind != .multipleTarget }
            if isPlain {
                // All values before the first assignment.
                var registers: [Int] = []
                for item in items {
                    let register = f.temporary()
                    try compile(item, into: register)
                    registers.append(register)
                }
                for (target, register) in zip(targets, registers) { try store(target, from: register) }
                return
            }
        }
        let source = f.temporary()
        try compile(node.nodeB, into: source)
        let list = f.temporary()
        mark(node)
        try toTuple(source, into: list)
        try destructure(targets, from: list)
        move(source, to: dest)
    }

    // MARK: a += b, a ||= b, a &&= b

    private func compileUpdate(_ node: Node, into dest: Int?) throws(CompileError) {
        let target = tree[node.nodeA]
        if node.kind == .operatorAssign, target.kind == .localVariable, isHarmless(node.nodeB, 3),
            let register = register(of: target.variable)
        {
            try compileOperation(node, register)
            return move(register, to: dest)
        }
        let value = f.temporary()
        var base = 0
        var count = 0
        var flags: CallFlags = []
        var skipAll: Int?
        // The present value, receiver and arguments evaluated once.
        switch target.kind {
        case .index, .attribute:
            base = f.temporary()
            try compile(target.nodeA, into: base)
            if target.flags.contains(.safeNavigation), target.kind == .attribute {
                emit(.loadNil, a: value)
                skipAll = emit(.jumpIfNil, a: base, wide: 0)
            }
            if target.kind == .index { (count, flags) = try compileArguments(target, after: base, block: false) }
            if target.flags.contains(.selfReceiver), target.kind == .attribute { flags.insert(.onSelf) }
            mark(target)
            if target.kind == .index, count == 1, flags.isEmpty {
                emit(.index, a: value, b: base, c: base + 1)
                break
            }
            try scoped { () throws(CompileError) in
                let copy = f.temporary()
                for index in 0...count {
                    if index > 0 { _ = f.temporary() }
                    move(base + index, to: copy + index)
                }
                let name = target.kind == .index ? symbol("[]") : symbol(target.nameB)
                emit(.send, n: count, a: copy, b: name, c: Int(flags.rawValue))
                move(copy, to: value)
            }
        case .constant where node.kind == .orAssign:
            emit(.isDefined, n: Int(DefinedKind.constant.rawValue), a: value, wide: symbol(target.nameA))
            let skip = emit(.jumpIfNil, a: value, wide: 0)
            try compile(node.nodeA, into: value)
            f.patch(skip)
        case .classVariable where node.kind == .orAssign:
            emit(.isDefined, n: Int(DefinedKind.classVariable.rawValue), a: value, wide: symbol(target.nameA))
            let skip = emit(.jumpIfNil, a: value, wide: 0)
            try compile(node.nodeA, into: value)
            f.patch(skip)
        default: try compile(node.nodeA, into: value)
        }
        var done: Int?
        if node.kind == .orAssign {
            done = emit(.jumpIf, a: value, wide: 0)
            try compile(node.nodeB, into: value)
        } else if node.kind == .andAssign {
            done = emit(.jumpUnless, a: value, wide: 0)
            try compile(node.nodeB, into: value)
        } else {
            try compileOperation(node, value)
        }
        mark(node)
        switch target.kind {
        case .index where count == 1 && flags.isEmpty: emit(.setIndex, a: base, b: base + 1, c: value)
        case .index, .attribute:
            try scoped { () throws(CompileError) in
                let copy = f.temporary()
                for index in 0...count {
                    if index > 0 { _ = f.temporary() }
                    move(base + index, to: copy + index)
                }
                let name = target.kind == .index ? symbol("[]=") : symbol(target.nameC)
                let argument = f.temporary()
                move(value, to: argument)
                if flags.contains(.splat) {
                    emit(.arrayPush, a: copy + 1, b: argument)
                    emit(.send, n: 1, a: copy, b: name, c: Int(flags.rawValue))
                } else {
                    emit(.send, n: count + 1, a: copy, b: name, c: Int(flags.rawValue))
                }
            }
        default: try store(node.nodeA, from: value)
        }
        if let done { f.patch(done) }
        if let skipAll { f.patch(skipAll) }
        move(value, to: dest)
    }

    /// value = value op operand
    private func compileOperation(_ node: Node, _ value: Int) throws(CompileError) {
        let opcode: Opcode? =
            switch String(decoding: tree.bytes(node.nameC), as: UTF8.self) {
            case "+": .add
            case "-": .subtract
            case "*": .multiply
            case "/": .divide
            case "%": .modulo
            case "<<": .shiftLeft
            default: nil
            }
        if let opcode, let immediate = immediate(opcode), let small = smallInteger(node.nodeB, 0...65_535) {
            mark(node)
            emit(immediate, a: value, b: value, c: small)
            return
        }
        try scoped { () throws(CompileError) in
            if let opcode {
                let operand = try self.operand(node.nodeB)
                mark(node)
                emit(opcode, a: value, b: value, c: operand)
            } else {
                let base = f.temporary()
                move(value, to: base)
                try compile(node.nodeB, into: f.temporary())
                mark(node)
                emit(.send, n: 1, a: base, b: symbol(node.nameC), c: 0)
                move(base, to: value)
            }
        }
    }
}
