extension Compiler {
    /// Compiles the whole script into `parts`.
    func compileProgram() throws(CompileError) {
        // Function 0 is the program.
        parts.functions.append(Function())
        f = FunctionBuilder(scope: .program, parent: nil)
        f.function.flags = [.program, .simple]
        declareVariables()
        openEnvironment()
        try compileBody(tree.program.body, into: nil)
        emit(.leaveProgram)
        finish(f, as: 0)
    }

    /// Compiles the text of an `eval` into `parts`; returns how many variables it declares. Their environment is made by
    /// the Machine, so that a Binding can keep it.
    func compileEvaluated(visible: [VisibleVariable], shapes: [UInt16]) throws(CompileError) -> Int {
        parts.functions.append(Function())
        // The environments that the text sees, outermost first: functions that were compiled before.
        let variables = Array(tree.variables(of: tree.program)).filter { tree[$0].kind == .outer }
        var slots = [[Int32: Int]](repeating: [-1: 0], count: shapes.count)
        for (variable, place) in zip(variables, visible) where slots.indices.contains(place.depth) {
            slots[place.depth][variable.rawValue] = place.slot
        }
        var parent: FunctionBuilder?
        for depth in shapes.indices.reversed() {
            let level = FunctionBuilder(scope: .program, parent: parent)
            level.slots = slots[depth]
            level.shapes = Array(shapes[depth...])
            parent = level
        }
        f = FunctionBuilder(scope: .program, parent: parent)
        f.function.flags = [.block, .simple]
        declareVariables()
        let value = f.temporary()
        try compile(tree.program.body, into: value)
        emit(.returnValue, a: value)
        finish(f, as: 0)
        return f.slots.count
    }

    /// Ends a function with a value; one that was only moved for this is returned from where it is.
    func returnValue(_ value: Int) {
        let last = f.replaceable.flatMap { $0.a == value ? $0 : nil }
        switch last?.opcode {
        case .move: f.replaceLast(Instruction(.returnValue, a: last?.b ?? value))
        case .loadSelf: f.replaceLast(Instruction(.returnSelf))
        default: emit(.returnValue, a: value)
        }
    }

    /// Compiles a scope; returns its number. `target`: of a `for`, assigned the block's argument first.
    func compileFunction(_ id: ScopeID, name: Int = 0, target: NodeID? = nil) throws(CompileError) -> Int {
        guard parts.functions.count < 65_535 else { throw fail("too many methods and blocks") }
        parts.functions.append(Function())
        let number = parts.functions.count - 1
        let scope = tree[id]
        let outer = f
        f = FunctionBuilder(scope: id, parent: scope.kind.isTransparent ? outer : nil)
        defer { f = outer }
        f.function.name = Symbol(rawValue: UInt32(name))
        switch scope.kind {
        case .block, .forBody: f.function.flags.insert(.block)
        case .lambda: f.function.flags.formUnion([.block, .lambda])
        case .classBody, .moduleBody, .singletonClassBody: f.function.flags.insert(.classBody)
        case .method, .program: break
        }
        if isPrelude { f.function.flags.insert(.prelude) }
        if let target {
            f.function.required = 1
            f.function.flags.insert(.simple)
            let argument = f.temporary()
            declareVariables()
            openEnvironment()
            try store(target, from: argument)
        } else {
            try compileParameters(scope)
        }
        f.bodyStart = f.position
        let value = f.temporary()
        try compileBody(scope.body, into: value)
        returnValue(value)
        finish(f, as: number)
        return number
    }

