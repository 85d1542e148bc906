import SIPMessage
import Testing

/// Mutated messages: nothing traps, untouched messages go out as they came, and what parses parses again to the same.
///
/// `FUZZ_SECONDS` makes it run that long, `FUZZ_SEED` sets where it begins.
@Suite("Mutation fuzzing")
struct FuzzTests {
    @Test("no mutation traps, and what parses comes back from its octets")
    func mutations() throws {
        let seed = environmentNumber("FUZZ_SEED") ?? 4_475
        let seconds = environmentNumber("FUZZ_SECONDS").map { Int64($0) }
        var fuzzer = Fuzzer(seed: seed, corpus: try Resources.corpus())
        let clock = ContinuousClock()
        let start = clock.now
        repeat {
            for _ in 0..<2_000 { try fuzzer.step() }
        } while seconds.map { clock.now - start < .seconds($0) } ?? false
        #expect(fuzzer.parsed > 100, "the mutations should leave some messages whole")
        #expect(fuzzer.parsed < fuzzer.steps)
        if seconds != nil { print("fuzz: seed \(seed), \(fuzzer.steps) messages, \(fuzzer.parsed) parsed") }
    }
}

struct Fuzzer {
    private var random: SeededGenerator
    private let corpus: [[UInt8]]
    private(set) var steps = 0
    private(set) var parsed = 0

    init(seed: UInt64, corpus: [[UInt8]]) {
        random = SeededGenerator(seed: seed)
        self.corpus = corpus
    }

    private static let pieces: [[UInt8]] = [
        "\r\n", "\r", "\n", "\0", " ", "\t", ",", ";", "=", "\"", "\\", "<", ">", ":", "@", "%", "%00", "%4", "[", "]",
        "[::1]", "?", "&", "*", "/",
        "\r\n ", ";tag=x", "Via: SIP/2.0/UDP h\r\n", "Content-Length: 1\r\n", "SIP/2.0", "4294967296", "-1", "Digest ",
        "\u{FF}", "tel:+1", "sip:",
    ].map { Array($0.utf8) }

    mutating func step() throws {
        steps += 1
        var bytes = corpus.randomElement(using: &random) ?? []
        for _ in 0..<Int.random(in: 0...4, using: &random) { mutate(&bytes) }
        if (try? SIPMessage(parsing: bytes)) != nil { parsed += 1 }
        let violation = FuzzTarget.violation(bytes)
        #expect(violation == nil, "step \(steps): \(text(bytes))")
    }

    private mutating func mutate(_ bytes: inout [UInt8]) {
        let at = bytes.isEmpty ? 0 : Int.random(in: 0...bytes.count, using: &random)
        let end = min(bytes.count, at + Int.random(in: 0...12, using: &random))
        switch Int.random(in: 0..<6, using: &random) {
        case 0: if at < bytes.count { bytes[at] = UInt8.random(in: 0...255, using: &random) }
        case 1: bytes.removeSubrange(at..<end)
        case 2: bytes.insert(contentsOf: Self.pieces.randomElement(using: &random) ?? [], at: at)
        case 3: bytes.replaceSubrange(at..<end, with: Self.pieces.randomElement(using: &random) ?? [])
        case 4: bytes.insert(contentsOf: bytes[at..<end], at: at)
        default:
            // A piece of another message, so that headers meet that never stood together.
            let other = corpus.randomElement(using: &random) ?? []
            guard !other.isEmpty else { return }
            let from = Int.random(in: 0..<other.count, using: &random)
            bytes.insert(contentsOf: other[from..<min(other.count, from + 80)], at: at)
        }
    }
}
