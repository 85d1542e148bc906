extension WorkerMessage {
    /// The first byte of an encoded message. Public because the worker writes entries straight behind their header.
    public enum Tag {
        public static let sourceNeeded: UInt8 = 1
        public static let entries: UInt8 = 2
        public static let finished: UInt8 = 3
        public static let failed: UInt8 = 4
    }

    public func encode(into bytes: inout [UInt8]) {
        switch self {
        case .sourceNeeded(let execution):
            bytes.append(Tag.sourceNeeded)
            ByteWriter.unsigned(execution, into: &bytes)
        case .entries(let execution, let position, let entries):
            WorkerMessage.encodeEntriesHeader(execution, position, count: entries.count, into: &bytes)
            for entry in entries { entry.encode(into: &bytes) }
        case .finished(let execution, let position, let statistics):
            bytes.append(Tag.finished)
            ByteWriter.unsigned(execution, into: &bytes)
            ByteWriter.unsigned(UInt64(position), into: &bytes)
            statistics.encode(into: &bytes)
        case .failed(let execution, let position, let failure, let statistics):
            bytes.append(Tag.failed)
            ByteWriter.unsigned(execution, into: &bytes)
            ByteWriter.unsigned(UInt64(position), into: &bytes)
            failure.encode(into: &bytes)
            statistics.encode(into: &bytes)
        }
    }

    /// What stands before the encoded entries of an `entries` message.
    public static func encodeEntriesHeader(
        _ execution: UInt64, _ position: UInt32, count: Int, into bytes: inout [UInt8]
    ) {
        bytes.append(Tag.entries)
        ByteWriter.unsigned(execution, into: &bytes)
        ByteWriter.unsigned(UInt64(position), into: &bytes)
        ByteWriter.unsigned(UInt64(count), into: &bytes)
    }

    public init(from reader: inout ByteReader) throws(CodecError) {
        switch try reader.byte() {
        case Tag.sourceNeeded: self = .sourceNeeded(execution: try reader.unsigned())
        case Tag.entries:
            let execution = try reader.unsigned()
            let position = try reader.unsigned32()
            var entries: [Entry] = []
            for _ in 0..<(try reader.count()) { entries.append(try Entry(from: &reader)) }
            self = .entries(execution: execution, position: position, entries)
        case Tag.finished:
            let execution = try reader.unsigned()
            let position = try reader.unsigned32()
            self = .finished(execution: execution, position: position, try ExecutionStatistics(from: &reader))
        case Tag.failed:
            let execution = try reader.unsigned()
            let position = try reader.unsigned32()
            let failure = try ScriptFailure(from: &reader)
            self = .failed(execution: execution, position: position, failure, try ExecutionStatistics(from: &reader))
        default: throw reader.failure(.unknownTag)
        }
    }

    /// All messages of one frame's payload.
    public static func decodeAll(_ payload: [UInt8]) throws(CodecError) -> [WorkerMessage] {
        var reader = ByteReader(payload)
        var messages: [WorkerMessage] = []
        while !reader.isAtEnd { messages.append(try WorkerMessage(from: &reader)) }
        return messages
    }
}

extension ExecutionStatistics {
    func encode(into bytes: inout [UInt8]) {
        ByteWriter.signed(instructions, into: &bytes)
        ByteWriter.signed(regionBytes, into: &bytes)
    }

    init(from reader: inout ByteReader) throws(CodecError) {
        instructions = try reader.signed()
        regionBytes = try reader.signed()
    }
}

extension ScriptFailure {
    func encode(into bytes: inout [UInt8]) {
        bytes.append(kind.rawValue)
        ByteWriter.blob(message.utf8, into: &bytes)
        ByteWriter.signed(Int64(line), into: &bytes)
        ByteWriter.signed(Int64(column), into: &bytes)
    }

    init(from reader: inout ByteReader) throws(CodecError) {
        guard let kind = Kind(rawValue: try reader.byte()) else { throw reader.failure(.unknownTag) }
        self.kind = kind
        message = try reader.text()
        line = try reader.signed32()
        column = try reader.signed32()
    }
}
