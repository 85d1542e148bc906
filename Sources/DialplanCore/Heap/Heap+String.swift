/// Strings: bytes with cached facts. Short ones hold their bytes inline; literals point into the image until written to.
extension Heap {
    static let unknownCount = UInt32.max

    /// A string that can grow to `capacity` bytes without moving.
    mutating func newString(capacity: Int) throws(Stop) -> Handle {
        guard capacity <= stringLimit else { throw .limit(.string) }
        work &+= Int64(capacity >> 6)
        let room = max(16, (capacity &+ 15) & ~15)
        let handle = try region.allocate(.string, size: Layout.String.inline &+ room, class: Core.string)
        region.set(handle, Layout.String.capacity, u32: UInt32(truncatingIfNeeded: room))
        return handle
    }

    /// A copy of bytes.
    mutating func newString(_ bytes: ByteView) throws(Stop) -> Value {
        let position = region.position(of: bytes)
        let handle = try newString(capacity: bytes.count)
        region.copy(region.view(bytes, at: position), to: handle, Layout.String.inline)
        region.set(handle, Layout.String.length, u32: UInt32(bytes.count))
        return .string(handle)
    }

    mutating func newString(_ text: StaticString) throws(Stop) -> Value { try newString(ByteView(text)) }

    mutating func newString(_ bytes: [UInt8]) throws(Stop) -> Value {
        let handle = try newString(capacity: bytes.count)
        region.copy(bytes, to: handle, Layout.String.inline)
        region.set(handle, Layout.String.length, u32: UInt32(bytes.count))
        return .string(handle)
    }

    /// A copy of a part of another string.
    mutating func newString(from source: Handle, _ start: Int, _ count: Int) throws(Stop) -> Value {
        let handle = try newString(capacity: count)
        region.copy(bytes(source).slice(start, start + count), to: handle, Layout.String.inline)
        setLength(handle, count, region.flags(of: source).contains(.ascii) ? .asciiText : [])
        if count >= 1024 { work &+= Int64(count >> 8) }
        return .string(handle)
    }

    /// A string whose bytes stay in the image until it is written to.
    mutating func newLiteral(_ literal: StringLiteral) throws(Stop) -> Value {
        if literal.address & Handle.shared == 0 {
            let list = element(evaluatedLiterals, Int(literal.address >> 16))
            guard list.tag == .array else { return try newString("") }
            let text = element(list.handle, Int(literal.address & 0xFFFF))
            return try newString(from: text.handle, 0, length(text.handle))
        }
        let handle = try region.allocate(.string, size: Layout.String.inline, class: Core.string)
        region.set(handle, Layout.String.length, u32: literal.count)
        region.set(handle, Layout.String.buffer, u32: literal.address)
        region.set(handle, Layout.String.characters, u32: literal.characters)
        region.setFlags(literal.flags, of: handle)
        return .string(handle)
    }

    @inline(__always) func length(_ handle: Handle) -> Int { Int(region.u32(handle, Layout.String.length)) }

    /// Valid until the next allocation.
    @inline(__always) func bytes(_ handle: Handle) -> ByteView {
        let fields = region.fields(handle)
        let (count, buffer) = (Int(fields[0]), fields[2])
        if buffer == 0 { return region.bytes(handle, Layout.String.inline, count) }
        return region.bytes(buffer, buffer & Handle.shared != 0 ? 0 : Region.headerBytes, count)
    }

    @inline(__always) func bytes(_ value: Value) -> ByteView { bytes(value.handle) }

    /// Makes room for `capacity` bytes of the string's own.
    mutating func reserveString(_ handle: Handle, _ capacity: Int) throws(Stop) {
        guard capacity <= stringLimit else { throw .limit(.string) }
        guard capacity > Int(region.u32(handle, Layout.String.capacity)) else { return }
        let count = length(handle)
        let room = min(stringLimit, max(32, max(capacity, count * 2)))
        let buffer = try region.allocate(.bytes, size: Region.headerBytes + room)
        region.copy(bytes(handle), to: buffer, Region.headerBytes)
        region.set(handle, Layout.String.buffer, u32: buffer)
        region.set(handle, Layout.String.capacity, u32: UInt32(room))
    }

    /// Where the bytes of a string that owns them lie.
    private func place(_ handle: Handle) -> (Handle, Int) {
        let buffer = region.u32(handle, Layout.String.buffer)
        return buffer == 0 ? (handle, Layout.String.inline) : (buffer, Region.headerBytes)
    }

    private mutating func grew(_ handle: Handle, to count: Int, byASCII: Bool) {
        region.set(handle, Layout.String.length, u32: UInt32(count))
        let flags = region.flags(of: handle)
        if byASCII, flags.contains(.ascii) {
            region.set(handle, Layout.String.characters, u32: UInt32(count))
        } else {
            region.setFlags(flags.subtracting(ObjectFlags.asciiText), of: handle)
        }
    }

