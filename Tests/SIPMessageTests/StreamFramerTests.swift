import SIPMessage
import Testing

@Suite("Stream framing")
struct StreamFramerTests {
    private static let first = requestText("Content-Length: 4", body: "body")
    private static let second = requestText("l: 0", method: "INFO")

    private func frames(_ framer: inout StreamFramer) throws -> [StreamFramer.Frame] {
        var result: [StreamFramer.Frame] = []
        while let frame = try framer.next() { result.append(frame) }
        return result
    }

    @Test("messages are cut by Content-Length, wherever the stream is cut", arguments: [1, 2, 3, 7, 64, 10_000])
    func chunks(size: Int) throws {
        let stream = Self.first + Self.second + Self.first
        var framer = StreamFramer()
        var found: [StreamFramer.Frame] = []
        var index = 0
        while index < stream.count {
            let end = min(stream.count, index + size)
            framer.append(stream[index..<end])
            found += try frames(&framer)
            index = end
        }
        #expect(found == [.message(Self.first), .message(Self.second), .message(Self.first)])
        #expect(framer.pending.isEmpty)
    }

    @Test("every message that is cut parses")
    func parses() throws {
        var framer = StreamFramer()
        framer.append(Self.first)
        guard case .message(let bytes) = try framer.next() else { throw NotThat() }
        #expect(try parseRequest(bytes).body == Array("body".utf8))
    }

    @Test("keep-alives between messages")
    func keepAlives() throws {
        var framer = StreamFramer()
        framer.append(wire("\n\n"))
        let found1 = try frames(&framer)
        #expect(found1 == [.ping])
        framer.append(wire("\n"))
        let found2 = try frames(&framer)
        #expect(found2 == [.pong])
        framer.append([0x0D])
        let none = try frames(&framer)
        #expect(none.isEmpty)
        framer.append([0x0A])
        let found3 = try frames(&framer)
        #expect(found3 == [.ping], "the second half of a ping")
        framer.append(wire("\n\n") + Self.first + wire("\n") + Self.second)
        let found4 = try frames(&framer)
        #expect(found4 == [.ping, .message(Self.first), .pong, .message(Self.second)])
    }

    struct Broken: Sendable, CustomTestStringConvertible {
        let name: String
        let bytes: [UInt8]
        let code: SIPParseError.Code
        let status: Int
        var testDescription: String { name }
    }

    static let broken: [Broken] = [
        Broken(name: "no Content-Length", bytes: requestText(), code: .missingHeader, status: 400),
        Broken(
            name: "two that differ", bytes: requestText("Content-Length: 0\nl: 5"), code: .conflictingHeaders,
            status: 400),
        Broken(name: "negative", bytes: requestText("Content-Length: -1"), code: .malformedHeader, status: 400),
        Broken(
            name: "over 2^32", bytes: requestText("Content-Length: 4294967296"), code: .malformedHeader, status: 400),
        Broken(
            name: "over 2^64", bytes: requestText("Content-Length: 99999999999999999999999"), code: .malformedHeader,
            status: 400),
        Broken(name: "hexadecimal", bytes: requestText("Content-Length: 0x10"), code: .malformedHeader, status: 400),
        Broken(name: "empty", bytes: requestText("Content-Length:"), code: .malformedHeader, status: 400),
        Broken(name: "two numbers", bytes: requestText("Content-Length: 1, 2"), code: .malformedHeader, status: 400),
        Broken(
            name: "a body over the limit", bytes: requestText("Content-Length: 65536"), code: .limitExceeded,
            status: 413),
        Broken(
            name: "headers without end", bytes: requestText("X: " + String(repeating: "a", count: 40_000)),
            code: .limitExceeded, status: 513),
    ]

    @Test("what can not be cut is an error that stays", arguments: broken)
    func errors(_ item: Broken) throws {
        var framer = StreamFramer()
        framer.append(item.bytes)
        let error = try #require(throws: SIPParseError.self) { try framer.next() }
        #expect(error.code == item.code)
        #expect(error.suggestedStatus?.value == UInt16(item.status))
        #expect(SIPMessage.rejection(of: framer.pending, because: error) != nil, "it can be answered before closing")
        framer.append(Self.first)
        #expect(throws: error) { try framer.next() }
    }

    @Test("headers that never end are refused before the limit is passed by more than a chunk")
    func endless() throws {
        var limits = MessageLimits()
        limits.maximumHeaderSectionBytes = 1_000
        var framer = StreamFramer(limits: limits)
        var error: SIPParseError?
        for _ in 0..<40 where error == nil {
            framer.append([UInt8](repeating: 0x41, count: 100))
            do throws(SIPParseError) { _ = try framer.next() } catch let caught { error = caught }
        }
        #expect(error?.code == .limitExceeded)
        #expect(framer.pending.count <= 1_200)
    }

    @Test("equal Content-Lengths are one by the standard profile and an error by the strict one")
    func equalLengths() throws {
        let bytes = requestText("Content-Length: 0\nl: 0")
        var standard = StreamFramer()
        standard.append(bytes)
        let frame = try standard.next()
        #expect(frame == .message(bytes))
        var strict = StreamFramer(profile: .strict)
        strict.append(bytes)
        #expect(throws: SIPParseError.self) { try strict.next() }
    }

    @Test("the words of the torture messages: clerr waits for more, ncl and mcl01 end the connection")
    func torture() throws {
        var waiting = StreamFramer()
        waiting.append(try Resources.bytes("torture/rfc4475/clerr.dat"))
        let frame = try waiting.next()
        #expect(frame == nil)
        for name in ["ncl", "mcl01"] {
            var framer = StreamFramer()
            framer.append(try Resources.bytes("torture/rfc4475/\(name).dat"))
            #expect(throws: SIPParseError.self) { try framer.next() }
        }
    }
}
