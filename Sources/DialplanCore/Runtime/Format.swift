/// `format` and `String#%`.
extension Machine {
    mutating func formatOperator(_ call: NativeCall) throws(Stop) -> Value {
        let operand = argument(call, 0)
        let list: Value
        if operand.tag == .array {
            list = operand
        } else {
            let single = try heap.newArray(capacity: 1)
            heap.push(single, reserved: operand)
            list = .array(single)
        }
        return try format(call.receiver, list)
    }

    mutating func formatted(_ call: NativeCall) throws(Stop) -> Value {
        let template = try stringArgument(call, 0)
        let list = try heap.newArray(from: stack, call.arguments + 16, count: call.count - 1)
        return try format(template, list)
    }

    private struct Directive {
        var minus = false
        var plus = false
        var zero = false
        var space = false
        var alternate = false
        var width = 0
        var precision: Int?
    }

    private mutating func format(_ template: Value, _ list: Value) throws(Stop) -> Value {
        // Objects of the script are turned into text by the prelude first.
        for index in 0..<heap.count(list.handle) {
            let tag = heap.element(list.handle, index).tag
            if tag == .object || tag == .array || tag == .range { throw .slow }
        }
        let count = heap.length(template.handle)
        let text = try heap.newString(capacity: count + 16)
        var next = 0
        var index = 0
        while index < count {
            let byte = heap.bytes(template)[index]
            guard byte == 0x25 else {
                let next = heap.bytes(template).find(ByteView("%"), from: index)
                let end = next < 0 ? count : next
                try heap.append(text, from: template.handle, index, end - index)
                index = end
                continue
            }
            index += 1
            var directive = Directive()
            var named: Value?
            let place = positional(template, &index, count)
            if place > 0 {
                guard place <= heap.count(list.handle) else { throw error(Core.argumentError, "too few arguments") }
                named = heap.element(list.handle, place - 1)
            }
            flags: while index < count {
                let flag = heap.bytes(template)[index]
                switch flag {
                case 0x2D: directive.minus = true
                case 0x2B: directive.plus = true
                case 0x30: directive.zero = true
                case 0x20: directive.space = true
                case 0x23: directive.alternate = true
                case 0x3C, 0x7B:
                    let close = heap.bytes(template).find(ByteView(flag == 0x3C ? ">" : "}"), from: index)
                    guard close > 0 else { throw error(Core.argumentError, "malformed name - unmatched parenthesis") }
                    let name = try heap.newString(from: template.handle, index + 1, close - index - 1)
                    let source = heap.element(list.handle, 0)
                    guard source.tag == .hash else { throw error(Core.argumentError, "one hash required") }
                    let found = try heap.get(source.handle, .symbol(try intern(name)))
                    guard found.tag != .undefined else { throw error(Core.keyError, "key<", name, "> not found") }
                    index = close
                    named = found
                    if flag == 0x7B {
                        try heap.append(text, string: try shownText(found).handle)
                        index += 1
                        break flags
                    }
                default: break flags
                }
                index += 1
            }
            if named != nil, place == 0, index > 0, heap.bytes(template)[index - 1] == 0x7D { continue }
            func argumentValue(_ machine: inout Machine) throws(Stop) -> Value {
                if let named { return named }
                guard next < machine.heap.count(list.handle) else {
                    throw machine.error(Core.argumentError, "too few arguments")
                }
                next += 1
                return machine.heap.element(list.handle, next - 1)
            }
            if index < count, heap.bytes(template)[index] == 0x2A {
                let width = try argumentValue(&self)
                directive.width = Int(clamping: width.tag == .integer ? width.integer : 0)
                if directive.width < 0 {
                    directive.minus = true
                    directive.width = -directive.width
                }
                index += 1
            }
            while index < count, (0x30...0x39).contains(heap.bytes(template)[index]) {
                directive.width = min(1_000_000, directive.width * 10 + Int(heap.bytes(template)[index] - 0x30))
                index += 1
            }
            if index < count, heap.bytes(template)[index] == 0x2E {
                index += 1
                var precision = 0
                while index < count, (0x30...0x39).contains(heap.bytes(template)[index]) {
                    precision = min(1_000_000, precision * 10 + Int(heap.bytes(template)[index] - 0x30))
                    index += 1
                }
                directive.precision = precision
            }
            guard index < count else {
                throw error(Core.argumentError, "incomplete format specifier; use %% (double %) instead")
            }
            guard directive.width <= heap.stringLimit, (directive.precision ?? 0) <= heap.stringLimit else {
                throw .limit(.string)
            }
            fuel &-= Int64(directive.width >> 4)
            let kind = heap.bytes(template)[index]
            index += 1
            switch kind {
            case 0x25: try heap.append(text, byte: 0x25)
            case 0x64, 0x69, 0x75:  // d i u
                try pad(text, try integerText(try formatInteger(try argumentValue(&self)), 10, directive), directive)
            case 0x78, 0x58, 0x6F, 0x62, 0x42:
                let value = try formatInteger(try argumentValue(&self))
                let radix: UInt64 = kind == 0x6F ? 8 : kind | 0x20 == 0x62 ? 2 : 16
                var digits = try integerText(value, radix, directive)
                if directive.alternate, radix == 8 { digits.body.insert(0x30, at: 0) }
                if directive.alternate, radix != 8 {
                    let mark: [UInt8] = kind == 0x58 ? [0x30, 0x58] : kind == 0x78 ? [0x30, 0x78] : [0x30, 0x62]
                    digits.body = mark + digits.body
                }
                if kind == 0x58 { digits.body = digits.body.map { $0 >= 0x61 && $0 <= 0x7A ? $0 - 0x20 : $0 } }
                try pad(text, digits, directive)
            case 0x66, 0x65, 0x67, 0x45, 0x47:  // f e g
                let value = try formatFloat(try argumentValue(&self))
                try pad(text, floatText(value, kind, directive), directive)
            case 0x73, 0x70:
                let value = try argumentValue(&self)
                let shown = kind == 0x73 ? try shownText(value) : try inspected(value)
                var bytes = heap.bytes(shown).array
                if let precision = directive.precision {
                    bytes = Array(bytes.prefix(heap.byteOffset(shown.handle, character: precision)))
                }
                directive.zero = false
                try pad(text, ([], bytes), directive)
            case 0x63:
                let value = try argumentValue(&self)
                var bytes: [UInt8] = []
                if value.tag == .integer {
                    if let scalar = UInt32(exactly: value.integer).flatMap(Unicode.Scalar.init) {
                        bytes = Array(UTF8.encode(scalar) ?? .init())
                    }
                } else {
                    let shown = try shownText(value)
                    bytes = Array(heap.bytes(shown).array.prefix(heap.byteOffset(shown.handle, character: 1)))
                }
                directive.zero = false
                try pad(text, ([], bytes), directive)
            default:
                throw error(Core.argumentError, "malformed format string - %", try heap.newString([kind]), "")
            }
        }
        return .string(text)
    }

