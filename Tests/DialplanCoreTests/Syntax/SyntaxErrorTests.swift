import Testing

@testable import DialplanCore

@Suite("Parser: errors")
struct SyntaxErrorTests {
    struct Refusal: CustomTestStringConvertible, Sendable {
        let source: String
        let place: String
        let message: String
        init(_ source: String, _ place: String, _ message: String) {
            self.source = source
            self.place = place
            self.message = message
        }
        var testDescription: String { source }
    }

    /// Places are line:column.
    static let refusals: [Refusal] = [
        Refusal("if true\n  x\n\n\n", "4:1", "syntax error, unexpected end-of-input, expecting `end'"),
        Refusal("def f\n x = 1\n", "2:7", "syntax error, unexpected end-of-input, expecting `end'"),
        Refusal("foo(1\n", "1:6", "syntax error, unexpected end-of-input, expecting ')'"),
        Refusal("1 = 2", "1:3", "syntax error, unexpected '='"),
        Refusal("end\n", "1:1", "syntax error, unexpected `end'"),
        Refusal("x = )\n", "1:5", "syntax error, unexpected ')'"),
        Refusal("x = [1, 2", "1:10", "syntax error, unexpected end-of-input, expecting ']'"),
        Refusal("x = {1, 2}", "1:7", "syntax error, unexpected ',', expecting =>"),
        Refusal("puts 1 2", "1:8", "syntax error, unexpected integer literal, expecting end-of-input"),
        Refusal("@a == @b == @c", "1:10", "syntax error, unexpected =="),
        Refusal("foo(&b, 1)", "1:7", "syntax error, unexpected ',', expecting ')'"),
        Refusal("@a && puts 'x'", "1:12", "syntax error, unexpected string literal, expecting end-of-input"),
        Refusal("case @a\n  2\nend", "2:3", "syntax error, unexpected integer literal, expecting `when'"),
        Refusal("a, b", "1:5", "syntax error, unexpected end-of-input, expecting '='"),
        Refusal("(a, b)", "1:7", "syntax error, unexpected end-of-input, expecting '='"),
        Refusal("x = \"abc\n\n", "1:5", "unterminated string meets end of file"),
        Refusal("x = /abc", "1:5", "unterminated regexp meets end of file"),
        Refusal("x = %w(a", "1:5", "unterminated list meets end of file"),
        Refusal("x = <<A\nb\n", "1:5", "can't find string \"A\" anywhere before EOF"),
        Refusal("\"#{1", "1:5", "syntax error, unexpected end-of-input, expecting '}'"),
        Refusal("\"#{1 2}\"", "1:6", "syntax error, unexpected integer literal"),
        Refusal("=begin\n", "1:1", "embedded document meets end of file"),
        Refusal("nil = 1", "1:1", "Can't assign to nil"), Refusal("self = 1", "1:1", "Can't change the value of self"),
        Refusal("$1 = 2", "1:1", "Can't set variable $1"), Refusal("$& = 2", "1:1", "Can't set variable $&"),
        Refusal("def f; A = 1; end", "1:8", "dynamic constant assignment"),
        Refusal("foo? = 1", "1:6", "syntax error, unexpected '='"),
        Refusal("class foo; end", "1:7", "class/module name must be CONSTANT"),
        Refusal("def f; class A; end; end", "1:8", "class definition in method body"),
        Refusal("def f(a, a); end", "1:10", "duplicated argument name"),
        Refusal("def f(A); end", "1:7", "formal argument cannot be a constant"),
        Refusal("foo { |@a| }", "1:8", "formal argument cannot be an instance variable"),
        Refusal("def f(&b, a) end", "1:9", "syntax error, unexpected ',', expecting ')'"),
        Refusal("break", "1:1", "Invalid break"), Refusal("def f; next; end", "1:8", "Invalid next"),
        Refusal("yield", "1:1", "Invalid yield"),
        Refusal("retry", "1:1", "Invalid retry"),
        Refusal("class A; return; end", "1:10", "Invalid return in class/module body"),
        Refusal("foo(&@a) { }", "1:10", "both block arg and actual block given"),
        Refusal("/a/qz", "1:4", "unknown regexp options - qz"),
        Refusal("08", "1:2", "Invalid octal digit"), Refusal("1__0", "1:2", "trailing '_' in number"),
        Refusal("0x", "1:1", "numeric literal without digits"),
        Refusal("@1", "1:1", "`@1' is not allowed as an instance variable name"),
        Refusal("x = .5", "1:5", "no .<digit> floating literal anymore; put 0 before dot"),
        Refusal("\"\\u12\"", "1:2", "invalid Unicode escape"), Refusal("\"\\xz\"", "1:2", "invalid hex escape"),
        Refusal("\"\\u{110000}\"", "1:2", "invalid Unicode codepoint (too large)"),
        Refusal("x = 1 if @a..@b", "1:12", "flip-flop is not supported"),
        Refusal("case @a\nin [*, 1, *] then 2\nend", "2:11", "find patterns ([*, x, *]) are not supported"),
        Refusal("BEGIN { }", "1:1", "BEGIN blocks are not supported"),
        Refusal("def f(...) end", "1:7", "argument forwarding (...) is not supported"),
        Refusal("3r", "1:1", "Rational literals are not supported"),
        Refusal("x = 1 \u{1}", "1:7", "Invalid char `\\x01' in expression"),
        Refusal("begin; 1; else; 2; end", "1:11", "else without rescue is useless"),
        Refusal("foo a: 1, 2", "1:12", "syntax error, unexpected end-of-input, expecting =>"),
    ]

