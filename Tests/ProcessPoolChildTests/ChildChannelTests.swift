import CProcessPoolSupport
import Glibc
import Testing

@testable import ProcessPoolChild

/// A channel whose other end the test holds.
private struct Pair {
    let channel: ChildChannel
    let other: Int32

    init() throws {
        var ends: [Int32] = [-1, -1]
        try #require(unsafe processpool_socketpair(&ends) == 0)
        let page = processpool_page_create()
        channel = ChildChannel(owning: ends[1], page: SharedPage(descriptor: page))
        close(page)
        other = ends[0]
    }

    func write(_ bytes: [UInt8]) {
        #expect(unsafe send(other, bytes, bytes.count, 0) == bytes.count)
    }

    func write(_ kind: ChannelFormat.ParentKind, _ payload: [UInt8] = []) {
        var bytes: [UInt8] = []
        ChannelFormat.append(kind: kind.rawValue, payload: payload, to: &bytes)
        write(bytes)
    }

    /// Whatever the channel has sent.
    func read() -> [UInt8] {
        var buffer = [UInt8](repeating: 0, count: 1 << 16)
        let count = unsafe recv(other, &buffer, buffer.count, Int32(MSG_DONTWAIT))
        return count > 0 ? Array(buffer[..<count]) : []
    }
}

struct ChildChannelTests {
    @Test("payloads, drain and stop come in order, pings are answered unseen")
    func messages() throws {
        let pair = try Pair()
        pair.write(.payload, [1, 2])
        pair.write(.ping, [1, 0, 0, 0, 0, 0, 0, 9])
        pair.write(.drain)
        pair.write(.payload)
        pair.write(.stop)
        #expect(try pair.channel.receive(waiting: true) == [.payload([1, 2]), .drain, .payload([]), .stop])
        try pair.channel.flush()
        #expect(pair.read() == [10, 0, 0, 0, 1, 3, 1, 0, 0, 0, 0, 0, 0, 9])
    }

    @Test("a frame that comes byte by byte is one message, and nothing before it is whole")
    func bytewise() throws {
        let pair = try Pair()
        let bytes: [UInt8] = [5, 0, 0, 0, 1, 1, 7, 8, 9]
        for byte in bytes.dropLast() {
            pair.write([byte])
            #expect(try pair.channel.receive(waiting: true) == [])
        }
        pair.write([9])
        #expect(try pair.channel.receive(waiting: true) == [.payload([7, 8, 9])])
    }

    @Test("without waiting, nothing there is no message and no end")
    func nothing() throws {
        let pair = try Pair()
        #expect(try pair.channel.receive(waiting: false) == [])
    }

    @Test("the end of the stream is the end of the pool", arguments: [true, false])
    func end(waiting: Bool) throws {
        let pair = try Pair()
        close(pair.other)
        #expect(try pair.channel.receive(waiting: waiting) == nil)
    }

    @Test("writing to a pool that is gone is no error: reading tells")
    func writingToNobody() throws {
        let pair = try Pair()
        close(pair.other)
        try pair.channel.queue([1])
        try pair.channel.flush()
        #expect(try pair.channel.receive(waiting: true) == nil)
    }

    @Test("what is queued goes out together, before waiting")
    func flushing() throws {
        let pair = try Pair()
        try pair.channel.queue([1])
        try pair.channel.queue([2])
        #expect(pair.read() == [])
        pair.write(.drain)
        _ = try pair.channel.receive(waiting: true)
        #expect(pair.read() == [3, 0, 0, 0, 1, 1, 1, 3, 0, 0, 0, 1, 1, 2])
        try pair.channel.announceReady(engineVersion: 0x0102_0304)
        #expect(pair.read() == [8, 0, 0, 0, 1, 2, 4, 3, 2, 1, 0, 0])
        try pair.channel.sayGoodbye()
        #expect(pair.read() == [2, 0, 0, 0, 1, 4])
    }

    @Test(
        "a breach of the format by the pool is an error",
        arguments: [
            [1, 0, 0, 0, 1], [255, 255, 255, 255], [2, 0, 0, 0, 2, 1], [2, 0, 0, 0, 1, 0], [2, 0, 0, 0, 1, 5],
        ] as [[UInt8]])
    func violations(bytes: [UInt8]) throws {
        let pair = try Pair()
        pair.write(bytes)
        #expect(throws: ChildChannel.Failure.self) { try pair.channel.receive(waiting: true) }
    }

    @Test("a payload that is too long is refused, not sent")
    func tooLong() throws {
        let pair = try Pair()
        let payload = [UInt8](repeating: 0, count: ChannelFormat.maximumPayload + 1)
        #expect(throws: ChildChannel.Failure.payloadTooLong(payload.count)) { try pair.channel.queue(payload) }
        try pair.channel.flush()
        #expect(pair.read() == [])
    }

    @Test("a process that no pool started is told so")
    func notStartedByPool() async {
        await #expect(processExitsWith: .success) {
            // In one step: other threads of the process must not get the number meanwhile.
            let null = unsafe open("/dev/null", O_RDONLY)
            #expect(dup2(null, 0) == 0)
            #expect(throws: ChildChannel.Failure.notStartedByPool("descriptor 0 is not a stream socket")) {
                try ChildChannel.inherited()
            }
        }
    }
}

struct SharedPageTests {
    @unsafe private func field(_ number: Int, of page: UnsafeMutableRawPointer) -> UInt64 {
        unsafe processpool_page_load(unsafe page, UInt32(number))
    }

    @Test("what is written stands on the page for another reader, and each write is progress")
    func writing() throws {
        let descriptor = processpool_page_create()
        defer { close(descriptor) }
        let page = try #require(SharedPage(descriptor: descriptor))
        guard let view = unsafe processpool_page_map(descriptor, 0) else {
            Issue.record("the page cannot be mapped")
            return
        }
        defer { unsafe processpool_page_unmap(view) }
        page.write(execution: 3, position: 4, line: .max)
        page.advance()
        #expect(unsafe field(PROCESSPOOL_PAGE_EXECUTION, of: view) == 3)
        #expect(unsafe field(PROCESSPOOL_PAGE_POSITION, of: view) == 4)
        #expect(unsafe field(PROCESSPOOL_PAGE_LINE, of: view) == .max)
        #expect(unsafe field(PROCESSPOOL_PAGE_PROGRESS, of: view) == 2)
    }

    @Test("the page can neither shrink nor grow, so its reader cannot be killed by it")
    func sealed() {
        let descriptor = processpool_page_create()
        defer { close(descriptor) }
        #expect(ftruncate(descriptor, 0) == -1)
        #expect(ftruncate(descriptor, 8192) == -1)
    }

    @Test("a descriptor that is no page is refused")
    func noPage() {
        let descriptor = unsafe open("/dev/null", O_RDWR)
        defer { close(descriptor) }
        #expect(SharedPage(descriptor: descriptor) == nil)
    }
}
