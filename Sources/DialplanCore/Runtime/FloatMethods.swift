#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#elseif canImport(Darwin)
import Darwin
#endif

/// Float and Math.
enum FloatMethod: UInt8 {
    case plus, minus, times, divide, modulo, power, negate, plusSign, equal, less, lessEqual, greater, greaterEqual
    case compare, toS, toI, toF, floor, ceil, round, truncate, abs, isZero, isNaN, isInfinite, isFinite, isPositive
    case isNegative, div, divmod, isInteger, coerce, isNonzero
    case sqrt, sin, cos, tan, atan, exp, log, log10, log2, hypot, atan2, powFunction, cbrt

    static let table: [NativeRow<FloatMethod>] = [
        NativeRow("+", .plus, 1), NativeRow("-", .minus, 1), NativeRow("*", .times, 1), NativeRow("/", .divide, 1),
        NativeRow("fdiv", .divide, 1), NativeRow("quo", .divide, 1),
        NativeRow("%", .modulo, 1), NativeRow("modulo", .modulo, 1), NativeRow("**", .power, 1),
        NativeRow("-@", .negate), NativeRow("+@", .plusSign), NativeRow("==", .equal, 1), NativeRow("===", .equal, 1),
        NativeRow("<", .less, 1), NativeRow("<=", .lessEqual, 1), NativeRow(">", .greater, 1),
        NativeRow(">=", .greaterEqual, 1), NativeRow("<=>", .compare, 1), NativeRow("to_s", .toS),
        NativeRow("inspect", .toS), NativeRow("ToString", .toS), NativeRow("to_i", .toI), NativeRow("to_int", .toI),
        NativeRow("to_f", .toF), NativeRow("floor", .floor, 0, 1), NativeRow("ceil", .ceil, 0, 1),
        NativeRow("__round", .round, 0, 1), NativeRow("truncate", .truncate, 0, 1), NativeRow("abs", .abs),
        NativeRow("magnitude", .abs), NativeRow("zero?", .isZero), NativeRow("nan?", .isNaN),
        NativeRow("infinite?", .isInfinite), NativeRow("finite?", .isFinite), NativeRow("positive?", .isPositive),
        NativeRow("negative?", .isNegative), NativeRow("div", .div, 1), NativeRow("divmod", .divmod, 1),
        NativeRow("integer?", .isInteger), NativeRow("coerce", .coerce, 1), NativeRow("nonzero?", .isNonzero),
    ]
    static let mathTable: [NativeRow<FloatMethod>] = [
        NativeRow("sqrt", .sqrt, 1), NativeRow("sin", .sin, 1), NativeRow("cos", .cos, 1), NativeRow("tan", .tan, 1),
        NativeRow("atan", .atan, 1), NativeRow("exp", .exp, 1), NativeRow("log", .log, 1, 2),
        NativeRow("log10", .log10, 1), NativeRow("log2", .log2, 1), NativeRow("hypot", .hypot, 2),
        NativeRow("atan2", .atan2, 2), NativeRow("cbrt", .cbrt, 1),
    ]
}

/// libc's functions under names that no method of the Machine has.
enum FloatMath {
    static func power(_ a: Double, _ b: Double) -> Double { pow(a, b) }
    static func logarithm(_ a: Double) -> Double { log(a) }

    /// With one step of Newton's method: the cube root of 27 is 3.
    static func cubeRoot(_ a: Double) -> Double {
        let root = cbrt(a)
        return root == 0 || !root.isFinite ? root : (2 * root + a / root / root) / 3
    }

    /// A value that was multiplied by a power of ten and rounded, taken back: as Ruby does it, by what the result would show
    /// rather than by the product's last bit (1.005 to two places is 1.01).
    static func scaled(
        _ value: Double, _ rounded: Double, _ unit: Double, _ rule: FloatingPointRoundingRule
    ) -> Double {
        var result = rounded
        switch rule {
        case .down: if (result + 1) / unit <= value { result += 1 }
        case .up: break
        default:
            if value > 0, (result + 0.5) / unit <= value { result += 1 }
            if value < 0, (result - 0.5) / unit >= value { result -= 1 }
        }
        return result / unit
    }
}

