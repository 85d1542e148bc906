/// Array: what needs no block and (for plain elements) no script code.
enum ArrayMethod: UInt8 {
    case initialize, index, indexSet, push, pop, shift, unshift, length, isEmpty, first, last, concat, plus, minus,
        times
    case equal, eql, compare, include, indexOf, rindexOf, join, reverse, reverseBang, compact, compactBang, flatten
    case flattenBang, uniq, uniqBang, sort, sortBang, min, max, sum, clear, replace, toA, insert, delete, deleteAt,
        slice
    case sliceBang, take, drop, values, at, dig, and, or, zip, transpose, rotate, fill, assoc, hash, sample, shuffle
    case toH, count, product, combination, pack, fetch, freeze, append, create, tryConvert, toS

    static let table: [NativeRow<ArrayMethod>] = [
        NativeRow("__initialize", .initialize, 0, 2), NativeRow("[]", .index, 1, 2), NativeRow("slice", .index, 1, 2),
        NativeRow("[]=", .indexSet, 2, 3), NativeRow("<<", .append, 1), NativeRow("push", .push, 0, -1),
        NativeRow("append", .push, 0, -1), NativeRow("Add", .push, 1), NativeRow("pop", .pop, 0, 1),
        NativeRow("shift", .shift, 0, 1), NativeRow("unshift", .unshift, 0, -1), NativeRow("prepend", .unshift, 0, -1),
        NativeRow("length", .length), NativeRow("size", .length), NativeRow("Count", .length),
        NativeRow("Length", .length), NativeRow("empty?", .isEmpty), NativeRow("first", .first, 0, 1),
        NativeRow("last", .last, 0, 1), NativeRow("concat", .concat, 0, -1), NativeRow("+", .plus, 1),
        NativeRow("-", .minus, 1), NativeRow("difference", .minus, 1), NativeRow("*", .times, 1),
        NativeRow("==", .equal, 1), NativeRow("eql?", .eql, 1), NativeRow("<=>", .compare, 1),
        NativeRow("include?", .include, 1), NativeRow("member?", .include, 1), NativeRow("Contains", .include, 1),
        NativeRow("__index", .indexOf, 1), NativeRow("__rindex", .rindexOf, 1), NativeRow("join", .join, 0, 1),
        NativeRow("reverse", .reverse), NativeRow("reverse!", .reverseBang), NativeRow("compact", .compact),
        NativeRow("compact!", .compactBang), NativeRow("flatten", .flatten, 0, 1),
        NativeRow("flatten!", .flattenBang, 0, 1), NativeRow("__uniq", .uniq), NativeRow("__sort", .sort),
        NativeRow("__min", .min), NativeRow("__max", .max), NativeRow("__sum", .sum, 1), NativeRow("clear", .clear),
        NativeRow("replace", .replace, 1), NativeRow("to_a", .toA), NativeRow("entries", .toA),
        NativeRow("to_ary", .toA), NativeRow("insert", .insert, 1, -1), NativeRow("__delete", .delete, 1),
        NativeRow("delete_at", .deleteAt, 1), NativeRow("slice!", .sliceBang, 1, 2), NativeRow("take", .take, 1),
        NativeRow("drop", .drop, 1), NativeRow("values_at", .values, 0, -1), NativeRow("at", .at, 1),
        NativeRow("&", .and, 1), NativeRow("|", .or, 1), NativeRow("transpose", .transpose),
        NativeRow("rotate", .rotate, 0, 1), NativeRow("assoc", .assoc, 1), NativeRow("hash", .hash),
        NativeRow("__sample", .sample), NativeRow("__shuffle", .shuffle),
    ]
    static let classTable: [NativeRow<ArrayMethod>] = [NativeRow("[]", .create, 0, -1)]
}

extension Machine {
    /// An argument that counts elements.
    private mutating func amount(_ call: NativeCall, _ complaint: StaticString) throws(Stop) -> Int {
        let amount = try integerArgument(call, 0)
        guard amount >= 0 else { throw error(Core.argumentError, complaint) }
        return amount
    }

