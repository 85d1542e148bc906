/// Builds the syntax tree: recursive descent over statements and primaries, precedence climbing over operators.
///
/// - One token is looked ahead: `token` is the one not yet taken. There is no backtracking.
/// - Nesting is counted in `deeper` at every function that can come round to itself; beyond the limit the script is
///   refused, so the parser's own stack is bounded (256 levels take under 1.5 MiB in release, measured). What only
///   gets long (operators in a row, `elsif`, `?:` in `?:`, method chains) is parsed in loops and costs no depth; the
///   tree may lean as deep as such a row is long.
/// - Every loop takes at least one token per turn (`Progress`), so parsing ends.
struct Parser {
    /// Scripts are at most this long, in bytes.
    static let sourceBytesMax = 256 * 1024

    var lexer: Lexer
    var tree = SyntaxTree()
    var token = Token(kind: .newline, spaceBefore: false, start: 0, end: 0, value: 0)
    /// How many tokens were taken.
    var tokensTaken = 0
    /// All of them, when somebody asks (`SourceInspection`).
    var record: [Token]?
    /// Where the last token taken ended.
    var previousEnd: Int32 = 0
    var depth = 0
    let depthLimit: Int
    /// Children of lists under construction; each function uses the part above its own mark.
    var work: [Int32] = []

    // What the place being parsed allows.
    /// `do` belongs to a `while` or to a call farther out.
    var doBlocked = false
    /// `|` ends a block's parameters.
    var pipeBlocked = false
    /// The string just parsed was the label of `"text": value`.
    var stringWasLabel = false

    // Scopes (Parser+Scopes).
    var frames: [ScopeFrame] = []
    /// By NameID: the variable that the name means now, or absent.
    var bindings: [VariableID] = []
    var undo: [(name: Int32, previous: VariableID)] = []

    init(source: [UInt8], options: ParseOptions) throws(SyntaxError) {
        guard source.count <= Parser.sourceBytesMax else {
            throw SyntaxError(
                message: "script is too long (\(source.count) bytes, limit \(Parser.sourceBytesMax))", line: 1,
                column: 1)
        }
        lexer = Lexer(source: source, firstLine: options.firstLine)
        depthLimit = max(1, min(options.depthLimit, 256))
        tree.nodes.reserveCapacity(source.count / 3 + 8)
        tree.extra.reserveCapacity(source.count / 3 + 8)
        tree.nodes.append(Node(kind: .nil, flags: [], start: 0, position: 0, a: -1, b: -1, c: -1))
        // The empty list, then the empty argument record (no block, no items).
        tree.extra.append(contentsOf: [0, -1, 0])
    }

    mutating func parseProgram(options: ParseOptions) throws(SyntaxError) -> SyntaxTree {
        openScope(.program, start: 0)
        frames[0].allowsYield = options.insideMethod
        for name in options.outerVariables { declare(lexer.names.intern(name[...]), kind: .outer, start: 0) }
        try advance()
        let body = try parseBody()
        guard token.kind == .endOfInput else { throw unexpected() }
        try closeScope(body: body)
        tree.nameTable = lexer.names
        tree.lineStarts = lexer.lineStarts
        tree.firstLine = Int32(truncatingIfNeeded: options.firstLine)
        return tree
    }

    // MARK: Tokens

    mutating func advance() throws(SyntaxError) {
        previousEnd = token.end
        let isPlainName = lexer.state != .dot && lexer.state != .functionName
        token = try lexer.next()
        tokensTaken += 1
        record?.append(token)
        if token.kind == .identifier, isPlainName, resolves(token.name) { lexer.state = .endVariable }
    }

    /// Takes the token if it is of the kind.
    mutating func accept(_ kind: TokenKind) throws(SyntaxError) -> Bool {
        guard token.kind == kind else { return false }
        try advance()
        return true
    }

    mutating func expect(_ kind: TokenKind) throws(SyntaxError) {
        guard token.kind == kind else { throw unexpected(expecting: kind.messageName) }
        try advance()
    }

    mutating func skipNewlines() throws(SyntaxError) {
        while token.kind == .newline { try advance() }
    }

    mutating func skipTerminators() throws(SyntaxError) {
        while token.kind == .newline || token.kind == .semicolon { try advance() }
    }

