import DialplanHostCalls

/// The start of a run: root objects, the request, the first frame.
extension Machine {
    mutating func prepare(_ start: ExecutionStart) throws(Stop) {
        // Handle 0 is no object, and offset 0 of the stack is no frame.
        stack = try heap.region.allocate(.stack, size: 1536)
        mainObject = try heap.newObject(Core.object, fields: 2)
        for property in start.properties { try setProperty(property.property, property.value) }
        let program = function(Machine.scriptUnit << 24)
        pc = 0
        try push(
            FrameSpecification(
                function: Machine.scriptUnit << 24, receiver: mainObject, lexicalClass: Core.object,
                ownerClass: Core.object, selector: .none, flags: .bottom, result: 0, start: Region.headerBytes),
            registers: Int(program.registers), code: Int(program.code), arguments: Region.headerBytes, count: 0)
        // The bottom frame returns to nobody.
        heap.region.set(stack, frame + Layout.Frame.caller, u32: UInt32(frame))
        state = .ready
    }

    // MARK: Host values

    /// `req`: a script that never looks at its request does not carry it, nor the members that it does not look at.
    mutating func requestRecord() throws(Stop) -> Value {
        if request.isNil { request = try makeRequestRecord(at: 0) }
        return request
    }

    private mutating func makeRequestRecord(at offset: Int) throws(Stop) -> Value {
        let head = requestSource.head(at: offset)
        let record = try newRecord(typeName: head.typeName, text: head.text)
        heap.region.set(record.handle, Layout.Record.source, u32: UInt32(clamping: head.members + 1))
        return record
    }

    /// The hash of a record's members, made when it is first asked for.
    mutating func recordFields(_ record: Handle) throws(Stop) -> Handle {
        let made = heap.region.u32(record, Layout.Record.fields)
        if made != 0 { return made }
        let source = heap.region.u32(record, Layout.Record.source)
        let members = source == 0 ? [] : requestSource.members(at: Int(source) - 1)
        let fields = try heap.newHash(capacity: members.count).handle
        for member in members {
            let name = try heap.newString(Array(member.name.utf8))
            try heap.put(fields, name, try makeRequestMember(member.value))
        }
        heap.region.set(record, Layout.Record.fields, u32: fields)
        return fields
    }

    private mutating func makeRequestMember(_ member: EncodedRecord.Member) throws(Stop) -> Value {
        switch member {
        case .value(let value): return try makeValue(value, depth: 1)
        case .record(let offset): return try makeRequestRecord(at: offset)
        case .array(let items):
            let list = try heap.newArray(capacity: items.count)
            for item in items { try heap.push(list, try makeRequestMember(item)) }
            return .array(list)
        }
    }

    private mutating func newRecord(typeName: String, text: [UInt8]) throws(Stop) -> Value {
        let handle = try heap.region.allocate(.record, size: Layout.Record.size, class: Core.record)
        let typeName = try intern(try heap.newString(Array(typeName.utf8)))
        let text = try heap.newString(text)
        heap.region.set(handle, Layout.Record.typeName, u32: typeName.rawValue)
        heap.region.set(handle, Layout.Record.text, u32: text.handle)
        return Value(.record, handle)
    }

    /// A value of the switch as an object of the script. Nesting is bounded by the codec; checked again here.
    mutating func makeValue(_ value: HostValue, depth: Int) throws(Stop) -> Value {
        guard depth <= 32 else { throw .limit(.heap) }
        switch value {
        case .null: return .null
        case .bool(let flag): return .bool(flag)
        case .integer(let number): return .integer(number)
        case .double(let number): return .float(number)
        case .string(let bytes): return try heap.newString(bytes)
        case .symbol(let bytes): return .symbol(try intern(try heap.newString(bytes)))
        case .array(let values):
            let list = try heap.newArray(capacity: values.count)
            for item in values { try heap.push(list, try makeValue(item, depth: depth + 1)) }
            return .array(list)
        case .record(let record): return try makeRecord(record, depth: depth)
        }
    }

    mutating func makeRecord(_ record: HostRecord, depth: Int) throws(Stop) -> Value {
        let made = try newRecord(typeName: record.typeName, text: record.text)
        let fields = try heap.newHash(capacity: record.fields.count)
        for field in record.fields {
            let name = try heap.newString(Array(field.name.utf8))
            try heap.put(fields.handle, name, try makeValue(field.value, depth: depth + 1))
        }
        heap.region.set(made.handle, Layout.Record.fields, u32: fields.handle)
        return made
    }

    mutating func setProperty(_ id: HostCallID, _ value: HostValue) throws(Stop) {
        let made = try makeValue(value, depth: 0)
        if properties == 0 { properties = try heap.newHash().handle }
        try heap.put(properties, .integer(Int64(id.rawValue)), made)
    }

    /// A script's value as the switch reads it.
    func hostValue(_ value: Value, depth: Int = 0) -> HostValue {
        switch value.tag {
        case .isTrue: return .bool(true)
        case .isFalse: return .bool(false)
        case .integer: return .integer(value.integer)
        case .float: return .double(value.double)
        case .string: return .string(heap.bytes(value).array)
        case .symbol: return .symbol(symbolName(value.symbol).array)
        case .record: return .string(heap.bytes(heap.region.u32(value.handle, Layout.Record.text)).array)
        case .array:
            guard depth < 8 else { return .null }
            return .array(
                (0..<min(1000, heap.count(value.handle))).map {
                    hostValue(heap.element(value.handle, $0), depth: depth + 1)
                })
        default: return .null
        }
    }
}
