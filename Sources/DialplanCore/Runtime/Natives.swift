/// From the number of a leaf to its function: one switch per group.
extension Machine {
    mutating func callNative(_ id: UInt32, _ call: NativeCall) throws(Stop) -> Value {
        let number = UInt8(truncatingIfNeeded: id)
        guard let group = NativeGroup(rawValue: UInt8(truncatingIfNeeded: id >> 8)) else { throw .slow }
        switch group {
        case .object: if let method = ObjectMethod(rawValue: number) { return try callObject(method, call) }
        case .kernel: if let method = KernelMethod(rawValue: number) { return try callKernel(method, call) }
        case .module: if let method = ModuleMethod(rawValue: number) { return try callModule(method, call) }
        case .integer: if let method = IntegerMethod(rawValue: number) { return try callInteger(method, call) }
        case .float: if let method = FloatMethod(rawValue: number) { return try callFloat(method, call) }
        case .string: if let method = StringMethod(rawValue: number) { return try callString(method, call) }
        case .text: if let method = TextMethod(rawValue: number) { return try callText(method, call) }
        case .symbol: if let method = SymbolMethod(rawValue: number) { return try callSymbol(method, call) }
        case .array: if let method = ArrayMethod(rawValue: number) { return try callArray(method, call) }
        case .hash: if let method = HashMethod(rawValue: number) { return try callHash(method, call) }
        case .range: if let method = RangeMethod(rawValue: number) { return try callRange(method, call) }
        case .proc: if let method = ProcMethod(rawValue: number) { return try callProcMethod(method, call) }
        case .regex: if let method = RegexMethod(rawValue: number) { return try callRegex(method, call) }
        case .time: if let method = TimeMethod(rawValue: number) { return try callTime(method, call) }
        case .exception: if let method = ExceptionMethod(rawValue: number) { return try callException(method, call) }
        case .pack: if let method = PackMethod(rawValue: number) { return try callPack(method, call) }
        case .scope: if let method = ScopeMethod(rawValue: number) { return try callScope(method, call) }
        case .host: if let method = HostMethod(rawValue: number) { return try callHostMethod(method, call) }
        }
        throw .slow
    }

    // MARK: Arguments

    /// An argument as a position, length or count (Float is truncated), clamped to ±2^60: no sum of a few of these
    /// overflows, and nothing is that large.
    @inline(__always) mutating func integerArgument(_ call: NativeCall, _ index: Int) throws(Stop) -> Int {
        let value = argument(call, index)
        return value.tag == .integer ? bounded(value.integer) : try integerOperand(value)
    }

    @inline(never) private mutating func integerOperand(_ value: Value) throws(Stop) -> Int {
        if value.tag == .float {
            guard !value.double.isNaN else { throw error(Core.floatDomainError, "NaN") }
            return Int(max(-0x1p60, min(0x1p60, value.double.rounded(.towardZero))))
        }
        if value.tag == .bigInteger { throw error(Core.rangeError, "bignum too big to convert into `long'") }
        throw typeMismatch(value, into: "Integer")
    }

    @inline(__always) func bounded(_ value: Int64) -> Int {
        let bound: Int64 = 1 << 60
        return Int(max(-bound, min(bound, value)))
    }

    /// An argument that must be a string (exceptions have to_str, as in 1.8).
    mutating func stringArgument(_ call: NativeCall, _ index: Int) throws(Stop) -> Value {
        try stringOperand(argument(call, index))
    }

    mutating func stringOperand(_ value: Value) throws(Stop) -> Value {
        if value.tag == .string { return value }
        if value.tag == .record { return .string(heap.region.u32(value.handle, Layout.Record.text)) }
        if value.tag == .object, image.dialect.contains(.exceptionsAreText), isKind(value, of: Core.exception) {
            let message = heap.field(value.handle, 0)
            if message.tag == .string { return message }
            return try className(visibleClass(value))
        }
        if value.tag == .object {
            let (method, owner) = self.method(classID(of: value), Sym.toStr)
            // An exception's own `to_str` is the classic dialect's.
            if method.tag != .undefined, owner != Core.exception { throw .slow }
        }
        throw typeMismatch(value, into: "String")
    }

    mutating func allocate(_ allocator: Allocator, _ id: ClassID) throws(Stop) -> Value {
        switch allocator {
        case .string:
            let handle = try heap.newString(capacity: 16)
            heap.region.setClass(id, of: handle)
            return .string(handle)
        case .array:
            let handle = try heap.newArray(capacity: 4)
            heap.region.setClass(id, of: handle)
            return .array(handle)
        case .hash:
            let value = try heap.newHash()
            heap.region.setClass(id, of: value.handle)
            return value
        case .object, .exception, .fiber:
            // Classes of the prelude have `hash` and `eql?` of their own: objects must be asked from now on.
            if id.rawValue >= Core.firstPrelude, id.rawValue < Core.metaOffset { heap.noteCustomEquality() }
            let object = classObject(id)
            let fields = object == 0 ? 0 : heap.region.u32(object, Layout.Class.fields)
            let known = fields == 0 ? 0 : heap.count(fields)
            return try heap.newObject(id, fields: max(max(2, allocator.hiddenFields), known))
        default: return .null
        }
    }
}
