/// The syntax tree of one script: flat arrays with 32-bit indices.
///
/// A node is 24 bytes of plain data; its children are indices (`NodeKind` says which). Lists, argument records and
/// handler records lie in `extra`. Freeing a tree frees a few arrays, however deep the script nests.
///
/// Made by `init(parsing:options:) throws(SyntaxError)`; `description` prints it as an S-expression.
///
/// ## What the parser resolves, and what it does not
///
/// The parser knows local variables, because `foo -1`, `foo [1]` and `foo /x/` mean different things for a variable and a
/// method. So every bare word is already decided: a `localVariable` node names its `Variable`, anything else is a `call`.
/// - A variable belongs to one `Scope` (program, def, class body, block, lambda). Blocks see the variables of the
///   scopes around them up to the next def, class or program; a name assigned for the first time belongs to
///   the innermost scope. `if`, `while`, `begin` open no scope. A `for` body is a scope of its own (its body runs as a
///   block) but declares nothing: its variables belong to the scope around it.
/// - `Variable.slot` counts the variables of its scope from 0, parameters first, in order of declaration.
/// - `Variable.isCaptured` is the plain fact "read or written from another scope than its own".
/// - `Scope.seesEverything` is the plain fact "names `binding`, `eval`, `instance_eval`, `class_eval`, `module_eval`
///   or `local_variables` (as a call or a symbol) in it or in a block within": every variable that it can see
///   must then be reachable. (Set on the scope and those around it whose variables it sees.)
/// - Registers, environments and the lifetime of captured variables are the compiler's affair.
public struct SyntaxTree: Sendable {
    /// Index 0 is unused (a `nil` node), so that a forgotten index shows.
    var nodes: [Node] = []
    /// Lists (count, items …), argument records (block, count, items …) and handler records (else, ensure).
    /// Index 0 is the empty list, index 1 the empty argument record.
    var extra: [Int32] = []
    /// `scopes[0]` is the program.
    var scopes: [Scope] = []
    var variables: [Variable] = []
    /// The variables of all scopes, scope by scope (`Scope.firstVariable`, `Scope.variableCount`).
    var scopeVariables: [VariableID] = []
    var nameTable = NameTable()
    var literalBytes: [UInt8] = []
    var literalEnds: [Int32] = []
    /// Byte offsets where the lines start; the first is 0.
    var lineStarts: [Int32] = [0]
    /// The number of the first line (an `eval` may give another than 1).
    var firstLine: Int32 = 1

    /// The scope of the whole program; `.body` of it is where to begin.
    var program: Scope { scopes[0] }

    // MARK: Nodes

    subscript(_ id: NodeID) -> Node { nodes[Int(id.rawValue)] }

    func integerValue(_ node: Node) -> Int64 {
        Int64(bitPattern: UInt64(UInt32(bitPattern: node.b)) << 32 | UInt64(UInt32(bitPattern: node.a)))
    }

    func floatValue(_ node: Node) -> Double {
        Double(bitPattern: UInt64(UInt32(bitPattern: node.b)) << 32 | UInt64(UInt32(bitPattern: node.a)))
    }

    // MARK: Lists

    func nodes(in list: ListID) -> IDList<NodeID> { IDList(items: items(from: list.rawValue)) }
    func names(in list: ListID) -> IDList<NameID> { IDList(items: items(from: list.rawValue)) }
    func variables(in list: ListID) -> IDList<VariableID> { IDList(items: items(from: list.rawValue)) }

    /// Arguments of a `call`, `index`, `super` or `yield`.
    func arguments(_ node: Node) -> IDList<NodeID> { IDList(items: items(from: node.c &+ 1)) }
    /// The `block` or `blockPass` of a `call`, `index` or `super`, or `.absent`.
    func block(_ node: Node) -> NodeID { NodeID(extra[Int(node.c)]) }

    /// Else and ensure body of a `begin`; an `else` without statements is a `nil` node.
    func handlers(_ node: Node) -> (otherwise: NodeID, ensure: NodeID) {
        (NodeID(extra[Int(node.c)]), NodeID(extra[Int(node.c) + 1]))
    }

    private func items(from index: Int32) -> ArraySlice<Int32> {
        let start = Int(index) + 1
        return extra[start..<start + Int(extra[Int(index)])]
    }

    // MARK: Scopes and variables

    subscript(_ id: ScopeID) -> Scope { scopes[Int(id.rawValue)] }
    subscript(_ id: VariableID) -> Variable { variables[Int(id.rawValue)] }

    /// The variables that a scope declares, by slot.
    func variables(of scope: Scope) -> ArraySlice<VariableID> {
        scopeVariables[Int(scope.firstVariable)..<Int(scope.firstVariable + scope.variableCount)]
    }

    // MARK: Text

    /// The bytes of an interned name.
    func bytes(_ name: NameID) -> ArraySlice<UInt8> { nameTable[name] }
    /// The bytes of a literal; any bytes, not always valid UTF-8.
    func bytes(_ literal: LiteralID) -> ArraySlice<UInt8> {
        let index = Int(literal.rawValue)
        let start = index == 0 ? 0 : Int(literalEnds[index - 1])
        return literalBytes[start..<Int(literalEnds[index])]
    }
    /// A name as a String, for messages.
    func string(_ name: NameID) -> String { String(decoding: nameTable[name], as: UTF8.self) }

    /// Line (counted from `firstLine`) and column (from 1, in bytes) of a byte offset.
    func location(ofOffset offset: Int32) -> (line: Int, column: Int) {
        var low = 0
        var high = lineStarts.count
        while high - low > 1 {
            let middle = (low + high) / 2
            if lineStarts[middle] <= offset { low = middle } else { high = middle }
        }
        return (low + Int(firstLine), Int(offset - lineStarts[low]) + 1)
    }
}

