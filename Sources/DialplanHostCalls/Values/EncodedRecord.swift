/// A record in its encoded form, read member by member: `req` is large beside a script that waits, and most scripts look at
/// two or three of its members.
public struct EncodedRecord: Hashable, Sendable {
    /// A member of a record.
    public indirect enum Member: Sendable {
        case value(HostValue)
        /// A record whose encoding begins at this offset.
        case record(at: Int)
        case array([Member])
    }

    /// A record without its members.
    public struct Head: Sendable {
        public let typeName: String
        public let text: [UInt8]
        /// Where its members begin, for ``EncodedRecord/members(at:)``.
        public let members: Int
    }

    /// Known to hold one record and nothing else.
    private let bytes: [UInt8]

    public init(_ record: HostRecord) {
        var bytes: [UInt8] = []
        record.encode(into: &bytes)
        self.bytes = bytes
    }

    /// Takes over the next record of a frame or a journal.
    init(from reader: inout ByteReader) throws(CodecError) {
        let start = reader.position
        try reader.skipRecord()
        bytes = reader.bytes(since: start)
    }

    /// The whole of it.
    public var record: HostRecord {
        var reader = ByteReader(bytes)
        return (try? HostRecord(from: &reader)) ?? HostRecord(typeName: "", text: [], fields: [])
    }

    public var byteCount: Int { bytes.count }

    func encode(into bytes: inout [UInt8]) { bytes += self.bytes }

    /// The record that begins at `offset`; 0 is the whole. Empty for an offset that this never gave.
    public func head(at offset: Int = 0) -> Head {
        var reader = ByteReader(bytes, from: offset)
        guard let typeName = try? reader.text(), let text = try? reader.blob() else {
            return Head(typeName: "", text: [], members: bytes.count)
        }
        return Head(typeName: typeName, text: text, members: reader.position)
    }

    /// The members of a record, in order; records among them are not read. None for an offset that this never gave.
    public func members(at offset: Int) -> [(name: String, value: Member)] {
        var reader = ByteReader(bytes, from: offset)
        return (try? Self.members(&reader)) ?? []
    }

    private static func members(_ reader: inout ByteReader) throws(CodecError) -> [(name: String, value: Member)] {
        var members: [(name: String, value: Member)] = []
        for _ in 0..<(try reader.count()) {
            let name = try reader.text()
            members.append((name, try member(&reader)))
        }
        return members
    }

    private static func member(_ reader: inout ByteReader) throws(CodecError) -> Member {
        let start = reader
        switch try reader.byte() {
        case HostValue.Tag.record:
            let offset = reader.position
            try reader.skipRecord()
            return .record(at: offset)
        case HostValue.Tag.array:
            return .array(
                try reader.nested { reader throws(CodecError) in
                    var items: [Member] = []
                    for _ in 0..<(try reader.count()) { items.append(try member(&reader)) }
                    return items
                })
        default:
            reader = start
            return .value(try HostValue(from: &reader))
        }
    }
}

extension ByteReader {
    /// Goes over one record, with the checks of reading it.
    mutating func skipRecord() throws(CodecError) {
        _ = try text()
        try skipBlob()
        for _ in 0..<(try count()) {
            _ = try text()
            try skipValue()
        }
    }

    private mutating func skipValue() throws(CodecError) {
        switch try byte() {
        case HostValue.Tag.null, HostValue.Tag.isFalse, HostValue.Tag.isTrue: break
        case HostValue.Tag.integer: _ = try signed()
        case HostValue.Tag.double: for _ in 0..<8 { _ = try byte() }
        case HostValue.Tag.string, HostValue.Tag.symbol: try skipBlob()
        case HostValue.Tag.array:
            try nested { reader throws(CodecError) in
                for _ in 0..<(try reader.count()) { try reader.skipValue() }
            }
        case HostValue.Tag.record: try nested { reader throws(CodecError) in try reader.skipRecord() }
        default: throw failure(.unknownTag)
        }
    }
}
