@testable import DialplanCore

/// Writes patterns and subjects from a small grammar: everything that Oniguruma and CRuby's Onigmo are documented to treat alike.
struct RegexGenerator {
    private var random: RandomSource
    private var groups = 0

    init(seed: UInt64) { random = RandomSource(seed: seed) }

    private static let anchors = ["^", "$", "\\A", "\\z", "\\Z", "\\b", "\\B"]
    private static let classes = [
        "[ab]", "[^a]", "[a-c1]", "[^\\d]", "[\\s\\d]", "[é-í]", "[[:alpha:]]", "[a-c&&[^b]]", "[-a]", "[\\w.]",
        "[^\\w]", "[.\\d-]", "[^\\W1]", "[[:digit:][:space:]]", "[[:^alpha:]]", "[[:word:]]", "[[:upper:]é]", "[^\\s-]",
    ]

    private mutating func pick(_ list: [String]) -> String { list[Int(random.below(UInt64(list.count)))] }

    private mutating func atom(_ depth: Int) -> String {
        switch random.below(depth > 0 ? 22 : 14) {
        case 0...5: return pick(["a", "b", "c", "1", " ", "é", "\\.", "-", "A", "É", "_"])
        case 6: return "."
        case 7: return pick(["\\d", "\\D", "\\s", "\\S", "\\w", "\\W", "\\h", "\\H"])
        case 8, 9: return pick(Self.classes)
        case 10: return pick(Self.anchors)
        case 11: return pick(["ab", "a b", "bc", "1a"])
        case 12: return groups > 0 ? "\\\(random.below(UInt64(groups)) + 1)" : "c"
        case 13: return pick(["a", "b"])
        case 14, 15, 16:
            groups += 1
            return "(" + alternatives(depth - 1) + ")"
        case 17: return "(?:" + alternatives(depth - 1) + ")"
        case 18: return "(?=" + alternatives(depth - 1) + ")"
        case 19: return "(?!" + alternatives(depth - 1) + ")"
        case 20: return pick(["(?<=a)", "(?<!b)", "(?<=ab|c)", "(?i:a)", "(?<=\\w)", "(?<!\\d)"])
        default: return "(?>" + alternatives(depth - 1) + ")"
        }
    }

    private mutating func piece(_ depth: Int) -> String {
        let atom = self.atom(depth)
        // Several characters: a quantifier would take the last only.
        if ["ab", "bc", "1a", "a b"].contains(atom) { return atom }
        let isAssertion = Self.anchors.contains(atom) || ["(?=", "(?!", "(?<"].contains { atom.hasPrefix($0) }
        return random.below(isAssertion ? 8 : 3) == 0
            ? atom + pick(["*", "+", "?", "{2}", "{1,2}", "{0,2}", "{2,}", "*?", "+?", "??", "{,2}"]) : atom
    }

    private mutating func sequence(_ depth: Int) -> String {
        (0..<1 + random.below(4)).map { _ in piece(depth) }.joined()
    }

    private mutating func alternatives(_ depth: Int) -> String {
        (0..<(random.below(4) == 0 ? 2 : 1)).map { _ in sequence(depth) }.joined(separator: "|")
    }

    private mutating func subject() -> String {
        (0..<random.below(14)).map { _ in
            pick(["a", "b", "c", "1", " ", "é", "\\n", ".", "ab", "-", "A", "É", "_", "\\u0663"])
        }.joined()
    }

    /// A program that prints, for each pair, where the pattern matches and its groups, `nil`, or `E` for a RegexpError.
    static func program(seed: UInt64, pairs: Int) -> String {
        var generator = RegexGenerator(seed: seed)
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
}
