/// Where the benchmark puts each value that it reads.
protocol Sink {
    mutating func text(_ name: StaticString, _ bytes: Span<UInt8>)
    mutating func number(_ name: StaticString, _ value: UInt64)
}

/// Folds every octet of every value into one number, eight at a time, so that no read can be optimised away.
struct Checksum: Sink {
    private(set) var value: UInt64 = 0

    @inline(__always)
    mutating func number(_ name: StaticString, _ number: UInt64) { value = (value ^ number) &* 0x9E37_79B9_7F4A_7C15 }

    @inline(__always)
    mutating func text(_ name: StaticString, _ bytes: Span<UInt8>) {
        let raw = bytes.bytes
        let count = raw.byteCount
        var sum = UInt64(truncatingIfNeeded: count)
        if count >= 8 {
            var index = 0
            while index &+ 8 < count {
                sum = (sum &<< 5) ^ sum &+ raw.unsafeLoadUnaligned(fromByteOffset: index, as: UInt64.self)
                index &+= 8
            }
            sum = (sum &<< 5) ^ sum &+ raw.unsafeLoadUnaligned(fromByteOffset: count &- 8, as: UInt64.self)
        } else if count >= 4 {
            let first = UInt64(raw.unsafeLoadUnaligned(fromByteOffset: 0, as: UInt32.self))
            let last = UInt64(raw.unsafeLoadUnaligned(fromByteOffset: count &- 4, as: UInt32.self))
            sum = (sum &<< 5) ^ sum &+ (first | last &<< 32)
        } else if count > 0 {
            let first = UInt64(raw.unsafeLoadUnaligned(fromByteOffset: 0, as: UInt8.self))
            let middle = UInt64(raw.unsafeLoadUnaligned(fromByteOffset: count &>> 1, as: UInt8.self))
            let last = UInt64(raw.unsafeLoadUnaligned(fromByteOffset: count &- 1, as: UInt8.self))
            sum = (sum &<< 5) ^ sum &+ (first | middle &<< 8 | last &<< 16)
        }
        number(name, sum)
    }
}

/// Prints every value, for `check`.
struct Printer: Sink {
    private(set) var output = ""

    mutating func number(_ name: StaticString, _ value: UInt64) { output += "\(name)=\(value)\n" }

    mutating func text(_ name: StaticString, _ bytes: Span<UInt8>) {
        var text: [UInt8] = []
        for index in bytes.indices { text.append(bytes[index]) }
        output += "\(name)=\(String(decoding: text, as: UTF8.self))\n"
    }
}
