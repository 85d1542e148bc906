import Testing

@testable import DialplanCore

@Suite("What the compiler shows of a script")
struct InspectionTests {
    let source = Array("def twice(n)\n  n + n\nend\nputs twice(2) if true\n".utf8)

    @Test("tokens have place, kind and text")
    func tokens() throws {
        let lines = try ScriptInspection.tokens(of: source).split(separator: "\n").map(String.init)
        #expect(lines.first == "1:1\tkeywordDef\tdef")
        #expect(lines.contains("2:3\tidentifier\tn"))
    }

    @Test("the tree is an S-expression")
    func tree() throws {
        #expect(try ScriptInspection.tree(of: source).contains("(def"))
    }

    @Test("every opcode has a text, with names instead of numbers")
    func bytecode() throws {
        let text = try ScriptInspection.bytecode(of: source)
        #expect(text.contains("function 0 program"))
        #expect(text.contains("function 1 twice: 1 parameters"))
        #expect(text.contains("add") && text.contains("puts"))
        #expect(!text.contains("?"))
        for behaviour in Behaviour.all {
            #expect(try !ScriptInspection.bytecode(of: Array(behaviour.script.utf8)).isEmpty)
        }
    }

    @Test("an error has its place")
    func errors() {
        #expect(throws: CompileError.self) { try ScriptInspection.tokens(of: Array("x = (".utf8)) }
        #expect(throws: CompileError.self) { try ScriptInspection.bytecode(of: Array("x = (".utf8)) }
    }
}