    mutating func callArray(_ method: ArrayMethod, _ call: NativeCall) throws(Stop) -> Value {
        if method == .create {
            return try heap.newArray(from: stack, call.arguments, count: call.count)
        }
        let target = call.receiver
        let handle = target.handle
        let count = heap.count(handle)
        let first = argument(call, 0)
        switch method {
        case .index, .indexSet, .append, .push, .pop, .shift, .length, .isEmpty, .at, .first, .last: break
        default: fuel &-= Int64(count >> 3)
        }
        switch method {
        case .push, .append, .pop, .shift, .unshift, .concat, .indexSet, .reverseBang, .compactBang, .flattenBang,
            .clear,
            .replace, .insert, .delete, .deleteAt, .sliceBang, .initialize:
            if heap.isFrozen(target) { throw frozen(target) }
        default: break
        }
        switch method {
        case .initialize:
            if first.tag == .array {
                try heap.replaceArray(handle, with: first.handle)
            } else if first.tag != .undefined {
                let size = try integerArgument(call, 0)
                guard size >= 0 else { throw error(Core.argumentError, "negative array size") }
                try heap.reserveArray(handle, size)
                fuel &-= Int64(size >> 3)
                let (object, offset) = heap.elements(handle)
                heap.region.fill(object, offset, call.count > 1 ? argument(call, 1) : .null, count: size)
                heap.region.set(handle, Layout.Array.count, u32: UInt32(size))
            }
            return target
        case .index, .slice, .at:
            if call.count > 1 {
                let start = try integerArgument(call, 0)
                let length = try integerArgument(call, 1)
                let place = start < 0 ? start + count : start
                guard place >= 0, place <= count, length >= 0 else { return .null }
                return try heap.copyArray(handle, from: place, count: length)
            }
            if first.tag == .range {
                guard let (start, length) = try rangeBounds(first, count) else { return .null }
                return try heap.copyArray(handle, from: start, count: length)
            }
            let index = try integerArgument(call, 0)
            return heap.element(handle, index < 0 ? index + count : index)
        case .indexSet: return try arrayIndexSet(call)
        case .push, .append:
            try heap.reserveArray(handle, count + call.count)
            for index in 0..<call.count { heap.push(handle, reserved: argument(call, index)) }
            return target
        case .pop, .shift:
            guard call.count > 0 else { return method == .pop ? heap.pop(handle) : heap.shift(handle) }
            let amount = min(count, max(0, try integerArgument(call, 0)))
            let result = try heap.copyArray(handle, from: method == .pop ? count - amount : 0, count: amount)
            for _ in 0..<amount { _ = method == .pop ? heap.pop(handle) : heap.shift(handle) }
            return result
        case .unshift:
            let added = try heap.newArray(from: stack, call.arguments, count: call.count)
            try heap.splice(handle, 0, removed: 0, with: added.handle)
            return target
        case .length: return .integer(count)
        case .isEmpty: return .bool(count == 0)
        case .first:
            if call.count == 0 { return heap.element(handle, 0) }
            return try heap.copyArray(handle, count: try amount(call, "negative array size"))
        case .last:
            if call.count == 0 { return heap.element(handle, count - 1) }
            return try heap.copyArray(handle, from: count - min(count, try amount(call, "negative array size")))
        case .take: return try heap.copyArray(handle, count: try amount(call, "attempt to take negative size"))
        case .drop:
            return try heap.copyArray(handle, from: min(count, try amount(call, "attempt to drop negative size")))
        case .concat:
            for index in 0..<call.count {
                let other = try arrayArgument(call, index)
                try heap.reserveArray(handle, heap.count(handle) + heap.count(other.handle))
                heap.append(handle, reserved: other.handle)
            }
            return target
        case .plus:
            let other = try arrayArgument(call, 0)
            let result = try heap.newArray(capacity: count + heap.count(other.handle))
            heap.append(result, reserved: handle)
            heap.append(result, reserved: other.handle)
            return .array(result)
        case .times:
            if first.tag == .string { return try join(handle, first) }
            let times = try integerArgument(call, 0)
            guard times >= 0 else { throw error(Core.argumentError, "argument must be non-negative") }
            // An empty array repeated for ever is empty at once: nothing would be charged.
            guard count > 0 else { return .array(try heap.newArray(capacity: 0)) }
            guard times <= (1 << 24) / count else { throw .limit(.heap) }
            fuel &-= Int64(times &* count >> 3)
            let result = try heap.newArray(capacity: count * times)
            for _ in 0..<(count < 8 ? min(times, 8) : times) { heap.append(result, reserved: handle) }
            // A short one is doubled until it is long enough.
            while heap.count(result) < count * times {
                let have = heap.count(result)
                let (object, offset) = heap.elements(result)
                let more = min(have, count * times - have)
                heap.region.move(from: object, offset, to: object, offset + have * 16, count: more * 16)
                heap.region.set(result, Layout.Array.count, u32: UInt32(have + more))
            }
            return .array(result)
        case .equal, .eql:
            if first.tag != .array { return .false }
            return .bool(try heap.isEqual(target, first, strict: method == .eql))
        case .compare:
            guard first.tag == .array else { return .null }
            return try heap.compare(target, first).map { .integer($0) } ?? .null
        case .include:
            for index in 0..<count where try heap.isEqual(heap.element(handle, index), first) { return .true }
            return .false
        case .indexOf:
            for index in 0..<count where try heap.isEqual(heap.element(handle, index), first) { return .integer(index) }
            return .null
        case .rindexOf:
            for index in stride(from: count - 1, through: 0, by: -1)
            where try heap.isEqual(heap.element(handle, index), first) { return .integer(index) }
            return .null
        case .join: return try join(handle, first)
        case .reverse, .reverseBang:
            let result = try heap.newArray(capacity: count)
            for index in stride(from: count - 1, through: 0, by: -1) {
                heap.push(result, reserved: heap.element(handle, index))
            }
            if method == .reverse { return .array(result) }
            try heap.replaceArray(handle, with: result)
            return target
        case .compact, .compactBang:
            let result = try heap.newArray(capacity: count)
            for index in 0..<count where !heap.element(handle, index).isNil {
                heap.push(result, reserved: heap.element(handle, index))
            }
            if method == .compact { return .array(result) }
            let changed = heap.count(result) != count
            try heap.replaceArray(handle, with: result)
            return changed ? target : .null
        case .flatten, .flattenBang:
            let limit = call.count > 0 && first.tag == .integer ? Int(clamping: first.integer) : -1
            let result = try heap.newArray(capacity: count)
            var changed = false
            try flatten(handle, into: result, limit < 0 ? Int.max : limit, &changed)
            if method == .flatten { return .array(result) }
            try heap.replaceArray(handle, with: result)
            return changed ? target : .null
        case .uniq:
            let seen = try heap.newHash(capacity: count).handle
            let result = try heap.newArray(capacity: count)
            for index in 0..<count {
                let value = heap.element(handle, index)
                if try heap.find(seen, value) < 0 {
                    try heap.put(seen, value, .true)
                    heap.push(result, reserved: value)
                }
            }
            return .array(result)
        case .minus, .and, .or:
            let other = try arrayArgument(call, 0)
            let size = heap.count(other.handle)
            let seen = try heap.newHash(capacity: size).handle
            let result = try heap.newArray(capacity: count)
            if method != .or {
                for index in 0..<size { try heap.put(seen, heap.element(other.handle, index), .true) }
            }
            for index in 0..<count {
                let value = heap.element(handle, index)
                let position = try heap.find(seen, value)
                switch method {
                case .minus: if position < 0 { heap.push(result, reserved: value) }
                case .and:
                    if position >= 0 {
                        heap.push(result, reserved: value)
                        heap.removeEntry(seen, position)
                    }
                default:
                    if position < 0 {
                        try heap.put(seen, value, .true)
                        heap.push(result, reserved: value)
                    }
                }
            }
            if method == .or {
                for index in 0..<size {
                    let value = heap.element(other.handle, index)
                    if try heap.find(seen, value) < 0 {
                        try heap.put(seen, value, .true)
                        try heap.push(result, value)
                    }
                }
            }
            return .array(result)
        case .sort: return try sortFast(target)
        case .min, .max:
            guard count > 0 else { return .null }
            var best = heap.element(handle, 0)
            for index in 1..<max(1, count) {
                let value = heap.element(handle, index)
                guard let order = try compareValues(value, best) else { throw notComparable(value, best) }
                if method == .min ? order < 0 : order > 0 { best = value }
            }
            return best
        case .sum:
            return try sum(handle, first)
        case .clear:
            heap.region.set(handle, Layout.Array.count, u32: 0)
            return target
        case .replace:
            let other = try arrayArgument(call, 0)
            if other.handle != handle { try heap.replaceArray(handle, with: other.handle) }
            return target
        case .toA, .freeze: return target
        case .insert:
            var place = try integerArgument(call, 0)
            if place < 0 { place += count + 1 }
            guard place >= 0 else { throw error(Core.indexError, "index too small for array") }
            let added = try heap.newArray(from: stack, call.arguments + 16, count: call.count - 1)
            if place > count { try heap.setElement(handle, place - 1, .null) }
            try heap.splice(handle, place, removed: 0, with: added.handle)
            return target
        case .delete:
            var found = Value.undefined
            let result = try heap.newArray(capacity: count)
            for index in 0..<count {
                let value = heap.element(handle, index)
                if try heap.isEqual(value, first) { found = value } else { heap.push(result, reserved: value) }
            }
            try heap.replaceArray(handle, with: result)
            return found.tag == .undefined ? .null : found
        case .deleteAt:
            let index = try integerArgument(call, 0)
            let place = index < 0 ? index + count : index
            guard place >= 0, place < count else { return .null }
            let value = heap.element(handle, place)
            try heap.splice(handle, place, removed: 1, with: 0)
            return value
        case .sliceBang:
            var inner = call
            inner.selector = Sym.index
            let result = try callArray(.index, inner)
            if result.isNil { return .null }
            var start = 0
            var length = 1
            if first.tag == .range {
                guard let bounds = try rangeBounds(first, count) else { return .null }
                (start, length) = bounds
            } else {
                start = try integerArgument(call, 0)
                if start < 0 { start += count }
                if call.count > 1 { length = min(try integerArgument(call, 1), count - start) }
            }
            guard start < count else { return result }
            try heap.splice(handle, start, removed: length, with: 0)
            return result
        case .values:
            let result = try heap.newArray(capacity: call.count)
            for index in 0..<call.count {
                let place = try integerArgument(call, index)
                heap.push(result, reserved: heap.element(handle, place < 0 ? place + count : place))
            }
            return .array(result)
        case .transpose:
            let width = count == 0 ? 0 : heap.count(try arrayOperand(heap.element(handle, 0)).handle)
            let result = try heap.newArray(capacity: width)
            for column in 0..<width {
                let line = try heap.newArray(capacity: count)
                for row in 0..<count {
                    let source = try arrayOperand(heap.element(handle, row)).handle
                    guard heap.count(source) == width else { throw error(Core.indexError, "element size differs") }
                    heap.push(line, reserved: heap.element(source, column))
                }
                heap.push(result, reserved: .array(line))
            }
            return .array(result)
        case .rotate:
            let amount = call.count > 0 ? try integerArgument(call, 0) : 1
            let result = try heap.newArray(capacity: count)
            for index in 0..<count {
                let place = ((index + amount % count) + count) % count
                heap.push(result, reserved: heap.element(handle, place))
            }
            return .array(result)
        case .assoc:
            for index in 0..<count {
                let pair = heap.element(handle, index)
                if pair.tag == .array, try heap.isEqual(heap.element(pair.handle, 0), first) { return pair }
            }
            return .null
        case .hash: return .integer(Int64(bitPattern: try heap.hashCode(target) >> 2))
        case .sample: return count == 0 ? .null : heap.element(handle, Int(random.below(UInt64(count))))
        case .shuffle:
            let result = try heap.copyArray(handle)
            for index in stride(from: count - 1, to: 0, by: -1) {
                let other = Int(random.below(UInt64(index + 1)))
                let value = heap.element(result.handle, index)
                heap.setElement(result.handle, index, existing: heap.element(result.handle, other))
                heap.setElement(result.handle, other, existing: value)
            }
            return result
        case .uniqBang, .sortBang, .dig, .zip, .fill, .toH, .count, .product, .combination, .pack, .fetch, .create,
            .tryConvert, .toS:
            throw .slow
        }
    }

