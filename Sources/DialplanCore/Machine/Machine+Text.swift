/// Values as text: `to_s` and `inspect` of everything that needs no script code.
extension Machine {
    /// `to_s` of an immediate value.
    mutating func immediateText(_ value: Value) throws(Stop) -> Value {
        switch value.tag {
        case .null: return try heap.newString("")
        case .isTrue: return try heap.newString("true")
        case .isFalse: return try heap.newString("false")
        case .integer:
            let text = try heap.newString(capacity: 24)
            heap.region.setFlags(.asciiText, of: text)
            try heap.append(text, integer: value.integer)
            return .string(text)
        case .float:
            let text = try heap.newString(capacity: 32)
            try FloatText.append(value.double, to: text, &heap)
            return .string(text)
        case .symbol: return try symbolString(value.symbol)
        case .regexLiteral: return try regexText(value)
        default: return try plainText(value)
        }
    }

    /// `#<Foo>`: what Object#to_s gives.
    mutating func plainText(_ value: Value) throws(Stop) -> Value {
        if value.tag == .classReference { return try className(value.classID) }
        if value.isIdentical(to: mainObject) { return try heap.newString("main") }
        if value.tag == .host { return try heap.newString("sys") }
        if value.tag == .bigInteger { return try bigText(value) }
        let text = try heap.newString("#<")
        try heap.append(text.handle, string: try className(visibleClass(value)).handle)
        try heap.append(text.handle, ">")
        return text
    }

    /// `A::B`; classes without a name get one that shows what they are.
    mutating func className(_ id: ClassID) throws(Stop) -> Value {
        if isSingleton(id) {
            let text = try heap.newString("#<Class:")
            let attached = heap.region.value(try openClass(id), Layout.Class.attached)
            try heap.append(text.handle, string: try plainText(attached).handle)
            try heap.append(text.handle, ">")
            return text
        }
        let object = classObject(id)
        let name = symbolName(of: id)
        guard name.count > 0 else { return try heap.newString(isModule(id) ? "#<Module>" : "#<Class>") }
        let parent = object == 0 ? Core.object : ClassID(rawValue: heap.region.u32(object, Layout.Class.lexicalParent))
        guard id.rawValue >= Core.firstUser, parent != Core.object, parent != .none, !isSingleton(parent) else {
            return try heap.newString(name)
        }
        let text = try className(parent)
        try heap.append(text.handle, "::")
        try heap.append(text.handle, symbolName(of: id))
        return text
    }

    /// The strings and integers in registers `first ..< first + count`, joined.
    mutating func concatenate(first: Int, count: Int) throws(Stop) -> Value {
        try stopIfSpent()
        var total = 0
        var facts: ObjectFlags = .asciiText
        for index in first..<first &+ count {
            let part = register(frame, index)
            if part.tag == .string {
                total &+= heap.length(part.handle)
                if !heap.region.flags(of: part.handle).contains(.ascii) { facts = [] }
            } else if part.tag == .integer {
                total &+= DecimalDigits.count(part.integer)
            } else {
                throw error(Core.typeError, "interpolated value is no string")
            }
        }
        fuel &-= Int64(total >> 6)
        let text = try heap.newString(capacity: total)
        var offset = Layout.String.inline
        for index in first..<first &+ count {
            let part = register(frame, index)
            if part.tag == .string {
                let bytes = heap.bytes(part)
                heap.region.copy(bytes, to: text, offset)
                offset &+= bytes.count
            } else {
                offset &+= heap.region.write(part.integer, to: text, offset)
            }
        }
        heap.setLength(text, total, facts)
        return .string(text)
    }

    // MARK: inspect

    /// `inspect` of values that need no script code; other objects as `#<Foo>`.
    mutating func inspected(_ value: Value) throws(Stop) -> Value {
        switch value.tag {
        case .null: return try heap.newString("nil")
        case .string: return try inspectedString(value)
        case .symbol:
            let name = try symbolString(value.symbol)
            let text = try heap.newString(":")
            if isPlainName(heap.bytes(name)) {
                try heap.append(text.handle, string: name.handle)
            } else {
                try heap.append(text.handle, string: try inspectedString(name).handle)
            }
            return text
        case .isTrue, .isFalse, .integer, .float, .classReference: return try immediateText(value)
        case .regex, .regexLiteral: return try inspectedRegex(value)
        case .time: return try timeText(value)
        default: return try plainText(value)
        }
    }

    /// Whether a symbol is written without quotes.
    private func isPlainName(_ name: ByteView) -> Bool {
        guard name.count > 0 else { return false }
        func isLetter(_ byte: UInt8) -> Bool {
            (byte | 0x20) >= 0x61 && (byte | 0x20) <= 0x7A || byte == 0x5F || byte >= 0x80
        }
        var index = 0
        while index < name.count, name[index] == 0x24 || name[index] == 0x40 { index += 1 }
        guard index < name.count, isLetter(name[index]) else {
            // Operators.
            for operatorName in Machine.operatorNames where ByteView(operatorName).isEqual(name) { return true }
            return false
        }
        while index < name.count {
            let byte = name[index]
            let isDigit = byte >= 0x30 && byte <= 0x39
            if !isLetter(byte), !isDigit {
                return index == name.count - 1 && (byte == 0x3F || byte == 0x21 || byte == 0x3D)
            }
            index += 1
        }
        return true
    }

