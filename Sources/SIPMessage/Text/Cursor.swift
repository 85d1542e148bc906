/// Why a scan stopped: where, and what the grammar wanted there. The parser adds the header and makes it a
/// ``SIPParseError``.
struct ScanError: Error {
    let offset: Int
    let expected: StaticString

    init(_ offset: Int, _ expected: StaticString) {
        self.offset = offset
        self.expected = expected
    }
}

/// A position in some bytes. The bytes are handed to each call: a span can not be stored in an escapable type, and so the
/// cursor stays plain data.
struct Cursor: BitwiseCopyable {
    var position: Int
    let end: Int
    /// What the scan has to keep to.
    let rules: ScanRules

    /// `range` lies within the span that the calls get; each access is bounds-checked by the span all the same.
    @inline(__always)
    init(_ range: ByteRange, _ rules: ScanRules = .standard) {
        position = Int(range.start)
        end = Int(range.end)
        self.rules = rules
    }

    @inline(__always)
    init(_ position: Int, _ end: Int, _ rules: ScanRules = .standard) {
        self.position = position
        self.end = end
        self.rules = rules
    }

    @inline(__always) var isAtEnd: Bool { position >= end }

    /// The next octet, nil at the end.
    @inline(__always)
    func peek(_ bytes: Span<UInt8>) -> UInt8? {
        position < end ? bytes[position] : nil
    }

    /// Passes `byte` if it is next.
    @inline(__always)
    mutating func skip(_ byte: UInt8, _ bytes: Span<UInt8>) -> Bool {
        guard position < end, bytes[position] == byte else { return false }
        position &+= 1
        return true
    }

    /// Passes linear white space, folds included (`LWS`, RFC 3261 §25.1).
    @inline(__always)
    mutating func skipWhitespace(_ bytes: Span<UInt8>) {
        while position < end {
            let byte = bytes[position]
            if byte > 0x20 || !ByteSet.whitespace.contains(byte) { return }
            position &+= 1
        }
    }

    /// Passes the letters of `text` in any case, if they are next. `text` is lower case, letters only, at most seven.
    @inline(__always)
    mutating func skipLetters(_ text: StaticString, _ bytes: Span<UInt8>) -> Bool {
        let count = text.utf8CodeUnitCount
        guard position &+ count <= end else { return false }
        let word = Words.load(bytes, upTo8: ByteRange(position, position &+ count))
        guard Words.lowercased(word) & Words.mask(count) == Words.literal(text) else { return false }
        position &+= count
        return true
    }

    /// Passes the longest run of octets of `set`; it may be empty.
    @inline(__always)
    mutating func take(_ set: ByteSet, _ bytes: Span<UInt8>) -> ByteRange {
        let start = position
        while position < end, set.contains(bytes[position]) { position &+= 1 }
        return ByteRange(start, position)
    }

    /// The same for a set that has all ASCII letters and digits: runs of those are passed over by blocks.
    @inline(__always)
    mutating func takeWord(_ set: ByteSet, _ bytes: Span<UInt8>) -> ByteRange {
        let start = position
        while position &+ 16 <= bytes.count {
            var marks = ~Block(bytes, position).alphanumeric & 0xFFFF
            while marks != 0 {
                let index = position &+ marks.trailingZeroBitCount
                guard index < end, set.contains(bytes[index]) else {
                    position = min(index, end)
                    return ByteRange(start, position)
                }
                marks &= marks &- 1
            }
            position &+= 16
            if position >= end {
                position = end
                return ByteRange(start, position)
            }
        }
        while position < end, set.contains(bytes[position]) { position &+= 1 }
        return ByteRange(start, position)
    }

    /// Passes a run of octets of `set` and of `%` escapes, each of which has to be complete.
    @inline(__always)
    mutating func takeEscaped(_ set: ByteSet, _ bytes: Span<UInt8>) throws(ScanError) -> ByteRange {
        let start = position
        while true {
            _ = takeWord(set, bytes)
            guard position < end, bytes[position] == UInt8(ascii: "%") else { return ByteRange(start, position) }
            guard position &+ 2 < end, hexValue(bytes[position &+ 1]) != nil, hexValue(bytes[position &+ 2]) != nil
            else { throw ScanError(position, "% and two hexadecimal digits") }
            position &+= 3
        }
    }