    /// The bytes have been written: how many there are, and what is known of them (ASCII, or nothing).
    @inline(__always) mutating func setLength(_ handle: Handle, _ count: Int, _ facts: ObjectFlags) {
        var fields = region.fields(handle)
        fields[0] = UInt32(truncatingIfNeeded: count)
        if facts.contains(.ascii) { fields[3] = UInt32(truncatingIfNeeded: count) }
        region.setFields(handle, fields)
        region.setFlags(facts, of: handle)
    }

    mutating func append(_ handle: Handle, _ text: ByteView) throws(Stop) {
        let count = length(handle)
        let position = region.position(of: text)
        try reserveString(handle, count + text.count)
        let (object, offset) = place(handle)
        region.copy(region.view(text, at: position), to: object, offset + count)
        grew(handle, to: count + text.count, byASCII: false)
    }

    mutating func append(_ handle: Handle, _ text: StaticString) throws(Stop) { try append(handle, ByteView(text)) }

    mutating func append(_ handle: Handle, byte: UInt8) throws(Stop) {
        let count = length(handle)
        try reserveString(handle, count + 1)
        let (object, offset) = place(handle)
        region.setByte(object, offset + count, byte)
        grew(handle, to: count + 1, byASCII: byte < 0x80)
    }

    /// Appends a part of a string (possibly of itself).
    mutating func append(_ handle: Handle, from source: Handle, _ start: Int, _ count: Int) throws(Stop) {
        let length = length(handle)
        try reserveString(handle, length + count)
        let (object, offset) = place(handle)
        let ascii = region.flags(of: source).contains(.ascii)
        region.copy(bytes(source).slice(start, start + count), to: object, offset + length)
        grew(handle, to: length + count, byASCII: ascii)
    }

    mutating func append(_ handle: Handle, string source: Handle) throws(Stop) {
        try append(handle, from: source, 0, length(source))
    }

    mutating func append(_ handle: Handle, integer: Int64) throws(Stop) {
        let count = length(handle)
        try reserveString(handle, count + DecimalDigits.count(integer))
        let (object, offset) = place(handle)
        let written = region.write(integer, to: object, offset + count)
        grew(handle, to: count + written, byASCII: true)
    }

    mutating func append(_ handle: Handle, integer: Int64, radix: UInt64) throws(Stop) {
        var digits: (UInt64, UInt64, UInt64, UInt64, UInt64, UInt64, UInt64, UInt64) = (0, 0, 0, 0, 0, 0, 0, 0)
        try reserveString(handle, length(handle) + 66)
        var rest = integer.magnitude
        var count = 0
        func digit(_ value: UInt64) -> UInt64 { value < 10 ? 48 + value : 87 + value }
        // At most 64 digits, packed eight to a word, lowest first.
        repeat {
            let value = digit(rest % radix) << UInt64((count & 7) * 8)
            switch count >> 3 {
            case 0: digits.0 |= value
            case 1: digits.1 |= value
            case 2: digits.2 |= value
            case 3: digits.3 |= value
            case 4: digits.4 |= value
            case 5: digits.5 |= value
            case 6: digits.6 |= value
            default: digits.7 |= value
            }
            rest /= radix
            count += 1
        } while rest > 0
        let start = length(handle)
        let (object, offset) = place(handle)
        var position = offset + start
        if integer < 0 {
            region.setByte(object, position, 0x2D)
            position += 1
        }
        for index in stride(from: count - 1, through: 0, by: -1) {
            let word =
                switch index >> 3 {
                case 0: digits.0
                case 1: digits.1
                case 2: digits.2
                case 3: digits.3
                case 4: digits.4
                case 5: digits.5
                case 6: digits.6
                default: digits.7
                }
            region.setByte(object, position, UInt8(truncatingIfNeeded: word >> UInt64((index & 7) * 8)))
            position += 1
        }
        grew(handle, to: position - offset, byASCII: true)
    }

    /// Replaces all bytes of a string by those of another.
    mutating func replace(_ handle: Handle, with source: Handle) throws(Stop) {
        guard handle != source else { return }
        let count = length(source)
        try reserveString(handle, max(1, count))
        let (object, offset) = place(handle)
        region.copy(bytes(source), to: object, offset)
        region.set(handle, Layout.String.length, u32: UInt32(count))
        let facts: ObjectFlags = .asciiText
        region.setFlags(
            region.flags(of: handle).subtracting(facts).union(region.flags(of: source).intersection(facts)), of: handle)
        region.set(handle, Layout.String.characters, u32: region.u32(source, Layout.String.characters))
    }

    /// Makes the bytes the string's own, so that they can be written in place.
    mutating func makeWritable(_ handle: Handle) throws(Stop) {
        guard region.u32(handle, Layout.String.buffer) & Handle.shared != 0 else { return }
        work &+= Int64(length(handle) >> 6)
        try reserveString(handle, max(1, length(handle)))
    }

    /// Writes a byte of a string made writable.
    mutating func setByte(_ handle: Handle, _ index: Int, _ byte: UInt8) {
        let (object, offset) = place(handle)
        region.setByte(object, offset &+ index, byte)
        let flags = region.flags(of: handle)
        // A string that is known to be ASCII still is when the byte is.
        if !flags.contains(.ascii) || byte >= 0x80 {
            region.setFlags(flags.subtracting(ObjectFlags.asciiText), of: handle)
        }
    }

