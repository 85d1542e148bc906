import Testing

@testable import DialplanCore

/// A line of a table: source and the S-expression it must give.
struct Parsing: CustomTestStringConvertible, Sendable {
    let source: String
    let tree: String
    init(_ source: String, _ tree: String) {
        self.source = source
        self.tree = tree
    }
    var testDescription: String { source }
}

func parse(_ source: String, _ options: ParseOptions = ParseOptions()) throws -> String {
    try SyntaxTree(parsing: Array(source.utf8), options: options).description
}

@Suite("Parser: expressions")
struct ParserExpressionTests {
    static let numbers: [Parsing] = [
        Parsing("1_000 ", "1000"), Parsing("0xfF", "255"), Parsing("0b101", "5"), Parsing("0o17", "15"),
        Parsing("017", "15"),
        Parsing("0d19", "19"), Parsing("0", "0"), Parsing("1.5", "1.5"), Parsing("1e3", "1000.0"),
        Parsing("1_0.2_5e-1", "1.025"),
        Parsing("9223372036854775807", "9223372036854775807"), Parsing("9223372036854775808", "9223372036854775808"),
        Parsing("-9223372036854775808", "-9223372036854775808"),
        Parsing("0x1_0000_0000_0000_0000", "18446744073709551616"),
        Parsing("-3.5", "-3.5"), Parsing("+3", "3"), Parsing("foo +3", "(call _ foo 3)"),
        Parsing("-2.abs", "(call -2 abs)"), Parsing("-2 ** 2", "(call (call 2 ** 2) -@)"),
        Parsing("1.to_s", "(call 1 to_s)"), Parsing("1..2", "(range 1 2)"), Parsing("?a", "(char \"a\")"),
        Parsing("?\\n", "(char \"\\n\")"), Parsing("?ä", "(char \"ä\")"),
        Parsing("x = 1; x ?1:2", "(do (= x 1) (if x 1 2))"),
    ]

    static let operators: [Parsing] = [
        Parsing("1 + 2 * 3", "(call 1 + (call 2 * 3))"), Parsing("1 - 2 - 3", "(call (call 1 - 2) - 3)"),
        Parsing("2 ** 3 ** 4", "(call 2 ** (call 3 ** 4))"), Parsing("-@a ** 2", "(call (call @a ** 2) -@)"),
        Parsing("!@a == 1", "(call (not @a) == 1)"), Parsing("~@a.b", "(call (call @a b) ~)"),
        Parsing("@a || @b && @c", "(or @a (and @b @c))"), Parsing("@a or @b and @c", "(and (or @a @b) @c)"),
        Parsing("not @a == @b", "(not (call @a == @b))"), Parsing("not(@a) || @b", "(or (not @a) @b)"),
        Parsing("1 | 2 ^ 3 & 4", "(call (call 1 | 2) ^ (call 3 & 4))"),
        Parsing("1 << 2 + 3", "(call 1 << (call 2 + 3))"),
        Parsing("@a <=> @b", "(call @a <=> @b)"), Parsing("@a != @b", "(call @a != @b)"),
        Parsing("@a !~ /x/", "(call @a !~ (regex \"x\"))"),
        Parsing("@a ? 1 : @b ? 2 : 3", "(if @a 1 (if @b 2 3))"),
        Parsing("@a ? @b ? 1 : 2 : 3", "(if @a (if @b 1 2) 3)"),
        Parsing("@a ? 'x': 'y'", "(if @a \"x\" \"y\")"), Parsing("(1..)", "(range 1 _)"), Parsing("..2", "(range _ 2)"),
        Parsing("@a[1...-1]", "(index @a (range... 1 -1))"), Parsing("1 if @a && !@b", "(if (and @a (not @b)) 1)"),
        Parsing("defined? @a && @b", "(defined? (and @a @b))"), Parsing("defined?(@a) && @b", "(and (defined? @a) @b)"),
        Parsing("@a\n  .b # c\n  # d\n\n  &.c(1)", "(call& (call @a b) c 1)"), Parsing("1 +\n 2", "(call 1 + 2)"),
        Parsing("x = 1\nx \\\n + 2", "(do (= x 1) (call x + 2))"),
    ]

