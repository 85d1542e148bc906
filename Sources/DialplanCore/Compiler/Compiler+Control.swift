extension Compiler {
    // MARK: Conditions

    /// Jumps (to be patched) that are taken when the condition is false.
    func compileCondition(_ id: NodeID) throws(CompileError) -> [Int] {
        guard id.isPresent else { return [emit(.jump, wide: 0)] }
        let node = tree[id]
        depth(+1)
        defer { depth(-1) }
        try checkDepth(node)
        switch node.kind {
        case .and:
            let first = try compileCondition(node.nodeA)
            return first + (try compileCondition(node.nodeB))
        case .or:
            let first = try compileCondition(node.nodeA)
            let taken = emit(.jump, wide: 0)
            for jump in first { f.patch(jump) }
            let second = try compileCondition(node.nodeB)
            f.patch(taken)
            return second
        case .not:
            let inner = try compileCondition(node.nodeA)
            let jump = emit(.jump, wide: 0)
            for target in inner { f.patch(target) }
            return [jump]
        case .beginBlock: return try compileCondition(node.nodeA)
        case .true: return []
        case .call where isPrelude && isBareCall(node, "block_given?"):
            emit(.jumpIfBlock, wide: 1)
            return [emit(.jump, wide: 0)]
        case .call:
            if isOperatorCall(node), let (plain, immediate) = fusedJump(tree.bytes(node.nameB)) {
                return try scoped { () throws(CompileError) in
                    let right = tree.arguments(node)[tree.arguments(node).startIndex]
                    let result = f.temporary()
                    let left = try operand(node.nodeA, before: right)
                    if let small = smallInteger(right, -32_768...32_767) {
                        mark(node)
                        emit(immediate, a: left, b: small, c: result)
                    } else {
                        let other = try operand(right)
                        mark(node)
                        emit(plain, a: left, b: other, c: result)
                    }
                    return [emit(.jumpUnless, a: result, wide: 0)]
                }
            }
        default: break
        }
        return try scoped { () throws(CompileError) in
            let register = try operand(id)
            return [emit(.jumpUnless, a: register, wide: 0)]
        }
    }

    func compileLogic(_ node: Node, into dest: Int?) throws(CompileError) {
        guard let dest else {
            // Only its effects count.
            let jumps: [Int]
            if node.kind == .and {
                jumps = try compileCondition(node.nodeA)
                try compile(node.nodeB, into: nil)
                for jump in jumps { f.patch(jump) }
            } else {
                jumps = try compileCondition(node.nodeA)
                let done = emit(.jump, wide: 0)
                for jump in jumps { f.patch(jump) }
                try compile(node.nodeB, into: nil)
                f.patch(done)
            }
            return
        }
        let value = scratch(for: dest)
        try compile(node.nodeA, into: value)
        let jump = emit(node.kind == .and ? .jumpUnless : .jumpIf, a: value, wide: 0)
        try compile(node.nodeB, into: value)
        f.patch(jump)
        move(value, to: dest)
    }

    func compileIf(_ node: Node, into dest: Int?) throws(CompileError) {
        // A branch may read the variable that takes the value.
        let result = dest.map { scratch(for: $0) }
        let jumps = try compileCondition(node.nodeA)
        try compileBody(node.nodeB, into: result)
        if node.nodeC.isPresent || result != nil {
            let done = emit(.jump, wide: 0)
            for jump in jumps { f.patch(jump) }
            try compileBody(node.nodeC, into: result)
            f.patch(done)
        } else {
            for jump in jumps { f.patch(jump) }
        }
        if let result { move(result, to: dest) }
    }

    // MARK: Loops

    func compileWhile(_ node: Node, into dest: Int?) throws(CompileError) {
        let result = f.temporary()
        if dest != nil { emit(.loadNil, a: result) }
        var entry: Int?
        if node.flags.contains(.testedAfter) { entry = emit(.jump, wide: 0) }
        let top = f.position
        f.statements.append(top)
        var exits: [Int]
        if node.flags.contains(.negated) {
            let inside = try compileCondition(node.nodeA)
            exits = [emit(.jump, wide: 0)]
            for jump in inside { f.patch(jump) }
        } else {
            exits = try compileCondition(node.nodeA)
        }
        if let entry { f.patch(entry) }
        f.contexts.append(.loop(FunctionBuilder.LoopLabels(redoTarget: f.position, result: result)))
        try compileBody(node.nodeB, into: nil)
        guard case .loop(let labels)? = f.contexts.popLast() else { throw fail("internal error: loop") }
        for jump in labels.nextJumps { f.patch(jump) }
        mark(node)
        emitLoop(to: top)
        for jump in exits { f.patch(jump) }
        for jump in labels.breakJumps { f.patch(jump) }
        move(result, to: dest)
    }

    /// A back-edge: charged by the words between.
    func emitLoop(to target: Int) {
        let words = f.position - target
        emit(.loop, a: max(1, min(255, words)), wide: target - f.position - 1)
    }

    func compileFor(_ node: Node, into dest: Int?) throws(CompileError) {
        let base = f.temporary()
        try compile(node.nodeB, into: base)
        let block = f.temporary()
        let function = try compileFunction(tree[node.nodeC].blockScope, target: node.nodeA)
        mark(node)
        emit(.newProc, a: block, wide: function)
        emit(.send, n: 0, a: base, b: symbol("each"), c: Int(CallFlags.block.rawValue))
        move(base, to: dest)
    }

    // MARK: case

    func compileCase(_ node: Node, into dest: Int?) throws(CompileError) {
        let result = dest.map { scratch(for: $0) }
        var subject: Int?
        if node.nodeA.isPresent {
            let register = f.temporary()
            try compile(node.nodeA, into: register)
            subject = register
        }
        var ends: [Int] = []
        for clause in tree.nodes(in: node.listB) {
            let when = tree[clause]
            var hits: [Int] = []
            for value in tree.nodes(in: when.listA) {
                try scoped { () throws(CompileError) in
                    hits.append(try compileTest(value, subject))
                }
            }
            let next = emit(.jump, wide: 0)
            for hit in hits { f.patch(hit) }
            try compileBody(when.nodeB, into: result)
            ends.append(emit(.jump, wide: 0))
            f.patch(next)
        }
        try compileBody(node.nodeC, into: result)
        for end in ends { f.patch(end) }
        if let result { move(result, to: dest) }
    }

    /// One value of a `when`; the jump is taken when it matches.
    private func compileTest(_ id: NodeID, _ subject: Int?) throws(CompileError) -> Int {
        let value = tree[id]
        guard let subject else {
            let register = f.temporary()
            try compile(id, into: register)
            return emit(.jumpIf, a: register, wide: 0)
        }
        let base = f.temporary()
        if value.kind == .splat {
            let list = f.temporary()
            emit(.loadSelf, a: base)
            try compile(value.nodeA, into: list)
            try emitSplat(list)
            move(subject, to: f.temporary())
            mark(value)
            emit(.send, n: 2, a: base, b: symbol("__when_any"), c: Int(CallFlags.onSelf.rawValue))
            return emit(.jumpIf, a: base, wide: 0)
        }
        try compile(id, into: base)
        mark(value)
        if value.kind == .string || value.kind == .symbol || value.kind == .integer {
            emit(.equal, a: base, b: base, c: subject)
        } else {
            move(subject, to: f.temporary())
            emit(.send, n: 1, a: base, b: symbol("==="), c: 0)
        }
        return emit(.jumpIf, a: base, wide: 0)
    }

    // MARK: break, next, return, redo, retry

    /// Does what leaving the contexts above `limit` demands. The gaps in protected ranges are closed by the result.
    private func leaveContexts(above limit: Int) throws(CompileError) -> () -> Void {
        let saved = f.contexts
        var gaps: [(region: Int, start: Int)] = []
        var index = saved.count - 1
        while index > limit {
            switch saved[index] {
            case .loop: break
            case .rescue(let register, _): emit(.leaveRescue, a: register)
            case .protected(let region): gaps.append((region, f.position))
            case .ensure(let body, let region):
                gaps.append((region, f.position))
                f.contexts = Array(saved[..<index])
                try compile(body, into: nil)
            }
            index -= 1
        }
        f.contexts = saved
        let builder = f
        return {
            for gap in gaps where gap.start < builder.position {
                builder.regions[gap.region].gaps.append(gap.start..<builder.position)
            }
        }
    }

    func compileExit(_ node: Node) throws(CompileError) {
        let loop = f.contexts.lastIndex { if case .loop = $0 { true } else { false } }
        let scope = tree[f.scope]
        switch node.kind {
        case .break, .next:
            if let loop, case .loop(let labels) = f.contexts[loop] {
                if node.kind == .break {
                    try compile(node.nodeA, into: labels.result)
                } else if node.nodeA.isPresent {
                    try compile(node.nodeA, into: nil)
                }
                let close = try leaveContexts(above: loop)
                let jump = emit(.jump, wide: 0)
                close()
                if case .loop(var now) = f.contexts[loop] {
                    if node.kind == .break { now.breakJumps.append(jump) } else { now.nextJumps.append(jump) }
                    f.contexts[loop] = .loop(now)
                }
                return
            }
            guard scope.kind.isTransparent else {
                throw fail(
                    node.kind == .break ? "Can't escape from eval with break" : "Can't escape from eval with next", node
                )
            }
            let value = f.temporary()
            try compile(node.nodeA, into: value)
            mark(node)
            if node.kind == .next {
                try emitReturn(value)
            } else {
                leaveRescues()
                emit(.breakBlock, a: value)
            }
        case .return:
            let value = f.temporary()
            try compile(node.nodeA, into: value)
            mark(node)
            if scope.kind == .block || scope.kind == .forBody || (isEvaluated && scope.kind == .program) {
                leaveRescues()
                emit(.returnFromMethod, a: value)
            } else {
                try emitReturn(value)
            }
        case .redo:
            if let loop, case .loop(let labels) = f.contexts[loop] {
                let close = try leaveContexts(above: loop)
                emitLoop(to: labels.redoTarget)
                close()
            } else {
                let close = try leaveContexts(above: -1)
                emitLoop(to: f.bodyStart)
                close()
            }
        default:
            // retry
            guard let place = f.contexts.lastIndex(where: { if case .rescue = $0 { true } else { false } }),
                case .rescue(_, let target) = f.contexts[place]
            else { throw fail("Invalid retry", node) }
            let close = try leaveContexts(above: place - 1)
            emitLoop(to: target)
            close()
        }
    }

    /// `$!` goes back to what it was; `ensure` bodies run by unwinding.
    private func leaveRescues() {
        for context in f.contexts.reversed() {
            if case .rescue(let register, _) = context { emit(.leaveRescue, a: register) }
        }
    }

    /// Leaves the function, with the `ensure` bodies on the way.
    func emitReturn(_ value: Int) throws(CompileError) {
        let close = try leaveContexts(above: -1)
        if tree[f.scope].kind == .program {
            emit(.leaveProgram)
        } else {
            returnValue(value)
        }
        close()
    }
}
