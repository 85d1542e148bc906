/// An IPv4 address.
public struct IPv4Address: Hashable, Sendable, BitwiseCopyable, CustomStringConvertible {
    /// The address with its first octet in the highest bits.
    public let bits: UInt32

    /// The address of these bits.
    public init(bits: UInt32) { self.bits = bits }

    /// Four decimal numbers of one to three digits, none above 255; nil for anything else.
    public init?(_ text: some StringProtocol) {
        let bytes = Array(text.utf8)
        self.init(bytes.span, ByteRange(0, bytes.count))
    }

    init?(_ bytes: Span<UInt8>, _ range: ByteRange) {
        guard range.count >= 7, range.count <= 15 else { return nil }
        var bits: UInt32 = 0
        var part: UInt32 = 0
        var digits = 0
        var dots = 0
        for index in range.range {
            let byte = bytes[index]
            if byte == UInt8(ascii: ".") {
                guard digits > 0, dots < 3 else { return nil }
                bits = bits &<< 8 | part
                (part, digits, dots) = (0, 0, dots + 1)
            } else {
                let digit = byte &- UInt8(ascii: "0")
                guard digit < 10, digits < 3 else { return nil }
                part = part &* 10 &+ UInt32(digit)
                digits += 1
                guard part <= 255 else { return nil }
            }
        }
        guard dots == 3, digits > 0 else { return nil }
        self.bits = bits &<< 8 | part
    }

    /// Four decimal numbers.
    public var description: String {
        "\(bits &>> 24).\(bits &>> 16 & 255).\(bits &>> 8 & 255).\(bits & 255)"
    }
}

extension Cursor {
    /// Passes an IPv4 address that is not the beginning of a name; false, with the cursor where it was, when there is none.
    ///
    /// Without a loop: the lengths of the four numbers are random, and each wrong guess of the processor costs as much as
    /// ten of these steps. `IPv4ScanTests` compares with ``takeIPv4Address(_:)``.
    @inline(__always)
    mutating func skipIPv4Address(_ bytes: Span<UInt8>) -> Bool {
        guard position < end, bytes[position] &- UInt8(ascii: "0") < 10 else { return false }
        guard position >= 4, position &+ 16 <= bytes.count else { return takeIPv4Address(bytes) != nil }
        // A bit for each of sixteen octets that is no digit or not in the range, and for all after them.
        var marks = ~Block(bytes, position).digits
        marks |= UInt32.max &<< UInt32(truncatingIfNeeded: min(16, end &- position))
        let first = marks.trailingZeroBitCount
        marks &= marks &- 1
        let second = marks.trailingZeroBitCount
        marks &= marks &- 1
        let third = marks.trailingZeroBitCount
        marks &= marks &- 1
        let last = marks.trailingZeroBitCount
        guard
            isIPv4Number(bytes, 0, first), isIPv4Number(bytes, first &+ 1, second),
            isIPv4Number(bytes, second &+ 1, third), isIPv4Number(bytes, third &+ 1, last)
        else { return false }
        let dot = UInt8(ascii: ".")
        guard bytes[position &+ first] == dot, bytes[position &+ second] == dot, bytes[position &+ third] == dot else {
            return false
        }
        if position &+ last < end, ByteSet.hostName.contains(bytes[position &+ last]) { return false }
        position &+= last
        return true
    }

    /// Whether the digits from `from` to `to`, counted from the cursor, are one to three and not above 255. Octets before the
    /// cursor are looked at, but do not count.
    @inline(__always)
    private func isIPv4Number(_ bytes: Span<UInt8>, _ from: Int, _ to: Int) -> Bool {
        let count = to &- from
        // Of three digits the texts are in the order of the numbers.
        let isAbove = Words.loadThree(bytes, before: position &+ to) > 0x32_3535
        return count >= 1 && count <= 3 && !(count == 3 && isAbove)
    }

    /// Passes an IPv4 address that is not the beginning of a name. The cursor stays where it is when there is none.
    @inline(__always)
    mutating func takeIPv4Address(_ bytes: Span<UInt8>) -> IPv4Address? {
        guard position < end, bytes[position] &- UInt8(ascii: "0") < 10 else { return nil }
        var index = position
        var bits: UInt32 = 0
        var part: UInt32 = 0
        var digits = 0
        var dots = 0
        while index < end {
            let byte = bytes[index]
            let digit = byte &- UInt8(ascii: "0")
            if digit < 10 {
                part = part &* 10 &+ UInt32(digit)
                digits &+= 1
                guard digits <= 3, part <= 255 else { return nil }
            } else if byte == UInt8(ascii: ".") {
                guard digits > 0, dots < 3 else { return nil }
                bits = bits &<< 8 | part
                part = 0
                digits = 0
                dots &+= 1
            } else {
                if ByteSet.hostName.contains(byte) { return nil }
                break
            }
            index &+= 1
        }
        guard dots == 3, digits > 0 else { return nil }
        position = index
        return IPv4Address(bits: bits &<< 8 | part)
    }
}

