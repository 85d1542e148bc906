/// Integer of 64 bits. What is larger, or may become so, is done in `BigIntegerMethods.swift`.
enum IntegerMethod: UInt8 {
    case plus, minus, times, divide, modulo, power, negate, plusSign, complement, and, or, xor, shiftLeft, shiftRight
    case equal, less, lessEqual, greater, greaterEqual, compare, toS, toI, toF, chr, succ, pred, abs, isZero, isEven
    case isOdd, div, divmod, floor, round, isPositive, isNegative, bit, digits, gcd, lcm, between, clamp, fdiv,
        remainder
    case toA, ord, isInteger, size, bitLength, coerce, isNonzero, pow, hash, isFinite, isNaN, isInfinite

    static let table: [NativeRow<IntegerMethod>] = [
        NativeRow("+", .plus, 1), NativeRow("-", .minus, 1), NativeRow("*", .times, 1), NativeRow("/", .divide, 1),
        NativeRow("%", .modulo, 1), NativeRow("modulo", .modulo, 1), NativeRow("**", .power, 1),
        NativeRow("pow", .power, 1), NativeRow("-@", .negate), NativeRow("+@", .plusSign), NativeRow("~", .complement),
        NativeRow("&", .and, 1), NativeRow("|", .or, 1), NativeRow("^", .xor, 1), NativeRow("<<", .shiftLeft, 1),
        NativeRow(">>", .shiftRight, 1), NativeRow("==", .equal, 1), NativeRow("===", .equal, 1),
        NativeRow("<", .less, 1), NativeRow("<=", .lessEqual, 1), NativeRow(">", .greater, 1),
        NativeRow(">=", .greaterEqual, 1), NativeRow("<=>", .compare, 1), NativeRow("to_s", .toS, 0, 1),
        NativeRow("inspect", .toS, 0, 1), NativeRow("ToString", .toS, 0, 1), NativeRow("to_i", .toI),
        NativeRow("to_int", .toI), NativeRow("to_f", .toF), NativeRow("chr", .chr, 0, 1), NativeRow("succ", .succ),
        NativeRow("next", .succ), NativeRow("pred", .pred), NativeRow("abs", .abs), NativeRow("magnitude", .abs),
        NativeRow("zero?", .isZero), NativeRow("even?", .isEven), NativeRow("odd?", .isOdd), NativeRow("div", .div, 1),
        NativeRow("divmod", .divmod, 1), NativeRow("floor", .floor, 0, 1), NativeRow("ceil", .floor, 0, 1),
        NativeRow("truncate", .floor, 0, 1), NativeRow("round", .round, 0, 1), NativeRow("positive?", .isPositive),
        NativeRow("negative?", .isNegative), NativeRow("[]", .bit, 1), NativeRow("digits", .digits),
        NativeRow("gcd", .gcd, 1), NativeRow("lcm", .lcm, 1), NativeRow("fdiv", .fdiv, 1),
        NativeRow("remainder", .remainder, 1), NativeRow("to_a", .toA), NativeRow("ord", .ord),
        NativeRow("integer?", .isInteger), NativeRow("size", .size), NativeRow("bit_length", .bitLength),
        NativeRow("coerce", .coerce, 1), NativeRow("nonzero?", .isNonzero), NativeRow("finite?", .isFinite),
        NativeRow("nan?", .isNaN), NativeRow("infinite?", .isInfinite),
    ]

    /// The method of Float that does the same.
    static func ofFloat(_ method: IntegerMethod) -> FloatMethod {
        switch method {
        case .plus: .plus
        case .minus: .minus
        case .times: .times
        case .divide, .fdiv: .divide
        case .modulo: .modulo
        case .less: .less
        case .lessEqual: .lessEqual
        case .greater: .greater
        case .greaterEqual: .greaterEqual
        case .power: .power
        case .div: .div
        case .divmod: .divmod
        default: .compare
        }
    }
}