    /// Registers for the variables that need no environment, after those that parameters have taken.
    func declareVariables() {
        let scope = tree[f.scope]
        for variable in tree.variables(of: scope) {
            if tree[variable].kind == .outer { continue }
            if isCaptured(variable) || (isEvaluated && f.scope == .program) {
                f.slots[variable.rawValue] = f.slots.count
            } else if f.registers[variable.rawValue] == nil {
                f.registers[variable.rawValue] = f.temporary()
            }
        }
        f.firstTemporary = f.nextRegister
        var shapes: [UInt16] = f.hasEnvironment ? [UInt16(clamping: f.slots.count)] : []
        if tree[f.scope].kind.isTransparent || isEvaluated, let parent = f.parent { shapes += parent.shapes }
        f.shapes = shapes
    }

    func openEnvironment() {
        if f.hasEnvironment { emit(.newEnvironment, wide: f.slots.count) }
    }

    func finish(_ builder: FunctionBuilder, as number: Int) {
        var function = builder.function
        function.code = UInt32(parts.code.count)
        function.codeCount = UInt32(builder.code.count)
        function.registers = UInt16(clamping: max(builder.maxRegister, function.parameterCount) + 1)
        function.handlers = UInt32(parts.handlers.count)
        function.handlerCount = UInt32(builder.handlers.count)
        function.shapes = UInt32(parts.shapes.count)
        function.shapeCount = UInt32(builder.shapes.count)
        parts.code += builder.code
        parts.positions += builder.positions
        parts.handlers += builder.handlers
        parts.shapes += builder.shapes
        parts.functions[number] = function
        noteTrace(builder, as: number)
        if tree[builder.scope].seesEverything || (isEvaluated && builder.scope == .program) {
            parts.visible[number] = visibleVariables(from: builder)
        }
    }

    /// Where statements begin and variables live. (The prelude is never traced.)
    private func noteTrace(_ builder: FunctionBuilder, as number: Int) {
        guard !isPrelude, !isEvaluated else { return }
        let first = Int(parts.functions[number].code)
        let last = first + builder.code.count
        parts.trace.statements += builder.statements.map { UInt32(first + $0) }.filter { $0 < last }
        while parts.trace.variables.count < parts.functions.count { parts.trace.variables.append([]) }
        var places: [VariablePlace] = []
        var walk: FunctionBuilder? = builder
        var levels = 0
        while let current = walk {
            for id in tree.variables(of: tree[current.scope]) where tree[id].kind != .hidden {
                let name = Symbol(rawValue: UInt32(symbol(tree[id].name)))
                if let slot = current.slots[id.rawValue] {
                    places.append(VariablePlace(name: name, home: .environment(depth: levels, slot: slot)))
                } else if current === builder, let register = current.registers[id.rawValue] {
                    places.append(VariablePlace(name: name, home: .register(register)))
                }
            }
            if current.hasEnvironment { levels += 1 }
            walk = current.parent
        }
        parts.trace.variables[number] = places
    }

    /// Every variable in an environment that code in the function can reach, innermost first.
    private func visibleVariables(from builder: FunctionBuilder) -> [VisibleVariable] {
        var found: [VisibleVariable] = []
        var seen: Set<[UInt8]> = []
        var level: FunctionBuilder? = builder
        var depth = 0
        while let current = level {
            for (variable, slot) in current.slots.sorted(by: { $0.value < $1.value }) where variable >= 0 {
                let name = Array(tree.bytes(tree[VariableID(variable)].name))
                guard tree[VariableID(variable)].kind != .hidden, seen.insert(name).inserted else { continue }
                found.append(VisibleVariable(name: name, depth: depth, slot: slot))
            }
            if current.hasEnvironment { depth += 1 }
            level = current.parent
        }
        return found
    }

    // MARK: Parameters

