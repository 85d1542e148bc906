import DialplanHostCalls
import Testing

@testable import DialplanCore

@Suite("Layouts, images and memory")
struct LayoutTests {
    private func isPlainData<T: BitwiseCopyable>(_: T.Type) -> Bool { true }

    @Test("a value is 16 bytes of plain data")
    func values() {
        #expect(MemoryLayout<Value>.size == 16)
        #expect(MemoryLayout<Value>.stride == 16)
        #expect(isPlainData(Value.self))
        #expect(isPlainData(Instruction.self))
        #expect(isPlainData(Function.self))
        #expect(MemoryLayout<Instruction>.size == 8)
    }

    @Test("compiling the same text twice gives the same code")
    func deterministic() throws {
        let first = try Trial.compile(Behaviour.classes.script)
        let second = try Trial.compile(Behaviour.classes.script)
        #expect(first.code == second.code)
        #expect(first.byteCount > 1000)
        #expect(first.byteCount == second.byteCount)
    }

    @Test(
        "errors of the source have a line and a column",
        arguments: [
            ("x = 1\nif x\n", 2), ("a = [1,\n2", 2), ("sys.Log 'x'\n)", 2), ("x =~ /a(/", 1), ("break", 1),
        ])
    func syntaxErrors(_ text: String, _ line: Int) {
        #expect {
            _ = try Trial.compile(text)
        } throws: { error in
            (error as? CompileError)?.line == line
        }
    }

    @Test("a source that is too long, or nests too deeply, is refused, not run")
    func tooMuch() {
        #expect(throws: CompileError.self) { try Trial.compile(String(repeating: "x = 1\n", count: 100_000)) }
        #expect(throws: CompileError.self) {
            try Trial.compile(String(repeating: "(", count: 10_000) + "1" + String(repeating: ")", count: 10_000))
        }
        #expect(throws: CompileError.self) { try Trial.compile("x = 1" + String(repeating: " + 1", count: 40_000)) }
        #expect(throws: CompileError.self) { try Trial.compile("x" + String(repeating: ".to_s", count: 40_000)) }
    }

    @Test("the verifier refuses every damaged field")
    func verifier() throws {
        let tree = try SyntaxTree(
            parsing: Array("def f(a, b = 1) [a, b, \"#{a}\"] end\n[1].each { |x| f(x) }\nx = 1 < 2 ? :a : nil".utf8))
        let compiler = Compiler(tree: tree, names: ImageNames(library: .shared), isPrelude: false)
        try compiler.compileProgram()
        var good = compiler.parts
        good.symbolBase = UInt32(CoreLibrary.shared.symbolCount)
        good.symbols = compiler.names.own
        try Verifier(parts: good).verify()
        var refused = 0
        for index in good.code.indices {
            guard let opcode = Instruction(word: good.code[index]).opcode else { continue }
            let fields = opcode.fields
            for (place, field) in [(16, fields.0), (32, fields.1), (48, fields.2)]
            where field != .none && field != .number && field != .wide {
                var bad = good
                bad.code[index] |=
                    place == 16
                        || ![.wideJump, .wideConstant, .wideLiteral, .wideSymbol, .wideFunction, .wideRegex].contains(
                            field)
                    ? 0xFFFF << UInt64(place) : 0x7FFF_FFFF << 32
                #expect(throws: Verifier.Failure.self) { try Verifier(parts: bad).verify() }
                refused += 1
            }
            var bad = good
            bad.code[index] |= 0xFF
            #expect(throws: Verifier.Failure.self) { try Verifier(parts: bad).verify() }
        }
        #expect(refused > 30)
    }
}
