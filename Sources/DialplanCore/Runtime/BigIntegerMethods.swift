/// Integers beyond 64 bits: objects of the region whose words are copied out for an operation and back in. What an
/// operation costs is charged before it runs, by words or by words × words.
extension Machine {
    // MARK: Values

    func bigNumber(_ value: Value) -> BigNumber? {
        switch value.tag {
        case .integer: return BigNumber(value.integer)
        case .bigInteger: return heap.bigNumber(value.handle)
        default: return nil
        }
    }

    /// The Integer of a number: a plain one when it fits 64 bits.
    mutating func integerValue(_ number: BigNumber) throws(Stop) -> Value {
        if let small = number.int64 { return .integer(small) }
        guard number.bitLength <= BigNumber.bitsMax else { throw tooBig() }
        return try heap.newBigInteger(number)
    }

    mutating func integerValue(_ bits: UInt64) throws(Stop) -> Value {
        if let small = Int64(exactly: bits) { return .integer(small) }
        return try integerValue(BigNumber(isNegative: false, magnitude: bits))
    }

    mutating func tooBig() -> Stop { error(Core.rangeError, "integers of more than 65536 bits are not supported") }

    private mutating func charge(_ a: BigNumber, _ b: BigNumber) {
        fuel &-= Int64(1 + a.words.count * max(1, b.words.count) / 16)
    }

    mutating func bigText(_ value: Value, radix: Int = 10) throws(Stop) -> Value {
        let number = heap.bigNumber(value.handle)
        charge(number, number)
        return try heap.newString(number.text(radix: UInt32(radix)))
    }

    /// `to_i`, `hex`, `Integer()` of digits that need more than 64 bits. Nil when the text is no integer.
    mutating func bigInteger(_ text: Value, radix: Int, strict: Bool) throws(Stop) -> Value? {
        let count = heap.length(text.handle)
        guard count <= BigNumber.bitsMax + 64 else { throw tooBig() }
        fuel &-= Int64(1 + count * count / 1024)
        guard let parts = NumberText.digits(heap.bytes(text), radix: radix, strict: strict) else { return nil }
        guard
            let number = BigNumber(digits: parts.digits, radix: UInt32(parts.radix), isNegative: parts.isNegative)
        else { throw tooBig() }
        return try integerValue(number)
    }

    // MARK: Methods

