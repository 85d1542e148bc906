/// Hash: what needs no block. Keys that need script code (`hash`, `eql?` of the script's own) go through the prelude.
enum HashMethod: UInt8 {
    case initialize, index, indexSet, length, isEmpty, keys, values, hasKey, hasValue, key, delete, clear, toA, toH
    case merge, update, valuesAt, defaultValue, setDefault, first, invert, compareByIdentity, equal, shift, replace, dig
    case defaultProc, setDefaultProc, compact, create, fetch, hash, rehash, plus

    static let table: [NativeRow<HashMethod>] = [
        NativeRow("__initialize", .initialize, 0, 1), NativeRow("[]", .index, 1), NativeRow("[]=", .indexSet, 2),
        NativeRow("store", .indexSet, 2), NativeRow("Add", .indexSet, 2), NativeRow("length", .length),
        NativeRow("size", .length), NativeRow("Count", .length), NativeRow("empty?", .isEmpty),
        NativeRow("keys", .keys), NativeRow("Keys", .keys), NativeRow("values", .values), NativeRow("Values", .values),
        NativeRow("key?", .hasKey, 1), NativeRow("has_key?", .hasKey, 1), NativeRow("include?", .hasKey, 1),
        NativeRow("member?", .hasKey, 1), NativeRow("ContainsKey", .hasKey, 1), NativeRow("value?", .hasValue, 1),
        NativeRow("has_value?", .hasValue, 1), NativeRow("ContainsValue", .hasValue, 1), NativeRow("key", .key, 1),
        NativeRow("index", .key, 1), NativeRow("__delete", .delete, 1), NativeRow("Remove", .delete, 1),
        NativeRow("clear", .clear), NativeRow("Clear", .clear), NativeRow("to_a", .toA),
        NativeRow("__merge", .merge, 1), NativeRow("__update", .update, 1),
        NativeRow("values_at", .valuesAt, 0, -1), NativeRow("default", .defaultValue, 0, 1),
        NativeRow("default=", .setDefault, 1), NativeRow("invert", .invert),
        NativeRow("compare_by_identity", .compareByIdentity), NativeRow("__equal", .equal, 1),
        NativeRow("shift", .shift), NativeRow("replace", .replace, 1), NativeRow("default_proc", .defaultProc),
        NativeRow("default_proc=", .setDefaultProc, 1), NativeRow("compact", .compact), NativeRow("rehash", .rehash),
    ]
    static let classTable: [NativeRow<HashMethod>] = [NativeRow("[]", .create, 0, -1)]
}

