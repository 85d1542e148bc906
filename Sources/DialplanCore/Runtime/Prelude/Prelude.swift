/// The part of the core library that is written in the language itself: whatever calls blocks or may call script
/// methods. Compiled once per process; its frames are the state of `each`, `map`, `sort_by` …, so a run can stop and be
/// replayed in the middle of any of them, and no built-in ever calls the loop.
///
/// At the top level only classes and modules stand, in them only `def`, `alias`, `include` and `attr_reader`.
enum Prelude {
    static let sources: [String] = [
        kernel, enumerable, array, arrayOrder, arraySlices, hash, string, longText, other, set, enumerators, additions,
        completion,
        system, reflection,
    ]

    static func build(_ builder: inout CoreBuilder) -> DialplanImage {
        let source = Array(sources.joined(separator: "\n").utf8)
        do {
            let tree = try SyntaxTree(parsing: source)
            var compiler = PreludeCompiler(tree: tree, builder: builder)
            try compiler.run()
            builder = compiler.builder
            var parts = compiler.compiler.parts
            parts.sourceName = "prelude"
            parts.symbols = builder.symbols
            try Verifier(parts: parts).verify()
            return DialplanImage(parts)
        } catch {
            // The text is part of this program: a test compiles it.
            fatalError("prelude: \(error)")
        }
    }
}

/// Turns the prelude's definitions into entries of the core method tables.
private struct PreludeCompiler {
    let tree: SyntaxTree
    let compiler: Compiler

    init(tree: SyntaxTree, builder: CoreBuilder) {
        self.tree = tree
        compiler = Compiler(tree: tree, names: builder, isPrelude: true)
    }

    var builder: CoreBuilder {
        get {
            // It was made in the initialiser, as a CoreBuilder, and is never replaced.
            guard let builder = compiler.names as? CoreBuilder else { fatalError("prelude: names") }
            return builder
        }
        nonmutating set { compiler.names = newValue }
    }

    mutating func run() throws(CompileError) {
        for id in statements(tree.program.body) {
            let node = tree[id]
            guard node.kind == .class || node.kind == .module else { throw compiler.fail("only classes", node) }
            try openClass(node)
        }
        if compiler.parts.functions.isEmpty { compiler.parts.functions.append(Function()) }
    }

    private func statements(_ body: NodeID) -> [NodeID] {
        guard body.isPresent else { return [] }
        return tree[body].kind == .statements ? Array(tree.nodes(in: tree[body].listA)) : [body]
    }

    private mutating func openClass(_ node: Node) throws(CompileError) {
        var current = builder
        let superclass =
            node.kind == .class && node.nodeB.isPresent
            ? current.classByName[current.intern(Array(tree.bytes(tree[node.nodeB].nameA)))] ?? Core.object
            : Core.object
        let name = Array(tree.bytes(tree[node.nodeA].nameA))
        let id = current.newClass(
            name, superclass: node.kind == .module ? .none : superclass, isModule: node.kind == .module)
        builder = current
        compiler.preludeClass = id
        for statement in statements(tree[node.bodyScope].body) {
            let item = tree[statement]
            switch item.kind {
            case .def: try define(item, in: id)
            case .alias:
                var current = builder
                let old = current.intern(Array(tree.bytes(item.nameB)))
                guard let method = current.methods[CoreLibrary.key(id, old)] else {
                    throw compiler.fail("alias of an unknown method", item)
                }
                current.define(id, current.intern(Array(tree.bytes(item.nameA))), method)
                builder = current
            case .call: try directive(item, in: id)
            default: throw compiler.fail("only definitions", item)
            }
        }
    }

    private mutating func define(_ node: Node, in id: ClassID) throws(CompileError) {
        let symbol = compiler.symbol(node.nameA)
        let number = try compiler.compileFunction(node.bodyScope, name: symbol)
        if tree.bytes(node.nameA).elementsEqual("catch".utf8) {
            compiler.parts.functions[number].flags.insert(.catcher)
        }
        let owner = node.nodeB.isPresent ? ClassID(rawValue: id.rawValue + Core.metaOffset) : id
        var current = builder
        current.define(
            owner, Symbol(rawValue: UInt32(symbol)),
            Method.value(.bytecode, Machine.preludeUnit << 24 | UInt32(number), lexicalClass: id))
        builder = current
    }

    private mutating func directive(_ node: Node, in id: ClassID) throws(CompileError) {
        var current = builder
        for argument in tree.arguments(node) {
            let item = tree[argument]
            switch String(decoding: tree.bytes(node.nameB), as: UTF8.self) {
            case "include":
                guard let module = current.classByName[current.intern(Array(tree.bytes(item.nameA)))] else {
                    throw compiler.fail("unknown module", node)
                }
                current.include(module, in: id)
            case "attr_reader":
                let name = Array(tree.bytes(item.nameA))
                let variable = current.intern([0x40] + name)
                current.define(id, current.intern(name), Method.value(.reader, variable.rawValue))
            default: throw compiler.fail("unknown directive", node)
            }
        }
        builder = current
    }
}

extension CoreBuilder: NameSource {
    var own: [[UInt8]] { symbols }
}
