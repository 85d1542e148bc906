/// Syntax tree to bytecode. One pass; recursion is counted (`depthMax`).
///
/// Uncaptured variables are registers; captured ones live in the environment of their scope. Temporaries stand above the
/// variables like a stack. `compile(node, into:)` leaves a value in a register; with nil it is not needed.
final class Compiler {
    static let depthMax = 700
    static let registersMax = 4000

    let tree: SyntaxTree
    var names: any NameSource
    let isPrelude: Bool
    /// The class whose methods are compiled, in the prelude.
    var preludeClass = ClassID.none
    /// The text of an `eval`: its program is a block of the frame that it runs in.
    let isEvaluated: Bool
    var parts = ImageParts()
    var f: FunctionBuilder
    private var literals: [[UInt8]: Int] = [:]
    private var depth = 0
    private var line: UInt32 = 0

    init(tree: SyntaxTree, names: any NameSource, isPrelude: Bool, isEvaluated: Bool = false) {
        self.tree = tree
        self.names = names
        self.isPrelude = isPrelude
        self.isEvaluated = isEvaluated
        f = FunctionBuilder(scope: .program, parent: nil)
    }

    // MARK: Basics

    func symbol(_ name: NameID) -> Int { Int(names.intern(Array(tree.bytes(name))).rawValue) }
    func symbol(_ name: StaticString) -> Int { Int(names.intern(ByteView(name).array).rawValue) }

    func fail(_ message: String, _ node: Node? = nil) -> CompileError {
        let place = node.map { tree.location(ofOffset: $0.position) } ?? (Int(line >> 12), Int(line & 0xFFF))
        return CompileError(message: message, line: place.0, column: place.1)
    }

    @discardableResult
    func emit(_ op: Opcode, n: Int = 0, a: Int = 0, b: Int = 0, c: Int = 0) -> Int {
        f.emit(Instruction(op, n: n, a: a, b: b, c: c), at: line)
    }

    @discardableResult
    func emit(_ op: Opcode, n: Int = 0, a: Int = 0, wide: Int) -> Int {
        f.emit(Instruction(op, n: n, a: a, wide: wide), at: line)
    }

    func mark(_ node: Node) {
        let place = tree.location(ofOffset: node.position)
        line = UInt32(min(place.line, 0xF_FFFF)) << 12 | UInt32(min(place.column, 0xFFF))
    }

    func move(_ from: Int, to dest: Int?) {
        if let dest, dest != from { emit(.move, a: dest, b: from) }
    }

    /// Index of a string literal, made once per text.
    func literal(_ bytes: [UInt8]) -> Int {
        if let known = literals[bytes] { return known }
        let address = UInt32(parts.bytes.count)
        parts.bytes += bytes
        let facts = unsafe bytes.withUnsafeBufferPointer { buffer -> (ObjectFlags, Int) in
            guard let start = buffer.baseAddress else { return (.asciiText, 0) }
            // The view does not leave this closure.
            let facts = unsafe UTF8Facts(ByteView(start: start, count: buffer.count))
            return (facts.flags, facts.characters)
        }
        let unitMark = isPrelude ? Handle.prelude : 0
        parts.literals.append(
            StringLiteral(
                address: Handle.shared | unitMark | address, count: UInt32(bytes.count), characters: UInt32(facts.1),
                flags: facts.0))
        literals[bytes] = parts.literals.count - 1
        return parts.literals.count - 1
    }

    func constant(_ value: Value) -> Int {
        parts.constants.append(value)
        return parts.constants.count - 1
    }

    /// Runs the body with temporaries that are given back after it.
    func scoped<T>(_ body: () throws(CompileError) -> T) throws(CompileError) -> T {
        let saved = f.nextRegister
        defer { f.nextRegister = saved }
        return try body()
    }

    /// Where a value that is built in several steps may be built: the destination, unless it is a variable that the
    /// steps may read.
    func scratch(for dest: Int) -> Int { dest >= f.firstTemporary ? dest : f.temporary() }

    /// The first register of a call: the destination itself when the arguments can follow it.
    func callBase(for dest: Int?) -> Int {
        if let dest, dest >= f.firstTemporary, dest == f.nextRegister - 1 { return dest }
        return f.temporary()
    }

    /// A register with the node's value: the variable's own when it is an uncaptured local.
    func operand(_ id: NodeID) throws(CompileError) -> Int {
        let node = tree[id]
        if node.kind == .localVariable, let register = register(of: node.variable) { return register }
        let register = f.temporary()
        try compile(id, into: register)
        return register
    }

    /// As `operand`, but safe when `next` may assign to a variable before the value is used.
    func operand(_ id: NodeID, before next: NodeID) throws(CompileError) -> Int {
        if tree[id].kind == .localVariable, !isHarmless(next, 3) {
            let register = f.temporary()
            try compile(id, into: register)
            return register
        }
        return try operand(id)
    }

    func isHarmless(_ id: NodeID, _ depth: Int) -> Bool {
        guard id.isPresent else { return true }
        let node = tree[id]
        switch node.kind {
        case .nil, .true, .false, .self, .integer, .float, .string, .symbol, .regex, .localVariable, .instanceVariable,
            .globalVariable, .constant, .nthReference, .backReference:
            return true
        case .call, .index:
            // A block can only assign captured variables, which are no registers.
            return depth > 0 && isHarmless(node.nodeA, depth - 1)
                && tree.arguments(node).allSatisfy { isHarmless($0, depth - 1) }
        default: return false
        }
    }

    // MARK: Variables

    func register(of variable: VariableID) -> Int? {
        tree[variable].scope == f.scope || !isCaptured(variable) ? f.registers[variable.rawValue] : nil
    }

