/// Integers in decimal, written in place.
enum DecimalDigits {
    /// How many bytes the number takes, with its sign.
    static func count(_ value: Int64) -> Int {
        var rest = value.magnitude
        var count = value < 0 ? 2 : 1
        while rest >= 10_000 {
            rest /= 10_000
            count &+= 4
        }
        if rest >= 1000 { return count &+ 3 }
        if rest >= 100 { return count &+ 2 }
        return rest >= 10 ? count &+ 1 : count
    }
}

extension Region {
    /// Writes an integer's decimal digits; returns how many bytes they took.
    mutating func write(_ value: Int64, to handle: Handle, _ offset: Int) -> Int {
        let count = DecimalDigits.count(value)
        var rest = value.magnitude
        var place = offset &+ count
        repeat {
            place &-= 1
            let (quotient, digit) = rest.quotientAndRemainder(dividingBy: 10)
            setByte(handle, place, UInt8(truncatingIfNeeded: 48 &+ digit))
            rest = quotient
        } while rest > 0
        if value < 0 { setByte(handle, offset, 0x2D) }
        return count
    }
}
