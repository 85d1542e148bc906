/// `begin`, `rescue`, `else`, `ensure`.
extension Compiler {
    func compileBegin(_ node: Node, into dest: Int?) throws(CompileError) {
        let result = dest.map { scratch(for: $0) }
        let isModifier = node.kind == .rescueModifier
        let (otherwise, ensure) = isModifier ? (NodeID.absent, NodeID.absent) : tree.handlers(node)
        let clauses = isModifier ? [] : Array(tree.nodes(in: node.listB))
        let hasEnsure = ensure.isPresent
        let thrown = f.temporary()
        let ensureRegion = hasEnsure ? f.openRegion() : 0
        if hasEnsure { f.contexts.append(.ensure(ensure, region: ensureRegion)) }

        if isModifier || !clauses.isEmpty {
            try compileRescue(node, clauses, otherwise, isModifier: isModifier, into: result)
        } else {
            try compileBody(node.nodeA, into: otherwise.isPresent ? nil : result)
            if otherwise.isPresent { try compileBody(otherwise, into: result) }
        }

        if hasEnsure {
            f.endRegion(ensureRegion)
            f.contexts.removeLast()
            try compileBody(ensure, into: nil)
            let done = emit(.jump, wide: 0)
            f.finishRegion(ensureRegion, target: f.position, register: thrown, isEnsure: true)
            try compile(ensure, into: nil)
            emit(.rethrow, a: thrown)
            f.patch(done)
        }
        if let result { move(result, to: dest) }
    }

    private func compileRescue(
        _ node: Node, _ clauses: [NodeID], _ otherwise: NodeID, isModifier: Bool, into result: Int?
    ) throws(CompileError) {
        let exception = f.temporary()
        let saved = f.temporary()
        emit(.saveError, a: saved)
        let start = f.position
        let region = f.openRegion()
        f.contexts.append(.protected(region: region))
        try compileBody(node.nodeA, into: otherwise.isPresent ? nil : result)
        f.endRegion(region)
        f.contexts.removeLast()
        if otherwise.isPresent { try compile(otherwise, into: result) }
        var ends = [emit(.jump, wide: 0)]
        f.finishRegion(region, target: f.position, register: exception, isEnsure: false)
        f.contexts.append(.rescue(saved: saved, retry: start))
        func finish(_ body: NodeID) throws(CompileError) {
            try compileBody(body, into: result)
            emit(.leaveRescue, a: saved)
            ends.append(emit(.jump, wide: 0))
        }
        if isModifier {
            let next = try testClass(nil, exception)
            emit(.enterRescue, a: exception)
            try finish(node.nodeB)
            f.patch(next)
        }
        for id in clauses {
            let clause = tree[id]
            mark(clause)
            var misses: [Int] = []
            let classes = Array(tree.nodes(in: clause.listA))
            if classes.isEmpty {
                misses = [try testClass(nil, exception)]
            } else {
                var hits: [Int] = []
                for item in classes {
                    let miss = try testClass(item, exception)
                    hits.append(emit(.jump, wide: 0))
                    f.patch(miss)
                }
                misses = [emit(.jump, wide: 0)]
                for hit in hits { f.patch(hit) }
            }
            emit(.enterRescue, a: exception)
            if clause.nodeB.isPresent { try store(clause.nodeB, from: exception) }
            try finish(clause.nodeC)
            for miss in misses { f.patch(miss) }
        }
        emit(.rethrow, a: exception)
        f.contexts.removeLast()
        for end in ends { f.patch(end) }
    }

    /// The jump is taken when the exception is not of the class (StandardError when nil).
    private func testClass(_ id: NodeID?, _ exception: Int) throws(CompileError) -> Int {
        try scoped { () throws(CompileError) in
            let base = f.temporary()
            let argument = f.temporary()
            if let id, tree[id].kind == .splat {
                emit(.loadSelf, a: base)
                try compile(tree[id].nodeA, into: argument)
                try emitSplat(argument)
                move(exception, to: f.temporary())
                emit(.send, n: 2, a: base, b: symbol("__when_any"), c: Int(CallFlags.onSelf.rawValue))
            } else {
                if let id {
                    try compile(id, into: base)
                } else {
                    emit(.loadConstant, a: base, wide: constant(.classReference(Core.standardError)))
                }
                move(exception, to: argument)
                emit(.send, n: 1, a: base, b: symbol("==="), c: 0)
            }
            return emit(.jumpUnless, a: base, wide: 0)
        }
    }
}
