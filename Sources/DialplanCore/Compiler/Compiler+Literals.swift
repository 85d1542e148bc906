extension Compiler {
    func compileLiteral(_ id: NodeID, _ node: Node, into dest: Int) throws(CompileError) {
        switch node.kind {
        case .integer:
            let value = tree.integerValue(node)
            if let small = Int32(exactly: value) {
                emit(.loadInteger, a: dest, wide: Int(small))
            } else {
                emit(.loadConstant, a: dest, wide: constant(.integer(value)))
            }
        case .bigInteger: try compileBigInteger(node, into: dest)
        case .float: emit(.loadConstant, a: dest, wide: constant(.float(tree.floatValue(node))))
        case .string, .character: emit(.loadString, a: dest, wide: literal(Array(tree.bytes(node.literal))))
        case .fileName: emit(.loadString, a: dest, wide: literal(Array("dialplan".utf8)))
        case .interpolatedString: try interpolate(node.listA, into: dest)
        case .symbol: emit(.loadSymbol, a: dest, wide: symbol(node.nameA))
        case .interpolatedSymbol:
            try interpolate(node.listA, into: dest)
            emit(.newSymbol, a: dest, b: dest)
        case .regex where isEvaluated:
            // The images' tables of literals are the script's and the prelude's.
            emit(.loadString, a: dest, wide: literal(Array(tree.bytes(node.literal))))
            emit(.newRegex, n: Int(node.b & 7), a: dest, b: dest)
        case .regex:
            let regex: CompiledRegex
            do {
                regex = try CompiledRegex(source: Array(tree.bytes(node.literal)), flags: node.regexFlags)
            } catch {
                let source = String(decoding: tree.bytes(node.literal), as: UTF8.self)
                throw fail("\(error.message): /\(source)/", node)
            }
            parts.regexes.append(regex)
            emit(.loadRegex, a: dest, wide: parts.regexes.count - 1)
        case .interpolatedRegex:
            try interpolate(node.listA, into: dest)
            mark(node)
            emit(.newRegex, n: Int(node.b & 7), a: dest, b: dest)
        case .commandString:
            emit(
                .raiseName, n: Int(Core.securityError.rawValue),
                wide: literal(Array("running programs is not allowed in a dialplan".utf8)))
        case .array: try compileArray(tree.nodes(in: node.listA), into: dest)
        case .hash: try compileHash(tree.nodes(in: node.listA), into: dest)
        case .range:
            let low = f.temporary()
            try compile(node.nodeA, into: low)
            let high = f.temporary()
            try compile(node.nodeB, into: high)
            mark(node)
            emit(.newRange, n: node.flags.contains(.exclusive) ? 1 : 0, a: dest, b: low, c: high)
        default: throw fail("unexpected literal", node)
        }
    }

    /// An integer beyond 64 bits is read from its digits each time.
    private func compileBigInteger(_ node: Node, into dest: Int) throws(CompileError) {
        try scoped { () throws(CompileError) in
            let register = f.temporary()
            emit(.loadString, a: register, wide: literal(Array(tree.bytes(node.literal))))
            mark(node)
            emit(.send, n: 0, a: register, b: symbol("__to_integer"), c: 0)
            move(register, to: dest)
        }
    }

    /// Parts in consecutive registers, each made text, then joined.
    func interpolate(_ list: ListID, into dest: Int) throws(CompileError) {
        let items = tree.nodes(in: list)
        guard items.count <= 250 else { throw fail("string with too many interpolations") }
        try scoped { () throws(CompileError) in
            let first = f.nextRegister
            for (index, item) in items.enumerated() {
                try compile(item, into: f.temporary())
                if tree[item].kind != .string {
                    mark(tree[item])
                    emit(.toText, a: first + index)
                }
            }
            if items.isEmpty {
                emit(.loadString, a: dest, wide: literal([]))
            } else {
                emit(.concatenate, a: dest, b: first, c: items.count)
            }
        }
    }

    /// An array of any length: the first elements from registers, later ones pushed.
    func compileArray(_ items: IDList<NodeID>, into dest: Int) throws(CompileError) {
        try scoped { () throws(CompileError) in
            let target = items.contains { tree[$0].kind == .splat } || items.count > 32 ? f.temporary() : dest
            let direct = min(
                items.count, 32, items.firstIndex { tree[$0].kind == .splat }.map { $0 - items.startIndex } ?? 32)
            let first = f.nextRegister
            for index in 0..<direct { try compile(items[items.startIndex + index], into: f.temporary()) }
            emit(.newArray, a: target, b: first, c: direct)
            f.nextRegister = first
            let item = f.temporary()
            for index in direct..<max(direct, items.count) {
                let id = items[items.startIndex + index]
                let node = tree[id]
                if node.kind == .splat {
                    try compile(node.nodeA, into: item)
                    mark(node)
                    try emitSplat(item)
                    emit(.arrayConcat, a: target, b: item)
                } else {
                    try compile(id, into: item)
                    emit(.arrayPush, a: target, b: item)
                }
            }
            move(target, to: dest)
        }
    }

    /// `*x`: objects with `to_a` of their own are asked by the prelude.
    func emitSplat(_ register: Int) throws(CompileError) {
        try scoped { () throws(CompileError) in
            let base = f.temporary()
            let argument = f.temporary()
            emit(.loadSelf, a: base)
            move(register, to: argument)
            emit(.send, n: 1, a: base, b: symbol("__splat"), c: Int(CallFlags.onSelf.rawValue))
            move(base, to: register)
        }
    }

    func compileHash(_ items: IDList<NodeID>, into dest: Int) throws(CompileError) {
        try scoped { () throws(CompileError) in
            let target = scratch(for: dest)
            emit(.newHash, a: target, wide: min(1024, items.count / 2))
            let key = f.temporary()
            let value = f.temporary()
            var index = items.startIndex
            while index + 1 < items.endIndex {
                if items[index].isPresent {
                    try compile(items[index], into: key)
                    try compile(items[index + 1], into: value)
                    emit(.hashPut, a: target, b: key, c: value)
                } else {
                    try compile(items[index + 1], into: value)
                    emit(.hashMerge, a: target, b: value)
                }
                index += 2
            }
            move(target, to: dest)
        }
    }
}