    /// Arguments arrive in registers 0…: required, optional, rest, post, keywords, block. Captured ones move to the
    /// environment; defaults are evaluated in order.
    private func compileParameters(_ scope: Scope) throws(CompileError) {
        let nodes = Array(tree.nodes(in: scope.parameters))
        var required: [Node] = []
        var optional: [Node] = []
        var rest: Node?
        var post: [Node] = []
        var keywords: [Node] = []
        var keywordRest: Node?
        var block: Node?
        for id in nodes {
            let node = tree[id]
            switch node.kind {
            case .requiredParameter, .destructuringParameter:
                if rest == nil, optional.isEmpty { required.append(node) } else { post.append(node) }
            case .optionalParameter: optional.append(node)
            case .restParameter: rest = node
            case .requiredKeywordParameter, .optionalKeywordParameter: keywords.append(node)
            case .keywordRestParameter: keywordRest = node
            case .blockParameter: block = node
            case .excessComma: f.function.flags.insert(.excessComma)
            case .blockLocalParameter: break
            default: throw fail("unexpected parameter", node)
            }
        }
        guard nodes.count < 200 else { throw fail("too many parameters") }
        if !nodes.isEmpty, !isPrelude { noteParameters(nodes.map { tree[$0] }) }
        f.function.required = UInt16(required.count)
        f.function.optional = UInt16(optional.count)
        f.function.post = UInt16(post.count)
        if rest != nil { f.function.flags.insert(.hasRest) }
        let takesKeywords = !keywords.isEmpty || keywordRest != nil
        if takesKeywords { f.function.flags.insert(.hasKeywords) }
        if block != nil { f.function.flags.insert(.hasBlockParameter) }
        if optional.isEmpty, post.isEmpty, rest == nil, !takesKeywords, block == nil {
            f.function.flags.insert(.simple)
        }

        // The registers in which the arguments arrive.
        func arrive(_ node: Node) -> Int {
            let register = f.temporary()
            if node.kind != .destructuringParameter, node.variable.isPresent, !isCaptured(node.variable) {
                f.registers[node.variable.rawValue] = register
            }
            return register
        }
        let requiredAt = required.map(arrive)
        let optionalAt = optional.map(arrive)
        let restAt = rest.map(arrive)
        if let rest, !rest.variable.isPresent { f.anonymousRest = restAt }
        let postAt = post.map(arrive)
        let keywordsAt = takesKeywords ? f.temporary() : 0
        let blockAt = block.map(arrive)
        declareVariables()
        openEnvironment()

        func settle(_ node: Node, _ register: Int) throws(CompileError) {
            if node.kind == .destructuringParameter {
                try scoped { () throws(CompileError) in
                    let list = f.temporary()
                    try toTuple(register, into: list)
                    try destructure(Array(tree.nodes(in: node.listA)), from: list)
                }
            } else if node.variable.isPresent, isCaptured(node.variable) {
                try writeVariable(node.variable, from: register)
            }
        }
        for (node, register) in zip(required, requiredAt) { try settle(node, register) }
        if let rest, let restAt { try settle(rest, restAt) }
        for (node, register) in zip(post, postAt) { try settle(node, register) }
        if let block, let blockAt { try settle(block, blockAt) }
        for (node, register) in zip(optional, optionalAt) {
            mark(node)
            let given = emit(.jumpIfGiven, a: register, wide: 0)
            // A captured variable is nil while its default is evaluated.
            try scoped { () throws(CompileError) in
                let value = f.temporary()
                emit(.loadNil, a: register)
                try compile(node.nodeB, into: value)
                move(value, to: register)
            }
            f.patch(given)
            try settle(node, register)
        }
        for node in keywords {
            mark(node)
            try scoped { () throws(CompileError) in
                let value = f.temporary()
                let name = symbol(tree[node.variable].name)
                guard name < 65_536 else { throw fail("too many different names", node) }
                emit(.keywordGet, n: node.kind == .requiredKeywordParameter ? 1 : 0, a: value, b: keywordsAt, c: name)
                if node.kind == .optionalKeywordParameter {
                    let given = emit(.jumpIfGiven, a: value, wide: 0)
                    try compile(node.nodeB, into: value)
                    f.patch(given)
                }
                try writeVariable(node.variable, from: value)
            }
        }
        if takesKeywords {
            if let keywordRest {
                if keywordRest.variable.isPresent { try writeVariable(keywordRest.variable, from: keywordsAt) }
            } else {
                emit(.keywordEnd, a: keywordsAt)
            }
        }
    }