extension Machine {
    mutating func callFloat(_ method: FloatMethod, _ call: NativeCall) throws(Stop) -> Value {
        let other = argument(call, 0)
        switch method {
        case .sqrt, .sin, .cos, .tan, .atan, .exp, .log, .log10, .log2, .hypot, .atan2, .powFunction, .cbrt:
            return try callMath(method, call)
        default: break
        }
        if other.tag == .bigInteger, let answer = orderedExactly(method, call.receiver, other) { return answer }
        let value = call.receiver.double
        switch method {
        case .plus, .minus, .times, .divide, .modulo, .power, .less, .lessEqual, .greater, .greaterEqual, .compare,
            .div, .divmod:
            let right: Double
            switch other.tag {
            case .float: right = other.double
            case .integer: right = Double(other.integer)
            case .bigInteger: right = heap.bigNumber(other.handle).double
            case .object where method != .compare: throw .slow
            default:
                if method == .compare { return .null }
                if method == .less || method == .lessEqual || method == .greater || method == .greaterEqual {
                    throw error(Core.argumentError, "comparison of Float with ", try inspected(other), " failed")
                }
                throw coercion(other, "Float")
            }
            return try floatArithmetic(method, value, right)
        case .equal:
            if other.tag == .float { return .bool(value == other.double) }
            if other.tag == .bigInteger { return .bool(heap.compareBig(call.receiver, other) == 0) }
            return .bool(other.tag == .integer && value == Double(other.integer))
        case .negate: return .float(-value)
        case .plusSign, .toF: return call.receiver
        case .toS: return try immediateText(call.receiver)
        case .truncate where call.count > 0:
            let places = max(0, min(300, try integerArgument(call, 0)))
            guard places > 0, places < 15, value.isFinite else { return try integerFromFloat(value) }
            let scaled = value * pow(10, Double(places))
            guard scaled.isFinite, Swift.abs(scaled) < 1e15 else { return call.receiver }
            return .float(scaled.rounded(.towardZero) / pow(10, Double(places)))
        case .toI, .truncate: return try integerFromFloat(value)
        case .floor, .ceil, .round:
            let places = call.count > 0 ? try integerArgument(call, 0) : 0
            let rule: FloatingPointRoundingRule =
                method == .floor ? .down : method == .ceil ? .up : .toNearestOrAwayFromZero
            if places <= 0 {
                if places == 0 || !value.isFinite { return try integerFromFloat(value.rounded(rule)) }
                let unit = pow(10, Double(min(30, -places)))
                return try integerFromFloat((value / unit).rounded(rule) * unit)
            }
            guard places < 15, value.isFinite else { return call.receiver }
            let unit = pow(10, Double(places))
            let scaled = value * unit
            guard scaled.isFinite, Swift.abs(scaled) < 1e15 else { return call.receiver }
            return .float(FloatMath.scaled(value, scaled.rounded(rule), unit, rule))
        case .abs: return .float(Swift.abs(value))
        case .isZero: return .bool(value == 0)
        case .isNonzero: return value == 0 ? .null : call.receiver
        case .isNaN: return .bool(value.isNaN)
        case .isInfinite: return value.isInfinite ? .integer(value < 0 ? -1 : 1 as Int64) : .null
        case .isFinite: return .bool(value.isFinite)
        case .isPositive: return .bool(value > 0)
        case .isNegative: return .bool(value < 0)
        case .isInteger: return .false
        case .coerce:
            guard other.tag == .float || other.tag == .integer else { throw coercion(other, "Float") }
            return try heap.newArray(other.tag == .float ? other : .float(Double(other.integer)), call.receiver)
        default: throw .slow
        }
    }

    /// A comparison of a float with an integer beyond 64 bits, which a float would round; nil when it is none.
    func orderedExactly(_ method: FloatMethod, _ left: Value, _ right: Value) -> Value? {
        switch method {
        case .less, .lessEqual, .greater, .greaterEqual, .compare: break
        default: return nil
        }
        guard let order = heap.compareBig(left, right) else { return method == .compare ? .null : .false }
        return switch method {
        case .less: .bool(order < 0)
        case .lessEqual: .bool(order <= 0)
        case .greater: .bool(order > 0)
        case .greaterEqual: .bool(order >= 0)
        default: .integer(Int64(order))
        }
    }

    mutating func floatArithmetic(_ method: FloatMethod, _ a: Double, _ b: Double) throws(Stop) -> Value {
        func floored() -> Double {
            let rest = fmod(a, b)
            return rest != 0 && (rest < 0) != (b < 0) ? rest + b : rest
        }
        switch method {
        case .plus: return .float(a + b)
        case .minus: return .float(a - b)
        case .times: return .float(a * b)
        case .divide: return .float(a / b)
        case .modulo:
            guard b != 0 else { throw error(Core.zeroDivisionError, "divided by 0") }
            return .float(b.isInfinite && a.isFinite ? ((a < 0) == (b < 0) || a == 0 ? a : b) : floored())
        case .power: return .float(pow(a, b))
        case .less: return .bool(a < b)
        case .lessEqual: return .bool(a <= b)
        case .greater: return .bool(a > b)
        case .greaterEqual: return .bool(a >= b)
        case .div:
            guard b != 0 else { throw error(Core.zeroDivisionError, "divided by 0") }
            return try integerFromFloat((a / b).rounded(.down))
        case .divmod:
            guard b != 0 else { throw error(Core.zeroDivisionError, "divided by 0") }
            return try heap.newArray(try integerFromFloat((a / b).rounded(.down)), .float(floored()))
        default:
            if a.isNaN || b.isNaN { return .null }
            return .integer(a == b ? 0 : (a < b ? -1 : 1) as Int64)
        }
    }

    private mutating func callMath(_ method: FloatMethod, _ call: NativeCall) throws(Stop) -> Value {
        func number(_ machine: inout Machine, _ index: Int) throws(Stop) -> Double {
            let value = machine.argument(call, index)
            if value.tag == .float { return value.double }
            if value.tag == .integer { return Double(value.integer) }
            if value.tag == .bigInteger { return machine.heap.bigNumber(value.handle).double }
            throw machine.typeMismatch(value, into: "Float")
        }
        let value = try number(&self, 0)
        switch method {
        case .sqrt:
            guard value >= 0 || value.isNaN else {
                throw error(Core.domainError, "Numerical argument is out of domain - sqrt")
            }
            return .float(value.squareRoot())
        case .sin: return .float(sin(value))
        case .cos: return .float(cos(value))
        case .tan: return .float(tan(value))
        case .atan: return .float(atan(value))
        case .exp: return .float(exp(value))
        case .log:
            guard value >= 0 || value.isNaN else {
                throw error(Core.domainError, "Numerical argument is out of domain - log")
            }
            guard call.count > 1 else { return .float(FloatMath.logarithm(value)) }
            return .float(FloatMath.logarithm(value) / FloatMath.logarithm(try number(&self, 1)))
        case .log10: return .float(log10(value))
        case .log2: return .float(log2(value))
        case .hypot: return .float(hypot(value, try number(&self, 1)))
        case .atan2: return .float(atan2(value, try number(&self, 1)))
        case .cbrt: return .float(FloatMath.cubeRoot(value))
        default: throw .slow
        }
    }
}