    /// Integers exactly; once a float appears, with Kahan and Babuska's compensation, as Ruby does.
    private mutating func sum(_ handle: Handle, _ first: Value) throws(Stop) -> Value {
        guard first.tag == .integer || first.tag == .float else { throw .slow }
        var whole: Int64 = first.tag == .integer ? first.integer : 0
        var total = first.tag == .float ? first.double : 0
        var lost = 0.0
        var isFloat = first.tag == .float
        for index in 0..<heap.count(handle) {
            let value = heap.element(handle, index)
            if value.tag == .integer, !isFloat {
                let (sum, overflow) = whole.addingReportingOverflow(value.integer)
                if overflow { throw .slow }
                whole = sum
                continue
            }
            guard value.tag == .integer || value.tag == .float else { throw .slow }
            if !isFloat {
                isFloat = true
                total = Double(whole)
            }
            let next = value.tag == .float ? value.double : Double(value.integer)
            let sum = total + next
            if sum.isFinite { lost += abs(total) >= abs(next) ? (total - sum) + next : (next - sum) + total }
            total = sum
        }
        return isFloat ? .float(total + lost) : .integer(whole)
    }

    mutating func arrayArgument(_ call: NativeCall, _ index: Int) throws(Stop) -> Value {
        try arrayOperand(argument(call, index))
    }