    /// A method of Integer of which receiver or argument is beyond 64 bits, or whose result may be.
    mutating func callBigInteger(_ method: IntegerMethod, _ call: NativeCall) throws(Stop) -> Value {
        let other = argument(call, 0)
        // One that fits 64 bits is never equal to one that does not.
        if method == .equal, other.tag == .integer || other.tag == .bigInteger, other.tag != call.receiver.tag {
            return .false
        }
        guard let left = bigNumber(call.receiver) else { throw missingMethod(call) }
        // Words are copied out.
        heap.work &+= Int64(left.words.count >> 4)
        if other.tag == .bigInteger { heap.work &+= Int64(heap.bigIntegerWords(other.handle) >> 4) }
        switch method {
        case .plus, .minus, .times, .divide, .modulo, .less, .lessEqual, .greater, .greaterEqual, .compare, .fdiv,
            .power, .div, .remainder, .divmod:
            if other.tag == .float {
                let method = IntegerMethod.ofFloat(method)
                if let answer = orderedExactly(method, call.receiver, other) { return answer }
                return try floatArithmetic(method, left.double, other.double)
            }
            guard let right = bigNumber(other) else {
                if other.tag == .object { throw .slow }
                if method == .compare { return .null }
                switch method {
                case .less, .lessEqual, .greater, .greaterEqual:
                    throw error(Core.argumentError, "comparison of Integer with ", try inspected(other), " failed")
                default: throw coercion(other, "Integer")
                }
            }
            return try bigArithmetic(method, left, right)
        case .equal:
            if other.tag == .float {
                return .bool(
                    other.double.isFinite && BigNumber(truncating: other.double) == left
                        && other.double == other.double.rounded())
            }
            if other.tag == .object, heap.hasCustomEquality { throw .slow }
            return .bool(bigNumber(other) == left)
        case .negate: return try integerValue(left.negated)
        case .complement: return try integerValue(left.negated - BigNumber(1))
        case .plusSign, .toI, .floor, .ord, .round: return call.receiver
        case .and, .or, .xor:
            guard let right = bigNumber(other) else { throw coercion(other, "Integer") }
            fuel &-= Int64(left.words.count + right.words.count) >> 2
            return try integerValue(
                BigNumber.bitwise(left, right) { a, b in method == .and ? a & b : method == .or ? a | b : a ^ b })
        case .shiftLeft, .shiftRight:
            guard other.tag == .integer else { throw typeMismatch(other, into: "Integer") }
            let amount = method == .shiftLeft ? bounded(other.integer) : -bounded(other.integer)
            if left.isZero { return .integer(0 as Int64) }
            if amount < 0 {
                if -amount > BigNumber.bitsMax { return .integer(left.isNegative ? -1 : 0 as Int64) }
                return try integerValue(left.shifted(right: -amount))
            }
            guard amount + left.bitLength <= BigNumber.bitsMax else { throw tooBig() }
            return try integerValue(left.shifted(left: amount))
        case .toS:
            // The receiver may be a plain one.
            if other.tag == .bigInteger { throw error(Core.rangeError, "bignum too big to convert into `long'") }
            let radix = other.tag == .integer ? other.integer : 10
            guard radix >= 2, radix <= 36 else { throw error(Core.argumentError, "invalid radix") }
            return try bigText(call.receiver, radix: Int(radix))
        case .toF: return .float(left.double)
        case .chr: throw error(Core.rangeError, "bignum out of char range")
        case .succ: return try integerValue(left + BigNumber(1))
        case .pred: return try integerValue(left - BigNumber(1))
        case .abs: return try integerValue(BigNumber(false, left.words))
        case .isZero: return .bool(left.isZero)
        case .isEven: return .bool(!left.bit(0))
        case .isOdd: return .bool(left.bit(0))
        case .isPositive: return .bool(!left.isNegative && !left.isZero)
        case .isNegative: return .bool(left.isNegative)
        case .isNonzero: return left.isZero ? .null : call.receiver
        case .bit:
            guard other.tag == .integer, other.integer >= 0 else { return .integer(0 as Int64) }
            fuel &-= Int64(left.words.count) >> 2
            return .integer(left.bit(bounded(other.integer)) ? 1 : 0 as Int64)
        case .gcd, .lcm: return try bigDivisor(method, left, other)
        case .isInteger, .isFinite: return .true
        case .isNaN: return .false
        case .isInfinite: return .null
        case .size: return .integer(Int64((left.bitLength + 7) / 8))
        case .bitLength:
            return .integer(left.isNegative ? (left + BigNumber(1)).bitLength : left.bitLength)
        case .coerce:
            if other.tag == .float { return try heap.newArray(other, .float(left.double)) }
            guard bigNumber(other) != nil else { throw coercion(other, "Integer") }
            return try heap.newArray(other, call.receiver)
        case .toA:
            let list = try heap.newArray(capacity: 1)
            heap.push(list, reserved: call.receiver)
            return .array(list)
        case .digits, .between, .clamp, .pow, .hash: throw .slow
        }
    }

    mutating func bigArithmetic(
        _ method: IntegerMethod, _ a: BigNumber, _ b: BigNumber
    ) throws(Stop) -> Value {
        switch method {
        case .plus, .minus:
            fuel &-= Int64(a.words.count + b.words.count) >> 3
            return try integerValue(method == .plus ? a + b : a - b)
        case .times:
            guard a.bitLength + b.bitLength <= BigNumber.bitsMax + 1 else { throw tooBig() }
            charge(a, b)
            return try integerValue(a * b)
        case .divide, .modulo, .div, .remainder, .divmod:
            guard !b.isZero else { throw error(Core.zeroDivisionError, "divided by 0") }
            charge(a, b)
            if method == .remainder { return try integerValue(BigNumber.truncated(a, b).rest) }
            let (quotient, rest) = BigNumber.floored(a, b)
            switch method {
            case .modulo: return try integerValue(rest)
            case .divmod: return try heap.newArray(try integerValue(quotient), try integerValue(rest))
            default: return try integerValue(quotient)
            }
        case .less: return .bool(BigNumber.compare(a, b) < 0)
        case .lessEqual: return .bool(BigNumber.compare(a, b) <= 0)
        case .greater: return .bool(BigNumber.compare(a, b) > 0)
        case .greaterEqual: return .bool(BigNumber.compare(a, b) >= 0)
        case .compare: return .integer(BigNumber.compare(a, b))
        case .fdiv: return .float(a.double / b.double)
        case .power:
            guard let exponent = b.int64 else {
                if b.isNegative { return .float(0) }
                if a.int64 == 0 || a.int64 == 1 { return try integerValue(a) }
                if a.int64 == -1 { return .integer(b.bit(0) ? -1 : 1 as Int64) }
                throw tooBig()
            }
            if exponent < 0 { return .float(FloatMath.power(a.double, Double(exponent))) }
            return try bigPower(a, exponent)
        default: throw .slow
        }
    }

