import NIOCore
import NIOPosix
import SIPMessage
import SIPStack
import SIPTransport
import Synchronization

/// Two loops for all tests of this target; listeners of one test may share one.
let loops = MultiThreadedEventLoopGroup.singleton

func address(_ host: String, _ port: UInt16 = 0) throws -> TransportAddress {
    guard let address = TransportAddress(host, port: port) else { throw BadAddress(text: host) }
    return address
}

struct BadAddress: Error {
    let text: String
}

struct DeadlineMissed: Error {
    let wanted: Int
    let got: Int
}

/// Gathers values from an event loop until there are as many as a test waits for.
final class Inbox<Value: Sendable>: Sendable {
    private struct State {
        var values: [Value] = []
        var batches: [Int] = []
        var waiter: (wanted: Int, promise: EventLoopPromise<[Value]>)?
    }

    private let state = Mutex(State())

    func add(_ values: [Value]) {
        let due = self.state.withLock { state -> (EventLoopPromise<[Value]>, [Value])? in
            state.values += values
            state.batches.append(values.count)
            guard let waiter = state.waiter, state.values.count >= waiter.wanted else { return nil }
            state.waiter = nil
            return (waiter.promise, state.values)
        }
        if let (promise, values) = due { promise.succeed(values) }
    }

    var batchSizes: [Int] {
        self.state.withLock { $0.batches }
    }

    /// All values so far, once there are at least `count`; fails after 10 s.
    func values(_ count: Int) async throws -> [Value] {
        let loop = loops.next()
        let promise = loop.makePromise(of: [Value].self)
        let ready = self.state.withLock { state -> [Value]? in
            if state.values.count >= count { return state.values }
            state.waiter = (count, promise)
            return nil
        }
        if let ready { promise.succeed(ready) }
        let deadline = loop.scheduleTask(in: .seconds(10)) {
            let got = self.state.withLock { state -> Int? in
                guard state.waiter != nil else { return nil }
                state.waiter = nil
                return state.values.count
            }
            if let got { promise.fail(DeadlineMissed(wanted: count, got: got)) }
        }
        defer { deadline.cancel() }
        return try await promise.futureResult.get()
    }
}

/// A listener with what it received and failed to send.
struct Endpoint {
    let listener: UDPListener
    let received: Inbox<ReceivedDatagram>
    let failures: Inbox<SendFailure>

    init(
        _ host: String = "127.0.0.1", on loop: any EventLoop = loops.next(),
        configuration: UDPListener.Configuration = UDPListener.Configuration()
    ) async throws {
        let received = Inbox<ReceivedDatagram>()
        let failures = Inbox<SendFailure>()
        self.listener = try await UDPListener.bind(
            address(host), on: loop, configuration: configuration, onDatagrams: { received.add($0) },
            onSendFailure: { failures.add([$0]) }
        ).get()
        self.received = received
        self.failures = failures
    }

    var local: TransportAddress { self.listener.local }

    /// Sends all in one turn of the listener's loop.
    func send(_ datagrams: [[UInt8]], to remote: TransportAddress) async throws {
        let listener = self.listener
        try await listener.eventLoop.submit {
            for bytes in datagrams {
                listener.send(bytes, to: remote)
            }
        }.get()
    }

    func counters() async throws -> UDPCounters {
        let listener = self.listener
        return try await listener.eventLoop.submit { listener.counters }.get()
    }

    func close() async throws {
        try await self.listener.close().get()
    }
}

extension Array where Element == UInt8 {
    init(_ text: String) {
        self.init(text.utf8)
    }
}
