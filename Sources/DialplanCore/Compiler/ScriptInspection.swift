/// What the front half of the language makes of a script, as text: for people who work on the language.
public enum ScriptInspection {
    /// One token per line: place, kind, text.
    public static func tokens(of source: [UInt8]) throws(CompileError) -> String {
        do {
            let options = ParseOptions()
            var parser = try Parser(source: source, options: options)
            parser.record = []
            let tree = try parser.parseProgram(options: options)
            return (parser.record ?? []).map { token in
                let place = tree.location(ofOffset: token.start)
                let text = source[Int(token.start)..<max(Int(token.start), min(Int(token.end), source.count))]
                return "\(place.line):\(place.column)\t\(token.kind)\t\(String(decoding: text, as: UTF8.self))"
            }.joined(separator: "\n")
        } catch {
            throw CompileError(message: error.message, line: error.line, column: error.column)
        }
    }

    /// The syntax tree as an S-expression.
    public static func tree(of source: [UInt8]) throws(CompileError) -> String {
        do {
            return try SyntaxTree(parsing: source, options: ParseOptions()).description
        } catch {
            throw CompileError(message: error.message, line: error.line, column: error.column)
        }
    }

    /// The bytecode of all functions, the program first.
    public static func bytecode(of source: [UInt8]) throws(CompileError) -> String {
        let image = try DialplanCompiler.compile(source: source, name: "script")
        return Disassembler(image: image, library: .shared).text()
    }
}