extension Machine {
    mutating func callInteger(_ method: IntegerMethod, _ call: NativeCall) throws(Stop) -> Value {
        let other = argument(call, 0)
        if call.receiver.tag == .bigInteger || other.tag == .bigInteger { return try callBigInteger(method, call) }
        let left = call.receiver.integer
        switch method {
        case .plus, .minus, .times, .divide, .modulo, .less, .lessEqual, .greater, .greaterEqual, .compare, .fdiv,
            .power, .div, .remainder, .divmod:
            if other.tag == .float {
                return try arithmetic(method, Double(left), other.double)
            }
            guard other.tag == .integer else {
                if method == .compare { return other.tag == .object ? .null : .null }
                // `coerce` of script classes is called by the prelude.
                if other.tag == .object { throw .slow }
                if method == .less || method == .lessEqual || method == .greater || method == .greaterEqual {
                    throw error(
                        Core.argumentError, "comparison of Integer with ", try inspected(other), " failed")
                }
                if other.tag == .string || other.tag == .null || other.isHeap || !other.isTruthy || other.tag == .isTrue
                    || other.tag == .symbol
                {
                    throw coercion(other, "Integer")
                }
                throw coercion(other, "Integer")
            }
            return try arithmetic(method, left, other.integer)
        case .equal:
            if other.tag == .integer { return .bool(left == other.integer) }
            if other.tag == .float { return .bool(Double(left) == other.double) }
            if other.tag == .object, heap.hasCustomEquality { throw .slow }
            return .false
        case .negate: return left == Int64.min ? try callBigInteger(method, call) : .integer(-left)
        case .plusSign, .toI, .floor, .ord: return call.receiver
        case .round:
            guard other.tag == .integer, other.integer < 0, other.integer > -18 else { return call.receiver }
            var unit: Int64 = 1
            for _ in 0..<(-other.integer) { unit *= 10 }
            let rest = left % unit
            let base = left - rest
            return .integer(rest.magnitude * 2 >= UInt64(unit) ? base &+ (left < 0 ? -unit : unit) : base)
        case .complement: return .integer(~left)
        case .and, .or, .xor:
            guard other.tag == .integer else { throw coercion(other, "Integer") }
            return .integer(
                method == .and ? left & other.integer : method == .or ? left | other.integer : left ^ other.integer)
        case .shiftLeft, .shiftRight:
            var amount = try integerArgument(call, 0)
            if method == .shiftRight { amount = amount == Int.min ? Int.max : -amount }
            if amount <= 0 { return .integer(amount < -63 ? (left < 0 ? -1 : 0) : left >> Int64(-amount)) }
            if left == 0 { return .integer(0 as Int64) }
            guard amount < 63, (left << Int64(amount)) >> Int64(amount) == left else {
                return try callBigInteger(method, call)
            }
            return .integer(left << Int64(amount))
        case .toS:
            let radix = other.tag == .integer ? other.integer : 10
            guard radix >= 2, radix <= 36 else { throw error(Core.argumentError, "invalid radix") }
            let text = try heap.newString(capacity: 24)
            heap.region.setFlags(.asciiText, of: text)
            if radix == 10 {
                try heap.append(text, integer: left)
            } else {
                try heap.append(text, integer: left, radix: UInt64(radix))
            }
            return .string(text)
        case .toF: return .float(Double(left))
        case .chr:
            guard left >= 0, left <= 0x10FFFF, other.tag != .undefined || left <= 255 else {
                throw error(Core.rangeError, "", try immediateText(call.receiver), " out of char range")
            }
            let text = try heap.newString(capacity: 4)
            if left > 255 || (other.tag != .undefined && left > 127) {
                guard let scalar = Unicode.Scalar(UInt32(left)) else {
                    throw error(Core.rangeError, "invalid codepoint")
                }
                for byte in UTF8.encode(scalar) ?? .init() { try heap.append(text, byte: byte) }
            } else {
                try heap.append(text, byte: UInt8(left))
            }
            return .string(text)
        case .succ: return left == Int64.max ? try callBigInteger(method, call) : .integer(left + 1)
        case .pred: return left == Int64.min ? try callBigInteger(method, call) : .integer(left - 1)
        case .abs: return left == Int64.min ? try callBigInteger(method, call) : .integer(Swift.abs(left))
        case .isZero: return .bool(left == 0)
        case .isEven: return .bool(left & 1 == 0)
        case .isOdd: return .bool(left & 1 == 1)
        case .isPositive: return .bool(left > 0)
        case .isNegative: return .bool(left < 0)
        case .bit:
            let index = try integerArgument(call, 0)
            if index < 0 { return .integer(0 as Int64) }
            return .integer(index > 63 ? (left < 0 ? 1 : 0) : (left >> Int64(index)) & 1)
        case .digits:
            guard left >= 0 else { throw error(Core.argumentError, "out of domain") }
            let list = try heap.newArray(capacity: 20)
            var rest = left
            repeat {
                heap.push(list, reserved: .integer(rest % 10))
                rest /= 10
            } while rest > 0
            return .array(list)
        case .gcd, .lcm:
            guard other.tag == .integer else { throw typeMismatch(other, into: "Integer") }
            var (a, b) = (left.magnitude, other.integer.magnitude)
            while b != 0 { (a, b) = (b, a % b) }
            if method == .gcd || a == 0 { return try integerValue(a) }
            let (product, overflow) = (left / Int64(clamping: a)).multipliedReportingOverflow(by: other.integer)
            if overflow || product == Int64.min { return try callBigInteger(method, call) }
            return .integer(Swift.abs(product))
        case .toA:
            guard image.dialect.contains(.valuesAsLists) else { throw missingMethod(call) }
            let list = try heap.newArray(capacity: 1)
            heap.push(list, reserved: call.receiver)
            return .array(list)
        case .isInteger, .isFinite: return .true
        case .isNaN: return .false
        case .isInfinite: return .null
        case .size: return .integer(8 as Int64)
        case .bitLength: return .integer(Int64(64 - (left < 0 ? ~left : left).leadingZeroBitCount))
        case .coerce:
            if other.tag == .float { return try heap.newArray(other, .float(Double(left))) }
            return try heap.newArray(other, call.receiver)
        case .isNonzero: return left == 0 ? .null : call.receiver
        case .between, .clamp, .pow, .hash: throw .slow
        }
    }

