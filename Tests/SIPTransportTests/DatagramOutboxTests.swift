import CSIPTransportSupport
import SIPStack
import Testing

@testable import SIPTransport

#if canImport(Glibc)
import Glibc
#endif

@Suite("Datagrams waiting to be sent")
struct DatagramOutboxTests {
    /// Plays the kernel: answers each batch from a script (how many it takes, or a negative errno), then takes all.
    private final class Kernel {
        var script: [Int32]
        var batchSizes: [Int] = []
        var taken: [[UInt8]] = []

        init(_ script: [Int32] = []) {
            self.script = script
        }

        func send(_ bytes: [UInt8], _ batch: ArraySlice<sip_datagram>) -> Int32 {
            self.batchSizes.append(batch.count)
            let answer = self.script.isEmpty ? Int32(batch.count) : self.script.removeFirst()
            for datagram in batch.prefix(max(0, Int(answer))) {
                self.taken.append(Array(bytes[Int(datagram.offset)..<Int(datagram.offset + datagram.length)]))
            }
            return answer
        }
    }

    private let remote: TransportAddress

    init() throws {
        self.remote = try address("192.0.2.1", 5_060)
    }

    private func message(_ number: Int) -> [UInt8] {
        Array("message \(number)")
    }

    @Test("everything goes out in order, in batches of 64")
    func batches() {
        var outbox = DatagramOutbox(waitingBytesMax: 1 << 20)
        let kernel = Kernel()
        for number in 0..<150 {
            let isTaken6 = outbox.append(self.message(number), to: self.remote)
            #expect(isTaken6)
        }
        var failures: [SendFailure] = []
        let result1 = outbox.flush(using: kernel.send, failures: &failures)
        #expect(result1 == .drained)
        #expect(kernel.batchSizes == [64, 64, 22])
        #expect(kernel.taken == (0..<150).map(self.message))
        #expect(failures.isEmpty)
        #expect(outbox.isEmpty)
    }

    @Test("a datagram that fails is reported and skipped, the rest goes on")
    func failure() {
        var outbox = DatagramOutbox(waitingBytesMax: 1 << 20)
        let kernel = Kernel([2, -ENETUNREACH, 1, -EMSGSIZE])
        for number in 0..<6 {
            _ = outbox.append(self.message(number), to: self.remote)
        }
        var failures: [SendFailure] = []
        let result2 = outbox.flush(using: kernel.send, failures: &failures)
        #expect(result2 == .drained)
        #expect(kernel.taken == [0, 1, 3, 5].map(self.message))
        #expect(failures.map(\.reason) == [.unreachable, .messageTooLarge])
        #expect(failures.allSatisfy { $0.remote == self.remote && $0.byteCount == 9 })
    }

    @Test(
        "a full socket stops the flush; what waits goes out later, in order, with what came since",
        arguments: [1, 5, 9])
    func blocked(taken: Int32) {
        var outbox = DatagramOutbox(waitingBytesMax: 1 << 20)
        let kernel = Kernel([taken, -EAGAIN])
        for number in 0..<10 {
            _ = outbox.append(self.message(number), to: self.remote)
        }
        var failures: [SendFailure] = []
        let result3 = outbox.flush(using: kernel.send, failures: &failures)
        #expect(result3 == .blocked)
        #expect(outbox.waitingCount == 10 - Int(taken))
        let isTaken7 = outbox.append(self.message(10), to: self.remote)
        #expect(isTaken7)
        let result4 = outbox.flush(using: kernel.send, failures: &failures)
        #expect(result4 == .drained)
        #expect(kernel.taken == (0...10).map(self.message))
        #expect(failures.isEmpty)
    }

    @Test("there is a limit to what waits, empty datagrams counted, and room again once it is sent")
    func limit() {
        var outbox = DatagramOutbox(waitingBytesMax: 1_000)
        let isTaken8 = outbox.append([UInt8](repeating: 1, count: 1_000), to: self.remote)
        #expect(!isTaken8)
        var count = 0
        while count < 1_000, outbox.append([], to: self.remote) { count += 1 }
        #expect(count == 1_000 / DatagramOutbox.overheadBytes)
        let kernel = Kernel([14, -EAGAIN])
        var failures: [SendFailure] = []
        let result5 = outbox.flush(using: kernel.send, failures: &failures)
        #expect(result5 == .blocked)
        let isTaken9 = outbox.append([UInt8](repeating: 1, count: 800), to: self.remote)
        #expect(isTaken9)
    }

    @Test("giving up reports each datagram that waits")
    func givingUp() {
        var outbox = DatagramOutbox(waitingBytesMax: 1_000)
        _ = outbox.append([1, 2, 3, 4, 5], to: self.remote)
        _ = outbox.append([1], to: self.remote)
        var failures: [SendFailure] = []
        outbox.failAll(.closed, failures: &failures)
        #expect(failures.map(\.byteCount) == [5, 1])
        #expect(outbox.isEmpty)
    }
}
