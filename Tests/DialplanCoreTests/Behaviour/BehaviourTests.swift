import DialplanHostCalls
import Testing

@testable import DialplanCore

@Suite("Behaviour agrees with Ruby")
struct BehaviourTests {
    @Test("a script prints what Ruby prints", arguments: Behaviour.all)
    func agreesWithRuby(_ behaviour: Behaviour) throws {
        let report = try Trial().run(behaviour.script)
        #expect(report.result == .finished)
        expectLines(report.lines, behaviour.lines)
    }

    @Test("slices of one instruction change nothing", arguments: Behaviour.all)
    func slices(_ behaviour: Behaviour) throws {
        let whole = try Trial().run(behaviour.script)
        #expect(try Trial(slice: 1).run(behaviour.script) == whole)
        #expect(try Trial(slice: 7).run(behaviour.script) == whole)
    }

    @Test("a collection at every safe point changes no output", arguments: Behaviour.all)
    func collections(_ behaviour: Behaviour) throws {
        let report = try Trial(collectsAlways: true).run(behaviour.script)
        #expect(report.result == .finished)
        expectLines(report.lines, behaviour.lines)
        #expect(try Trial(slice: 1, collectsAlways: true).run(behaviour.script) == report)
    }

    @Test("a region that moves at every reservation changes nothing", arguments: Behaviour.all)
    func moves(_ behaviour: Behaviour) throws {
        let image = try Trial.compile(behaviour.script)
        #expect(try Trial(movesAlways: true).run(image) == Trial().run(image))
    }

    @Test("dialplans behave as their authors expect", arguments: DialplanBehaviour.all)
    func dialplans(_ row: DialplanBehaviour) throws {
        let report = try Trial().run(row.script)
        #expect(report.result == .finished)
        #expect(report.lines == row.lines)
        #expect(try Trial(slice: 1).run(row.script) == report)
    }

    /// The first difference, not two pages of text.
    private func expectLines(_ found: [String], _ wanted: [String]) {
        for (index, pair) in zip(found, wanted).enumerated() where pair.0 != pair.1 {
            Issue.record("line \(index + 1): \(pair.0) instead of \(pair.1)")
            return
        }
        #expect(found.count == wanted.count)
    }
}

/// Short scripts in the ways of real dialplans and what they log.
struct DialplanBehaviour: Sendable, CustomTestStringConvertible {
    let name: String
    let script: String
    let lines: [String]
    var testDescription: String { name }

    init(_ name: String, _ script: String, _ lines: [String]) {
        self.name = name
        self.script = script
        self.lines = lines
    }

