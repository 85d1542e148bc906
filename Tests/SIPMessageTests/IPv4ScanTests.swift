import Testing

@testable import SIPMessage

/// The two ways to pass over an IPv4 address: octet by octet, and all sixteen at once.
@Suite("IPv4 scans")
struct IPv4ScanTests {
    /// Text that is or nearly is an address.
    private static func text(_ random: inout SeededGenerator) -> [UInt8] {
        var parts: [String] = []
        for _ in 0..<(Int.random(in: 0..<8, using: &random) == 0 ? 3 : 4) {
            let number = Int.random(in: 0...(Bool.random(using: &random) ? 299 : 9), using: &random)
            parts.append((Int.random(in: 0..<8, using: &random) == 0 ? "0" : "") + String(number))
        }
        var bytes = Array(parts.joined(separator: ".").utf8)
        let odd = Array("0123456789.:;>_-aZ @\u{0}\u{E9}/".utf8)
        if Int.random(in: 0..<3, using: &random) == 0 {
            bytes.insert(odd.randomElement(using: &random) ?? 0, at: Int.random(in: 0...bytes.count, using: &random))
        }
        return bytes
    }

    @Test("both pass over the same octets of 60,000 texts, wherever they stand")
    func agreement() {
        var random = SeededGenerator(seed: 3_261)
        var found = 0
        var differing: [String] = []
        for _ in 0..<60_000 {
            let before = Int.random(in: 0...8, using: &random)
            let after = Array(
                repeating: Array(";:> 5.aé".utf8).randomElement(using: &random) ?? 0,
                count: Int.random(in: 0...20, using: &random))
            let bytes = Array(repeating: UInt8(ascii: "9"), count: before) + Self.text(&random) + after
            let end = Int.random(in: before...bytes.count, using: &random)
            var all = Cursor(before, Bool.random(using: &random) ? end : bytes.count)
            var single = all
            let isPassed = all.skipIPv4Address(bytes.span)
            let address = single.takeIPv4Address(bytes.span)
            if address != nil { found += 1 }
            if isPassed != (address != nil) || all.position != single.position {
                differing.append(String(decoding: bytes, as: UTF8.self))
            }
        }
        #expect(differing.isEmpty)
        #expect(found > 10_000)
    }
}
