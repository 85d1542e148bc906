/// Digits of big integers, and big integers of digits.
extension BigNumber {
    /// Digits in a radix from 2 to 36, with the sign.
    func text(radix: UInt32) -> [UInt8] {
        guard !isZero else { return [0x30] }
        let (unit, unitDigits) = BigNumber.unit(of: radix)
        // Unit, unit², unit⁴ …: halving the number by them is a few long divisions, which take less than many short ones.
        var powers = [BigNumber(isNegative: false, magnitude: unit)]
        while let power = powers.last, power.words.count * 2 <= words.count { powers.append(power * power) }
        var digits: [UInt8] = isNegative ? [0x2D] : []

        /// Appends `count` digits, zeros in front; as many as there are when `count` is 0.
        func append(_ number: BigNumber, level: Int, count: Int) {
            guard level >= BigNumber.shortLevels else {
                let shown = number.reversedDigits(radix: radix, unit, unitDigits)
                for _ in shown.count..<max(shown.count, count) { digits.append(0x30) }
                digits.append(contentsOf: shown.reversed())
                return
            }
            let (high, low) = BigNumber.truncated(number, powers[level - 1])
            let half = unitDigits << (level - 1)
            if count == 0, high.isZero { return append(low, level: level - 1, count: 0) }
            append(high, level: level - 1, count: max(0, count - half))
            append(low, level: level - 1, count: half)
        }
        append(BigNumber(false, words), level: powers.count, count: 0)
        return digits
    }

    /// Numbers below unit^(2^(levels - 1)) are divided by the unit again and again.
    private static let shortLevels = 6

    /// The digits, lowest first, without the sign; none of zero.
    private func reversedDigits(radix: UInt32, _ unit: UInt64, _ unitDigits: Int) -> [UInt8] {
        var digits: [UInt8] = []
        var rest = BigNumber.limbs(words)
        while !rest.isEmpty {
            var part: UInt64 = 0
            for index in rest.indices.reversed() {
                (rest[index], part) = unit.dividingFullWidth((part, rest[index]))
            }
            while rest.last == 0 { rest.removeLast() }
            for _ in 0..<unitDigits {
                let digit = UInt8(part % UInt64(radix))
                digits.append(digit < 10 ? 0x30 + digit : 0x57 + digit)
                part /= UInt64(radix)
            }
        }
        while digits.last == 0x30 { digits.removeLast() }
        return digits
    }

    /// The largest power of a radix in a word of 64 bits, and its exponent: that many digits are done at a time.
    private static func unit(of radix: UInt32) -> (unit: UInt64, digits: Int) {
        var unit = UInt64(radix)
        var digits = 1
        while case let (next, overflow) = unit.multipliedReportingOverflow(by: UInt64(radix)), !overflow {
            unit = next
            digits += 1
        }
        return (unit, digits)
    }

    /// From digits of a radix; nil when there would be more than `bitsMax` bits.
    init?(digits: some Sequence<UInt8>, radix: UInt32, isNegative: Bool) {
        let most = BigNumber.unit(of: radix).digits
        var words: [UInt64] = []
        var (part, unit, count): (UInt64, UInt64, Int) = (0, 1, 0)
        func add(_ words: inout [UInt64]) {
            var carry = part
            for index in words.indices {
                let (high, low) = words[index].multipliedFullWidth(by: unit)
                let (sum, overflow) = low.addingReportingOverflow(carry)
                words[index] = sum
                // At most (2^64 - 1)^2 + 2^64 - 1: it fits.
                carry = high &+ (overflow ? 1 : 0)
            }
            if carry > 0 { words.append(carry) }
        }
        for digit in digits {
            part = part * UInt64(radix) + UInt64(digit)
            unit *= UInt64(radix)
            count += 1
            guard count == most else { continue }
            add(&words)
            (part, unit, count) = (0, 1, 0)
            if words.count * 64 > BigNumber.bitsMax + 64 { return nil }
        }
        if count > 0 { add(&words) }
        self.init(
            isNegative,
            words.flatMap { [UInt32(truncatingIfNeeded: $0), UInt32(truncatingIfNeeded: $0 >> 32)] })
        if bitLength > BigNumber.bitsMax { return nil }
    }
}
