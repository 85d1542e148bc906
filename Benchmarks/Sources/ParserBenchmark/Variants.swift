/// Messages like the ten of the folder, but none like another: names, numbers, tags, branches and addresses of other
/// text and length, some compact or oddly spelled header names, rows in another order. The same for the same seed.
struct Variants {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    /// SplitMix64.
    private mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ (z &>> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z &>> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z &>> 31)
    }

    private mutating func below(_ count: Int) -> Int { Int(next() % UInt64(count)) }

    private mutating func word(_ letters: String, _ length: ClosedRange<Int>) -> String {
        let letters = Array(letters)
        let count = length.lowerBound + below(length.count)
        return String((0..<count).map { _ in letters[below(letters.count)] })
    }

    private mutating func address() -> String { "\(1 + below(223)).\(below(256)).\(below(256)).\(1 + below(254))" }

    /// A variant of `message`. Its body is left alone, so that Content-Length stays right.
    mutating func make(from message: String) -> String {
        guard let end = message.utf8.firstRange(of: Array("\r\n\r\n".utf8))?.upperBound else { return message }
        var head = String(message[..<end])
        let letters = "abcdefghijklmnopqrstuvwxyz0123456789"
        var replacements: [(String, String)] = [
            ("9fxced76sl", word(letters, 4...16)), ("776asdhds8f3", word(letters, 6...24)),
            ("1f2c.8a9b4c6d1.0", word(letters, 6...24)), ("314159", word(letters, 4...16)),
            ("456248", word(letters, 4...16)), ("3848276298220188511", word(letters, 8...32)),
            ("843817637684230", word(letters, 8...32)), ("a84b4c76e66710", word(letters, 8...32)),
            ("004930123456", word("0123456789", 3...15)), ("Anna Example", word(letters + " ", 3...20)),
            ("sip.example.org", word(letters, 3...12) + ".example.org"), ("anna@", word(letters, 3...10) + "@"),
            ("34122", "\(1024 + below(60000))"), ("Desk Phone 4.2.1", word(letters + ".", 4...24)),
        ]
        for known in ["192.0.2.10", "192.0.2.11", "203.0.113.77", "198.51.100.20", "198.51.100.7", "198.51.100.44"] {
            replacements.append((known, address()))
        }
        for (old, new) in replacements { head = head.replacing(old, with: new) }
        var lines = head.split(separator: "\r\n", omittingEmptySubsequences: true).map(String.init)
        let start = lines.removeFirst()
        // The rows below the Via rows, in any order.
        let vias = lines.prefix { $0.hasPrefix("Via:") }
        var rest = Array(lines.dropFirst(vias.count))
        for index in rest.indices.reversed() { rest.swapAt(index, below(index + 1)) }
        if below(2) == 0 {
            rest.insert("X-" + word(letters, 2...12) + ": " + word(letters, 0...40), at: below(rest.count))
        }
        let rows = (vias + rest).map { spell($0) }
        return ([start] + rows).joined(separator: "\r\n") + "\r\n\r\n" + message[end...]
    }

    /// One row in sixteen has its compact name, one in sixteen another case.
    private mutating func spell(_ row: String) -> String {
        let compact = [
            "Via": "v", "From": "f", "To": "t", "Call-ID": "i", "Contact": "m", "Supported": "k", "Content-Length": "l",
            "Content-Type": "c",
        ]
        let parts = row.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
        guard parts.count == 2 else { return row }
        switch below(16) {
        case 0: return (compact[String(parts[0])] ?? String(parts[0])) + ":" + parts[1]
        case 1: return parts[0].lowercased() + ":" + parts[1]
        default: return row
        }
    }
}
