/// Range.
enum RangeMethod: UInt8 {
    case first, last, excludeEnd, include, equal, toS, hash, size, cover, initialize

    static let table: [NativeRow<RangeMethod>] = [
        NativeRow("begin", .first), NativeRow("end", .last), NativeRow("exclude_end?", .excludeEnd),
        NativeRow("include?", .include, 1), NativeRow("member?", .include, 1), NativeRow("===", .include, 1),
        NativeRow("cover?", .cover, 1), NativeRow("==", .equal, 1), NativeRow("eql?", .equal, 1),
        NativeRow("initialize", .initialize, 2, 3), NativeRow("size", .size), NativeRow("hash", .hash),
    ]
}

/// Proc.
enum ProcMethod: UInt8 {
    case arity, isLambda, toProc, parameters

    static let table: [NativeRow<ProcMethod>] = [
        NativeRow("arity", .arity), NativeRow("lambda?", .isLambda), NativeRow("to_proc", .toProc),
    ]
}

/// Exception.
enum ExceptionMethod: UInt8 {
    case initialize, message, toS, inspect, backtrace, setBacktrace, cause, fullMessage, line, equal, index, match,
        length
    case name, rawMessage

    static let table: [NativeRow<ExceptionMethod>] = [
        NativeRow("initialize", .initialize, 0, 1), NativeRow("__message", .message), NativeRow("Message", .message),
        NativeRow("to_s", .toS), NativeRow("to_str", .toS), NativeRow("ToString", .toS),
        NativeRow("__inspect", .inspect), NativeRow("backtrace", .backtrace),
        NativeRow("set_backtrace", .setBacktrace, 1),
        NativeRow("cause", .cause), NativeRow("__raw_message", .rawMessage), NativeRow("__line__", .line),
        NativeRow("=~", .match, 1),
    ]
}

extension Machine {
    mutating func callRange(_ method: RangeMethod, _ call: NativeCall) throws(Stop) -> Value {
        let first = argument(call, 0)
        switch method {
        case .initialize:
            return try makeRange(first, argument(call, 1), exclusive: call.count > 2 && argument(call, 2).isTruthy)
        case .first: return heap.rangeLow(call.receiver)
        case .last: return heap.rangeHigh(call.receiver)
        case .excludeEnd: return .bool(heap.isExclusive(call.receiver))
        case .cover where first.tag == .range:
            return .bool(try covers(call.receiver, first))
        case .include, .cover:
            let (low, high) = (heap.rangeLow(call.receiver), heap.rangeHigh(call.receiver))
            // Values of another kind are simply not in the range.
            let isNumber = first.tag == .integer || first.tag == .float
            let boundary = low.isNil ? high : low
            let boundsAreNumbers = boundary.tag == .integer || boundary.tag == .float
            if isNumber != boundsAreNumbers { return .false }
            if !isNumber, first.tag != boundary.tag { return .false }
            // Single characters are a list of characters, not an order of texts.
            if first.tag == .string, method == .include, call.selector != Sym.caseEqual, high.tag == .string,
                low.tag == .string, heap.length(low.handle) == 1, heap.length(high.handle) == 1,
                heap.length(first.handle) != 1
            {
                return .false
            }
            if !low.isNil {
                guard let order = try compareValues(low, first), order <= 0 else { return .false }
            }
            if !high.isNil {
                guard let order = try compareValues(first, high) else { return .false }
                return .bool(heap.isExclusive(call.receiver) ? order < 0 : order <= 0)
            }
            return .true
        case .equal: return .bool(try heap.isEqual(call.receiver, first))
        case .size:
            let (low, high) = (heap.rangeLow(call.receiver), heap.rangeHigh(call.receiver))
            guard low.tag == .integer, high.tag == .integer else { return .null }
            let (span, overflow) = high.integer.subtractingReportingOverflow(low.integer)
            if overflow { throw error(Core.rangeError, "the range is too long") }
            return .integer(max(0, heap.isExclusive(call.receiver) ? span : span &+ 1))
        case .hash: return .integer(Int64(bitPattern: try heap.hashCode(call.receiver) >> 2))
        case .toS: throw .slow
        }
    }