    @Test("what is refused, where and in which words", arguments: refusals)
    func refused(_ refusal: Refusal) throws {
        let error = try #require(throws: SyntaxError.self) { _ = try SyntaxTree(parsing: Array(refusal.source.utf8)) }
        #expect(error.message == refusal.message)
        #expect("\(error.line):\(error.column)" == refusal.place)
    }

    /// Each nests one construct in itself.
    static let nestings: [(String, String, String)] = [
        ("(", "1", ")"), ("[", "1", "]"), ("{1=>", "1", "}"), ("!", "1", ""), ("- ", "x", ""), ("not ", "1", ""),
        ("2**", "1", ""), ("a=", "1", ""),
        ("x ? ", "1", " : 2"), ("if 1\n", "2", "\nend"), ("foo { ", "1", "}"), ("foo do ", "1", " end"),
        ("-> { ", "1", "}"), ("foo(", "1", ")"), ("x[", "1", "]"),
        ("\"#{", "1", "}\""), ("/#{", "1", "}/"), ("%W(#{", "1", "})"), ("def f; ", "1", "; end"),
        ("class << self; ", "1", "; end"),
        ("begin; ", "1", "; rescue; end"), ("case 1 when 2 then ", "3", " end"), ("while x do ", "1", " end"),
        ("defined? ", "x", ""),
        ("return (", "1", ")"), ("->(a=", "1", ") {}"), ("foo x { |a| ", "1", " }"), ("for i in ", "x", " do end"),
        ("foo ", "1", ""),
    ]

    @Test("nesting beyond the limit is refused, at any construct", arguments: nestings.map { [$0.0, $0.1, $0.2] })
    func deep(_ parts: [String]) throws {
        let source = String(repeating: parts[0], count: 20_000 / max(1, parts[0].utf8.count)) + parts[1]
        let error = #expect(throws: SyntaxError.self) { _ = try SyntaxTree(parsing: Array(source.utf8)) }
        #expect(error?.message == "nesting too deep (limit 256)")
    }

    @Test("reasonable nesting is parsed, at any construct", arguments: nestings.map { [$0.0, $0.1, $0.2] })
    func shallow(_ parts: [String]) throws {
        let depth = 60
        let source = String(repeating: parts[0], count: depth) + parts[1] + String(repeating: parts[2], count: depth)
        _ = try SyntaxTree(parsing: Array(source.utf8))
    }

    @Test("long rows cost no depth")
    func long() throws {
        let rows = [
            String(repeating: "x + ", count: 5_000) + "1", "a" + String(repeating: ".b", count: 5_000),
            "foo" + String(repeating: "[1]", count: 5_000),
            "if x then 1\n" + String(repeating: "elsif y then 2\n", count: 3_000) + "end",
            String(repeating: "x ? 1 : ", count: 5_000) + "2",
            "1" + String(repeating: " if x", count: 5_000), String(repeating: "x and ", count: 5_000) + "y",
            String(repeating: "'a' ", count: 2_000),
        ]
        for row in rows { #expect(try !SyntaxTree(parsing: Array(row.utf8)).description.isEmpty) }
    }

    /// Long scripts that would take a careless parser minutes: each of these must stay linear.
    static let heavy: [(String, String, String)] = [
        ("", "'a' ", "1"), ("", "'a#{1}' ", "1"), ("foo\n", "#\n", ".bar"), ("<<~X\n", "  x\n", "X\n"),
        ("", "<<A\nA\n", "1"), ("foo", " <<A,", "\n"),
        ("", "a = ", "1"), ("", "x;", ""), ("x = [", "1,", "]"), ("{", "a: 1,", "}"), ("/", "(?<a>.)", "/ =~ x"),
        ("[", "0x" + String(repeating: "f", count: 16_000) + ", ", "]"),
        ("\"", "#$a", "\""), ("", "foo do |a|\n", ""), ("", "\n", ""), ("", "x.y z ", ""), ("", "\\\n", ""),
        ("def f(", "a, ", ")"), ("", "_1 ", ""),
    ]

    @Test(
        "a script of 256 KiB is parsed or refused within two seconds (a proof: it looks at the clock)",
        .enabled(if: Prove.isOn), arguments: heavy.map { [$0.0, $0.1, $0.2] })
    func linear(_ parts: [String]) {
        let count = (Parser.sourceBytesMax - 1_000) / parts[1].utf8.count
        var bytes = Array(parts[0].utf8)
        for _ in 0..<count { bytes += parts[1].utf8 }
        bytes += parts[2].utf8
        let duration = ContinuousClock().measure { _ = try? SyntaxTree(parsing: bytes) }
        #expect(duration < .seconds(2))
    }

    @Test("a script over 256 KiB is refused")
    func size() throws {
        let limit = [UInt8](repeating: UInt8(ascii: " "), count: 256 * 1024)
        _ = try SyntaxTree(parsing: limit)
        #expect(throws: SyntaxError.self) { _ = try SyntaxTree(parsing: limit + [UInt8(ascii: " ")]) }
    }
}
