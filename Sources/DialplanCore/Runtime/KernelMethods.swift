import DialplanHostCalls

/// Functions that every script can call, and the prelude's own primitives (`__…`).
enum KernelMethod: UInt8 {
    case sys, req, puts, print, p, exit, raise, rand, srand, blockGiven, lambda, proc, integer, float, string, array
    case throwTag, require, refused, sleep, caller, methodName, loopGuard, format, gets, warn, abort
    case freezeCheck, catchMark
    // Primitives
    case search, setMatch, lastMatch, entryCount, entryKey, entryValue, hashFind, compareFast, sortFast, text, enumSize
    case matchBegin, matchEnd, characterAfter, expand, inspectPlain, identityText, setEntry, integerOverflow, fromBytes
    case hashOf, hashAdd, hashRemove, order

    static let table: [NativeRow<KernelMethod>] = [
        NativeRow("sys", .sys), NativeRow("req", .req), NativeRow("puts", .puts, 0, -1),
        NativeRow("print", .print, 0, -1), NativeRow("__p", .p, 1), NativeRow("exit", .exit, 0, 1),
        NativeRow("abort", .abort, 0, 1), NativeRow("exit!", .exit, 0, 1),
        NativeRow("raise", .raise, 0, 3), NativeRow("fail", .raise, 0, 3), NativeRow("rand", .rand, 0, 1),
        NativeRow("srand", .srand, 0, 1), NativeRow("block_given?", .blockGiven), NativeRow("iterator?", .blockGiven),
        NativeRow("lambda", .lambda), NativeRow("proc", .proc), NativeRow("Integer", .integer, 1, 3),
        NativeRow("Float", .float, 1, 2), NativeRow("String", .string, 1), NativeRow("Array", .array, 1),
        NativeRow("throw", .throwTag, 1, 2),
        NativeRow("require", .require, 1), NativeRow("load", .require, 1, 2),
        NativeRow("require_relative", .require, 1), NativeRow("sleep", .sleep, 0, 1),
        NativeRow("system", .refused, 0, -1), NativeRow("exec", .refused, 0, -1), NativeRow("fork", .refused, 0, -1),
        NativeRow("spawn", .refused, 0, -1), NativeRow("open", .refused, 0, -1), NativeRow("trap", .refused, 0, -1),
        NativeRow("`", .refused, 0, -1), NativeRow("at_exit", .refused, 0, -1), NativeRow("gets", .gets, 0, -1),
        NativeRow("caller", .caller, 0, 2), NativeRow("__method__", .methodName),
        NativeRow("format", .format, 1, -1), NativeRow("sprintf", .format, 1, -1), NativeRow("warn", .warn, 0, -1),
        NativeRow("__search", .search, 3), NativeRow("__set_match", .setMatch, 1),
        NativeRow("__last_match", .lastMatch),
        NativeRow("__entry_count", .entryCount, 1), NativeRow("__entry_key", .entryKey, 2),
        NativeRow("__entry_value", .entryValue, 2), NativeRow("__hash_find", .hashFind, 2),
        NativeRow("__hash_add", .hashAdd, 4), NativeRow("__hash_remove", .hashRemove, 2),
        NativeRow("__order", .order, 1),
        NativeRow("__identity_text", .identityText, 1),
        NativeRow("__character_after", .characterAfter, 2), NativeRow("__expand", .expand, 2),
        NativeRow("__hash_of", .hashOf, 1), NativeRow("__set_entry", .setEntry, 3),
        NativeRow("__check_frozen", .freezeCheck, 1),
    ]
}

