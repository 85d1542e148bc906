/// Numbers in text, as Ruby reads them.
enum NumberText {
    /// `to_i` (strict: Integer()). Radix 0: by prefix. Nil when strict and malformed, or beyond Int64.
    static func integer(_ text: ByteView, radix requested: Int, strict: Bool) -> Int64? {
        var index = 0
        var end = text.count
        while index < end, isSpace(text[index]) { index += 1 }
        if strict { while end > index, isSpace(text[end - 1]) { end -= 1 } }
        var negative = false
        if index < end, text[index] == 0x2B || text[index] == 0x2D {
            negative = text[index] == 0x2D
            index += 1
        }
        var radix = requested
        if index + 1 < end, text[index] == 0x30 {
            let mark = text[index + 1] | 0x20
            let marked = mark == 0x78 ? 16 : mark == 0x62 ? 2 : mark == 0x6F ? 8 : 0
            if marked != 0, radix == 0 || radix == marked {
                radix = marked
                index += 2
            } else if radix == 0 {
                radix = 8
            }
        }
        if radix == 0 { radix = 10 }
        var value: Int64 = 0
        var digits = 0
        var lastWasUnderscore = false
        while index < end {
            let byte = text[index]
            if byte == 0x5F, digits > 0, !lastWasUnderscore {
                lastWasUnderscore = true
                index += 1
                continue
            }
            guard let digit = digit(byte), digit < radix else { break }
            lastWasUnderscore = false
            let (product, overflow) = value.multipliedReportingOverflow(by: Int64(radix))
            let (sum, overflow2) = product.subtractingReportingOverflow(Int64(digit))
            if overflow || overflow2 { return nil }
            value = sum
            digits += 1
            index += 1
        }
        if strict, digits == 0 || index < end || lastWasUnderscore { return nil }
        // Collected below zero, where there is one number more.
        if negative { return value }
        return value == Int64.min ? nil : -value
    }

    /// Digits, radix and sign of an integer of any length, read as `integer` does. Nil when strict and malformed.
    static func digits(
        _ text: ByteView, radix requested: Int, strict: Bool
    ) -> (digits: [UInt8], radix: Int, isNegative: Bool)? {
        var index = 0
        var end = text.count
        while index < end, isSpace(text[index]) { index += 1 }
        if strict { while end > index, isSpace(text[end - 1]) { end -= 1 } }
        var negative = false
        if index < end, text[index] == 0x2B || text[index] == 0x2D {
            negative = text[index] == 0x2D
            index += 1
        }
        var radix = requested
        if index + 1 < end, text[index] == 0x30 {
            let mark = text[index + 1] | 0x20
            let marked = mark == 0x78 ? 16 : mark == 0x62 ? 2 : mark == 0x6F ? 8 : 0
            if marked != 0, radix == 0 || radix == marked {
                radix = marked
                index += 2
            } else if radix == 0 {
                radix = 8
            }
        }
        if radix == 0 { radix = 10 }
        var found: [UInt8] = []
        var lastWasUnderscore = false
        while index < end {
            let byte = text[index]
            if byte == 0x5F, !found.isEmpty, !lastWasUnderscore {
                lastWasUnderscore = true
            } else if let digit = digit(byte), digit < radix {
                lastWasUnderscore = false
                found.append(UInt8(digit))
            } else {
                break
            }
            index += 1
        }
        if strict, found.isEmpty || index < end || lastWasUnderscore { return nil }
        return (found, radix, negative)
    }

    static func digit(_ byte: UInt8) -> Int? {
        switch byte {
        case 0x30...0x39: Int(byte) - 0x30
        case 0x61...0x7A: Int(byte) - 0x57
        case 0x41...0x5A: Int(byte) - 0x37
        default: nil
        }
    }

    static func isSpace(_ byte: UInt8) -> Bool { byte == 0x20 || (byte >= 9 && byte <= 13) }

    /// `to_f` (strict: Float()).
    static func float(_ text: ByteView, strict: Bool) -> Double? {
        var index = 0
        var clean: [UInt8] = []
        while index < text.count, isSpace(text[index]) { index += 1 }
        let start = index
        if index < text.count, text[index] == 0x2B || text[index] == 0x2D {
            clean.append(text[index])
            index += 1
        }
        var digits = 0
        func isDigit(_ position: Int) -> Bool { position < text.count && (0x30...0x39).contains(text[position]) }
        while index < text.count, clean.count < 400 {
            if isDigit(index) {
                clean.append(text[index])
                digits += 1
            } else if text[index] != 0x5F || digits == 0 || !isDigit(index + 1) {
                break
            }
            index += 1
        }
        if index < text.count, text[index] == 0x2E, isDigit(index + 1) {
            if digits == 0 { clean.append(0x30) }
            digits += 1
            clean.append(0x2E)
            index += 1
            while isDigit(index), clean.count < 400 {
                clean.append(text[index])
                index += 1
            }
        }
        if digits > 0, index < text.count, text[index] | 0x20 == 0x65 {
            let signed = index + 1 < text.count && (text[index + 1] == 0x2B || text[index + 1] == 0x2D)
            let first = index + (signed ? 2 : 1)
            if isDigit(first) {
                clean.append(0x65)
                if signed { clean.append(text[index + 1]) }
                index = first
                while isDigit(index), clean.count < 410 {
                    clean.append(text[index])
                    index += 1
                }
            }
        }
        if strict {
            var end = text.count
            while end > index, isSpace(text[end - 1]) { end -= 1 }
            if digits == 0 || index < end || index == start { return nil }
        }
        guard digits > 0 else { return 0 }
        return Double(String(decoding: clean, as: UTF8.self)) ?? 0
    }
}
