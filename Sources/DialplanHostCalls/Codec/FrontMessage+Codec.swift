extension FrontMessage {
    private enum Tag {
        static let start: UInt8 = 1
        static let replay: UInt8 = 2
        static let go: UInt8 = 3
        static let resume: UInt8 = 4
        static let cancel: UInt8 = 5
        static let stop: UInt8 = 6
    }

    public func encode(into bytes: inout [UInt8]) {
        switch self {
        case .start(let start, let awaitingReplay):
            bytes.append(Tag.start)
            start.encode(into: &bytes)
            bytes.append(awaitingReplay ? 1 : 0)
        case .replay(let execution, let entries):
            bytes.append(Tag.replay)
            ByteWriter.unsigned(execution, into: &bytes)
            ByteWriter.unsigned(UInt64(entries.count), into: &bytes)
            for item in entries {
                ByteWriter.unsigned(UInt64(item.position), into: &bytes)
                item.entry.encode(into: &bytes)
            }
        case .go(let execution):
            bytes.append(Tag.go)
            ByteWriter.unsigned(execution, into: &bytes)
        case .resume(let execution, let position, let outcome):
            bytes.append(Tag.resume)
            ByteWriter.unsigned(execution, into: &bytes)
            ByteWriter.unsigned(UInt64(position), into: &bytes)
            outcome.encode(into: &bytes)
        case .cancel(let execution, let end):
            bytes.append(Tag.cancel)
            ByteWriter.unsigned(execution, into: &bytes)
            bytes.append(end.rawValue)
        case .stop(let execution):
            bytes.append(Tag.stop)
            ByteWriter.unsigned(execution, into: &bytes)
        }
    }

    public init(from reader: inout ByteReader) throws(CodecError) {
        switch try reader.byte() {
        case Tag.start:
            let start = try ExecutionStart(from: &reader)
            self = .start(start, awaitingReplay: try reader.byte() != 0)
        case Tag.replay:
            let execution = try reader.unsigned()
            var entries: [PositionedEntry] = []
            for _ in 0..<(try reader.count()) {
                let position = try reader.unsigned32()
                entries.append(PositionedEntry(position: position, entry: try Entry(from: &reader)))
            }
            self = .replay(execution: execution, entries: entries)
        case Tag.go: self = .go(execution: try reader.unsigned())
        case Tag.resume:
            let execution = try reader.unsigned()
            let position = try reader.unsigned32()
            self = .resume(execution: execution, position: position, try Outcome(from: &reader))
        case Tag.cancel:
            let execution = try reader.unsigned()
            self = .cancel(execution: execution, try OutsideEnd(from: &reader))
        case Tag.stop: self = .stop(execution: try reader.unsigned())
        default: throw reader.failure(.unknownTag)
        }
    }

    /// All messages of one frame's payload.
    public static func decodeAll(_ payload: [UInt8]) throws(CodecError) -> [FrontMessage] {
        var reader = ByteReader(payload)
        var messages: [FrontMessage] = []
        while !reader.isAtEnd { messages.append(try FrontMessage(from: &reader)) }
        return messages
    }
}