    mutating func coercion(_ value: Value, _ into: StaticString) -> Stop {
        do throws(Stop) {
            let text = try heap.newString("")
            switch value.tag {
            case .null: try heap.append(text.handle, "nil")
            case .isTrue: try heap.append(text.handle, "true")
            case .isFalse: try heap.append(text.handle, "false")
            default: try heap.append(text.handle, symbolName(of: visibleClass(value)))
            }
            try heap.append(text.handle, " can't be coerced into ")
            try heap.append(text.handle, into)
            return try raise(Core.typeError, text)
        } catch { return error }
    }

    private mutating func arithmetic(_ method: IntegerMethod, _ a: Int64, _ b: Int64) throws(Stop) -> Value {
        func floored(_ a: Int64, _ b: Int64) -> (Int64, Int64) {
            let (quotient, rest) = a.quotientAndRemainder(dividingBy: b)
            return rest != 0 && (rest < 0) != (b < 0) ? (quotient - 1, rest + b) : (quotient, rest)
        }
        switch method {
        case .plus:
            let (value, overflow) = a.addingReportingOverflow(b)
            return overflow ? try bigArithmetic(method, BigNumber(a), BigNumber(b)) : .integer(value)
        case .minus:
            let (value, overflow) = a.subtractingReportingOverflow(b)
            return overflow ? try bigArithmetic(method, BigNumber(a), BigNumber(b)) : .integer(value)
        case .times:
            let (value, overflow) = a.multipliedReportingOverflow(by: b)
            return overflow ? try bigArithmetic(method, BigNumber(a), BigNumber(b)) : .integer(value)
        case .divide, .modulo, .div, .remainder, .divmod:
            guard b != 0 else { throw error(Core.zeroDivisionError, "divided by 0") }
            if b == -1, a == Int64.min { return try bigArithmetic(method, BigNumber(a), BigNumber(b)) }
            let (quotient, rest) = floored(a, b)
            switch method {
            case .modulo: return .integer(rest)
            case .remainder: return .integer(a % b)
            case .divmod: return try heap.newArray(.integer(quotient), .integer(rest))
            default: return .integer(quotient)
            }
        case .less: return .bool(a < b)
        case .lessEqual: return .bool(a <= b)
        case .greater: return .bool(a > b)
        case .greaterEqual: return .bool(a >= b)
        case .compare: return .integer(a == b ? 0 : (a < b ? -1 : 1) as Int64)
        case .fdiv: return .float(Double(a) / Double(b))
        case .power:
            if b < 0 { return .float(FloatMath.power(Double(a), Double(b))) }
            var result: Int64 = 1
            var base = a
            var exponent = b
            while exponent > 0 {
                if exponent & 1 == 1 {
                    let (product, overflow) = result.multipliedReportingOverflow(by: base)
                    if overflow { return try bigPower(BigNumber(a), b) }
                    result = product
                }
                exponent >>= 1
                if exponent > 0 {
                    let (square, overflow) = base.multipliedReportingOverflow(by: base)
                    if overflow { return try bigPower(BigNumber(a), b) }
                    base = square
                }
            }
            return .integer(result)
        default: throw .slow
        }
    }

    private mutating func arithmetic(_ method: IntegerMethod, _ a: Double, _ b: Double) throws(Stop) -> Value {
        return try floatArithmetic(IntegerMethod.ofFloat(method), a, b)
    }
}
