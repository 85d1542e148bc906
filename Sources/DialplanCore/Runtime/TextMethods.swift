/// String: indexing, replacing, splitting, character sets, padding.
enum TextMethod: UInt8 {
    case index, indexSet, sliceBang, gsub, sub, split, tr, delete, squeeze, count, justifyLeft, justifyRight, center
    case format, gsubBang, subBang, trBang, deleteBang, scan, partition, rpartition, trSqueeze, squeezeBang

    static let table: [NativeRow<TextMethod>] = [
        NativeRow("[]", .index, 1, 2), NativeRow("slice", .index, 1, 2), NativeRow("[]=", .indexSet, 2, 3),
        NativeRow("slice!", .sliceBang, 1, 2), NativeRow("gsub", .gsub, 1, 2), NativeRow("sub", .sub, 1, 2),
        NativeRow("Replace", .gsub, 2), NativeRow("gsub!", .gsubBang, 1, 2), NativeRow("sub!", .subBang, 1, 2),
        NativeRow("split", .split, 0, 2), NativeRow("Split", .split, 0, 2), NativeRow("tr", .tr, 2),
        NativeRow("tr!", .trBang, 2), NativeRow("tr_s", .trSqueeze, 2), NativeRow("delete", .delete, 1, -1),
        NativeRow("delete!", .deleteBang, 1, -1), NativeRow("squeeze", .squeeze, 0, -1),
        NativeRow("squeeze!", .squeezeBang, 0, -1), NativeRow("count", .count, 1, -1),
        NativeRow("ljust", .justifyLeft, 1, 2), NativeRow("rjust", .justifyRight, 1, 2),
        NativeRow("PadLeft", .justifyRight, 1, 2), NativeRow("PadRight", .justifyLeft, 1, 2),
        NativeRow("center", .center, 1, 2), NativeRow("%", .format, 1), NativeRow("scan", .scan, 1),
        NativeRow("partition", .partition, 1), NativeRow("rpartition", .rpartition, 1),
    ]
}

extension Machine {
    mutating func callText(_ method: TextMethod, _ call: NativeCall) throws(Stop) -> Value {
        let target = call.receiver
        if method != .index || argument(call, 0).tag == .string {
            heap.work &+= Int64(heap.length(target.handle) >> 6)
        }
        switch method {
        case .index: return try stringIndex(call)
        case .indexSet: return try stringIndexSet(call)
        case .sliceBang: throw .slow
        case .gsub, .sub, .gsubBang, .subBang: return try substitute(method, call)
        case .split: return try split(call)
        case .scan: return try scanShort(call)
        case .tr, .trBang, .trSqueeze:
            let text = try translate(call, squeezes: method == .trSqueeze)
            return try changed(target, text, inPlace: method == .trBang)
        case .delete, .deleteBang, .squeeze, .squeezeBang, .count: return try characterSetCall(method, call)
        case .justifyLeft, .justifyRight, .center: return try justify(method, call)
        case .format: return try formatOperator(call)
        case .partition, .rpartition:
            if isRegex(argument(call, 0)) { throw .slow }
            let part = try stringArgument(call, 0)
            let count = heap.length(target.handle)
            let length = heap.length(part.handle)
            let found =
                method == .partition
                ? heap.bytes(target).find(heap.bytes(part), from: 0) : heap.bytes(target).findLast(heap.bytes(part))
            let list = try heap.newArray(capacity: 3)
            if found < 0 {
                let whole = try heap.newString(from: target.handle, 0, count)
                heap.push(list, reserved: method == .partition ? whole : try heap.newString(""))
                heap.push(list, reserved: try heap.newString(""))
                heap.push(list, reserved: method == .partition ? try heap.newString("") : whole)
            } else {
                heap.push(list, reserved: try heap.newString(from: target.handle, 0, found))
                heap.push(list, reserved: try heap.newString(from: target.handle, found, length))
                heap.push(
                    list, reserved: try heap.newString(from: target.handle, found + length, count - found - length))
            }
            return .array(list)
        }
    }

    /// For `x!`: nil when nothing changed.
    private mutating func changed(_ target: Value, _ text: Value, inPlace: Bool) throws(Stop) -> Value {
        guard inPlace else { return text }
        if heap.isFrozen(target) { throw frozen(target) }
        if heap.bytes(target).isEqual(heap.bytes(text)) { return .null }
        try heap.replace(target.handle, with: text.handle)
        return target
    }

