/// An integer of any size as sign and magnitude (32-bit words, lowest first, no leading zeros; zero is not negative).
///
/// Pure arithmetic for `Integer` beyond 64 bits. Values are at most 64 Kibit (`bitsMax`), so the schoolbook methods
/// do; the Machine charges for them before they run.
struct BigNumber: Equatable {
    static let bitsMax = 65_536

    var isNegative: Bool
    var words: [UInt32]

    init(_ value: Int64) { self.init(isNegative: value < 0, magnitude: value.magnitude) }

    init(isNegative: Bool, magnitude: UInt64) {
        self.init(isNegative, [UInt32(truncatingIfNeeded: magnitude), UInt32(truncatingIfNeeded: magnitude >> 32)])
    }

    init(_ isNegative: Bool, _ words: [UInt32]) {
        var words = words
        while words.last == 0 { words.removeLast() }
        self.words = words
        self.isNegative = isNegative && !words.isEmpty
    }

    /// The whole part of a finite float.
    init(truncating value: Double) {
        let whole = value.magnitude.rounded(.down)
        guard whole >= 1 else {
            self.init(0)
            return
        }
        let exponent = Int(whole.exponent)
        let mantissa = whole.significandBitPattern | 1 << 52
        let made = BigNumber(isNegative: false, magnitude: mantissa)
        self.init(value < 0, exponent >= 52 ? made.shifted(left: exponent - 52).words : made.shiftedDown(52 - exponent))
    }

    var isZero: Bool { words.isEmpty }

    var bitLength: Int { words.isEmpty ? 0 : words.count * 32 - words[words.count - 1].leadingZeroBitCount }

    /// The value, when it fits.
    var int64: Int64? {
        guard words.count <= 2 else { return nil }
        let magnitude = UInt64(words.first ?? 0) | UInt64(words.count > 1 ? words[1] : 0) << 32
        if isNegative { return magnitude <= 1 << 63 ? Int64(truncatingIfNeeded: 0 &- magnitude) : nil }
        return Int64(exactly: magnitude)
    }

    /// Nearest float, ties to even; infinite beyond its range.
    var double: Double {
        let length = bitLength
        guard length > 64 else {
            let magnitude = UInt64(words.first ?? 0) | UInt64(words.count > 1 ? words[1] : 0) << 32
            return isNegative ? -Double(magnitude) : Double(magnitude)
        }
        guard length <= 1024 else { return isNegative ? -.infinity : .infinity }
        // 64 bits from the top, the lowest of them set if anything below it is (it decides ties).
        let shift = length - 64
        let top = shiftedDown(shift)
        var bits = UInt64(top[0]) | UInt64(top.count > 1 ? top[1] : 0) << 32
        if (0..<shift).contains(where: { words[$0 / 32] >> UInt32($0 % 32) & 1 == 1 }) { bits |= 1 }
        let value = Double(sign: .plus, exponent: shift, significand: Double(bits))
        return isNegative ? -value : value
    }

    // MARK: Magnitudes

    static func compareMagnitudes(_ a: [UInt32], _ b: [UInt32]) -> Int {
        if a.count != b.count { return a.count < b.count ? -1 : 1 }
        for index in a.indices.reversed() where a[index] != b[index] { return a[index] < b[index] ? -1 : 1 }
        return 0
    }

    private static func sum(_ a: [UInt32], _ b: [UInt32]) -> [UInt32] {
        var result: [UInt32] = []
        result.reserveCapacity(max(a.count, b.count) + 1)
        var carry: UInt64 = 0
        for index in 0..<max(a.count, b.count) {
            carry += UInt64(index < a.count ? a[index] : 0) + UInt64(index < b.count ? b[index] : 0)
            result.append(UInt32(truncatingIfNeeded: carry))
            carry >>= 32
        }
        if carry > 0 { result.append(UInt32(carry)) }
        return result
    }

    /// a - b, where a is not less.
    private static func difference(_ a: [UInt32], _ b: [UInt32]) -> [UInt32] {
        var result = a
        var borrow: Int64 = 0
        for index in a.indices {
            let value = Int64(a[index]) - Int64(index < b.count ? b[index] : 0) + borrow
            result[index] = UInt32(truncatingIfNeeded: value)
            borrow = value >> 32
        }
        return result
    }

