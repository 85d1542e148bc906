internal import NIOCore

/// Cuts text into lines that are fit for a log: bounded, without control characters.
struct LineCutter {
    let longest: Int
    private var line: [UInt8] = []

    init(longest: Int) {
        self.longest = longest
    }

    /// The lines that are whole with these bytes. Empty ones are left out.
    mutating func cut(_ bytes: some Sequence<UInt8>) -> [String] {
        var lines: [String] = []
        for byte in bytes {
            if byte == UInt8(ascii: "\n") {
                if let line = rest() { lines.append(line) }
            } else if line.count < longest {
                line.append(byte)
            }
        }
        return lines
    }

    /// What has no end yet; afterwards nothing is left.
    mutating func rest() -> String? {
        guard !line.isEmpty else { return nil }
        defer { line.removeAll(keepingCapacity: true) }
        // A worker's text must not be able to steer a terminal or to forge a line.
        let clean = String(decoding: line, as: UTF8.self).unicodeScalars.map { scalar in
            scalar.properties.generalCategory == .control && scalar != "\t" ? "\u{FFFD}" : scalar
        }
        return String(String.UnicodeScalarView(clean))
    }
}

/// So many lines in each second, the others are counted.
struct LineBudget {
    let perSecond: Int
    private var second: NIODeadline?
    private var spent = 0
    private var dropped = 0

    init(perSecond: Int) {
        self.perSecond = perSecond
    }

    /// Whether one more line may be written.
    mutating func spend(now: NIODeadline) -> Bool {
        if let start = second, now - start < .seconds(1) {
            guard spent < perSecond else {
                dropped += 1
                return false
            }
            spent += 1
        } else {
            second = now
            spent = 1
            guard perSecond > 0 else {
                dropped += 1
                return false
            }
        }
        return true
    }

    /// How many were not written since this was asked last; `nil` when none.
    mutating func takeDropped() -> Int? {
        guard dropped > 0 else { return nil }
        defer { dropped = 0 }
        return dropped
    }
}