extension Machine {
    mutating func callKernel(_ method: KernelMethod, _ call: NativeCall) throws(Stop) -> Value {
        let first = argument(call, 0)
        switch method {
        case .sys: return Value(tag: .host, bits: 0)
        case .req: return try requestRecord()
        case .puts, .print, .warn: return try write(method, call)
        case .p:
            let text = try stringOperand(first)
            try log(heap.bytes(text).array)
            return .null
        case .exit, .abort:
            let given = first.tag == .string && method == .abort ? first : try heap.newString("exit")
            let exception = try newException(Core.systemExit, given)
            let status: Int64 =
                first.tag == .integer ? first.integer : method == .abort || first.tag == .isFalse ? 1 : 0
            try setField(of: exception, Sym.statusField, .integer(status))
            try stamp(exception)
            pending = exception
            throw .raise
        case .raise: return try raiseCall(call)
        case .rand: return try randomNumber(first)
        case .srand:
            let old = Int64(bitPattern: seed)
            seed = first.tag == .integer ? UInt64(bitPattern: first.integer) : 0
            random = RandomSource(seed: seed)
            return .integer(old)
        case .blockGiven:
            // Asked by a script method about its own block; prelude methods ask about theirs.
            return .bool(block(of: frame).tag == .proc)
        case .lambda:
            guard call.block.tag == .proc else {
                throw error(Core.argumentError, "tried to create Proc object without a block")
            }
            let handle = call.block.handle
            heap.region.setFlags(heap.region.flags(of: handle).union(.lambda), of: handle)
            return call.block
        case .proc:
            guard call.block.tag == .proc else {
                throw error(Core.argumentError, "tried to create Proc object without a block")
            }
            return call.block
        case .integer:
            // `exception: false`
            if call.count > 1, argument(call, call.count - 1).tag == .hash { throw .slow }
            return try convertInteger(first, argument(call, 1))
        case .float:
            if argument(call, 1).tag == .hash { throw .slow }
            switch first.tag {
            case .float: return first
            case .integer: return .float(Double(first.integer))
            case .bigInteger: return .float(heap.bigNumber(first.handle).double)
            case .string:
                if let value = NumberText.float(heap.bytes(first), strict: true) { return .float(value) }
                throw error(Core.argumentError, "invalid value for Float(): ", try inspected(first), "")
            default: throw typeMismatch(first, into: "Float")
            }
        case .string:
            if first.tag == .string { return first }
            if first.isHeap { throw .slow }
            return try immediateText(first)
        case .array:
            if first.tag == .object { throw .slow }
            return try list(first)
        case .throwTag:
            try throwTag(first, call.count > 1 ? argument(call, 1) : .null)
            throw .raise
        case .require:
            guard !image.dialect.contains(.requireAnything) else { return .false }
            let name = try stringArgument(call, 0)
            for shipped in ["set", "ostruct", "English", "fiber", "enumerator"] as [StaticString]
            where heap.bytes(name).isEqual(ByteView(shipped)) { return .false }
            throw error(Core.loadError, "cannot load such file -- ", name, "")
        case .refused: throw error(Core.securityError, "", symbolName(call.selector), " is not allowed in a dialplan")
        case .sleep: throw error(Core.notImplementedError, "sleep is not supported in a dialplan")
        case .gets: return .null
        case .caller: return .array(try heap.newArray(capacity: 0))
        case .methodName:
            let name = Symbol(rawValue: frameWord(methodFrame(of: frame), Layout.Frame.selector))
            return name == .none ? .null : .symbol(name)
        case .loopGuard, .catchMark, .text, .enumSize, .matchBegin, .matchEnd, .inspectPlain, .compareFast,
            .integerOverflow, .fromBytes:
            return .null
        case .format: return try formatted(call)
        case .freezeCheck:
            if heap.isFrozen(first) { throw frozen(first) }
            return .null
        case .search:
            // __search(regex, string, byte offset): sets $~, gives the match or nil.
            guard isRegex(first), argument(call, 1).tag == .string else {
                throw typeMismatch(first, into: "Regexp")
            }
            return try matchAndRemember(first, argument(call, 1), from: try integerArgument(call, 2))
        case .setMatch:
            guard first.isNil || first.tag == .match else { throw typeMismatch(first, into: "MatchData") }
            setMatch(first)
            return first
        case .lastMatch: return lastMatch
        case .entryCount: return .integer(first.tag == .hash ? heap.hashUsed(first.handle) : 0)
        case .entryKey, .entryValue:
            let position = try integerArgument(call, 1)
            guard first.tag == .hash, position >= 0 else { return .null }
            // A deleted entry gives the prelude's marker: itself, the hash.
            let key = heap.entryKey(first.handle, position)
            if method == .entryKey { return key.tag == .undefined ? first : key }
            return key.tag == .undefined ? .null : heap.entryValue(first.handle, position)
        case .hashFind:
            // __hash_find(hash, key): position or -1; keys with a `hash` of their own are sought by the prelude.
            guard first.tag == .hash else { return .integer(-1 as Int64) }
            return .integer(try heap.find(first.handle, argument(call, 1)))
        case .setEntry:
            let position = try integerArgument(call, 1)
            guard first.tag == .hash, position >= 0, position < heap.hashUsed(first.handle) else { return .null }
            heap.setEntryValue(first.handle, position, argument(call, 2))
            return argument(call, 2)
        case .hashAdd:
            // __hash_add(hash, code, key, value)
            guard first.tag == .hash, argument(call, 1).tag == .integer else { throw typeMismatch(first, into: "Hash") }
            if heap.isFrozen(first) { throw frozen(first) }
            try heap.add(first.handle, argument(call, 2), argument(call, 3), hash: argument(call, 1).bits)
            return argument(call, 3)
        case .hashRemove:
            let position = try integerArgument(call, 1)
            guard first.tag == .hash, position >= 0, position < heap.hashUsed(first.handle) else { return .null }
            let value = heap.entryValue(first.handle, position)
            heap.removeEntry(first.handle, position)
            return value
        case .order:
            guard first.tag == .array else { throw typeMismatch(first, into: "Array") }
            return try sortFast(first, givesOrder: true)
        case .hashOf: return .integer(Int64(bitPattern: try heap.hashCode(first)))
        case .sortFast: return try sortFast(first)
        case .identityText: return try plainText(first)
        case .characterAfter:
            // __character_after(string, byte offset): offset of the next character, for empty matches.
            let offset = try integerArgument(call, 1)
            guard first.tag == .string, offset >= 0 else { return .integer(offset + 1) }
            let view = heap.bytes(first)
            return .integer(offset < view.count ? offset + UTF8Facts.characterLength(view, offset) : offset + 1)
        case .expand:
            guard first.tag == .string, argument(call, 1).tag == .match else { return first }
            let text = try heap.newString("")
            try expandReplacement(first, argument(call, 1), into: text.handle)
            return text
        }
    }