    mutating func arrayOperand(_ value: Value) throws(Stop) -> Value {
        guard value.tag == .array else { throw typeMismatch(value, into: "Array") }
        return value
    }

    private mutating func arrayIndexSet(_ call: NativeCall) throws(Stop) -> Value {
        let handle = call.receiver.handle
        let count = heap.count(handle)
        let value = argument(call, call.count - 1)
        var start: Int
        var length: Int
        if call.count > 2 {
            start = try integerArgument(call, 0)
            length = try integerArgument(call, 1)
            if start < 0 { start += count }
        } else if argument(call, 0).tag == .range {
            guard let bounds = try rangeBounds(argument(call, 0), count) else {
                throw error(Core.rangeError, "", try heap.newString("range"), " out of range")
            }
            (start, length) = bounds
        } else {
            let index = try integerArgument(call, 0)
            let place = index < 0 ? index + count : index
            guard place >= 0 else { throw error(Core.indexError, "index too small for array") }
            try heap.setElement(handle, place, value)
            return value
        }
        guard start >= 0, length >= 0 else { throw error(Core.indexError, "index too small for array") }
        let list = try self.list(value)
        if start > count { try heap.setElement(handle, start - 1, .null) }
        let now = heap.count(handle)
        try heap.splice(handle, start, removed: min(length, now - start), with: list.handle)
        return value
    }