    private func shiftedDown(_ bits: Int) -> [UInt32] {
        let skipped = bits / 32
        guard skipped < words.count else { return [] }
        let rest = UInt32(bits % 32)
        var result = Array(words[skipped...])
        if rest > 0 {
            for index in result.indices {
                let high = index + 1 < result.count ? result[index + 1] : 0
                result[index] = result[index] >> rest | high << (32 - rest)
            }
        }
        return result
    }

    // MARK: Operators

    static func compare(_ a: BigNumber, _ b: BigNumber) -> Int {
        if a.isNegative != b.isNegative { return a.isNegative ? -1 : 1 }
        let order = compareMagnitudes(a.words, b.words)
        return a.isNegative ? -order : order
    }

    var negated: BigNumber { BigNumber(!isNegative, words) }

    static func + (a: BigNumber, b: BigNumber) -> BigNumber {
        if a.isNegative == b.isNegative { return BigNumber(a.isNegative, sum(a.words, b.words)) }
        return compareMagnitudes(a.words, b.words) >= 0
            ? BigNumber(a.isNegative, difference(a.words, b.words))
            : BigNumber(b.isNegative, difference(b.words, a.words))
    }

    static func - (a: BigNumber, b: BigNumber) -> BigNumber { a + b.negated }

    static func * (a: BigNumber, b: BigNumber) -> BigNumber {
        BigNumber(a.isNegative != b.isNegative, product(a.words, b.words))
    }

    /// Floored, as Ruby divides. `b` is not zero.
    static func floored(_ a: BigNumber, _ b: BigNumber) -> (quotient: BigNumber, rest: BigNumber) {
        let (quotient, rest) = truncated(a, b)
        if !rest.isZero, rest.isNegative != b.isNegative { return (quotient - BigNumber(1), rest + b) }
        return (quotient, rest)
    }

    static func truncated(_ a: BigNumber, _ b: BigNumber) -> (quotient: BigNumber, rest: BigNumber) {
        let (quotient, rest) = quotient(a.words, b.words)
        return (BigNumber(a.isNegative != b.isNegative, quotient), BigNumber(a.isNegative, rest))
    }

    func shifted(left bits: Int) -> BigNumber {
        let rest = UInt32(bits % 32)
        var result = [UInt32](repeating: 0, count: bits / 32)
        var carry: UInt32 = 0
        for word in words {
            result.append(rest == 0 ? word : word << rest | carry)
            carry = rest == 0 ? 0 : word >> (32 - rest)
        }
        result.append(carry)
        return BigNumber(isNegative, result)
    }

    /// Rounds down, also below zero.
    func shifted(right bits: Int) -> BigNumber {
        let result = BigNumber(isNegative, shiftedDown(bits))
        guard isNegative else { return result }
        let isExact = !(0..<min(bits, words.count * 32)).contains { words[$0 / 32] >> UInt32($0 % 32) & 1 == 1 }
        return isExact ? result : result - BigNumber(1)
    }

    // MARK: Bits (two's complement)

    /// `count` words of the two's complement.
    private func complement(_ count: Int) -> [UInt32] {
        var result = (0..<count).map { $0 < words.count ? words[$0] : 0 }
        guard isNegative else { return result }
        var carry: UInt64 = 1
        for index in result.indices {
            carry += UInt64(~result[index])
            result[index] = UInt32(truncatingIfNeeded: carry)
            carry >>= 32
        }
        return result
    }

    private init(complement: [UInt32]) {
        guard let last = complement.last, last >> 31 == 1 else {
            self.init(false, complement)
            return
        }
        var carry: UInt64 = 1
        self.init(
            true,
            complement.map { word in
                carry += UInt64(~word)
                defer { carry >>= 32 }
                return UInt32(truncatingIfNeeded: carry)
            })
    }

    static func bitwise(_ a: BigNumber, _ b: BigNumber, _ combine: (UInt32, UInt32) -> UInt32) -> BigNumber {
        let count = max(a.words.count, b.words.count) + 1
        return BigNumber(complement: zip(a.complement(count), b.complement(count)).map { combine($0, $1) })
    }

    func bit(_ index: Int) -> Bool {
        let count = max(words.count, index / 32 + 1) + 1
        guard count <= BigNumber.bitsMax / 32 + 2 else { return isNegative }
        return complement(count)[index / 32] >> UInt32(index % 32) & 1 == 1
    }
}