    private static let operatorNames: [StaticString] = [
        "+", "-", "*", "/", "%", "**", "==", "!=", "<", "<=", ">", ">=", "<=>", "===", "=~", "!~", "[]", "[]=", "<<",
        ">>", "!", "&", "|", "^", "~", "+@", "-@",
    ]

    mutating func inspectedString(_ value: Value) throws(Stop) -> Value {
        let count = heap.length(value.handle)
        fuel &-= Int64(count >> 5)
        let text = try heap.newString(capacity: min(heap.stringLimit, count + 8))
        try heap.append(text, byte: 0x22)
        var index = 0
        while index < count {
            // What stands for itself is copied in one piece.
            let view = heap.bytes(value)
            var end = index
            while end < count, (0x20..<0x7F).contains(view[end]), view[end] != 0x22, view[end] != 0x23,
                view[end] != 0x5C
            {
                end += 1
            }
            if end > index {
                try heap.append(text, from: value.handle, index, end - index)
                index = end
                continue
            }
            let byte = view[index]
            switch byte {
            case 0x22, 0x5C:
                try heap.append(text, byte: 0x5C)
                try heap.append(text, byte: byte)
            case 0x0A: try heap.append(text, "\\n")
            case 0x0D: try heap.append(text, "\\r")
            case 0x09: try heap.append(text, "\\t")
            case 0x1B: try heap.append(text, "\\e")
            case 0x07: try heap.append(text, "\\a")
            case 0x08: try heap.append(text, "\\b")
            case 0x0B: try heap.append(text, "\\v")
            case 0x0C: try heap.append(text, "\\f")
            case 0x23:
                // `#{`, `#$`, `#@` would interpolate.
                let next = index + 1 < count ? heap.bytes(value)[index + 1] : 0
                if next == 0x7B || next == 0x24 || next == 0x40 { try heap.append(text, byte: 0x5C) }
                try heap.append(text, byte: byte)
            case 0x00: try heap.append(text, "\\u0000")
            case 0x01..<0x20: try appendHex(text, byte, "\\u00")
            case 0x7F: try heap.append(text, "\\x7F")
            case 0x80...:
                let length = UTF8Facts.validLength(heap.bytes(value), index)
                if length == 0 {
                    try appendHex(text, byte)
                } else {
                    try heap.append(text, from: value.handle, index, length)
                    index += length - 1
                }
            default: try heap.append(text, byte: byte)
            }
            index += 1
        }
        try heap.append(text, byte: 0x22)
        return .string(text)
    }

    private mutating func appendHex(_ text: Handle, _ byte: UInt8, _ mark: StaticString = "\\x") throws(Stop) {
        try heap.append(text, mark)
        func digit(_ nibble: UInt8) -> UInt8 { nibble < 10 ? 0x30 + nibble : 0x37 + nibble }
        try heap.append(text, byte: digit(byte >> 4))
        try heap.append(text, byte: digit(byte & 15))
    }
}

/// Floats as Ruby prints them: the shortest digits that read back, 1.0e+15 from 10^15 on and below 10^-4.
enum FloatText {
    static func append(_ value: Double, to text: Handle, _ heap: inout Heap) throws(Stop) {
        if value.isNaN { return try heap.append(text, "NaN") }
        if value.isInfinite { return try heap.append(text, value < 0 ? "-Infinity" : "Infinity") }
        var (digits, exponent) = decimal(value.magnitude)
        if value.sign == .minus { try heap.append(text, byte: 0x2D) }
        if digits.isEmpty { digits = [0x30] }
        if exponent > 15 || exponent < -3 {
            try heap.append(text, byte: digits[0])
            try heap.append(text, byte: 0x2E)
            if digits.count == 1 { try heap.append(text, byte: 0x30) }
            for digit in digits.dropFirst() { try heap.append(text, byte: digit) }
            try heap.append(text, byte: 0x65)
            let power = exponent - 1
            try heap.append(text, byte: power < 0 ? 0x2D : 0x2B)
            if power.magnitude < 10 { try heap.append(text, byte: 0x30) }
            try heap.append(text, integer: Int64(power.magnitude))
            return
        }
        if exponent <= 0 {
            try heap.append(text, "0.")
            for _ in 0..<(-exponent) { try heap.append(text, byte: 0x30) }
            for digit in digits { try heap.append(text, byte: digit) }
            return
        }
        for index in 0..<max(exponent, digits.count) {
            if index == exponent { try heap.append(text, byte: 0x2E) }
            try heap.append(text, byte: index < digits.count ? digits[index] : 0x30)
        }
        if digits.count <= exponent { try heap.append(text, ".0") }
    }

    /// Significant digits and the position of the point after the first `exponent` of them.
    static func decimal(_ value: Double) -> (digits: [UInt8], exponent: Int) {
        if value == 0 { return ([0x30], 1) }
        var digits: [UInt8] = []
        var exponent = 0
        var point: Int?
        var power = 0
        var inExponent = false
        var negative = false
        for byte in value.description.utf8 {
            switch byte {
            case 0x2E: point = digits.count
            case 0x65, 0x45: inExponent = true
            case 0x2D: if inExponent { negative = true }
            case 0x30...0x39:
                if inExponent { power = power * 10 + Int(byte - 0x30) } else { digits.append(byte) }
            default: break
            }
        }
        exponent = (point ?? digits.count) + (negative ? -power : power)
        while digits.first == 0x30 {
            digits.removeFirst()
            exponent -= 1
        }
        while digits.last == 0x30 { digits.removeLast() }
        return (digits, exponent)
    }
}
