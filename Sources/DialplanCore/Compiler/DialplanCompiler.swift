/// Source text to a verified image: parse, compile, verify.
public enum DialplanCompiler {
    /// The longest script, in bytes.
    public static let sourceBytesMax = 256 << 10

    /// Compiles a script. `name` stands in errors. Pure: the same text gives the same image.
    public static func compile(source: [UInt8], name: String) throws(CompileError) -> DialplanImage {
        guard source.count <= sourceBytesMax else {
            throw CompileError(message: "the script is longer than \(sourceBytesMax) bytes", line: 1, column: 1)
        }
        let tree: SyntaxTree
        do {
            tree = try SyntaxTree(parsing: source, options: ParseOptions())
        } catch {
            throw CompileError(message: error.message, line: error.line, column: error.column)
        }
        let library = CoreLibrary.shared
        let compiler = Compiler(tree: tree, names: ImageNames(library: library), isPrelude: false)
        try compiler.compileProgram()
        var parts = compiler.parts
        parts.sourceName = name
        parts.dialect = Dialect(of: source)
        parts.symbolBase = UInt32(library.symbolCount)
        parts.symbols = compiler.names.own
        do {
            try Verifier(parts: parts).verify()
        } catch {
            // A fault of this compiler; the script is refused rather than run.
            throw CompileError(
                message: "internal error: function \(error.function), word \(error.word): \(error.reason)", line: 0,
                column: 0)
        }
        return DialplanImage(parts)
    }

    /// Compiles the text of an `eval` that sees `visible` variables in environments of these shapes. Function 0 is a block.
    static func evaluated(
        _ text: [UInt8], visible: [VisibleVariable], shapes: [UInt16], names: EvaluatedNames
    ) throws(CompileError) -> (parts: ImageParts, slots: Int, own: [[UInt8]]) {
        var options = ParseOptions()
        options.outerVariables = visible.map(\.name)
        options.insideMethod = true
        options.depthLimit = 100
        let tree: SyntaxTree
        do {
            tree = try SyntaxTree(parsing: text, options: options)
        } catch {
            throw CompileError(message: error.message, line: error.line, column: error.column)
        }
        let compiler = Compiler(tree: tree, names: names, isPrelude: false, isEvaluated: true)
        let slots = try compiler.compileEvaluated(visible: visible, shapes: shapes)
        var parts = compiler.parts
        let own = compiler.names.own
        parts.symbolBase = names.base
        parts.symbols = own
        guard names.base + UInt32(own.count) < 65_536 else {
            throw CompileError(message: "too many different names", line: 1, column: 1)
        }
        do {
            // Function 0 finds the environment that the Machine makes for it.
            try Verifier(parts: parts, provided: (slots > 0 ? [UInt16(clamping: slots)] : []) + shapes).verify()
        } catch {
            throw CompileError(
                message: "internal error: function \(error.function), word \(error.word): \(error.reason)", line: 0,
                column: 0)
        }
        return (parts, slots, own)
    }
}

/// Symbols of an image: those of the core library, then its own.
protocol NameSource {
    mutating func intern(_ name: [UInt8]) -> Symbol
    var own: [[UInt8]] { get }
}

struct ImageNames: NameSource {
    let library: CoreLibrary
    private(set) var own: [[UInt8]] = []
    private var index: [[UInt8]: UInt32] = [:]

    init(library: CoreLibrary) { self.library = library }

    mutating func intern(_ name: [UInt8]) -> Symbol {
        if let known = library.symbolIndex[name] { return Symbol(rawValue: known) }
        if let known = index[name] { return Symbol(rawValue: known) }
        let id = UInt32(library.symbolCount + own.count)
        own.append(name)
        index[name] = id
        return Symbol(rawValue: id)
    }
}
