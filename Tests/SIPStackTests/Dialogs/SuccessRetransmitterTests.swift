import SIPMessage
import SIPStack
import Testing

@Suite("2xx until the ACK (RFC 3261 §13.3.1.4)")
struct SuccessRetransmitterTests {
    private struct Setting {
        var layer = TransactionLayer()
        var retransmitter = SuccessRetransmitter()
        let dialog: DialogID
        let response: SIPResponse
        let transaction: ServerTransactionID

        init() throws {
            let invite = Messages.request(.invite)
            var effects: [TransactionEffect] = []
            layer.receive(.request(invite), from: Messages.flow(), at: .zero, into: &effects)
            transaction = try #require(effects.opened.first)
            response = Messages.response(to: invite, status: 200, tag: "ours")
            dialog = try #require(DialogID(sent: response))
            retransmitter.start(dialog, response: response, on: transaction, at: .zero)
        }

        /// Times of the repeats (ms), and the time of giving up.
        mutating func run(until end: MonotonicTime) -> (repeats: [Int64], gaveUp: Int64?) {
            var repeats: [Int64] = []
            var gaveUp: Int64?
            while let next = retransmitter.nextDeadline, next <= end {
                var effects: [SuccessRetransmitter.Effect] = []
                retransmitter.advance(to: next, into: &effects)
                for effect in effects {
                    switch effect {
                    case .retransmit: repeats.append(next.inMilliseconds)
                    case .gaveUp: gaveUp = next.inMilliseconds
                    }
                }
            }
            return (repeats, gaveUp)
        }

        func ack(cSeq: UInt32 = 1, tag: String = "ours") -> SIPRequest {
            var ack = Messages.request(.ack, cSeq: cSeq, branch: "z9hG4bKack")
            ack.headers.setTo(NameAddress(uri: Messages.uri("bob"), tag: Messages.token(tag)))
            return ack
        }
    }

    @Test("without an ACK it is repeated from T1 to T2 and given up after 64*T1")
    func schedule() throws {
        var setting = try Setting()
        let (repeats, gaveUp) = setting.run(until: .milliseconds(100_000))
        #expect(repeats == [500, 1500, 3500, 7500, 11500, 15500, 19500, 23500, 27500, 31500])
        #expect(gaveUp == 32000)
        #expect(setting.retransmitter.count == 0)
        #expect(setting.retransmitter.nextDeadline == nil)
    }

    @Test("the ACK stops it, once")
    func acknowledged() throws {
        var setting = try Setting()
        _ = setting.run(until: .milliseconds(2000))
        #expect(setting.retransmitter.isWaiting(setting.dialog))
        #expect(setting.retransmitter.acknowledged(by: setting.ack()) == setting.dialog)
        #expect(setting.retransmitter.acknowledged(by: setting.ack()) == nil)
        #expect(setting.run(until: .milliseconds(100_000)).repeats.isEmpty)
        #expect(setting.retransmitter.count == 0)
    }

    @Test("an ACK of another number or dialog does not stop it")
    func foreignAck() throws {
        var setting = try Setting()
        #expect(setting.retransmitter.acknowledged(by: setting.ack(cSeq: 2)) == nil)
        #expect(setting.retransmitter.acknowledged(by: setting.ack(tag: "other")) == nil)
        #expect(setting.retransmitter.acknowledged(by: Messages.request(.ack)) == nil)
        #expect(setting.run(until: .milliseconds(600)).repeats == [500])
    }

    @Test("a BYE stops it")
    func stopped() throws {
        var setting = try Setting()
        setting.retransmitter.stop(setting.dialog)
        setting.retransmitter.stop(setting.dialog)
        #expect(setting.run(until: .milliseconds(100_000)).repeats.isEmpty)
        #expect(!setting.retransmitter.isWaiting(setting.dialog))
    }

    @Test("its repeats go through the transaction as long as that lives")
    func throughTheLayer() throws {
        var setting = try Setting()
        var effects: [TransactionEffect] = []
        for time in [0, 500] as [Int64] {
            setting.layer.respond(setting.response, on: setting.transaction, at: .milliseconds(time), into: &effects)
        }
        #expect(effects.sentStatuses == [200, 200])
    }
}