    /// The number of `%1$s`, passed; 0 when there is none.
    private func positional(_ template: Value, _ index: inout Int, _ count: Int) -> Int {
        let bytes = heap.bytes(template)
        var place = 0
        var end = index
        while end < count, (0x30...0x39).contains(bytes[end]), place < 10_000 {
            place = place * 10 + Int(bytes[end] - 0x30)
            end += 1
        }
        guard place > 0, end < count, bytes[end] == 0x24 else { return 0 }
        index = end + 1
        return place
    }

    /// An Integer, plain or big.
    private mutating func formatInteger(_ value: Value) throws(Stop) -> Value {
        switch value.tag {
        case .integer, .bigInteger: return value
        case .float: return try integerFromFloat(value.double.rounded(.down))
        case .string:
            if let number = NumberText.integer(heap.bytes(value), radix: 0, strict: true) { return .integer(number) }
            if let big = try bigInteger(value, radix: 0, strict: true) { return big }
            throw error(Core.argumentError, "invalid value for Integer(): ", try inspected(value), "")
        case .null: throw error(Core.typeError, "can't convert nil into Integer")
        default: throw typeMismatch(value, into: "Integer")
        }
    }

    private mutating func formatFloat(_ value: Value) throws(Stop) -> Double {
        switch value.tag {
        case .integer: return Double(value.integer)
        case .bigInteger: return heap.bigNumber(value.handle).double
        case .float: return value.double
        case .string:
            if let number = NumberText.float(heap.bytes(value), strict: true) { return number }
            throw error(Core.argumentError, "invalid value for Float(): ", try inspected(value), "")
        default: throw typeMismatch(value, into: "Float")
        }
    }

