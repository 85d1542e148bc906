import DialplanHostCalls

/// `sys`, `req` and what the switch hands over: members by any of their spellings (`FromURI`, `from_uri`, `fromuri`).
enum HostMethod: UInt8 {
    case recordText, recordInspect, recordEqual, parameterless, hostText, recordFields, recordIndex, recordIsNil
    case recordClass

    static let recordTable: [NativeRow<HostMethod>] = [
        NativeRow("to_s", .recordText), NativeRow("to_str", .recordText), NativeRow("ToString", .recordText),
        NativeRow("inspect", .recordInspect), NativeRow("==", .recordEqual, 1),
        NativeRow("ToParameterlessString", .parameterless), NativeRow("[]", .recordIndex, 1),
    ]
    static let hostTable: [NativeRow<HostMethod>] = [
        NativeRow("to_s", .hostText), NativeRow("inspect", .hostText), NativeRow("ToString", .hostText),
    ]
}

extension Machine {
    mutating func callHostMethod(_ method: HostMethod, _ call: NativeCall) throws(Stop) -> Value {
        switch method {
        case .hostText: return try heap.newString("sys")
        case .recordText:
            let text = heap.region.u32(call.receiver.handle, Layout.Record.text)
            return try heap.newString(from: text, 0, heap.length(text))
        case .recordInspect:
            let text = try heap.newString("#<")
            let name = Symbol(rawValue: heap.region.u32(call.receiver.handle, Layout.Record.typeName))
            try heap.append(text.handle, symbolName(name))
            try heap.append(text.handle, " ")
            try heap.append(text.handle, string: heap.region.u32(call.receiver.handle, Layout.Record.text))
            try heap.append(text.handle, ">")
            return text
        case .recordEqual:
            let other = argument(call, 0)
            if other.tag == .string || other.tag == .record {
                let own = heap.region.u32(call.receiver.handle, Layout.Record.text)
                return .bool(heap.bytes(own).isEqual(heap.bytes(try stringOperand(other))))
            }
            return .false
        case .parameterless:
            // A URI without its parameters.
            let text = heap.region.u32(call.receiver.handle, Layout.Record.text)
            let end = heap.bytes(text).find(ByteView(";"), from: 0)
            return try heap.newString(from: text, 0, end < 0 ? heap.length(text) : end)
        case .recordIndex:
            let key = try symbol(from: argument(call, 0))
            let fields = try recordFields(call.receiver.handle)
            let position = memberPosition(in: fields, symbolName(key))
            return position >= 0 ? heap.entryValue(fields, position) : .null
        case .recordFields, .recordIsNil, .recordClass: throw .slow
        }
    }

    // MARK: Records

    /// Whether two spellings name the same member: letters in lower case, underscores dropped.
    private func sameMember(_ written: ByteView, _ count: Int, _ member: ByteView) -> Bool {
        var (left, right) = (0, 0)
        func folded(_ byte: UInt8) -> UInt8 { byte >= 0x41 && byte <= 0x5A ? byte | 0x20 : byte }
        while true {
            while left < count, written[left] == 0x5F { left += 1 }
            while right < member.count, member[right] == 0x5F { right += 1 }
            if left >= count || right >= member.count { return left >= count && right >= member.count }
            if folded(written[left]) != folded(member[right]) { return false }
            left += 1
            right += 1
        }
    }

    /// Position of a member in a record's fields, or -1.
    func memberPosition(in fields: Handle, _ name: ByteView) -> Int {
        let count = name.count > 1 && name[name.count - 1] == 0x3D ? name.count - 1 : name.count
        for position in 0..<heap.hashUsed(fields) {
            let key = heap.entryKey(fields, position)
            if key.tag == .string, sameMember(name, count, heap.bytes(key)) { return position }
        }
        return -1
    }

    /// Reads or writes a member. Nil when there is none of that name.
    mutating func recordMember(_ call: NativeCall) throws(Stop) -> Value? {
        let fields = try recordFields(call.receiver.handle)
        let name = symbolName(call.selector)
        let position = memberPosition(in: fields, name)
        guard position >= 0 else { return nil }
        if name[name.count - 1] == 0x3D, call.count == 1 {
            heap.setEntryValue(fields, position, argument(call, 0))
            return argument(call, 0)
        }
        guard call.count == 0 else { throw argumentCount(call.count, 0, 0) }
        return heap.entryValue(fields, position)
    }