    func isCaptured(_ id: VariableID) -> Bool {
        let variable = tree[id]
        return variable.isCaptured || tree[variable.scope].seesEverything
    }

    /// Levels up and slot of a captured variable.
    func place(of variable: VariableID) throws(CompileError) -> (depth: Int, slot: Int) {
        var builder: FunctionBuilder? = f
        var levels = 0
        while let current = builder {
            if let slot = current.slots[variable.rawValue] { return (levels, slot) }
            if current.hasEnvironment { levels += 1 }
            builder = current.parent
        }
        throw fail("internal error: variable \(tree.string(tree[variable].name)) not found")
    }

    func readVariable(_ variable: VariableID, into dest: Int) throws(CompileError) {
        if let register = register(of: variable) { return move(register, to: dest) }
        let place = try place(of: variable)
        emit(.getEnvironment, a: dest, b: place.depth, c: place.slot)
    }

    func writeVariable(_ variable: VariableID, from source: Int) throws(CompileError) {
        if let register = register(of: variable) { return move(source, to: register) }
        let place = try place(of: variable)
        emit(.setEnvironment, a: source, b: place.depth, c: place.slot)
    }

    func depth(_ change: Int) { depth += change }

    func checkDepth(_ node: Node) throws(CompileError) {
        guard depth < Compiler.depthMax else { throw fail("expressions nested too deeply", node) }
    }

    // MARK: Nodes

    /// An absent node is nil.
    func compile(_ id: NodeID, into dest: Int?) throws(CompileError) {
        guard id.isPresent else {
            if let dest { emit(.loadNil, a: dest) }
            return
        }
        depth += 1
        defer { depth -= 1 }
        guard depth < Compiler.depthMax else { throw fail("expressions nested too deeply", tree[id]) }
        guard f.maxRegister < Compiler.registersMax else { throw fail("expression too complex", tree[id]) }
        let saved = f.nextRegister
        defer { f.nextRegister = saved }
        let node = tree[id]
        mark(node)
        switch node.kind {
        case .statements:
            let list = tree.nodes(in: node.listA)
            for (index, statement) in list.enumerated() {
                f.statements.append(f.position)
                try compile(statement, into: index == list.count - 1 ? dest : nil)
            }
        case .beginBlock: try compile(node.nodeA, into: dest)
        case .nil: if let dest { emit(.loadNil, a: dest) }
        case .true: if let dest { emit(.loadTrue, a: dest) }
        case .false: if let dest { emit(.loadFalse, a: dest) }
        case .self: if let dest { emit(.loadSelf, a: dest) }
        case .integer, .bigInteger, .float, .string, .character, .interpolatedString, .symbol, .interpolatedSymbol,
            .regex, .interpolatedRegex, .commandString, .array, .hash, .range, .fileName:
            try compileLiteral(id, node, into: dest ?? f.temporary())
        case .localVariable: if let dest { try readVariable(node.variable, into: dest) }
        case .instanceVariable: emit(.getField, a: dest ?? f.temporary(), wide: symbol(node.nameA))
        case .classVariable: emit(.getClassVariable, a: dest ?? f.temporary(), wide: symbol(node.nameA))
        case .globalVariable: emit(.getGlobal, a: dest ?? f.temporary(), wide: symbol(node.nameA))
        case .nthReference: emit(.nthReference, a: dest ?? f.temporary(), wide: Int(node.a))
        case .backReference: emit(.backReference, a: dest ?? f.temporary(), wide: Int(node.a))
        case .constant: emit(.getConstant, a: dest ?? f.temporary(), wide: symbol(node.nameA))
        case .constantPath:
            let register = dest ?? f.temporary()
            try constantScope(node.nodeA, into: register)
            mark(node)
            emit(.getConstantIn, a: register, wide: symbol(node.nameB))
        case .assign, .operatorAssign, .orAssign, .andAssign, .multipleAssign, .matchAssign:
            try compileAssignment(node, into: dest)
        case .call, .index, .super, .yield: try compileCall(node, into: dest)
        case .not:
            let register = try operand(node.nodeA)
            emit(.not, a: dest ?? f.temporary(), b: register)
        case .and, .or: try compileLogic(node, into: dest)
        case .lambda:
            let function = try compileFunction(node.blockScope)
            emit(.newProc, n: 1, a: dest ?? f.temporary(), wide: function)
        case .defined: try compileDefined(node, into: dest ?? f.temporary())
        case .if: try compileIf(node, into: dest)
        case .while: try compileWhile(node, into: dest)
        case .for: try compileFor(node, into: dest)
        case .case: try compileCase(node, into: dest)
        case .begin, .rescueModifier: try compileBegin(node, into: dest)
        case .break, .next, .return, .redo, .retry: try compileExit(node)
        case .def, .class, .module, .singletonClass, .alias, .globalAlias, .undef:
            try compileDefinition(node, into: dest)
        case .attribute, .multipleTarget, .splatTarget, .splat, .blockPass, .block, .requiredParameter,
            .optionalParameter, .restParameter, .requiredKeywordParameter, .optionalKeywordParameter,
            .keywordRestParameter, .blockParameter, .destructuringParameter, .blockLocalParameter, .excessComma, .when,
            .rescueClause:
            throw fail("unexpected \(node.kind)", node)
        }
    }

    /// A body: its statements begin here, also when there is only one.
    func compileBody(_ id: NodeID, into dest: Int?) throws(CompileError) {
        if id.isPresent, tree[id].kind != .statements { f.statements.append(f.position) }
        try compile(id, into: dest)
    }

    func constantScope(_ scope: NodeID, into register: Int) throws(CompileError) {
        if scope.isPresent {
            try compile(scope, into: register)
        } else {
            emit(.loadConstant, a: register, wide: constant(.classReference(Core.object)))
        }
    }
}
