import Testing

@testable import DialplanCore

@Suite("The verifier refuses functions whose environments are not there")
struct VerifierTests {
    /// A damage, and the reason for which its image is refused.
    struct Row: Sendable, CustomTestStringConvertible {
        let name: String
        let reason: String
        let damage: @Sendable (inout ImageParts) throws -> Void
        var testDescription: String { name }

        init(_ name: String, _ reason: String, _ damage: @escaping @Sendable (inout ImageParts) throws -> Void) {
            self.name = name
            self.reason = reason
            self.damage = damage
        }
    }

    /// The program, a block in a block, a method and a class's body have environments; the last block shows all variables.
    static let script = """
        x = 1
        i = 0
        f = proc { |a| b = a; proc { b + x } }
        while i < 3
          i += 1
        end
        def m(y) proc { y } end
        class C; z = 2; define_method(:q) { z }; end
        proc { |k| binding }
        def plain; 1 end
        """

    static let rows: [Row] = [
        Row("the first word is no longer newEnvironment", "environments that nobody gives") { parts in
            try replace(&parts, .newEnvironment, of: 0) { _ in Instruction(.loadNil) }
        },
        Row("a second newEnvironment", "environment in the middle") { parts in
            let slots = Int(parts.shapes[Int(parts.functions[0].shapes)])
            try replace(&parts, .loadInteger, of: 0) { _ in Instruction(.newEnvironment, wide: slots) }
        },
        Row("more slots than the shape says", "slots of the environment") { parts in
            try replace(&parts, .newEnvironment, of: 0) { Instruction(.newEnvironment, wide: $0.wide + 1) }
        },
        Row("fewer slots than the shape says", "slots of the environment") { parts in
            try replace(&parts, .newEnvironment, of: 0) { Instruction(.newEnvironment, wide: $0.wide - 1) }
        },
        Row("a shape that is larger than the environment", "slots of the environment") { parts in
            parts.shapes[Int(parts.functions[0].shapes)] += 1
        },
        Row("newEnvironment without a shape", "slots of the environment") { parts in
            // A function that reads none.
            let plain = try #require(parts.functions.firstIndex { $0.shapeCount == 0 })
            parts.code[Int(parts.functions[plain].code)] = Instruction(.newEnvironment, wide: 0).word
        },
        Row("a loop back to newEnvironment", "jump to the environment") { parts in
            let start = Int(parts.functions[0].code)
            let word = try #require(place(parts, .loop, of: 0))
            parts.code[word] = Instruction(.loop, a: 1, wide: start - word - 1).word
        },
        Row("a block made where its environments are not", "environments of a block") { parts in
            let inner = try #require(parts.functions.indices.first { parts.functions[$0].shapeCount > 1 })
            let word = try #require(
                parts.functions.indices.dropFirst().compactMap { place(parts, .newProc, of: $0) }.last)
            parts.code[word] = Instruction(.newProc, wide: inner).word
        },
        Row("a method that is a block", "environments of a method") { parts in
            let block = try #require(parts.functions.indices.last { parts.functions[$0].flags.contains(.block) })
            try replace(&parts, .defineMethod, of: 0) { Instruction(.defineMethod, a: $0.a, b: $0.b, c: block) }
        },
        Row("a singleton method that is a block", "environments of a method") { parts in
            let block = try #require(parts.functions.indices.last { parts.functions[$0].flags.contains(.block) })
            try replace(&parts, .defineMethod, of: 0) { Instruction(.defineSingleton, a: $0.a, b: $0.b, c: block) }
        },
        Row("a class's body that is a block", "environments of a method") { parts in
            let block = try #require(parts.functions.indices.last { parts.functions[$0].flags.contains(.block) })
            try replace(&parts, .runBody, of: 0) { Instruction(.runBody, a: $0.a, wide: block) }
        },
        Row("a block that nobody makes", "environments that nobody gives") { parts in
            try replace(&parts, .newProc, of: 0) { Instruction(.loadNil, a: $0.a) }
        },
        Row("a program that sees more environments", "environments that nobody gives") { parts in
            // Those of the last function follow in the table.
            parts.shapes.append(1)
            parts.functions[0].shapeCount += 1
        },
        Row("a visible variable beyond the environments", "variables") { parts in
            let (function, variables) = try #require(parts.visible.first)
            let depth = Int(parts.functions[function].shapeCount)
            parts.visible[function] = variables + [VisibleVariable(name: [0x61], depth: depth, slot: 0)]
        },
        Row("a visible variable beyond the slots", "variables") { parts in
            let (function, variables) = try #require(parts.visible.first)
            parts.visible[function] = variables + [VisibleVariable(name: [0x61], depth: 0, slot: 60_000)]
        },
        Row("a traced variable beyond the environments", "variables") { parts in
            parts.trace.variables[0].append(VariablePlace(name: .none, home: .environment(depth: 9, slot: 0)))
        },
        Row("a traced variable beyond the registers", "variables") { parts in
            parts.trace.variables[0].append(
                VariablePlace(name: .none, home: .register(Int(parts.functions[0].registers))))
        },
    ]

    private static func place(_ parts: ImageParts, _ opcode: Opcode, of index: Int) -> Int? {
        let function = parts.functions[index]
        return (Int(function.code)..<Int(function.code + function.codeCount)).first {
            Instruction(word: parts.code[$0]).opcode == opcode
        }
    }

    private static func replace(
        _ parts: inout ImageParts, _ opcode: Opcode, of index: Int, with change: (Instruction) -> Instruction
    ) throws {
        let word = try #require(place(parts, opcode, of: index))
        parts.code[word] = change(Instruction(word: parts.code[word])).word
    }

    private static func compiled() throws -> ImageParts {
        let tree = try SyntaxTree(parsing: Array(script.utf8))
        let compiler = Compiler(tree: tree, names: ImageNames(library: .shared), isPrelude: false)
        try compiler.compileProgram()
        var parts = compiler.parts
        parts.symbolBase = UInt32(CoreLibrary.shared.symbolCount)
        parts.symbols = compiler.names.own
        return parts
    }

    @Test("damaged environments", arguments: rows)
    func damaged(_ row: Row) throws {
        var parts = try Self.compiled()
        try Verifier(parts: parts).verify()
        try row.damage(&parts)
        let failure = #expect(throws: Verifier.Failure.self) { try Verifier(parts: parts).verify() }
        #expect(failure?.reason == row.reason)
    }

    @Test("a text of eval finds only the environments that it is given")
    func evaluated() throws {
        let names = EvaluatedNames(
            library: .shared, image: try Trial.compile("x = 1"), known: [:],
            base: UInt32(CoreLibrary.shared.symbolCount))
        let (parts, slots, _) = try DialplanCompiler.evaluated(
            Array("y = x; proc { x + y }".utf8),
            visible: [VisibleVariable(name: Array("x".utf8), depth: 1, slot: 2)], shapes: [1, 3], names: names)
        #expect(slots == 1)
        try Verifier(parts: parts, provided: [1, 1, 3]).verify()
        for wrong in [[], [1], [1, 1], [1, 1, 2], [1, 3, 1]] as [[UInt16]] {
            let failure = #expect(throws: Verifier.Failure.self) {
                try Verifier(parts: parts, provided: wrong).verify()
            }
            #expect(failure?.reason == "environments that nobody gives")
        }
    }
}