    /// Whether every value of one range lies in another.
    private mutating func covers(_ outer: Value, _ inner: Value) throws(Stop) -> Bool {
        let (low, high) = (heap.rangeLow(outer), heap.rangeHigh(outer))
        let (innerLow, innerHigh) = (heap.rangeLow(inner), heap.rangeHigh(inner))
        if !low.isNil {
            guard !innerLow.isNil, let order = try compareValues(low, innerLow), order <= 0 else { return false }
        }
        if !innerLow.isNil, !innerHigh.isNil {
            // An empty range is in no other.
            guard let order = try compareValues(innerLow, innerHigh),
                order < 0 || (order == 0 && !heap.isExclusive(inner))
            else { return false }
        }
        guard !high.isNil else { return true }
        guard !innerHigh.isNil, let order = try compareValues(innerHigh, high) else { return false }
        return order < 0 || (order == 0 && (!heap.isExclusive(outer) || heap.isExclusive(inner)))
    }

    mutating func callProcMethod(_ method: ProcMethod, _ call: NativeCall) throws(Stop) -> Value {
        let handle = call.receiver.handle
        let flags = heap.region.flags(of: handle)
        switch method {
        case .isLambda: return .bool(flags.contains(.lambda))
        case .toProc: return call.receiver
        case .arity:
            if flags.contains(.symbolProc) { return .integer(-2 as Int64) }
            let function = function(heap.region.u32(handle, Layout.Proc.function))
            let fixed = Int64(function.required) + Int64(function.post)
            let open = function.flags.contains(.hasRest) || (function.optional > 0 && flags.contains(.lambda))
            return .integer(open || function.optional > 0 ? -fixed - 1 : fixed)
        case .parameters: throw .slow
        }
    }

    mutating func callException(_ method: ExceptionMethod, _ call: NativeCall) throws(Stop) -> Value {
        let target = call.receiver
        guard target.tag == .object else { throw missingMethod(call) }
        switch method {
        case .initialize:
            let message = call.count > 0 ? argument(call, 0) : .null
            try heap.setField(target.handle, 0, message)
            return .null
        case .message, .toS:
            if call.selector == Sym.toStr, !image.dialect.contains(.exceptionsAreText) { throw missingMethod(call) }
            let message = heap.field(target.handle, 0)
            if message.tag == .string { return message }
            if message.isNil || message.tag == .undefined { return try className(visibleClass(target)) }
            if message.isHeap { throw .slow }
            return try immediateText(message)
        case .inspect:
            let text = try heap.newString("#<")
            try heap.append(text.handle, string: try className(visibleClass(target)).handle)
            let message = heap.field(target.handle, 0)
            if message.tag == .string {
                try heap.append(text.handle, ": ")
                try heap.append(text.handle, string: message.handle)
            }
            try heap.append(text.handle, ">")
            return text
        case .backtrace:
            let location = heap.field(target.handle, 1)
            guard location.tag == .integer else { return .null }
            let list = try heap.newArray(capacity: 1)
            let text = try heap.newString("dialplan:")
            try heap.append(text.handle, integer: location.integer >> 12)
            heap.push(list, reserved: text)
            return .array(list)
        case .setBacktrace: return argument(call, 0)
        case .rawMessage: return heap.field(target.handle, 0)
        case .cause:
            let cause = heap.field(target.handle, 2)
            return cause.tag == .object ? cause : .null
        case .line:
            let location = heap.field(target.handle, 1)
            return location.tag == .integer ? .integer(location.integer >> 12) : .null
        case .match, .fullMessage, .equal, .index, .length, .name: throw .slow
        }
    }
}
