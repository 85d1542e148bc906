import Testing

@testable import DialplanCore

@Suite("Our own matcher of plain patterns")
struct PatternMatcherTests {
    /// Result and groups of a search.
    private struct Found: Equatable {
        var start = -1
        var groups: [[Int]] = []
    }

    private func find(_ regex: CompiledRegex, _ subject: [UInt8], from: Int, own: Bool) throws -> Found {
        let scratch = try #require(RegexScratch())
        return unsafe subject.withUnsafeBufferPointer { buffer in
            guard let start = buffer.baseAddress else { return Found() }
            let view = unsafe ByteView(start: start, count: buffer.count)
            let result =
                own
                ? regex.searchShort(view, isASCII: true, from: from, scratch: scratch, isQuick: false)
                : regex.search(view, from: from, scratch: scratch, retries: 200_000)
            guard case .match(let place) = result else { return Found() }
            return Found(
                start: place,
                groups: (0..<scratch.count).map { [scratch.range($0).0, scratch.range($0).1] })
        }
    }

    @Test(
        "takes the patterns of dialplans",
        arguments: [
            #"\A(?:00|\+)49(?:15|16|17)\d{8,9}\z"#, #"\A\*(\d{2,3})(?:\*(\d+))?#?\z"#, #"^0([1-9])"#, #"[^0-9+]"#,
            #"\w+"#,
            #"\A"([^"]*)"\s*<sip:([^@>]+)@([^:;>]+)(?::(\d+))?([^>]*)>(.*)\z"#, #"(?<area>\d{2}) (?<rest>\d+)\z"#,
            #"tag=(\w+)"#, #"[\s().-]"#, #"a+?b"#, #"(ab|a)(c|bcd)*$"#,
        ])
    func plain(pattern: String) throws {
        #expect(PatternProgram(Array(pattern.utf8), flags: [], hasNames: pattern.contains("?<")) != nil)
    }

    @Test(
        "leaves everything else to Oniguruma",
        arguments: [
            #"(a)\1"#, "(?=a)b", "(?<!a)b", "a++", "a{2}?", "(a*)*", "[[:alpha:]]", "é", "[a&&b]", #"\p{L}"#, "(?i)a",
            #"\Ga"#,
            "a{,3}", #"\R"#, "(?>a)", "[a-c-e]",
        ])
    func others(pattern: String) {
        #expect(PatternProgram(Array(pattern.utf8), flags: [], hasNames: false) == nil)
    }

    @Test("finds what Oniguruma finds, with the same groups, in generated patterns and subjects")
    func differential() throws {
        var random = RandomSource(seed: 7)
        func pick(_ count: Int) -> Int { Int(random.next() % UInt64(count)) }
        let atoms = [
            "a", "b", "0", "1", ".", #"\d"#, #"\w"#, #"\s"#, "[ab]", "[^a]", "[0-9]", "x", #"\."#, #"[\d.]"#, #"\W"#,
            "-",
        ]
        let quantifiers = ["", "", "", "", "?", "*", "+", "{2}", "{1,2}", "{1,}", "*?", "+?", "??"]
        func sequence(_ depth: Int) -> String {
            (0...pick(3)).map { _ in item(depth) }.joined()
        }
        func item(_ depth: Int) -> String {
            switch pick(depth > 0 ? 9 : 6) {
            case 6: return "(\(sequence(depth - 1)))" + quantifiers[pick(quantifiers.count)]
            case 7: return "(?:\(sequence(depth - 1))|\(sequence(depth - 1)))" + quantifiers[pick(quantifiers.count)]
            case 8: return ["^", "$", #"\A"#, #"\z"#, #"\b"#, #"\B"#][pick(6)]
            default: return atoms[pick(atoms.count)] + quantifiers[pick(quantifiers.count)]
            }
        }
        let letters = Array("ab01x.- \nAB_".utf8)
        var compared = 0
        for round in 0..<4_000 {
            let pattern = pick(4) == 0 ? "\(sequence(2))|\(sequence(1))" : sequence(2)
            let flags: RegexFlags = [[], .ignoreCase, .multiline, []][round % 4]
            guard PatternProgram(Array(pattern.utf8), flags: flags, hasNames: false) != nil else { continue }
            let regex = try CompiledRegex(source: Array(pattern.utf8), flags: flags)
            for _ in 0..<6 {
                let subject = (0...pick(12)).map { _ in letters[pick(letters.count)] }
                let from = pick(3) == 0 ? pick(subject.count + 1) : 0
                let ours = try find(regex, subject, from: from, own: true)
                let theirs = try find(regex, subject, from: from, own: false)
                #expect(
                    ours == theirs,
                    "/\(pattern)/ \(flags.rawValue) on \(String(decoding: subject, as: UTF8.self)) from \(from)")
                compared += 1
            }
        }
        #expect(compared > 5_000)
    }

    @Test("gives up, and Oniguruma answers, where a pattern backtracks without end")
    func catastrophe() throws {
        let regex = try CompiledRegex(source: Array(#"(x+x+)+y"#.utf8), flags: [])
        let subject = Array(repeating: UInt8(ascii: "x"), count: 20)
        #expect(try find(regex, subject, from: 0, own: true) == find(regex, subject, from: 0, own: false))
    }
}