    static let assignments: [Parsing] = [
        Parsing("a = b = 1", "(= a (= b 1))"), Parsing("a = # comment\n  'x'", "(= a \"x\")"),
        Parsing("a = #{b}\n 'x'", "(= a \"x\")"), Parsing("a = 1, *@b", "(= a (values 1 (splat @b)))"),
        Parsing("a = *@b", "(= a (values (splat @b)))"), Parsing("a, b = 1, 2", "(masgn (targets a b) (values 1 2))"),
        Parsing("a, = @b", "(masgn (targets, a) @b)"), Parsing("*a, b = @c", "(masgn (targets (splat a) b) @c)"),
        Parsing("a, (b, *c), d = @e", "(masgn (targets a (targets b (splat c)) d) @e)"),
        Parsing("(a, b), c = @e", "(masgn (targets (targets a b) c) @e)"),
        Parsing("@a.b, @c[0] = 1, 2", "(masgn (targets (attr @a b) (index @c 0)) (values 1 2))"),
        Parsing("a = 1 rescue 2", "(= a (rescue-mod 1 2))"), Parsing("foo rescue 2", "(rescue-mod (vcall foo) 2)"),
        Parsing("a ||= 1", "(||= a 1)"), Parsing("@a.b &&= 1", "(&&= (attr @a b) 1)"),
        Parsing("@a[1] += 2", "(+= (index @a 1) 2)"),
        Parsing("A = 1", "(= A 1)"), Parsing("A::B ||= 1", "(||= (:: A B) 1)"), Parsing("$~ = nil", "(= $~ nil)"),
        Parsing("@a&.b = 1", "(= (attr& @a b) 1)"), Parsing("a = foo 1, 2", "(= a (call _ foo 1 2))"),
        Parsing("a = b and c", "(and (= a (vcall b)) (vcall c))"),
        Parsing("a = if @x then 1 else 2 end", "(= a (if @x 1 2))"),
        Parsing("/(?<y>.)(?<z>.)/ =~ @s; y", "(do (match (call (regex \"(?<y>.)(?<z>.)\") =~ @s) y z) y)"),
        Parsing("self.x = 1", "(= (attr self x) 1)"),
        Parsing("case @a when 1 then B = 2 end", "(case @a (when ( 1 ) (= B 2)))"),
    ]

