import Testing

@testable import DialplanCore

@Suite("Regular expressions")
struct RegexTests {
    @Test(
        "what Oniguruma refuses and Ruby accepts is rewritten",
        arguments: [
            ("^?a", "(?:)a"), ("a$*", "a(?:)"), ("^+a", "^a"), ("\\b{2}x", "\\bx"), ("\\A??x", "(?:)x"),
            ("[^?]", "[^?]"),
            ("a^{0,2}b", "a(?:)b"), ("\\\\A?", "\\\\A?"), ("^a?", "^a?"), ("\\$?", "\\$?"), ("", ""),
        ])
    func rewriter(_ pattern: String, _ wanted: String) {
        #expect(String(decoding: PatternRewriter.rewrite(Array(pattern.utf8)), as: UTF8.self) == wanted)
    }

    @Test("long subjects are searched in windows, with the same result in any slices")
    func windows() throws {
        let script = """
            s = 'a' * 3000 + 'b1' + 'c' * 3000
            sys.Log (s =~ /[b][0-9]/).to_s
            sys.Log (s =~ /zzz/).inspect
            sys.Log s.gsub(/b(\\d)/) { "<#{$1}>" }.length.to_s
            sys.Log s.scan(/[a-z]\\d|c{1000}/).map { |x| x.length }.inspect
            sys.Log s.split(/b1/).map { |x| x.size }.inspect
            sys.Log s.sub(/c+$/, '').length.to_s
            sys.Log ('é' * 2000 + 'x').index(/x/).to_s
            """
        let whole = try Trial().run(script)
        #expect(
            whole.lines
                == ["3000", "", "6003", "[2, 1000, 1000, 1000]", "[3000, 3000]", "3002", "2000"].map {
                    $0 == "" ? "nil" : $0
                })
        for slice in [1, 10, 1000] as [Int64] { #expect(try Trial(slice: slice).run(script) == whole) }
        #expect(try Trial(slice: 1, collectsAlways: true).run(script).lines == whole.lines)
    }

    @Test("a group whose end lies before its beginning took no part")
    func brokenGroups() throws {
        // Oniguruma's own: CRuby says ArgumentError, "negative string size".
        let script = #"""
            m = /(.{0,2}(?!_abb\.{,2})[[:digit:][:space:]]*?(É*[^a]*?)){2}b{2,}/.match('bba-bab__ab')
            sys.Log m.to_a.inspect
            """#
        #expect(try Trial().run(script).lines == [#"["bb", nil, ""]"#])
    }

    @Test("a string that is not UTF-8 is never given to the matcher")
    func invalid() throws {
        let report = try Trial().run(
            "s = \"ab\\xE3\\x81\"\nbegin; s =~ /b/; rescue ArgumentError => e; sys.Log e.message; end\nsys.Log s.length.to_s"
        )
        #expect(report.lines == ["invalid byte sequence in UTF-8", "4"])
    }

    @Test("patterns that do not compile are errors with a place, at compile time or at run time")
    func errors() throws {
        #expect(throws: CompileError.self) { try Trial.compile("x = /(/") }
        let report = try Trial().run("begin; Regexp.new('(a'); rescue RegexpError => e; sys.Log e.message; end")
        #expect(report.lines == ["end pattern with unmatched parenthesis: /(a/"])
        let long = try Trial().run("begin; Regexp.new('a' * 5000); rescue RegexpError => e; sys.Log e.class.to_s; end")
        #expect(long.lines == ["RegexpError"])
    }

    @Test("many patterns made at run time: the cache forgets, the objects do not")
    func manyPatterns() throws {
        let report = try Trial().run(
            "list = (0...100).map { |i| /^n#{i}$/ }\nsys.Log list.each_with_index.all? { |r, i| \"n#{i}\" =~ r }.to_s\nsys.Log list[3].source"
        )
        #expect(report.lines == ["true", "^n3$"])
    }

    @Test("named groups are numbered and found")
    func named() throws {
        let regex = try CompiledRegex(source: Array("(?<year>\\d+)-(?<month>\\d+)".utf8), flags: [])
        #expect(regex.groups == 2)
        #expect(regex.names.map { String(decoding: $0.name, as: UTF8.self) } == ["year", "month"])
    }
}
