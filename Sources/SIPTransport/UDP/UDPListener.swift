internal import CSIPTransportSupport
public import NIOCore
internal import NIOPosix
public import SIPStack

/// A UDP socket on one local address, bound to one event loop.
///
/// Reading: all datagrams of one loop turn (up to 128) come in one callback, without keep-alives. Writing: `send` only
/// gathers; everything goes out in batched system calls, by itself after the callback returns or at the end of the loop
/// turn, or earlier with `flush()`.
///
/// A datagram that cannot be sent is reported and never harms the listener. What the network loses is not reported, nor
/// are ICMP errors: an unconnected socket hears of those only through a queue that NIO takes for the socket's death.
///
/// All functions but `bind` and `close` must be called on the event loop.
public final class UDPListener: Sendable {
    public struct Configuration: Hashable, Sendable {
        /// Asked of the kernel for the socket's buffers, in bytes; see `receiveBufferBytes` for what it gave. A burst
        /// that does not fit is lost: 8 MiB hold some 4,000 SIP messages, since the kernel counts whole pages.
        public var receiveBufferBytes = 8 << 20
        public var sendBufferBytes = 8 << 20
        /// Most bytes waiting while the send buffer is full; more is refused (`queueFull`).
        public var waitingBytesMax = 16 << 20

        public init() {}
    }

    public let eventLoop: any EventLoop
    /// The address it is bound to, with the port that the kernel chose where 0 was asked for.
    public let local: TransportAddress
    /// What the kernel granted, in bytes; it counts bookkeeping too and reports twice what it was asked for.
    public let receiveBufferBytes: Int
    public let sendBufferBytes: Int
    /// Done when the listener is closed, by `close` or by an error of the socket.
    public let closeFuture: EventLoopFuture<Void>

    private let channel: any Channel
    private let core: NIOLoopBound<UDPListenerCore>

    private init(_ opened: OpenedSocket, channel: any Channel, core: NIOLoopBound<UDPListenerCore>) {
        self.eventLoop = channel.eventLoop
        self.local = opened.local
        self.receiveBufferBytes = opened.receiveBufferBytes
        self.sendBufferBytes = opened.sendBufferBytes
        self.closeFuture = channel.closeFuture
        self.channel = channel
        self.core = core
    }

    /// Opens a listener. May be called from any thread.
    ///
    /// - Parameters:
    ///   - local: an address of this machine or the unspecified one; port 0 lets the kernel choose. IPv6 listeners take
    ///     IPv6 only, so that `0.0.0.0` and `[::]` can be open side by side.
    ///   - onDatagrams: called on the event loop, with at least one datagram, oldest first.
    ///   - onSendFailure: called on the event loop for each datagram that the kernel did not take; it may send.
    /// - Returns: fails with `TransportError`.
    public static func bind(
        _ local: TransportAddress, on eventLoop: any EventLoop, configuration: Configuration = Configuration(),
        onDatagrams: @escaping @Sendable ([ReceivedDatagram]) -> Void,
        onSendFailure: @escaping @Sendable (SendFailure) -> Void = { _ in }
    ) -> EventLoopFuture<UDPListener> {
        eventLoop.flatSubmit {
            let opened: OpenedSocket
            do {
                opened = try OpenedSocket(local, configuration)
            } catch {
                return eventLoop.makeFailedFuture(error)
            }
            let core = UDPListenerCore(
                opened, eventLoop: eventLoop, waitingBytesMax: configuration.waitingBytesMax, onDatagrams: onDatagrams,
                onSendFailure: onSendFailure)
            let boundCore = NIOLoopBound(core, eventLoop: eventLoop)
            return DatagramBootstrap(group: eventLoop)
                .channelOption(.datagramVectorReadMessageCount, value: ReadBatch.datagramsMax)
                .channelOption(
                    .recvAllocator, value: FixedSizeRecvByteBufferAllocator(capacity: ReadBatch.bufferBytes)
                )
                .channelOption(.maxMessagesPerRead, value: ReadBatch.readsPerTurn)
                .channelInitializer { channel in
                    channel.eventLoop.makeCompletedFuture {
                        try channel.pipeline.syncOperations.addHandler(UDPInboundHandler(boundCore.value))
                    }
                }
                .withBoundSocket(opened.readDescriptor)
                .map { channel in UDPListener(opened, channel: channel, core: boundCore) }
                .flatMapErrorThrowing { error in
                    boundCore.value.close()
                    throw error
                }
        }
    }

    /// Queues one datagram. The bytes are copied.
    public func send(_ bytes: [UInt8], to remote: TransportAddress) {
        self.core.value.send(bytes, to: remote)
    }

    /// Sends what is queued now, rather than at the end of the loop turn.
    public func flush() {
        self.core.value.flush()
    }

    public var counters: UDPCounters {
        self.core.value.counters
    }

    /// Sends what is queued as far as the kernel takes it, and closes the socket. May be called from any thread, and
    /// again.
    @discardableResult
    public func close() -> EventLoopFuture<Void> {
        self.eventLoop.flatSubmit {
            self.core.value.close()
            let closed = self.channel.closeFuture
            self.channel.close(promise: nil)
            return closed
        }
    }
}

/// How much one turn of the loop reads.
private enum ReadBatch {
    /// Datagrams per system call.
    static let datagramsMax = 32
    /// NIO cuts its buffer into equal parts, one per datagram; the largest UDP payload has 65,507 bytes. The buffer is
    /// used again for every read, and only pages that were written to count as memory.
    static let bufferBytes = datagramsMax * 65_536
    /// System calls per turn at most, so that reading cannot starve timers.
    static let readsPerTurn: UInt = 4
}

/// A bound socket and its two descriptors.
struct OpenedSocket: Sendable {
    let readDescriptor: Int32
    let writeDescriptor: Int32
    let local: TransportAddress
    let receiveBufferBytes: Int
    let sendBufferBytes: Int

    init(_ local: TransportAddress, _ configuration: UDPListener.Configuration) throws(TransportError) {
        let opened = sip_udp_open(
            sip_address(local), Int32(clamping: configuration.receiveBufferBytes),
            Int32(clamping: configuration.sendBufferBytes))
        guard opened.error == 0, opened.read_descriptor >= 0 else {
            throw TransportError(binding: local, errorNumber: opened.error)
        }
        self.readDescriptor = opened.read_descriptor
        self.writeDescriptor = opened.write_descriptor
        self.local = TransportAddress(opened.local)
        self.receiveBufferBytes = Int(opened.receive_buffer_bytes)
        self.sendBufferBytes = Int(opened.send_buffer_bytes)
    }
}