    // MARK: Output

    /// One line to the script's log.
    mutating func log(_ bytes: [UInt8]) throws(Stop) {
        guard logLines < limits.logLines else { throw .limit(.logLines) }
        guard logBytes + bytes.count <= limits.logBytes else { throw .limit(.logBytes) }
        logLines += 1
        logBytes += bytes.count
        fuel &-= Int64(bytes.count >> 5)
        append(.effect(HostCallTable.Name.log, [.string(bytes)]))
    }

    private mutating func write(_ method: KernelMethod, _ call: NativeCall) throws(Stop) -> Value {
        // Everything is text before the first line is written.
        for index in 0..<call.count {
            let value = argument(call, index)
            if value.tag == .array || value.tag == .object || value.tag == .hash || value.tag == .range { throw .slow }
        }
        // The texts below fit in this: nothing is logged twice when the instruction is run again.
        guard heap.region.reserve(call.count * 8192) else { throw .needsSpace(call.count * 8192) }
        if method == .print {
            var bytes: [UInt8] = []
            for index in 0..<call.count { bytes += heap.bytes(try shownText(argument(call, index))).array }
            if bytes.last == 0x0A { bytes.removeLast() }
            try log(bytes)
            return .null
        }
        if call.count == 0 { try log([]) }
        for index in 0..<call.count {
            let value = argument(call, index)
            let text = value.tag == .string ? value : try shownText(value)
            var bytes = heap.bytes(text).array
            if bytes.last == 0x0A { bytes.removeLast() }
            try log(bytes)
        }
        return .null
    }

