import NIOCore
import NIOPosix
import SIPMessage
import SIPStack
import SIPTransport
import Testing

@Suite("A UDP listener")
struct UDPListenerTests {
    static let ping = [UInt8]("OPTIONS sip:a@example.org SIP/2.0\r\n\r\n")

    @Test("datagrams pass both ways, with the flow they came on", arguments: ["127.0.0.1", "::1"])
    func bothWays(host: String) async throws {
        let one = try await Endpoint(host)
        let two = try await Endpoint(host)
        #expect(one.local.port != 0)
        try await one.send([Self.ping], to: two.local)
        let arrived = try await two.received.values(1)
        #expect(
            arrived == [
                ReceivedDatagram(
                    bytes: Self.ping, flow: Flow(transport: .udp, local: two.local, remote: one.local))
            ])
        let reply = [UInt8]("SIP/2.0 200 OK\r\n\r\n")
        try await two.send([reply], to: arrived[0].flow.remote)
        #expect(try await one.received.values(1).map(\.bytes) == [reply])
        try await one.close()
        try await two.close()
    }

    @Test("IPv4 and IPv6 listeners share a port number")
    func bothFamilies() async throws {
        let four = try await UDPListener.bind(address("0.0.0.0"), on: loops.next(), onDatagrams: { _ in }).get()
        let six = try await UDPListener.bind(
            address("::", four.local.port), on: loops.next(), onDatagrams: { _ in }
        ).get()
        #expect(six.local.port == four.local.port)
        try await four.close().get()
        try await six.close().get()
    }

    @Test("the largest datagram arrives whole, and small ones around it keep their bounds")
    func largest() async throws {
        let one = try await Endpoint()
        let two = try await Endpoint()
        let large = (0..<65_507).map { UInt8(truncatingIfNeeded: $0 &* 31) }
        try await one.send([Self.ping, large, Self.ping], to: two.local)
        #expect(try await two.received.values(3).map(\.bytes) == [Self.ping, large, Self.ping])
        try await one.close()
        try await two.close()
    }

    @Test("a burst goes out in few system calls and comes in in few callbacks, complete and in order")
    func burst() async throws {
        let one = try await Endpoint()
        let two = try await Endpoint()
        let burst = (0..<640).map { [UInt8]("datagram number \($0)") }
        try await one.send(burst, to: two.local)
        #expect(try await two.received.values(640).map(\.bytes) == burst)
        #expect(try await one.counters().sendCalls == 10)
        #expect(try await one.counters().sent == 640)
        #expect(two.received.batchSizes.count < 320)
        #expect(try await two.counters().received == 640)
        #expect(try await two.counters().receivedBatches == UInt64(two.received.batchSizes.count))
        try await one.close()
        try await two.close()
    }

    @Test("what the callback sends leaves by itself, in one batch")
    func answersInCallback() async throws {
        let loop = loops.next()
        let one = try await Endpoint()
        let box = NIOLoopBoundBox<UDPListener?>.makeEmptyBox(valueType: UDPListener.self, eventLoop: loop)
        let echo = try await UDPListener.bind(
            address("127.0.0.1"), on: loop,
            onDatagrams: { datagrams in
                for datagram in datagrams {
                    box.value?.send(datagram.bytes + [UInt8]("!"), to: datagram.flow.remote)
                }
            }
        ).get()
        try await loop.submit { box.value = echo }.get()
        let burst = (0..<20).map { [UInt8]("hello \($0)") }
        try await one.send(burst, to: echo.local)
        #expect(try await one.received.values(20).map(\.bytes) == burst.map { $0 + [UInt8]("!") })
        let counters = try await loop.submit { echo.counters }.get()
        #expect(counters.sendCalls == counters.receivedBatches)
        try await loop.submit { box.value = nil }.get()
        try await one.close()
        try await echo.close().get()
    }

    @Test("keep-alives are dropped and counted")
    func keepAlives() async throws {
        let one = try await Endpoint()
        let two = try await Endpoint()
        try await one.send([[], [UInt8]("\r\n\r\n"), [0, 0, 0, 0], Self.ping, [UInt8]("\r\n")], to: two.local)
        try await one.send([Self.ping], to: two.local)
        #expect(try await two.received.values(2).map(\.bytes) == [Self.ping, Self.ping])
        #expect(try await two.counters().keepAlives == 4)
        try await one.close()
        try await two.close()
    }

    @Test(
        "a destination that the kernel refuses is reported; the listener and the rest of its batch go on",
        arguments: [
            ("255.255.255.255", 5_060, .forbidden), ("127.0.0.1", 0, .invalidDestination),
            ("2001:db8::1", 5_060, .invalidDestination), ("192.0.2.1", 5_060, .invalidDestination),
        ] as [(String, UInt16, SendFailure.Reason)])
    func refusedDestination(host: String, port: UInt16, reason: SendFailure.Reason) async throws {
        let one = try await Endpoint()
        let two = try await Endpoint()
        let bad = try address(host, port)
        let listener = one.listener
        let good = two.local
        try await listener.eventLoop.submit {
            listener.send(Self.ping, to: good)
            listener.send(Self.ping, to: bad)
            listener.send(Self.ping, to: good)
        }.get()
        #expect(try await two.received.values(2).count == 2)
        let failure = try #require(try await one.failures.values(1).first)
        #expect(failure.reason == reason)
        #expect(failure.remote == bad)
        #expect(failure.byteCount == Self.ping.count)
        try await one.send([Self.ping], to: two.local)
        #expect(try await two.received.values(3).count == 3)
        #expect(try await one.counters().sendFailures == 1)
        #expect(try await one.counters().sent == 3)
        try await one.close()
        try await two.close()
    }

    @Test("a datagram that is too large is reported")
    func tooLarge() async throws {
        let one = try await Endpoint()
        try await one.send([[UInt8](repeating: 1, count: 65_508)], to: one.local)
        #expect(try await one.failures.values(1).map(\.reason) == [.messageTooLarge])
        try await one.close()
    }

    @Test("a closed port at the other end harms nothing")
    func nobodyThere() async throws {
        let gone = try await Endpoint()
        let port = gone.local
        try await gone.close()
        let one = try await Endpoint()
        for _ in 0..<3 {
            try await one.send([Self.ping], to: port)
        }
        try await one.send([Self.ping], to: one.local)
        #expect(try await one.received.values(1).map(\.bytes) == [Self.ping])
        try await one.close()
    }

    @Test("whoever hears of a failure may send at once")
    func sendingOnFailure() async throws {
        let loop = loops.next()
        let two = try await Endpoint()
        let target = two.local
        let box = NIOLoopBoundBox<UDPListener?>.makeEmptyBox(valueType: UDPListener.self, eventLoop: loop)
        let one = try await UDPListener.bind(
            address("127.0.0.1"), on: loop, onDatagrams: { _ in },
            onSendFailure: { _ in box.value?.send(Self.ping, to: target) }
        ).get()
        let nowhere = try address("127.0.0.1", 0)
        try await loop.submit {
            box.value = one
            one.send(Self.ping, to: nowhere)
            one.flush()
        }.get()
        #expect(try await two.received.values(1).count == 1)
        try await loop.submit { box.value = nil }.get()
        try await one.close().get()
        try await two.close()
    }

    @Test("more than may wait is refused")
    func queueFull() async throws {
        var configuration = UDPListener.Configuration()
        configuration.waitingBytesMax = 1_000
        let one = try await Endpoint(configuration: configuration)
        let two = try await Endpoint()
        try await one.send(Array(repeating: [UInt8](repeating: 65, count: 400), count: 3), to: two.local)
        #expect(try await one.failures.values(1).map(\.reason) == [.queueFull])
        #expect(try await two.received.values(2).count == 2)
        try await one.close()
        try await two.close()
    }

    @Test("the kernel's buffer sizes are known and not small")
    func bufferSizes() async throws {
        let one = try await Endpoint()
        #expect(one.listener.receiveBufferBytes >= 200_000)
        #expect(one.listener.sendBufferBytes >= 200_000)
        try await one.close()
    }

    @Test("a port in use is refused with words that help")
    func addressInUse() async throws {
        let one = try await Endpoint()
        let error = await #expect(throws: TransportError.self) {
            try await UDPListener.bind(one.local, on: loops.next(), onDatagrams: { _ in }).get()
        }
        #expect(error?.code == .addressInUse)
        #expect(error?.message.contains("\(one.local)") == true)
        try await one.close()
    }

    @Test("an address of another machine is refused with words that help")
    func foreignAddress() async throws {
        let error = await #expect(throws: TransportError.self) {
            try await UDPListener.bind(address("192.0.2.1"), on: loops.next(), onDatagrams: { _ in }).get()
        }
        #expect(error?.code == .addressNotAvailable)
        #expect(error?.message.contains("192.0.2.1") == true)
    }

    @Test("closing sends what waits, frees the port, may be repeated; later sends are reported")
    func closing() async throws {
        let two = try await Endpoint()
        let one = try await Endpoint()
        let listener = one.listener
        let target = two.local
        try await listener.eventLoop.flatSubmit {
            listener.send(Self.ping, to: target)
            return listener.close()
        }.get()
        try await listener.closeFuture.get()
        #expect(try await two.received.values(1).count == 1)
        try await one.close()
        try await one.send([Self.ping], to: target)
        #expect(try await one.failures.values(1).map(\.reason) == [.closed])
        let again = try await UDPListener.bind(one.local, on: loops.next(), onDatagrams: { _ in }).get()
        #expect(again.local == one.local)
        try await again.close().get()
        try await two.close()
    }
}
