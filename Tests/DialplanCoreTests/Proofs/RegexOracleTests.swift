import DialplanHostCalls
import Foundation
import Testing

@testable import DialplanCore

/// Generated patterns and subjects, the same program run by CRuby and by us.
@Suite("Regular expressions: CRuby as oracle", .enabled(if: RubyOracle.isAvailable, "needs ruby 3 in /usr/bin"))
struct RegexOracleTests {
    /// Writes patterns from a small grammar: everything that both engines are documented to treat alike.
    struct Generator {
        var random: RandomSource
        var groups = 0

        mutating func pick(_ list: [String]) -> String { list[Int(random.below(UInt64(list.count)))] }

        mutating func atom(_ depth: Int) -> String {
            switch random.below(depth > 0 ? 22 : 14) {
            case 0...5: return pick(["a", "b", "c", "1", " ", "é", "\\.", "-"])
            case 6: return "."
            case 7: return pick(["\\d", "\\D", "\\s", "\\S", "\\w", "\\W", "\\h"])
            case 8, 9:
                return pick([
                    "[ab]", "[^a]", "[a-c1]", "[^\\d]", "[\\s\\d]", "[é-í]", "[[:alpha:]]", "[a-c&&[^b]]", "[-a]",
                ])
            case 10: return pick(["^", "$", "\\A", "\\z", "\\Z", "\\b", "\\B"])
            case 11: return pick(["ab", "a b", "bc", "1a"])
            case 12: return groups > 0 ? "\\\(random.below(UInt64(groups)) + 1)" : "c"
            case 13: return pick(["a", "b"])
            case 14, 15, 16:
                groups += 1
                return "(" + alternatives(depth - 1) + ")"
            case 17: return "(?:" + alternatives(depth - 1) + ")"
            case 18: return "(?=" + alternatives(depth - 1) + ")"
            case 19: return "(?!" + alternatives(depth - 1) + ")"
            case 20: return pick(["(?<=a)", "(?<!b)", "(?<=ab|c)"])
            default: return "(?>" + alternatives(depth - 1) + ")"
            }
        }

        mutating func piece(_ depth: Int) -> String {
            let atom = self.atom(depth)
            // Quantified anchors and look-arounds are our rewriter's own affair (tested by themselves).
            let isAssertion = ["(?=", "(?!", "(?<"].contains { atom.hasPrefix($0) }
            let isAnchor = ["^", "$", "\\A", "\\z", "\\Z", "\\b", "\\B"].contains(atom)
            let isWord = ["ab", "bc", "1a", "a b"].contains(atom)
            if isAssertion || isAnchor || isWord { return atom }
            return random.below(3) == 0
                ? atom + pick(["*", "+", "?", "{2}", "{1,2}", "{0,2}", "{2,}", "*?", "+?", "??", "{,2}"]) : atom
        }

        mutating func sequence(_ depth: Int) -> String {
            (0..<1 + random.below(4)).map { _ in piece(depth) }.joined()
        }

        mutating func alternatives(_ depth: Int) -> String {
            (0..<(random.below(4) == 0 ? 2 : 1)).map { _ in sequence(depth) }.joined(separator: "|")
        }

        mutating func subject() -> String {
            (0..<random.below(14)).map { _ in pick(["a", "b", "c", "1", " ", "é", "\\n", ".", "ab", "-"]) }.joined()
        }
    }

    static func program(seed: UInt64, pairs: Int) -> String {
        var generator = Generator(random: RandomSource(seed: seed))
        var text = ""
        for _ in 0..<pairs {
            generator.groups = 0
            let pattern = generator.alternatives(2)
            let flags = generator.random.below(4) == 0 ? Int(generator.random.below(8)) : 0
            let quoted = pattern.replacing("\\", with: "\\\\").replacing("'", with: "\\'")
            text += "begin; m = Regexp.new('\(quoted)', \(flags)).match(\"\(generator.subject())\"); "
            text += "puts(m ? m.begin(0).to_s + m.to_a.inspect : 'nil'); rescue RegexpError; puts 'E'; end\n"
        }
        return text
    }

    @Test("generated patterns match as in CRuby", arguments: 1...10 as ClosedRange<UInt64>)
    func agrees(seed: UInt64) throws {
        let text = RegexOracleTests.program(seed: seed, pairs: 1_100)
        let expected = try RubyOracle.output(of: text).split(separator: "\n").map(String.init)
        var trial = Trial()
        trial.limits.logLines = 10_000
        trial.limits.logBytes = 1 << 24
        trial.limits.instructions = 1_000_000_000
        trial.limits.regexWork = 1 << 40
        let report = try trial.run(text)
        #expect(report.result == .finished)
        #expect(expected.count == 1_100)
        let sources = text.split(separator: "\n")
        var differences = 0
        for (index, pair) in zip(report.lines, expected).enumerated() where pair.0 != pair.1 {
            differences += 1
            if differences <= 5 { print("\(sources[index])\nours \(pair.0), ruby \(pair.1)") }
        }
        withKnownIssue(
            "\\w and \\W are Unicode's here and ASCII's in CRuby; repeats of groups that can only be empty are refused",
            isIntermittent: true
        ) {
            #expect(differences == 0)
        }
        // Some one in a hundred pairs meets these two.
        #expect(differences < 20)
        #expect(report.lines.count == expected.count)
    }
}