    /// `to_s` of a value that is no script object.
    mutating func shownText(_ value: Value) throws(Stop) -> Value {
        switch value.tag {
        case .string: return value
        case .record: return .string(heap.region.u32(value.handle, Layout.Record.text))
        case .time: return try timeText(value)
        case .regex: return try regexText(value)
        case .match: return try group(value, 0)
        default: return value.isHeap ? try plainText(value) : try immediateText(value)
        }
    }

    // MARK: raise

    private mutating func raiseCall(_ call: NativeCall) throws(Stop) -> Value {
        let first = argument(call, 0)
        var exception: Value
        switch first.tag {
        case .undefined:
            exception =
                errorInfo.isNil
                ? try newException(Core.runtimeError, try heap.newString("")) : errorInfo
        case .string: exception = try newException(Core.runtimeError, first)
        case .classReference where allocator(of: first.classID) == .exception:
            let (initializer, _) = method(first.classID, Sym.initialize)
            // A class with an `initialize` of its own is made by the prelude.
            if initializer.tag != .method || initializer.methodKind != Method.Kind.native.rawValue { throw .slow }
            let message = call.count > 1 ? argument(call, 1) : try className(first.classID)
            exception = try newException(first.classID, message)
        case .object where allocator(of: classID(of: first)) == .exception:
            exception = first
            if call.count > 1 {
                exception = try copy(first, keepsFrozen: false)
                try heap.setField(exception.handle, 0, argument(call, 1))
            }
        case .object: throw .slow
        default: throw error(Core.typeError, "exception class/object expected")
        }
        try stamp(exception)
        pending = exception
        throw .raise
    }

    // MARK: Numbers

    private mutating func randomNumber(_ bound: Value) throws(Stop) -> Value {
        switch bound.tag {
        case .integer where bound.integer != 0: return .integer(Int64(random.below(bound.integer.magnitude)))
        case .float where bound.double >= 1: return .integer(Int64(random.below(UInt64(min(bound.double, 1e18)))))
        case .range:
            let (low, high) = (heap.rangeLow(bound), heap.rangeHigh(bound))
            guard low.tag == .integer, high.tag == .integer else { throw typeMismatch(low, into: "Integer") }
            let last = heap.isExclusive(bound) ? high.integer &- 1 : high.integer
            guard low.integer <= last, last &- low.integer >= 0, last &- low.integer < Int64.max else { return .null }
            return .integer(low.integer + Int64(random.below(UInt64(last - low.integer) + 1)))
        default: return .float(random.fraction())
        }
    }

    private mutating func convertInteger(_ value: Value, _ base: Value) throws(Stop) -> Value {
        switch value.tag {
        case .integer, .bigInteger: return value
        case .float: return try integerFromFloat(value.double)
        case .string:
            let radix = base.tag == .integer ? Int(truncatingIfNeeded: base.integer) : 0
            if let number = NumberText.integer(heap.bytes(value), radix: radix, strict: true) {
                return .integer(number)
            }
            if let big = try bigInteger(value, radix: radix, strict: true) { return big }
            throw error(Core.argumentError, "invalid value for Integer(): ", try inspected(value), "")
        case .null: throw error(Core.typeError, "can't convert nil into Integer")
        default: throw .slow
        }
    }

    mutating func integerFromFloat(_ value: Double) throws(Stop) -> Value {
        guard value.isFinite else {
            throw error(Core.floatDomainError, value.isNaN ? "NaN" : (value < 0 ? "-Infinity" : "Infinity"))
        }
        guard let whole = Int64(exactly: value.rounded(.towardZero)) else {
            return try integerValue(BigNumber(truncating: value))
        }
        return .integer(whole)
    }

    mutating func warnConstant(_ name: Symbol) throws(Stop) {
        let text = try heap.newString("warning: already initialized constant ")
        try heap.append(text.handle, symbolName(name))
        try log(heap.bytes(text).array)
    }
}
