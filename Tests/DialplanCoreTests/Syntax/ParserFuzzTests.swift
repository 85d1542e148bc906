import Testing

@testable import DialplanCore

/// SplitMix64: the same numbers from the same seed, on any machine.
struct SplitMix: RandomNumberGenerator {
    var state: UInt64
    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }
}

@Suite("Parser: mutated scripts")
struct ParserFuzzTests {
    /// Pieces that mean much in little space.
    static let pieces: [[UInt8]] = [
        "\"", "'", "#{", "}", "{", "(", ")", "[", "]", "|", "do", " end", "\n", "\r\n", "<<A\n", "<<~'B'", "A\n", "=",
        "::", ":", "?", "/", "%w(", "%r{",
        "->", "&", "*", "**", "..", "...", "if ", "case ", "when ", "def ", "class ", "rescue", "=begin\n", "=end\n",
        "__END__\n", "\\", "\\u{", "#$", "#@",
        "_1", "x=", ",", ";", "&.", "yield", "super", "alias ", "undef ", "not ", "!", "-", "0x", "1e", "\0", "\u{80}",
        "for ", " in ", "\\M-", "$",
    ].map { Array($0.utf8) }

    /// One to eight changes of a script: bytes set, pieces put in, ranges cut or doubled.
    static func mutate(_ script: [UInt8], _ random: inout SplitMix) -> [UInt8] {
        var bytes = script
        for _ in 0..<Int.random(in: 1...8, using: &random) {
            let index = Int.random(in: 0...bytes.count, using: &random)
            switch Int.random(in: 0..<5, using: &random) {
            case 0 where index < bytes.count: bytes[index] = UInt8.random(in: 0...255, using: &random)
            case 1: bytes.insert(contentsOf: pieces.randomElement(using: &random) ?? [], at: index)
            case 2:
                let end = min(bytes.count, index + Int.random(in: 0...40, using: &random))
                bytes.removeSubrange(index..<end)
            case 3:
                let end = min(bytes.count, index + Int.random(in: 0...40, using: &random))
                bytes.insert(contentsOf: bytes[index..<end], at: Int.random(in: 0...bytes.count, using: &random))
            default: bytes = Array(bytes[..<index])
            }
        }
        return bytes
    }

    @Test(
        "no change of a script makes the parser trap or hang, and errors lie within the script",
        arguments: DialplanCorpus.all)
    func mutations(_ script: DialplanCorpus.Script) throws {
        let seed: UInt64 = 0x5EED_0002
        var random = SplitMix(state: seed)
        var parsed = 0
        for turn in 0..<400 {
            let bytes = Self.mutate(script.bytes, &random)
            do {
                // Printing visits every node and operand.
                let tree = try SyntaxTree(parsing: bytes)
                #expect(!tree.description.isEmpty)
                parsed += 1
            } catch {
                let lines = bytes.count { $0 == 0x0A } + 1
                #expect((1...lines).contains(error.line), "seed \(seed), turn \(turn)")
                #expect(error.column >= 1, "seed \(seed), turn \(turn)")
            }
        }
        // Most changes break a script, some do not: both ways are walked.
        #expect(parsed > 0 && parsed < 400)
    }

    @Test("every beginning of a script parses or is refused", arguments: DialplanCorpus.all)
    func beginnings(_ script: DialplanCorpus.Script) {
        for length in 0..<script.bytes.count {
            do {
                let tree = try SyntaxTree(parsing: Array(script.bytes[..<length]))
                #expect(!tree.description.isEmpty)
            } catch {
                #expect(error.line >= 1)
            }
        }
    }

    @Test("random words of the language do not make the parser trap")
    func words() {
        var random = SplitMix(state: 7)
        for _ in 0..<3_000 {
            var bytes: [UInt8] = []
            for _ in 0..<Int.random(in: 1...40, using: &random) {
                bytes += Self.pieces.randomElement(using: &random) ?? []
                if Bool.random(using: &random) { bytes.append(UInt8(ascii: " ")) }
            }
            do {
                let tree = try SyntaxTree(parsing: bytes)
                #expect(!tree.description.isEmpty)
            } catch {
                #expect(error.line >= 1)
            }
        }
    }
}
