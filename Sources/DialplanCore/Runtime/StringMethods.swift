/// String: what looks at or changes bytes and characters without patterns.
enum StringMethod: UInt8 {
    case initialize, plus, times, equal, compare, append, toS, inspect, toI, toF, toSym, length, byteSize, isEmpty,
        upcase
    case downcase, capitalize, swapcase, upcaseBang, downcaseBang, capitalizeBang, reverse, strip, lstrip, rstrip
    case stripBang, lstripBang, rstripBang, chomp, chop, chompBang, chopBang, include, startsWith, endsWith, ord, hash
    case index, rindex, replace, insert, prepend, concat, chars, bytes, lines, getByte, hex, oct, succ, succBang,
        isASCII
    case isValid, encoding, forceEncoding, trimStart, trimEnd, trim, clear, toStr, eql, casecmp, isCasecmp, upto
    case reverseBang, substring, sum, toA18, crypt, unpack, between, slice, indexSet, deletePrefix, deleteSuffix, freeze
    case reversed, padLeft, padRight, codepoints, byteSlice, byteIndex, scrub, intern, setByte

    static let table: [NativeRow<StringMethod>] = [
        NativeRow("initialize", .initialize, 0, 1), NativeRow("+", .plus, 1), NativeRow("*", .times, 1),
        NativeRow("==", .equal, 1), NativeRow("===", .equal, 1), NativeRow("Equals", .equal, 1),
        NativeRow("<=>", .compare, 1), NativeRow("<<", .append, 1), NativeRow("concat", .concat, 0, -1),
        NativeRow("to_s", .toS), NativeRow("to_str", .toS), NativeRow("ToString", .toS), NativeRow("inspect", .inspect),
        NativeRow("dump", .inspect), NativeRow("to_i", .toI, 0, 1), NativeRow("__to_integer", .toI),
        NativeRow("to_f", .toF),
        NativeRow("to_sym", .toSym),
        NativeRow("intern", .toSym), NativeRow("length", .length), NativeRow("size", .length),
        NativeRow("Length", .length), NativeRow("bytesize", .byteSize), NativeRow("empty?", .isEmpty),
        NativeRow("upcase", .upcase, 0, 1), NativeRow("ToUpper", .upcase), NativeRow("downcase", .downcase, 0, 1),
        NativeRow("ToLower", .downcase), NativeRow("capitalize", .capitalize), NativeRow("swapcase", .swapcase),
        NativeRow("upcase!", .upcaseBang), NativeRow("downcase!", .downcaseBang),
        NativeRow("capitalize!", .capitalizeBang), NativeRow("reverse", .reverse), NativeRow("reverse!", .reverseBang),
        NativeRow("strip", .strip), NativeRow("Trim", .strip), NativeRow("lstrip", .lstrip),
        NativeRow("rstrip", .rstrip), NativeRow("strip!", .stripBang), NativeRow("lstrip!", .lstripBang),
        NativeRow("rstrip!", .rstripBang), NativeRow("TrimStart", .trimStart, 0, 1),
        NativeRow("TrimEnd", .trimEnd, 0, 1), NativeRow("chomp", .chomp, 0, 1), NativeRow("chop", .chop),
        NativeRow("chomp!", .chompBang, 0, 1), NativeRow("chop!", .chopBang), NativeRow("include?", .include, 1),
        NativeRow("Contains", .include, 1), NativeRow("start_with?", .startsWith, 0, -1),
        NativeRow("StartsWith", .startsWith, 1), NativeRow("end_with?", .endsWith, 0, -1),
        NativeRow("EndsWith", .endsWith, 1), NativeRow("ord", .ord), NativeRow("index", .index, 1, 2),
        NativeRow("IndexOf", .index, 1, 2), NativeRow("rindex", .rindex, 1, 2), NativeRow("replace", .replace, 1),
        NativeRow("insert", .insert, 2), NativeRow("prepend", .prepend, 0, -1), NativeRow("chars", .chars),
        NativeRow("bytes", .bytes), NativeRow("lines", .lines, 0, 1), NativeRow("to_a", .lines),
        NativeRow("getbyte", .getByte, 1), NativeRow("setbyte", .setByte, 2), NativeRow("hex", .hex),
        NativeRow("oct", .oct), NativeRow("succ", .succ), NativeRow("next", .succ), NativeRow("succ!", .succBang),
        NativeRow("next!", .succBang),
        NativeRow("ascii_only?", .isASCII), NativeRow("valid_encoding?", .isValid), NativeRow("encoding", .encoding),
        NativeRow("force_encoding", .forceEncoding, 1), NativeRow("encode", .forceEncoding, 0, -1),
        NativeRow("clear", .clear), NativeRow("eql?", .eql, 1), NativeRow("casecmp", .casecmp, 1),
        NativeRow("casecmp?", .isCasecmp, 1), NativeRow("Substring", .substring, 1, 2), NativeRow("sum", .sum),
        NativeRow("delete_prefix", .deletePrefix, 1), NativeRow("delete_suffix", .deleteSuffix, 1),
        NativeRow("codepoints", .codepoints), NativeRow("byteslice", .byteSlice, 1, 2),
        NativeRow("__byteindex", .byteIndex, 1, 2), NativeRow("+@", .toS),
        NativeRow("-@", .toS), NativeRow("scrub", .scrub, 0, 1), NativeRow("unicode_normalize", .toS, 0, 1),
        NativeRow("b", .toS),
    ]
}

