extension String {
    /// The text of `range`; octets that are not UTF-8 become U+FFFD. Only for values shown or compared: what is sent on
    /// is copied as bytes.
    init(_ bytes: Span<UInt8>, _ range: ByteRange) {
        guard !range.isEmpty, Int(range.end) <= bytes.count else {
            self = ""
            return
        }
        // The buffer is the span's own memory, used only inside the closure.
        self = unsafe bytes.extracting(range.range).withUnsafeBufferPointer { buffer in
            unsafe String(decoding: buffer, as: UTF8.self)
        }
    }

    /// The text of a header value with every fold (line end and white space round it) read as one space
    /// (RFC 3261 §7.3.1).
    init(unfolding bytes: Span<UInt8>, _ range: ByteRange) {
        self =
            hasFold(bytes, range) ? String(decoding: unfolded(bytes, range), as: UTF8.self) : String(bytes, range)
    }

    /// ASCII letters in lower case, all else as it is: no locale, no Unicode tables.
    var asciiLowercased: String {
        if !utf8.contains(where: { $0 &- UInt8(ascii: "A") < 26 }) { return self }
        return String(decoding: utf8.map { lowercaseASCII($0) }, as: UTF8.self)
    }
}

/// Whether a CR or LF stands in `range`.
private func hasFold(_ bytes: Span<UInt8>, _ range: ByteRange) -> Bool {
    let end = Int(range.end)
    return Words.find(0x0D, bytes, from: Int(range.start), to: end) < end
        || Words.find(0x0A, bytes, from: Int(range.start), to: end) < end
}

/// `range` with each fold read as one space.
func unfolded(_ bytes: Span<UInt8>, _ range: ByteRange) -> [UInt8] {
    var result: [UInt8] = []
    result.reserveCapacity(range.count)
    var index = Int(range.start)
    let end = Int(range.end)
    while index < end {
        let byte = bytes[index]
        if byte == 0x0D || byte == 0x0A {
            while let last = result.last, last == 0x20 || last == 0x09 { result.removeLast() }
            while index < end, ByteSet.whitespace.contains(bytes[index]) { index &+= 1 }
            result.append(0x20)
        } else {
            result.append(byte)
            index &+= 1
        }
    }
    return result
}

/// The content of a quoted string: quotes off, `\x` read as `x`, folds as one space.
func unquoted(_ bytes: Span<UInt8>, _ range: ByteRange) -> String {
    guard range.count >= 2 else { return "" }
    let between = ByteRange(Int(range.start) &+ 1, Int(range.end) &- 1)
    let hasEscape =
        Words.find(UInt8(ascii: "\\"), bytes, from: Int(between.start), to: Int(between.end)) < Int(between.end)
    if !hasEscape { return String(unfolding: bytes, between) }
    let inner = unfolded(bytes, between)
    guard inner.contains(UInt8(ascii: "\\")) else { return String(decoding: inner, as: UTF8.self) }
    var result: [UInt8] = []
    result.reserveCapacity(inner.count)
    var isEscape = false
    for byte in inner {
        if !isEscape, byte == UInt8(ascii: "\\") {
            isEscape = true
        } else {
            result.append(byte)
            isEscape = false
        }
    }
    return String(decoding: result, as: UTF8.self)
}

/// `text` as a quoted string. Control characters, which only a received quoted pair can have brought in, are escaped too.
/// CR and LF can not be expressed and never get here: see ``FieldText``.
func quoted(_ text: String) -> String {
    var result = "\""
    for scalar in text.unicodeScalars {
        if scalar == "\"" || scalar == "\\" || (scalar.value < 0x20 && scalar != "\t") || scalar.value == 0x7F {
            result.unicodeScalars.append("\\")
        }
        result.unicodeScalars.append(scalar)
    }
    result.append("\"")
    return result
}

/// `text` with each octet outside `set` as a `%` escape.
func percentEncoded(_ text: some StringProtocol, keeping set: ByteSet) -> String {
    var result: [UInt8] = []
    result.reserveCapacity(text.utf8.count)
    for byte in text.utf8 {
        if byte != UInt8(ascii: "%"), byte < 0x80, set.contains(byte) {
            result.append(byte)
        } else {
            result.append(UInt8(ascii: "%"))
            result.append(hexDigit(byte &>> 4))
            result.append(hexDigit(byte & 15))
        }
    }
    return String(decoding: result, as: UTF8.self)
}

/// The octets of `text` with its complete `%` escapes resolved; what is no escape stays.
func percentDecodedBytes(_ text: some StringProtocol) -> [UInt8] {
    var result: [UInt8] = []
    let source = Array(text.utf8)
    result.reserveCapacity(source.count)
    var index = 0
    while index < source.count {
        if source[index] == UInt8(ascii: "%"), index + 2 < source.count, let high = hexValue(source[index + 1]),
            let low = hexValue(source[index + 2])
        {
            result.append(high &<< 4 | low)
            index += 3
        } else {
            result.append(source[index])
            index += 1
        }
    }
    return result
}

func percentDecoded(_ text: some StringProtocol) -> String {
    guard text.utf8.contains(UInt8(ascii: "%")) else { return String(text) }
    return String(decoding: percentDecodedBytes(text), as: UTF8.self)
}

func hexDigit(_ value: UInt8) -> UInt8 {
    value < 10 ? UInt8(ascii: "0") &+ value : UInt8(ascii: "A") &+ (value &- 10)
}

/// Whether both ranges hold the same octets.
@inline(__always)
func areEqual(_ bytes: Span<UInt8>, _ left: ByteRange, _ right: ByteRange) -> Bool {
    let count = left.count
    guard count == right.count else { return false }
    var index = 0
    while index < count {
        if bytes[Int(left.start) &+ index] != bytes[Int(right.start) &+ index] { return false }
        index &+= 1
    }
    return true
}