    // MARK: Index

    private mutating func stringIndex(_ call: NativeCall) throws(Stop) -> Value {
        let handle = call.receiver.handle
        let key = argument(call, 0)
        if isRegex(key) {
            let match = try matchAndRemember(key, call.receiver)
            if match.isNil { return .null }
            guard call.count > 1 else { return try group(match, 0) }
            let which = argument(call, 1)
            return try group(match, which.tag == .integer ? Int(which.integer) : try namedGroup(match, which))
        }
        if call.count > 1 { return try substring(handle, try integerArgument(call, 0), try integerArgument(call, 1)) }
        switch key.tag {
        case .integer:
            let characters = heap.characterCount(handle)
            let index = Int(truncatingIfNeeded: key.integer)
            let place = index < 0 ? index + characters : index
            guard place >= 0, place < characters else { return .null }
            return try substring(handle, place, 1)
        case .range:
            guard let (start, length) = try rangeBounds(key, heap.characterCount(handle)) else { return .null }
            return try substring(handle, start, length)
        case .string:
            guard heap.bytes(handle).find(heap.bytes(key), from: 0) >= 0 else { return .null }
            return try heap.newString(from: key.handle, 0, heap.length(key.handle))
        case .float: return try substring(handle, try integerArgument(call, 0), 1)
        default: throw typeMismatch(key, into: "Integer")
        }
    }

    /// Start and length of a range over `count` items; nil when it begins outside.
    mutating func rangeBounds(_ range: Value, _ count: Int) throws(Stop) -> (Int, Int)? {
        let (low, high) = (heap.rangeLow(range), heap.rangeHigh(range))
        guard low.tag == .integer || low.isNil, high.tag == .integer || high.isNil else {
            throw typeMismatch(low.tag == .integer ? high : low, into: "Integer")
        }
        var start = low.isNil ? 0 : bounded(low.integer)
        var end = high.isNil ? count - 1 : bounded(high.integer)
        if start < 0 { start += count }
        if end < 0 { end += count }
        if heap.isExclusive(range), !high.isNil { end -= 1 }
        guard start >= 0, start <= count else { return nil }
        return (start, max(0, min(end, count - 1) - start + 1))
    }

    private mutating func stringIndexSet(_ call: NativeCall) throws(Stop) -> Value {
        let target = call.receiver
        if heap.isFrozen(target) { throw frozen(target) }
        let handle = target.handle
        let key = argument(call, 0)
        let value = try stringArgument(call, call.count - 1)
        let characters = heap.characterCount(handle)
        var start = 0
        var length = 1
        if isRegex(key) {
            let match = try matchAndRemember(key, target)
            guard !match.isNil else { throw error(Core.indexError, "regexp not matched") }
            let (begin, end) = groupRange(match, call.count > 2 ? try integerArgument(call, 1) : 0)
            guard begin >= 0 else { throw error(Core.indexError, "regexp group not matched") }
            try replaceBytes(handle, begin, end - begin, with: value.handle)
            return value
        }
        switch key.tag {
        case .string:
            let found = heap.bytes(handle).find(heap.bytes(key), from: 0)
            guard found >= 0 else { throw error(Core.indexError, "string not matched") }
            try replaceBytes(handle, found, heap.length(key.handle), with: value.handle)
            return value
        case .range:
            guard let bounds = try rangeBounds(key, characters) else {
                throw error(Core.rangeError, "range out of string")
            }
            (start, length) = bounds
        default:
            start = try integerArgument(call, 0)
            if start < 0 { start += characters }
            if call.count > 2 { length = try integerArgument(call, 1) }
            guard start >= 0, start <= characters, call.count > 2 || start < characters || characters == 0, length >= 0
            else { throw error(Core.indexError, "index out of string") }
        }
        let from = heap.byteOffset(handle, character: start)
        let to = heap.byteOffset(handle, character: min(characters, start + length))
        try replaceBytes(handle, from, to - from, with: value.handle)
        return value
    }

    // MARK: sub, gsub