enum CaseChange { case up, down, capital, swap }

extension Machine {
    mutating func callString(_ method: StringMethod, _ call: NativeCall) throws(Stop) -> Value {
        let target = call.receiver
        let handle = target.handle
        let count = heap.length(handle)
        switch method {
        case .append, .concat, .isEmpty, .byteSize, .length, .toS, .toStr, .getByte, .setByte, .equal, .compare,
            .byteSlice, .byteIndex:
            break
        default: heap.work &+= Int64(count >> 6)
        }
        switch method {
        case .initialize:
            if call.count > 0 { try heap.replace(handle, with: try stringArgument(call, 0).handle) }
            return target
        case .plus:
            let other = try stringArgument(call, 0)
            let text = try heap.newString(capacity: count + heap.length(other.handle))
            heap.region.setFlags(.asciiText, of: text)
            try heap.append(text, string: handle)
            try heap.append(text, string: other.handle)
            return .string(text)
        case .times:
            let times = try integerArgument(call, 0)
            guard times >= 0 else { throw error(Core.argumentError, "negative argument") }
            guard count == 0 || times <= heap.stringLimit / max(1, count) else { throw .limit(.string) }
            fuel &-= Int64(times &* count >> 6)
            let text = try heap.newString(capacity: count * times)
            heap.region.setFlags(.asciiText, of: text)
            if count > 0, times > 0 {
                try heap.append(text, string: handle)
                // Doubled until it is long enough.
                while heap.length(text) < count * times {
                    let have = heap.length(text)
                    try heap.append(text, from: text, 0, min(have, count * times - have))
                }
            }
            return .string(text)
        case .equal, .eql:
            let other = argument(call, 0)
            heap.work &+= other.tag == .string ? Int64(min(count, heap.length(other.handle)) >> 6) : 0
            if other.tag == .object, method == .equal, heap.hasCustomEquality { throw .slow }
            if other.tag == .record, method == .equal {
                return .bool(heap.bytes(target).isEqual(heap.bytes(heap.region.u32(other.handle, Layout.Record.text))))
            }
            return .bool(other.tag == .string && heap.bytes(target).isEqual(heap.bytes(other)))
        case .compare:
            let other = argument(call, 0)
            heap.work &+= other.tag == .string ? Int64(min(count, heap.length(other.handle)) >> 6) : 0
            return other.tag == .string ? .integer(heap.bytes(target).compare(heap.bytes(other))) : .null
        case .append, .concat:
            if heap.isFrozen(target) { throw frozen(target) }
            var total = count
            for index in 0..<call.count {
                let other = argument(call, index)
                total += other.tag == .integer ? 4 : heap.length(try stringOperand(other).handle)
            }
            try heap.reserveString(handle, total)
            heap.work &+= Int64((total - count) >> 6)
            for index in 0..<call.count {
                let other = argument(call, index)
                if other.tag == .integer {
                    guard let scalar = UInt32(exactly: other.integer).flatMap(Unicode.Scalar.init) else {
                        throw error(Core.rangeError, "invalid codepoint")
                    }
                    for byte in UTF8.encode(scalar) ?? .init() { try heap.append(handle, byte: byte) }
                } else {
                    try heap.append(handle, string: try stringOperand(other).handle)
                }
            }
            return target
        case .toS, .toStr, .freeze, .between, .intern: return target
        case .inspect: return try inspectedString(target)
        case .toI:
            let radix = call.count > 0 ? try integerArgument(call, 0) : 10
            guard radix == 0 || (2...36).contains(radix) else { throw error(Core.argumentError, "invalid radix") }
            guard let value = NumberText.integer(heap.bytes(target), radix: radix, strict: false) else {
                return try bigInteger(target, radix: radix, strict: false) ?? .integer(0 as Int64)
            }
            return .integer(value)
        case .toF: return .float(NumberText.float(heap.bytes(target), strict: false) ?? 0)
        case .toSym: return .symbol(try intern(target))
        case .length: return .integer(heap.characterCount(handle))
        case .byteSize: return .integer(count)
        case .isEmpty: return .bool(count == 0)
        case .upcase, .downcase, .capitalize, .swapcase:
            let text = try heap.newString(from: handle, 0, count)
            _ = try changeCase(
                text, method == .upcase ? .up : method == .downcase ? .down : method == .capitalize ? .capital : .swap)
            return text
        case .upcaseBang, .downcaseBang, .capitalizeBang:
            if heap.isFrozen(target) { throw frozen(target) }
            let changed = try changeCase(
                target, method == .upcaseBang ? .up : method == .downcaseBang ? .down : .capital)
            return changed ? target : .null
        case .reverse, .reverseBang, .reversed:
            var text = try StringBuilder(&heap, capacity: count)
            var index = count
            while index > 0 {
                var start = index - 1
                let byte = heap.bytes(target)[start]
                if byte < 0x80 {
                    try text.append(byte, &heap)
                    index = start
                    continue
                }
                while start > 0, heap.bytes(target)[start] & 0xC0 == 0x80, index - start < 4 { start -= 1 }
                if UTF8Facts.characterLength(heap.bytes(target), start) != index - start { start = index - 1 }
                for place in start..<index { try text.append(heap.bytes(target)[place], &heap) }
                index = start
            }
            let result = text.finish(&heap)
            if method == .reverse { return result }
            if heap.isFrozen(target) { throw frozen(target) }
            try heap.replace(handle, with: result.handle)
            return target
        case .strip, .lstrip, .rstrip, .stripBang, .lstripBang, .rstripBang, .trim:
            return try strip(method, target)
        case .trimStart, .trimEnd: return try trim(method == .trimStart, call)
        case .chomp, .chop, .chompBang, .chopBang:
            let keep = try chompedLength(method == .chop || method == .chopBang, call)
            if method == .chomp || method == .chop { return try heap.newString(from: handle, 0, keep) }
            if heap.isFrozen(target) { throw frozen(target) }
            if keep == count { return .null }
            try heap.makeWritable(handle)
            heap.truncate(handle, to: keep)
            return target
        case .include:
            let other = try stringArgument(call, 0)
            return .bool(heap.bytes(target).find(heap.bytes(other), from: 0) >= 0)
        case .startsWith, .endsWith, .deletePrefix, .deleteSuffix: return try affix(method, call)
        case .ord:
            guard count > 0 else { throw error(Core.argumentError, "empty string") }
            return .integer(Int64(codepoint(heap.bytes(target), 0)))
        case .index, .rindex: return try indexOf(method == .rindex, call)
        case .replace:
            if heap.isFrozen(target) { throw frozen(target) }
            try heap.replace(handle, with: try stringArgument(call, 0).handle)
            return target
        case .insert:
            if heap.isFrozen(target) { throw frozen(target) }
            let other = try stringArgument(call, 1)
            let characters = heap.characterCount(handle)
            var position = try integerArgument(call, 0)
            if position < 0 { position += characters + 1 }
            guard position >= 0, position <= characters else { throw error(Core.indexError, "index out of string") }
            let offset = heap.byteOffset(handle, character: position)
            try replaceBytes(handle, offset, 0, with: other.handle)
            return target
        case .prepend:
            if heap.isFrozen(target) { throw frozen(target) }
            if call.count > 0 { try replaceBytes(handle, 0, 0, with: try stringArgument(call, 0).handle) }
            return target
        case .chars, .codepoints:
            guard count <= Machine.longText / 2 else { throw .slow }
            let list = try heap.newArray(capacity: heap.characterCount(handle))
            var index = 0
            while index < count {
                let length = UTF8Facts.characterLength(heap.bytes(target), index)
                if method == .chars {
                    heap.push(list, reserved: try heap.newString(from: handle, index, length))
                } else {
                    heap.push(list, reserved: .integer(Int64(codepoint(heap.bytes(target), index))))
                }
                index += length
            }
            return .array(list)
        case .bytes:
            let list = try heap.newArray(capacity: count)
            for index in 0..<count { heap.push(list, reserved: .integer(Int64(heap.bytes(target)[index]))) }
            return .array(list)
        case .lines:
            if call.selector == Sym.toA, !image.dialect.contains(.valuesAsLists) { throw missingMethod(call) }
            if call.count > 0 || count > Machine.longText { throw .slow }
            let list = try heap.newArray(capacity: 4)
            var start = 0
            while start < count {
                let end = heap.bytes(target).find(ByteView("\n"), from: start)
                let stop = end < 0 ? count : end + 1
                try heap.push(list, try heap.newString(from: handle, start, stop - start))
                start = stop
            }
            return .array(list)
        case .getByte:
            let index = try integerArgument(call, 0)
            let place = index < 0 ? index + count : index
            return place >= 0 && place < count ? .integer(Int64(heap.bytes(target)[place])) : .null
        case .setByte:
            let index = try integerArgument(call, 0)
            let place = index < 0 ? index + count : index
            guard place >= 0, place < count else {
                throw error(Core.indexError, "index ", try inspected(argument(call, 0)), " out of string")
            }
            guard let number = bigNumber(argument(call, 1)) else {
                throw typeMismatch(argument(call, 1), into: "Integer")
            }
            if heap.isFrozen(target) { throw frozen(target) }
            try heap.makeWritable(handle)
            let low = UInt8(truncatingIfNeeded: number.words.first ?? 0)
            heap.setByte(handle, place, number.isNegative ? 0 &- low : low)
            return argument(call, 1)
        case .hex, .oct:
            // A prefix decides for `oct`: 0x, 0b.
            let digits = heap.bytes(target).array.drop { NumberText.isSpace($0) || $0 == 0x2B || $0 == 0x2D }
            let isMarked =
                digits.count > 1 && digits.first == 0x30 && digits.dropFirst().first.map { $0 > 0x39 } == true
            let radix = method == .hex ? 16 : isMarked ? 0 : 8
            guard let value = NumberText.integer(heap.bytes(target), radix: radix, strict: false) else {
                return try bigInteger(target, radix: radix, strict: false) ?? .integer(0 as Int64)
            }
            return .integer(value)
        case .succ, .succBang:
            let next = try successor(target)
            if method == .succ { return next }
            if heap.isFrozen(target) { throw frozen(target) }
            try heap.replace(handle, with: next.handle)
            return target
        case .isASCII: return .bool(heap.facts(handle).contains(.ascii))
        case .isValid: return .bool(heap.facts(handle).contains(.validUTF8))
        case .encoding: return try heap.newString("UTF-8")
        case .forceEncoding, .scrub: return target
        case .clear:
            if heap.isFrozen(target) { throw frozen(target) }
            try heap.makeWritable(handle)
            heap.truncate(handle, to: 0)
            return target
        case .casecmp, .isCasecmp:
            guard argument(call, 0).tag == .string else { return .null }
            let source = argument(call, 0).handle
            if method == .isCasecmp, count + heap.length(source) > Machine.longText { throw .slow }
            let left = try heap.newString(from: handle, 0, count)
            let right = try heap.newString(from: source, 0, heap.length(source))
            if method == .isCasecmp {
                _ = try changeCase(left, .down)
                _ = try changeCase(right, .down)
                return .bool(heap.bytes(left).isEqual(heap.bytes(right)))
            }
            // Letters A to Z only, in any bytes.
            heap.work &+= Int64((count + heap.length(source)) >> 4)
            _ = heap.changeASCIICase(left.handle, .down)
            _ = heap.changeASCIICase(right.handle, .down)
            return .integer(heap.bytes(left).compare(heap.bytes(right)))
        case .substring:
            let start = try integerArgument(call, 0)
            let length = call.count > 1 ? try integerArgument(call, 1) : heap.characterCount(handle) - start
            return try substring(handle, start, length)
        case .byteSlice:
            let start = try integerArgument(call, 0)
            let length = call.count > 1 ? try integerArgument(call, 1) : 1
            let first = start < 0 ? start + count : start
            guard first >= 0, first <= count, length >= 0 else { return .null }
            return try heap.newString(from: handle, first, min(length, count - first))
        case .byteIndex:
            let part = try stringArgument(call, 0)
            let start = call.count > 1 ? try integerArgument(call, 1) : 0
            let first = start < 0 ? start + count : start
            guard first >= 0, first <= count else { return .null }
            let found = heap.bytes(target).find(heap.bytes(part), from: first)
            heap.work &+= Int64(((found < 0 ? count : found) - first) >> 6)
            return found < 0 ? .null : .integer(found)
        case .sum:
            var total: Int64 = 0
            let view = heap.bytes(target)
            for index in 0..<count { total += Int64(view[index]) }
            return .integer(total & 0xFFFF)
        case .hash, .upto, .toA18, .crypt, .unpack, .slice, .indexSet, .padLeft, .padRight: throw .slow
        }
    }

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

