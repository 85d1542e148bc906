import DialplanHostCalls
import Testing

@Suite("The codec of entries and frames")
struct CodecTests {
    static let record = HostRecord(
        typeName: "SIPRequest", text: Array("INVITE".utf8),
        fields: [
            .init("Method", .text("INVITE")), .init("Hops", .integer(-70)),
            .init("Inner", .array([.null, .bool(true)])),
        ])

    static let values: [HostValue] = [
        .null, .bool(false), .bool(true), .integer(0), .integer(.min), .integer(.max), .double(-0.0),
        .double(.infinity),
        .string([]), .string([0, 0xFF, 0x80]), .symbol(Array("ring".utf8)), .array([.array([.array([])])]),
        .record(record),
    ]

    static let start = ExecutionStart(
        execution: .max, sourceDigest: Array(repeating: 7, count: 32), sourceName: "plan",
        source: Array("sys.Log 1".utf8),
        request: record, properties: [.init(HostCallTable.Name.isIn, .bool(true))], startTime: -1,
        utcOffsetSeconds: -3_600,
        seed: 42)

    static let frontMessages: [FrontMessage] = [
        .start(start, awaitingReplay: true), .go(execution: 1), .stop(execution: 2),
        .replay(
            execution: 3,
            entries: [
                .init(position: 0, entry: .outcome(Outcome(.ended(.answered), time: 5))),
                .init(position: .max, entry: .outsideEnd(.callerGone, instructions: 99)),
            ]),
        .resume(
            execution: 4, position: 9,
            Outcome(.value(.text("x")), updates: [.init(HostCallTable.Name.lastDialled, .array([]))], time: 1)),
        .cancel(execution: 5, .wallTime),
    ]

    static let workerMessages: [WorkerMessage] = [
        .sourceNeeded(execution: 1),
        .entries(
            execution: 2, position: 7, [.effect(HostCallTable.Name.log, values), .call(HostCallTable.Name.dial, [])]),
        .finished(execution: 3, position: 1, ExecutionStatistics(instructions: 5, regionBytes: 6)),
        .failed(
            execution: 4, position: 0, ScriptFailure(.syntaxError, message: "unexpected `end'", line: 3, column: 9),
            ExecutionStatistics()),
    ]

    @Test("messages of the front come back as they were, several in one payload")
    func frontRoundTrip() throws {
        var bytes: [UInt8] = []
        for message in Self.frontMessages { message.encode(into: &bytes) }
        #expect(try FrontMessage.decodeAll(bytes) == Self.frontMessages)
    }

    @Test("messages of workers come back as they were, several in one payload")
    func workerRoundTrip() throws {
        var bytes: [UInt8] = []
        for message in Self.workerMessages { message.encode(into: &bytes) }
        #expect(try WorkerMessage.decodeAll(bytes) == Self.workerMessages)
    }

    @Test("a payload cut anywhere is an error, never a trap nor a message made up")
    func truncation() throws {
        for message in Self.workerMessages {
            var bytes: [UInt8] = []
            message.encode(into: &bytes)
            for end in 1..<bytes.count {
                #expect(throws: CodecError.self) { try WorkerMessage.decodeAll(Array(bytes[..<end])) }
            }
        }
    }

    @Test("changed bytes give a message or an error, never a trap")
    func mutation() {
        var seed: UInt64 = 0x9E37_79B9_7F4A_7C15
        func random(_ bound: Int) -> Int {
            seed = seed &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Int((seed >> 33) % UInt64(bound))
        }
        var original: [UInt8] = []
        for message in Self.workerMessages { message.encode(into: &original) }
        var read = 0
        var refused = 0
        for _ in 0..<20_000 {
            var bytes = original
            for _ in 0...random(4) { bytes[random(bytes.count)] = UInt8(random(256)) }
            if (try? WorkerMessage.decodeAll(bytes)) != nil { read += 1 } else { refused += 1 }
        }
        #expect(read > 500 && refused > 500, "the generator reaches both ends: \(read) read, \(refused) refused")
    }

    @Test("arrays nested deeper than the limit are refused")
    func nesting() {
        var value = HostValue.null
        for _ in 0..<(CodecLimits.nesting + 1) { value = .array([value]) }
        var bytes: [UInt8] = []
        WorkerMessage.entries(execution: 1, position: 0, [.effect(HostCallTable.Name.log, [value])]).encode(
            into: &bytes)
        #expect(throws: CodecError.self) { try WorkerMessage.decodeAll(bytes) }
    }

    @Test("a count larger than the payload is refused before anything is allocated")
    func hugeCounts() {
        let bytes: [UInt8] = [WorkerMessage.Tag.entries, 1, 0, 0xFF, 0xFF, 0xFF, 0xFF, 0x0F]
        #expect(throws: CodecError.self) { try WorkerMessage.decodeAll(bytes) }
    }
}

@Suite("The table of host calls")
struct HostCallTableTests {
    @Test("numbers and names are unique")
    func unique() {
        #expect(Set(HostCallTable.all.map(\.id)).count == HostCallTable.all.count)
        let names = HostCallTable.all.map {
            "\($0.receiver).\(String(decoding: MemberName.folded($0.name.utf8), as: UTF8.self))"
        }
        #expect(Set(names).count == names.count)
    }

    @Test(
        "a member is found under every spelling that IronRuby allowed",
        arguments: ["LastDialled", "last_dialled", "lastdialled"])
    func spellings(name: String) {
        #expect(HostCallTable.lookup(.sys, name.utf8)?.id == HostCallTable.Name.lastDialled)
        #expect(HostCallTable.lookup(.req, name.utf8) == nil)
    }

    @Test("parameters with defaults come last", arguments: HostCallTable.all.map(\.name))
    func defaultsComeLast(name: String) throws {
        let call = try #require(HostCallTable.lookup(.sys, name.utf8))
        let optional = call.parameters.map { $0.defaultValue != nil }
        #expect(optional == optional.sorted { !$0 && $1 })
        #expect(!call.documentation.isEmpty)
    }
}