    private mutating func flatten(
        _ handle: Handle, into result: Handle, _ limit: Int, _ changed: inout Bool
    ) throws(Stop) {
        // The arrays around the current one, and where each goes on.
        var outer: [(list: Handle, index: Int)] = []
        var steps = 0
        var current = handle
        var index = 0
        while true {
            // A few arrays that hold each other have no end of elements: from here on step by step.
            steps += 1
            guard steps < 150_000 else { throw .slow }
            if index >= heap.count(current) {
                guard let next = outer.popLast() else { return }
                (current, index) = next
                continue
            }
            let value = heap.element(current, index)
            index += 1
            fuel &-= 1
            if value.tag == .array, outer.count < limit {
                // Nobody nests this deep: it is an array in itself.
                guard outer.count < 10_000 else { throw error(Core.argumentError, "tried to flatten recursive array") }
                changed = true
                outer.append((current, index))
                current = value.handle
                index = 0
            } else {
                try heap.push(result, value)
            }
        }
    }

    private mutating func join(_ handle: Handle, _ separator: Value) throws(Stop) -> Value {
        let between = separator.tag == .undefined || separator.isNil ? nil : try stringOperand(separator)
        guard heap.count(handle) <= Machine.longText else { throw .slow }
        let text = try heap.newString(capacity: 16)
        heap.region.setFlags(.asciiText, of: text)
        for index in 0..<heap.count(handle) {
            let value = heap.element(handle, index)
            if value.tag == .array || value.tag == .object || value.tag == .hash || value.tag == .range { throw .slow }
            if index > 0, let between { try heap.append(text, string: between.handle) }
            if value.tag == .integer {
                try heap.append(text, integer: value.integer)
            } else {
                try heap.append(text, string: try shownText(value).handle)
            }
        }
        return .string(text)
    }
}