    private mutating func strip(_ method: StringMethod, _ target: Value) throws(Stop) -> Value {
        let view = heap.bytes(target)
        var start = 0
        var end = view.count
        func isBlank(_ byte: UInt8) -> Bool { NumberText.isSpace(byte) || byte == 0 }
        if method != .rstrip, method != .rstripBang { while start < end, isBlank(view[start]) { start += 1 } }
        if method != .lstrip, method != .lstripBang { while end > start, isBlank(view[end - 1]) { end -= 1 } }
        if method == .strip || method == .lstrip || method == .rstrip || method == .trim {
            return try heap.newString(from: target.handle, start, end - start)
        }
        if heap.isFrozen(target) { throw frozen(target) }
        if start == 0, end == view.count { return .null }
        let text = try heap.newString(from: target.handle, start, end - start)
        try heap.replace(target.handle, with: text.handle)
        return target
    }

    /// The CLR's TrimStart and TrimEnd: white space, or the given character.
    private mutating func trim(_ atStart: Bool, _ call: NativeCall) throws(Stop) -> Value {
        let set: Value? = call.count > 0 ? try stringArgument(call, 0) : nil
        let view = heap.bytes(call.receiver)
        func drops(_ byte: UInt8, _ machine: borrowing Machine) -> Bool {
            guard let set else { return NumberText.isSpace(byte) }
            let characters = machine.heap.bytes(set)
            for index in 0..<characters.count where characters[index] == byte { return true }
            return false
        }
        var start = 0
        var end = view.count
        if atStart {
            while start < end, drops(view[start], self) { start += 1 }
        } else {
            while end > start, drops(view[end - 1], self) { end -= 1 }
        }
        return try heap.newString(from: call.receiver.handle, start, end - start)
    }

