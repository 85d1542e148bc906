extension HostValue {
    /// About what the value takes in a frame or in memory. Walks the value.
    public var byteCount: Int {
        switch self {
        case .null, .bool: 8
        case .integer, .double: 16
        case .string(let bytes), .symbol(let bytes): 16 + bytes.count
        case .array(let values): values.reduce(16) { $0 + $1.byteCount }
        case .record(let record):
            record.fields.reduce(32 + record.typeName.utf8.count + record.text.count) {
                $0 + 16 + $1.name.utf8.count + $1.value.byteCount
            }
        }
    }
}

extension Entry {
    /// About what the entry takes in a frame or in memory.
    public var byteCount: Int {
        switch self {
        case .effect(_, let values), .call(_, let values): values.reduce(16) { $0 + $1.byteCount }
        case .outcome(let outcome):
            switch outcome.result {
            case .ended: outcome.updates.reduce(32) { $0 + $1.value.byteCount }
            case .value(let value): outcome.updates.reduce(32 + value.byteCount) { $0 + $1.value.byteCount }
            }
        case .outsideEnd: 16
        }
    }
}