    static let all: [DialplanBehaviour] = [
        .init(
            "string plus exception", "begin; nil.foo; rescue; sys.Log 'Error: ' + $!; end",
            ["Error: undefined method `foo' for nil:NilClass"]),
        .init(
            "exception in an interpolation", "begin; raise 'busy'; rescue => e; sys.Log \"#{e} #$!\"; end",
            ["busy busy"]),
        .init(
            "to_a of strings, numbers and nil",
            "sys.Log \"a\\nb\".to_a.inspect; sys.Log 5.to_a.inspect; sys.Log nil.to_a.inspect; sys.Log [1].to_a.inspect",
            ["[\"a\\n\", \"b\"]", "[5]", "[]", "[1]"]),
        .init("assignment that goes on behind a comment", "x = # nothing here\n  5\nsys.Log x.to_s", ["5"]),
        .init(
            "constants set again warn", "A = 1\nA = 2\nsys.Log A.to_s",
            ["warning: already initialized constant A", "2"]),
        .init(
            "constants in case branches",
            "case 1\nwhen 1 then Area = 'x'\nwhen 2 then Area = 'y'\nend\nsys.Log Area\nsys.Log defined?(Nope).inspect",
            ["x", "nil"]),
        .init(
            "a constant that no branch set is a NameError",
            "begin; Zone; rescue NameError => e; sys.Log e.message; end", ["uninitialized constant Zone"]),
        .init(
            "quantified anchors", "sys.Log 'match' if '+49' =~ /^?\\+/\nsys.Log 'x' =~ /x$?/ ? 'yes' : 'no'",
            ["match", "yes"]),
        .init("regexp flag o", "3.times { |i| sys.Log 'hit' if 'a1' =~ /a#{1}/o }", ["hit", "hit", "hit"]),
        .init("a typo that stays a capture group", "'abc' =~ /(:?b)c/\nsys.Log $1", ["b"]),
        .init(
            "members by any spelling",
            "sys.Log req.Header.From.FromURI.User\nsys.Log req.header.from.from_uri.user\n"
                + "sys.Log req.Header.from.fromuri.user.to_s\nsys.Log sys.username",
            ["bob", "bob", "bob", "owner"]),
        .init(
            "CLR names",
            "sys.Log req.Header.From.ToString()\nsys.Log req.Header.From.FromURI.ToParameterlessString()\n"
                + "sys.Log '0049'.TrimStart('0')\nsys.Log({'a'=>1}.ContainsKey('a').to_s)\nsys.Log 'abc'.Length.to_s",
            ["\"Bob\" <sip:bob@example.org>", "sip:bob@example.org", "49", "true", "3"]),
        .init("writing to the request", "req.Header.From.FromName = 'Eve'\nsys.Log req.Header.From.from_name", ["Eve"]),
        .init(
            "interpolated request parts", "sys.Log \"call from #{req.Header.From} to #{req.URI.User}.\"",
            ["call from \"Bob\" <sip:bob@example.org> to 0049301234."]),
        .init(
            "sys and req inside methods", "def who; req.URI.User.to_s[0, 4] + sys.Username; end\nsys.Log who",
            ["0049owner"]),
        .init(
            "classification by case and $1",
            "case req.URI.User\nwhen /^0049(\\d{2})(\\d+)/ then sys.Log \"#{$1}-#{$2} #$1 #$& #$'|\"\nelse sys.Log 'none'\nend",
            ["30-1234 30 0049301234 |"]),
        .init(
            "match variables belong to the method",
            "def digits(s) s =~ /(\\d)/; $1 end\n'ab' =~ /(a)/\nsys.Log digits('x7')\nsys.Log $1\n"
                + "sys.Log 'x-y'.gsub(/[xy]/) { $&.upcase }",
            ["7", "a", "X-Y"]),
        .init("unmatched group is nil", "'b' =~ /(a)?b/\nsys.Log $1 || 'none'", ["none"]),
        .init(
            "bang methods on table entries stay",
            "T = {'1' => '0800'}\nT['1'].sub!('0', '+')\nsys.Log T['1']\nsys.Log T['1'].sub!('zzz', '').inspect",
            ["+800", "nil"]),
        .init(
            "Hash + as merge", "class Hash; alias + merge; end\nsys.Log(({1=>2} + {3=>4}).inspect)", ["{1=>2, 3=>4}"]),
        .init("exit ends the plan", "sys.Log 'a'\nexit if true\nsys.Log 'b'", ["a"]),
        .init("splat arguments for a call", "def two(a, b) a + b end\nargs = ['x', 'y']\nsys.Log two(*args)", ["xy"]),
        .init(
            "LastDialled before any Dial", "sys.Log sys.LastDialled.inspect\nsys.Log sys.LastDialled.nil?.to_s",
            ["nil", "true"]),
        .init(
            "ranges and arrays with negative indices",
            "a = %w(a b c)\nsys.Log a[-2] + a[1..-1].join\nsys.Log '12345'[-3..-1]",
            ["bbc", "345"]),
        .init("%w over lines", "sys.Log %w(0031\n  0032).map { |x| x + '!' }.join(',')", ["0031!,0032!"]),
        .init(
            "clock and offset",
            "t = Time.now + 3600*5\nsys.Log t.hour.to_s\nsys.Log t.strftime('%c')\nsys.Log Time.now.utc.min.to_s",
            ["5", "Wed Jan  1 05:00:00 2025", "0"]),
        .init("several lines and tabs in one log call", "sys.Log \"a\\n\\tb\"", ["a\n\tb"]),
        .init("puts and p go to the log", "puts 'x', 1, nil\np [1, 'a'], nil", ["x", "1", "", "[1, \"a\"]", "nil"]),
        .init(
            "a missing method names itself", "begin; sys.Nope(1); rescue NoMethodError => e; sys.Log e.message; end",
            ["undefined method `Nope' for sys"]),
        .init(
            "objects as log text",
            "class A; def to_s; 'obj'; end; end\nsys.Log A.new\nsys.Log [1, [2]]\nsys.Log 5\nsys.Log nil\nsys.Log :a",
            ["obj", "[1, [2]]", "5", "", "a"]),
        .init(
            "random numbers come from the seed", "srand 7; a = rand(1000); srand 7; sys.Log((a == rand(1000)).to_s)",
            ["true"]),
        .init("require of a gem is no error", "require 'mikesgem'\nsys.Log 'on'", ["on"]),
        .init(
            "programs cannot be run", "begin; system('ls'); rescue SecurityError => e; sys.Log e.message; end",
            ["system is not allowed in a dialplan"]),
    ]
}
