/// `Array#pack` and `String#unpack`: the directives of bytes, integers, floats, text, hex, bits and base64.
enum PackMethod: UInt8 {
    case pack, unpack

    static let arrayTable: [NativeRow<PackMethod>] = [NativeRow("__pack", .pack, 1)]
    static let stringTable: [NativeRow<PackMethod>] = [NativeRow("__unpack", .unpack, 1)]
}

/// One directive of a format.
private struct PackDirective {
    var kind: UInt8
    /// Nil without one; `Int.max` for `*`.
    var count: Int?
    var isBigEndian = false

    /// Bytes of an integer directive, and whether it is signed.
    var integer: (size: Int, isSigned: Bool, isBigEndian: Bool)? {
        switch kind {
        case UInt8(ascii: "C"): (1, false, false)
        case UInt8(ascii: "c"): (1, true, false)
        case UInt8(ascii: "S"): (2, false, isBigEndian)
        case UInt8(ascii: "s"): (2, true, isBigEndian)
        case UInt8(ascii: "L"), UInt8(ascii: "I"): (4, false, isBigEndian)
        case UInt8(ascii: "l"), UInt8(ascii: "i"): (4, true, isBigEndian)
        case UInt8(ascii: "Q"), UInt8(ascii: "J"): (8, false, isBigEndian)
        case UInt8(ascii: "q"), UInt8(ascii: "j"): (8, true, isBigEndian)
        case UInt8(ascii: "n"): (2, false, true)
        case UInt8(ascii: "N"): (4, false, true)
        case UInt8(ascii: "v"): (2, false, false)
        case UInt8(ascii: "V"): (4, false, false)
        default: nil
        }
    }

    /// Bytes of a float directive, and its order.
    var float: (size: Int, isBigEndian: Bool)? {
        switch kind {
        case UInt8(ascii: "e"), UInt8(ascii: "f"), UInt8(ascii: "F"): (4, false)
        case UInt8(ascii: "g"): (4, true)
        case UInt8(ascii: "E"), UInt8(ascii: "d"), UInt8(ascii: "D"): (8, false)
        case UInt8(ascii: "G"): (8, true)
        default: nil
        }
    }
}

extension Machine {
    mutating func callPack(_ method: PackMethod, _ call: NativeCall) throws(Stop) -> Value {
        let format = try stringArgument(call, 0)
        let directives = try packDirectives(heap.bytes(format).array)
        switch method {
        case .pack:
            guard call.receiver.tag == .array else { throw missingMethod(call) }
            return try pack(call.receiver.handle, directives)
        case .unpack:
            guard call.receiver.tag == .string else { throw missingMethod(call) }
            return try unpack(heap.bytes(call.receiver).array, directives)
        }
    }

    private mutating func packDirectives(_ text: [UInt8]) throws(Stop) -> [PackDirective] {
        guard text.count <= 4096 else { throw error(Core.argumentError, "format too long") }
        var found: [PackDirective] = []
        var index = 0
        while index < text.count {
            let byte = text[index]
            index += 1
            if NumberText.isSpace(byte) { continue }
            var directive = PackDirective(kind: byte)
            while index < text.count, [0x3C, 0x3E, 0x5F, 0x21].contains(text[index]) {
                if text[index] == 0x3E { directive.isBigEndian = true }
                index += 1
            }
            if index < text.count, text[index] == 0x2A {
                directive.count = Int.max
                index += 1
            } else if index < text.count, (0x30...0x39).contains(text[index]) {
                var count = 0
                while index < text.count, (0x30...0x39).contains(text[index]) {
                    count = min(1 << 40, count * 10 + Int(text[index] - 0x30))
                    index += 1
                }
                directive.count = count
            }
            found.append(directive)
        }
        return found
    }

    // MARK: pack