    private mutating func integerText(
        _ value: Value, _ radix: UInt64, _ directive: Directive
    ) throws(Stop) -> (sign: [UInt8], body: [UInt8]) {
        var digits: [UInt8]
        let isNegative: Bool
        if value.tag == .bigInteger {
            let number = heap.bigNumber(value.handle)
            fuel &-= Int64(number.words.count * number.words.count / 16)
            digits = BigNumber(false, number.words).text(radix: UInt32(radix))
            isNegative = number.isNegative
        } else {
            digits = Array(String(value.integer.magnitude, radix: Int(radix)).utf8)
            isNegative = value.integer < 0
            if isNegative, radix != 10, !directive.plus, !directive.space {
                return ([], Machine.complementText(value.integer, radix))
            }
        }
        if let precision = directive.precision, digits.count < precision {
            digits = [UInt8](repeating: 0x30, count: precision - digits.count) + digits
        }
        return (sign(isNegative, directive), digits)
    }

    /// `..f01`: a negative number as Ruby shows its endless two's complement.
    private static func complementText(_ value: Int64, _ radix: UInt64) -> [UInt8] {
        let top: UInt8 = radix == 16 ? 0x66 : radix == 8 ? 0x37 : 0x31
        let bits: Int64 = radix == 16 ? 4 : radix == 8 ? 3 : 1
        var digits: [UInt8] = []
        var rest = value
        while rest != -1 {
            let digit = UInt8(truncatingIfNeeded: rest & (1 << bits - 1))
            digits.append(digit < 10 ? 0x30 + digit : 0x57 + digit)
            rest >>= bits
        }
        if digits.last != top { digits.append(top) }
        return [0x2E, 0x2E] + digits.reversed()
    }

    private func sign(_ negative: Bool, _ directive: Directive) -> [UInt8] {
        negative ? [0x2D] : directive.plus ? [0x2B] : directive.space ? [0x20] : []
    }

    private func floatText(_ value: Double, _ kind: UInt8, _ directive: Directive) -> (sign: [UInt8], body: [UInt8]) {
        guard value.isFinite else { return (sign(value < 0, directive), Array((value.isNaN ? "NaN" : "Inf").utf8)) }
        let precision = min(60, directive.precision ?? 6)
        let negative = value.sign == .minus
        switch kind | 0x20 {
        case 0x66: return (sign(negative, directive), FloatDigits.fixed(value.magnitude, precision))
        case 0x65: return (sign(negative, directive), FloatDigits.exponential(value.magnitude, precision))
        default:
            let significant = max(1, precision)
            return (sign(negative, directive), FloatDigits.general(value.magnitude, significant))
        }
    }

    private mutating func pad(
        _ text: Handle, _ part: (sign: [UInt8], body: [UInt8]), _ directive: Directive
    ) throws(Stop) {
        var characters = part.sign.count
        for byte in part.body where byte & 0xC0 != 0x80 { characters += 1 }
        let missing = max(0, directive.width - characters)
        if !directive.minus, !directive.zero { for _ in 0..<missing { try heap.append(text, byte: 0x20) } }
        for byte in part.sign { try heap.append(text, byte: byte) }
        if !directive.minus, directive.zero { for _ in 0..<missing { try heap.append(text, byte: 0x30) } }
        for byte in part.body { try heap.append(text, byte: byte) }
        if directive.minus { for _ in 0..<missing { try heap.append(text, byte: 0x20) } }
    }
}

