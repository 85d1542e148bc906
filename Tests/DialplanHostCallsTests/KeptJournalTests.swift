import DialplanHostCalls
import Testing

@Suite("Journals as they are kept")
struct KeptJournalTests {
    static func journal(_ end: KeptJournal.End, parent: UInt64? = nil) -> KeptJournal {
        KeptJournal(
            call: 1_234_567_890_123, parent: parent, owner: "sam", scriptVersion: 7,
            start: ExecutionStart(
                execution: 9, sourceDigest: Array(0..<32), sourceName: "main", source: Array("sys.Log 1".utf8),
                request: HostRecord(
                    typeName: "SIPRequest", text: Array("INVITE".utf8), fields: [.init("A", .bool(true))]),
                startTime: 1_700_000_000_000_000, seed: .max),
            entries: [
                .effect(HostCallTable.Name.log, [.text("ä")]),
                .call(HostCallTable.Name.dial, [.text("bob"), .integer(-1), .null]),
                .outcome(
                    Outcome(.ended(.answered), updates: [.init(HostCallTable.Name.lastDialled, .array([]))], time: 5)),
                .outsideEnd(.wallTime, instructions: 12),
            ], end: end)
    }

    static let ends: [KeptJournal.End] = [
        .finished(ExecutionStatistics(instructions: 5, regionBytes: 6)),
        .failed(ScriptFailure(.exception, message: "x", line: 3, column: 4), ExecutionStatistics()), .abandoned("why"),
    ]

    @Test("what is encoded is decoded, without the text of the script", arguments: ends.indices, [nil, 3] as [UInt64?])
    func roundTrip(index: Int, parent: UInt64?) throws {
        let journal = Self.journal(Self.ends[index], parent: parent)
        #expect(journal.start.source == nil)
        #expect(try KeptJournal(decoding: journal.encoded) == journal)
    }

    @Test("every shorter, longer or otherwise numbered form is refused, and none traps")
    func damaged() {
        let bytes = Self.journal(Self.ends[0]).encoded
        for count in 0..<bytes.count {
            #expect(throws: CodecError.self) { try KeptJournal(decoding: Array(bytes.prefix(count))) }
        }
        #expect(throws: CodecError.self) { try KeptJournal(decoding: bytes + [0]) }
        #expect(throws: CodecError.self) { try KeptJournal(decoding: [KeptJournal.format + 1] + bytes.dropFirst()) }
        for index in bytes.indices {
            var changed = bytes
            changed[index] ^= 0xFF
            _ = try? KeptJournal(decoding: changed)
        }
    }
}