    private mutating func pack(_ list: Handle, _ directives: [PackDirective]) throws(Stop) -> Value {
        var bytes: [UInt8] = []
        var next = 0
        func item(_ machine: inout Machine) throws(Stop) -> Value {
            guard next < machine.heap.count(list) else { throw machine.error(Core.argumentError, "too few arguments") }
            next += 1
            return machine.heap.element(list, next - 1)
        }
        for directive in directives {
            guard bytes.count <= heap.stringLimit else { throw .limit(.string) }
            switch directive.kind {
            case UInt8(ascii: "a"), UInt8(ascii: "A"), UInt8(ascii: "Z"), UInt8(ascii: "B"), UInt8(ascii: "b"),
                UInt8(ascii: "H"), UInt8(ascii: "h"), UInt8(ascii: "m"):
                let value = try item(&self)
                let source = value.isNil ? [] : heap.bytes(try stringOperand(value)).array
                if let count = directive.count, count != Int.max, count > heap.stringLimit { throw .limit(.string) }
                fuel &-= Int64(source.count >> 3)
                Pack.appendText(source, directive.kind, directive.count, to: &bytes)
            case UInt8(ascii: "x"):
                let count = directive.count ?? 1
                guard count == Int.max || count <= heap.stringLimit else { throw .limit(.string) }
                bytes += [UInt8](repeating: 0, count: count == Int.max ? 0 : count)
            case UInt8(ascii: "U"):
                for _ in 0..<(directive.count == Int.max ? heap.count(list) - next : directive.count ?? 1) {
                    let value = try item(&self)
                    guard value.tag == .integer else { throw typeMismatch(value, into: "Integer") }
                    guard let number = UInt32(exactly: value.integer), let scalar = Unicode.Scalar(number) else {
                        throw error(Core.rangeError, "pack(U): value out of range")
                    }
                    if let encoded = UTF8.encode(scalar) { bytes.append(contentsOf: encoded) }
                    fuel &-= 1
                }
            default:
                let count = directive.count == Int.max ? heap.count(list) - next : directive.count ?? 1
                guard directive.integer != nil || directive.float != nil else {
                    throw error(
                        Core.argumentError, "unknown pack directive '", try heap.newString([directive.kind]), "'")
                }
                for _ in 0..<count {
                    let value = try item(&self)
                    fuel &-= 1
                    if let layout = directive.integer {
                        let number = try packedInteger(value)
                        Pack.append(number, layout.size, isBigEndian: layout.isBigEndian, to: &bytes)
                    } else if let layout = directive.float {
                        guard value.tag == .float || value.tag == .integer else {
                            throw typeMismatch(value, into: "Float")
                        }
                        let number = value.tag == .float ? value.double : Double(value.integer)
                        let bits = layout.size == 4 ? UInt64(Float(number).bitPattern) : number.bitPattern
                        Pack.append(bits, layout.size, isBigEndian: layout.isBigEndian, to: &bytes)
                    }
                }
            }
        }
        fuel &-= Int64(bytes.count >> 3)
        guard bytes.count <= heap.stringLimit else { throw .limit(.string) }
        return try heap.newString(bytes)
    }

    private mutating func packedInteger(_ value: Value) throws(Stop) -> UInt64 {
        switch value.tag {
        case .integer: return UInt64(bitPattern: value.integer)
        case .float where value.double.magnitude < 1e18: return UInt64(bitPattern: Int64(value.double))
        default: throw typeMismatch(value, into: "Integer")
        }
    }

    // MARK: unpack

