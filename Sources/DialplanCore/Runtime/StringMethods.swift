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