/// Decimal digits of a float, exactly rounded (half to even on the exact binary value, as C's printf).
enum FloatDigits {
    /// All decimal digits of the value: an integer part and a fraction, exact.
    private static func exact(_ value: Double) -> (whole: [UInt8], fraction: [UInt8]) {
        if value == 0 { return ([0], []) }
        var mantissa = value.significandBitPattern
        var exponent: Int
        if value.exponentBitPattern == 0 {
            exponent = -1074
        } else {
            mantissa |= 1 << 52
            exponent = Int(value.exponentBitPattern) - 1075
        }
        // The mantissa as decimal digits, lowest first, then doubled or halved.
        var digits: [UInt8] = []
        var rest = mantissa
        while rest > 0 {
            digits.append(UInt8(rest % 10))
            rest /= 10
        }
        while exponent > 0 {
            var carry: UInt8 = 0
            for index in digits.indices {
                let sum = digits[index] * 2 + carry
                digits[index] = sum % 10
                carry = sum / 10
            }
            if carry > 0 { digits.append(carry) }
            exponent -= 1
        }
        var places = 0
        while exponent < 0 {
            // Halving: times five, one more decimal place.
            var carry: UInt8 = 0
            for index in digits.indices {
                let sum = digits[index] * 5 + carry
                digits[index] = sum % 10
                carry = sum / 10
            }
            if carry > 0 { digits.append(carry) }
            places += 1
            exponent += 1
        }
        while digits.count <= places { digits.append(0) }
        return (Array(digits[places...].reversed()), Array(digits[..<places].reversed()))
    }

    static func fixed(_ value: Double, _ precision: Int) -> [UInt8] {
        var (whole, fraction) = exact(value)
        var digits = whole + fraction
        let keep = whole.count + precision
        if digits.count > keep {
            let roundsUp = rounds(digits, keep)
            digits = Array(digits[..<keep])
            if roundsUp, increment(&digits) { whole.insert(1, at: 0) }
        }
        while digits.count < whole.count + precision { digits.append(0) }
        fraction = Array(digits[whole.count...])
        let text = digits[..<whole.count].map { $0 + 0x30 }
        return precision == 0 ? text : text + [0x2E] + fraction.map { $0 + 0x30 }
    }

    /// Digits with one before the point, and the power of ten.
    private static func scientific(_ value: Double, _ digitsWanted: Int) -> (digits: [UInt8], power: Int) {
        if value == 0 { return ([UInt8](repeating: 0, count: digitsWanted), 0) }
        let (whole, fraction) = exact(value)
        var digits = whole + fraction
        var power = whole.count - 1
        let zeros = digits.prefix { $0 == 0 }.count
        digits.removeFirst(zeros)
        power -= zeros
        if digits.count > digitsWanted {
            let roundsUp = rounds(digits, digitsWanted)
            digits = Array(digits[..<digitsWanted])
            if roundsUp, increment(&digits) {
                digits.removeLast()
                power += 1
            }
        }
        while digits.count < digitsWanted { digits.append(0) }
        return (digits, power)
    }

    static func exponential(_ value: Double, _ precision: Int) -> [UInt8] {
        let (digits, power) = scientific(value, precision + 1)
        var text = [digits[0] + 0x30]
        if precision > 0 { text += [0x2E] + digits[1...].map { $0 + 0x30 } }
        return text + exponentText(power)
    }

    static func general(_ value: Double, _ significant: Int) -> [UInt8] {
        let (digits, power) = scientific(value, significant)
        var text: [UInt8]
        if power < -4 || power >= significant {
            text = [digits[0] + 0x30, 0x2E] + digits[1...].map { $0 + 0x30 }
            trimZeros(&text)
            return text + exponentText(power)
        }
        text = fixed(value, max(0, significant - 1 - power))
        if text.contains(0x2E) { trimZeros(&text) }
        return text
    }

    private static func trimZeros(_ text: inout [UInt8]) {
        while text.last == 0x30 { text.removeLast() }
        if text.last == 0x2E { text.removeLast() }
    }

    private static func exponentText(_ power: Int) -> [UInt8] {
        let digits = Array(String(power.magnitude).utf8)
        return [0x65, power < 0 ? 0x2D : 0x2B] + (digits.count < 2 ? [0x30] + digits : digits)
    }

    private static func rounds(_ digits: [UInt8], _ keep: Int) -> Bool {
        let next = digits[keep]
        if next != 5 { return next > 5 }
        if digits[(keep + 1)...].contains(where: { $0 != 0 }) { return true }
        return keep > 0 && digits[keep - 1] & 1 == 1
    }

    /// Whether a digit was added in front.
    private static func increment(_ digits: inout [UInt8]) -> Bool {
        var index = digits.count - 1
        while index >= 0 {
            if digits[index] < 9 {
                digits[index] += 1
                return false
            }
            digits[index] = 0
            index -= 1
        }
        digits.insert(1, at: 0)
        return true
    }
}
