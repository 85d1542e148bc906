import NIOCore
import ProcessPoolChild
import Testing

@testable import ProcessPool

struct FrameDecoderTests {
    private static let payloads: [[UInt8]] = [[], [1], Array("hello".utf8), [UInt8](repeating: 7, count: 70_000)]

    @Test("frames come out whole however the stream is cut", arguments: [1, 2, 3, 5, 7, 4096, 1 << 20])
    func portions(size: Int) throws {
        var stream: [UInt8] = []
        for (index, payload) in Self.payloads.enumerated() {
            ChannelFormat.append(kind: UInt8(index), payload: payload, to: &stream)
        }
        var decoder = FrameDecoder()
        var seen: [[UInt8]] = []
        for start in stride(from: 0, to: stream.count, by: size) {
            decoder.append(ByteBuffer(bytes: stream[start..<min(start + size, stream.count)]))
            while let frame = try decoder.next() {
                #expect(Int(frame.kind) == seen.count)
                seen.append(Array(frame.payload.readableBytesView))
            }
        }
        #expect(seen == Self.payloads)
    }

    @Test(
        "a length or version out of bounds is refused before the frame is there",
        arguments: [
            ([0, 0, 0, 0], "a frame's length is 0"), ([1, 0, 0, 0], "a frame's length is 1"),
            ([1, 0, 16, 0], "a frame's length is 1048577"), ([255, 255, 255, 255], "a frame's length is 4294967295"),
            ([2, 0, 0, 0, 0], "a frame's version is 0"),
        ] as [([UInt8], String)])
    func violations(bytes: [UInt8], text: String) {
        var decoder = FrameDecoder()
        decoder.append(ByteBuffer(bytes: bytes))
        #expect(throws: ChannelViolation.self) { try decoder.next() }
        var again = FrameDecoder()
        again.append(ByteBuffer(bytes: bytes))
        do { _ = try again.next() } catch { #expect(error.description == text) }
    }
}

struct LineCutterTests {
    @Test("lines are cut at newlines, bounded, and without control characters")
    func lines() {
        var cutter = LineCutter(longest: 8)
        let first = cutter.cut("one\ntwo\n\nthr".utf8)
        #expect(first == ["one", "two"])
        let second = cutter.cut("ee\n0123456789\na\tb\u{1B}[0m\r\n".utf8)
        #expect(second == ["three", "01234567", "a\tb\u{FFFD}[0m\u{FFFD}"])
        let third = cutter.cut([0xFF, 0x41, 0x0A])
        #expect(third == ["\u{FFFD}A"])
        let nothing = cutter.rest()
        #expect(nothing == nil)
        _ = cutter.cut("last".utf8)
        let rest = cutter.rest()
        #expect(rest == "last")
    }

    @Test("lines beyond the second's budget are counted, the next second begins anew")
    func budget() {
        var budget = LineBudget(perSecond: 3)
        let start = NIODeadline.uptimeNanoseconds(0)
        let spent = (0..<5).map { _ in budget.spend(now: start) }
        #expect(spent == [true, true, true, false, false])
        let dropped = [budget.takeDropped(), budget.takeDropped()]
        #expect(dropped == [2, nil])
        let again = budget.spend(now: start + .seconds(1))
        #expect(again)
    }
}

struct WorkerConfigurationTests {
    @Test(
        "a configuration that cannot work is refused with the value's name",
        arguments: [
            ("executable", { @Sendable in $0.executable = "worker" }), ("size", { $0.size = 0 }),
            ("warmSpares", { $0.warmSpares = -1 }), ("arguments", { $0.arguments = ["a\0b"] }),
            ("environment", { $0.environment = ["A=B": "c"] }), ("spawnDeadline", { $0.spawnDeadline = .zero }),
            ("backoff.jitter", { $0.backoff.jitter = 2 }), ("limits.queuedBytes", { $0.limits.queuedBytes = 1 }),
            ("limits.descriptors", { $0.limits.descriptors = 3 }),
        ] as [(String, @Sendable (inout WorkerConfiguration) -> Void)])
    func refused(name: String, change: @Sendable (inout WorkerConfiguration) -> Void) throws {
        var configuration = WorkerConfiguration(executable: "/bin/true")
        try configuration.validate()
        change(&configuration)
        #expect(throws: WorkerConfiguration.Problem.self) { try configuration.validate() }
        do { try configuration.validate() } catch { #expect(error.description.hasPrefix(name)) }
    }
}