    // MARK: Errors

    func unexpected(expecting: String? = nil) -> SyntaxError {
        let tail = expecting.map { ", expecting \($0)" } ?? ""
        var offset = Int(token.start)
        // The end of the script is the end of its last line, not the line after it.
        if token.kind == .endOfInput, offset == lexer.count, offset > 0, lexer.source[offset - 1] == 0x0A {
            offset -= 1
        }
        return lexer.error("syntax error, unexpected \(token.kind.messageName)\(tail)", at: offset)
    }

    func error(_ message: String, at offset: Int32) -> SyntaxError { lexer.error(message, at: Int(offset)) }

    // MARK: Bounds

    mutating func deeper() throws(SyntaxError) {
        depth += 1
        guard depth <= depthLimit else { throw error("nesting too deep (limit \(depthLimit))", at: token.start) }
    }

    /// Proof that a loop moves: each turn must have taken a token.
    struct Progress {
        private var tokensTaken = -1

        mutating func check(_ parser: borrowing Parser) throws(SyntaxError) {
            guard parser.tokensTaken > tokensTaken else { throw parser.unexpected() }
            tokensTaken = parser.tokensTaken
        }
    }

    // MARK: Nodes

    mutating func node(
        _ kind: NodeKind, at start: Int32, position: Int32? = nil, flags: NodeFlags = [],
        _ a: Int32 = -1, _ b: Int32 = -1, _ c: Int32 = -1
    ) -> NodeID {
        tree.nodes.append(Node(kind: kind, flags: flags, start: start, position: position ?? start, a: a, b: b, c: c))
        return NodeID(Int32(tree.nodes.count - 1))
    }

    func kind(_ id: NodeID) -> NodeKind { tree.nodes[Int(id.rawValue)].kind }
    func start(_ id: NodeID) -> Int32 { tree.nodes[Int(id.rawValue)].start }

    mutating func push(_ id: NodeID) { work.append(id.rawValue) }

    /// Makes a list of what was pushed since the mark.
    mutating func takeList(from mark: Int) -> Int32 {
        if work.count == mark { return ListID.empty.rawValue }
        let index = Int32(tree.extra.count)
        tree.extra.append(Int32(work.count - mark))
        tree.extra.append(contentsOf: work[mark...])
        work.removeSubrange(mark...)
        return index
    }

    /// Makes an argument record of what was pushed since the mark.
    mutating func takeArguments(from mark: Int, block: NodeID = .absent) -> Int32 {
        if work.count == mark, !block.isPresent { return ArgumentsID.empty.rawValue }
        let index = Int32(tree.extra.count)
        tree.extra.append(block.rawValue)
        tree.extra.append(Int32(work.count - mark))
        tree.extra.append(contentsOf: work[mark...])
        work.removeSubrange(mark...)
        return index
    }

    mutating func literal(_ bytes: some Sequence<UInt8>) -> LiteralID {
        tree.literalBytes.append(contentsOf: bytes)
        tree.literalEnds.append(Int32(tree.literalBytes.count))
        return LiteralID(Int32(tree.literalEnds.count - 1))
    }

    mutating func stringNode(_ bytes: some Sequence<UInt8>, at start: Int32) -> NodeID {
        let text = literal(bytes)
        return node(.string, at: start, text.rawValue)
    }

    /// A method call with plain arguments (operators).
    mutating func callNode(
        _ receiver: NodeID, _ name: NameID, _ argument: NodeID? = nil, position: Int32, start: Int32? = nil
    ) -> NodeID {
        let mark = work.count
        if let argument { push(argument) }
        let arguments = takeArguments(from: mark)
        return node(
            .call, at: start ?? self.start(receiver), position: position,
            flags: kind(receiver) == .self ? .selfReceiver : [], receiver.rawValue, name.rawValue, arguments)
    }
}

extension SyntaxTree {
    /// Parses a script of at most 256 KiB.
    ///
    /// - Throws: `SyntaxError` at the first place that is not valid; there is no recovery.
    public init(parsing source: [UInt8], options: ParseOptions = ParseOptions()) throws(SyntaxError) {
        var parser = try Parser(source: source, options: options)
        self = try parser.parseProgram(options: options)
    }
}
