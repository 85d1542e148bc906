import Testing

@testable import SIPMessage

/// Sixteen octets at a time, by the processor's own instructions and by words, beside a loop over the octets.
@Suite("Blocks of sixteen octets")
struct BlockTests {
    /// Blocks in which every octet stands beside every other sooner or later.
    private static let blocks: [[UInt8]] = {
        var random = SeededGenerator(seed: 16)
        let often = Array(":;<>@ \r\n\t.,\"\\09azAZ/[`{\u{0}\u{7F}".utf8) + [0x80, 0xFF, 0xB0, 0xE1]
        return (0..<4_000).map { _ in
            (0..<16).map { _ in
                Bool.random(using: &random)
                    ? often.randomElement(using: &random) ?? 0 : UInt8.random(in: 0...255, using: &random)
            }
        }
    }()

    private static func bits(_ block: [UInt8], _ isMeant: (UInt8) -> Bool) -> UInt32 {
        block.indices.reduce(0) { $0 | (isMeant(block[$1]) ? 1 << UInt32($1) : 0) }
    }

    @Test("octets below a limit", arguments: [1, 0x0E, 0x21, 0x80] as [UInt8])
    func below(limit: UInt8) {
        for block in Self.blocks {
            let wanted = Self.bits(block) { $0 < limit }
            #expect(Block(block.span, 0).below(limit) == wanted)
            #expect(WordPair(block.span, 0).below(limit) == wanted)
        }
    }

    @Test("octets that equal one", arguments: [0, 0x20, 0x3A, 0x7F, 0x80, 0xFF] as [UInt8])
    func equal(byte: UInt8) {
        for block in Self.blocks {
            let wanted = Self.bits(block) { $0 == byte }
            #expect(Block(block.span, 0).equal(byte) == wanted)
            #expect(WordPair(block.span, 0).equal(byte) == wanted)
        }
    }

    @Test("letters and digits")
    func classes() {
        for block in Self.blocks {
            let letters = Self.bits(block) { ByteSet.alphanumeric.contains($0) }
            let digits = Self.bits(block) { ByteSet.digit.contains($0) }
            #expect(Block(block.span, 0).alphanumeric == letters)
            #expect(WordPair(block.span, 0).alphanumeric == letters)
            #expect(Block(block.span, 0).digits == digits)
            #expect(WordPair(block.span, 0).digits == digits)
        }
    }
}