    mutating func bigPower(_ a: BigNumber, _ exponent: Int64) throws(Stop) -> Value {
        if a.words == [1] || a.isZero {
            return try integerValue(exponent == 0 || (a.isNegative && exponent & 1 == 0) ? BigNumber(1) : a)
        }
        // The result has at least (bits - 1) × exponent bits.
        guard exponent <= Int64(BigNumber.bitsMax), Int64(a.bitLength - 1) * exponent <= Int64(BigNumber.bitsMax) else {
            throw tooBig()
        }
        var result = BigNumber(1)
        var base = a
        var rest = exponent
        while rest > 0 {
            if rest & 1 == 1 {
                charge(result, base)
                result = result * base
            }
            rest >>= 1
            if rest > 0 {
                charge(base, base)
                base = base * base
            }
        }
        return try integerValue(result)
    }

    private mutating func bigDivisor(
        _ method: IntegerMethod, _ left: BigNumber, _ other: Value
    ) throws(Stop) -> Value {
        guard let right = bigNumber(other) else { throw typeMismatch(other, into: "Integer") }
        // Long ones step by step in the prelude, where a run can stop.
        guard left.words.count + right.words.count <= 64 else { throw .slow }
        var (a, b) = (BigNumber(false, left.words), BigNumber(false, right.words))
        while !b.isZero {
            charge(a, b)
            (a, b) = (b, BigNumber.truncated(a, b).rest)
        }
        if method == .gcd { return try integerValue(a) }
        if a.isZero { return .integer(0 as Int64) }
        guard left.bitLength + right.bitLength - a.bitLength <= BigNumber.bitsMax else { throw tooBig() }
        charge(left, right)
        let product = BigNumber.truncated(left, a).quotient * right
        return try integerValue(BigNumber(false, product.words))
    }
}

extension Heap {
    func bigIntegerWords(_ handle: Handle) -> Int { Int(region.u32(handle, Layout.BigInteger.count)) }

    func bigNumber(_ handle: Handle) -> BigNumber {
        let count = bigIntegerWords(handle)
        return BigNumber(
            region.u32(handle, Layout.BigInteger.isNegative) == 1,
            (0..<count).map { region.u32(handle, Layout.BigInteger.words + $0 * 4) })
    }

    mutating func newBigInteger(_ number: BigNumber) throws(Stop) -> Value {
        let size = Layout.BigInteger.words + number.words.count * 4
        let handle = try region.allocate(.bigInteger, size: size, class: Core.integer)
        region.set(handle, Layout.BigInteger.count, u32: UInt32(number.words.count))
        region.set(handle, Layout.BigInteger.isNegative, u32: number.isNegative ? 1 : 0)
        for (index, word) in number.words.enumerated() {
            region.set(handle, Layout.BigInteger.words + index * 4, u32: word)
        }
        region.setFlags(.frozen, of: handle)
        work &+= Int64(number.words.count >> 2)
        return Value(.bigInteger, handle)
    }

    /// Order of two numbers of which one is beyond 64 bits; nil when one is no number (or NaN).
    func compareBig(_ left: Value, _ right: Value) -> Int? {
        // What fits 64 bits lies on the near side of what does not: no words are copied.
        func isSmall(_ value: Value) -> Bool {
            value.tag == .integer || value.tag == .float && value.double.magnitude < 0x1p63
        }
        func side(_ value: Value) -> Int { region.u32(value.handle, Layout.BigInteger.isNegative) == 1 ? -1 : 1 }
        if left.tag == .bigInteger, isSmall(right) { return side(left) }
        if right.tag == .bigInteger, isSmall(left) { return -side(right) }
        func number(_ value: Value) -> BigNumber? {
            value.tag == .integer ? BigNumber(value.integer) : value.tag == .bigInteger ? bigNumber(value.handle) : nil
        }
        if let a = number(left), let b = number(right) { return BigNumber.compare(a, b) }
        func order(_ a: BigNumber, _ b: Double) -> Int? {
            if b.isNaN { return nil }
            if b.isInfinite { return b < 0 ? 1 : -1 }
            let whole = BigNumber.compare(a, BigNumber(truncating: b))
            if whole != 0 { return whole }
            return b == b.rounded(.towardZero) ? 0 : b > 0 ? -1 : 1
        }
        if let a = number(left), right.tag == .float { return order(a, right.double) }
        if left.tag == .float, let b = number(right) { return order(b, left.double).map { -$0 } }
        return nil
    }
}