    private mutating func unpack(_ source: [UInt8], _ directives: [PackDirective]) throws(Stop) -> Value {
        let list = try heap.newArray(capacity: 8)
        var index = 0
        for directive in directives {
            let rest = source.count - index
            switch directive.kind {
            case UInt8(ascii: "a"), UInt8(ascii: "A"), UInt8(ascii: "Z"):
                let count = min(rest, directive.count ?? 1)
                let field = Array(source[index..<index + count])
                index += count
                var shown = field
                if directive.kind == UInt8(ascii: "A") {
                    while let last = shown.last, last == 0x20 || last == 0 { shown.removeLast() }
                } else if directive.kind == UInt8(ascii: "Z"), let end = shown.firstIndex(of: 0) {
                    shown = Array(shown[..<end])
                    // `Z*` goes on behind its zero.
                    if directive.count == Int.max { index -= field.count - end - 1 }
                }
                fuel &-= Int64(field.count >> 3)
                try heap.push(list, try heap.newString(shown))
            case UInt8(ascii: "B"), UInt8(ascii: "b"), UInt8(ascii: "H"), UInt8(ascii: "h"):
                let perByte = directive.kind | 0x20 == UInt8(ascii: "b") ? 8 : 2
                let wanted = min(rest * perByte, directive.count ?? 1)
                let used = (wanted + perByte - 1) / perByte
                let text = Pack.digits(source[index..<index + used], directive.kind, count: wanted)
                index += used
                fuel &-= Int64(text.count >> 2)
                guard text.count <= heap.stringLimit else { throw .limit(.string) }
                try heap.push(list, try heap.newString(text))
            case UInt8(ascii: "m"):
                fuel &-= Int64(rest >> 2)
                try heap.push(list, try heap.newString(Pack.base64Decoded(source[index...])))
                index = source.count
            case UInt8(ascii: "x"):
                let count = directive.count == Int.max ? rest : directive.count ?? 1
                guard count <= rest else { throw error(Core.argumentError, "x outside of string") }
                index += count
            case UInt8(ascii: "U"):
                var left = directive.count ?? 1
                while left > 0, index < source.count {
                    let (scalar, length) = try decodedScalar(source, index)
                    try heap.push(list, .integer(Int64(scalar)))
                    fuel &-= 1
                    index += length
                    left -= 1
                }
            default:
                guard let size = directive.integer?.size ?? directive.float?.size else {
                    throw error(
                        Core.argumentError, "unknown unpack directive '", try heap.newString([directive.kind]), "'")
                }
                var left = directive.count ?? 1
                while left > 0, index + size <= source.count {
                    let bigEndian = directive.integer?.isBigEndian ?? directive.float?.isBigEndian ?? false
                    let bits = Pack.bits(source[index..<index + size], isBigEndian: bigEndian)
                    index += size
                    left -= 1
                    fuel &-= 1
                    if let layout = directive.integer {
                        try heap.push(list, try unpackedInteger(bits, size: layout.size, isSigned: layout.isSigned))
                    } else {
                        let value =
                            size == 4
                            ? Double(Float(bitPattern: UInt32(truncatingIfNeeded: bits))) : Double(bitPattern: bits)
                        try heap.push(list, .float(value))
                    }
                }
                // What is missing is nil, when a count was given.
                if left > 0, directive.count != Int.max {
                    guard left <= 1 << 20 else { throw .limit(.heap) }
                    for _ in 0..<left { try heap.push(list, .null) }
                }
            }
        }
        return .array(list)
    }

    private mutating func unpackedInteger(_ bits: UInt64, size: Int, isSigned: Bool) throws(Stop) -> Value {
        if size == 8 { return isSigned ? .integer(Int64(bitPattern: bits)) : try integerValue(bits) }
        guard isSigned else { return .integer(Int64(bits)) }
        let shift = UInt64(64 - size * 8)
        return .integer(Int64(bitPattern: bits << shift) >> Int64(shift))
    }

    private mutating func decodedScalar(_ source: [UInt8], _ index: Int) throws(Stop) -> (UInt32, Int) {
        let lead = source[index]
        if lead < 0x80 { return (UInt32(lead), 1) }
        let length = lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : 2
        guard lead >= 0xC2, lead < 0xF5, index + length <= source.count else {
            throw error(Core.argumentError, "malformed UTF-8 character")
        }
        var value = UInt32(lead) & (length == 4 ? 0x07 : length == 3 ? 0x0F : 0x1F)
        for offset in 1..<length {
            guard source[index + offset] & 0xC0 == 0x80 else {
                throw error(Core.argumentError, "malformed UTF-8 character")
            }
            value = value << 6 | UInt32(source[index + offset] & 0x3F)
        }
        return (value, length)
    }
}

/// The text and number forms of `pack`, over plain bytes.
private enum Pack {
    static func append(_ bits: UInt64, _ size: Int, isBigEndian: Bool, to bytes: inout [UInt8]) {
        for index in 0..<size {
            let shift = UInt64(isBigEndian ? size - 1 - index : index) * 8
            bytes.append(UInt8(truncatingIfNeeded: bits >> shift))
        }
    }

    static func bits(_ bytes: ArraySlice<UInt8>, isBigEndian: Bool) -> UInt64 {
        var value: UInt64 = 0
        if isBigEndian {
            for byte in bytes { value = value << 8 | UInt64(byte) }
        } else {
            for byte in bytes.reversed() { value = value << 8 | UInt64(byte) }
        }
        return value
    }

