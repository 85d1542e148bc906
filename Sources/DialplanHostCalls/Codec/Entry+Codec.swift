extension Entry {
    /// The first byte of an encoded entry. Public because the Machine writes effects and calls straight into its outbox.
    public enum Tag {
        public static let effect: UInt8 = 1
        public static let call: UInt8 = 2
        public static let outcome: UInt8 = 3
        public static let outsideEnd: UInt8 = 4
    }

    public func encode(into bytes: inout [UInt8]) {
        switch self {
        case .effect(let id, let arguments):
            bytes.append(Tag.effect)
            ByteWriter.unsigned(UInt64(id.rawValue), into: &bytes)
            HostValue.encode(arguments, into: &bytes)
        case .call(let id, let arguments):
            bytes.append(Tag.call)
            ByteWriter.unsigned(UInt64(id.rawValue), into: &bytes)
            HostValue.encode(arguments, into: &bytes)
        case .outcome(let outcome):
            bytes.append(Tag.outcome)
            outcome.encode(into: &bytes)
        case .outsideEnd(let end, let instructions):
            bytes.append(Tag.outsideEnd)
            bytes.append(end.rawValue)
            ByteWriter.signed(instructions, into: &bytes)
        }
    }

    public init(from reader: inout ByteReader) throws(CodecError) {
        switch try reader.byte() {
        case Tag.effect: self = .effect(try HostCallID(from: &reader), try HostValue.values(from: &reader))
        case Tag.call: self = .call(try HostCallID(from: &reader), try HostValue.values(from: &reader))
        case Tag.outcome: self = .outcome(try Outcome(from: &reader))
        case Tag.outsideEnd: self = .outsideEnd(try OutsideEnd(from: &reader), instructions: try reader.signed())
        default: throw reader.failure(.unknownTag)
        }
    }
}

extension HostCallID {
    init(from reader: inout ByteReader) throws(CodecError) {
        guard let raw = UInt16(exactly: try reader.unsigned()) else { throw reader.failure(.countOutOfBounds) }
        self.init(rawValue: raw)
    }
}

extension OutsideEnd {
    init(from reader: inout ByteReader) throws(CodecError) {
        guard let end = OutsideEnd(rawValue: try reader.byte()) else { throw reader.failure(.unknownTag) }
        self = end
    }
}

extension Outcome {
    func encode(into bytes: inout [UInt8]) {
        switch result {
        case .value(let value):
            bytes.append(0)
            value.encode(into: &bytes)
        case .ended(let end):
            bytes.append(1)
            bytes.append(end.rawValue)
        }
        Outcome.encode(updates, into: &bytes)
        ByteWriter.signed(time, into: &bytes)
    }

    init(from reader: inout ByteReader) throws(CodecError) {
        switch try reader.byte() {
        case 0: result = .value(try HostValue(from: &reader))
        case 1: result = .ended(try OutsideEnd(from: &reader))
        default: throw reader.failure(.unknownTag)
        }
        updates = try Outcome.updates(from: &reader)
        time = try reader.signed()
    }

    static func encode(_ updates: [Update], into bytes: inout [UInt8]) {
        ByteWriter.unsigned(UInt64(updates.count), into: &bytes)
        for update in updates {
            ByteWriter.unsigned(UInt64(update.property.rawValue), into: &bytes)
            update.value.encode(into: &bytes)
        }
    }

    static func updates(from reader: inout ByteReader) throws(CodecError) -> [Update] {
        var updates: [Update] = []
        for _ in 0..<(try reader.count()) {
            let property = try HostCallID(from: &reader)
            updates.append(Update(property, try HostValue(from: &reader)))
        }
        return updates
    }
}
