extension HostValue {
    enum Tag {
        static let null: UInt8 = 0
        static let isFalse: UInt8 = 1
        static let isTrue: UInt8 = 2
        static let integer: UInt8 = 3
        static let double: UInt8 = 4
        static let string: UInt8 = 5
        static let symbol: UInt8 = 6
        static let array: UInt8 = 7
        static let record: UInt8 = 8
    }

    public func encode(into bytes: inout [UInt8]) {
        switch self {
        case .null: bytes.append(Tag.null)
        case .bool(let value): bytes.append(value ? Tag.isTrue : Tag.isFalse)
        case .integer(let value):
            bytes.append(Tag.integer)
            ByteWriter.signed(value, into: &bytes)
        case .double(let value):
            bytes.append(Tag.double)
            for shift in stride(from: UInt64(0), to: 64, by: 8) {
                bytes.append(UInt8(truncatingIfNeeded: value.bitPattern >> shift))
            }
        case .string(let value):
            bytes.append(Tag.string)
            ByteWriter.blob(value, into: &bytes)
        case .symbol(let value):
            bytes.append(Tag.symbol)
            ByteWriter.blob(value, into: &bytes)
        case .array(let values):
            bytes.append(Tag.array)
            ByteWriter.unsigned(UInt64(values.count), into: &bytes)
            for value in values { value.encode(into: &bytes) }
        case .record(let record):
            bytes.append(Tag.record)
            record.encode(into: &bytes)
        }
    }

    public init(from reader: inout ByteReader) throws(CodecError) {
        switch try reader.byte() {
        case Tag.null: self = .null
        case Tag.isFalse: self = .bool(false)
        case Tag.isTrue: self = .bool(true)
        case Tag.integer: self = .integer(try reader.signed())
        case Tag.double:
            var bits: UInt64 = 0
            for shift in stride(from: UInt64(0), to: 64, by: 8) { bits |= UInt64(try reader.byte()) << shift }
            self = .double(Double(bitPattern: bits))
        case Tag.string: self = .string(try reader.blob())
        case Tag.symbol: self = .symbol(try reader.blob())
        case Tag.array: self = .array(try reader.nested(HostValue.values))
        case Tag.record:
            self = .record(try reader.nested { reader throws(CodecError) in try HostRecord(from: &reader) })
        default: throw reader.failure(.unknownTag)
        }
    }

    static func values(from reader: inout ByteReader) throws(CodecError) -> [HostValue] {
        let count = try reader.count()
        var values: [HostValue] = []
        for _ in 0..<count { values.append(try HostValue(from: &reader)) }
        return values
    }

    static func encode(_ values: [HostValue], into bytes: inout [UInt8]) {
        ByteWriter.unsigned(UInt64(values.count), into: &bytes)
        for value in values { value.encode(into: &bytes) }
    }
}

extension HostRecord {
    func encode(into bytes: inout [UInt8]) {
        ByteWriter.blob(typeName.utf8, into: &bytes)
        ByteWriter.blob(text, into: &bytes)
        ByteWriter.unsigned(UInt64(fields.count), into: &bytes)
        for field in fields {
            ByteWriter.blob(field.name.utf8, into: &bytes)
            field.value.encode(into: &bytes)
        }
    }

    init(from reader: inout ByteReader) throws(CodecError) {
        typeName = try reader.text()
        text = try reader.blob()
        fields = []
        for _ in 0..<(try reader.count()) {
            let name = try reader.text()
            fields.append(Field(name, try HostValue(from: &reader)))
        }
    }
}
