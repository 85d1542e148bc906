import DialplanHostCalls
import Glibc
import Testing

@testable import DialplanWorker
@testable import ProcessPoolChild

/// The loop over a real socket. Everything that the pool sends is in the socket before the loop begins.
struct WorkerLoopTests {
    private func run(_ frames: [(ChannelFormat.ParentKind, [UInt8])], hangUp: Bool = false) throws -> [FrameReader
        .Frame]
    {
        var ends: [Int32] = [-1, -1]
        try #require(unsafe socketpair(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0, &ends) == 0)
        defer { close(ends[0]) }
        var bytes: [UInt8] = []
        for frame in frames { ChannelFormat.append(kind: frame.0.rawValue, payload: frame.1, to: &bytes) }
        #expect(unsafe send(ends[0], bytes, bytes.count, 0) == bytes.count)
        if hangUp { shutdown(ends[0], Int32(SHUT_WR)) }
        var loop = WorkerLoop(
            channel: ChildChannel(owning: ends[1], page: nil), core: WorkerCore(engine: FakeEngine()))
        try loop.run()
        var buffer = [UInt8](repeating: 0, count: 1 << 16)
        let count = unsafe recv(ends[0], &buffer, buffer.count, Int32(MSG_DONTWAIT))
        var reader = FrameReader()
        reader.append(buffer.prefix(max(count, 0)))
        var received: [FrameReader.Frame] = []
        while let frame = try reader.next() { received.append(frame) }
        return received
    }

    private func payload(_ messages: FrontMessage...) -> [UInt8] {
        var bytes: [UInt8] = []
        for message in messages { message.encode(into: &bytes) }
        return bytes
    }

    @Test("it says ready, runs what it gets, and a turn's messages are one frame")
    func running() throws {
        let frames = try run(
            [(.payload, payload(.start(start(1, "log:a log:b"), awaitingReplay: false)))], hangUp: true)
        #expect(frames.map(\.kind) == [2, 1])
        #expect(frames[0].payload == [UInt8(EngineVersion.current), 0, 0, 0, 0, 0])
        #expect(try WorkerMessage.decodeAll(frames[1].payload).count == 2)
    }

    @Test("a drain is answered with goodbye at once, even while a script waits")
    func drain() throws {
        let frames = try run([(.payload, payload(.start(start(1, "call:x"), awaitingReplay: false))), (.drain, [])])
        #expect(frames.map(\.kind) == [2, 4])
    }

    @Test("a stop ends it without a word")
    func stop() throws {
        #expect(try run([(.stop, [])]).map(\.kind) == [2])
    }

    @Test("the end of the pool ends it")
    func orphan() throws {
        #expect(try run([], hangUp: true).map(\.kind) == [2])
    }

    @Test("a front that breaks the protocol ends it with an error")
    func violation() {
        #expect(throws: FrontViolation.self) { try run([(.payload, [99])]) }
    }

    @Test("a process that no pool started is refused with its exit code")
    func notStarted() async {
        await #expect(processExitsWith: .exitCode(71)) {
            dup2(unsafe open("/dev/null", O_RDONLY), 0)
            exit(runDialplanWorker(arguments: []))
        }
    }
}