    /// Passes a quoted string, quotes included (`quoted-string`, RFC 3261 §25.1); the cursor stands on the first quote.
    mutating func takeQuotedString(_ bytes: Span<UInt8>) throws(ScanError) -> ByteRange {
        let start = position
        position &+= 1
        while position < end {
            if position &+ 8 <= end {
                let word = Words.load(bytes, position)
                let marks =
                    Words.equal(UInt8(ascii: "\""), word) | Words.equal(UInt8(ascii: "\\"), word)
                    | Words.below(1, word)
                if marks == 0 {
                    position &+= 8
                    continue
                }
                position &+= Words.first(marks)
            }
            switch bytes[position] {
            case UInt8(ascii: "\""):
                position &+= 1
                return ByteRange(start, position)
            case UInt8(ascii: "\\"):
                guard position &+ 1 < end, bytes[position &+ 1] < 0x80, bytes[position &+ 1] != 0x0D,
                    bytes[position &+ 1] != 0x0A
                else { throw ScanError(position, "a character that can be escaped") }
                position &+= 2
            case 0:
                throw ScanError(position, "no NUL")
            default:
                position &+= 1
            }
        }
        throw ScanError(start, "a closing quote")
    }

    /// Passes a decimal number of at least one digit that is not above `maximum`.
    mutating func takeNumber(_ bytes: Span<UInt8>, maximum: UInt64) throws(ScanError) -> UInt64 {
        let start = position
        var value: UInt64 = 0
        while position < end {
            let digit = bytes[position] &- UInt8(ascii: "0")
            guard digit < 10 else { break }
            // `maximum` is below 2^60 for every caller, so the product can not overflow before the check trips.
            value = value &* 10 &+ UInt64(digit)
            guard value <= maximum else { throw ScanError(start, "a smaller number") }
            position &+= 1
        }
        guard position > start else { throw ScanError(start, "a number") }
        return value
    }
}

/// The value of a hexadecimal digit, nil for any other octet.
@inline(__always)
func hexValue(_ byte: UInt8) -> UInt8? {
    switch byte {
    case UInt8(ascii: "0")...UInt8(ascii: "9"): byte &- UInt8(ascii: "0")
    case UInt8(ascii: "a")...UInt8(ascii: "f"): byte &- UInt8(ascii: "a") &+ 10
    case UInt8(ascii: "A")...UInt8(ascii: "F"): byte &- UInt8(ascii: "A") &+ 10
    default: nil
    }
}

@inline(__always)
func lowercaseASCII(_ byte: UInt8) -> UInt8 {
    byte &- UInt8(ascii: "A") < 26 ? byte | 0x20 : byte
}

/// Whether `range` of `bytes` spells `text`, ASCII case aside. `text` is lower case.
@inline(__always)
func equalsIgnoringCase(_ bytes: Span<UInt8>, _ range: ByteRange, _ text: StaticString) -> Bool {
    guard range.count == text.utf8CodeUnitCount else { return false }
    return compareIgnoringCase(bytes, range, text)
}

/// Whether the token in `range` is `text`: lower-case letters only, at most eight.
@inline(__always)
func isWord(_ bytes: Span<UInt8>, _ range: ByteRange, _ text: StaticString) -> Bool {
    let count = text.utf8CodeUnitCount
    guard range.count == count else { return false }
    return Words.lowercased(Words.load(bytes, upTo8: range)) & Words.mask(count) == Words.literal(text)
}

/// `range` has as many octets as `text`.
private func compareIgnoringCase(_ bytes: Span<UInt8>, _ range: ByteRange, _ text: StaticString) -> Bool {
    text.withUTF8Buffer { literal in
        // The buffer is the literal itself and has `range.count` octets by the guard above.
        for index in 0..<literal.count
        where lowercaseASCII(bytes[Int(range.start) &+ index]) != (unsafe literal[index]) {
            return false
        }
        return true
    }
}