    /// Changes the case of a string made writable, ASCII only; whether anything changed.
    mutating func changeASCIICase(_ handle: Handle, _ change: CaseChange) -> Bool {
        let (object, offset) = place(handle)
        var changed = false
        for index in 0..<length(handle) {
            let byte = region.byte(object, offset &+ index)
            guard (0x61...0x7A).contains(byte | 0x20) else { continue }
            let isLower = byte & 0x20 != 0
            let flips =
                switch change {
                case .up: isLower
                case .down: !isLower
                case .capital: index == 0 ? isLower : !isLower
                case .swap: true
                }
            if flips {
                region.setByte(object, offset &+ index, byte ^ 0x20)
                changed = true
            }
        }
        return changed
    }

    mutating func truncate(_ handle: Handle, to count: Int) {
        let ascii = region.flags(of: handle).contains(.ascii)
        region.set(handle, Layout.String.length, u32: UInt32(count))
        grew(handle, to: count, byASCII: ascii)
    }

    // MARK: Characters

    /// The facts about a string's bytes, looked at once.
    @inline(__always) mutating func facts(_ handle: Handle) -> ObjectFlags {
        let flags = region.flags(of: handle)
        return flags.contains(.scanned) ? flags : scannedFacts(handle, flags)
    }

    @inline(never) private mutating func scannedFacts(_ handle: Handle, _ flags: ObjectFlags) -> ObjectFlags {
        work &+= Int64(length(handle) >> 5)
        let facts = UTF8Facts(bytes(handle))
        region.setFlags(flags.union(facts.flags), of: handle)
        region.set(handle, Layout.String.characters, u32: UInt32(facts.characters))
        return flags.union(facts.flags)
    }

    /// Characters; in a string that is not valid UTF-8 every stray byte counts as one.
    mutating func characterCount(_ handle: Handle) -> Int {
        _ = facts(handle)
        return Int(region.u32(handle, Layout.String.characters))
    }

    /// Byte offset of a character, 0 … characterCount.
    mutating func byteOffset(_ handle: Handle, character: Int) -> Int {
        if facts(handle).contains(.ascii) { return min(character, length(handle)) }
        work &+= Int64(character >> 2)
        let view = bytes(handle)
        var offset = 0
        var left = character
        while left > 0, offset < view.count {
            offset += UTF8Facts.characterLength(view, offset)
            left -= 1
        }
        return offset
    }

    /// The number of the character that begins at (or holds) a byte offset.
    mutating func characterIndex(_ handle: Handle, byteOffset: Int) -> Int {
        if facts(handle).contains(.ascii) { return byteOffset }
        work &+= Int64(byteOffset >> 2)
        let view = bytes(handle)
        var offset = 0
        var count = 0
        while offset < byteOffset, offset < view.count {
            offset += UTF8Facts.characterLength(view, offset)
            count += 1
        }
        return count
    }
}

/// What one pass over bytes tells.
struct UTF8Facts {
    var flags: ObjectFlags
    var characters: Int

    init(_ bytes: ByteView) {
        var ascii = true
        var valid = true
        var count = 0
        var index = 0
        while index < bytes.count {
            if bytes[index] < 0x80 {
                index += 1
            } else {
                ascii = false
                let length = UTF8Facts.validLength(bytes, index)
                if length == 0 { valid = false }
                index += max(1, length)
            }
            count += 1
        }
        characters = count
        flags = .scanned
        if ascii { flags.insert(.ascii) }
        if valid { flags.insert(.validUTF8) }
    }

    /// Bytes of the character at an offset; 1 for a stray byte.
    @inline(__always) static func characterLength(_ bytes: ByteView, _ index: Int) -> Int {
        // No lead byte is below C2 or above F4: ASCII and most stray bytes are known without a call.
        bytes[index] < 0xC2 || bytes[index] > 0xF4 ? 1 : max(1, validLength(bytes, index))
    }

    /// Length of the well-formed sequence at `index` (RFC 3629), or 0.
    static func validLength(_ bytes: ByteView, _ index: Int) -> Int {
        let lead = bytes[index]
        func follows(_ count: Int, _ low: UInt8, _ high: UInt8) -> Int {
            guard index + count < bytes.count else { return 0 }
            guard bytes[index + 1] >= low, bytes[index + 1] <= high else { return 0 }
            var position = index + 2
            while position <= index + count {
                guard bytes[position] & 0xC0 == 0x80 else { return 0 }
                position += 1
            }
            return count + 1
        }
        switch lead {
        case 0x00...0x7F: return 1
        case 0xC2...0xDF: return follows(1, 0x80, 0xBF)
        case 0xE0: return follows(2, 0xA0, 0xBF)
        case 0xE1...0xEC, 0xEE...0xEF: return follows(2, 0x80, 0xBF)
        case 0xED: return follows(2, 0x80, 0x9F)
        case 0xF0: return follows(3, 0x90, 0xBF)
        case 0xF1...0xF3: return follows(3, 0x80, 0xBF)
        case 0xF4: return follows(3, 0x80, 0x8F)
        default: return 0
        }
    }
}
