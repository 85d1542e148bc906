internal import CSIPTransportSupport
internal import NIOCore
internal import SIPMessage
internal import SIPStack

/// The loop-bound half of a listener: what is gathered from reads and for writes. Touched on its event loop only.
final class UDPListenerCore {
    private(set) var counters = UDPCounters()

    private let eventLoop: any EventLoop
    private let local: TransportAddress
    private let onDatagrams: ([ReceivedDatagram]) -> Void
    private let onSendFailure: (SendFailure) -> Void

    /// -1 once closed.
    private var writeDescriptor: Int32
    private var outbox: DatagramOutbox
    private var incoming: [ReceivedDatagram] = []
    /// A flush is bound to come: at the end of the running callback, of this loop turn, or of the pause below.
    private var isFlushExpected = false

    /// How long to wait when the socket's send buffer is full. It empties at the speed of the network card; there is no
    /// write readiness to wait for, since NIO watches the other descriptor.
    private static let blockedPause = TimeAmount.milliseconds(1)

    init(
        _ opened: OpenedSocket, eventLoop: any EventLoop, waitingBytesMax: Int,
        onDatagrams: @escaping ([ReceivedDatagram]) -> Void, onSendFailure: @escaping (SendFailure) -> Void
    ) {
        self.eventLoop = eventLoop
        self.local = opened.local
        self.writeDescriptor = opened.writeDescriptor
        self.outbox = DatagramOutbox(waitingBytesMax: waitingBytesMax)
        self.onDatagrams = onDatagrams
        self.onSendFailure = onSendFailure
    }

    deinit {
        if self.writeDescriptor >= 0 { sip_close(self.writeDescriptor) }
    }

    // MARK: Reading

    func received(_ buffer: ByteBuffer, from remote: SocketAddress) {
        if KeepAlive.matches(buffer.readableBytesView) {
            self.counters.keepAlives += 1
            return
        }
        guard let remote = TransportAddress(remote) else { return }
        self.incoming.append(
            ReceivedDatagram(
                bytes: Array(buffer: buffer), flow: Flow(transport: .udp, local: self.local, remote: remote)))
    }

    func readCompleted() {
        guard !self.incoming.isEmpty else { return }
        let batch = self.incoming
        self.incoming = []
        self.incoming.reserveCapacity(batch.count)
        self.counters.received += UInt64(batch.count)
        self.counters.receivedBatches += 1
        self.counters.receivedBytes += batch.reduce(0) { $0 + UInt64($1.bytes.count) }

        // What the callback sends leaves with the one flush after it.
        let wasExpected = self.isFlushExpected
        self.isFlushExpected = true
        self.onDatagrams(batch)
        self.isFlushExpected = wasExpected
        self.flush()
    }

    func readFailed() {
        self.counters.readErrors += 1
    }

    // MARK: Writing

    func send(_ bytes: [UInt8], to remote: TransportAddress) {
        if self.writeDescriptor < 0 {
            self.report(SendFailure(.closed, remote: remote, byteCount: bytes.count))
        } else if !self.outbox.append(bytes, to: remote) {
            self.report(SendFailure(.queueFull, remote: remote, byteCount: bytes.count))
        } else if !self.isFlushExpected {
            self.expectFlush { [eventLoop] flush in eventLoop.execute(flush) }
        }
    }

    func flush() {
        guard self.writeDescriptor >= 0, !self.outbox.isEmpty else { return }
        var failures: [SendFailure] = []
        let waiting = self.outbox.waitingCount
        let descriptor = self.writeDescriptor
        var calls: UInt64 = 0
        let result = self.outbox.flush(
            using: { bytes, batch in
                calls += 1
                return sendBatch(descriptor, bytes, batch)
            }, failures: &failures)
        self.counters.sendCalls += calls
        self.counters.sent += UInt64(waiting - self.outbox.waitingCount - failures.count)
        if result == .blocked {
            self.counters.sendBlocked += 1
            if !self.isFlushExpected {
                self.expectFlush { [eventLoop] flush in
                    eventLoop.scheduleTask(in: Self.blockedPause, flush)
                }
            }
        }
        failures.forEach(self.report)
    }

    func close() {
        self.flush()
        guard self.writeDescriptor >= 0 else { return }
        sip_close(self.writeDescriptor)
        self.writeDescriptor = -1
        var failures: [SendFailure] = []
        self.outbox.failAll(.closed, failures: &failures)
        failures.forEach(self.report)
    }

    private func expectFlush(_ schedule: (@escaping @Sendable () -> Void) -> Void) {
        self.isFlushExpected = true
        let core = NIOLoopBound(self, eventLoop: self.eventLoop)
        schedule {
            core.value.isFlushExpected = false
            core.value.flush()
        }
    }

    private func report(_ failure: SendFailure) {
        self.counters.sendFailures += 1
        self.onSendFailure(failure)
    }
}

/// One system call. The kernel reads both buffers within the call and keeps no pointer.
private func sendBatch(_ descriptor: Int32, _ bytes: [UInt8], _ batch: ArraySlice<sip_datagram>) -> Int32 {
    unsafe bytes.withUnsafeBufferPointer { bytes in
        unsafe batch.withUnsafeBufferPointer { batch in
            unsafe sip_udp_send(descriptor, bytes.baseAddress, batch.baseAddress, UInt32(clamping: batch.count))
        }
    }
}
