/// 64 bits that say which trigrams a record's URIs may hold. FROZEN: signatures are stored with every record.
///
/// Every three bytes in a row, ASCII letters lower-cased, set one bit. A text can stand in the URIs only when the bits of
/// its own trigrams are set, so that a search compares text in few rows. It admits rows that do not match (the bits of
/// some 60 trigrams share 64 places) and never hides one that does.
struct TrigramSignature: Hashable, Sendable {
    private(set) var bits: UInt64 = 0

    init(of texts: String...) {
        for text in texts { self.insert(text) }
    }

    /// As SQLite's signed integer.
    var stored: Int64 { Int64(bitPattern: self.bits) }

    private mutating func insert(_ text: String) {
        var window: UInt32 = 0
        var count = 0
        for byte in text.utf8 {
            let isCapital = (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(byte)
            window = (window << 8 | UInt32(isCapital ? byte | 0x20 : byte)) & 0xFF_FFFF
            count += 1
            // Knuth's multiplicative hash; its upper six bits are the place.
            if count >= 3 { self.bits |= 1 << UInt64((window &* 0x9E37_79B1) >> 26) }
        }
    }
}

/// 32 bits of a SIP Call-ID (FNV-1a), by which a record is found without an index of long random texts. FROZEN.
enum CallIDHash {
    static func of(_ callID: String) -> Int64 {
        var hash: UInt32 = 0x811C_9DC5
        for byte in callID.utf8 { hash = (hash ^ UInt32(byte)) &* 0x0100_0193 }
        return Int64(hash)
    }
}