    static func appendText(_ source: [UInt8], _ kind: UInt8, _ count: Int?, to bytes: inout [UInt8]) {
        switch kind {
        case UInt8(ascii: "a"), UInt8(ascii: "A"), UInt8(ascii: "Z"):
            let width = count == Int.max ? source.count + (kind == UInt8(ascii: "Z") ? 1 : 0) : count ?? 1
            bytes += source.prefix(width)
            let filler: UInt8 = kind == UInt8(ascii: "A") ? 0x20 : 0
            if width > source.count { bytes += [UInt8](repeating: filler, count: width - source.count) }
        case UInt8(ascii: "m"):
            appendBase64(source, lineLength: count == 0 ? nil : 45, to: &bytes)
        default:
            let perByte = kind | 0x20 == UInt8(ascii: "b") ? 8 : 2
            let wanted = count == Int.max ? source.count : count ?? 1
            var value: UInt8 = 0
            var filled = 0
            for index in 0..<wanted {
                let byte = index < source.count ? source[index] : 0x30
                let digit =
                    perByte == 8 ? byte & 1 : byte >= 0x41 ? (byte & 7) + 9 & 15 : byte & 15
                switch kind {
                case UInt8(ascii: "B"): value |= digit << UInt8(7 - filled)
                case UInt8(ascii: "b"): value |= digit << UInt8(filled)
                case UInt8(ascii: "H"): value |= digit << UInt8(filled == 0 ? 4 : 0)
                default: value |= digit << UInt8(filled == 0 ? 0 : 4)
                }
                filled += 1
                if filled == perByte {
                    bytes.append(value)
                    (value, filled) = (0, 0)
                }
            }
            if filled > 0 { bytes.append(value) }
        }
    }

    static func digits(_ source: ArraySlice<UInt8>, _ kind: UInt8, count: Int) -> [UInt8] {
        var text: [UInt8] = []
        text.reserveCapacity(count + 8)
        for byte in source {
            switch kind {
            case UInt8(ascii: "B"): for bit in 0..<8 { text.append(0x30 + (byte >> UInt8(7 - bit) & 1)) }
            case UInt8(ascii: "b"): for bit in 0..<8 { text.append(0x30 + (byte >> UInt8(bit) & 1)) }
            default:
                let (high, low) = (byte >> 4, byte & 15)
                let (first, second) = kind == UInt8(ascii: "H") ? (high, low) : (low, high)
                text.append(first < 10 ? 0x30 + first : 0x57 + first)
                text.append(second < 10 ? 0x30 + second : 0x57 + second)
            }
        }
        return Array(text.prefix(count))
    }

    private static let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)

    /// The value of each digit; 64: none.
    private static let digitValues: [UInt8] = (0...255).map { byte in
        alphabet.firstIndex(of: UInt8(byte)).map { UInt8($0) } ?? 64
    }

    static func appendBase64(_ source: [UInt8], lineLength: Int?, to bytes: inout [UInt8]) {
        var index = 0
        while index < source.count {
            let end = min(source.count, index + (lineLength ?? source.count))
            while index < end {
                let count = min(3, end - index)
                var bits = UInt32(source[index]) << 16
                if count > 1 { bits |= UInt32(source[index + 1]) << 8 }
                if count > 2 { bits |= UInt32(source[index + 2]) }
                index += count
                bytes.append(alphabet[Int(bits >> 18 & 63)])
                bytes.append(alphabet[Int(bits >> 12 & 63)])
                bytes.append(count > 1 ? alphabet[Int(bits >> 6 & 63)] : UInt8(ascii: "="))
                bytes.append(count > 2 ? alphabet[Int(bits & 63)] : UInt8(ascii: "="))
            }
            if lineLength != nil { bytes.append(0x0A) }
        }
    }

    static func base64Decoded(_ source: ArraySlice<UInt8>) -> [UInt8] {
        var bytes: [UInt8] = []
        var bits: UInt32 = 0
        var held = 0
        for byte in source {
            if byte == UInt8(ascii: "=") { break }
            let digit = digitValues[Int(byte)]
            guard digit < 64 else { continue }
            bits = bits << 6 | UInt32(digit)
            held += 6
            if held >= 8 {
                held -= 8
                bytes.append(UInt8(truncatingIfNeeded: bits >> UInt32(held)))
                bits &= (1 << UInt32(held)) - 1
            }
        }
        return bytes
    }
}