    @Test("numbers and characters", arguments: numbers)
    func parsesNumbers(_ line: Parsing) throws { #expect(try parse(line.source) == line.tree) }

    @Test("operators bind as in Ruby", arguments: operators)
    func parsesOperators(_ line: Parsing) throws { #expect(try parse(line.source) == line.tree) }

    @Test("assignments of all kinds", arguments: assignments)
    func parsesAssignments(_ line: Parsing) throws { #expect(try parse(line.source) == line.tree) }
}

@Suite("Parser: calls and blocks")
struct ParserCallTests {
    static let calls: [Parsing] = [
        Parsing("foo", "(vcall foo)"), Parsing("foo()", "(call _ foo)"), Parsing("foo?", "(call _ foo?)"),
        Parsing("Foo", "Foo"),
        Parsing("Foo()", "(call _ Foo)"), Parsing("Foo 'x'", "(call _ Foo \"x\")"),
        Parsing("foo -1", "(call _ foo -1)"),
        Parsing("foo - 1", "(call (vcall foo) - 1)"), Parsing("foo = 1; foo -1", "(do (= foo 1) (call foo - 1))"),
        Parsing("foo [1]", "(call _ foo (array 1))"), Parsing("foo[1]", "(index (vcall foo) 1)"),
        Parsing("foo = 1; foo [1]", "(do (= foo 1) (index foo 1))"), Parsing("foo /x/", "(call _ foo (regex \"x\"))"),
        Parsing("foo = 1; foo /2", "(do (= foo 1) (call foo / 2))"), Parsing("foo *@a", "(call _ foo (splat @a))"),
        Parsing("foo &@a", "(call _ foo (& @a))"), Parsing("foo :a", "(call _ foo :a)"),
        Parsing("foo %w(a)", "(call _ foo (array \"a\"))"),
        Parsing("foo a: 1, 'b': 2, 'c' => 3, **@d", "(call _ foo (pairs :a 1 :b 2 \"c\" 3 _ @d))"),
        Parsing("foo(1, *@a, b: 2, &@c)", "(call _ foo 1 (splat @a) (pairs :b 2) (& @c))"),
        Parsing("foo(1,\n 2,\n)", "(call _ foo 1 2)"),
        Parsing("foo (1, 2)", "(call _ foo 1 2)"), Parsing("foo (1).abs, 2", "(call _ foo (call 1 abs) 2)"),
        Parsing("foo (1 + 2) * 3", "(call _ foo (call (call 1 + 2) * 3))"),
        Parsing("1 + foo (2)", "(call 1 + (call _ foo 2))"),
        Parsing("foo bar 1", "(call _ foo (call _ bar 1))"),
        Parsing("foo.bar baz 1", "(call (vcall foo) bar (call _ baz 1))"),
        Parsing("foo.(1)", "(call (vcall foo) call 1)"), Parsing("foo::bar", "(call (vcall foo) bar)"),
        Parsing("A::B(1)", "(call A B 1)"),
        Parsing("A::B::C", "(:: (:: A B) C)"), Parsing("::A", "(:: A)"),
        Parsing("@a.class.if", "(call (call @a class) if)"),
        Parsing("@a.+ 1", "(call @a + 1)"),
        Parsing("a = 1; foo(a:, b:)", "(do (= a 1) (call _ foo (pairs :a a :b (vcall b))))"),
        Parsing("def m; super; super(); super 1; end", "(def m (do (zsuper) (super) (super 1)))"),
        Parsing("def m; yield; yield 1, 2; yield [1]; end", "(def m (do (yield) (yield 1 2) (yield (array 1))))"),
    ]

    static let blocks: [Parsing] = [
        Parsing("foo { 1 }", "(call _ foo (block 1))"), Parsing("foo 1 do |x| x end", "(call _ foo 1 (block | x | x))"),
        Parsing("foo @a.b { 1 }", "(call _ foo (call @a b (block 1)))"),
        Parsing("foo @a.b do 1 end", "(call _ foo (call @a b) (block 1))"),
        Parsing("x = foo @a do 1 end", "(= x (call _ foo @a (block 1)))"),
        Parsing("foo do end.bar", "(call (call _ foo (block)) bar)"),
        Parsing("foo { |a, (b, *c), *d, e; f| }", "(call _ foo (block | a (parts b (rest c)) (rest d) e (local f) |))"),
        Parsing("foo { |a,| a }", "(call _ foo (block | a , | a))"), Parsing("foo { || 1 }", "(call _ foo (block 1))"),
        Parsing("foo { |a = 1, b: 3, **c, &d| }", "(call _ foo (block | (opt a 1) (key b 3) (keyrest c) (block d) |))"),
        Parsing("foo { _1 + _2 }", "(call _ foo (block | _1 _2 | (call _1 + _2)))"),
        Parsing("->(x) { x }", "(lambda | x | x)"),
        Parsing("-> x, y = 1 do x end", "(lambda | x (opt y 1) | x)"), Parsing("-> { }.()", "(call (lambda) call)"),
        Parsing("foo -> { 1 }", "(call _ foo (lambda 1))"),
        Parsing("while foo @a do 1 end", "(while (call _ foo @a) 1)"),
        Parsing("foo do\n 1\nrescue\n 2\nend", "(call _ foo (block (begin 1 (rescue ( ) _ 2))))"),
        Parsing("return foo 1 do 2 end", "(return (call _ foo 1 (block 2)))"),
        Parsing("{ 'a' => 1, b: 2, \"c#{1}\": 3, }", "(hash \"a\" 1 :b 2 (dsym \"c\" 1) 3)"),
        Parsing("[1, *@a, b: 2]", "(array 1 (splat @a) (pairs :b 2))"),
    ]

    @Test("calls with and without parentheses", arguments: calls)
    func parsesCalls(_ line: Parsing) throws { #expect(try parse(line.source) == line.tree) }

    @Test("blocks belong to the call that Ruby gives them to", arguments: blocks)
    func parsesBlocks(_ line: Parsing) throws { #expect(try parse(line.source) == line.tree) }
}

@Suite("Parser: statements and definitions")
struct ParserStatementTests {
    static let control: [Parsing] = [
        Parsing("if @a\n 1\nelsif @b then 2\nelse 3 end", "(if @a 1 (if @b 2 3))"),
        Parsing("unless @a then 1 else 2 end", "(if @a 2 1)"),
        Parsing("if @a: 1 end", "(if @a 1)"), Parsing("1 unless @a", "(if @a _ 1)"),
        Parsing(
            "case @a\nwhen 1, *@b then 2\nwhen /x/: 3\nelse 4\nend",
            "(case @a (when ( 1 (splat @b) ) 2) (when ( (regex \"x\") ) 3) 4)"),
        Parsing("case @a when 'x': 1 when y: 2 end", "(case @a (when ( \"x\" ) 1) (when ( (vcall y) ) 2))"),
        Parsing("case\nwhen @a then 1 end", "(case _ (when ( @a ) 1))"),
        Parsing("case @a\nwhen 1,\n 2\n 3 end", "(case @a (when ( 1 2 ) 3))"),
        Parsing("while @a do 1 end", "(while @a 1)"), Parsing("until @a; end", "(until @a)"),
        Parsing("1 while @a", "(while @a 1)"),
        Parsing("begin; break; end until @a", "(until-after @a (begin (break)))"),
        Parsing("for a, b in @c do a end", "(for (targets a b) @c a)"),
        Parsing("for a in @c; end; a", "(do (for a @c) a)"),
        Parsing(
            "begin\n1\nrescue A, *B => e\n2\nrescue\nelse\nensure\n3\nend",
            "(begin 1 (rescue ( A (splat B) ) e 2) (rescue ( )) (else nil ) (ensure 3 ))"),
        Parsing("begin; begin; 1; rescue; end; end", "(begin (begin 1 (rescue ( ))))"),
        Parsing("return 1, 2", "(return (values 1 2))"),
        Parsing("return if @a", "(if @a (return))"),
        Parsing("loop { next 1; break; redo }", "(call _ loop (block (do (next 1) (break) redo)))"),
        Parsing("1;; 2\n\n;3", "(do 1 2 3)"), Parsing("()", "nil"), Parsing("", "_"),
        Parsing("#Ruby\r\n1\r\n2\r\n", "(do 1 2)"),
        Parsing("1\n=begin\nx\n=end\n2", "(do 1 2)"), Parsing("1\n__END__\n(((", "1"),
        Parsing("__FILE__; __LINE__", "(do __FILE__ 1)"),
        Parsing("\u{FEFF}1", "1"),
    ]

    static let definitions: [Parsing] = [
        Parsing("def a; end", "(def a)"), Parsing("def a() -1 end", "(def a -1)"),
        Parsing("def a b, c = b\n c end", "(def a | b (opt c b) | c)"),
        Parsing(
            "def a(b, c = 1, *d, e, f:, g: 2, **h, &i) end",
            "(def a | b (opt c 1) (rest d) e (key f) (key g 2) (keyrest h) (block i) |)"),
        Parsing("def a(*, **nil) end", "(def a | (rest) (keyrest nil) |)"),
        Parsing("def self.a=(b) @a = b end", "(def self a= | b | (= @a b))"),
        Parsing("def A::b; end", "(def A b)"), Parsing("def a b:, c: -1\n b\nend", "(def a | (key b) (key c -1) | b)"),
        Parsing("def a b:\n b end", "(def a | (key b) | b)"), Parsing("def ==(o) true end", "(def == | o | true)"),
        Parsing("def []=(a, b) end", "(def []= | a b |)"),
        Parsing("def -@; end", "(def -@)"), Parsing("def if; end", "(def if)"),
        Parsing("def a(b) = b + 1", "(def a | b | (call b + 1))"),
        Parsing("x = 1; def a; x; end", "(do (= x 1) (def a (vcall x)))"),
        Parsing("class A < B; @c = 1; end", "(class A B (= @c 1))"),
        Parsing("class A::B; end", "(class (:: A B) _)"), Parsing("class << self; self; end", "(sclass self self)"),
        Parsing("module A; end", "(module A)"), Parsing("alias + merge", "(alias + merge)"),
        Parsing("alias :a= b=", "(alias a= b=)"),
        Parsing("alias $a $b", "(alias $a $b)"), Parsing("undef a, :b, +", "(undef a b +)"),
        Parsing("private def a; end", "(call _ private (def a))"),
    ]

    @Test("conditions, loops and clauses", arguments: control)
    func parsesControl(_ line: Parsing) throws { #expect(try parse(line.source) == line.tree) }

    @Test("methods, classes and modules", arguments: definitions)
    func parsesDefinitions(_ line: Parsing) throws { #expect(try parse(line.source) == line.tree) }

    @Test("realistic dialplans parse, with both kinds of line ends", arguments: DialplanCorpus.all)
    func corpus(_ script: DialplanCorpus.Script) throws {
        let plain = try SyntaxTree(parsing: script.bytes).description
        let carriage = script.bytes.flatMap { $0 == 0x0A ? [0x0D, 0x0A] : [$0] }
        #expect(try SyntaxTree(parsing: carriage).description == plain)
    }
}
