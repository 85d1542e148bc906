/// Characters of strings: code points, parts, upper and lower case.
extension Machine {
    func codepoint(_ view: ByteView, _ index: Int) -> UInt32 {
        character(view, index).scalar
    }

    /// The character at an offset and its bytes; a stray byte stands for itself.
    @inline(__always) func character(_ view: ByteView, _ index: Int) -> (scalar: UInt32, length: Int) {
        let length = UTF8Facts.characterLength(view, index)
        let lead = UInt32(view[index])
        guard length > 1 else { return (lead, 1) }
        var value = lead & (0x7F >> UInt32(length))
        for offset in 1..<length { value = value << 6 | UInt32(view[index + offset] & 0x3F) }
        return (value, length)
    }

    /// Replaces a range of bytes.
    mutating func replaceBytes(
        _ handle: Handle, _ offset: Int, _ removed: Int, with other: Handle
    ) throws(Stop) {
        let count = heap.length(handle)
        let text = try heap.newString(capacity: count - removed + heap.length(other))
        heap.region.setFlags(.asciiText, of: text)
        _ = heap.facts(handle)
        try heap.append(text, from: handle, 0, offset)
        try heap.append(text, string: other)
        try heap.append(text, from: handle, offset + removed, count - offset - removed)
        try heap.replace(handle, with: text)
    }

    /// `s[start, length]` in characters; nil outside.
    mutating func substring(_ handle: Handle, _ start: Int, _ length: Int) throws(Stop) -> Value {
        let characters = heap.characterCount(handle)
        let first = start < 0 ? start + characters : start
        guard first >= 0, first <= characters, length >= 0 else { return .null }
        let last = first + min(length, characters - first)
        let from = heap.byteOffset(handle, character: first)
        let to = heap.byteOffset(handle, character: last)
        return try heap.newString(from: handle, from, to - from)
    }

    mutating func changeCase(_ value: Value, _ change: CaseChange) throws(Stop) -> Bool {
        let handle = value.handle
        let count = heap.length(handle)
        if !heap.facts(handle).contains(.ascii) {
            guard heap.facts(handle).contains(.validUTF8) else {
                throw error(Core.argumentError, "input string invalid")
            }
            guard count <= Machine.longText / 4 else { throw .slow }
            return try changeUnicodeCase(value, change)
        }
        try heap.makeWritable(handle)
        return heap.changeASCIICase(handle, change)
    }

    private mutating func changeUnicodeCase(_ value: Value, _ change: CaseChange) throws(Stop) -> Bool {
        heap.work &+= Int64(heap.length(value.handle))
        let source = String(decoding: heap.bytes(value).array, as: UTF8.self)
        var result = ""
        for (index, scalar) in source.unicodeScalars.enumerated() {
            let up =
                switch change {
                case .up: true
                case .down: false
                case .capital: index == 0
                case .swap: scalar.properties.isLowercase
                }
            result += up ? scalar.properties.uppercaseMapping : scalar.properties.lowercaseMapping
        }
        if result.utf8.elementsEqual(source.utf8) { return false }
        let text = try heap.newString(Array(result.utf8))
        try heap.replace(value.handle, with: text.handle)
        return true
    }
}