    private mutating func substitute(_ method: TextMethod, _ call: NativeCall) throws(Stop) -> Value {
        let pattern = argument(call, 0)
        let target = call.receiver
        let all = method == .gsub || method == .gsubBang
        let inPlace = method == .gsubBang || method == .subBang
        // Blocks, hashes and long subjects: step by step in the prelude.
        guard call.count == 2, argument(call, 1).tag != .hash else { throw .slow }
        if isRegex(pattern) {
            guard heap.length(target.handle) <= Machine.shortSubject else { throw .slow }
            let replacement = try stringArgument(call, 1)
            return try substituteShort(target, pattern, replacement, all: all, inPlace: inPlace)
        }
        let part = try stringArgument(call, 0)
        let replacement = try stringArgument(call, 1)
        if all, heap.length(target.handle) > Machine.longText { throw .slow }
        if heap.bytes(replacement).find(ByteView("\\"), from: 0) >= 0 { throw .slow }
        let count = heap.length(target.handle)
        let length = heap.length(part.handle)
        var found = heap.bytes(target).find(heap.bytes(part), from: 0)
        fuel &-= Int64(count >> 5)
        if found < 0 { return inPlace ? .null : try heap.newString(from: target.handle, 0, count) }
        let text = try heap.newString(capacity: count)
        heap.region.setFlags(.asciiText, of: text)
        _ = heap.facts(target.handle)
        var position = 0
        while found >= 0 {
            try heap.append(text, from: target.handle, position, found - position)
            try heap.append(text, string: replacement.handle)
            position = found + length
            if length == 0 {
                guard found < count else { break }
                let step = UTF8Facts.characterLength(heap.bytes(target), found)
                try heap.append(text, from: target.handle, found, step)
                position = found + step
            }
            if !all { break }
            found = position <= count ? heap.bytes(target).find(heap.bytes(part), from: position) : -1
        }
        if position < count { try heap.append(text, from: target.handle, position, count - position) }
        return try changed(target, .string(text), inPlace: inPlace, always: true)
    }

    private mutating func changed(
        _ target: Value, _ text: Value, inPlace: Bool, always: Bool
    ) throws(Stop) -> Value {
        guard inPlace else { return text }
        if heap.isFrozen(target) { throw frozen(target) }
        try heap.replace(target.handle, with: text.handle)
        return target
    }

    /// All replacements of a short subject at one go; `$~` is the last match.
    private mutating func substituteShort(
        _ target: Value, _ pattern: Value, _ replacement: Value, all: Bool, inPlace: Bool
    ) throws(Stop) -> Value {
        let regex = try compiled(pattern)
        let subject = target.handle
        let count = heap.length(subject)
        guard try search(regex, subject, from: 0, isRepeated: true) else {
            setMatch(.null)
            return inPlace ? .null : try heap.newString(from: subject, 0, count)
        }
        if inPlace, heap.isFrozen(target) { throw frozen(target) }
        let isPlain = heap.bytes(replacement).find(ByteView("\\"), from: 0) < 0
        let text = try heap.newString(capacity: count + 16)
        heap.region.setFlags(.asciiText, of: text)
        var position = 0
        var match = Value.null
        while let scratch {
            let (begin, end) = scratch.range(0)
            match = try makeMatch(pattern, subject)
            try heap.append(text, from: subject, position, begin - position)
            if isPlain {
                try heap.append(text, string: replacement.handle)
            } else {
                try expandReplacement(replacement, match, into: text)
            }
            position = end
            if !all { break }
            var next = end
            if begin == end {
                guard end < count else { break }
                next = end + UTF8Facts.characterLength(heap.bytes(subject), end)
                try heap.append(text, from: subject, end, next - end)
                position = next
            }
            guard try search(regex, subject, from: next, isRepeated: true) else { break }
        }
        if position < count { try heap.append(text, from: subject, position, count - position) }
        setMatch(match)
        return try changed(target, .string(text), inPlace: inPlace, always: true)
    }