extension Machine {
    mutating func callHash(_ method: HashMethod, _ call: NativeCall) throws(Stop) -> Value {
        if method == .create { return try createHash(call) }
        let target = call.receiver
        let handle = target.handle
        let first = argument(call, 0)
        switch method {
        case .indexSet, .delete, .clear, .update, .setDefault, .shift, .replace, .setDefaultProc, .initialize:
            if heap.isFrozen(target) { throw frozen(target) }
        case .keys, .values, .toA, .merge, .invert, .compact, .hasValue, .key, .equal:
            fuel &-= Int64(heap.hashUsed(handle) >> 2)
        default: break
        }
        switch method {
        case .initialize:
            if call.count > 0 { heap.region.set(handle, Layout.Hash.defaultValue, first) }
            if call.block.tag == .proc { heap.region.set(handle, Layout.Hash.defaultProc, call.block) }
            return target
        case .index:
            let found = try heap.get(handle, first)
            if found.tag != .undefined { return found }
            // A default proc, or a `default` of a subclass, is called by the prelude.
            if heap.region.value(handle, Layout.Hash.defaultProc).tag == .proc { throw .slow }
            return heap.region.value(handle, Layout.Hash.defaultValue)
        case .indexSet:
            try hashStore(handle, first, argument(call, 1))
            return argument(call, 1)
        case .length: return .integer(heap.hashCount(handle))
        case .isEmpty: return .bool(heap.hashCount(handle) == 0)
        case .keys, .values:
            let list = try heap.newArray(capacity: heap.hashCount(handle))
            for position in 0..<heap.hashUsed(handle) where heap.entryKey(handle, position).tag != .undefined {
                heap.push(
                    list,
                    reserved: method == .keys ? heap.entryKey(handle, position) : heap.entryValue(handle, position))
            }
            return .array(list)
        case .hasKey: return .bool(try heap.find(handle, first) >= 0)
        case .hasValue, .key:
            for position in 0..<heap.hashUsed(handle) where heap.entryKey(handle, position).tag != .undefined {
                guard try heap.isEqual(heap.entryValue(handle, position), first) else { continue }
                return method == .key ? heap.entryKey(handle, position) : .true
            }
            return method == .key ? .null : .false
        case .delete:
            let position = try heap.find(handle, first)
            guard position >= 0 else { return .null }
            let value = heap.entryValue(handle, position)
            heap.removeEntry(handle, position)
            return value
        case .clear:
            heap.clearHash(handle)
            return target
        case .toA: return try pairs(target)
        case .toH, .rehash: return target
        case .merge, .update, .replace:
            guard first.tag == .hash else { throw typeMismatch(first, into: "Hash") }
            // Room for everything first, so that nothing is half done.
            let result = method == .merge ? try heap.copyHash(handle).handle : handle
            let need = (heap.hashCount(result) + heap.hashCount(first.handle)) * 160 + 1024
            guard heap.region.reserve(need) else { throw .needsSpace(need) }
            if method == .replace, handle != first.handle { heap.clearHash(handle) }
            fuel &-= Int64(heap.hashUsed(first.handle) >> 2)
            for position in 0..<heap.hashUsed(first.handle)
            where heap.entryKey(first.handle, position).tag != .undefined {
                try heap.put(result, heap.entryKey(first.handle, position), heap.entryValue(first.handle, position))
            }
            return .hash(result)
        case .valuesAt:
            let list = try heap.newArray(capacity: call.count)
            for index in 0..<call.count {
                let found = try heap.get(handle, argument(call, index))
                heap.push(
                    list,
                    reserved: found.tag == .undefined ? heap.region.value(handle, Layout.Hash.defaultValue) : found)
            }
            return .array(list)
        case .defaultValue: return heap.region.value(handle, Layout.Hash.defaultValue)
        case .setDefault:
            heap.region.set(handle, Layout.Hash.defaultValue, first)
            return first
        case .defaultProc: return heap.region.value(handle, Layout.Hash.defaultProc)
        case .setDefaultProc:
            heap.region.set(handle, Layout.Hash.defaultProc, first)
            return first
        case .invert:
            let result = try heap.newHash(capacity: heap.hashCount(handle))
            for position in 0..<heap.hashUsed(handle) where heap.entryKey(handle, position).tag != .undefined {
                try hashStore(result.handle, heap.entryValue(handle, position), heap.entryKey(handle, position))
            }
            return result
        case .compact:
            let result = try heap.newHash(capacity: heap.hashCount(handle))
            for position in 0..<heap.hashUsed(handle)
            where heap.entryKey(handle, position).tag != .undefined && !heap.entryValue(handle, position).isNil {
                try heap.put(result.handle, heap.entryKey(handle, position), heap.entryValue(handle, position))
            }
            return result
        case .compareByIdentity:
            heap.region.setFlags(heap.region.flags(of: handle).union(.byIdentity), of: handle)
            return target
        case .equal:
            guard first.tag == .hash, heap.hashCount(handle) == heap.hashCount(first.handle) else { return .false }
            for position in 0..<heap.hashUsed(handle) where heap.entryKey(handle, position).tag != .undefined {
                let other = try heap.get(first.handle, heap.entryKey(handle, position))
                if other.tag == .undefined { return .false }
                let value = heap.entryValue(handle, position)
                if value.tag == .hash || value.tag == .array { throw .slow }
                if try !heap.isEqual(value, other) { return .false }
            }
            return .true
        case .shift:
            let position = heap.firstEntry(handle)
            guard position >= 0 else { return .null }
            let pair = try heap.newArray(heap.entryKey(handle, position), heap.entryValue(handle, position))
            heap.removeEntry(handle, position)
            return pair
        case .first, .dig, .create, .fetch, .hash, .plus: throw .slow
        }
    }

    /// `Hash[1, 2, 3, 4]`, `Hash[[[1, 2], [3, 4]]]`, `Hash[hash]`
    private mutating func createHash(_ call: NativeCall) throws(Stop) -> Value {
        let first = argument(call, 0)
        if call.count == 1, first.tag == .hash { return try heap.copyHash(first.handle) }
        let result = try heap.newHash()
        if call.count == 1, first.tag == .array {
            for index in 0..<heap.count(first.handle) {
                let pair = try arrayOperand(heap.element(first.handle, index))
                try hashStore(result.handle, heap.element(pair.handle, 0), heap.element(pair.handle, 1))
            }
            return result
        }
        guard call.count % 2 == 0 else { throw error(Core.argumentError, "odd number of arguments for Hash") }
        for index in stride(from: 0, to: call.count, by: 2) {
            try hashStore(result.handle, argument(call, index), argument(call, index + 1))
        }
        return result
    }
}