    // MARK: sys

    func hostCall(_ name: Symbol) -> HostCall? { HostCallTable.lookup(.sys, symbolName(name).array) }

    /// A call on `sys`: a property is read here, an effect is appended, anything else waits for the front.
    mutating func callHost(_ call: NativeCall, result: Int) throws(Stop) -> Next {
        guard let entry = hostCall(call.selector) else {
            // `sys.Trace = true` of old scripts has no meaning here.
            if symbolName(call.selector).isEqual(ByteView("Trace=")) {
                setRegister(frame, result, argument(call, 0))
                return .proceed
            }
            throw missingMethod(call)
        }
        if entry.kind == .property {
            guard call.count == 0 else { throw argumentCount(call.count, 0, 0) }
            var value = Value.null
            if properties != 0 {
                let found = try heap.get(properties, .integer(Int64(entry.id.rawValue)))
                if found.tag != .undefined { value = found }
            }
            setRegister(frame, result, value)
            return .proceed
        }
        let least = entry.requiredArguments
        guard call.count >= least, call.count <= entry.parameters.count else {
            throw argumentCount(call.count, least, entry.parameters.count)
        }
        // An outside end leaves nothing but the log.
        if ending != nil, entry.id != HostCallTable.Name.log { throw .finish }
        var arguments: [HostValue] = []
        for (index, parameter) in entry.parameters.enumerated() {
            if index >= call.count {
                arguments.append(parameter.defaultValue ?? .null)
                continue
            }
            guard let value = try hostArgument(argument(call, index), parameter.shape) else {
                return try retryAsText(call, result: result)
            }
            arguments.append(value)
        }
        fuel &-= 10
        if entry.id == HostCallTable.Name.log {
            if case .string(let bytes) = arguments.first ?? .null { try log(bytes) }
            setRegister(frame, result, .null)
            return .proceed
        }
        guard hostCalls < limits.hostCalls else { throw .limit(.hostCalls) }
        hostCalls += 1
        if entry.kind == .effect {
            append(.effect(entry.id, arguments))
            setRegister(frame, result, .null)
            return .proceed
        }
        append(.call(entry.id, arguments))
        state = .awaiting(entry.id, result)
        return .wait(entry.id)
    }

    /// The argument in the shape that the table asks for; nil when script code must make text of it first.
    private mutating func hostArgument(_ value: Value, _ shape: HostCall.Shape) throws(Stop) -> HostValue? {
        switch shape {
        case .text, .textOrNil:
            if value.isNil { return shape == .text ? .string([]) : .null }
            if value.tag == .array || value.tag == .object || value.tag == .hash || value.tag == .range {
                if value.tag == .object, allocator(of: classID(of: value)) == .exception,
                    heap.field(value.handle, 0).tag == .string
                {
                    return .string(heap.bytes(heap.field(value.handle, 0)).array)
                }
                return nil
            }
            let text = try shownText(value)
            return .string(heap.bytes(text).array)
        case .integer:
            switch value.tag {
            case .integer: return .integer(value.integer)
            case .float: return .integer(Int64(max(-9.2e18, min(9.2e18, value.double.isNaN ? 0 : value.double))))
            case .string:
                return .integer(NumberText.integer(heap.bytes(value), radix: 10, strict: false) ?? 0)
            case .null: return .integer(0)
            default: throw typeMismatch(value, into: "Integer")
            }
        case .bool: return .bool(value.isTruthy)
        case .any: return hostValue(value)
        }
    }

    /// Calls the prelude, which turns objects into text and calls again.
    private mutating func retryAsText(_ call: NativeCall, result: Int) throws(Stop) -> Next {
        guard let retry = library.prelude.find(ByteView("__host_retry")) else { throw .slow }
        let start = frameEnd
        try reserveStack(start + (call.count + 1) * 16)
        heap.region.move(from: stack, call.arguments, to: stack, start + 16, count: call.count * 16)
        heap.region.set(stack, start, .symbol(call.selector))
        let (method, owner) = method(classID(of: mainObject), retry)
        let inner = NativeCall(
            receiver: mainObject, block: .null, arguments: start, count: call.count + 1, selector: retry, flags: .onSelf
        )
        return try dispatch(method, owner, inner, result: result, start: start + (call.count + 1) * 16)
    }
}