    /// `\1`, `\0`, `\&`, `` \` ``, `\'`, `\\`, `\k<name>` in a replacement.
    mutating func expandReplacement(_ template: Value, _ match: Value, into text: Handle) throws(Stop) {
        let count = heap.length(template.handle)
        let subject = heap.region.u32(match.handle, Layout.Match.subject)
        var index = 0
        while index < count {
            let byte = heap.bytes(template)[index]
            guard byte == 0x5C, index + 1 < count else {
                try heap.append(text, from: template.handle, index, 1)
                index += 1
                continue
            }
            let next = heap.bytes(template)[index + 1]
            index += 2
            var range = (-1, -1)
            switch next {
            case 0x30...0x39: range = groupRange(match, Int(next) - 0x30)
            case 0x26: range = groupRange(match, 0)
            case 0x60: range = (0, groupRange(match, 0).0)
            case 0x27: range = (groupRange(match, 0).1, heap.length(subject))
            case 0x5C: try heap.append(text, byte: 0x5C)
            case 0x6B:
                let close = heap.bytes(template).find(ByteView(">"), from: index)
                if close > index, heap.bytes(template)[index] == 0x3C {
                    let name = try heap.newString(from: template.handle, index + 1, close - index - 1)
                    range = groupRange(match, try namedGroup(match, name))
                    index = close + 1
                }
            default: try heap.append(text, from: template.handle, index - 2, 2)
            }
            if range.0 >= 0 { try heap.append(text, from: subject, range.0, range.1 - range.0) }
        }
    }

    mutating func namedGroup(_ match: Value, _ name: Value) throws(Stop) -> Int {
        let regex = try compiled(heap.region.value(match.handle, Layout.Match.regex))
        let wanted = name.tag == .symbol ? symbolName(name.symbol) : heap.bytes(try stringOperand(name))
        for entry in regex.names where entry.name.count == wanted.count && entry.name == wanted.array {
            // The last group of that name that took part.
            return entry.groups.last { groupRange(match, $0).0 >= 0 } ?? entry.groups[0]
        }
        throw error(Core.indexError, "undefined group name reference: ", try plainName(name), "")
    }

    private mutating func plainName(_ name: Value) throws(Stop) -> Value {
        name.tag == .string ? name : try immediateText(name)
    }

    // MARK: split, scan

    private mutating func split(_ call: NativeCall) throws(Stop) -> Value {
        let target = call.receiver
        if call.block.tag == .proc { throw .slow }
        let limit = call.count > 1 ? try integerArgument(call, 1) : 0
        let separator = argument(call, 0)
        if isRegex(separator) {
            guard heap.length(target.handle) <= Machine.shortSubject else { throw .slow }
            return try splitShort(target, separator, limit)
        }
        let count = heap.length(target.handle)
        guard count <= Machine.longText else { throw .slow }
        fuel &-= Int64(count >> 4)
        let list = try heap.newArray(capacity: 4)
        let isAwk =
            separator.tag == .undefined || separator.isNil
            || (separator.tag == .string && heap.bytes(separator).isEqual(ByteView(" ")))
        if isAwk {
            var index = 0
            while index < count {
                while index < count, NumberText.isSpace(heap.bytes(target)[index]) { index += 1 }
                guard index < count else { break }
                if limit > 0, heap.count(list) == limit - 1 {
                    try heap.push(list, try heap.newString(from: target.handle, index, count - index))
                    return .array(list)
                }
                let start = index
                while index < count, !NumberText.isSpace(heap.bytes(target)[index]) { index += 1 }
                try heap.push(list, try heap.newString(from: target.handle, start, index - start))
            }
            if limit < 0 { try heap.push(list, try heap.newString("")) }
            return .array(list)
        }
        let part = try stringOperand(separator)
        let length = heap.length(part.handle)
        var position = 0
        while count > 0 {
            if limit > 0, heap.count(list) == limit - 1 { break }
            let found: Int
            if length == 0 {
                guard position < count else { break }
                found = position + UTF8Facts.characterLength(heap.bytes(target), position)
                if found >= count { break }
            } else {
                found = heap.bytes(target).find(heap.bytes(part), from: position)
            }
            if found < 0 { break }
            try heap.push(list, try heap.newString(from: target.handle, position, found - position))
            position = found + length
        }
        if count > 0 { try heap.push(list, try heap.newString(from: target.handle, position, count - position)) }
        dropEmptyTail(list, limit)
        return .array(list)
    }

    private mutating func dropEmptyTail(_ list: Handle, _ limit: Int) {
        guard limit == 0 else { return }
        while heap.count(list) > 0, heap.length(heap.element(list, heap.count(list) - 1).handle) == 0 {
            _ = heap.pop(list)
        }
    }

