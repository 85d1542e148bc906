/// Products and quotients of magnitudes, in limbs of 64 bits: a quarter of the steps that words of 32 bits take.
extension BigNumber {
    static func limbs(_ words: [UInt32]) -> [UInt64] {
        stride(from: 0, to: words.count, by: 2).map { low in
            UInt64(words[low]) | (low + 1 < words.count ? UInt64(words[low + 1]) << 32 : 0)
        }
    }

    private static func words(_ limbs: [UInt64]) -> [UInt32] {
        var result: [UInt32] = []
        result.reserveCapacity(limbs.count * 2)
        for limb in limbs {
            result.append(UInt32(truncatingIfNeeded: limb))
            result.append(UInt32(truncatingIfNeeded: limb >> 32))
        }
        return result
    }

    static func product(_ left: [UInt32], _ right: [UInt32]) -> [UInt32] {
        let (a, b) = (limbs(left), limbs(right))
        var result = [UInt64](repeating: 0, count: a.count + b.count)
        for (offset, limb) in a.enumerated() { result[offset + b.count] = add(b, times: limb, to: &result, at: offset) }
        return words(result)
    }

    /// Adds limbs × `factor` at a place; returns the carry.
    private static func add(_ limbs: [UInt64], times factor: UInt64, to sum: inout [UInt64], at place: Int) -> UInt64 {
        var carry: UInt64 = 0
        for (index, limb) in limbs.enumerated() {
            // At most (2^64 - 1)^2 + 2 × (2^64 - 1): it fits.
            let next = UInt128(factor) &* UInt128(limb) &+ UInt128(sum[place &+ index]) &+ UInt128(carry)
            sum[place &+ index] = UInt64(truncatingIfNeeded: next)
            carry = UInt64(truncatingIfNeeded: next >> 64)
        }
        return carry
    }

    /// Subtracts limbs × `factor` at a place; returns what is missing.
    private static func subtract(
        _ limbs: [UInt64], times factor: UInt64, from rest: inout [UInt64], at place: Int
    ) -> UInt64 {
        var carry: UInt64 = 0
        for (index, limb) in limbs.enumerated() {
            let product = UInt128(factor) &* UInt128(limb) &+ UInt128(carry)
            // In 128 bits, not by a comparison: the processor would guess its branch wrong every other time.
            let less = UInt128(rest[place &+ index]) &- UInt128(UInt64(truncatingIfNeeded: product))
            rest[place &+ index] = UInt64(truncatingIfNeeded: less)
            // It fits: where the upper half is all ones, the lower is zero.
            carry = UInt64(truncatingIfNeeded: product >> 64) &+ UInt64(truncatingIfNeeded: less >> 127)
        }
        return carry
    }

    /// Quotient and rest. `right` is not zero and has no leading zeros.
    static func quotient(_ left: [UInt32], _ right: [UInt32]) -> (quotient: [UInt32], rest: [UInt32]) {
        if compareMagnitudes(left, right) < 0 { return ([], left) }
        let a = limbs(left)
        let b = limbs(right)
        let (quotient, rest) = b.count == 1 ? divide(a, by: b[0]) : divide(a, by: b)
        return (words(quotient), words(rest))
    }

    private static func divide(_ a: [UInt64], by b: UInt64) -> (quotient: [UInt64], rest: [UInt64]) {
        var quotient = a
        var rest: UInt64 = 0
        for index in a.indices.reversed() {
            (quotient[index], rest) = b.dividingFullWidth((rest, a[index]))
        }
        return (quotient, [rest])
    }

    /// `limbs` shifted up by less than 64 bits, one limb longer.
    private static func shifted(_ limbs: [UInt64], up bits: Int) -> [UInt64] {
        var result = limbs + [0]
        for index in result.indices.reversed() {
            let below = index > 0 ? result[index - 1] : 0
            result[index] = result[index] << bits | (bits > 0 ? below >> (64 - bits) : 0)
        }
        return result
    }

    /// Knuth's algorithm D. `b` has at least two limbs, and is not more than `a`.
    private static func divide(_ a: [UInt64], by b: [UInt64]) -> (quotient: [UInt64], rest: [UInt64]) {
        let shift = b[b.count - 1].leadingZeroBitCount
        let divisor = Array(shifted(b, up: shift).dropLast())
        var rest = shifted(a, up: shift)
        let count = divisor.count
        let (high, next) = (divisor[count - 1], divisor[count - 2])
        var quotient = [UInt64](repeating: 0, count: rest.count - count)
        for place in quotient.indices.reversed() {
            var digit = guess(rest[place + count], rest[place + count - 1], rest[place + count - 2], high, next)
            let carry = subtract(divisor, times: digit, from: &rest, at: place)
            let isTooMuch = rest[place + count] < carry
            rest[place + count] &-= carry
            if isTooMuch {
                digit &-= 1
                rest[place + count] &+= add(divisor, times: 1, to: &rest, at: place)
            }
            quotient[place] = digit
        }
        // Back down.
        for index in rest.indices {
            let above = index + 1 < rest.count ? rest[index + 1] : 0
            rest[index] = rest[index] >> shift | (shift > 0 ? above << (64 - shift) : 0)
        }
        return (quotient, rest)
    }

    /// The next limb of a quotient, from the top three limbs of the rest and the top two of the divisor: right, or one too much.
    private static func guess(_ top: UInt64, _ second: UInt64, _ third: UInt64, _ high: UInt64, _ next: UInt64)
        -> UInt64
    {
        var guess = UInt64.max
        // What the guess leaves of the rest's top two limbs.
        var left: UInt128
        if top < high {
            let (quotient, rest) = high.dividingFullWidth((top, second))
            (guess, left) = (quotient, UInt128(rest))
        } else {
            // The top limbs are equal (it is never more): the quotient would not fit.
            left = UInt128(second) &+ UInt128(high)
        }
        while left <= UInt128(UInt64.max), UInt128(guess) &* UInt128(next) > left << 64 | UInt128(third) {
            guess &-= 1
            left &+= UInt128(high)
        }
        return guess
    }
}