    private mutating func chompedLength(_ chops: Bool, _ call: NativeCall) throws(Stop) -> Int {
        let view = heap.bytes(call.receiver)
        let count = view.count
        if chops {
            if count >= 2, view[count - 1] == 0x0A, view[count - 2] == 0x0D { return count - 2 }
            let characters = heap.characterCount(call.receiver.handle)
            return characters > 0 ? heap.byteOffset(call.receiver.handle, character: characters - 1) : 0
        }
        if call.count > 0, argument(call, 0).tag == .string {
            let suffix = heap.bytes(argument(call, 0))
            let matches = suffix.count <= count && view.slice(count - suffix.count, count).isEqual(suffix)
            return matches ? count - suffix.count : count
        }
        if count > 0, view[count - 1] == 0x0A { return count >= 2 && view[count - 2] == 0x0D ? count - 2 : count - 1 }
        return count > 0 && view[count - 1] == 0x0D ? count - 1 : count
    }

    private mutating func affix(_ method: StringMethod, _ call: NativeCall) throws(Stop) -> Value {
        let view = heap.bytes(call.receiver)
        // Long texts that all begin alike: one by one.
        if call.count > 8, view.count > Machine.longText { throw .slow }
        for index in 0..<call.count {
            if isRegex(argument(call, index)) { throw .slow }
            let part = heap.bytes(try stringArgument(call, index))
            guard part.count <= view.count else { continue }
            let atStart = method == .startsWith || method == .deletePrefix
            let piece = atStart ? view.slice(0, part.count) : view.slice(view.count - part.count, view.count)
            guard piece.isEqual(part) else { continue }
            switch method {
            case .deletePrefix:
                return try heap.newString(from: call.receiver.handle, part.count, view.count - part.count)
            case .deleteSuffix: return try heap.newString(from: call.receiver.handle, 0, view.count - part.count)
            default: return .true
            }
        }
        if method == .deletePrefix || method == .deleteSuffix {
            return try heap.newString(from: call.receiver.handle, 0, view.count)
        }
        return .false
    }