    private mutating func splitShort(_ target: Value, _ separator: Value, _ limit: Int) throws(Stop) -> Value {
        let regex = try compiled(separator)
        let subject = target.handle
        let count = heap.length(subject)
        let list = try heap.newArray(capacity: 4)
        var position = 0
        var start = 0
        while count > 0, limit <= 0 || heap.count(list) < limit - 1,
            try search(regex, subject, from: start, isRepeated: true),
            let scratch
        {
            let (begin, end) = scratch.range(0)
            if begin == end {
                if begin >= count { break }
                if begin == position {
                    // An empty match at the start of a piece: one character on.
                    start = begin + UTF8Facts.characterLength(heap.bytes(subject), begin)
                    if start >= count { break }
                    guard try search(regex, subject, from: start, isRepeated: true) else { break }
                    let next = scratch.range(0)
                    if next.0 == next.1 {
                        if next.0 >= count { break }
                        try heap.push(list, try heap.newString(from: subject, position, next.0 - position))
                        position = next.0
                        start = next.0
                        continue
                    }
                    continue
                }
            }
            try heap.push(list, try heap.newString(from: subject, position, begin - position))
            for group in 1..<max(1, scratch.count) {
                let (from, to) = scratch.range(group)
                if from >= 0 { try heap.push(list, try heap.newString(from: subject, from, to - from)) }
            }
            position = end
            start = end
        }
        if count > 0 { try heap.push(list, try heap.newString(from: subject, position, count - position)) }
        dropEmptyTail(list, limit)
        return .array(list)
    }

    private mutating func scanShort(_ call: NativeCall) throws(Stop) -> Value {
        guard call.block.tag != .proc, isRegex(argument(call, 0)),
            heap.length(call.receiver.handle) <= Machine.shortSubject
        else { throw .slow }
        let pattern = argument(call, 0)
        let regex = try compiled(pattern)
        let subject = call.receiver.handle
        let count = heap.length(subject)
        let list = try heap.newArray(capacity: 4)
        var start = 0
        var match = Value.null
        while start <= count, try search(regex, subject, from: start, isRepeated: true), let scratch {
            let (begin, end) = scratch.range(0)
            match = try makeMatch(pattern, subject)
            if scratch.count > 1 {
                let groups = try heap.newArray(capacity: scratch.count - 1)
                for index in 1..<scratch.count { heap.push(groups, reserved: try group(match, index)) }
                try heap.push(list, .array(groups))
            } else {
                try heap.push(list, try group(match, 0))
            }
            start =
                end > begin
                ? end : (end < count ? end + UTF8Facts.characterLength(heap.bytes(subject), end) : end + 1)
        }
        setMatch(match)
        return .array(list)
    }

    // MARK: Padding

    private mutating func justify(_ method: TextMethod, _ call: NativeCall) throws(Stop) -> Value {
        let handle = call.receiver.handle
        let width = try integerArgument(call, 0)
        let characters = heap.characterCount(handle)
        let count = heap.length(handle)
        guard width > characters else { return try heap.newString(from: handle, 0, count) }
        guard width <= heap.stringLimit else { throw .limit(.string) }
        let pad = call.count > 1 ? try stringArgument(call, 1) : try heap.newString(" ")
        let padCharacters = heap.characterCount(pad.handle)
        guard padCharacters > 0 else { throw error(Core.argumentError, "zero width padding") }
        let missing = width - characters
        fuel &-= Int64(missing >> 4)
        let left = method == .justifyLeft ? 0 : method == .justifyRight ? missing : missing / 2
        var text = try StringBuilder(
            &heap, capacity: count + missing * 4 <= heap.stringLimit ? count + missing : count)
        func fill(_ machine: inout Machine, _ amount: Int) throws(Stop) {
            // Whole pads, then the beginning of one.
            let bytes =
                amount / padCharacters * machine.heap.length(pad.handle)
                + machine.heap.byteOffset(pad.handle, character: amount % padCharacters)
            let period = machine.heap.length(pad.handle)
            var place = 0
            for _ in 0..<bytes {
                try text.append(machine.heap.bytes(pad)[place], &machine.heap)
                place = place + 1 == period ? 0 : place + 1
            }
        }
        _ = heap.facts(handle)
        try fill(&self, left)
        try text.append(from: handle, 0, count, &heap)
        try fill(&self, missing - left)
        return text.finish(&heap)
    }
}
