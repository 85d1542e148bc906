import Testing

@testable import DialplanCore

@Suite("Parser: strings, symbols, regular expressions, heredocs")
struct LiteralTests {
    static let strings: [Parsing] = [
        Parsing(#"'a\'b\\c\n'"#, #""a'b\\c\\n""#), Parsing(#""a\tb\x41\101\u00e4\u{42 43}\q""#, #""a\tbAAäBCq""#),
        Parsing(#""\C-a\cb\M-a""#, #""\x01\x02\xe1""#), Parsing("\"a\\\nb\"", #""ab""#),
        Parsing("\"a\r\nb\"", #""a\nb""#),
        Parsing(#""a#{1}b""#, #"(dstr "a" 1 "b")"#), Parsing(##""#{"#{'x'}"}""##, ##"(dstr (dstr "x"))"##),
        Parsing(##""#@a #@@b #$c #$1 #$! #$& #x # #""##, ##"(dstr @a " " @@b " " $c " " $1 " " $! " " $& " #x # #")"##),
        Parsing(##""${dst:2} $ @ #1""##, ##""${dst:2} $ @ #1""##), Parsing(##""\#{x}""##, ##""#{x}""##),
        Parsing(##"'#{x}'"##, ##""#{x}""##),
        Parsing(##""#{}""##, "(dstr nil)"), Parsing(##""#{1; 2}""##, "(dstr (do 1 2))"),
        Parsing(##""#{ {a: 1} }""##, "(dstr (hash :a 1))"),
        Parsing(#"'a' "b" 'c'"#, #""abc""#), Parsing(##"'a' "#{1}" 'c'"##, ##"(dstr "a" 1 "c")"##),
        Parsing("%q(a(b)c)", #""a(b)c""#),
        Parsing("%(a#{1})", #"(dstr "a" 1)"#), Parsing("%Q|a|", #""a""#),
        Parsing(#"%w(a b\ c  d(e))"#, #"(array "a" "b c" "d(e)")"#),
        Parsing("%w(\n a\n b\n)", #"(array "a" "b")"#), Parsing("%W(a#{1}b c)", #"(array (dstr "a" 1 "b") "c")"#),
        Parsing("%i(a b)", "(array :a :b)"), Parsing("`ls #{1}`", #"(xstr "ls " 1)"#), Parsing("'\u{0}'", #""\x00""#),
    ]

    static let symbols: [Parsing] = [
        Parsing(":a", ":a"), Parsing(":a?", ":a?"), Parsing(":a=", ":a="), Parsing(":[]=", ":[]="),
        Parsing(":<=>", ":<=>"), Parsing(":!", ":!"),
        Parsing(":\"a b\"", ":\"a b\""), Parsing(":\"a#{1}\"", #"(dsym "a" 1)"#), Parsing(":@a", ":@a"),
        Parsing(":$1", ":$1"), Parsing(":if", ":if"),
        Parsing("{:a=>1}", "(hash :a 1)"), Parsing("%s(a b)", ":\"a b\""), Parsing("[:[], :+]", "(array :[] :+)"),
    ]

    static let regexes: [Parsing] = [
        Parsing(#"/a\/b\d/"#, #"(regex "a/b\\d")"#), Parsing("/a/imxo", #"(regex "a" ixmo)"#),
        Parsing("%r{a{2}/}i", #"(regex "a{2}/" i)"#),
        Parsing(#"%r(\(a\))"#, #"(regex "\\(a\\)")"#), Parsing("/a#{1}b/o", #"(dregex "a" 1 "b" o)"#),
        Parsing("/#/", ##"(regex "#")"##),
        Parsing(#"/\\/"#, #"(regex "\\\\")"#), Parsing("@a =~ /^\\*1$/", #"(call @a =~ (regex "^\\*1$"))"#),
        Parsing("/a#$/", ##"(regex "a#$")"##), Parsing("//", #"(regex "")"#),
    ]

    static let heredocs: [Parsing] = [
        Parsing("a = <<X\n b\nX\n1", #"(do (= a " b\n") 1)"#), Parsing("<<-X\n b\n  X\n", #"" b\n""#),
        Parsing("<<X\nX\n", #""""#),
        Parsing("<<~X\n  a\n    b\n\n  c\nX", #""a\n  b\n\nc\n""#),
        Parsing("<<~X\n  #{1}\n   b\nX", #"(dstr 1 "\n b\n")"#),
        Parsing("<<'X'\n#{a}\\n\nX\n", ##""#{a}\\n\n""##),
        Parsing("foo(<<A, <<B, 1)\na\nA\nb\nB\n2", #"(do (call _ foo "a\n" "b\n" 1) 2)"#),
        Parsing("<<A.b\nx#{<<B}y\nin\nB\nz\nA\n1", #"(do (call (dstr "x" "in\n" "y\nz\n") b) 1)"#),
        Parsing("<<A\r\nb\r\nA\r\n1", #"(do "b\n" 1)"#),
        Parsing("a = 1; a <<2", "(do (= a 1) (call a << 2))"), Parsing("[] <<'x'", "(call (array) << \"x\")"),
        Parsing("<<~X\n\ta\n\t  b\nX", #""a\n  b\n""#),
        Parsing("<<A + \"\nb\nA\nc\"", #"(call "b\n" + "\nc")"#),
    ]

    @Test("strings and their escapes", arguments: strings)
    func parsesStrings(_ line: Parsing) throws { #expect(try parse(line.source) == line.tree) }

    @Test("symbols", arguments: symbols)
    func parsesSymbols(_ line: Parsing) throws { #expect(try parse(line.source) == line.tree) }

    @Test("regular expressions keep their source", arguments: regexes)
    func parsesRegexes(_ line: Parsing) throws { #expect(try parse(line.source) == line.tree) }

    @Test("heredocs", arguments: heredocs)
    func parsesHeredocs(_ line: Parsing) throws { #expect(try parse(line.source) == line.tree) }
}