    private mutating func indexOf(_ backwards: Bool, _ call: NativeCall) throws(Stop) -> Value {
        if isRegex(argument(call, 0)) { throw .slow }
        let needle = try stringArgument(call, 0)
        let handle = call.receiver.handle
        let characters = heap.characterCount(handle)
        var start = call.count > 1 ? try integerArgument(call, 1) : (backwards ? characters : 0)
        if start < 0 { start += characters }
        guard start >= 0 else { return .null }
        if backwards {
            let limit = heap.byteOffset(handle, character: min(start, characters))
            let found = heap.bytes(handle).findLast(heap.bytes(needle), from: limit)
            return found < 0 ? .null : .integer(heap.characterIndex(handle, byteOffset: found))
        }
        guard start <= characters else { return .null }
        let found = heap.bytes(handle).find(heap.bytes(needle), from: heap.byteOffset(handle, character: start))
        return found < 0 ? .null : .integer(heap.characterIndex(handle, byteOffset: found))
    }

    /// `"az".succ` → "ba": the rightmost letter or digit counts up, carrying to the left.
    private mutating func successor(_ value: Value) throws(Stop) -> Value {
        var bytes = heap.bytes(value).array
        func isAlphanumeric(_ byte: UInt8) -> Bool { NumberText.digit(byte) != nil }
        guard !bytes.isEmpty else { return try heap.newString("") }
        guard bytes.contains(where: isAlphanumeric) else {
            if let last = bytes.indices.last { bytes[last] &+= 1 }
            return try heap.newString(bytes)
        }
        var index = bytes.count - 1
        var lastChanged = index
        var carry: UInt8 = 0
        while index >= 0 {
            let byte = bytes[index]
            guard isAlphanumeric(byte) else {
                if carry != 0, !bytes[..<index].contains(where: isAlphanumeric) { break }
                index -= 1
                continue
            }
            lastChanged = index
            switch byte {
            case 0x39: (bytes[index], carry) = (0x30, 0x31)
            case 0x7A: (bytes[index], carry) = (0x61, 0x61)
            case 0x5A: (bytes[index], carry) = (0x41, 0x41)
            default:
                bytes[index] += 1
                return try heap.newString(bytes)
            }
            index -= 1
        }
        bytes.insert(carry, at: lastChanged)
        return try heap.newString(bytes)
    }
}