/// One node. What `a`, `b`, `c` mean depends on `kind`: see `NodeKind`.
struct Node: Sendable {
    var kind: NodeKind
    var flags: NodeFlags
    /// Byte offset of the node's first byte (of its receiver, for a call): the line a statement begins on.
    var start: Int32
    /// Byte offset that an error at this node is reported at: the method name or operator of a call, else `start`.
    var position: Int32
    var a: Int32
    var b: Int32
    var c: Int32

    // One field, typed. Which of them is right is written at the kind.
    var nodeA: NodeID { NodeID(a) }
    var nodeB: NodeID { NodeID(b) }
    var nodeC: NodeID { NodeID(c) }
    var listA: ListID { ListID(a) }
    var listB: ListID { ListID(b) }
    var nameA: NameID { NameID(a) }
    var nameB: NameID { NameID(b) }
    var nameC: NameID { NameID(c) }
    var literal: LiteralID { LiteralID(a) }
    var variable: VariableID { VariableID(a) }
    /// Of a `block` or `lambda`.
    var blockScope: ScopeID { ScopeID(a) }
    /// Of a `def`, `class`, `module` or `singletonClass`.
    var bodyScope: ScopeID { ScopeID(c) }
    /// Of a `regex` or `interpolatedRegex`.
    var regexFlags: RegexFlags { RegexFlags(rawValue: b) }
}

/// A region with local variables of its own.
struct Scope: Sendable {
    enum Kind: UInt8, Sendable {
        case program, method, classBody, moduleBody, singletonClassBody, block, lambda, forBody

        /// Whether it sees the variables of the scope around it.
        var isTransparent: Bool { self == .block || self == .lambda || self == .forBody }
    }

    var kind: Kind
    /// The scope around it; `.absent` for the program.
    var parent: ScopeID
    /// Parameter nodes, in source order.
    var parameters: ListID = .empty
    var body: NodeID = .absent
    var firstVariable: Int32 = 0
    var variableCount: Int32 = 0
    /// How many of the parameters are `_1`, `_2` … of a block without `|…|`; they are requiredParameters then.
    var numberedParameters: UInt8 = 0
    var seesEverything = false
    /// Whether `|` … `|` or `(` … `)` was written, even if empty.
    var hasParameterList = false
    /// Byte offsets of the first byte and of the one after the closing `end` or `}`.
    var start: Int32 = 0
    var end: Int32 = 0
}

/// A local variable.
struct Variable: Sendable {
    enum Kind: UInt8, Sendable {
        case local, parameter
        /// Known from outside: a variable of the binding that an `eval` runs in.
        case outer
        /// A parameter that no script text can name (anonymous, or a helper of the parser).
        case hidden
    }

    var name: NameID
    var scope: ScopeID
    var slot: Int32
    var kind: Kind
    var isCaptured = false
    /// Byte offset of the declaration.
    var start: Int32
}

/// A 32-bit index with a type.
protocol SyntaxIndex: Hashable, Sendable {
    init(_ rawValue: Int32)
}

struct NodeID: SyntaxIndex {
    let rawValue: Int32
    init(_ rawValue: Int32) { self.rawValue = rawValue }
    static let absent = NodeID(-1)
    var isPresent: Bool { rawValue >= 0 }
}

struct NameID: SyntaxIndex {
    let rawValue: Int32
    init(_ rawValue: Int32) { self.rawValue = rawValue }
}

struct LiteralID: SyntaxIndex {
    let rawValue: Int32
    init(_ rawValue: Int32) { self.rawValue = rawValue }
}

struct ListID: SyntaxIndex {
    let rawValue: Int32
    init(_ rawValue: Int32) { self.rawValue = rawValue }
    static let empty = ListID(0)
}

struct ArgumentsID: SyntaxIndex {
    let rawValue: Int32
    init(_ rawValue: Int32) { self.rawValue = rawValue }
    static let empty = ArgumentsID(1)
}

struct VariableID: SyntaxIndex {
    let rawValue: Int32
    init(_ rawValue: Int32) { self.rawValue = rawValue }
    static let absent = VariableID(-1)
    var isPresent: Bool { rawValue >= 0 }
}

struct ScopeID: SyntaxIndex {
    let rawValue: Int32
    init(_ rawValue: Int32) { self.rawValue = rawValue }
    static let absent = ScopeID(-1)
    static let program = ScopeID(0)
    var isPresent: Bool { rawValue >= 0 }
}

/// A list of indices in the tree.
struct IDList<ID: SyntaxIndex>: RandomAccessCollection, Sendable {
    let items: ArraySlice<Int32>
    var startIndex: Int { items.startIndex }
    var endIndex: Int { items.endIndex }
    subscript(position: Int) -> ID { ID(items[position]) }
}

/// A script that is not valid, and where.
public struct SyntaxError: Error, Hashable, Sendable {
    /// In the wording of Ruby, without file and line.
    public let message: String
    /// From 1 (or the first line given to the parser).
    public let line: Int
    /// From 1, in bytes.
    public let column: Int

    public init(message: String, line: Int, column: Int) {
        self.message = message
        self.line = line
        self.column = column
    }
}

/// What the parser must know besides the text.
public struct ParseOptions: Sendable {
    /// Variables that exist already (the binding of an `eval`); they get the first slots of the program's scope, in order.
    public var outerVariables: [[UInt8]] = []
    /// The number of the first line.
    public var firstLine = 1
    /// Whether the text runs inside a method (an `eval` there may `yield`, and `return`).
    public var insideMethod = false
    /// How deep constructs may nest, 1 … 256.
    public var depthLimit = 256

    public init() {}
}
