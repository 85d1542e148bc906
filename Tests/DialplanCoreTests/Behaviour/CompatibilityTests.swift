import DialplanHostCalls
import Testing

@testable import DialplanCore

/// The rows of what real dialplans of 2008 to 2011 use that `DialplanBehaviour` does not show, and the dialects.
@Suite("Dialplans of the time run as they did")
struct CompatibilityTests {
    static let rows: [DialplanBehaviour] = [
        .init(
            "a first line #Ruby and CRLF line ends",
            "#Ruby\r\nsys.Log(\"a#{1 + 1}\")\r\nif true then\r\n  sys.Log 'b'\r\nend\r\n",
            ["a2", "b"]),
        .init(
            "the exception of a bare rescue as text",
            "begin\n raise 'boom'\nrescue\n sys.Log 'Exception: ' + $! unless $!.to_s =~ /Thread was being aborted./\n sys.Log \"#$!\"\nend",
            ["Exception: boom", "boom"]),
        .init(
            "when with a colon, and what a match leaves",
            "case '0031201'\nwhen /^00(\\d{2})/ : sys.Log \"#$1 #$& #$'\"\nend", ["31 0031 201"]),
        .init(
            "trailing commas and values_at",
            "T = {\n '1' => 'a',\n '2' => 'b',\n}\nsys.Log T.values_at('1', '2').join(',')", ["a,b"]),
        .init(
            "Hash[*list], zip, flatten, min",
            "sys.Log Hash[*%w(a 1)].inspect\nsys.Log %w(a).zip([1]).flatten.inspect\nsys.Log [3, 1].min.to_s",
            ["{\"a\"=>\"1\"}", "[\"a\", 1]", "1"]),
        .init(
            "defaults that read earlier parameters, splats, calls without parentheses",
            "def d num, prefix=num, *rest\n sys.Log \"#{num} #{prefix} #{rest.inspect}\"\nend\nd 5\nd '7', '8', 9, 10",
            ["5 5 []", "7 8 [9, 10]"]),
        .init("instance variables at top level and in def", "@a = 5\ndef r; @a; end\nsys.Log r.to_s", ["5"]),
        .init(
            "index writes",
            "a = []\na << 1\na[3] = 2\ns = 'abc'\ns[0, 1] = 'X'\nsys.Log a.inspect + s + s[1..-2] + s[-1, 1]",
            ["[1, nil, nil, 2]Xbcbc"]),
        .init(
            "slice, chr, to_i with a base, split",
            "sys.Log 'abc'.slice(/b/) + 65.chr + 'ff'.to_i(16).to_s + 'a.b'.split('.')[1]", ["bA255b"]),
        .init("a range in ===", "sys.Log((1..5) === 3)\nsys.Log((1..5) === 7)", ["true", "false"]),
        .init(
            "Regexp.new, escape, ===",
            "r = Regexp.new('^(\\d+)$')\nsys.Log Regexp.escape('a.b')\nsys.Log r === '12' ? $1 : 'no'", ["a\\.b", "12"]),
        .init("a line that goes on behind a backslash", "sys.Log 'x' \\\n + 'y'", ["xy"]),
        .init("eval of a string", "x = 2\nsys.Log eval('x + 1').to_s", ["3"]),
        .init(
            "update, each, each_pair",
            "h = { 'a' => 1 }\nh.update('b' => 2)\nh.each { |k, v| sys.Log \"#{k}=#{v}\" }\nh.each_pair { |k, v| sys.Log k }",
            ["a=1", "b=2", "a", "b"]),
        .init("entries of a dictionary", "{ 'a' => 1 }.each { |e| sys.Log e.key + e.value.to_s + e.Key }", ["a1a"]),
        .init(
            ".NET names on values",
            "sys.Log 5.ToString() + ' x '.Trim() + 'a,b'.Split(',').inspect + 'ab'.ToUpper + 'abc'.Substring(1, 2) + 'abc'.IndexOf('b').to_s",
            ["5x[\"a\", \"b\"]ABbc1"]),
        .init(
            "the clock of .NET",
            "sys.Log System::DateTimeOffset.UtcNow.Hour.to_s\nsys.Log System::DateTimeOffset.UtcNow.AddHours(5).hour.to_s",
            ["0", "5"]),
        .init(
            "semicolons, unless else, and, or",
            "a = nil; unless a then sys.Log 'u' else sys.Log 'e' end; (a or true) and sys.Log 'ao'", ["u", "ao"]),
        .init(
            "strings in tables change for later readers",
            "T2 = { 'k' => 'abc' }\nT2['k'].gsub!('b', 'X')\ndef again; T2['k']; end\nsys.Log again", ["aXc"]),
    ]

    @Test("rows of the target", arguments: rows)
    func compatible(_ row: DialplanBehaviour) throws {
        let report = try Trial().run(row.script)
        #expect(report.result == .finished)
        #expect(report.lines == row.lines)
        #expect(try Trial(slice: 1).run(row.script) == report)
    }

    @Test("an answer shows in rescue as the text that scripts filter")
    func aborted() throws {
        let script =
            "begin\n sys.Dial 'x'\nrescue\n sys.Log \"#$!\" \n sys.Log 'seen' unless $!.to_s =~ /Thread was being aborted./\nend"
        let report = try Trial(answer: { _, _ in .init(.ended(.answered), time: Trial.startTime) }).run(script)
        #expect(report.lines == ["Thread was being aborted."])
    }

    @Test(
        "what only the classic dialect allows",
        arguments: [
            ("sys.Log 'a'.to_a.inspect", "NoMethodError"), ("sys.Log 5.to_a.inspect", "NoMethodError"),
            ("begin; raise 'x'; rescue; sys.Log 'E' + $!; end", "TypeError"),
            ("require 'mikesgem'; sys.Log 'on'", "LoadError"),
        ])
    func dialects(script: String, error: String) throws {
        #expect(try Trial().run(script).result == .finished)
        let modern =
            "#!/usr/bin/ruby\n# dialect: modern\nbegin; \(script); rescue Exception => e; sys.Log e.class.to_s; end"
        let lines = try Trial().run(modern).lines
        #expect(lines == [error])
        #expect(try Trial.compile(modern).dialect == .modern)
        #expect(try Trial.compile("# dialect: classic\n").dialect == .classic)
    }
}