    /// For `Proc#parameters`; the function is the last one begun.
    private func noteParameters(_ nodes: [Node]) {
        parts.parameters[parts.functions.count - 1] = nodes.compactMap { node in
            let kind: StaticString
            switch node.kind {
            case .requiredParameter, .destructuringParameter: kind = "req"
            case .optionalParameter: kind = "opt"
            case .restParameter: kind = "rest"
            case .requiredKeywordParameter: kind = "keyreq"
            case .optionalKeywordParameter: kind = "key"
            case .keywordRestParameter: kind = "keyrest"
            case .blockParameter: kind = "block"
            default: return nil
            }
            let isNamed =
                node.kind != .destructuringParameter && node.variable.isPresent && tree[node.variable].kind != .hidden
            return ParameterName(
                kind: kind, name: isNamed ? Symbol(rawValue: UInt32(symbol(tree[node.variable].name))) : .none)
        }
    }

    // MARK: Definitions

    func compileDefinition(_ node: Node, into dest: Int?) throws(CompileError) {
        switch node.kind {
        case .def:
            let name = symbol(node.nameA)
            let function = try compileFunction(node.bodyScope, name: name)
            guard name < 65_536 else { throw fail("too many different names", node) }
            let register = f.temporary()
            mark(node)
            if node.nodeB.isPresent {
                try compile(node.nodeB, into: register)
                emit(.defineSingleton, a: register, b: name, c: function)
            } else {
                emit(.defineMethod, a: register, b: name, c: function)
            }
            move(register, to: dest)
        case .class, .module:
            let register = f.temporary()
            let scope = f.temporary()
            let path = tree[node.nodeA]
            if node.kind == .class, node.nodeB.isPresent {
                try compile(node.nodeB, into: register)
            } else {
                emit(.loadUndefined, a: register)
            }
            let name: Int
            if path.kind == .constantPath {
                try constantScope(path.nodeA, into: scope)
                name = symbol(path.nameB)
            } else {
                emit(.loadUndefined, a: scope)
                name = symbol(path.nameA)
            }
            mark(node)
            emit(.openClass, n: node.kind == .module ? 1 : 0, a: register, b: name)
            if node.kind == .class, node.nodeB.isPresent {
                // `inherited` of the superclass, if the class is new.
                let known = emit(.jumpUnless, a: scope, wide: 0)
                try scoped { () throws(CompileError) in
                    let target = f.temporary()
                    let argument = f.temporary()
                    move(register, to: target)
                    emit(.send, n: 0, a: target, b: symbol("superclass"), c: 0)
                    move(register, to: argument)
                    emit(
                        .send, n: 1, a: target, b: symbol("inherited"), c: Int(CallFlags.onSelf.rawValue))
                }
                f.patch(known)
            }
            emit(.runBody, a: register, wide: try compileFunction(node.bodyScope))
            move(register, to: dest)
        case .singletonClass:
            let register = f.temporary()
            try compile(node.nodeA, into: register)
            mark(node)
            emit(.openSingleton, a: register)
            emit(.runBody, a: register, wide: try compileFunction(node.bodyScope))
            move(register, to: dest)
        case .alias:
            emit(.aliasMethod, b: symbol(node.nameA), c: symbol(node.nameB))
            if let dest { emit(.loadNil, a: dest) }
        case .globalAlias:
            emit(.aliasGlobal, b: symbol(node.nameA), c: symbol(node.nameB))
            if let dest { emit(.loadNil, a: dest) }
        default:
            for name in tree.names(in: node.listA) { emit(.undefineMethod, wide: symbol(name)) }
            if let dest { emit(.loadNil, a: dest) }
        }
    }
}
