internal import CSIPTransportSupport
internal import Glibc
internal import SIPStack

/// Datagrams waiting to be sent, their bytes one after the other in one buffer, so that a batch goes to the kernel in
/// one call and a datagram costs no allocation of its own.
///
/// Pure: the system call is passed in.
struct DatagramOutbox {
    enum FlushResult: Hashable {
        case drained
        /// The socket's buffer is full; the rest waits.
        case blocked
    }

    /// Most bytes waiting, each datagram counted with `overheadBytes` more. Beyond it datagrams are refused, as any
    /// router would.
    let waitingBytesMax: Int
    static let overheadBytes = 64

    private var bytes: [UInt8] = []
    private var datagrams: [sip_datagram] = []
    /// How many of `datagrams` are dealt with.
    private var doneCount = 0

    /// What the buffer may keep for the next round; the excess of a burst is given back.
    private static let keptBytesMax = 1 << 20

    init(waitingBytesMax: Int) {
        // Offsets are 32 bits.
        self.waitingBytesMax = max(0, min(waitingBytesMax, 1 << 30))
    }

    var isEmpty: Bool { self.doneCount == self.datagrams.count }
    var waitingCount: Int { self.datagrams.count - self.doneCount }

    /// Takes a copy of `bytes`; false when there is no room.
    mutating func append(_ bytes: [UInt8], to remote: TransportAddress) -> Bool {
        let held = self.bytes.count + (self.datagrams.count + 1) * Self.overheadBytes
        guard bytes.count <= self.waitingBytesMax - held else { return false }
        self.datagrams.append(
            sip_datagram(
                offset: UInt32(truncatingIfNeeded: self.bytes.count),
                length: UInt32(truncatingIfNeeded: bytes.count), to: sip_address(remote)))
        self.bytes.append(contentsOf: bytes)
        return true
    }

    /// Hands everything to the kernel in batches, in order. A datagram that fails is skipped and reported.
    ///
    /// - Parameters:
    ///   - send: takes the common bytes and a batch; returns how many datagrams were taken, or the negative errno that
    ///     the first one met.
    ///   - failures: what could not be sent is appended, so that the caller reports it after this struct is at rest
    ///     again: whoever hears of it may want to send at once.
    mutating func flush(
        using send: (_ bytes: [UInt8], _ batch: ArraySlice<sip_datagram>) -> Int32, failures: inout [SendFailure]
    ) -> FlushResult {
        while self.doneCount < self.datagrams.count {
            let end = min(self.datagrams.count, self.doneCount + Int(sip_udp_batch_max))
            let result = send(self.bytes, self.datagrams[self.doneCount..<end])
            if result > 0 {
                self.doneCount = min(end, self.doneCount + Int(result))
                continue
            }
            let errorNumber = -result
            if errorNumber == EAGAIN || errorNumber == EWOULDBLOCK || errorNumber == ENOBUFS {
                self.dropDonePart()
                return .blocked
            }
            failures.append(self.failure(errorNumber))
            self.doneCount += 1
        }
        self.datagrams.removeAll(keepingCapacity: true)
        self.bytes.removeAll(keepingCapacity: self.bytes.capacity <= Self.keptBytesMax)
        self.doneCount = 0
        return .drained
    }

    /// Gives up all that waits.
    mutating func failAll(_ reason: SendFailure.Reason, failures: inout [SendFailure]) {
        for datagram in self.datagrams[self.doneCount...] {
            failures.append(
                SendFailure(reason, remote: TransportAddress(datagram.to), byteCount: Int(datagram.length)))
        }
        self.datagrams = []
        self.bytes = []
        self.doneCount = 0
    }

    /// Makes room while the socket takes little by little. Only when half is done: so each byte moves once at most, on
    /// average.
    private mutating func dropDonePart() {
        guard self.doneCount > self.datagrams.count / 2, self.doneCount < self.datagrams.count else { return }
        let start = self.datagrams[self.doneCount].offset
        self.bytes.removeFirst(Int(start))
        self.datagrams.removeFirst(self.doneCount)
        for index in self.datagrams.indices {
            self.datagrams[index].offset -= start
        }
        self.doneCount = 0
    }

    private func failure(_ errorNumber: Int32) -> SendFailure {
        let datagram = self.datagrams[self.doneCount]
        return SendFailure(
            errorNumber: errorNumber, remote: TransportAddress(datagram.to), byteCount: Int(datagram.length))
    }
}
