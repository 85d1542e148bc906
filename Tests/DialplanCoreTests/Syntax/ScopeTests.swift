import Testing

@testable import DialplanCore

@Suite("Parser: scopes, variables and positions")
struct ScopeTests {
    private func tree(_ source: String, _ options: ParseOptions = ParseOptions()) throws -> SyntaxTree {
        try SyntaxTree(parsing: Array(source.utf8), options: options)
    }

    /// `name/slot` of a scope's variables; captured ones end in `*`.
    private func variables(_ tree: SyntaxTree, scope index: Int) -> [String] {
        tree.variables(of: tree.scopes[index]).map { id in
            let variable = tree[id]
            return "\(tree.string(variable.name))/\(variable.slot)\(variable.isCaptured ? "*" : "")"
        }
    }

    @Test("a block sees the variables around it, a method does not")
    func visibility() throws {
        let tree = try tree("a = 1; b = 2\nfoo { |c| a; d = c }\ndef m(e) a; e end\nd")
        #expect(variables(tree, scope: 0) == ["a/0*", "b/1"])
        #expect(variables(tree, scope: 1) == ["c/0", "d/1"])
        #expect(variables(tree, scope: 2) == ["e/0"])
        #expect(tree.description.hasSuffix("(def m | e | (do (vcall a) e)) (vcall d))"))
    }

    @Test("a for loop declares its variables around it and uses them from within")
    func forLoop() throws {
        let tree = try tree("for i in @list do x = i end; i")
        #expect(variables(tree, scope: 0) == ["i/0*", "x/1*"])
        #expect(tree.scopes[1].kind == .forBody)
    }

    @Test("a parameter hides a variable of the same name, and the variable is back after the block")
    func shadowing() throws {
        let tree = try tree("a = 1; foo { |a| a = 2 }; a = 3")
        #expect(variables(tree, scope: 0) == ["a/0"])
        #expect(variables(tree, scope: 1) == ["a/0"])
    }

    @Test("numbered parameters come before the other variables of their block")
    func numbered() throws {
        let tree = try tree("foo { x = 1; _2 }")
        #expect(variables(tree, scope: 1) == ["_1/0", "_2/1", "x/2"])
        #expect(tree.scopes[1].numberedParameters == 2)
    }

    @Test("a scope that names eval or binding, and those it sees, keep everything in reach")
    func reach() throws {
        let tree = try tree("a = 1; foo { b = 2; bar { eval('a + b') } }; def m; foo { } end; def n; send :binding end")
        #expect(tree.scopes.map(\.seesEverything) == [true, true, true, false, false, true])
    }

    @Test("outer variables of an eval are known and have the first slots")
    func outer() throws {
        var options = ParseOptions()
        options.outerVariables = [Array("x".utf8), Array("y".utf8)]
        options.firstLine = 10
        options.insideMethod = true
        let tree = try tree("z = x -1\nyield y", options)
        #expect(tree.description == "(do (= z (call x - 1)) (yield y))")
        #expect(variables(tree, scope: 0) == ["x/0", "y/1", "z/2"])
        #expect(tree.location(ofOffset: 9).line == 11)
        #expect(tree.location(ofOffset: 9).column == 1)
    }

    @Test("a call is reported at its name, and begins where its receiver begins")
    func positions() throws {
        let tree = try tree("x = 1\nfoo\n  .bar(1)\n  .baz")
        let last = tree.nodes(in: tree[tree.program.body].listA).last ?? .absent
        let call = tree[last]
        #expect(tree.location(ofOffset: call.start) == (2, 1))
        #expect(tree.location(ofOffset: call.position) == (4, 4))
    }

    @Test("a parameter named with an underscore may repeat")
    func underscores() throws {
        let tree = try tree("foo { |_, _, a| _ }")
        #expect(variables(tree, scope: 1) == ["_/0", "_/1", "a/2"])
    }
}