/// An IPv6 address, without zone.
public struct IPv6Address: Hashable, Sendable, BitwiseCopyable, CustomStringConvertible {
    /// The first eight octets, the first of them in the highest bits; and the last eight.
    public let high: UInt64
    /// The last eight octets.
    public let low: UInt64

    /// The address of these bits.
    public init(high: UInt64, low: UInt64) {
        self.high = high
        self.low = low
    }

    /// Text of RFC 4291 §2.2 without brackets; nil for anything else.
    ///
    /// `:::` before an embedded IPv4 address is read as `::`: the grammar of RFC 3261 produced it by mistake
    /// (RFC 5118 §4.10).
    public init?(_ text: some StringProtocol) {
        let bytes = Array(text.utf8)
        self.init(bytes.span, ByteRange(0, bytes.count))
    }

    init?(_ bytes: Span<UInt8>, _ range: ByteRange, allowsTripleColon: Bool = true) {
        guard range.count >= 2, range.count <= 46 else { return nil }
        // The groups before and after `::`, or all of them before it.
        var before = GroupList()
        var after = GroupList()
        var hasGap = false
        var cursor = Cursor(range)
        if cursor.skip(UInt8(ascii: ":"), bytes) {
            guard cursor.peek(bytes) == UInt8(ascii: ":") else { return nil }
            cursor.position -= 1
        }
        while !cursor.isAtEnd {
            if cursor.skip(UInt8(ascii: ":"), bytes) {
                guard cursor.skip(UInt8(ascii: ":"), bytes), !hasGap else { return nil }
                hasGap = true
                if cursor.skip(UInt8(ascii: ":"), bytes) {
                    guard allowsTripleColon, IPv4Address(bytes, ByteRange(cursor.position, cursor.end)) != nil else {
                        return nil
                    }
                }
                continue
            }
            guard before.count + after.count < 8 else { return nil }
            if let address = IPv4Address(bytes, ByteRange(cursor.position, cursor.end)) {
                for group in [address.bits &>> 16, address.bits & 0xFFFF] {
                    if hasGap { after.append(group) } else { before.append(group) }
                }
                cursor.position = cursor.end
                break
            }
            var group: UInt32 = 0
            var digits = 0
            while let byte = cursor.peek(bytes), let value = hexValue(byte) {
                guard digits < 4 else { return nil }
                group = group &<< 4 | UInt32(value)
                digits += 1
                cursor.position += 1
            }
            guard digits > 0 else { return nil }
            if hasGap { after.append(group) } else { before.append(group) }
            if cursor.isAtEnd { break }
            // A single colon must be followed by a group, a double one is handled at the top of the loop.
            guard cursor.peek(bytes) == UInt8(ascii: ":"), cursor.position + 1 < cursor.end else { return nil }
            if bytes[cursor.position + 1] != UInt8(ascii: ":") { cursor.position += 1 }
        }
        let count = before.count + after.count
        guard hasGap ? count < 8 : count == 8 else { return nil }
        let bits = before.bits &<< UInt128(16 * (8 - before.count)) | after.bits
        high = UInt64(truncatingIfNeeded: bits &>> 64)
        low = UInt64(truncatingIfNeeded: bits)
    }

    /// Up to eight groups, the last in the lowest bits.
    private struct GroupList {
        var bits: UInt128 = 0
        var count = 0

        mutating func append(_ group: UInt32) {
            bits = bits &<< 16 | UInt128(group)
            count += 1
        }
    }

    /// The canonical text of RFC 5952, without brackets.
    public var description: String {
        if high == 0, low &>> 32 == 0xFFFF {
            return "::ffff:" + IPv4Address(bits: UInt32(truncatingIfNeeded: low)).description
        }
        var groups: [UInt16] = []
        for shift in [48, 32, 16, 0] as [UInt64] { groups.append(UInt16(truncatingIfNeeded: high &>> shift)) }
        for shift in [48, 32, 16, 0] as [UInt64] { groups.append(UInt16(truncatingIfNeeded: low &>> shift)) }
        var best = 0..<0
        var start = 0
        while start < 8 {
            var end = start
            while end < 8, groups[end] == 0 { end += 1 }
            if end - start > max(best.count, 1) { best = start..<end }
            start = max(end, start + 1)
        }
        let text = { (part: Range<Int>) in
            part.map { String(groups[$0], radix: 16) }.joined(separator: ":")
        }
        if best.isEmpty { return text(0..<8) }
        return text(0..<best.lowerBound) + "::" + text(best.upperBound..<8)
    }
}
