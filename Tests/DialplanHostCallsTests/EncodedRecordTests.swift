import Testing

@testable import DialplanHostCalls

@Suite("Records read member by member")
struct EncodedRecordTests {
    /// A random value, records and arrays in it down to `depth`.
    private static func value(_ depth: Int, _ random: inout some RandomNumberGenerator) -> HostValue {
        func bytes(_ random: inout some RandomNumberGenerator) -> [UInt8] {
            (0..<Int.random(in: 0...200, using: &random)).map { _ in UInt8.random(in: 0...255, using: &random) }
        }
        switch Int.random(in: 0..<(depth > 0 ? 9 : 7), using: &random) {
        case 0: return .null
        case 1: return .bool(.random(using: &random))
        case 2: return .integer(.random(in: .min ... .max, using: &random))
        case 3: return .double(.random(in: -1e9...1e9, using: &random))
        case 4, 5: return .string(bytes(&random))
        case 6: return .symbol(bytes(&random))
        case 7:
            return .array((0..<Int.random(in: 0...4, using: &random)).map { _ in value(depth - 1, &random) })
        default: return .record(record(depth - 1, &random))
        }
    }

    private static func record(_ depth: Int, _ random: inout some RandomNumberGenerator) -> HostRecord {
        HostRecord(
            typeName: "Type\(Int.random(in: 0...1000, using: &random))ä", text: Array("text".utf8),
            fields: (0..<Int.random(in: 0...6, using: &random)).map { .init("Member\($0)", value(depth, &random)) })
    }

    private struct Seeded: RandomNumberGenerator {
        var state: UInt64
        mutating func next() -> UInt64 {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return state ^ state >> 29
        }
    }

    /// The record at an offset, put together from its parts.
    private static func assembled(_ encoded: EncodedRecord, at offset: Int = 0) -> HostRecord {
        let head = encoded.head(at: offset)
        return HostRecord(
            typeName: head.typeName, text: head.text,
            fields: encoded.members(at: head.members).map { .init($0.name, assembled($0.value, encoded)) })
    }

    private static func assembled(_ member: EncodedRecord.Member, _ encoded: EncodedRecord) -> HostValue {
        switch member {
        case .value(let value): value
        case .record(let offset): .record(assembled(encoded, at: offset))
        case .array(let items): .array(items.map { assembled($0, encoded) })
        }
    }

    @Test("its parts are those of the record that it was made from", arguments: 0..<200)
    func parts(seed: UInt64) throws {
        var random = Seeded(state: seed)
        let record = Self.record(5, &random)
        let encoded = EncodedRecord(record)
        #expect(encoded.record == record)
        #expect(Self.assembled(encoded) == record)

        var bytes: [UInt8] = []
        encoded.encode(into: &bytes)
        #expect(bytes.count == encoded.byteCount)
        var reader = ByteReader(bytes + [7])
        let read = try EncodedRecord(from: &reader)
        let next = try reader.byte()
        #expect(read == encoded)
        #expect(next == 7, "and not a byte more was read")
    }

    @Test("what cannot be read as a record is refused at the same place, cut off or spoilt", arguments: 0..<60)
    func refused(seed: UInt64) {
        var random = Seeded(state: seed)
        var bytes: [UInt8] = []
        EncodedRecord(Self.record(3, &random)).encode(into: &bytes)
        for _ in 0..<200 {
            var spoilt = bytes
            if Bool.random(using: &random) {
                spoilt.removeLast(Int.random(in: 0...spoilt.count, using: &random))
            } else {
                let place = Int.random(in: 0..<spoilt.count, using: &random)
                spoilt[place] = .random(in: 0...255, using: &random)
            }
            var (whole, skipping) = (ByteReader(spoilt), ByteReader(spoilt))
            let expected = Result { () throws(CodecError) in try HostRecord(from: &whole) }
            let read = Result { () throws(CodecError) in try EncodedRecord(from: &skipping) }
            switch (expected, read) {
            case (.success(let record), .success(let encoded)):
                #expect(encoded.record == record)
                #expect(Self.assembled(encoded) == record)
            case (.failure(let left), .failure(let right)): #expect(left == right)
            default: Issue.record("\(expected) but \(read)")
            }
        }
    }

    @Test("offsets that it never gave lead nowhere", arguments: [-1, 1, 1_000, Int.max])
    func strangeOffsets(offset: Int) {
        let encoded = EncodedRecord(HostRecord(typeName: "T", text: [], fields: []))
        #expect(encoded.members(at: encoded.head(at: offset).members).isEmpty)
    }
}
